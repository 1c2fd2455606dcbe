"""Findings as text, JSON, workflow commands and SARIF.

`PYTHONPATH=tests python tests/output/text/test_diagnostics.py` writes cases/formats/ again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milemark import __version__
from milemark.foundation.diagnostics import Diagnostic, Span
from milemark.foundation.escaping import visible
from milemark.foundation.i18n import Language
from milemark.foundation.rules import RULES, UNKNOWN_FIELD, UNKNOWN_STATUS
from milemark.output.text.diagnostics import FORMATS, FormatContext, as_github, as_text
from support import ROOT, cpu_within, in_content, load_texts

GOLDEN = ROOT / "tests/cases" / "formats"
LOCALES = ("en", "ko")
TEXT = "머리\n제목: 검색\n"
ROADMAP = """\
statuses: {예정: planned, 진행 중: active}
collections: {projects: {fields: {level: {choices: [낮음, 높음]}}}}
"""
FILES: Mapping[str, str] = {
    "roadmap.yml": ROADMAP,
    "projects/wide.md": "---\ntitle: 한글\nlevel: {a: 중간}\nstatus: 진행증\n---\n",
    "projects/tab.md": "---\ntitle: x\nsummary:\ttab\nstatus:\t\x1b]0;가짜\x07 진행\n---\n- [ㅌ]\t탭\n",
    "projects/100%, 완료: 정말?.md": "---\ntitle: x\nstatus: '::stop-commands::x'\n---\n",
    "projects/multi.md": '---\ntitle: x\nstatus: "a\n\n  ::error::b%0A,c"\n---\n',
    "projects/long.md": "---\ntitle: x\n---\n" + "앞 " * 300 + "\n\n- 가\n- [ㅌ] " + "나" * 500 + "\n",
    "projects/column.md": "---\ntitle: 다\u200b라\nlinks: {"
    + "".join(f"k{n}: b, " for n in range(60))
    + "가: 'data:x'}\n---\n",
    "projects/combining.md": "---\ntitle: x\ncafe\u0301: 1\nlevel: e\u0301중간\n---\n",
}


def context(locale: str = "en") -> FormatContext:
    return FormatContext(lambda path: FILES.get(path, "").encode(), Language(locale).gettext, in_content)


def findings() -> tuple[Diagnostic, ...]:
    return load_texts(FILES, date(2025, 1, 12)).diagnostics


def rendered(name: str, locale: str) -> str:
    text = FORMATS[name](findings(), context(locale))
    return text.replace(f'"version": "{__version__}"', '"version": "VERSION"').rstrip("\n") + "\n"


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", [*FORMATS])
def test_a_format_is_what_its_golden_file_shows(name: str, locale: str) -> None:
    assert rendered(name, locale) == (GOLDEN / f"{name}.{locale}").read_text("utf-8")


def one(source: str, column: int, width: int, **values: str) -> list[str]:
    """Return the lines of text about one place of a file of one line."""
    found = Diagnostic(UNKNOWN_STATUS, Span("a.md", 1, column, width), {"value": "x", "known": "y"} | values)
    return as_text([found], FormatContext(lambda _: source.encode(), str)).split("\n")


@pytest.mark.parametrize(
    ("source", "column", "width", "line", "carets"),
    [
        ("status: x", 9, 1, "status: x", "        ^"),
        ("상태: 진행", 5, 2, "상태: 진행", "      ^^^^"),  # Hangul takes two columns
        ("ｘ：１", 2, 1, "ｘ：１", "  ^^"),  # so do full-width forms
        ("a\tb", 3, 1, "a b", "  ^"),
        ("a\x1bb", 3, 1, r"a\u001bb", " " * 7 + "^"),
        ("a\x1bb", 2, 1, r"a\u001bb", " " + "^" * 6),
        ("a\u202eb", 2, 1, r"a\u202eb", " " + "^" * 6),
        ("e\u0301x", 3, 1, "e\u0301x", " ^"),  # a combining mark takes none
        ("🚀 x", 3, 1, "🚀 x", "   ^"),
        ("short", 9, 3, "short", "     ^"),  # at its end, where YAML missed something
        ("x", 1, 0, "x", "^"),
    ],
)
def test_carets_stand_under_what_is_wrong(source: str, column: int, width: int, line: str, carets: str) -> None:
    lines = one(source, column, width)
    assert lines[1] == f"  --> a.md:1:{column}"
    assert lines[2:4] == [f"   | {line}", f"   | {carets}"]


@pytest.mark.parametrize("column", [1, 399, 400, 401, 5_000, 9_990])
def test_of_a_long_line_the_place_is_shown(column: int) -> None:
    source = "".join(chr(97 + number % 26) for number in range(10_000))
    lines = one(source, column, 5)
    start = lines[3].index("^")
    assert lines[2][start : start + 5] == source[column - 1 : column + 4]
    assert len(lines[2]) < 420


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xff\xfe", b"a"])
def test_a_line_that_is_not_there_is_not_shown(data: bytes) -> None:
    found = Diagnostic(UNKNOWN_STATUS, Span("a.md", 3), {"value": "x", "known": "y"})
    assert as_text([found], FormatContext(lambda _: data, str)).split("\n")[2].startswith("   = ")


@given(st.text())
def test_what_is_printed_controls_no_terminal(text: str) -> None:
    shown = visible(text)
    assert shown.isprintable()
    assert visible(shown) == shown


def test_a_thousand_findings_in_one_file_are_printed_at_once() -> None:
    source = b"- [ ] x\n" * 20_000
    found = [Diagnostic(UNKNOWN_STATUS, Span("a.md", line), {"value": "x", "known": "y"}) for line in range(1, 5_000)]
    with cpu_within(20):
        as_text(found, FormatContext(lambda _: source, str))


@pytest.mark.parametrize("locale", LOCALES)
def test_json_holds_every_finding_with_its_place(locale: str) -> None:
    rows = json.loads(rendered("json", locale))["diagnostics"]
    assert [(row["code"], row["path"], row["line"]) for row in rows] == [
        (each.rule.code, f"content/{each.span.path}", each.span.line) for each in findings()
    ]
    for row, each in zip(rows, findings(), strict=True):
        line = FILES[each.span.path].split("\n")[row["line"] - 1]
        assert 1 <= row["column"] < row["end_column"] <= max(len(line), 1) + 1
        assert {*row} == {"code", "name", "severity", "message", "hint", "path", "line", "column", "end_column", "fix"}


def test_messages_are_in_the_language_and_what_the_user_wrote_stays() -> None:
    english, korean = (json.loads(rendered("json", locale))["diagnostics"] for locale in LOCALES)
    pairs = list(zip(english, korean, strict=True))
    assert all(one["message"] != other["message"] and one["hint"] != other["hint"] for one, other in pairs)
    assert all(re.search("[가-힣]", row["message"]) for row in korean)
    assert [row["message"] for row in korean if "진행증" in row["message"]]


_COMMAND = re.compile(r"::(error|warning) (?P<properties>[^\r\n]*?)::(?P<message>[^\r\n]*)")


def parsed(line: str) -> tuple[dict[str, str], str]:
    """Return the properties and the message of a command as GitHub's runner reads them."""
    found = _COMMAND.fullmatch(line)
    assert found, line
    pairs = dict(pair.split("=", 1) for pair in found["properties"].split(","))
    return {name: unquote(value) for name, value in pairs.items()}, unquote(found["message"])


