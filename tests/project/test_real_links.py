"""The links of real notes work on the built site, and `check` reports each other one."""

from __future__ import annotations

import html
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from support import cli

_ELEMENT = re.compile(r'<(?P<tag>[a-z]\w*)\b[^<>]*?\s(?:href|src)="(?P<address>[^"]*)"[^<>]*>')
_ID = re.compile(r'<[a-z]\w*\b[^<>]*?\sid="([^"]*)"|<a\b[^<>]*?\sname="([^"]*)"')
_SITE = "http://site/"


class Link(NamedTuple):
    """A link or a picture of a page, with its address as in the HTML, and whether it leads somewhere."""

    tag: str
    address: str
    works: bool


def links_of(site: Path) -> Iterator[Link]:
    """Yield the links within a built site that stand in the articles of its pages."""
    texts = {path: path.read_text("utf-8") for path in site.rglob("index.html")}
    ids = {path: {html.unescape("".join(each)) for each in _ID.findall(text)} for path, text in texts.items()}
    for path, text in texts.items():
        here = urljoin(_SITE, path.parent.relative_to(site).as_posix() + "/")
        article = text[text.find("<article") : text.find("</article")]
        for found in _ELEMENT.finditer(article):
            if 'class="headerlink"' in found[0]:
                continue
            address = html.unescape(found["address"])
            parts = urlsplit(urljoin(here, address))
            if f"{parts.scheme}://{parts.netloc}/" == _SITE:
                target = site / unquote(parts.path).lstrip("/")
                target = target / "index.html" if target.is_dir() else target
                has_part = not parts.fragment or unquote(parts.fragment) in ids.get(target, ())
                yield Link(found["tag"], address, target.is_file() and has_part)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "share"),
    [("johngrib-wiki", 0.97), ("imdone", 0.42)],  # most links of imdone lead to files and places that the data lacks
)
def test_the_links_of_real_notes_work_on_the_site_or_are_reported(
    real_markdown: Path, tmp_path: Path, name: str, share: float
) -> None:
    shutil.copytree(real_markdown / name, tmp_path / "content")
    for command in (("init",), ("build", "--publisher", "mkdocs")):
        result = cli(tmp_path, *command)
        assert not result.exception, result.output
    found = json.loads(cli(tmp_path, "check", "--format", "json").stdout)["diagnostics"]
    reported = unquote(" ".join(each["message"] for each in found if each["code"] in {"MM305", "MM306", "MM307"}))
    links = [*links_of(tmp_path / "site")]
    works = [link.works for link in links if link.tag == "a"]
    dead = {unquote(link.address) for link in links if not link.works}
    assert sum(works) / len(works) >= share
    assert [each for each in sorted(dead) if each not in reported and each.partition("#")[2] not in reported] == []
