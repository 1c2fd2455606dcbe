"""Agents read the pages of a site as plain Markdown, and find them through llms.txt."""

from __future__ import annotations

import pytest

from milemark.foundation.i18n import Language
from milemark.output.site.page import NO_INPUTS
from milemark.output.site.pages import pages
from milemark.output.site.plain_page import llms_text, plain_markdown
from milemark.output.site.renderer import Renderer
from milemark.output.urls import NO_REPOSITORY, Addresses
from support import load_texts

ENGLISH = Language("en")
FILES = {
    "roadmap.yml": """\
title: Plan [1]
goal: Ship *it*
statuses: {doing: active, done: done}
collections:
  tracks: {label: Tracks, role: track}
  projects: {label: Projects}
""",
    "tracks/main.md": "# Main\n",
    "projects/shop.md": "---\ntrack: main\nstatus: doing\nfeatured: true\nresult: 2 times as fast\n---\n# 가게 📅\n\n"
    "- [x] one *two*\n- [ ] three\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```sh\n# no heading\nls\n```\n\n"
    "See [it](/about.md#way).\n",
    "about.md": "# About\n\n## Way {x}\n\nA text with <b>HTML</b> & [[shop]].\n",
}


@pytest.fixture(scope="module")
def tree() -> dict[str, str]:
    roadmap = load_texts(FILES).roadmap
    found = pages(roadmap, Renderer((), ENGLISH, is_directory=True), ENGLISH, NO_REPOSITORY, NO_INPUTS)
    return {page.path: plain_markdown(page.text) for page in found}


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("projects/shop.md", "# 가게 📅\n"),
        ("projects/shop.md", "- [x] one *two*\n- [ ] three\n"),
        ("projects/shop.md", "| a | b |\n| --- | --- |\n| 1 | 2 |\n"),
        ("projects/shop.md", "# no heading\nls\n```"),
        ("projects/shop.md", "[Main](../../tracks/main/)"),
        ("projects/shop.md", "[it](../../about/#way)"),
        ("about.md", "## Way {x}\n"),
        ("about.md", "A text with **HTML** & [가게 📅](../projects/shop/)."),
        ("checklists.md", "- [ ] three\n- [x] one two\n"),
        ("projects/index.md", "[가게 📅](../projects/shop/)"),
    ],
)
def test_a_page_says_in_markdown_what_it_shows(tree: dict[str, str], path: str, part: str) -> None:
    assert part in tree[path]


def test_no_page_has_html_or_front_matter(tree: dict[str, str]) -> None:
    for path, text in tree.items():
        outside = "".join(text.split("```")[::2])
        assert not outside.startswith("---"), path
        assert not [each for each in ("<div", "<span", "<a ", "<svg", "class=", "{#") if each in outside], path


def test_llms_txt_leads_to_the_text_of_each_page_that_there_is(tree: dict[str, str]) -> None:
    roadmap = load_texts(FILES).roadmap
    where = Addresses("https://example.org/")
    text = llms_text(roadmap, ENGLISH, tree, lambda path: where.file(where.markdown_file(path)))
    assert text.startswith("# Plan &#91;1&#93;\n\n> Ship &#42;it&#42;\n\nOverall progress: 50%\n")
    assert "- [Main](https://example.org/tracks/main/index.md): 50%" in text
    assert "- [가게 📅](https://example.org/projects/shop/index.md): 2 times as fast" in text
    assert "- [About](https://example.org/about/index.md)" in text
    assert "history/index.md" not in text
