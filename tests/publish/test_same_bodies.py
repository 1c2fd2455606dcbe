"""Every publisher shows the same bodies, below a subpath and with both forms of addresses, and no link is dead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup

from milemark.publish.publishers import PUBLISHERS
from specifications import DIFFERENT, examples, is_as_specified, unwrapped
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
_ABOVE = re.compile(r'\s*(?:<a id="__skip" tabindex="-1"></a>\s*)?(?:<h1>Example</h1>)?')
_ARTICLE = re.compile(r"<article[^>]*>(.*?)</article>", re.DOTALL)


def articles(folder: Path, publisher: str, settings: str, content: Mapping[str, str] = PAGES) -> dict[str, str]:
    """Return the article of each page of a site, by its file."""
    root = folder / publisher
    write_content(root, content)
    (root / "content/a").mkdir(exist_ok=True)
    (root / "content/a/pixel.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    write_files(root, {"mkdocs.yml": CONFIG + settings})
    done = run("milemark", "-C", root, "build", "--publisher", publisher)
    assert done.returncode == 0, done.stdout + done.stderr
    pages = ((path, _ARTICLE.search(path.read_text("utf-8"))) for path in sorted((root / "site").rglob("*.html")))
    return {path.relative_to(root / "site").as_posix(): found[1] for path, found in pages if found}


def addresses(text: str) -> list[str]:
    tags = BeautifulSoup(text, "html.parser").find_all(True)
    return [str(tag[name]) for tag in tags for name in ("href", "src", "poster") if tag.has_attr(name)]


def body(article: str) -> str:
    """Return the content of an article, from its heading."""
    return article[article.index("<h1") :].strip()


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
                assert body(pages[path]) == body(text), (name, path)


@pytest.mark.slow
def test_every_publisher_shows_each_example_of_the_specifications_as_specified(
    real_markdown: Path, tmp_path: Path
) -> None:
    bodies: dict[str, str] = {}  # CommonMark's examples come first; GitHub's repeat most of them
    named: dict[str, tuple[str, bool]] = {}
    for name, different in DIFFERENT.items():
        for number, (text, html) in examples(real_markdown, name).items():
            if text not in bodies.values():
                path = f"{name.removesuffix('.txt').replace('/', '-')}/{number}"
                bodies[path], named[path] = text, (html, number in different or is_hidden(text))
    pages = {f"{path}.md": f"---\ntitle: Example\n---\n{text}" for path, text in bodies.items()}
    content = {"roadmap.yml": "title: Examples\n", "index.md": "# Home\n", **pages}
    sites = {name: articles(tmp_path, name, "markdown_extensions: [toc]\n", content) for name in PUBLISHERS}
    for path, (html, is_different) in named.items():
        shown = {_ABOVE.sub("", site[f"{path}/index.html"], count=1).strip() for site in sites.values()}
        assert len(shown) == 1, path
        assert is_as_specified(unwrapped(shown.pop()), html) != is_different, path


def is_hidden(text: str) -> bool:
    """Whether a text has a comment that ends before CommonMark's end of it: in doubt, text is not public."""
    return "<!-->" in text or "<!--->" in text
