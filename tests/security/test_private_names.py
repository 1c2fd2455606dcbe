"""No public output has the name of a private file: in any form, in any encoding, from any source."""

from __future__ import annotations

import gzip
import json
import re
import sqlite3
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from io import BytesIO
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from milemark.output.export.formats import FORMATS, ExportInput
from milemark.output.site.page_frame import own_front_matter
from milemark.output.urls import Addresses
from milemark.privacy.attachments import AttachmentFiles, left_out
from milemark.privacy.audience import hidden_in
from milemark.privacy.decoding import folded
from milemark.privacy.guard import GAP, Guard
from milemark.privacy.output_search import OutputSearch
from milemark.query.load import checked_for_audience
from private_names import (
    CARRIERS,
    DISTINCT,
    ENGLISH,
    INTERFACE,
    NEIGHBOURS,
    PLAIN,
    ROADMAP,
    WORDS,
    carriers,
    holds,
    outputs,
    private_file,
    read,
    stands_as_a_name,
)
from support import sampled

# --- forms ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("forms", [CARRIERS, NEIGHBOURS], ids=["carriers", "neighbours"])
@pytest.mark.parametrize("name", sampled(DISTINCT, 3))
def test_no_output_has_the_name_of_a_private_file_in_any_form(
    name: str, forms: Mapping[str, Mapping[str, str]]
) -> None:
    found = outputs(carriers(name, {part: forms[part] for part in ("body", "front")}))
    assert len(found) > 100
    assert [path for path, text in found.items() if holds(text, name) or holds(path, name)] == []


@pytest.mark.parametrize("forms", [CARRIERS, NEIGHBOURS], ids=["carriers", "neighbours"])
@pytest.mark.parametrize("name", sampled(PLAIN, 2))
def test_no_output_has_a_single_word_as_the_name_of_a_private_file(
    name: str, forms: Mapping[str, Mapping[str, str]]
) -> None:
    found = outputs(carriers(name, {part: forms[part] for part in ("body", "front")}))
    assert [path for path, text in found.items() if stands_as_a_name(text, name)] == []


@pytest.mark.parametrize("forms", [CARRIERS, NEIGHBOURS], ids=["carriers", "neighbours"])
def test_no_output_has_the_name_of_an_excluded_file(forms: Mapping[str, Mapping[str, str]]) -> None:
    name = "qvx7-kanari"
    files = carriers(name, {part: forms[part] for part in ("body", "front")})
    files |= {
        "roadmap.yml": f"{ROADMAP}exclude: ['/items/{name}.md']\n",
        f"items/{name}.md": "---\ntitle: T\nstatus: doing\n---\n",
    }
    found = outputs(files)
    assert len(found) > 50
    assert [path for path, text in found.items() if holds(text, name) or holds(path, name)] == []


@pytest.mark.parametrize("name", ["kanariplan", "까마귀계획"])
def test_a_single_word_is_left_only_where_it_is_a_word(name: str) -> None:
    forms = {
        part: {key: text for key, text in CARRIERS[part].items() if key not in WORDS} for part in ("body", "front")
    }
    found = outputs(carriers(name, forms))
    assert [path for path, text in found.items() if holds(text, name)] == []


def test_texts_of_roadmap_yml_and_bases_have_no_private_name() -> None:
    name = "qvx7-kanari"
    roadmap = (
        f"title: About {name}\ngoal: '[[{name}]] and items/{name}.md'\nstatuses: {{planned: planned}}\ncollections:\n"
        f"  items:\n    label: With {name}\n    description: see {name}\n"
        f"    fields: {{size: {{label: Size of {name}, description: '{name}', choices: [s], default: s}}}}\n"
    )
    base = (
        f"formulas: {{x: '\"{name}\"'}}\nviews:\n  - {{type: table, name: For {name}, order: [file.name, formula.x]}}\n"
    )
    files = {
        "roadmap.yml": roadmap,
        "all.base": base,
        "items/one.md": "---\ntitle: One\nstatus: planned\nsize: s\n---\n![[all.base]]\n",
        **private_file(name),
    }
    found = outputs(files)
    assert [path for path, text in found.items() if holds(text, name)] == []
    places = {each.span.path for each in checked_for_audience(read(files), "public").diagnostics}
    assert places == {"roadmap.yml", "all.base"}
    hints = {each.hint_in(str) for each in checked_for_audience(read(files), "public").diagnostics}
    assert "use other words in `collections.items.label`" in hints


