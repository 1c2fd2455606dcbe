"""A shared link shows the person, the work and a picture: tags in the head of each page, and cards."""

from __future__ import annotations

import importlib
import json
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from milemark.app.cards import Card, card_paths, drawn_cards
from milemark.foundation.i18n import Language
from milemark.output.site.share_card import card_svg, cards, wrapped
from milemark.output.site.share_tags import ShareTags
from milemark.output.urls import Addresses
from milemark.privacy.audience import for_audience
from milemark.roadmap.load import load
from milemark.roadmap.model import Roadmap

pytest.importorskip("resvg_py")  # of the extra `cards`

OWNER = """\
owner:
  name: 김민지
  role: 백엔드 개발자
  headline: 결제와 데이터를 만듭니다
  email: secret@example.org
  location: 서울
  links: {GitHub: "https://github.com/minji", Mail: "mailto:me@example.org"}
  private: [email]
"""
ROADMAP = """\
title: 로드맵
locale: ko
statuses: {done: done}
collections:
  projects: {label: 프로젝트, private: [budget], fields: {budget: {}}}
  skills: {role: record}
policies: {evidence: skills}
"""
FILES = {
    "roadmap.yml": ROADMAP + OWNER,
    "projects/shop.md": "---\ntitle: 상점\nstatus: done\nfeatured: true\nresult: 지연 87% 감소\nstack: [Kafka]\n"
    "finished: 2025-02-03\nbudget: SECRET\nlinks: {Code: https://example.org/code}\n---\n",
    "projects/hidden.md": "---\ntitle: SECRET plan\nfeatured: true\naudience: private\n---\n",
    "projects/small.md": "---\ntitle: 작은 일\n---\n",
    "skills/kafka.md": "---\ntitle: Kafka\nstatus: done\n---\n",
    "skills/rust.md": "---\ntitle: Rust\nstatus: done\n---\n",
    unicodedata.normalize("NFD", "projects/큰 일.md"): "---\ntitle: 큰 일\n---\n",
    "notes.md": '---\ntitle: <b> & "q"\n---\n',
}
SITE = "https://example.org/me/"


def public(files: dict[str, str] | None = None) -> Roadmap:
    loaded = load({path: text.encode() for path, text in {**FILES, **(files or {})}.items()}, date(2025, 3, 1))
    return for_audience(loaded, "public").roadmap


def head(file: str, roadmap: Roadmap | None = None, *, site: str = SITE, own: str = "") -> Any:
    roadmap = roadmap or public()
    tags = ShareTags(roadmap, Language("ko"), Addresses(site), card_paths(roadmap))
    page = f'<html><head><title>T</title><meta name="description" content="About &amp; more">{own}</head>'
    return BeautifulSoup(tags.added_to(file, page + "<body></head></body></html>"), "html.parser")


def properties(found: Any) -> dict[str, str]:
    return {str(each.get("property") or each.get("name")): str(each["content"]) for each in found.select("meta")}


def data(found: Any) -> list[dict[str, Any]]:
    return [json.loads(each.string) for each in found.select('script[type="application/ld+json"]')]


def unknown_words(value: Any) -> Iterator[str]:
    """Yield the types and properties that the vocabulary of schema.org lacks, as `Type` and `Type.property`."""
    if isinstance(value, list):
        for each in value:
            yield from unknown_words(each)
    if not isinstance(value, dict):
        return
    vocabulary = importlib.import_module("msgspec_schemaorg.models")  # its package cannot be imported by name
    kind = str(value.get("@type"))
    known = getattr(getattr(vocabulary, kind, None), "__struct_encode_fields__", ())
    yield from [] if known else [kind]
    for name, each in value.items():
        if not name.startswith("@") and name not in known:
            yield f"{kind}.{name}"
        yield from unknown_words(each)


def test_the_vocabulary_of_schema_org_has_every_word() -> None:
    assert list(unknown_words({"@type": "Persn"})) == ["Persn"]
    assert list(unknown_words({"@type": "Person", "sameAss": [{"@type": "Person", "x": 1}]})) == [
        "Person.sameAss",
        "Person.x",
    ]
    for file in ("index.html", "projects/shop/index.html", "notes/index.html", "projects/index.html"):
        assert list(unknown_words(data(head(file)))) == []


def test_the_home_page_is_the_person() -> None:
    found = head("index.html")
    shown = properties(found)
    assert shown["og:title"] == "김민지 · 백엔드 개발자"
    assert (shown["og:type"], shown["og:locale"], shown["og:url"]) == ("profile", "ko_KR", SITE)
    assert shown["og:image"] == f"{SITE}assets/cards/index.png"
    (profile,) = data(found)
    assert (profile["@context"], profile["@type"]) == ("https://schema.org", "ProfilePage")
    person = profile["mainEntity"]
    assert (person["@type"], person["name"], person["jobTitle"]) == ("Person", "김민지", "백엔드 개발자")
    assert person["sameAs"] == ["https://github.com/minji"]
    assert person["knowsAbout"] == ["Kafka"]  # Rust is claimed without evidence
    assert found.select_one("link[rel=canonical]")["href"] == SITE


