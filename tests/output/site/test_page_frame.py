"""The front matter of hand-written pages: what its author says goes on working, and no theme takes it for markup."""

from __future__ import annotations

import html
import json
import re
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mkdocs.utils.meta import get_data

from milemark.markdown.front_matter import parse_document
from milemark.output.site.page_frame import own_front_matter

EVIL = "</title><script>alert(1)</script> \"'{{ x }}"
SHOWN = html.escape(EVIL).replace("{", "&#123;").replace("}", "&#125;")
# Every field of a page that a theme reads, and what it does with it.
PRINTED = {"title", "description", "author", "subtitle", "status"}
READ = {"hide", "icon"}
MADE_BY_PLUGINS = {
    *("git_revision_date_localized", "git_creation_date_localized", "revision_date"),  # by plugins that read git
    "source",  # by MultiMarkdown's metadata, which no page of ours has
}
IN_SCRIPT = {"location"}


def head_of(front: str, *, is_untrusted: bool = False) -> dict[str, Any]:
    """Return the front matter of a page as MkDocs reads it."""
    document, _ = parse_document("page.md", f"---\n{front}\n---\nText.\n".encode())
    body, head = get_data(own_front_matter(document, "Page", "About", is_untrusted=is_untrusted) + document.body)
    assert body.strip() == "Text."
    return dict(head)


def templates() -> list[Path]:
    folders = [str(resources.files(name) / "templates") for name in ("material", "zensical")]
    themes = str(resources.files("mkdocs") / "themes")
    return [path for folder in (*folders, themes) for path in Path(folder).rglob("*.html")]


def test_every_field_that_a_theme_reads_is_known() -> None:
    found: set[str] = set()
    for path in templates():
        found |= set(re.findall(r"\b(?:page|nav_item)\.meta\.(\w+)", path.read_text("utf-8")))
    assert found == PRINTED | READ | MADE_BY_PLUGINS | IN_SCRIPT


@pytest.mark.parametrize("name", sorted(PRINTED | READ | MADE_BY_PLUGINS | {"anything", "og:title"}))
def test_a_text_is_text_whatever_its_field(name: str) -> None:
    assert head_of(f"{json.dumps(name)}: {json.dumps(EVIL)}")[name] == SHOWN


def test_what_is_nested_is_text_too() -> None:
    evil = json.dumps(EVIL)
    found = head_of(f"tags: [{evil}, b]\nsocial: {{cards: {{title: {evil}}}}}\nhero:\n  - {evil}: 1")
    assert found["tags"] == [SHOWN, "b"]
    assert found["social"] == {"cards": {"title": SHOWN}}
    assert found["hero"] == [{SHOWN: 1}]


def test_what_its_author_chooses_goes_on_working() -> None:
    found = head_of(
        "template: home.html\nhide:\n  - toc\n  - navigation\nsearch:\n  exclude: true\n  boost: 2.5\n"
        "icon: material/rocket\n"
        "date: 2025-01-12\ncomments: false\nempty:\nstatus_: new"
    )
    assert found == {
        "title": "Page",
        "description": "About",
        "template": "home.html",
        "hide": ["toc", "navigation"],
        "search": {"exclude": True, "boost": 2.5},
        "icon": "material/rocket",
        "date": date(2025, 1, 12),
        "comments": False,
        "empty": None,
        "status_": "new",
    }


@pytest.mark.parametrize(
    ("written", "shown"), [("1:30", "1:30"), ("no", "no"), ("012", "012"), ("2025-01-12", "2025-01-12")]
)
def test_a_title_is_the_text_that_was_written(written: str, shown: str) -> None:
    assert head_of(f"title: {written}")["title"] == shown


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("../other/", "../other/"),
        ("javascript:alert(1)", ""),
        ('x"];alert(1);["', "x%22];alert(1);[%22"),
        ("'><script>", "%27%3E%3Cscript%3E"),
    ],
)
def test_a_page_that_leads_elsewhere_leads_to_an_address(written: str, address: str) -> None:
    assert html.unescape(head_of(f"location: {json.dumps(written)}")["location"]) == address


def test_an_untrusted_page_selects_neither_template_nor_address_nor_icon() -> None:
    front = "template: redirect.html\nlocation: https://example.org\nicon: ../x\ntitle: T\ntags: [a]\nhide: [toc]"
    assert set(head_of(front, is_untrusted=True)) == {"title", "description", "tags", "hide"}


def test_unreadable_front_matter_reaches_no_publisher() -> None:
    document, found = parse_document("a.md", b"---\ntitle: <script>: [\n---\nText.\n")
    assert found
    assert "<" not in own_front_matter(document, "A", "")


@settings(deadline=None)
@given(st.dictionaries(st.text(min_size=1, max_size=5), st.text(max_size=10), max_size=4))
def test_no_front_matter_becomes_markup(fields: dict[str, str]) -> None:
    front = "\n".join(f"{json.dumps(name)}: {json.dumps(text)}" for name, text in fields.items())
    document, _ = parse_document("a.md", f"---\n{front}\n---\nText.\n".encode("utf-8", "replace"))
    body, head = get_data(own_front_matter(document, "A", "") + "Text.")
    assert body == "Text."
    assert not re.search("[<>]", json.dumps(head, default=str))


@pytest.mark.parametrize(
    ("value", "is_kept"),
    [("home.html", True), ("own/page.html", True), ("'[[Daily note]]'", False), ("Daily", False), ("[a.html]", False)],
)
def test_a_template_of_another_tool_does_not_end_the_build(value: str, is_kept: bool) -> None:
    assert ("template" in head_of(f"template: {value}")) == is_kept