@pytest.mark.parametrize(
    ("path", "data", "is_public"),
    [
        ("notes/qvx7-kanari.png", b"\0", False),
        ("notes/qvx7-kanari/a.png", b"\0", False),
        ("maps/all.canvas", b'{"nodes": [{"file": "items/qvx7-kanari.md"}]}', False),
        ("maps/all.canvas", rb'{"nodes": [{"text": "qvx7\u002dkanari"}]}', False),
        ("data.csv", "a,b\nＱ,QVX7-Kanari\n".encode(), False),
        ("data.csv", b"a,b\n1,2\n", True),
        ("data.csv", "이름,qvx7-kanari\n".encode("utf-16"), False),
        ("data.csv", "이름,qvx7-kanari\n".encode("cp949"), False),
        ("data.csv", "---\naudience: private\n---\n".encode("utf-16"), False),
        ("qvx7-kanari-2.svg", b"<svg/>", False),
        ("qvx77-kanari.svg", b"<svg/>", True),
    ],
)
def test_an_attachment_with_the_name_of_a_private_file_is_not_published(
    path: str, data: bytes, is_public: bool
) -> None:
    texts = {
        "roadmap.yml": ROADMAP,
        "about.md": f"![a]({path}) ![[{path.rpartition('/')[2]}]]\n",
        "notes/b.md": "b\n",
        **private_file("qvx7-kanari"),
    }
    everything = read(texts)
    files = AttachmentFiles((path,), lambda _path: data)
    left = left_out(files, checked_for_audience(everything, "public"), hidden_in(everything))
    assert (path not in left) is is_public


# --- names that stay ---------------------------------------------------------------------------------------

WORDS_OF_PEOPLE = (
    "We use go and data in 2026, 2025-Q1 and v2; go, Data. data.csv and items.go, https://go.dev/data, and/or/go. "
    "비밀회사는 좋은 회사다."
)


def test_words_that_people_use_stay_in_sentences() -> None:
    files = {
        "roadmap.yml": ROADMAP,
        "about.md": f"---\ntitle: Go\ndescription: data\ntags: [go]\n---\n{WORDS_OF_PEOPLE}\n",
    }
    for name in ("go", "data", "2026", "2025-Q1", "v2", "비밀회사", "or"):
        files |= private_file(name)
    loaded = checked_for_audience(read(files), "public")
    (page,) = loaded.roadmap.pages
    assert page.body.strip() == WORDS_OF_PEOPLE
    assert loaded.diagnostics == ()
    assert outputs(files)["about.md"].count("Go") >= 1


