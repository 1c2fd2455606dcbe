"""Every checkbox of the model stands on the built site, with its text and its state, and no other does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from milemark.markdown.outline import plain_text
from milemark.roadmap.load import load
from milemark.roadmap.model import Item, Roadmap

Box = tuple[bool, str]


@pytest.fixture(scope="module")
def roadmap(root: Path) -> Roadmap:
    content = root / "content"
    files = {path.relative_to(content).as_posix(): path.read_bytes() for path in content.rglob("*") if path.is_file()}
    return load(files, date(2025, 1, 12)).roadmap


def counted(item: Item) -> list[Box]:
    return [(task.is_done, plain_text(task.text)) for task in item.tasks]


def article_of(site: Path, path: str) -> Tag:
    page = site / path.removesuffix(".md") / "index.html"
    article = BeautifulSoup(page.read_text("utf-8"), "html.parser").select_one("article")
    assert article is not None
    return article


def boxes(article: Tag) -> Iterator[Box]:
    for box in article.select("input[type=checkbox]"):
        item = box.find_parent("li")
        assert item is not None
        yield box.has_attr("checked"), " ".join("".join(_own_words(item)).split())


def _own_words(item: Tag) -> Iterator[str]:
    """Yield the words of a list item before what is nested in it."""
    for node in item.descendants:
        if isinstance(node, Tag) and node.name in {"ul", "ol", "pre"}:
            return
        if not isinstance(node, Tag):
            yield str(node)


def test_every_items_page_has_the_checkboxes_of_its_file(owner_site: Path, roadmap: Roadmap) -> None:
    shown = {item.path: list(boxes(article_of(owner_site, item.path))) for item in roadmap.items}
    assert shown == {item.path: counted(item) for item in roadmap.items}
    assert sum(map(len, shown.values())) > 20


def test_the_checklists_page_has_the_checkboxes_of_every_item_once(owner_site: Path, roadmap: Roadmap) -> None:
    article = article_of(owner_site, "checklists.md")
    shown = [(box["aria-label"] == "완료", _beside(box)) for box in article.select("li > [role=img]")]
    expected = [box for item in roadmap.items for box in counted(item)]
    assert sorted(shown) == sorted(expected)


def _beside(box: Tag) -> str:
    text = box.find_next_sibling("span")
    assert text is not None
    return " ".join("".join(_own_words(text)).split())
