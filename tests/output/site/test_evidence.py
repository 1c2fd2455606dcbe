"""Typed evidence: links that prove a work or a skill, each with its kind, its date and a note."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup

from milemark.foundation.i18n import Language
from milemark.output.site.pages import pages
from milemark.output.site.renderer import Renderer
from milemark.privacy.audience import for_audience
from milemark.roadmap.load import Loaded, load

ROADMAP = """\
statuses: {done: done}
policies: {evidence: skills}
collections: {projects: {}, skills: {role: record}}
"""


def loaded(evidence: str, **more: str) -> Loaded:
    item = f"---\ntitle: Shop\nstatus: done\nevidence: {evidence}\n---\n"
    files = {"roadmap.yml": ROADMAP, "projects/shop.md": item, **{f"{name}.md": text for name, text in more.items()}}
    return load({path: text.encode() for path, text in files.items()}, date(2025, 3, 1))


def shown(found: Loaded, audience: str = "public") -> list[str]:
    roadmap = for_audience(found, audience).roadmap
    made = pages(roadmap, Renderer((), Language("en"), is_directory=True), Language("en"))
    page = BeautifulSoup(next(each.text for each in made if each.path == "projects/shop.md"), "html.parser")
    return [" ".join(str(each.get_text(" ")).split()) for each in page.select("ul.mm-columns > li")]


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        ("https://example.org/a", ["example.org/a"]),
        ("[https://example.org/a, {url: https://example.org/b}]", ["example.org/a", "example.org/b"]),
        ("[{url: https://example.org, kind: PR, date: 2025-Q1, note: Faster}]", ["Faster pull request Q1 2025"]),
        ("[{url: https://example.org, note: <b>}]", ["<b>"]),
    ],
)
def test_evidence_is_shown_with_its_kind_and_date(evidence: str, expected: list[str]) -> None:
    found = loaded(evidence)
    assert not found.diagnostics
    assert shown(found) == expected


@pytest.mark.parametrize(
    ("evidence", "code"),
    [
        ('[{url: "javascript:alert(1)"}]', "MM209"),
        ("[{kind: pr}]", "MM203"),
        ("[{url: https://example.org, kind: magic}]", "MM205"),
        ("[{url: https://example.org, when: 2025}]", "MM205"),
        ("[{url: https://example.org, date: soon}]", "MM206"),
    ],
)
def test_wrong_evidence_is_a_finding_with_its_place(evidence: str, code: str) -> None:
    (found,) = loaded(evidence).diagnostics
    assert (found.rule.code, found.span.path, found.span.line) == (code, "projects/shop.md", 4)


def test_a_skill_with_evidence_of_its_own_is_proven() -> None:
    def findings(front: str) -> list[Any]:
        skill = f"---\ntitle: Go\nstatus: done\n{front}---\n"
        return [each.rule.code for each in loaded("https://example.org", **{"skills/go": skill}).diagnostics]

    assert findings("") == ["MM408"]
    assert findings("evidence: [https://example.org]\n") == []


def test_the_names_of_private_files_are_blanked_in_evidence() -> None:
    hidden = "---\ntitle: Hidden\naudience: private\n---\n"
    evidence = "[{url: https://example.org, note: secret-plan works}, {url: projects/secret-plan.md}]"
    found = shown(loaded(evidence, **{"projects/secret-plan": hidden}))
    assert len(found) == 2
    assert not any("secret-plan" in text for text in found)
