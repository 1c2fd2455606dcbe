"""Files may be named in one Unicode form and linked in the other: the site has one name, and every link works."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup

from milemark.publish.publishers import PUBLISHERS
from support import cli, write_content, write_files

ROADMAP = """\
title: Plan
statuses: {planned: planned}
collections: {할일: {label: Work}}
"""
CONFIG = """\
site_name: Plan
docs_dir: build/docs
theme: {name: material}
plugins: []
nav:
- index.md
- 할일/index.md
- 노트/글é.md
markdown_extensions:
- attr_list
- toc: {slugify: !!python/object/apply:pymdownx.slugs.slugify {kwds: {case: lower}}}
"""
TEXTS = {
    "할일/index.md": "See [the note](../노트/글é.md).\n",
    "할일/계획.md": "---\nstatus: planned\ndepends_on: ['[[지도]]']\n---\n# 계획\n\n## 다음 걸음\n",
    "할일/지도/index.md": "---\nstatus: planned\nparent: 할일/계획\n---\n# 지도\n\n![한 장](그림é.png)\n",
    "노트/글é.md": (
        "# 글\n\n![그림](../할일/지도/그림é.png) [계획](../할일/계획.md#다음-걸음) [지도](../할일/지도/index.md)\n"
    ),
}


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


Form = Callable[[str], str]


def links_of(site: Path) -> Iterator[tuple[str, str]]:
    """Yield each page with each of its addresses within the site, resolved and decoded."""
    for page in site.rglob("*.html"):
        here = "/" + page.relative_to(site).as_posix().removesuffix("index.html")
        soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
        for tag in soup.select("article a[href], article img[src], nav a[href]"):
            parts = urlsplit(urljoin(f"http://x{here}", str(tag.get("href", tag.get("src")))))
            if parts.netloc == "x":
                yield here, unquote(parts.path) + (f"#{unquote(parts.fragment)}" if parts.fragment else "")


@pytest.mark.slow
@pytest.mark.parametrize(("on_disk", "in_text"), [(nfc, nfd), (nfd, nfc)], ids=["NFC on disk", "NFD on disk"])
@pytest.mark.parametrize(
    "publisher", [pytest.param(name, marks=[] if name == "mkdocs" else pytest.mark.slow) for name in PUBLISHERS]
)
def test_every_link_works_in_either_form(tmp_path: Path, publisher: str, on_disk: Form, in_text: Form) -> None:
    files = {on_disk(path): in_text(text) for path, text in TEXTS.items()}
    files[on_disk("할일/지도/그림é.png")] = "picture"
    write_content(tmp_path, {"roadmap.yml": in_text(ROADMAP), **files})
    write_files(tmp_path, {"mkdocs.yml": in_text(CONFIG)})
    done = cli(tmp_path, "build", "--strict", "--publisher", publisher)
    assert done.exit_code == 0, done.output
    site = tmp_path / "site"
    paths = {path.relative_to(site).as_posix() for path in site.rglob("*")}
    assert {path for path in paths if not unicodedata.is_normalized("NFC", path)} == set()
    found = set(links_of(site))
    expected = {"/할일/", "/노트/글é/", "/할일/계획/", "/할일/계획/#다음-걸음", "/할일/지도/", "/할일/지도/그림é.png"}
    assert expected <= {target for _page, target in found}
    for page, target in found:
        path, _sign, anchor = target.partition("#")
        file = site / path.lstrip("/") / ("index.html" if path.endswith("/") else "")
        assert file.exists(), (page, target)
        if anchor and file.suffix == ".html":
            assert BeautifulSoup(file.read_text("utf-8"), "html.parser").find(id=anchor), (page, target)