def test_a_value_that_is_the_name_of_a_private_file_is_blanked_unless_several_files_have_it() -> None:
    files = {"roadmap.yml": ROADMAP, **private_file("book"), **private_file("q7-plan")}
    for number in range(3):
        files[f"notes/{number}.md"] = f"---\ntype: book\ntags: [q7-plan]\nsee{number}: [book, {{a: Book}}]\n---\n"
    loaded = checked_for_audience(read(files), "public")
    texts = [own_front_matter(page, "T", "D").split("\n", 3)[3] for page in loaded.roadmap.pages]
    assert texts == [f'type: book\ntags: ["{GAP}"]\nsee{n}: ["{GAP}", {{a: "{GAP}"}}]\n---\n\n' for n in range(3)]
    assert [str(each.span) for each in loaded.diagnostics][:3] == [
        "notes/0.md:3:8",
        "notes/0.md:4:8",
        "notes/0.md:4:18",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("go.md and items/go, ../go/ and [[ go ]]", "… and …, …/ and [[ … ]]"),
        ("GO.MD, items%2Fgo, items\\go.md", "…, …, …"),
        ("id = 'go', ?file=go&x, data-item=go", "id = '…', ?file=…&x, data-item=…"),
        ("go.mod, items/go.png, items/go-live, items/gopher, ../going, go-data.md", ""),
        ("비밀회사.md를 items/비밀회사는 우리비밀회사 비밀회사", "…를 …는 우리비밀회사 비밀회사"),
        ("비밀-회사는 우리비밀-회사, 비밀-회사2", "…는 우리…, …2"),
        ("q7-plan, Q7-Plans, xq7-plan, _q7-plan_, q7-plan-2, q7-plan.pdf", "…, Q7-Plans, xq7-plan, _…_, …-2, ….pdf"),
        ("our plan, Our\nPlan, our+plan our%20plan #our-plan ourplan", "…, …\n, … … #… ourplan"),
        ("q7-public and a/q7-plan-public.md", "q7-public and a/q7-plan-public.md"),
        ("https://example.org/a/items/go.md#x and C:\\notes\\items\\go.md", "…#x and …"),
        ("q7-**plan** is, **q7**-plan, *q7-plan*, q7-_plan_, q7-`plan`, q7-==plan==", "… is, …, *…*, …, …, …"),
        ("q7-<b>plan</b>, q7<span class='a b'>-plan</span>", "…<b></b>, …<span class='a b'></span>"),
        ("q7[-plan](https://a.b) [q7](https://a.b)-plan, q7{.red}-plan", "… …, …"),
        ("q7&#45;**plan**, q7&ZeroWidthSpace;-plan, q7\u200b-pl\u2060an, q7\u2013plan", "…, …, …, …"),
        ("q7-\nplan and\n> q7-\n> plan, our **plan**", "…\n and\n> …\n, …"),
        ("**q7** plan, q7*plan*, q7-**plans**, a-**b**", ""),
        ("no names here", ""),
    ],
)
def test_a_name_is_blanked_where_it_stands_as_one(text: str, expected: str) -> None:
    names = ["go", "비밀회사", "비밀-회사", "q7-plan", "our plan"]
    guard = Guard(names, [f"items/{name}.md" for name in names], (), ["q7-plan-public", "a/q7-plan-public"])
    assert guard.blanked(text).text == (expected or text)
    assert guard.blanked(text).text.count("\n") == text.count("\n")
    assert [guard.blanked(text).text[gap] for gap in guard.blanked(text).gaps] == [GAP] * guard.blanked(
        text
    ).text.count(GAP)


def test_a_name_with_tags_in_it_is_blanked_in_outputs() -> None:
    search = OutputSearch(Guard(["q7-plan", "our plan"], ["items/q7-plan.md"]), tuple, {})
    page = "<p>q7-<em>plan</em> a=*b* q7<span class='a b'>-plan</span> our <b>plan</b> q7</p><p>-plan</p>"
    expected = "<p>…<em></em> a=*b* …<span class='a b'></span> …<b></b> q7</p><p>-plan</p>"
    assert search.clean("a.html", page.encode()).decode() == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("My reading list is long, and Reading list is a title.", ""),
        (
            "my **own** reading list. A [reading list](https://a.b) it is",
            "my **own** reading list. A […](https://a.b) it is",
        ),
        ("my reading\nlist &amp; one, in my own\nreading list there", ""),
        ("my read&#105;ng list, my%20reading list", "my …, my%20…"),
        ("My Reading List is long: READING LIST, reading List", "My … is long: …, …"),
        ("# reading list\n- reading list\n| reading list |", "# …\n- …\n| … |"),
        ("my **reading** list is *long*, and my *Reading List* is", "my **reading** list is *long*, and my *…* is"),
        ("`reading list`, 'reading list' and reading list", "`…`, '…' and reading list"),
        ("see reading list.md, a items/reading list b, my reading-list, my reading%20list", "see …, a … b, my …, my …"),
        ("[[reading list]] and [[ reading list # x | y ]]", "[[…]] and [[ … # x | y ]]"),
        ("my meeting notes, my 비밀 계획은, my plan for b", "my …, my …은, my …"),
        ("my acme corp and our old offers", "my acme corp and our old offers"),
    ],
)
def test_words_of_a_sentence_stay_even_if_a_file_name_has_them_with_capitals(text: str, expected: str) -> None:
    names = ["Reading List", "meeting notes", "비밀 계획", "Plan for B", "plan for b", "Acme Corp"]
    paths = [*(f"items/{name}.md" for name in names), "Old Offers/a.md"]
    guard = Guard([name.casefold() for name in names], paths, ["Old Offers"])
    assert guard.blanked(text).text == (expected or text)
    assert not guard.finds(expected or text)
    assert guard.words(text) == guard.showing(["zebra"]).words(text)


