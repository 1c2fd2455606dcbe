"""mkdocs.yml leaves to the roadmap what it does not say itself: title, description, navigation and icon."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from milemark.app.build import generate, site_options
from milemark.app.project import read_project
from milemark.publish.build import publication_of
from milemark.publish.live import LiveSite
from milemark.publish.mkdocs_config import read_config
from milemark.publish.publishers import PUBLISHERS
from milemark.publish.site_settings import settings_of_roadmap, settings_of_tree
from support import DAY, cli, write_files

NAV = ({"Home": "index.md"}, {"Plan": ["timeline.md", "gone.md"]}, {"Empty": ["gone.md"]})
VALUES = {"site_name": "Yes", "site_description": "Goal"}


def config_of(folder: Path, text: str) -> yaml.MappingNode:
    write_files(folder, {"mkdocs.yml": text, "docs/index.md": "", "docs/timeline.md": ""})
    return read_config(folder / "mkdocs.yml")


@pytest.mark.parametrize(
    ("config", "found"),
    [
        ("docs_dir: x\n", VALUES),
        ("site_name: Mine\n", {"site_description": "Goal"}),
        ("site_name: !ENV [MILEMARK_TITLE, Roadmap]\nsite_description: ''\n", {"site_name": "Yes"}),
        ("site_name: !ENV [TITLE, Roadmap]\nsite_description: !ENV MILEMARK_GOAL\n", {"site_description": "Goal"}),
    ],
)
def test_title_and_description_stand_in_one_file(tmp_path: Path, config: str, found: dict[str, str]) -> None:
    assert settings_of_roadmap(config_of(tmp_path, config), VALUES) == found
    assert settings_of_roadmap(config_of(tmp_path, config), dict.fromkeys(VALUES, "")) == {}


def test_title_and_description_are_text_though_themes_print_them_as_they_are(tmp_path: Path) -> None:
    values = {"site_name": "<script>alert(1)</script>", "site_description": '"><b>{{ x }}'}
    assert settings_of_roadmap(config_of(tmp_path, "docs_dir: x\n"), values) == {
        "site_name": "&lt;script&gt;alert(1)&lt;/script&gt;",
        "site_description": "&quot;&gt;&lt;b&gt;&#123;&#123; x &#125;&#125;",
    }


@pytest.mark.parametrize(
    ("config", "found"),
    [
        ("site_name: T\n", {"nav": [{"Home": "index.md"}, {"Plan": ["timeline.md"]}], "not_in_nav": "*\n"}),
        ("not_in_nav: /x/\n", {"nav": [{"Home": "index.md"}, {"Plan": ["timeline.md"]}]}),
        ("nav: [index.md]\n", {}),
        ("plugins: [awesome-nav]\n", {}),
    ],
)
def test_a_project_without_nav_gets_one_of_the_pages_that_exist(tmp_path: Path, config: str, found: Any) -> None:
    assert settings_of_tree(config_of(tmp_path, config), tmp_path / "docs", NAV) == found


@pytest.mark.parametrize(
    ("theme", "files", "icon"),
    [
        ("{name: material}", ["assets/milemark-icon.svg"], "assets/milemark-icon.svg"),
        ("{name: material}", ["favicon.png", "assets/milemark-icon.svg"], "favicon.png"),
        ("{name: material, favicon: me.png}", ["assets/milemark-icon.svg"], None),
        ("material", ["assets/milemark-icon.svg"], None),
        ("{name: material}", [], None),
    ],
)
def test_a_site_has_an_icon(tmp_path: Path, theme: str, files: list[str], icon: str | None) -> None:
    config = config_of(tmp_path, f"theme: {theme}\n")
    write_files(tmp_path / "docs", dict.fromkeys(files, ""))
    found = settings_of_tree(config, tmp_path / "docs", ())
    assert found == ({"theme": {"favicon": icon}} if icon else {})


def test_the_page_for_missing_addresses_leads_home_below_the_address_of_the_site(tmp_path: Path) -> None:
    config = "site_url: https://example.org/road/\ndocs_dir: build/docs\ntheme: {name: material, font: false}\n"
    files = {"mkdocs.yml": config, "content/roadmap.yml": "title: '2025'\n", "content/a.md": "# A\n"}
    done = cli(write_files(tmp_path, files), "build")
    assert done.exit_code == 0, done.output
    assert '<a class="md-button" href="/road/">To the home page</a>' in (tmp_path / "site/404.html").read_text("utf-8")
    assert "2025</title>" in (tmp_path / "site/index.html").read_text("utf-8")


def test_a_collection_that_the_navigation_leaves_out_is_a_finding_for_those_who_may_know_it(tmp_path: Path) -> None:
    roadmap = "collections: {work: {}, more: {}, secret: {audience: private}}\n"
    files = {"mkdocs.yml": "site_name: T\nnav: [index.md, work/index.md]\n", "content/roadmap.yml": roadmap}
    write_files(tmp_path, {**files, "content/a.md": "# A\n"})
    said = {audience: cli(tmp_path, "check", "--audience", audience).output for audience in ("public", "private")}
    assert {
        audience: [name in text for name in ("out work", "out more", "out secret")] for audience, text in said.items()
    } == {
        "public": [False, True, False],
        "private": [False, True, True],
    }


def test_the_page_for_missing_addresses_speaks_the_language_of_the_site_also_where_it_is_served(tmp_path: Path) -> None:
    config = "docs_dir: build/docs\ntheme: {name: material, font: false, language: ko}\n"
    files = {"mkdocs.yml": config, "content/roadmap.yml": "title: 계획\nlocale: ko\n", "content/a.md": "# A\n"}
    root = write_files(tmp_path, files)
    assert cli(root, "build").exit_code == 0
    project = read_project(root, DAY)
    generate(project)
    live = LiveSite(tmp_path / "live")
    live.update(publication_of(root, PUBLISHERS["mkdocs"], site_options(project), live.folder, live.folder))
    assert live.site
    for page in ((root / "site/404.html").read_bytes(), live.site.read("404.html") or b""):
        text = page.decode()
        assert "<h1>페이지를 찾을 수 없습니다</h1>" in text
        assert '<a class="md-button" href="/">홈으로 가기</a>' in text
