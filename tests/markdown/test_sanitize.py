"""Untrusted bodies: no script in them runs with any extension of mkdocs.yml, and their text is shown."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import markdown
import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from milemark.markdown.front_matter import parse_document
from milemark.markdown.outline import read_outline
from milemark.markdown.rendering.page import for_page
from milemark.markdown.sanitize import cleaned, is_passive
from milemark.roadmap.settings_file import parse_settings
from publishing import html_of, shown_tasks
from support import ROOT, cli, write_content

STARTER = ROOT / "generator/milemark/app/starter_files"
# All that a mkdocs.yml may enable, and none of it.
_EVERYTHING = (
    *("extra", "admonition", "attr_list", "md_in_html", "meta", "nl2br", "sane_lists", "smarty", "toc", "wikilinks"),
    *(
        "pymdownx.arithmatex",
        "pymdownx.b64",
        "pymdownx.betterem",
        "pymdownx.caret",
        "pymdownx.critic",
        "pymdownx.details",
    ),
    *("pymdownx.emoji", "pymdownx.escapeall", "pymdownx.fancylists", "pymdownx.highlight", "pymdownx.inlinehilite"),
    *("pymdownx.keys", "pymdownx.magiclink", "pymdownx.mark", "pymdownx.progressbar", "pymdownx.saneheaders"),
    *("pymdownx.smartsymbols", "pymdownx.snippets", "pymdownx.superfences", "pymdownx.tabbed", "pymdownx.tasklist"),
    *("pymdownx.tilde", "pymdownx.blocks.html", "pymdownx.blocks.admonition", "pymdownx.blocks.details"),
)
_TAGS = {
    *(
        "a",
        "blockquote",
        "br",
        "code",
        "dd",
        "del",
        "details",
        "div",
        "dl",
        "dt",
        "em",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
    ),
    *("hr", "img", "input", "kbd", "label", "li", "ol", "p", "pre", "s", "span", "strong", "sub", "summary", "sup"),
    *("table", "tbody", "td", "th", "thead", "tr", "ul", "b", "i", "u", "mark", "small", "q", "figure"),
}
_ATTRIBUTES = {
    *("href", "title", "rel", "alt", "src", "width", "height", "class", "type", "disabled", "checked", "start", "id"),
    *("align", "colspan", "rowspan", "scope", "open"),
}
_PIECES = (
    "<script>window.__pwned=1</script>",
    "<svg onload=alert(1)>",
    "<img src=x onerror=alert(1)>",
    '<img src="https://example.org/x.png">',
    "<iframe src=x></iframe>",
    "<style>*{display:none}</style>",
    '<base href="//example.org">',
    '<meta http-equiv="refresh" content="0;url=//example.org">',
    '<form action="//example.org"><button>go</button></form>',
    '<a href="javascript:alert(1)" onclick="alert(1)">x</a>',
    '<div markdown="1" style="position:fixed" id="x">',
    "</div></article></body>",
    "{: onclick=\"alert(1)\" style='x' }",
    "{ .md-overlay onclick=alert(1) }",
    '--8<-- "/etc/hostname"',
    "--8<--\n/etc/hostname\n--8<--",
    ";--8<-- x",
    "{{ config }} {% include 'x' %} ${{ secrets.X }} {{< x >}}",
    "[a](javascript:alert(1))",
    "![a](javascript:alert(1))",
    "[a]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "```\n<script>x</script>\n",
    "~~~ {onclick=x}\nx\n~~~",
    "`<b onclick=x>`",
    "    <script>x</script>",
    "- [x] done <script>x</script>",
    "> ",
    "# <img src=x onerror=alert(1)> {: onclick=x }",
    "/// html | script\nalert(1)\n///",
    "::: x",
    "$x$ $$\\href{javascript:alert(1)}{x}$$",
    "<!-- --><script>x</script>",
    "<!--",
    "&lt;script&gt;",
    '!!! note "<b onclick=x>"\n    <script>x</script>',
    "| a | <script>x</script> |\n|---|---|\n| b | c |",
    "\x02wzxhzdk:0\x03",
    "",
)


def rendered(body: str) -> str:
    return for_page(body, clean=cleaned)


def wrong_in(html: str) -> list[str]:
    """Return the elements and attributes of a published body that untrusted bodies may not have."""
    found: list[str] = []
    for tag in BeautifulSoup(html, "html.parser").find_all(True):
        found += [str(tag)] if tag.name not in _TAGS else []
        found += [str(tag) for name in tag.attrs if name not in _ATTRIBUTES]
        addresses = [str(tag[name]).strip().lower() for name in ("href", "src") if tag.get(name)]
        found += [
            each for each in addresses if re.match(r"[^/?#]*:", each) and not each.startswith(("http", "mailto:"))
        ]
        found += [str(tag["src"])] if str(tag.get("src", "")).startswith(("http", "//")) else []
    return found


@pytest.mark.parametrize("extensions", [(), _EVERYTHING], ids=["no extension", "every extension"])
@pytest.mark.parametrize("piece", _PIECES)
def test_no_untrusted_script_runs_with_any_extension(piece: str, extensions: tuple[str, ...]) -> None:
    before = {"pymdownx.snippets": {"base_path": ["/"]}} if extensions else {}
    made = markdown.Markdown(extensions=list(extensions), extension_configs=before).convert(rendered(piece))
    assert wrong_in(made) == []


@settings(deadline=None)
@given(st.lists(st.sampled_from(_PIECES), min_size=1, max_size=4), st.sampled_from(("\n", "\n\n", " ", "\n    ")))
def test_no_script_runs_that_several_pieces_form_together(pieces: list[str], between: str) -> None:
    assert wrong_in(html_of(rendered(between.join(pieces)))) == []


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_body_is_rendered_without_unsafe_html(text: str) -> None:
    assert wrong_in(html_of(rendered(text))) == []


def test_harmless_markdown_is_shown() -> None:
    body = 'Some *text*, `code <b>`, [a link](https://example.org) and {{ config }} --8<-- "x" {: .c }\n\n    x = 1\n'
    soup = BeautifulSoup(html_of(rendered(body)), "html.parser")
    assert " ".join(soup.get_text(" ").split()) == (
        'Some text , code <b> , a link and {{ config }} --8<-- "x" {: .c } x = 1'
    )
    assert soup.select_one("pre code")
    assert (soup.em and soup.em.text, soup.a and soup.a["href"]) == ("text", "https://example.org")


def test_the_tasks_that_are_counted_are_those_that_are_shown() -> None:
    body = (
        "- [ ] open\n- [x] done **x**\n    1. [ ] below\n- none\n\n!!! tip\n    - [X] inside\n\n> - [ ] quoted\n\n"
        "```\n- [ ] code\n```\n\n<details>\n\n- [ ] folded\n\n</details>\n"
    )
    counted = [task.is_done for task in read_outline("a.md", body, 1).tasks]
    assert [done for done, _text, _depth in shown_tasks(rendered(body))] == counted
    assert len(counted) == 6


def test_headings_stay_in_the_table_of_contents() -> None:
    soup = BeautifulSoup(html_of(rendered("## Plan `x` <b>\n\ntext\n\nBelow\n-----\n")), "html.parser")
    assert [(tag.name, tag.get("id")) for tag in soup.select("h2")] == [("h2", "plan-x"), ("h2", "below")]


# --- the setting ---------------------------------------------------------------------------------------

_NEEDED = "[a](evil.html) [b](evil.svg) ![c](picture.png)\n"
_PAGE = f"---\ntitle: Page\ntemplate: redirect.html\n---\n# Page\n\n<script>x</script>\n\n- [ ] task\n\n{_NEEDED}"
_ITEM = "---\ntitle: Item\nstatus: active\n---\n<iframe src=x></iframe>\n\n{{ config }}\n"


def project(folder: Path, roadmap: str) -> Path:
    files = {
        "roadmap.yml": f"title: T\nstatuses: {{active: active}}\ncollections: {{items: {{}}}}\n{roadmap}",
        "notes.md": _PAGE,
        "index.md": "Hello <script>x</script>",
        "items/a.md": _ITEM,
        "evil.html": "<script>x</script>",
        "evil.svg": "<svg onload='x'/>",
        "assets/milemark.js": "alert(1)",
        "picture.png": "png",
    }
    write_content(folder, files)
    (folder / "mkdocs.yml").write_text("site_name: T\ndocs_dir: build/docs\n")
    return folder


def written(folder: Path, *options: str, **variables: str) -> str:
    done = cli(folder, "generate", *options, env=variables)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize(
    ("roadmap", "options", "variables"),
    [
        ("untrusted: true\n", (), {}),
        ("", ("--untrusted",), {}),
        ("", (), {"MILEMARK_UNTRUSTED": "1"}),
        ("untrusted: false\n", ("--untrusted",), {}),
        ("untrusted: false\n", (), {"MILEMARK_UNTRUSTED": "1"}),
    ],
)
def test_content_cannot_switch_sanitising_off(
    tmp_path: Path, roadmap: str, options: tuple[str, ...], variables: dict[str, str]
) -> None:
    said = written(project(tmp_path, roadmap), *options, **variables)
    docs = tmp_path / "build" / "docs"
    pages = "".join(path.read_text("utf-8") for path in docs.rglob("*.md"))
    assert not re.search("<script|<iframe|redirect|{{ config", pages)
    assert "task-list-item" in (docs / "notes.md").read_text("utf-8")
    assert not {path.name for path in docs.rglob("evil.*")}
    assert b"alert(1)" not in (docs / "assets/milemark.js").read_bytes()
    assert (docs / "picture.png").is_file()
    assert "content/evil.html skipped" in said


def test_the_author_of_a_site_keeps_the_power_of_markdown(tmp_path: Path) -> None:
    written(project(tmp_path, ""))
    docs = tmp_path / "build" / "docs"
    assert "<script>x</script>" in (docs / "notes.md").read_text("utf-8")
    assert '<iframe src="x">' in (docs / "items/a.md").read_text("utf-8")
    assert "template: redirect.html" in (docs / "notes.md").read_text("utf-8")
    assert (docs / "evil.html").is_file()


def test_an_existing_page_is_made_again(tmp_path: Path) -> None:
    written(project(tmp_path, ""))
    written(tmp_path, "--untrusted")
    assert "<iframe" not in (tmp_path / "build/docs/items/a.md").read_text("utf-8")


def test_another_word_than_true_or_false_is_a_finding() -> None:
    _settings, found = parse_settings(b"title: T\nuntrusted: maybe\n")
    assert [(each.rule.code, each.span.line, each.span.column) for each in found] == [("MM502", 2, 12)]


@pytest.mark.parametrize(
    "name", ["a.html", "a.SVG", "a.js", "a.css", "a.xml", "_redirects", "CNAME", ".meta.yml", "a.png.htm"]
)
def test_untrusted_files_that_a_browser_runs_are_not_published(name: str) -> None:
    assert not is_passive(name)


def test_a_deep_or_long_body_is_fast() -> None:
    for body in ("- " * 400 + "x", "[" * 5_000, "<div>" * 5_000, "> " * 5_000, "*a_ " * 20_000):
        document, _ = parse_document("a.md", body.encode())
        assert wrong_in(html_of(rendered(document.body))) == []


@pytest.mark.slow
@pytest.mark.parametrize("publisher", ["mkdocs", "properdocs", "zensical"])
def test_no_untrusted_script_runs_on_a_site_of_any_publisher(tmp_path: Path, publisher: str) -> None:
    project(tmp_path, "")
    for number, piece in enumerate(_PIECES):
        (tmp_path / f"content/items/p{number}.md").write_text(f"---\ntitle: T\n---\n{piece}\n\nend\n", "utf-8")
    lines = (STARTER / "mkdocs.yml").read_text("utf-8").splitlines()
    lines = [line for line in lines if not re.match(r"  - (?:tracks|projects|milestones)/", line)]
    (tmp_path / "mkdocs.yml").write_text("\n".join(lines), "utf-8")
    command = [sys.executable, "-m", "milemark", "-C", str(tmp_path), "build", "--untrusted", "--publisher", publisher]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for number in range(len(_PIECES)):
        soup = BeautifulSoup((tmp_path / f"site/items/p{number}/index.html").read_text("utf-8"), "html.parser")
        article = soup.select_one("article")
        assert article is not None
        assert not article.select("script, iframe, style, base, meta, form:not(.md-feedback), object, embed"), number
        names = {name for tag in article.find_all(True) for name in tag.attrs}
        assert not {name for name in names if name.startswith("on")}, number
        assert not article.select("[href^='javascript']"), number
