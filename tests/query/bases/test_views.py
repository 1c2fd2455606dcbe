"""Obsidian's bases: views show the same in Obsidian and on the site, and unsupported parts are reported."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milemark.foundation.disk import read_content
from milemark.foundation.i18n import Language
from milemark.foundation.layout import PRIVATE
from milemark.output.cells import Cell
from milemark.output.site.base_views import BaseResult, run_base
from milemark.query.bases.formulas.evaluation import compiled
from milemark.query.bases.formulas.functions import ANY, GLOBALS, METHODS, OF_LISTS
from milemark.query.bases.formulas.run import Run, Scope, SpentError, value_of
from milemark.query.bases.formulas.syntax import parse_expression
from milemark.query.bases.formulas.values import as_text
from milemark.query.bases.parser import parse_base
from milemark.query.bases.vault import Vault, find_base
from milemark.query.load import checked_for_audience, load_with_bases
from milemark.roadmap.load import Loaded
from support import ROOT

DAY = date(2025, 1, 12)
FILES: Mapping[str, str] = {
    "roadmap.yml": """\
title: T
statuses: {예정: planned, 진행 중: active, 완료: done}
collections:
  projects:
    fields:
      title: {}
      status: {}
      track: {}
      start: {type: date}
      due: {type: date}
      price: {type: number, label: 가격}
      stack: {type: array}
      tags: {type: array}
      seen: {type: boolean}
      owner: {}
  tracks: {role: track}
""",
    "tracks/oss.md": "---\ntitle: OSS 분석\n---\n",
    "projects/a.md": """\
---
title: StoreBridge
status: 진행 중
track: oss
start: 2025-Q1
due: 2025-04
price: 2.5
stack: [Django, Redis]
tags: [book, 학습/책]
seen: true
owner: "[[kim|김민수]]"
---
See [[notes]] and ![[b]]. #inline

