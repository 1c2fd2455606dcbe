"""Three publishers build one tree into the same pages and tasks, with valid links and no other host."""

from __future__ import annotations

import copy
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag

from conftest import make_once
from milemark.publish import publishers
from milemark.publish.errors import PublishError
from milemark.publish.publishers import PUBLISHERS, Job, Publisher, choose, run
from milemark.query.sql.block import VIEWS
from support import ROOT

NAMES = tuple(PUBLISHERS)
HOST = "https://site.example/"

# What authors of Material pages write. Each publisher has to show the same boxes.
SYNTAX = """\
# Syntax

1. first
   - [ ] below a number
   - [x] and done
2. second

- [ ] one

    ```python
    # - [ ] no task
    ```

    - [x] nested **bold**

!!! note "A note"

    - [ ] in an admonition

??? tip "Folded"

    - [x] in details

=== "Tab"

    - [ ] in a tab

> - [ ] quoted

| a | b |
|---|---|
| - [ ] no task | x |

Kept: `{{ braces }}`, ==marked==, <kbd>Ctrl</kbd>, footnote[^1], [a link](projects/storebridge.md), ++ctrl+c++.

[^1]: It is here.
"""


# A page that asks in every way there is. Each publisher has to show the same words.
QUERIES = "\n\n".join(
    [
        "# Queries",
        "There are `milemark: count(*) from items` of them, and ``milemark: an example`` is none.",
        *(f"```milemark\nview: {view}\nfrom: phases\n```" for view in VIEWS),
        "```milemark\nfrom: phases\ngroup: track\ncolumns: {title: Name, due: , due || '!': 언제}\n```",
        "- in a list\n\n    ```milemark\n    from: phases\n    ```",
        "````md\n```milemark\nfrom: phases\n```\n````",
        "Text behind it.\n",
    ]
)


class Site(NamedTuple):
    """A built site: its folder, and the article and all addresses of each page."""

    folder: Path
    articles: dict[str, Tag]
    addresses: dict[str, list[str]]


def build(publisher: str, folder: Path) -> None:
    """Build our own content, with a page of Material's syntax in it, as a user does."""
    shutil.copytree(ROOT / "content", folder / "content")
    (folder / "content/syntax.md").write_text(SYNTAX, "utf-8")
    (folder / "content/queries.md").write_text(QUERIES, "utf-8")
    shutil.copy(ROOT / "mkdocs.yml", folder)
    command = [sys.executable, "-m", "milemark", "-C", str(folder), "build", "--strict", "--publisher", publisher]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def site_of(shared_folder: Path) -> Callable[[str], Site]:
    """Return a function that builds a site with a publisher, once per run, and reads it."""
    known: dict[str, Site] = {}

    def site(publisher: str) -> Site:
        if publisher not in known:
            folder = make_once(shared_folder / f"by-{publisher}", partial(build, publisher)) / "site"
            known[publisher] = Site(folder, *read(folder))
        return known[publisher]

    return site


def read(folder: Path) -> tuple[dict[str, Tag], dict[str, list[str]]]:
    articles, addresses = {}, {}
    for path in sorted(folder.rglob("*.html")):
        name = path.relative_to(folder).as_posix()
        page = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        addresses[name] = list(addresses_in(page))
        if article := page.select_one("article"):
            articles[name] = article
    return articles, addresses


def addresses_in(page: BeautifulSoup) -> Iterator[str]:
    for tag in page.find_all(True):
        yield from (str(tag[name]) for name in ("href", "src", "data", "poster") if tag.has_attr(name))


def boxes(article: Tag) -> list[tuple[bool, str]]:
    """Return the boxes of a page with the first words of their items."""
    found = article.select("li.task-list-item input[type=checkbox]")
    items = ((box, box.find_parent("li")) for box in found)
    return [(box.has_attr("checked"), " ".join(item.get_text(" ").split())[:30]) for box, item in items if item]


pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", NAMES[1:])
def test_each_publisher_builds_the_same_pages_with_the_same_tasks(site_of: Callable[[str], Site], name: str) -> None:
    first, other = site_of(NAMES[0]), site_of(name)
    assert other.articles.keys() - {"404.html"} == first.articles.keys() - {"404.html"}
    assert len(first.articles) > 90
    for page, article in first.articles.items():
        if page != "404.html":
            assert boxes(other.articles[page]) == boxes(article), page


def words_of(article: Tag) -> list[str]:
    for own in article.select("a.headerlink, .md-content__button, .highlight"):  # each has its own of these
        own.decompose()
    return article.get_text(" ").split()


