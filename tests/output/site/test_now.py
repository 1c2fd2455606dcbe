"""The page *Now*: the work under way, its last finished tasks, and when it lands."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from milemark.foundation.i18n import Language
from milemark.foundation.layout import PUBLIC
from milemark.output.site.pages import SitePages
from milemark.output.site.renderer import Renderer
from milemark.privacy.audience import for_audience
from repositories import item, repository
from support import DAY, cli, load_texts

ROADMAP = """\
statuses: {todo: planned, doing: active, done: done}
collections: {projects: {}}
"""
FILES = {
    "roadmap.yml": ROADMAP,
    "projects/shop.md": "---\ntitle: Shop\nstatus: doing\nsummary: A shop\ndue: 2025-03\n---\n- [x] a\n- [ ] b\n",
    "projects/part.md": "---\ntitle: Part\nstatus: doing\nparent: shop\n---\n",
    "projects/later.md": "---\ntitle: Later\nstatus: todo\n---\n",
    "projects/secret.md": "---\ntitle: Secret\nstatus: doing\naudience: private\n---\n",
}
CLOSED = {name: text.replace("doing", "done") for name, text in FILES.items() if "secret" not in name}


def page_of(files: dict[str, str], audience: str = PUBLIC, locale: str = "en") -> str:
    """Return the text of now.md; empty if there is none."""
    language, roadmap = Language(locale), for_audience(load_texts(files, DAY), audience).roadmap
    found = SitePages(roadmap, Renderer((), language, is_directory=True), language).find("now.md")
    return BeautifulSoup(found.text, "html.parser").get_text(" ", strip=True) if found else ""


@pytest.mark.parametrize(("audience", "shown"), [("public", ["Shop", "Part"]), ("private", ["Secret", "Shop", "Part"])])
def test_the_page_shows_the_items_under_way_as_its_audience_may_see_them(audience: str, shown: list[str]) -> None:
    text = page_of(FILES, audience)
    assert [name for name in ("Secret", "Shop", "Part", "Later") if name in text] == shown
    assert "A shop" in text


def test_an_item_has_its_next_tasks_and_those_of_its_active_parts() -> None:
    shop = "---\ntitle: Shop\nstatus: doing\n---\n- [x] a\n- [ ] b\n    - [ ] b one\n    - [x] b two\n- [ ] c\n"
    part = "---\ntitle: Part\nstatus: doing\nparent: shop\n---\n- [ ] d\n- [ ] e\n"
    text = page_of({**FILES, "projects/shop.md": shop, "projects/part.md": part})
    assert text.endswith("Part Next up b one c d")


def test_the_page_speaks_korean() -> None:
    assert "지금" in page_of(FILES, locale="ko")


@pytest.mark.parametrize(
    ("files", "word"),
    [
        ({**FILES, "now.md": "# Mine\n"}, "Mine"),
        ({**FILES, "now/index.md": "# Mine\n"}, ""),
        ({**FILES, "roadmap.yml": f"{ROADMAP[:-2]}, now: {{}}}}\n"}, ""),
        (CLOSED, ""),
        ({**CLOSED, "projects/secret.md": FILES["projects/secret.md"]}, ""),
    ],
)
def test_a_page_of_the_author_wins_and_a_roadmap_at_rest_has_none(files: dict[str, str], word: str) -> None:
    text = page_of(files)
    assert "Shop" not in text
    assert word in text if word else not text


def site_of(tmp_path: Path, roadmap: str) -> str:
    """Return the public page of a project in which a task was finished each week for twelve weeks."""
    repo = repository(tmp_path / "project")
    for number in range(13):
        tasks = [f"{'x' if task < number else ' '}**task {task:02}**" for task in range(20)]
        secret = item("doing", *("x hidden" for _ in range(number % 2)), audience="private")
        files = {"roadmap.yml": roadmap, "projects/shop.md": item("doing", *tasks), "projects/secret.md": secret}
        repo.commit((date(2025, 4, 14) + timedelta(weeks=number)).isoformat(), files)
    (repo.folder / "mkdocs.yml").write_text("site_name: T\ndocs_dir: build/docs\n", "utf-8")
    done = cli(repo.folder, "--as-of", "2025-07-08", "generate")
    assert done.exit_code == 0, done.output
    return (repo.folder / "build/docs/now.md").read_text("utf-8")


@pytest.mark.parametrize(("forecast", "has_days"), [("", False), ("forecast: public\n", True)])
def test_the_page_has_the_last_three_tasks_and_days_only_where_forecasts_are_public(
    tmp_path: Path, forecast: str, has_days: bool
) -> None:
    text = site_of(tmp_path, ROADMAP + forecast)
    names = [f"task {number:02}" for number in range(20)]
    ahead, done = ([name for name in names if name in part] for part in text.split("Done last"))
    assert (ahead, done) == (["task 12", "task 13", "task 14"], ["task 09", "task 10", "task 11"])
    assert "July 7, 2025" in text
    assert ("Forecast" in text) == has_days
    assert "hidden" not in text.replace("mm-hidden", "")
    assert "secret" not in text
