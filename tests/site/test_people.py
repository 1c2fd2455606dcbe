"""People in a browser: the checklists of one person, a timeline with a lane for each, and a portfolio of all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

import roadmaps
from conftest import serving
from organisation import DAYS, write_dataset
from support import cli

TEAM: roadmaps.Content = {
    "roadmap.yml": "title: Team\nstatuses: {doing: active}\ncollections: {items: {}, people: {role: person}}\n",
    "people/kim.md": "---\ntitle: Kim\n---\n",
    "people/lee.md": "---\ntitle: Lee\n---\n",
    "items/one.md": "---\ntitle: One\nstatus: doing\nassignee: kim\ndue: 2026-11\n---\n- [ ] a\n- [ ] b\n",
    "items/two.md": "---\ntitle: Two\nstatus: doing\nassignee: [lee, kim]\ndue: 2026-12\n---\n- [ ] c\n",
    "items/free.md": "---\ntitle: Free\nstatus: doing\ndue: 2026-12\n---\n- [ ] d\n",
    "lanes.md": "---\ntitle: Lanes\n---\n```milemark\nview: timeline\ngroup: assignee\n```\n",
}
pytestmark = [pytest.mark.slow, pytest.mark.browser]


def test_the_checklists_are_chosen_by_person(browser: Browser, serve_roadmap: Callable[..., str]) -> None:
    with browser.new_page() as page:
        page.goto(f"{serve_roadmap('team', TEAM)}checklists/")
        lists = page.locator(".mm-checklist:visible h3")
        assert sorted(lists.all_inner_texts()) == ["Free", "One", "Two"]
        page.get_by_role("combobox", name="Assignee").select_option(label="Lee")
        assert lists.all_inner_texts() == ["Two"]
        page.get_by_role("combobox", name="Assignee").select_option(label="Kim")
        assert sorted(lists.all_inner_texts()) == ["One", "Two"]
        assert "assignee=kim" in page.url


def test_a_timeline_has_a_lane_for_each_person(browser: Browser, serve_roadmap: Callable[..., str]) -> None:
    with browser.new_page() as page:
        page.goto(f"{serve_roadmap('team', TEAM)}lanes/")
        assert page.locator(".mm-g-lane").all_inner_texts() == ["Kim", "Lee", "Other"]
        assert page.locator(".mm-g-name").all_inner_texts() == ["One", "Two", "Two", "Free"]


def test_a_portfolio_fits_every_screen(browser: Browser, tmp_path: Path) -> None:
    dataset, root = write_dataset(tmp_path), tmp_path / "site"
    root.mkdir()
    assert cli(root, "--as-of", DAYS[-1], "portfolio", str(dataset)).exit_code == 0
    with serving(root / "site") as url:
        for width in (1280, 390):
            for scheme in ("light", "dark"):
                page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
                for path in ("", "timeline/", "repositories/payments/", "people/kim/", "people/"):
                    page.goto(url + path)
                    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)
                page.goto(url)
                page.get_by_role("link", name="Payments", exact=True).first.click()
                assert page.get_by_role("link", name="Site").get_attribute("href") == "https://example.org/payments/"
                page.close()
