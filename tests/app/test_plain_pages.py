"""Each public site has llms.txt and the text of its pages, after privacy, whichever publisher builds it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from milemark.app.build import generate
from milemark.app.options import ReadOptions
from milemark.app.plain_pages import with_plain_link, write_plain_pages
from milemark.app.project import Project, read_project
from milemark.foundation.layout import PUBLIC
from support import cli, write_content, write_files

CONFIG = "site_name: Plan\ntheme: {name: material}\nuse_directory_urls: %s\n"
FILES = {
    "roadmap.yml": "title: Plan\nstatuses: {doing: active}\ncollections: {projects: {}}\n",
    "projects/shop.md": "---\nstatus: doing\n---\n# Shop\n\nIt opens.\n",
    "projects/qvxkanari.md": "---\naudience: private\n---\n# Qvxkanari\n",
    "about.md": "# About\n\nMine.\n\n%% qvxkanari %%\n",
}


def started(root: Path, *, is_directory: bool = True) -> Project:
    write_files(root, {"mkdocs.yml": CONFIG % str(is_directory).lower()})
    write_content(root, FILES)
    project = read_project(root, date(2025, 1, 1), read_options=ReadOptions(PUBLIC))
    generate(project)
    return project


def as_built(site: Path, *names: str) -> Path:
    return write_files(site, dict.fromkeys(names, "<html><head></head></html>"))


@pytest.mark.parametrize(
    ("is_directory", "html", "text"),
    [(True, "projects/shop/index.html", "projects/shop/index.md"), (False, "projects/shop.html", "projects/shop.md")],
)
def test_the_text_lies_beside_its_page(tmp_path: Path, is_directory: bool, html: str, text: str) -> None:
    project = started(tmp_path, is_directory=is_directory)
    site = as_built(tmp_path / "new", html)
    write_plain_pages(project, site, tmp_path / "site")
    assert (site / text).read_text().startswith("# Shop\n")
    assert "It opens." in (site / text).read_text()
    assert f"]({text})" not in (site / "llms.txt").read_text()  # an item is found through its collection
    assert sorted(path.name for path in site.rglob("*.md")) == [Path(text).name]


def test_a_page_that_is_the_same_keeps_the_text_of_the_last_site_and_another_gets_its_own(tmp_path: Path) -> None:
    names = ("projects/shop/index.html", "about/index.html")
    first, second = (as_built(tmp_path / each, *names) for each in ("first", "second"))
    write_plain_pages(started(tmp_path), first, tmp_path / "site")
    write_content(tmp_path, {"about.md": "# About\n\nYours.\n"})
    project = read_project(tmp_path, date(2025, 1, 1), read_options=ReadOptions(PUBLIC))
    generate(project)
    write_plain_pages(project, second, first)
    assert (second / "projects/shop/index.md").samefile(first / "projects/shop/index.md")
    assert "Yours." in (second / "about/index.md").read_text()
    assert "Mine." in (first / "about/index.md").read_text()


def test_files_that_the_site_has_already_stay(tmp_path: Path) -> None:
    site = as_built(tmp_path / "new", "about/index.html", "about/index.md", "llms.txt")
    write_plain_pages(started(tmp_path), site, tmp_path / "site")
    assert {(site / each).read_text() for each in ("about/index.md", "llms.txt")} == {"<html><head></head></html>"}


def test_a_page_links_to_its_text() -> None:
    html = with_plain_link("a b/c d.html", "<head></HEAD>")
    assert html == '<head><link rel="alternate " type="text/markdown" href="c%20d.md">\n</HEAD>'


@pytest.mark.slow
@pytest.mark.parametrize("publisher", ["mkdocs", "properdocs", "zensical"])
def test_the_site_of_each_publisher_has_the_public_text_of_its_pages(tmp_path: Path, publisher: str) -> None:
    started(tmp_path)
    built = cli(tmp_path, "build", "--publisher", publisher)
    site = tmp_path / "site"
    assert built.exit_code == 0, built.output
    assert (site / "about/index.md").read_text() == "# About\n\nMine.\n"
    assert "[About](about/index.md)" in (site / "llms.txt").read_text()
    assert '<link rel="alternate " type="text/markdown" href="index.md">' in (site / "about/index.html").read_text()
    texts = [path.read_text().lower() for path in (*site.rglob("*.md"), site / "llms.txt")]
    assert len(texts) > 3
    assert not [text for text in texts if "kanari" in text]
    private = cli(tmp_path, "build", "--publisher", publisher, "--audience", "private")
    assert private.exit_code == 0, private.output
    assert not (tmp_path / "build/site-private/llms.txt").exists()
