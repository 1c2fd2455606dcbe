"""Hostile texts in every field and output: they add nothing that harmless texts would not add."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from icalendar import Calendar
from markdown_it import MarkdownIt
from playwright.sync_api import Browser
from pyarrow import parquet

from milemark.foundation.escaping import json_text, one_line
from milemark.foundation.i18n import Language
from milemark.history.changes import compare
from milemark.output.export.badge import badges
from milemark.output.export.calendar import calendar
from milemark.output.export.csv import csv_files
from milemark.output.export.feed import feeds, finished_days
from milemark.output.export.formats import FORMATS as EXPORTS
from milemark.output.export.json import roadmap_json
from milemark.output.export.parquet import parquet_files
from milemark.output.site.pages import pages
from milemark.output.site.renderer import Renderer
from milemark.output.text import query_result
from milemark.output.text import report as reporting
from milemark.output.text.diagnostics import FORMATS, FormatContext
from milemark.output.text.item import as_json, as_text, sections
from milemark.output.text.query_result import ResultTable
from milemark.output.text.report import ReportPeriod
from milemark.output.urls import Addresses
from milemark.query.sql.engine import Engine
from milemark.query.tables.roadmap import roadmap_tables
from milemark.query.tables.sqlite import database
from milemark.roadmap.load import Loaded, load
from milemark.roadmap.metrics.explain import Explainer
from publishing import html_of
from support import in_content
from visits import visiting

DAY = date(2025, 1, 12)
ENGLISH = Language("en")
SITE = Addresses("https://example.org/")
ATTACKS = (
    "</title><script>window.__pwned=1</script>",
    "\"><img src=x onerror='window.__pwned=1'>",
    "' onmouseover='window.__pwned=1",
    "<svg/onload=window.__pwned=1>",
    "--><script>window.__pwned=1</script><!--",
    "]]><script>window.__pwned=1</script>",
    "</script></style></textarea></noscript><script>window.__pwned=1</script>",
    "[a](javascript:window.__pwned=1) ![a](javascript:window.__pwned=1)",
    "<javascript:window.__pwned=1>",
    "{: onclick=\"window.__pwned=1\" style='x' } { .md-overlay }",
    '--8<-- ".env"',
    "{{ config }} {% include 'x' %} ${{ secrets.X }} {{< x >}} {# x #}",
    '=HYPERLINK("https://example.org")',
    "::error::stop ::add-mask::x ::stop-commands::y %0A::set-output name=a::b",
    "jaVasCript:/*-/*`/*\\`/*'/*\"/**/(/* */oNcliCk=window.__pwned=1 )//%0D%0A//</titLe/</scRipt/--!>\\x3csVg/\\x3e",
    "`</code><script>window.__pwned=1</script>`",
    "__proto__ constructor toString",
    "$$\\href{javascript:window.__pwned=1}{x}$$ @everyone #1 :smile: ==m== ^^c^^",
    "&lt;script&gt;window.__pwned=1&lt;/script&gt;",
    "\u202e\u2066evil\u200b\ufeff\u2028x\x85y",
    "\x1b[31mred\x9b1m\x07\x00",
)


def quoted(text: str) -> str:
    """Return a text as a quoted YAML value."""
    return json_text(text)


def content(texts: tuple[str, ...]) -> dict[str, bytes]:
    """Return a roadmap with each text in each kind of field."""
    said = texts
    # A control character in roadmap.yml stops a build, and YAML takes no key of more than 1,024 characters.
    texts = tuple(dict.fromkeys(one_line(text)[:300] for text in texts))
    first = texts[0]
    settings = {
        "title": first,
        "goal": texts[1 % len(texts)],
        "statuses": dict.fromkeys(texts, "active") | {"done": "done"},
        "collections": {
            "tracks": {"label": first, "role": "track", "description": texts[2 % len(texts)]},
            "milestones": {"label": texts[-1], "role": "milestone"},
            "items": {
                "label": texts[3 % len(texts)],
                "description": texts[4 % len(texts)],
                "fields": {
                    "text": {"label": texts[5 % len(texts)], "description": first},
                    "choice": {"choices": list(texts), "label": first},
                    "list": {"type": "array"},
                    "table": {"type": "object"},
                    "site": {"type": "url"},
                    "count": {"type": "integer"},
                    "when": {"type": "date"},
                    "flag": {"type": "boolean"},
                },
            },
        },
    }
    files = {"roadmap.yml": json_text(settings)}
    for n, text in enumerate(said):
        other = said[(n + 3) % len(said)]
        q, o = quoted(text), quoted(other)
        files[f"tracks/t{n}.md"] = f"---\ntitle: {q}\nsummary: {o}\ngoal: {q}\n---\n"
        files[f"milestones/m{n}.md"] = f"---\ntitle: {q}\ndue: 2025-06\n---\n"
        files[f"items/i{n}.md"] = "\n".join(
            [
                f"---\ntitle: {q}\nid: {quoted(f'{n} {text}')}\nstatus: {q if n % 2 else 'done'}\ntags: [{q}, {o}]",
                f"stack: [{q}]\nsummary: {q}\ndescription: {o}\nreason: {q}\nproblem: {q}\napproach: {o}\nresult: {q}",
                f"text: {q}\nchoice: {o}\nlist: [{q}]\ntable: {{{q}: {o}}}",
                f"site: {q}\ncount: {q}\nwhen: {q}\nflag: {q}",
                f"links: {{{q}: https://example.org/, x: {o}}}\nunknown: {q}\ntrack: t{n}\ndue: 2025-0{n % 9 + 1}",
                f"finished: 2025-01-0{n % 9 + 1}\nfeatured: true\naliases: [{o}]\nmilestone: m{n}\n---\n",
            ]
        )
        files[f"pages/p{n}.md"] = (
            f"---\ntitle: {q}\ndescription: {o}\nauthor: {q}\ntags: [{o}]\n{q}: {q}\n---\nHarmless.\n"
        )
    return {path: text.encode("utf-8", "replace") for path, text in files.items()}


@cache
def loaded(texts: tuple[str, ...]) -> Loaded:
    found = load(content(texts), DAY)
    assert not found.roadmap.settings.is_broken
    return found


def with_tasks(texts: tuple[str, ...]) -> Loaded:
    """Return the same roadmap with an item whose tasks are the texts."""
    tasks = "\n".join(f"- [ ] x {one_line(text)}" for text in texts)
    return load(content(texts) | {"items/tasks.md": f"---\ntitle: T\n---\n{tasks}\n".encode("utf-8", "replace")}, DAY)


def harmless(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Return as many harmless texts."""
    return tuple(f"harmless {n}" for n in range(len(texts)))