def test_names_that_public_files_have_keep_showing() -> None:
    shared = {
        "notes/redis-db.md": "See [[redis-db]] and items/secret-1-more.md.\n",
        "items/secret-1-more.md": "---\ntitle: M\nstatus: doing\n---\nsecret-1-more, in-progress, side-projects\n",
        "side-projects/a.md": "---\ntitle: A\naudience: private\n---\n",
    }
    roadmap = ROADMAP.replace("doing: active", "doing: active, in-progress: active") + "  side-projects: {}\n"
    names = ("redis-db", "secret-1", "in-progress")
    files = {
        "roadmap.yml": roadmap,
        **shared,
        **{path: each for name in names for path, each in private_file(name).items()},
    }
    loaded = checked_for_audience(read(files), "public")
    texts = {file.document.path: file.document.body.strip() for file in loaded.files}
    assert texts["notes/redis-db.md"].endswith("and items/secret-1-more.md.")
    assert texts["items/secret-1-more.md"] == "secret-1-more, in-progress, side-projects"


def test_a_private_file_with_a_word_of_the_interface_changes_no_page() -> None:
    public = {
        "roadmap.yml": ROADMAP,
        "items/one.md": "---\ntitle: One\nstatus: done\ndue: 2025-02\ntags: [done]\nhide: [toc]\n---\n- [x] a\n",
        "index.md": "---\ntitle: Home\nhide: [toc]\nsearch: {exclude: true}\n---\n[t](timeline.md)\n",
    }
    named = {path: each for word in (*INTERFACE, "toc") for path, each in private_file(word).items()}
    assert outputs({**public, **named}) == outputs({**public, **private_file("zebra-9")})


# --- encodings -------------------------------------------------------------------------------------------

NAMES = st.sampled_from([*DISTINCT, "a-very-secret-plan", "node.js", "C++ 계획 2", "каф-é", "x_y_z"])
_NAMED = {"-": "&hyphen;", ".": "&period;", "_": "&lowbar;", "é": "&eacute;", "Ü": "&Uuml;", "ï": "&iuml;"}


def _as_json(letter: str) -> str:
    return json.dumps(letter)[1:-1] if not letter.isascii() else f"\\u{ord(letter):04x}"


ENCODINGS: tuple[Callable[[str], str], ...] = (
    str,
    str.upper,
    str.lower,
    quote,
    lambda letter: quote(quote(letter)),
    lambda letter: "".join(f"%{byte:02X}" for byte in letter.encode()),
    lambda letter: "".join(f"%25{byte:02x}" for byte in letter.encode()),
    lambda letter: f"&#{ord(letter)};",
    lambda letter: f"&#x{ord(letter):X};",
    lambda letter: f"&amp;#{ord(letter)};",
    lambda letter: _NAMED.get(letter, letter),
    _as_json,
    lambda letter: f"\\u{{{ord(letter):x}}}",
    lambda letter: f"\\{letter}" if letter.isascii() and not letter.isalnum() and letter != " " else letter,
    lambda letter: f"{letter}\u200b",
    lambda letter: f"\u00ad{letter}",
    lambda letter: f"{letter}&shy;",
    lambda letter: "+" if letter == " " else letter,
    lambda letter: unicodedata.normalize("NFD", letter),
)
AROUND = (
    *("{}", "see {} there", "[x](../{}/)", '<a href="{}">x</a>', '{{"a": "{}", "b": 1}}', "`{}.md`", "[[{}]]"),
    *("https://example.org/a?b={}&c", "path/to/{}#x", "<!-- {} -->", "# {}\n", "| {} |", "a,{},b\n", "url({})", "'{}'"),
)


