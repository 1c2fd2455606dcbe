"""The page of the résumé, and its editions for one posting each."""

from __future__ import annotations

from datetime import date

import pytest
from bs4 import BeautifulSoup

from milemark.foundation.i18n import Language
from milemark.output.site.pages import pages
from milemark.output.site.renderer import Renderer
from milemark.privacy.audience import for_audience
from milemark.roadmap.load import load

OWNER = "owner: {name: Kim, role: Developer, email: kim@example.org, headline: Claim}\n"
ROADMAP = """\
statuses: {done: done, open: active}
collections:
  projects: {}
  work: {role: record, label: Work, fields: {company: {}}}
"""
FILES = {
    "roadmap.yml": ROADMAP + OWNER,
    "work/a.md": "---\ntitle: Engineer\ncompany: Here\nstart: 2024-05\n---\n",
    "projects/shop.md": "---\ntitle: Shop\nstatus: done\nresult: faster\nstack: [Kafka]\n---\n",
    "projects/site.md": "---\ntitle: Site\nstatus: done\nfeatured: true\nproblem: none\n---\n",
    "projects/idea.md": "---\ntitle: Idea\n---\n",
    "resume/acme.md": "---\ntitle: Acme\n---\n```milemark\nview: resume\nwhere: has(stack, 'kafka')\n"
    "title: For you\n```\n",
}


def site(files: dict[str, str], audience: str = "public") -> dict[str, BeautifulSoup]:
    loaded = load({path: text.encode() for path, text in files.items()}, date(2025, 3, 1))
    roadmap = for_audience(loaded, audience).roadmap
    renderer = Renderer((), Language("en"), is_directory=True)
    return {page.path: BeautifulSoup(page.text, "html.parser") for page in pages(roadmap, renderer, Language("en"))}


def test_the_resume_tells_of_the_person_the_career_and_the_work() -> None:
    page = site(FILES)["resume.md"]
    assert page.select(".mm-cv-head")[0].get_text(" ").split() == ["Kim", "Developer", "kim@example.org", "Claim"]
    parts = [each.get_text(" ", strip=True) for each in page.select(".mm-cv > .mm-cv-part")]
    assert parts == ["Work Engineer Here since May 2024", "Selected work Site Shop faster"]
    assert [each.get_text() for each in page.select(".mm-cv-details .mm-cv-title")] == ["Site", "Shop"]
    assert not page.select("table, img, svg")


def test_an_edition_is_private_and_shows_the_work_that_it_asks_for() -> None:
    assert "resume/acme.md" not in site(FILES)
    page = site(FILES, "private")["resume/acme.md"]
    assert [each.get_text() for each in page.select(".mm-cv-details .mm-cv-title")] == ["Shop"]
    assert [each.get_text() for each in page.select(".mm-cv-claim")] == ["For you"]


@pytest.mark.parametrize(
    ("files", "is_made"),
    [
        ({}, True),
        ({"roadmap.yml": ROADMAP}, False),
        ({"roadmap.yml": f"{ROADMAP}owner: {{role: Developer}}\n"}, False),
        ({"roadmap.yml": f"{ROADMAP}{OWNER[:-2]}, private: [name]}}\n"}, False),
        ({"resume.md": "# Mine\n"}, False),
        ({"resume/index.md": "---\naudience: public\n---\n# Mine\n"}, False),
        ({"roadmap.yml": f"{ROADMAP}  resume: {{}}\n{OWNER}"}, False),
    ],
)
def test_a_resume_is_made_for_a_named_person_where_its_place_is_free(files: dict[str, str], is_made: bool) -> None:
    made = site({**FILES, **files})
    assert ("resume.md" in made and bool(made["resume.md"].select(".mm-cv"))) == is_made


@pytest.mark.parametrize(
    ("front", "is_public"),
    [("audience: public", True), ("", False), ("audience: pulbic", False), ("audience: private", False)],
)
def test_an_edition_is_public_only_if_it_says_so(front: str, is_public: bool) -> None:
    made = site({**FILES, "resume/x.md": f"---\ntitle: X\n{front}\n---\nText\n"})
    assert ("resume/x.md" in made) == is_public