@cache
def tree(texts: tuple[str, ...]) -> Mapping[str, str]:
    renderer = Renderer((), ENGLISH, is_directory=True)
    return {page.path: page.text for page in pages(loaded(texts).roadmap, renderer, ENGLISH)}


# --- pages ---------------------------------------------------------------------------------------------

_ADDRESSES = ("href", "src", "action", "formaction", "xlink:href", "poster", "data")


def kinds(html: str) -> set[str]:
    """Return every kind of element with the names of its attributes."""
    return {f"{tag.name} {sorted(tag.attrs)}" for tag in BeautifulSoup(html, "html.parser").find_all(True)}


def addresses(html: str) -> Iterator[str]:
    for tag in BeautifulSoup(html, "html.parser").find_all(True):
        yield from (str(tag[name]).strip() for name in _ADDRESSES if tag.get(name))


def assert_pages_are_harmless(texts: tuple[str, ...]) -> None:
    """Assert that no page has an element or attribute that pages of harmless texts lack."""
    known = set().union(*(kinds(html_of(text.split("---\n", 2)[2])) for text in tree(harmless(texts)).values()))
    for path, text in tree(texts).items():
        head, body = text.split("---\n", 2)[1:]
        assert not re.search("[<>]", head), path
        html = html_of(body)
        # Longer texts need pages of the rest, which link to each other.
        assert kinds(html) - known - {"li []", "ul ['class']", "a ['href']", "a ['href', 'rel']"} == set(), path
        for address in addresses(html):
            scheme = re.match(r"\s*([^/?#]*?):", address)
            assert scheme is None or scheme[1].lower() in {"http", "https", "mailto"}, (path, address)


def test_hostile_texts_add_no_element_or_attribute_to_a_page() -> None:
    assert_pages_are_harmless(ATTACKS)


@pytest.mark.slow
def test_no_page_has_one_of_the_naughty_strings(real_markdown: Path) -> None:
    strings = [text for text in json.loads((real_markdown / "blns/blns.json").read_text("utf-8")) if text.strip()]
    for start in range(0, len(strings), 40):
        assert_pages_are_harmless(tuple(dict.fromkeys(strings[start : start + 40])))