@settings(deadline=None, max_examples=300)
@given(NAMES, st.sampled_from(AROUND), st.data())
def test_no_encoding_of_a_name_passes_the_guard(name: str, around: str, data: st.DataObject) -> None:
    ways = data.draw(st.lists(st.sampled_from(ENCODINGS), min_size=1, max_size=3))
    chosen = [data.draw(st.sampled_from(ways)) for _letter in name]
    written = around.format("".join(encode(letter) for encode, letter in zip(chosen, name, strict=True)))
    guard = Guard([name], [f"items/{name}.md"])
    assert guard.finds(written), written
    assert not guard.finds(_published(guard, [written])[0], is_own=False), written
    assert not holds(guard.blanked(written).text, name), written


def _published(guard: Guard, texts: Sequence[str]) -> list[str]:
    """Return texts as the last search leaves them, which knows the words of earlier ones."""
    search = OutputSearch(guard, tuple, {})
    return [search.clean("a.html", text.encode("utf-8", "surrogateescape")).decode() for text in texts]


_GAPS = (
    " ",
    "\n",
    "  \r\n ",
    "-",
    "_",
    "+",
    " <b>",
    "</b> ",
    "&nbsp;",
    "&#32;",
    "%20",
    "%2520",
    "\\n",
    "\\u0020",
    "\\20 ",
    "<br>",
    ", ",
)
_LETTERS = st.sampled_from(["a", "b7", "plan", "é", "비밀", "C++", "2025", "x.y", "<i>", "</i>", "&amp;"])


@settings(deadline=None, max_examples=500)
@given(st.lists(_LETTERS, min_size=1, max_size=3), st.lists(st.tuples(_LETTERS, st.sampled_from(_GAPS)), max_size=9))
def test_an_output_whose_words_hold_no_name_holds_none(words: list[str], parts: list[tuple[str, str]]) -> None:
    name = " ".join(words)
    guard = Guard([name.casefold(), "a plan"], [f"items/{name}.md", "old offers/b7 plan.md"])
    written = "".join(word + gap for word, gap in parts)
    texts = [written, f"{written}{name}", written.replace(", ", "/")]
    for text, published in zip(texts, _published(guard, texts), strict=True):
        assert guard.finds(text, is_own=False) == (published != text)


@settings(deadline=None, max_examples=300)
@given(st.text(), st.lists(st.sampled_from(["q7-plan", "&#113;7-plan", "%717-plan", "Ünï-1ab", "\n", " ", "가"])))
def test_a_blanked_text_is_the_text_but_for_the_names(text: str, parts: list[str]) -> None:
    guard = Guard(["q7-plan", "ünï-1ab"], [])
    whole = text + "".join(parts)
    found = guard.blanked(whole)
    assert found.text.count("\n") == whole.count("\n")
    assert not guard.finds(found.text)
    if not guard.finds(whole):
        assert found.text is whole
    assert folded(found.text).count(GAP) >= len(found.gaps)


# --- the last search -------------------------------------------------------------------------------------


def search_for(name: str, sources: Mapping[str, str] | None = None, programs: tuple[str, ...] = ()) -> OutputSearch:
    return OutputSearch(Guard([name], [f"items/{name}.md"]), lambda: programs, sources or {})


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.json", '{"a": "q7-plan", "q7\\u002dplan": ["items\\/q7-plan.md", "\\nq7-plan\\n"], "b": 1}'),
        ("list.json", '["x", [{"q7-plan": 0, "a": 1, "a": "q7-pl\\u0061n", "a": 2}, {"b": [["<b>q7</b>-plan"]]}]]'),
        ("half.json", '{"a": "q7-plan'),
        ("a.xml", '<a b="q7-plan" c="&quot;q7&#45;plan&quot;"><b/>items/q7-plan/<![CDATA[q7-plan]]></a>'),
        ("a.html", "<a href=../q7-plan/ id='q7-plan'>q7-plan</a><script>var a=\"q7\\x2dplan\"</script>"),
        ("a.ics", "BEGIN:VCALENDAR\r\nSUMMARY:see q7-pl\r\n an there\r\nEND:VCALENDAR\r\n"),
        ("a.css", ".a::after { content: 'q7\\2d plan' } .q7-plan { background: url(../q7-plan/x.png) }"),
        ("a.txt", "q7-plan \udcff"),
    ],
)
def test_an_output_keeps_its_format_without_the_name(path: str, text: str) -> None:
    search, data = search_for("q7-plan"), text.encode("utf-8", "surrogateescape")
    found = search.clean(path, data)
    assert not holds(found.decode("utf-8", "surrogateescape"), "q7-plan")
    assert [each.span.path for each in search.findings] == [path]
    if path == "a.json":
        assert json.loads(found)["b"] == 1
    if path == "a.xml":
        assert ET.fromstring(found).tag == "a"  # noqa: S314  it has just been made
    assert search.clean(path, found) is found