def test_featured_work_is_a_creative_work_with_its_place() -> None:
    work, place = data(head("projects/shop/index.html"))
    assert (work["@type"], work["name"], work["headline"]) == ("CreativeWork", "상점", "지연 87% 감소")
    assert (work["datePublished"], work["keywords"]) == ("2025-02-03", ["Kafka"])
    assert work["author"]["name"] == "김민지"
    assert place["@type"] == "BreadcrumbList"
    assert [(each["position"], each["name"]) for each in place["itemListElement"]] == [
        (1, "홈"),
        (2, "프로젝트"),
        (3, "상점"),
    ]
    assert place["itemListElement"][1]["item"] == f"{SITE}projects/"


@pytest.mark.parametrize(
    ("file", "title", "picture"),
    [
        ("projects/shop/index.html", "상점", "assets/cards/projects/shop.png"),
        ("projects/small/index.html", "작은 일", "assets/card.png"),
        ("projects/큰 일/index.html", "큰 일", "assets/card.png"),
        ("projects/index.html", "프로젝트", "assets/card.png"),
        ("timeline/index.html", "타임라인", "assets/card.png"),
        ("notes/index.html", '<b> & "q"', "assets/card.png"),
    ],
)
def test_each_page_has_a_title_and_a_picture(file: str, title: str, picture: str) -> None:
    shown = properties(head(file))
    assert (shown["og:title"], shown["og:image"]) == (title, SITE + picture)
    assert shown["og:description"] == "About & more"


def test_without_an_address_nothing_points_to_one() -> None:
    found = head("index.html", site="")
    assert not any(name.startswith("og:image") or name == "og:url" for name in properties(found))
    assert found.select_one("link[rel=canonical]") is None
    assert [each["@type"] for each in data(head("projects/shop/index.html", site=""))] == ["CreativeWork"]


def test_without_an_owner_the_home_page_is_the_roadmap() -> None:
    found = head("index.html", public({"roadmap.yml": ROADMAP}))
    assert properties(found)["og:title"] == "로드맵"
    assert [each["@type"] for each in data(found)] == ["WebSite"]


def test_tags_of_the_theme_stay_and_are_not_doubled() -> None:
    own = '<link rel="canonical" href="https://own.example/">'
    assert len(head("index.html", own=own).select("link[rel=canonical]")) == 1
    assert properties(head("index.html", own='<meta property="og:title" content="Mine">'))["og:title"] == "Mine"


def test_other_files_have_no_tags() -> None:
    assert list(properties(head("404.html"))) == ["description"]


def test_nothing_private_is_in_tags_and_cards() -> None:
    roadmap = public()
    pages = [*ShareTags(roadmap, Language("ko"), Addresses(SITE), {}).pages]
    texts = [str(head(file, roadmap)) for file in pages] + [card_svg(each) for each in cards(roadmap).values()]
    for secret in ("secret", "SECRET", "hidden"):
        assert not any(secret in text for text in texts)
    assert [*cards(roadmap)] == ["index.md", "projects/shop.md"]


@settings(deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_breaks_out_of_the_tags(title: str, about: str) -> None:
    hostile = f"{about}</script><script>alert(1)</script>\"'><b>"
    settings = json.dumps({"name": title + hostile, "headline": hostile})
    found = head("index.html", public({"roadmap.yml": f"{ROADMAP}owner: {settings}\n"}))
    assert {each.get("type") for each in found.select("script")} <= {"application/ld+json"}
    assert not found.select("b")


def test_a_card_is_the_same_picture_each_time_and_has_hangul() -> None:
    drawn = drawn_cards(public(), lambda _path, data: data)
    png = drawn["assets/cards/index.png"].png()
    assert png[:4] == b"\x89PNG"
    assert png == drawn["assets/cards/index.png"].png()
    without = Card(drawn["assets/cards/index.png"].svg.replace("김민지", ""), "").png()
    assert png != without


@settings(deadline=None)
@given(st.text(max_size=300), st.integers(20, 90), st.integers(1, 3))
def test_the_lines_of_a_card_are_few(text: str, size: int, most: int) -> None:
    lines = wrapped(text, size, most)
    assert len(lines) <= most
    assert all(lines)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("한 줄", ("한 줄",)),
        ("a" * 60, ("a" * 23, "a" * 22 + "…")),
        ("긴 이름을 가진 프로젝트가 여기에 있습니다", ("긴 이름을 가진 프로젝트가", "여기에 있습니다")),
        ("", ()),
    ],
)
def test_a_card_breaks_lines_between_words(text: str, expected: tuple[str, ...]) -> None:
    assert wrapped(text, 80, 2) == expected
