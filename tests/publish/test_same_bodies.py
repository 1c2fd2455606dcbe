"""Every publisher shows the same bodies, below a subpath and with both forms of addresses, and no link is dead."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup

from milemark.publish.publishers import PUBLISHERS
from support import run, write_content, write_files

PAGE = """
[other](other.md) [home](../index.md#plan) [deep](b/deep.md) ![picture](pixel.png) [top](#one-other) [out](https://example.org/x)

# One [other](other.md)

- [ ] [task](other.md)
- [x] done[^1] `<a href="../x/">`

> [!NOTE]- Folded
> [other](other.md) <img src="pixel.png" srcset="pixel.png 1x, pixel.png 2x" alt="x">

=== "Tab"

    <a href='other.md'>x</a> <a href="?a=1&amp;b=2">x</a>

| a | b |
|---|---|
| [deep](b/deep.md) | ++ctrl+c++ :material-git: |

<video poster="pixel.png" src="pixel.png"></video>

``` {.html title="a.html" linenums="1" hl_lines="1"}
<a href="../x/">x</a>
```

Term
:   Definition with $a^2$ and ==mark==

```mermaid
graph LR; A-->B
```

[^1]: [home](../index.md)
"""
PAGES = {
    "roadmap.yml": "title: Plan\ncollections:\n  notes: {}\n",
    "index.md": "# Home\n\n## Plan\n\n[page](a/page.md) [deep](a/b/deep.md)\n",
    "notes/one.md": "# One\n\n- [ ] [page](../a/page.md)\n",
    "a/page.md": PAGE,
    "a/other.md": "[page](page.md) [home](../index.md)\n",
    "a/b/deep.md": "[page](../page.md) [home](../../index.md) [other](../other.md)\n",
    "한 글/쪽.md": "[home](../index.md) [page](../a/page.md)\n",
}
CONFIG = "site_name: x\nsite_url: https://example.org/sub/\ndocs_dir: build/docs\ntheme: {name: material}\n"
_ARTICLE = re.compile(r"<article[^>]*>(.*?)</article>", re.DOTALL)


def articles(folder: Path, publisher: str, settings: str) -> dict[str, str]:
    """Return the article of each page of a site, by its file."""
    root = folder / publisher
    write_content(root, PAGES)
    (root / "content/a/pixel.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    write_files(root, {"mkdocs.yml": CONFIG + settings})
    done = run("milemark", "-C", root, "build", "--publisher", publisher)
    assert done.returncode == 0, done.stdout + done.stderr
    pages = ((path, _ARTICLE.search(path.read_text("utf-8"))) for path in sorted((root / "site").rglob("*.html")))
    return {path.relative_to(root / "site").as_posix(): found[1] for path, found in pages if found}


def addresses(text: str) -> list[str]:
    tags = BeautifulSoup(text, "html.parser").find_all(True)
    return [str(tag[name]) for tag in tags for name in ("href", "src", "poster") if tag.has_attr(name)]


def body(article: str, page: str) -> str:
    """Return the content of an article with its addresses resolved: publishers may write `../` as entities."""
    content = BeautifulSoup(article[article.index("<h1") :].strip(), "html.parser")
    for tag in content.find_all(True):
        for name in {"href", "src", "poster"} & {*tag.attrs}:
            tag[name] = urljoin(address_of(page), str(tag[name]))
        if tag.has_attr("srcset"):
            candidates = (each.split() for each in str(tag["srcset"]).split(","))
            tag["srcset"] = ", ".join(" ".join([urljoin(address_of(page), one), *rest]) for one, *rest in candidates)
    return str(content)


def address_of(page: str) -> str:
    return f"https://example.org/sub/{page}".removesuffix("index.html")


def leads_nowhere(site: Path, page: str, address: str) -> bool:
    """Whether an address of a page below a subpath leaves the site or names no file in it."""
    parts = urlsplit(urljoin(address_of(page), address))
    if parts.scheme != "https" or address.startswith("https:"):
        return False
    target = site / unquote(parts.path).removeprefix("/sub/")
    is_outside = not parts.path.startswith("/sub/")
    return is_outside or not (target.is_file() or (target / "index.html").is_file())


@pytest.mark.slow
@pytest.mark.parametrize("is_directory", [True, False])
def test_every_publisher_shows_the_same_bodies_without_dead_links(tmp_path: Path, *, is_directory: bool) -> None:
    settings = f"use_directory_urls: {str(is_directory).lower()}\nmarkdown_extensions: [attr_list, md_in_html]\n"
    sites = {name: articles(tmp_path, name, settings) for name in PUBLISHERS}
    for name, pages in sites.items():
        site = tmp_path / name / "site"
        links = [(path, link) for path, text in pages.items() if path != "404.html" for link in addresses(text)]
        assert [each for each in links if leads_nowhere(site, *each)] == [], name
        for path, text in sites["mkdocs"].items():
            if path != "404.html":
                assert body(pages[path], path) == body(text, path), (name, path)
