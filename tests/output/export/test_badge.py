"""Badges: what they say, and that they are pictures whatever a title holds."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from datetime import date

import pytest

import roadmaps
from milemark.foundation.i18n import Language
from milemark.output.export.badge import badges
from support import load_texts

SVG = "{http://www.w3.org/2000/svg}"
ALLOWED = {
    *("svg", "title", "rect", "g", "text"),
    *(
        "width",
        "height",
        "x",
        "y",
        "fill",
        "role",
        "aria-label",
        "text-anchor",
        "font-family",
        "font-size",
        "textLength",
        "lengthAdjust",
    ),
}


def made(
    *tracks: str, title: str = "Plan", locale: str = "en", body: str = "- [x] a\n- [ ] b\n"
) -> Mapping[str, bytes]:
    """Return the badges of a roadmap with these tracks (fields of each); each has one item."""
    said = json.dumps(title, ensure_ascii=False)
    files = {"roadmap.yml": f"title: {said}\nlocale: {locale}\ncollections: {{tracks: {{role: track}}, items: {{}}}}\n"}
    for number, track in enumerate(tracks):
        files[f"tracks/t{number}.md"] = f"---\n{track}\n---\n"
        files[f"items/i{number}.md"] = f"---\ntitle: I{number}\ntrack: t{number}\n---\n{body}"
    return badges(load_texts(files, date(2025, 6, 15)).roadmap, Language(locale))


def endpoint(files: Mapping[str, bytes], name: str) -> dict[str, object]:
    found = json.loads(files[f"badge/{name}.json"])
    assert set(found) == {"schemaVersion", "label", "message", "color"}
    return {key: found[key] for key in ("schemaVersion", "label", "message")}


def picture(data: bytes) -> list[str]:
    """Return the words of a picture that holds nothing but words and boxes."""
    root = ET.fromstring(data)  # noqa: S314  our own
    assert {each.tag.removeprefix(SVG) for each in root.iter()} <= ALLOWED
    assert {name for each in root.iter() for name in each.attrib} <= ALLOWED
    words = [each.text or "" for each in root.iter(f"{SVG}text")]
    assert (root.attrib["aria-label"], root.findtext(f"{SVG}title")) == (": ".join(words),) * 2
    return words


def test_the_whole_and_each_track_have_a_badge() -> None:
    files = made("title: Learn\nid: learn", "title: Make\nid: 만들기")
    assert endpoint(files, "whole") == {"schemaVersion": 1, "label": "Plan", "message": "50%"}
    assert sorted(files) == sorted(
        f"badge/{n}.{kind}" for n in ("whole", "learn", "만들기") for kind in ("svg", "json")
    )


@pytest.mark.parametrize(
    ("body", "message", "color"),
    [
        ("- [ ] a\n", "0%", "6e7781"),
        ("- [x] a\n- [ ] b\n", "50%", "0969da"),
        ("- [x] a\n", "100%", "1a7f37"),
    ],
)
def test_a_badge_says_the_progress(body: str, message: str, color: str) -> None:
    files = made("title: Learn", body=body)
    found = json.loads(files["badge/t0.json"])
    assert (found["label"], found["message"], found["color"]) == ("Learn", message, color)
    assert picture(files["badge/t0.svg"]) == ["Learn", message]
    assert picture(files["badge/whole.svg"]) == ["Plan", message]


def test_a_badge_without_a_measure_says_so_in_the_language_of_the_roadmap() -> None:
    assert endpoint(made(locale="ko"), "whole")["message"] == "측정 없음"
    assert endpoint(made(title="", locale="ko"), "whole")["label"] == "진행도"


@pytest.mark.parametrize(
    "id_", ["../../etc/passwd", "a/b", "a b", ".hidden", "whole", "WHOLE", "x" * 300, "..", "a\\b", "C:x"]
)
def test_the_name_of_a_file_is_harmless_and_its_own(id_: str) -> None:
    names = {name.rsplit(".", 1)[0] for name in made(f"title: T\nid: {json.dumps(id_)}", "title: U")}
    assert len({name.casefold() for name in names}) == 3 or id_ in {"t0", "t1"}
    for name in names:
        assert re.fullmatch(r"badge/\w[\w.-]{0,80}", name)


@pytest.mark.parametrize("name", roadmaps.HOSTILE)
def test_a_hostile_word_is_a_word_in_a_picture(name: str) -> None:
    word = roadmaps.HOSTILE[name]
    label, _message = picture(made(title=word)["badge/whole.svg"])
    assert label == word or (label.endswith("…") and word.startswith(label[:-1]))
    assert len(label) <= 41


@pytest.mark.parametrize("escape", ["\\u000b", "\\u0000", "\\uffff", "\\n", "]]>"])
def test_what_a_picture_cannot_hold_is_left_out(escape: str) -> None:
    assert picture(made(f'title: "One{escape}"')["badge/t0.svg"])[0].startswith("One")


def test_wide_letters_take_more_room() -> None:
    narrow, wide = (ET.fromstring(made(title=text)["badge/whole.svg"]).attrib["width"] for text in ("aaaa", "가가가가"))  # noqa: S314
    assert int(narrow) < int(wide)