@pytest.mark.parametrize("name", ["our plan", "q7-plan", "비밀 계획", "비밀-계획"])
def test_a_name_is_found_in_the_last_of_many_pages(name: str) -> None:
    search = search_for(name)
    words = [*re.split("[ -]", name), "a", "7"]
    for number in range(3):
        data = "\n".join([*words[::-1], str(number)]).encode()
        assert search.clean(f"{number}.html", data) is data
    wrapped = name.replace(" ", "\n  ")
    found = search.clean("last.html", f"<p>see {wrapped}</p>".encode()).decode()
    assert found.replace("\n", "") == f"<p>see {GAP}</p>"


def test_a_compressed_output_is_searched_and_stays_compressed() -> None:
    search = search_for("q7-plan")
    found = search.clean("sitemap.xml.gz", gzip.compress(b"<loc>q7-plan</loc>"))
    assert gzip.decompress(found) == f"<loc>{GAP}</loc>".encode()
    same = gzip.compress(b"nothing")
    assert search.clean("a.gz", same) is same


def test_bytes_that_are_no_text_stay() -> None:
    data = b"\x89PNG\0q7-plan"
    assert search_for("q7-plan").clean("a.png", data) is data


def test_a_finding_points_to_the_source_of_a_name_and_comes_once() -> None:
    search = search_for("q7-plan", {"mkdocs.yml": "nav: []\nsite_name: My Q7-Plan\n"})
    pages = [search.clean(f"site/{n}.html", b"<title>My q7-plan</title>") for n in range(3)]
    assert pages == [f"<title>My {GAP}</title>".encode()] * 3
    assert [str(each.span) for each in search.findings] == ["mkdocs.yml:2:15"]


def test_a_word_of_the_programs_stays() -> None:
    search = search_for("md-search", programs=("<div class='md-search'>",))
    data = b'<div class="md-search">items/md-search/</div>'
    assert search.clean("a.html", data) == f'<div class="md-search">{GAP}/</div>'.encode()
    assert search_for("md-search").clean("a.html", data).count(b"md-search") == 0


@pytest.mark.parametrize("name", ["sqlite", "parquet"])
def test_a_binary_export_has_no_private_name_in_its_cells(name: str) -> None:
    files = {
        "roadmap.yml": ROADMAP,
        "items/a.md": "---\ntitle: About Q7-Plan\nstatus: doing\ntags: [q7-plan]\n---\n- [ ] ask q7&#45;plan\n",
    }
    search = search_for("q7-plan")
    loaded = read(files)  # not cleaned: the last search finds what slipped through
    source = ExportInput(loaded.roadmap, ENGLISH, Addresses(), clean=partial(search.clean_text, "roadmap.bin"))
    cells = [*_cells(name, FORMATS[name].make(source))]
    assert [cell for cell in cells if holds(cell, "q7-plan")] == []
    assert {f"About {GAP}", f"ask {GAP}"} <= {*cells}
    assert {each.span.path for each in search.findings} == {"roadmap.bin"}


def _cells(name: str, files: Mapping[str, bytes]) -> Iterator[str]:
    """Yield the texts of binary files as their readers decode them."""
    for data in files.values():
        if name == "sqlite":
            with closing(sqlite3.connect(":memory:")) as connection:
                connection.deserialize(data)
                yield from connection.iterdump()
                yield from (
                    cell for row in connection.execute("SELECT title, text FROM items JOIN tasks") for cell in row
                )
        else:
            columns = parquet.read_table(BytesIO(data)).to_pydict().values()
            yield from (cell for column in columns for cell in column if isinstance(cell, str))