- [x] one
- [ ] two
""",
    "projects/b.md": "---\ntitle: Focus\nstatus: 완료\ndue: 2025-01-10\nprice: 10\nstack: [Redis]\n---\n",
    "projects/c.md": "---\ntitle: 셋\nstatus: 예정\ndue: 2025-04-15\n---\n[a](a.md)\n",
    "notes.md": "---\npages: 120\nread: 2024-12-31\ndone: true\nshelf: [x, y]\nname: Notes\n---\n# 메모\n",
    "people/kim.md": "# 김민수\n",
}


def loaded(**bases: str) -> Loaded:
    files = {path: text.encode() for path, text in FILES.items()}
    files |= {f"{name}.base": text.encode() for name, text in bases.items()}
    return checked_for_audience(load_with_bases(files, DAY), PRIVATE)


def vault(**bases: str) -> Vault:
    return Vault(loaded(**bases).roadmap, Language("en"))


def evaluated(text: str, path: str = "projects/a.md") -> object:
    root, found = parse_expression(text)
    assert root is not None, found
    return value_of(compiled(root), Scope(Run(vault(), "notes.md"), path))


def shown(text: str, path: str = "projects/a.md") -> str:
    return as_text(evaluated(text, path))


# As Obsidian's documentation says, then as a roadmap needs it.
VALUES: tuple[tuple[str, str], ...] = (
    ("1 + 2 * 3", "7"),
    ("(1 + 2) * 3 - 4 / 2 % 3", "7"),
    ("-3 + 5", "2"),
    ("0.1 + 0.2", "0.3"),
    ("1 / 0", ""),
    ("'a' + 1", "a1"),
    (r"'it\'s' + \"\n\"".replace(r"\"", '"'), "it's\n"),
    ("1 == 1 && !(1 > 2) || false", "true"),
    ("2 >= 2 && 2 <= 2 && 1 != 2 && 1 < 2", "true"),
    ("null == missing", "true"),
    ("missing != 'done'", "true"),
    ("missing > 3", ""),
    # global functions
    ("if(price, 'yes', 'no')", "yes"),
    ("if(missing, 'yes')", ""),
    ("list('value')", "value"),
    ("list([1, 2]).length", "2"),
    ("list(missing).length", "0"),
    ("max(1, 3, 2) + min(4, 5)", "7"),
    ("number('3.4') + number(true)", "4.4"),
    ("number(date('1970-01-02'))", "86400000"),
    ("number('x')", ""),
    ("escapeHTML('<b>')", "&lt;b&gt;"),
    ("link('notes').asFile()", "notes.md"),
    ("file('[[notes]]').basename", "notes"),
    ("link('notes', 'Shown')", "Shown"),
    # any value
    ("1.isTruthy()", "true"),
    ("'example'.isType('string') && true.isType('boolean') && [1].isType('list')", "true"),
    ("today().isType('date') && {}.isType('object') && null.isType('null')", "true"),
    ("123.toString() + '!'", "123!"),
    ("missing.isEmpty() && ''.isEmpty() && [].isEmpty() && {}.isEmpty() && !5.isEmpty()", "true"),
    # dates
    ("date('2024-12-01') + '1M' + '4h' + '3m'", "2025-01-01 04:03:00"),
    ("date('2025-01-31') + '1 month'", "2025-02-28"),
    ("(now() + '1d') - now()", "86400000"),
    ("((now() + '2d') - now()) / 86400000", "2"),
    ("(date('2025-01-20') - today()).days", "8"),
    ("(date('2025-01-20') - today()).round()", "691200000"),
    ("now() + (duration('1d') * 2)", "2025-01-14"),
    ("today() - '1 week'", "2025-01-05"),
    ("today().year + '/' + today().month + '/' + today().day", "2025/1/12"),
    ("date('2025-05-27 12:30:45').time()", "12:30:45"),
    ("date('2025-05-27 12:30:45').date()", "2025-05-27"),
    ("date('2025-05-27').format('YYYY-MM-DD HH:mm:ss')", "2025-05-27 00:00:00"),
    ("date('2025-05-27').format('dddd, D MMMM YY [of week] W')", "Tuesday, 27 May 25 of week 22"),
    ("date('2025-01-15').relative()", "in 3 days"),
    ("date('2025-01-09').relative()", "3 days ago"),
    ("today().relative()", "today"),
    ("date('2025-02-30')", ""),
    ("date('9999-12-31') + '1y'", ""),
    # texts
    ("'hello'.contains('ell') && 'hello'.containsAll('h', 'e') && 'hello'.containsAny('x', 'e')", "true"),
    ("'hello'.startsWith('he') && 'hello'.endsWith('lo')", "true"),
    ("'Hello World'.lower() + 'hello world'.title() + '  hi  '.trim()", "hello worldHello Worldhi"),
    ("'a:b:c:d'.replace(/:/, '-') + ' ' + 'a:b:c:d'.replace(/:/g, '-')", "a-b:c:d a-b-c-d"),
    ("'a.b'.replace('.', '-')", "a-b"),
    ("'2025-01'.replace(/(\\d+)-(\\d+)/, '$2/$1')", "01/2025"),
    ("'123'.repeat(2) + 'hello'.reverse() + 'hello'.slice(1, 4)", "123123ollehell"),
    ("'a,b,c,d'.split(',', 3).join('|') + 'a,b'.split(/,/).length", "a|b|c2"),
    ("'한글'.length", "2"),
    ("/abc/.matches('abcde') && /^ABC$/i.matches('abc')", "true"),
    ("/(a+)+$/.matches('" + "a" * 60 + "!')", "false"),
    # numbers
    ("(-5).abs() + (2.1).ceil() + (2.9).floor() + (2.5).round()", "13"),
    ("(2.3333).round(2) + ' ' + (3.14159).toFixed(2) + ' ' + (-2.5).round()", "2.33 3.14 -2"),
    # lists and objects
    ("[1,2,3].contains(2) && [1,2,3].containsAll(2,3) && [1,2,3].containsAny(3,4)", "true"),
    ("[1,2,3,4].filter(value > 2)", "3, 4"),
    ("[1,2,3,4].map(value + index)", "1, 3, 5, 7"),
    ("[1,2,3].reduce(acc + value, 0)", "6"),
    ("[1,5,2].filter(value.isType('number')).reduce(if(acc == null || value > acc, value, acc), null)", "5"),
    ("[1,[2,[3]]].flat()", "1, 2, 3"),
    ("[3,1,2].sort().reverse().slice(0, 2)", "3, 2"),
    ("['c10','c9','a'].sort()", "a, c9, c10"),
    ("[1,2,2,3].unique().length", "3"),
    ("[1,2,6].mean() + [1,2].sum()", "6"),
    ("[1,2][1] + 'abc'[0]", "2a"),
    ("[1][5]", ""),
    ('{"a": 1, "b": 2}.keys() + {"a": 1}.values()', ""),
    ('{"a": 1, "b": 2}.keys()', "a, b"),
    ('{"a": {"b": 3}}.a["b"]', "3"),
    # properties
    ("title + ': ' + note.status + ' ' + note['price']", "StoreBridge: 진행 중 2.5"),
    ("price.toFixed(2) + ' dollars'", "2.50 dollars"),
    ("stack.contains('Redis') && seen", "true"),
    ("tags.contains('#book') && file.tags.contains('inline')", "true"),
    ("progress", "50"),
    ("track == 'oss' && track == link('oss') && track.asFile().name == 'oss.md'", "true"),
    ("owner == link('people/kim') && owner == file('kim')", "true"),
    ("owner", "김민수"),
    (
        "file.name + ' ' + file.basename + ' ' + file.path + ' ' + file.folder + ' ' + file.ext",
        "a.md a projects/a.md projects md",
    ),
    ("file.hasTag('book') && file.hasTag('학습') && file.hasTag('no', 'inline') && !file.hasTag('책')", "true"),
    ("file.inFolder('projects') && file.inFolder('/') && !file.inFolder('proj')", "true"),
    ("file.hasLink('notes') && file.hasLink(this) && file.hasLink('kim') && file.hasLink('oss')", "true"),
    ("file.hasLink('c')", "false"),
    ("file.hasProperty('price') && !file.hasProperty('missing')", "true"),
    ("file.links.length + ' ' + file.embeds.length + ' ' + file.backlinks", "4 1 c"),
    ("file.properties.price + file.properties.keys().length", "12.5"),
    ("file.size > 100", "true"),
    ("file.asLink('x')", "x"),
    ("this.file.name + ' ' + this.pages + ' ' + this.shelf.length", "notes.md 120 2"),
    ("this.read < today() && this.done", "true"),
    ("link('c').linksTo(file)", "true"),
    # partial dates: due is its last day, start its first
    ("due < date('2025-05') && due <= date('2025-04') && due >= date('2025-04') && due == date('2025-04')", "true"),
    ("due < date('2025-04') || due > date('2025-04')", "false"),
    ("due > '2025-04-29' && due < '2025-05-01'", "true"),
    ("start < date('2025-01-02') && start >= date('2025-Q1')", "true"),
    ("due.month + ' ' + due", "4 2025-04"),
    ("due - '1 week'", "2025-04-23"),
)


@pytest.mark.parametrize(("text", "expected"), VALUES)
def test_an_expression_has_its_documented_value(text: str, expected: str) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize(
    ("text", "column", "problem"),
    [
        ("a = 3", 3, "operator"),
        ("a and b", 3, "operator"),
        ('"abc', 1, "quotation"),
        ("(1 + 2", 1, "bracket"),
        ("[1, 2", 1, "bracket"),
        ("file.", 5, "after the dot"),
        ("1 +", 3, "a value is missing"),
        ("", 1, "a value is missing"),
        ("a b", 3, "operator"),
        ("a @ b", 3, "character"),
        ("{1: 2}", 2, "key"),
        ("(" * 200 + "1" + ")" * 200, 61, "deep"),
        ("x" * 5000, 4000, "long"),
    ],
)
def test_an_invalid_expression_is_reported_with_its_column(text: str, column: int, problem: str) -> None:
    root, found = parse_expression(text)
    assert root is None
    assert (found[0].span.column, problem in found[0].values["problem"]) == (column, True)


WORDS = st.sampled_from(
    (
        *"()[]{}.,!+-*/%<>=&|'\":",
        *("==", "&&", "||", "file", "note", "formula", "this", "value", "price", "due", "tags", "links", "stack", " "),
        *("1", "2.5", '"7d"', "null", "true", "date", "today()", "if(", "/a/g", "list(", "duration(", ".asFile()"),
        *(".map(", ".filter(", ".reduce(", ".repeat(", ".sort()", ".length", ".format(", ".split(", ".round("),
    )
)


@given(st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=25).map("".join)))
def test_no_text_breaks_the_parser_or_the_evaluation(text: str) -> None:
    root, found = parse_expression(text)
    assert (root is None) == bool(found)
    for each in found:
        assert 1 <= each.span.column <= max(len(text), 1)
        assert each.message_in(str)
        assert each.hint_in(str)
    if root:
        try:
            as_text(value_of(compiled(root), Scope(Run(_VAULT, "notes.md"), "projects/a.md")))
        except SpentError:
            pytest.fail("a short expression is too much")


_VAULT = vault()


@given(st.text(max_size=300))
def test_no_text_breaks_the_parser_of_bases(text: str) -> None:
    base, found = parse_base("x.base", text)
    lines = text.split("\n")
    for each in found:
        assert 1 <= each.span.line <= len(lines) + 1
    run_base(base, base.views[0], _VAULT)


@pytest.mark.parametrize(
    "text",
    [
        "[1,2,3,4,5,6,7,8,9,10].map('x'.repeat(99999)).map(value.reverse())",
        "'x'.repeat(100000).split('').map([1,2,3,4,5,6,7,8,9].map(value + 1))",
        "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20].reduce(acc + acc, 'xxxxxxxxxxxxxxxx')",
        "'x'.repeat(100000).replace('x', 'x'.repeat(100000))",
        "[9,9,9,9,9,9,9,9,9].reduce(acc * acc, 99999999)",
        "'x'.repeat(9999).split('').reduce([acc], 0)",
    ],
)
def test_no_expression_takes_too_much_time_or_memory(text: str) -> None:
    scope = Scope(Run(_VAULT, left=100_000), "projects/a.md")
    root, _found = parse_expression(text)
    try:
        value = value_of(compiled(root), scope)
    except SpentError:
        value = None
    assert len(as_text(value)) < 2_000_000


@pytest.mark.parametrize(
    "pattern", ["(?R)|a", "(?1)(a)", "(?i)a", "(?>a)", "(?:abc){e<=2}", "a++", "(", "[[a--b]", "a/x"]
)
def test_a_pattern_that_javascript_does_not_support_is_refused(pattern: str) -> None:
    """A time limit does not stop some of them: a recursive pattern takes all memory first."""
    written = f"/{pattern}/.matches(title)" if "/" not in pattern else f"/{pattern}.matches(title)"
    _base, found = parse_base("x.base", f"filters: >-\n  {written}\n")
    assert [each.rule.code for each in found] == ["MM615"]
    assert evaluated(written) is None


@pytest.mark.parametrize(
    "pattern", [r"^\d{4}-\d{2}$", "(?<year>\\d+)(?=-)", "[{(?R]", r"\{\(", "a{2,}?|b+?", r"\p{L}+(?<!x)(?:y|$)"]
)
def test_a_pattern_of_javascript_is_supported(pattern: str) -> None:
    _base, found = parse_base("x.base", f"filters: >-\n  /{pattern}/.matches(title)\n")
    assert not found


def result(text: str, name: str = "", this: str = "") -> BaseResult:
    base, found = parse_base("views/x.base", text)
    assert not found, [(each.span, each.message_in(str)) for each in found]
    view = base.view(name)
    assert view is not None
    return run_base(base, view, _VAULT, this)


def texts(found: BaseResult) -> list[list[str]]:
    return [[said(cell) for cell in row.cells] for row in found.rows]


def said(cell: Cell) -> str:
    if cell.kind == "progress" and cell.progress:
        return f"{cell.progress.value}%"
    return ", ".join(map(said, cell.parts)) or cell.text


DOCUMENTED = """\
filters:
  or:
    - file.hasTag("tag")
    - and:
        - file.inFolder("projects")
        - file.hasLink("notes")
    - not:
        - file.hasTag("book")
        - file.inFolder("tracks")
        - file.ext == "md" && file.folder != "projects"
