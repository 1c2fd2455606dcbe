"""The public site is for readers: findings about the plan, sources and files of derivations are for its owner."""

from __future__ import annotations

from datetime import date

import pytest

from milemark.foundation.i18n import Language
from milemark.foundation.layout import PRIVATE, PUBLIC
from milemark.output.site.pages import pages
from milemark.output.site.renderer import Renderer
from milemark.privacy.audience import for_audience
from milemark.roadmap.load import load

ROADMAP = """\
statuses: {active: active, done: done}
policies: {active_limit: 0, evidence: skills}
collections:
  work: {fields: {weight: {}}}
  skills: {role: record}
"""
FILES = {
    "work/a.md": "---\ntitle: A\nstatus: active\nprogress: 40\n---\n- [ ] Secret step\n- [ ] two\n",
    "skills/go.md": "---\ntitle: Go\nstatus: done\n---\n",
}
RENDERER = Renderer((), Language("en"), is_directory=True)
FINDINGS = ("content/", "work/a.md:", "no evidence yet", "claimed;", "differs", "over the limit", "Source")


def site(audience: str, settings: str = "") -> dict[str, str]:
    texts = {"roadmap.yml": ROADMAP + settings, **FILES}
    loaded = load({path: text.encode() for path, text in texts.items()}, date(2025, 1, 12))
    roadmap = for_audience(loaded, audience).roadmap
    return {page.path: page.text for page in pages(roadmap, RENDERER, Language("en"))}


def said(made: dict[str, str]) -> set[str]:
    return {word for word in FINDINGS if any(word in text for text in made.values())}


def test_findings_and_sources_are_on_the_site_of_the_owner_only() -> None:
    assert said(site(PRIVATE)) == set(FINDINGS)
    assert said(site(PUBLIC)) == set()


@pytest.mark.parametrize(
    ("setting", "is_told", "has_files"),
    [
        ("", True, False),
        ("derivations: words", True, False),
        ("derivations: files", True, True),
        ("derivations: none", False, False),
    ],
)
def test_a_number_is_told_in_words_with_files_or_not_at_all(setting: str, is_told: bool, has_files: bool) -> None:
    page = site(PUBLIC, f"{setting}\n")["work/a.md"]
    assert ("<details" in page, "work/a.md:4:11" in page) == (is_told, has_files)
    assert page.count("Secret step") == 2 + has_files  # the task itself, and its name
    assert "40%" in page
    assert "work/a.md:4:11" in site(PRIVATE, f"{setting}\n")["work/a.md"]


def test_a_small_collection_with_a_summary_or_a_picture_is_shown_as_cards() -> None:
    files = {**FILES, "more/b.md": "---\ntitle: B\nsummary: About b\n---\n", "more/c.md": "---\ntitle: C\n---\n"}
    texts = {"roadmap.yml": ROADMAP + "  more: {}\n", **files}
    loaded = load({path: text.encode() for path, text in texts.items()}, date(2025, 1, 12))
    made = {page.path: page.text for page in pages(loaded.roadmap, RENDERER, Language("en"))}
    assert made["more/index.md"].count("mm-tile-text") == 2
    assert "mm-tile-text" not in made["work/index.md"]