def test_tasks_are_texts_on_the_page_of_checklists() -> None:
    found = []
    for texts in (ATTACKS, harmless(ATTACKS)):
        made = pages(with_tasks(texts).roadmap, Renderer((), ENGLISH, is_directory=True), ENGLISH)
        text = next(page.text for page in made if page.path == "checklists.md")
        found.append(html_of(text.split("---\n", 2)[2]))
    assert kinds(found[0]) <= kinds(found[1])
    assert found[0].count("mm-task ") == found[1].count("mm-task ")


def test_titles_are_shown_as_they_were_written() -> None:
    roadmap = loaded(ATTACKS).roadmap
    for item in roadmap.items:
        soup = BeautifulSoup(html_of(tree(ATTACKS)[item.path].split("---\n", 2)[2]), "html.parser")
        heading = soup.h1
        assert heading is not None
        for anchor in heading.select("a.headerlink"):
            anchor.decompose()
        shown = re.sub(r"[\s\u200b-\ufffd\x00-\x1f\x7f-\x9f]", "", heading.get_text())
        assert shown == re.sub(r"[\s\u200b-\ufffd\x00-\x1f\x7f-\x9f]", "", item.title), item.path


# --- exports -------------------------------------------------------------------------------------------


def _xml(texts: tuple[str, ...]) -> None:
    roadmap = loaded(texts).roadmap
    made = feeds(roadmap, ENGLISH, SITE, finished_days(roadmap))
    svgs = {name: data for name, data in badges(roadmap, ENGLISH).items() if name.endswith(".svg")}
    for name, data in ({"feed.xml": made["feed.xml"]} | svgs).items():
        root = ET.fromstring(data)  # noqa: S314  it has just been made
        names = {element.tag.rpartition("}")[2] for element in root.iter()}
        assert not names & {"script", "foreignObject", "image", "a", "use", "style"}, name
        assert not [key for element in root.iter() for key in element.attrib if key.startswith("on")], name
    json.loads(made["feed.json"])


def _calendar(texts: tuple[str, ...]) -> None:
    roadmap = loaded(texts).roadmap
    read = Calendar.from_ical(calendar(roadmap, ENGLISH, SITE))
    names = {name for event in read.walk("VEVENT") for name in event}
    assert names <= {"SUMMARY", "DTSTART", "DTSTAMP", "UID", "DESCRIPTION", "TRANSP", "CATEGORIES", "URL"}
    assert len(read.walk("VEVENT")) == len(
        Calendar.from_ical(calendar(loaded(harmless(texts)).roadmap, ENGLISH, SITE)).walk("VEVENT")
    )


def _tables(texts: tuple[str, ...]) -> None:
    roadmap = loaded(texts).roadmap
    found = roadmap_tables(roadmap.settings)
    files = csv_files(found, roadmap)
    for relation in found:
        rows = list(csv.reader(io.StringIO(files[f"{relation.name}.csv"].decode("utf-8-sig"), newline="")))
        assert {len(row) for row in rows} == {len(relation.columns)}, relation.name
        texts_in = (cell for row in rows for cell in row if not re.fullmatch(r"-?[\d.]+", cell))  # numbers are numbers
        assert [cell for cell in texts_in if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == [], relation.name
    connection = sqlite3.connect(":memory:")
    connection.deserialize(database(found, roadmap))
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    assert tables == {relation.name for relation in found}
    titles = {title for (title,) in connection.execute("SELECT title FROM items")}
    assert titles >= {item.title for item in roadmap.items}
    connection.close()
    table = parquet.read_table(io.BytesIO(parquet_files(found, roadmap)["items.parquet"]))
    assert set(table["title"].to_pylist()) == titles


def _json(texts: tuple[str, ...]) -> None:
    roadmap = loaded(texts).roadmap
    found = json.loads(roadmap_json(roadmap))
    assert Counter(str(each["title"]) for each in found["items"]) == Counter(item.title for item in roadmap.items)


def _terminal(texts: tuple[str, ...]) -> None:
    roadmap = loaded(texts).roadmap
    for item in roadmap.items[:60]:
        for line in as_text(item, sections(Explainer(roadmap, ENGLISH), item), 100).split("\n"):
            assert line.isprintable(), item.path
        assert json.loads(as_json(roadmap, item))["title"] == item.title


def _findings(texts: tuple[str, ...]) -> None:
    files, found = content(texts), loaded(texts).diagnostics
    assert found
    context = FormatContext(lambda path: files.get(path, b""), ENGLISH.gettext, in_content)
    shown = {name: form(found, context) for name, form in FORMATS.items()}
    assert all(line.isprintable() for line in shown["text"].split("\n"))
    commands = shown["github"].split("\n")
    assert len(commands) == len(found)
    assert all(re.match(r"::(?:error|warning) file=content/[^,:]*,line=\d+,", line) for line in commands)
    assert (
        len(json.loads(shown["json"])["diagnostics"])
        == len(json.loads(shown["sarif"])["runs"][0]["results"])
        == len(found)
    )


_TABLE = {"table", "thead", "tbody", "tr", "th", "td"}


def _on_github(text: str) -> set[str]:
    """Return the kinds of elements in the HTML that GitHub renders for a text."""
    html = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)
    return {tag.name for tag in BeautifulSoup(html, "html.parser").find_all(True)}


