"""Links lead to the right pages, data is text, and a wrong template is a message with its place."""

from __future__ import annotations

from html import unescape
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from milemark.foundation.escaping import one_line
from milemark.foundation.i18n import Language
from milemark.output.site.page_frame import PageHead, generated_page
from milemark.output.site.renderer import Renderer, TemplateError, relative_url
from milemark.roadmap.site_paths import url_path

HOST = "https://example.org/base/"
NAMES = st.text(
    st.characters(codec="utf-8", exclude_characters="/\0", exclude_categories=["Cc"]), min_size=1, max_size=6
)
PATHS = st.lists(NAMES.filter(lambda name: name not in {".", ".."}), min_size=1, max_size=4).map("/".join)
PAGES = st.one_of(PATHS.map(lambda path: path + ".md"), PATHS.map(lambda path: path + "/index.md"), st.just("index.md"))


@pytest.mark.parametrize(
    ("path", "with_folders", "as_files"),
    [
        ("index.md", "", "index.html"),
        ("a.md", "a/", "a.html"),
        ("a/index.md", "a/", "a/index.html"),
        ("a/README.md", "a/", "a/index.html"),
        ("a/b.md", "a/b/", "a/b.html"),
        ("a/b.c.md", "a/b.c/", "a/b.c.html"),
        ("할 일/목록.md", "할 일/목록/", "할 일/목록.html"),
    ],
)
def test_a_page_stands_where_its_publisher_puts_it(path: str, with_folders: str, as_files: str) -> None:
    assert url_path(path, is_directory=True) == with_folders
    assert url_path(path, is_directory=False) == as_files


@given(PAGES, PAGES, st.booleans())
@settings(deadline=None)
def test_a_link_leads_from_any_page_to_any_other(target: str, page: str, is_directory: bool) -> None:
    link = relative_url(target, page, is_directory=is_directory)
    here = urljoin(HOST, relative_url(page, "index.md", is_directory=is_directory))
    reached = urlsplit(urljoin(here, link))
    assert (reached.query, reached.fragment) == ("", "")
    assert unquote(reached.path) == "/base/" + url_path(target, is_directory=is_directory)


HOSTILE = ('"', "</title><script>", "a: b # c", "한글\n---\nx: y", "{{ x }}", "\\", "'", "\u2028", "@x", "🚀")


@pytest.mark.parametrize("text", HOSTILE)
def test_the_head_of_a_page_holds_any_text_as_text(text: str) -> None:
    head = generated_page(PageHead(text, text), "")
    assert head.startswith("---\n")
    assert head.count("---\n") == 2
    read = yaml.safe_load(head.split("---\n")[1])
    for value in read.values():  # themes print both as they are
        assert not set('<>"') & set(value)
        assert unescape(value) == one_line(text)


def render(folder: Path, template: str, values: dict[str, object] | None = None) -> str:
    folder.joinpath("x.md.jinja").write_text(template, "utf-8")
    renderer = Renderer((folder,), Language("en"), is_directory=True)
    return generated_page(PageHead("T", "D"), renderer.body(["x.md.jinja"], {"page": "a/x.md", **(values or {})}))


def test_a_template_gets_words_links_and_escaped_data(tmp_path: Path) -> None:
    page = render(
        tmp_path,
        "# {{ name|heading }}\n<p><a href=\"{{ 'b/y.md'|href }}\">{{ name }}</a> {{ _('Timeline') }}</p>",
        {"name": "<b> & *x*"},
    )
    assert page.endswith(
        '# &#60;b&#62; &#38; &#42;x&#42;\n<p><a href="../../b/y/">&lt;b&gt; &amp; *x*</a> Timeline</p>\n'
    )


def test_a_projects_own_template_comes_before_the_packaged_one(tmp_path: Path) -> None:
    (tmp_path / "checklists.md.jinja").write_text("mine", "utf-8")
    renderer = Renderer((tmp_path,), Language("en"), is_directory=True)
    assert renderer.body(["checklists.md.jinja"], {}).endswith("mine\n")


@pytest.mark.parametrize(
    ("template", "place", "reason"),
    [
        ("ok\n{{ nmae }}", "x.md.jinja:2", "'nmae' is undefined"),
        ("{% if %}", "x.md.jinja:1", "Expected an expression"),
        ("\n\n{{ page|nofilter }}", "x.md.jinja:3", "nofilter"),
        ("{{ page.nothing }}", "x.md.jinja:1", "nothing"),
    ],
)
def test_a_wrong_template_is_named_with_line_and_reason(tmp_path: Path, template: str, place: str, reason: str) -> None:
    with pytest.raises(TemplateError) as caught:
        render(tmp_path, template)
    assert place in str(caught.value)
    assert reason in str(caught.value)


def test_a_template_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"nothing\.md\.jinja"):
        Renderer((tmp_path,), Language("en"), is_directory=True).body(["nothing.md.jinja"], {})