@pytest.mark.parametrize("name", NAMES[1:])
def test_each_publisher_shows_the_same_query_results(site_of: Callable[[str], Site], name: str) -> None:
    first, other = (copy.copy(site_of(each).articles["queries/index.html"]) for each in (NAMES[0], name))
    for shown in ("table", ".mm-board", ".mm-gantt", ".mm-value", ".mm-columns", ".mm-checklist", ".mm-count"):
        assert 0 < len(first.select(shown)) == len(other.select(shown)), shown
    assert not first.select(".mm-wrong, .mm-mark")
    assert words_of(other) == words_of(first)


@pytest.mark.parametrize("name", NAMES)
def test_syntax_of_material_works(site_of: Callable[[str], Site], name: str) -> None:
    article = site_of(name).articles["syntax/index.html"]
    assert [is_done for is_done, _ in boxes(article)] == [False, True, False, True, False, True, False, False]
    for selector in (".admonition", "details.tip", ".tabbed-set", ".footnote", "kbd", "table", "blockquote li input"):
        assert article.select_one(selector), selector
    assert "{{ braces }}" in article.get_text()


@pytest.mark.parametrize("name", NAMES)
def test_every_link_of_a_page_leads_to_a_file_and_to_its_heading(site_of: Callable[[str], Site], name: str) -> None:
    site = site_of(name)
    broken = []
    for page, addresses in site.addresses.items():
        for address in addresses:
            parts = urlsplit(urljoin(HOST + page.removesuffix("index.html"), address))
            if page == "404.html" or f"{parts.scheme}://{parts.netloc}/" != HOST:
                continue
            target = site.folder / unquote(parts.path).lstrip("/")
            target = target / "index.html" if target.is_dir() else target
            if not target.is_file() or (parts.fragment and not has_anchor(target, unquote(parts.fragment))):
                broken.append((page, address))
    assert broken == []


def has_anchor(page: Path, name: str) -> bool:
    if name.startswith("__") or page.suffix != ".html":
        return True
    return re.search(rf'(?:id|name)="?{re.escape(name)}["\s>]', page.read_text("utf-8")) is not None


@pytest.mark.parametrize("name", NAMES)
def test_no_page_loads_anything_from_another_host(site_of: Callable[[str], Site], name: str) -> None:
    asking = re.compile(
        r"<(?:script|img|iframe|source|video|audio|embed|object|link(?![^>]*rel=.?canonical))\b[^>]*?https?://[^>]*"
    )
    found = {
        match[0] for page in site_of(name).folder.rglob("*.html") for match in asking.finditer(page.read_text("utf-8"))
    }
    assert found == set()


# --- choosing one ----------------------------------------------------------------------------------


def test_auto_takes_the_first_installed_publisher(monkeypatch: pytest.MonkeyPatch) -> None:
    assert choose().name == "mkdocs"
    there = {"properdocs", "zensical"}
    monkeypatch.setattr(Publisher, "is_installed", property(lambda self: self.name in there))
    assert choose().name == "properdocs"
    with pytest.raises(PublishError, match=r"MkDocs is not installed: pip install 'milemark\[mkdocs\]'"):
        choose("mkdocs")
    there.clear()
    with pytest.raises(PublishError, match="no publisher is installed"):
        choose()


def test_an_unsupported_version_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda _name: "2.0.0")
    assert not PUBLISHERS["mkdocs"].is_installed
    assert PUBLISHERS["properdocs"].is_installed


@pytest.mark.parametrize("name", NAMES)
def test_the_warnings_of_a_publisher_are_printed_without_its_progress(tmp_path: Path, name: str) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/index.md").write_text("# Home\n\n[nowhere](nowhere.md)\n", "utf-8")
    config = tmp_path / "mkdocs.yml"
    config.write_text("site_name: T\ntheme: {name: material, font: false}\nplugins: []\n", "utf-8")
    job = Job(config, tmp_path / "out", tmp_path / "site")
    warnings = run(choose(name), job, {"NO_MKDOCS_2_WARNING": "1"}, is_strict=False)
    assert "nowhere.md" in warnings
    assert not re.search(r"INFO|Build started|\x1b|Traceback", warnings)
    with pytest.raises(PublishError, match="milemark keeps the last site") as failed:
        run(choose(name), job, {"NO_MKDOCS_2_WARNING": "1"}, is_strict=True)
    assert "Traceback" not in str(failed.value)
    assert {path.name for path in tmp_path.iterdir()} <= {"docs", "mkdocs.yml", "out", ".cache", "build"}


def test_of_a_publishers_traceback_only_the_last_line_is_printed() -> None:
    said = "INFO    -  Building\nTraceback (most recent call last):\n  File x\n    y\nOSError: no space\n"
    assert list(publishers._findings(said)) == ["ERROR   -  OSError: no space"]