formulas:
  formatted_price: 'if(price, price.toFixed(2) + " dollars")'
  ppu: "(price / 2).toFixed(2)"
properties:
  status:
    displayName: Status
  formula.formatted_price:
    displayName: "Price"
  file.ext:
    displayName: Extension
views:
  - type: table
    name: "My table"
    limit: 10
    groupBy:
      property: note.status
      direction: DESC
    filters:
      and:
        - 'status != "done"'
        - or:
            - "formula.ppu > 5"
            - "price > 2.1"
    order:
      - file.name
      - file.ext
      - note.price
      - formula.ppu
      - formula.formatted_price
    summaries:
      note.price: Average
"""


def test_the_documented_example_shows_what_it_says() -> None:
    found = result(DOCUMENTED)
    assert [column.label for column in found.columns] == ["Title", "Extension", "가격", "ppu", "Price"]
    assert [said(group.title) for group in found.groups if group.title] == ["진행 중", "완료"]
    assert texts(found) == [
        ["StoreBridge", "md", "2.5", "1.25", "2.50 dollars"],
        ["Focus", "md", "10", "5.00", "10.00 dollars"],
    ]
    assert [said(group.summaries[2]) for group in found.groups] == ["2.5", "10"]
    assert said(found.summaries[2]) == "6.25"


PROJECTS = "filters: file.inFolder('projects')\nviews:\n  - type: table\n    order: [file.name, due]\n"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("sort: [{property: due, direction: ASC}]", ["Focus", "셋", "StoreBridge"]),
        ("sort: [{property: due, direction: DESC}]", ["StoreBridge", "셋", "Focus"]),
        ("sort: [{property: price, direction: DESC}]", ["Focus", "StoreBridge", "셋"]),
        ("sort: [{property: price, direction: ASC}]", ["StoreBridge", "Focus", "셋"]),
        ("sort: [{property: file.name, direction: DESC}]\n    limit: 2", ["셋", "Focus"]),
        ("sort: [{property: title}]", ["Focus", "StoreBridge", "셋"]),
        ("groupBy: {property: stack, direction: ASC}", ["StoreBridge", "Focus", "셋"]),
        ("limit: 0", []),
    ],
)
def test_rows_have_the_order_of_their_sort(more: str, expected: list[str]) -> None:
    assert [row[0] for row in texts(result(f"{PROJECTS}    {more}\n"))] == expected


def test_a_limit_does_not_hide_how_many_there_are() -> None:
    assert result(PROJECTS + "    limit: 1\n").total == 3


@pytest.mark.parametrize(
    ("name", "column", "expected"),
    [
        ("Average", "price", "6.25"),
        ("Min", "price", "2.5"),
        ("Max", "price", "10"),
        ("Sum", "price", "12.5"),
        ("Range", "price", "7.5"),
        ("Median", "price", "6.25"),
        ("Stddev", "price", "3.75"),
        ("Earliest", "due", "January 10, 2025"),
        ("Latest", "due", "April 2025"),
        ("Range", "due", "4 months"),
        ("Checked", "seen", "1"),
        ("Unchecked", "seen", "2"),
        ("Empty", "price", "1"),
        ("Filled", "price", "2"),
        ("Unique", "status", "3"),
        ("own", "price", "6.3"),
    ],
)
def test_a_summary_has_its_documented_value(name: str, column: str, expected: str) -> None:
    own = "summaries: {own: 'values.mean().round(1)'}\n"
    found = result(f"{own}{PROJECTS}".replace("due]", f"{column}]") + f"    summaries: {{{column}: {name}}}\n")
    assert said(found.summaries[1]) == expected
    assert found.columns[1].summary


def test_fields_are_shown_as_everywhere_on_the_site() -> None:
    order = "title, status, progress, due, track, tags, owner, file.links"
    text = f"filters: file.name == 'a.md'\nviews: [{{type: list, order: [{order}]}}]"
    (row,) = result(text).rows
    assert [cell.kind for cell in row.cells] == ["link", "status", "progress", "date", "link", "list", "text", "list"]
    assert (row.item is not None, row.cells[4].target, said(row.cells[2])) == (True, "tracks/oss.md", "50%")


def test_pages_are_files_of_a_base_too() -> None:
    text = "filters: pages > 100\nviews: [{type: cards, order: [file.name, read, done, shelf, pages]}]"
    found = result(text)
    assert (found.kind, texts(found)) == ("cards", [["메모", "December 31, 2024", "yes", "x, y", "120"]])


def test_a_label_is_that_of_the_files_shown() -> None:
    def label(condition: str) -> str:
        return result(f"filters: {condition}\nviews: [{{order: [note.price]}}]").columns[0].label

    assert label("file.inFolder('projects')") == "가격"
    assert label("file.ext == 'md'") == label("file.inFolder('tracks')") == "Price"


def test_this_is_the_page_with_the_view() -> None:
    text = "filters: file.hasLink(this.file)\nviews: [{type: table}]"
    assert texts(result(text, this="notes.md")) == [["StoreBridge"]]
    assert texts(result(text)) == []


def test_a_formula_may_use_others_but_not_itself() -> None:
    text = "formulas: {a: 'formula.b * 2', b: price + 1, c: formula.c}\nviews: [{order: [formula.a, formula.c]}]"
    base, found = parse_base("x.base", text)
    assert [each.rule.code for each in found] == ["MM614"]
    shown_rows = texts(run_base(base, base.views[0], _VAULT))
    assert ["7", ""] in shown_rows


def test_an_unreadable_base_shows_no_file() -> None:
    for text in ("filters: [", "filters: 'a ='", "filters: {nor: []}", "filters: {and: [x, 'y =']}", "- x"):
        base, found = parse_base("x.base", text)
        assert found
        assert run_base(base, base.views[0], _VAULT).rows == ()


def test_a_view_that_takes_too_long_is_cut_and_says_so() -> None:
    text = "views: [{order: [formula.x]}]\nformulas: {x: \"'a'.repeat(99999).split('').map('b'.repeat(99999))\"}"
    found = result(text)
    assert (found.is_cut, found.total) == (True, 6)


@pytest.mark.parametrize(
    ("reference", "path", "view"),
    [
        ("Books.base", "lists/Books.base", ""),
        ("books", "lists/Books.base", ""),
        ("lists/Books.base#읽을 책", "lists/Books.base", "읽을 책"),
        ("![[Books.base#View|shown]]", "lists/Books.base", "View"),
        ("Two", "Two.base", ""),
        ("a/Two", "a/Two.base", ""),
        ("oks", "", ""),
    ],
)
def test_a_base_is_found_as_obsidian_finds_it(reference: str, path: str, view: str) -> None:
    bases = loaded(**{"lists/Books": "", "a/Two": "", "Two": ""}).bases
    base, name = find_base(bases, reference)
    assert (base.path if base else "", name) == (path, view)


def test_an_error_in_a_base_has_its_place_in_the_file() -> None:
    text = """# 내 책