@pytest.mark.parametrize("locale", LOCALES)
def test_every_line_for_github_is_one_command_of_ours(locale: str) -> None:
    lines = rendered("github", locale).splitlines()
    assert len(lines) == len(findings())
    for line, each in zip(lines, findings(), strict=True):
        properties, message = parsed(line)
        assert properties["file"] == f"content/{each.span.path}"
        assert (properties["line"], properties["col"]) == (str(each.span.line), str(each.span.column))
        translate = Language(locale).gettext
        assert message == f"{each.message_in(translate)}\n{each.hint_in(translate)}"


@given(st.text(), st.text(min_size=1))
def test_no_content_begins_or_ends_a_command(value: str, path: str) -> None:
    found = Diagnostic(UNKNOWN_FIELD, Span(path), {"field": value})
    text = as_github([found], FormatContext(lambda _: b"", str))
    assert not re.search(r"[\r\n]", text)
    properties, message = parsed(text)
    assert properties["file"] == path
    assert message.startswith(f'unknown field "{value}"')


@pytest.mark.parametrize("locale", LOCALES)
def test_sarif_has_what_code_scanning_needs(locale: str) -> None:
    log: dict[str, Any] = json.loads(rendered("sarif", locale))
    assert (log["version"], log["$schema"].split("/")[-1]) == ("2.1.0", "sarif-2.1.0.json")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "milemark"
    assert [rule["id"] for rule in driver["rules"]] == [rule.code for rule in RULES]
    assert all(rule["shortDescription"]["text"] and rule["help"]["text"] for rule in driver["rules"])
    assert run["columnKind"] == "unicodeCodePoints"
    assert len(run["results"]) == len(findings())
    for result, each in zip(run["results"], findings(), strict=True):
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == each.rule.code
        assert result["level"] in {"error", "warning"}
        assert result["message"]["text"]
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert unquote(place["artifactLocation"]["uri"]) == f"content/{each.span.path}"
        assert re.fullmatch(r"[A-Za-z0-9._~/%-]+", place["artifactLocation"]["uri"])
        region = place["region"]
        assert (region["startLine"], region["startColumn"]) == (each.span.line, each.span.column)
        assert region["endColumn"] > region["startColumn"] >= 1


@pytest.mark.parametrize("name", [*FORMATS])
def test_nothing_found_is_said_in_every_format(name: str) -> None:
    text = FORMATS[name]([], context())
    assert text == "" if name in {"text", "github"} else json.loads(text) is not None


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for each in FORMATS:
        for language in LOCALES:
            (GOLDEN / f"{each}.{language}").write_text(rendered(each, language), "utf-8", newline="")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (TEXT.encode("utf-16"), "   | 제목: 검색"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "   | 제목: 검색"),
        (TEXT.encode("cp949"), "   | 제목: 검색"),
        ("머리\r\n".encode() + "제목: 검색".encode("cp949"), "   | 제목: 검색"),
        ("머리\n제목: café".encode("latin-1", "replace"), "   | ??: caf\ufffd"),
        (b"\xef\xbb\xbf" + TEXT.encode(), "   | 제목: 검색"),
        (b"\xff\xfea", ""),
    ],
    ids=[
        "UTF-16",
        "UTF-16, big end first",
        "CP949",
        "CP949 below UTF-8",
        "Latin 1",
        "byte order mark",
        "half a letter",
    ],
)
def test_a_line_is_shown_in_the_encoding_that_it_has(data: bytes, expected: str) -> None:
    context = FormatContext(lambda _: data, str)
    printed = as_text([Diagnostic(UNKNOWN_FIELD, Span("a.md", 2), {"field": "x"})], context)
    assert [line for line in printed.split("\n") if line.startswith("   | ")][:1] == ([expected] if expected else [])
