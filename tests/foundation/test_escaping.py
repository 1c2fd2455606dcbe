"""Each format that interprets data has one function that escapes it, and all code uses that function."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

import jinja2
import pytest
import yaml
from bs4 import BeautifulSoup
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mkdocs.utils.meta import get_data

from milemark.foundation import escaping as escapes
from milemark.foundation.escaping import (
    as_entities,
    body_url,
    command_text,
    csv_cell,
    encodable,
    github_text,
    head_text,
    html_text,
    is_safe_url,
    json_text,
    markdown_text,
    one_line,
    page_attribute,
    page_code,
    page_text,
    safe_url,
    script_value,
    url_part,
    visible,
    yaml_text,
)
from milemark.output.site.page_frame import PageHead, generated_page
from publishing import html_of
from support import ROOT

PACKAGE = ROOT / "generator" / "milemark"
TEXTS = st.text(st.characters(), max_size=30) | st.lists(
    st.sampled_from(
        (
            *(
                "<script>",
                "</script>",
                "-->",
                "]]>",
                "&lt;",
                '"',
                "'",
                "`",
                "|",
                "\n",
                "\r",
                "\x1b[31m",
                "\u2028",
                "\u202e",
            ),
            *(
                "{{ x }}",
                "{: onclick=x }",
                "[a](b)",
                "@a",
                "#1",
                "=1",
                "::error::",
                "%0A",
                "\\",
                "---",
                "\t",
                "é",
                "가",
            ),
        )
    ),
    max_size=6,
).map("".join)
# The other modules that may call such a function, and why.
ALONE = {
    # caches and manifests, which only milemark reads
    "json.dumps(": {
        *("app/check_index", "app/query_cache", "foundation/cache", "history/read", "publish/tree"),
        "roadmap/file_record",
        # the settings of a derived mkdocs.yml, model pages and the search index, as the publisher writes it; and events
        *("publish/frames", "publish/stamping", "publish/models", "publish/site_index", "app/live_server"),
    },
    # for a shell; what an author quoted, in another form; and addresses as the publisher writes them
    "quote(": {"app/commands/adopt", "app/commands/init", "markdown/composed", "publish/frame", "publish/site_index"},
    # in a regular expression; the result of a function of bases; and texts as a theme writes them
    "escape(": {
        *("app/renaming", "markdown/lint", "query/bases/formulas/functions", "publish/contents", "publish/site_index"),
    },
}


# --- the inventory -------------------------------------------------------------------------------------


def test_the_table_of_places_names_every_function_and_no_other() -> None:
    table = escapes.__doc__ or ""
    named = {name for row in re.findall(r"^\|.*\|(.*)\|$", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}
    public = {
        name for name in vars(escapes) if re.search(rf"^def {name}\(", Path(escapes.__file__).read_text(), re.MULTILINE)
    }
    assert named == {name for name in public if not name.startswith("_")}


@pytest.mark.parametrize("call", ALONE)
def test_no_other_module_escapes(call: str) -> None:
    calls = re.compile(rf"(?<![\w.])(?:\w+\.)?{re.escape(call)}" if "." not in call else re.escape(call))
    modules = {path.relative_to(PACKAGE).with_suffix("").as_posix(): path for path in PACKAGE.rglob("*.py")}
    found = {name for name, path in modules.items() if calls.search(path.read_text("utf-8"))}
    assert found - {"foundation/escaping"} == ALONE[call], "use a function of milemark.foundation.escaping"


def test_templates_mark_only_bodies_as_html() -> None:
    for path in (ROOT / "templates").rglob("*.jinja"):
        for marked in re.findall(r"\{\{[^}]*\|\s*safe\b[^}]*\}\}", path.read_text("utf-8")):
            assert marked in {"{{ body|safe }}", "{{ introduction|safe }}"}, path


# --- each function -------------------------------------------------------------------------------------


ESCAPES: tuple[Callable[[str], str], ...] = (
    *(as_entities, command_text, csv_cell, encodable, github_text, head_text, html_text, json_text),
    *(markdown_text, one_line, safe_url, script_value, url_part, visible, yaml_text),
    *(body_url, page_attribute, page_code, page_text),
)


@settings(deadline=None)
@pytest.mark.parametrize("escape", ESCAPES, ids=lambda each: each.__name__)
@example("a\ud800b")
@example("\udfff")
@given(TEXTS)
def test_every_text_can_be_written_in_utf8(escape: Callable[[str], str], text: str) -> None:
    escape(text).encode()


@settings(deadline=None)
@given(TEXTS)
def test_html_and_xml_show_exactly_the_text(text: str) -> None:
    line = one_line(text)
    page = jinja2.Environment(autoescape=True).from_string('<p a="{{ x }}">{{ x }}</p>').render(x=line)
    (tag,) = BeautifulSoup(page, "html.parser").find_all(True)
    assert (tag.get_text().strip(), tag["a"], set(tag.attrs)) == (line.strip(), line, {"a"})
    element = ET.Element("a", {"b": line})
    element.text = line
    read = ET.fromstring(ET.tostring(element))  # noqa: S314  it has just been made
    assert (read.text or "", read.get("b")) == (line, line)


@settings(deadline=None)
@given(TEXTS)
def test_a_value_in_a_page_is_text_and_not_a_template(text: str) -> None:
    written = html_text(text)
    assert not re.search(r"[<>\"'{}\n]", written)
    assert html.unescape(written) == one_line(text)


@settings(deadline=None)
@given(TEXTS)
def test_entities_leave_no_markdown(text: str) -> None:
    written = as_entities(one_line(text))
    assert BeautifulSoup(f"<pre>{written}.</pre>", "html.parser").get_text() == f"{one_line(text)}."
    assert not re.search(r"[<>\[\]{}`*_~\\!\"'|-]", re.sub(r"&#\d+;|&\w+;", "", written))


@settings(deadline=None)
@given(TEXTS)
def test_the_html_of_a_body_shows_the_text_in_one_line_without_markdown(text: str) -> None:
    for escape, kept in ((page_text, ""), (page_code, "\n\t"), (page_attribute, "\n\t")):
        written = escape(text)
        assert len(written.splitlines()) <= 1
        assert not re.search(r"[<>\[\]{}`*_~\\!|#$^=+@%]", re.sub(r"&#\d+;|&\w+;", "", written))
        (pre,) = BeautifulSoup(f"<pre>{written}.</pre>", "html.parser").find_all(True)
        assert pre.get_text() == "".join(each if each in kept else one_line(each) for each in f"{text}.").replace(
            "\t", "\t" if kept else " "
        )
    assert '"' not in page_attribute(text)


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("a b/한.md?x=1&y#z", "a%20b/%ED%95%9C.md?x=1&y#z"),
        ("a%20b", "a%20b"),
        ("javascript:x", "unsafe:javascript:x"),
        (" java\nscript:x", "unsafe:%20java%0Ascript:x"),
        ("data:image/png;base64,x", "unsafe:data:image/png;base64,x"),
        ("obsidian://open", "obsidian://open"),
    ],
)
def test_an_address_of_a_body_is_a_url_that_runs_nothing(address: str, url: str) -> None:
    assert body_url(address) == url
    assert body_url("data:image/png;base64,x", is_picture=True) == "data:image/png;base64,x"


@settings(deadline=None)
@given(TEXTS)
def test_github_reads_a_heading_of_a_report_as_text(text: str) -> None:
    written = github_text(text)
    assert "\n" not in written
    assert not re.search(r"[<>\[\]`*_~\\|{}!@]|(?<!&)#", re.sub(r"&#\d+;", "", written))
    assert "@" not in html.unescape(written).replace("@\u200b", "")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Phase 1: release 1.0", "Phase 1: release 1.0"),
        ("1. first", "1&#46; first"),
        ("plans/shop.md; later", "plans/shop.md; later"),
        (":tada: WWW.a.b", "&#58;tada: WWW&#46;a.b"),
        ("https://a.b: see 2.", "https&#58;//a.b: see 2&#46;"),
        (": a", "&#58; a"),
    ],
)
def test_a_colon_and_a_decimal_point_of_a_report_stay_as_written(text: str, written: str) -> None:
    assert github_text(text) == written


@settings(deadline=None)
@given(TEXTS)
def test_a_terminal_gets_printable_characters_only(text: str) -> None:
    assert visible(text).isprintable()


@settings(deadline=None)
@given(TEXTS)
def test_a_workflow_command_is_one_line_with_its_own_properties(text: str) -> None:
    written = f"::error file={command_text(text, is_property=True)},line=1::{command_text(text)}"
    assert len(re.split(r"[\r\n]", written)) == 1
    head, _, message = written.removeprefix("::").partition("::")
    assert (head.count(","), head.count(":")) == (1, 0)
    assert message.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%") == encodable(text)


@settings(deadline=None)
@given(TEXTS)
@example("＝1")
def test_a_cell_is_not_a_formula_and_stays_one_cell(text: str) -> None:
    file = io.StringIO()
    csv.writer(file, quoting=csv.QUOTE_ALL).writerow([csv_cell(text)])
    ((cell,),) = list(csv.reader(io.StringIO(file.getvalue(), newline="")))
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
    assert cell.removeprefix("'") == encodable(text).replace("\0", "\ufffd").removeprefix("'")


@pytest.mark.parametrize(("cell", "written"), [(None, ""), (3, 3), (-1.5, -1.5), ("-1", "'-1")])
def test_numbers_stay_numbers_in_a_cell(cell: object, written: object) -> None:
    assert csv_cell(cell) == written


@settings(deadline=None)
@given(TEXTS)
def test_json_keeps_the_value_and_is_printable(text: str) -> None:
    written = json_text({"a": text}, 2)
    assert json.loads(written) == {"a": text}
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]", written)
    written.encode()


@settings(deadline=None)
@given(TEXTS)
@example("</script><!--")
def test_a_value_does_not_end_a_script(text: str) -> None:
    written = script_value([text])
    assert json.loads(written) == [text]
    assert not re.search(r"[<>&\u2028\u2029]", written)


@settings(deadline=None)
@given(TEXTS)
def test_a_word_in_a_settings_file_stays_that_word(text: str) -> None:
    if not re.search("[\ud800-\udfff]", text):
        assert yaml.safe_load(f"{yaml_text(text)}: 1\nb: {yaml_text(text)}\n") == {text: 1, "b": text} or text == "b"


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_front_matter_is_text_in_themes_that_print_it_unescaped(title: str, description: str) -> None:
    _body, head = get_data(generated_page(PageHead(title, description), ""))
    assert set(head) == {"title", "description"}
    for name, text in (("title", title), ("description", description)):
        assert not re.search(r"[<>\"']", head[name])
        assert html.unescape(head[name]) == one_line(text)
        assert head_text(text)[0] == '"'


@settings(deadline=None)
@given(TEXTS)
def test_publishers_read_a_heading_as_text(text: str) -> None:
    soup = BeautifulSoup(html_of(f"# {markdown_text(text)}\n"), "html.parser")
    assert {tag.name for tag in soup.find_all(True)} <= {"h1", "a"}
    assert all(set(tag.attrs) <= {"id", "class", "href", "title"} for tag in soup.find_all(True))


@settings(deadline=None)
@given(TEXTS.filter(lambda text: not re.search("[\ud800-\udfff]", text)))
def test_a_path_has_no_scheme_query_or_fragment(path: str) -> None:
    parts = urlsplit("https://example.org/" + url_part(path))
    assert (parts.netloc, parts.query, parts.fragment) == ("example.org", "", "")
    assert unquote(parts.path) == f"/{path}"
    assert ":" not in url_part(path)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:x",
        " JavaScript:x",
        "java\nscript:x",
        "vbscript:x",
        "data:text/html,x",
        "//example.org",
        "\\\\e",
        "a:b",
    ],
)
def test_an_unsafe_url_is_dropped(address: str) -> None:
    assert not is_safe_url(address)
    assert safe_url(address) == ""


@settings(deadline=None)
@given(TEXTS)
def test_a_url_does_not_end_a_string_of_a_script(text: str) -> None:
    assert not re.search(r"[\"'<>\\\s`]", safe_url(f"https://example.org/{text}"))
