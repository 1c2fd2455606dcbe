"""Zensical's sites have the links of the other publishers, also below a subpath."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup

from milemark.publish.zensical_addresses import hide_addresses, show_addresses
from support import ROOT, run, write_content, write_files

LINKS = """
<p><a href="../other/">x</a> <a href='../../'>x</a> <a href=..>x</a> <a href="#top">x</a>
<a href=" ../other/ ">x</a></p>

<template><a href="../other/">x</a></template>

<!-- <a href="../other/"> --><a href="../other/">x</a>

[other](other.md) [home](../index.md) [nested](../a/b/deep.md) ![picture](pixel.png)

<img src="../pixel.png" srcset="../pixel.png 1x, ../pixel.png 2x" alt="x">
<video poster="../pixel.png"></video>
<object data="../pixel.png"></object>
"""
PLAIN = "[other](a/other.md) [nested](a/b/deep.md) [page](a/page.md)\n"
PAGES = {
    "roadmap.yml": "title: Plan\n",
    "index.md": PLAIN,
    "a/index.md": "[other](other.md) [home](../index.md)\n",
    "a/page.md": LINKS,
    "a/other.md": "[page](page.md) [home](../index.md)\n",
    "a/b/deep.md": "[page](../page.md) [home](../../index.md) [other](../other.md)\n",
    "한 글/쪽.md": "[home](../index.md) [page](../a/page.md) <a href='../../a/page/'>x</a>\n",
}


def site_of(tmp_path: Path, publisher: str, settings: str) -> Path:
    root = tmp_path / publisher
    write_content(root, PAGES)
    (root / "content/a/pixel.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    base = "site_name: x\nsite_url: https://example.org/sub/\ndocs_dir: build/docs\n"
    write_files(root, {"mkdocs.yml": base + settings})
    done = run("milemark", "-C", root, "build", "--publisher", publisher)
    assert done.returncode == 0, done.stdout + done.stderr
    return root / "site"


def addresses(site: Path) -> dict[str, list[str]]:
    """Return the absolute addresses in the article of each page, from its own address below a subpath."""
    found: dict[str, list[str]] = {}
    for path in sorted(site.rglob("*.html")):
        page = path.relative_to(site).as_posix()
        base = "https://example.org/sub/" + page.removesuffix("index.html")
        article = BeautifulSoup(path.read_bytes(), "html.parser").find("article")
        tags = article.select(":is([href], [src], [poster], [data]):not(.headerlink)") if article else []
        found[page] = [
            urljoin(base, str(tag[name]).strip())
            for tag in tags
            for name in ("href", "src", "poster", "data")
            if name in tag.attrs
        ]
    return found


def is_dead(site: Path, address: str) -> bool:
    parts = urlsplit(address)
    if parts.netloc != "example.org":
        return False
    inner = unquote(parts.path).removeprefix("/sub/")
    return not parts.path.startswith("/sub/") or not (
        (site / inner).is_file() or (site / inner / "index.html").is_file()
    )


THEME = "theme: {name: material}\nmarkdown_extensions: "


@pytest.mark.slow
@pytest.mark.parametrize(
    "settings",
    [
        THEME + "[attr_list, md_in_html, toc]\n",
        THEME + "{attr_list: {}, md_in_html: {}, toc: {permalink: true}}\n",
        "theme: {name: material}\n",
        THEME + "[attr_list, md_in_html, toc]\nuse_directory_urls: false\n",
    ],
    ids=["a list of extensions", "a mapping of extensions", "no extensions", "addresses with .html"],
)
def test_no_link_is_dead_below_a_subpath_with_any_publisher(tmp_path: Path, settings: str) -> None:
    sites = {name: site_of(tmp_path, name, settings) for name in ("mkdocs", "properdocs", "zensical")}
    found = {name: addresses(site) for name, site in sites.items()}
    pages = [page for page, links in found["mkdocs"].items() if links]
    assert {"a/page/index.html", "a/page.html"} & {*pages}
    is_written_for_folders = "false" not in settings  # by the authors of LINKS, in raw HTML
    for name, site in sites.items():
        if is_written_for_folders:
            assert [(page, each) for page in pages for each in found[name][page] if is_dead(site, each)] == [], name
        assert {page: found[name][page] for page in pages} == {page: found["mkdocs"][page] for page in pages}


CONSTRUCTS = """
# Everything

## Words `code` {#own .wide}

**Bold** _em_ ~~gone~~ ==mark== ++ctrl+c++ :smile: :material-check: $a<b$ H[^1] <https://example.org> www.example.org

[other](other.md) [[a/other|text]] [[other#nothing]] ![picture](pixel.png) ![[pixel.png|30]] [ref] <kbd>x</kbd>

$$
a^2
$$

| a | b |
|:--|--:|
| 1 | [home](../index.md) |

- [ ] open
    - [x] done [link](other.md)
3. three

> [!NOTE]
> An alert with a [link](other.md)

> [!tip]- Folded
> text

!!! warning "Title"
    A [link](other.md)

??? note
    Hidden

=== "One"
    First [link](other.md)

=== "Two"
    Second

Term
:   Definition, HTML

*[HTML]: Hyper Text

``` python title="a.py" linenums="1" hl_lines="1"
print("<a href='../x/'>")
```

```mermaid
graph LR
  a --> b
```

<details><summary>More</summary>

[link](other.md)

</details>

<svg><a xlink:href="../other/"></a></svg>

[^1]: A note with a [link](b/deep.md)

[ref]: other.md
"""


def article(site: Path) -> str:
    """Return the article of the page with all constructs from its heading."""
    html = (site / "a/all/index.html").read_text("utf-8").split("<article")[1].split("</article>")[0]
    return html[html.index("<h1") :].rstrip()


@pytest.mark.slow
def test_the_publishers_show_the_same_article_byte_for_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PAGES, "a/all.md", CONSTRUCTS)
    starter = (ROOT / "generator/milemark/app/starter_files/mkdocs.yml").read_text("utf-8")
    settings = starter[starter.index("theme:") :]
    mkdocs, properdocs, zensical = (
        article(site_of(tmp_path, name, settings)) for name in ("mkdocs", "properdocs", "zensical")
    )
    assert properdocs == mkdocs
    assert zensical == mkdocs


@pytest.mark.parametrize(
    ("written", "hidden"),
    [
        ('<a href="../x/">', '<a data-milemark-href="../x/">'),
        ("<a id=a HREF = ../x/>", "<a id=a data-milemark-HREF = ../x/>"),
        ("<a title='>'href='..'>", "<a title='>'data-milemark-href='..'>"),
        ('<img src="a" srcset="a 1x">', '<img data-milemark-src="a" data-milemark-srcset="a 1x">'),
        ('<b data-milemark-href="a">', '<b data-milemark-data-milemark-href="a">'),
        *((each, each) for each in ("href=x <b> src=y", "<b data-href=x>", "<a xlink:href='../x/'>", "<a href>", "<")),
    ],
)
def test_an_address_is_hidden_from_zensical_and_comes_back(tmp_path: Path, written: str, hidden: str) -> None:
    assert hide_addresses(written) == hidden
    page = tmp_path / "a/index.html"
    write_files(tmp_path, {"a/index.html": hidden})
    show_addresses(tmp_path)
    assert page.read_text("utf-8") == written