def _report(texts: tuple[str, ...]) -> None:
    after = with_tasks(texts)
    found, about = compare(load({}, DAY), after), ReportPeriod(texts[0], "", DAY, DAY, (texts[-1],))
    assert found.tasks.added
    written = reporting.as_markdown(found, about, None, ENGLISH)
    assert _on_github(written) <= {
        *[
            "p",
            "h2",
            "h3",
            "ul",
            "li",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "blockquote",
            "strong",
            "details",
            "summary",
        ]
    }
    assert "@" not in re.sub(r"&#64;", "", written)
    assert all(line.isprintable() for line in reporting.as_text(found, about, None, ENGLISH, 10_000).split("\n"))
    json.loads(reporting.as_json(found, about, None, ENGLISH))


def _answers(texts: tuple[str, ...]) -> None:
    roadmap = with_tasks(texts).roadmap
    engine = Engine(roadmap_tables(roadmap.settings), roadmap)
    for name in engine.tables:
        sheet = ResultTable(engine.run(f"select * from {name}"), engine.lists, 10_000)  # noqa: S608  our own names
        assert all(line.isprintable() for line in query_result.as_table(sheet).split("\n")), name
        assert _on_github(query_result.as_markdown(sheet)) <= _TABLE, name
        assert len(json.loads(query_result.as_json(sheet))["rows"]) == len(sheet.result.rows), name
        assert (
            len(list(csv.reader(io.StringIO(query_result.as_csv(sheet), newline="")))) == len(sheet.result.rows) + 1
        ), name


OUTPUTS = (_xml, _calendar, _tables, _json, _terminal, _findings, _report, _answers)


@pytest.mark.parametrize("output", OUTPUTS)
def test_an_output_holds_hostile_texts_as_texts(output: Callable[[tuple[str, ...]], None]) -> None:
    output(ATTACKS)


@pytest.mark.slow
@pytest.mark.parametrize("output", OUTPUTS)
def test_an_output_holds_the_naughty_strings_as_texts(
    output: Callable[[tuple[str, ...]], None], real_markdown: Path
) -> None:
    strings = [text for text in json.loads((real_markdown / "blns/blns.json").read_text("utf-8")) if text.strip()]
    assert len(strings) > 500
    for start in range(0, len(strings), 100):
        output(tuple(dict.fromkeys(strings[start : start + 100])))


def test_every_export_format_is_covered() -> None:
    assert set(EXPORTS) == {"badge", "csv", "feed", "ics", "json", "parquet", "resume", "sqlite"}


# --- a browser -----------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.browser
def test_nothing_runs_in_a_browser(browser: Browser, serve_roadmap: Callable[[str, Mapping[str, str]], str]) -> None:
    files = {path: data.decode() for path, data in content(ATTACKS).items()}
    url = serve_roadmap("polyglot", files)
    paths = ["", "progress/", "timeline/", "board/", "checklists/", "tags/", "items/", "tracks/", "milestones/"]
    paths += [f"{kind}{n}/" for kind in ("items/i", "tracks/t", "pages/p", "milestones/m") for n in range(len(ATTACKS))]
    with visiting(browser, url) as visit:
        for path in paths:
            visit.open(path)
            assert visit.page.evaluate("window.__pwned === undefined"), path
            assert not visit.page.evaluate(
                "[...document.querySelectorAll('article *')].some(e => [...e.attributes].some(a => /^on/.test(a.name)))"
            ), path
    assert visit.findings == []