filters:
  and:
    - 'file.mtime > now()'
    - "file.hsaTag(\\"x\\") "
views: [{type: kanban}]
"""
    found = [each for each in loaded(x=text).diagnostics if each.span.path == "x.base"]
    assert [(each.span.line, each.span.column, each.span.width, each.rule.code) for each in found] == [
        (4, 13, 5, "MM612"),
        (5, 13, 6, "MM613"),
        (6, 16, 6, "MM612"),
    ]


def test_the_day_is_that_of_the_roadmap() -> None:
    assert vault().now == datetime(2025, 1, 12)  # noqa: DTZ001
    assert evaluated("number('2')") == Decimal(2)


PAGE = (ROOT / "docs" / "bases.md").read_text("utf-8")


@pytest.mark.parametrize(
    "text", re.findall(r'^```yaml title="content/.*\.base"\n(.*?)^```$', PAGE, re.DOTALL | re.MULTILINE)
)
def test_the_bases_of_the_documentation_are_read(text: str) -> None:
    for view in parse_base("x.base", text)[0].views:
        assert result(text, view.name).rows


@pytest.mark.parametrize(("text", "expected"), re.findall(r"^\| `(.*)` \| (?:`(.*)` )?\|$", PAGE, re.MULTILINE))
def test_the_expressions_of_the_documentation_have_their_values(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_the_documentation_names_every_function() -> None:
    names = {*GLOBALS, *ANY, *OF_LISTS, "if", *(name for each in METHODS.values() for name in each)}
    assert {name for name in names if f"`{name}`" not in PAGE} == set()


def test_a_base_is_read_and_not_published_as_a_file(tmp_path: Path) -> None:
    (tmp_path / "x.base").write_text("views: [{type: list}]\n", "utf-8")
    content = read_content(tmp_path)
    assert (list(content.files), content.assets) == (["x.base"], ())
    assert load_with_bases(content.files, DAY).bases["x.base"].views[0].kind == "list"


@pytest.mark.parametrize(("written", "word"), [("In Progress", "in progress"), ("in progress", "in progress")])
def test_a_base_compares_a_word_as_it_is_written_as_obsidian_does(written: str, word: str) -> None:
    roadmap = "statuses: {in progress: active}\ncollections: {items: {fields: {level: {choices: [in progress]}}}}\n"
    files = {"roadmap.yml": roadmap, "items/a.md": f"---\nstatus: {written}\nlevel: ' {written}'\n---\n# A\n"}
    base = "views: [{type: table, name: x, filters: {and: ['status == \"%s\"', 'level == status']}}]\n"
    files |= {"a.base": base % written, "b.base": base % "IN PROGRESS"}
    found = load_with_bases({path: text.encode() for path, text in files.items()}, DAY)
    known = Vault(found.roadmap, Language("en"))
    items = [
        [row.item for row in run_base(base, base.views[0], known).rows]
        for base in (found.bases["a.base"], found.bases["b.base"])
    ]
    assert [[item.text("status") if item else "" for item in rows] for rows in items] == [[word], []]
