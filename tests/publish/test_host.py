"""A page for a documentation site needs nothing of the site, and changes nothing of it."""

from __future__ import annotations

from dataclasses import replace
from html import unescape

import pytest

from milemark.publish.errors import PublishError
from milemark.publish.host import HostForm, host_files, scoped_styles

ITEM = """---
title: "Shop"
description: "A shop"
---

<nav class="mm-crumbs"><a href="../../projects/">Projects</a></nav>

# Shop {#shop}

<dl class="mm-fields"></dl>

<p>One</p>

## 할 일 {#할-일}

<p>See <a href="../blog/#plan">Blog</a> and <a href="https://example.org/">this</a>.</p>
"""
HOME = ITEM.replace("../blog/#plan", "projects/blog/")
TREE = {
    "index.md": HOME.encode(),
    "timeline.md": b'---\ntitle: "T"\n---\n\n# Timeline {#timeline}\n\n<p><a href="../a/">A</a></p>\n',
    "projects/shop.md": ITEM.encode(),
    "projects/index.md": ITEM.encode(),
    "files/cv.pdf": b"%PDF",
    "assets/milemark.css": b":root { --mm-a: 1rem; }\n.md-typeset .mm-b { margin: -0.5rem 2.5rem; }\n",
}


def text(path: str, form: HostForm = HostForm()) -> str:  # noqa: B008  frozen
    return host_files(TREE, form)[path].decode()


def test_headings_are_markdown_and_the_rest_is_html_in_elements_of_milemark() -> None:
    lines = text("projects/shop/index.md").splitlines()
    assert "# Shop" in lines
    assert '## <span id="할-일"></span>할 일' in lines
    html = [line for line in lines if line.startswith("<") and not line.startswith(("<div class", "</div"))]
    assert '<dl class="mm-fields"></dl>' in html
    assert not any("{#" in line for line in lines)


@pytest.mark.parametrize(
    ("is_directory", "paths"),
    [
        (True, {"index.md", "timeline/index.md", "projects/shop/index.md", "projects/index.md"}),
        (False, {"index.md", "timeline.md", "projects/shop.md", "projects/index.md"}),
    ],
)
def test_a_page_is_the_index_of_a_folder_where_addresses_name_folders(is_directory: bool, paths: set[str]) -> None:
    made = host_files(TREE, HostForm(is_directory))
    assert {path for path in made if path.endswith(".md")} == paths
    assert made["files/cv.pdf"] == b"%PDF"


def test_a_page_loads_the_styles_from_its_own_depth() -> None:
    assert 'href="../../assets/milemark.css"' in text("projects/shop/index.md")
    assert 'href="assets/milemark.css"' in text("index.md")


def test_the_search_of_the_host_finds_only_the_pages_that_it_should() -> None:
    form = HostForm(is_searched=lambda path: path == "index.md")
    assert "search: {exclude: true}" in text("projects/shop/index.md", form)
    assert "exclude" not in text("index.md", form)


def test_every_rule_of_the_styles_holds_in_elements_of_milemark_only() -> None:
    css = scoped_styles(TREE["assets/milemark.css"].decode())
    assert css.startswith(".mm-page {")
    assert "& { --mm-a: calc(1 * var(--mm-rem)); }" in css
    assert "margin: calc(-0.5 * var(--mm-rem)) calc(2.5 * var(--mm-rem))" in css


def test_one_page_holds_the_home_page_and_the_timeline_and_links_only_to_what_is_there() -> None:
    tree = TREE | {"index.md": HOME.replace("https://example.org/", "files/cv.pdf").encode()}
    made = host_files(tree, HostForm(is_one_page=True))
    page = made["index.md"].decode()
    assert [path for path in made if path.endswith(".md")] == ["index.md"]
    assert "## Timeline" in page
    assert page.count("<a ") == 1
    assert "See Blog and" in page
    assert '<a href="files/cv.pdf">this</a>' in page


@pytest.mark.parametrize(
    ("form", "link"),
    [
        (HostForm(address="/docs/roadmap/"), '<a href="/docs/roadmap/parts/blog/#plan">Blog</a>'),
        (HostForm(address="/docs/roadmap/", is_directory=False), '<a href="/docs/roadmap/blog/#plan">Blog</a>'),
        (HostForm(), "See Blog and"),
        (HostForm(address="/docs/roadmap/", is_one_page=True), "See Blog and"),
    ],
)
def test_a_page_to_include_has_no_title_and_its_links_work_at_any_address(form: HostForm, link: str) -> None:
    tree = TREE | {"parts/next.md": ITEM.encode()}
    made = host_files(tree, replace(form, included=frozenset({"parts/next.md"})))
    assert not any("next.md" in path or "next/" in path for path in made)
    page = unescape(made["parts/next.html"].decode())
    assert link in page
    assert "# Shop" not in page
    assert "title:" not in page


def test_a_page_to_include_that_is_not_finished_html_is_refused() -> None:
    tree = {"parts/next.md": b"---\ntitle: x\n---\n\n- a list\n"}
    with pytest.raises(PublishError, match=r"parts/next\.md"):
        host_files(tree, HostForm(included=frozenset(tree)))


def test_markdown_of_a_template_of_the_project_stays_as_it_is() -> None:
    made = host_files({"index.md": b"---\ntitle: x\n---\n\n- a list\n"}, HostForm())["index.md"].decode()
    assert made.startswith("---\ntitle: x\n---\n")
    assert "\n\n- a list\n" in made
