"""Escape data for formats that other programs interpret: one function for each kind of place.

Data is text and never becomes code. tests/foundation/test_escaping.py checks that the functions match this table, and
that the package uses only them; tests/security/test_polyglot.py sends hostile texts through every field into every
output.

| place | function |
|---|---|
| text of any place that may hold half of a surrogate pair | `encodable` |
| HTML and SVG of pages | Jinja's autoescape; `html_text` for line breaks, control characters or braces |
| XML: badges, Atom | `one_line`, then ElementTree |
| calendar | `one_line`, then icalendar |
| headings and other Markdown of pages | `markdown_text` |
| Markdown files that a command writes, to be edited | `written_text` |
| text in HTML that a publisher parses as Markdown again | `as_entities` |
| HTML of bodies, which no publisher may read as Markdown | `page_text`, `page_code`, `page_attribute` |
| front matter of generated and hand-written pages | `head_text` |
| Markdown on GitHub: reports | `github_text` |
| terminal | `visible`; `without_breaks` first for a value of a field |
| JSON, printed or written | `json_text` |
| JSON in scripts | `script_value` |
| workflow commands of GitHub | `command_text` |
| CSV | `csv_cell`, then the quotes of the csv module |
| YAML of roadmap.yml and mkdocs.yml that `init` writes | `yaml_text` |
| path in a URL | `url_part` |
| URL of a field | `is_safe_url`, when it is read and again when it is shown |
| URL that a theme prints in a script | `safe_url` |
| URL in a body | `body_url` when it is shown; markdown/unsafe_links.py finds unsafe ones |
| SQL | parameters; names in double quotation marks, query/tables/sqlite.py |
"""

from __future__ import annotations

import html
import json
import re
from typing import TypeVar
from urllib.parse import quote

T = TypeVar("T")

_LINE_BREAKS = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NEEDS_ENTITY = re.compile(r"[^\w\s]|_", re.ASCII)
_PAGE_SIGNS = "!#$%&*+<=>@[\\]^_`{|}~"
_PAGE_ENTITIES = {
    **{sign: f"&#{ord(sign)};" for sign in _PAGE_SIGNS},
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    **dict.fromkeys("\n\r\t\v\f\x1c\x1d\x1e\x85\u2028\u2029", " "),
}
_CODE_ENTITIES = {**_PAGE_ENTITIES, "\n": "&#10;", "\t": "&#9;"}
_ON_PAGE = re.compile(f"[{re.escape(_PAGE_SIGNS)}\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_IN_QUOTES = re.compile(f'["{_ON_PAGE.pattern[1:]}')
_MARKUP = re.compile(r"[\\`*_\[\]<>&|~$%=#!{}:@]")
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
# `Phase 1: 1.0` and `shop.md`, but neither `:tada:`, `1. first` nor `www.a.b`
_IN_PROSE = re.compile(r":(?!\S)|(?<!www)(?<=[^\W_])\.(?=[^\W_])", re.IGNORECASE)
_UNPRINTED = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")  # JSON does not escape these
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # some spreadsheets accept full-width ones
_WORDS = "null|true|false|yes|no|on|off|y|n"  # words that YAML reads as other types
_PLAIN = re.compile(rf"(?!(?i:{_WORDS})$)[^\W\d_][\w'/.-]*(?: [\w'/.-]+)*")  # text that YAML reads without quotes
_SCHEMES = ("http", "https", "mailto")
_NOT_IN_URL = re.compile(r"[\x00-\x20\x7f\\]")
_SCHEME = re.compile(r"([^/?#:]*):")
_BODY_URL_PUNCTUATION = "!#$%&'()*+,-./:;=?@_~"
_UNSEEN_IN_URL = re.compile(r"[\x00-\x20\x7f-\xa0\xad\u200b-\u200f\ufeff]")
_SCRIPT_SCHEMES = ("javascript:", "vbscript:", "data:")
_URL_PUNCTUATION = "/:?#[]@!$&()*+,;=%-._~"


def encodable(text: str) -> str:
    """Return a text that UTF-8 can write: half of a surrogate pair becomes a replacement character.

    Escapes in templates and JSON, and names that are not UTF-8, bring such halves into a text.
    """
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def one_line(text: str) -> str:
    """Return a text without line breaks, so that no Markdown block can begin in it, and without control characters.

    HTML, XML, feeds and calendars take such a text and escape it in their own way.
    """
    return _UNSEEN.sub("", _LINE_BREAKS.sub(" ", text))


def without_breaks(text: str) -> str:
    """Return a text with each line break, and the blanks around it, as one blank: a wrapped line of Markdown."""
    if not _LINE_BREAKS.search(text):
        return text
    first, *rest = text.splitlines()
    return " ".join(filter(None, (first.rstrip(), *map(str.strip, rest))))


def html_text(text: str) -> str:
    """Return a text as HTML without braces, since a plugin may read the HTML as a template."""
    return html.escape(one_line(text)).replace("{", "&#123;").replace("}", "&#125;")


def markdown_text(text: str) -> str:
    """Return a text that Markdown shows as it is: ASCII punctuation becomes entities, which every parser agrees on."""
    return as_entities(" ".join(one_line(text).split()))


def written_text(text: str) -> str:
    """Return a text for Markdown that a person goes on to edit: backslashes before all that could be markup."""
    return _MARKUP.sub(r"\\\g<0>", " ".join(one_line(text).split()))


def as_entities(text: str) -> str:
    """Return a text as HTML in which all punctuation is entities, so that it contains no Markdown."""
    return _NEEDS_ENTITY.sub(_entity, encodable(text))


def _entity(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};" if found[0].isascii() else html.escape(found[0])


def page_text(text: str) -> str:
    """Return a text of a body as HTML in one line, without a sign that an extension or a plugin could read."""
    return _ON_PAGE.sub(lambda found: _PAGE_ENTITIES.get(found[0], ""), text)


def page_code(text: str) -> str:
    """Return a text as `page_text` does, but keep its lines and tabs as entities."""
    return _ON_PAGE.sub(lambda found: _CODE_ENTITIES.get(found[0], ""), text)


def page_attribute(text: str) -> str:
    """Return a text for the quotes of an attribute in the HTML of a body."""
    return _IN_QUOTES.sub(lambda found: _CODE_ENTITIES.get(found[0], ""), text)


def github_text(text: str) -> str:
    """Return a text that GitHub shows unchanged: no markup, no link, no mention, no end of a table cell."""
    return _PUNCTUATION.sub(_github_entity, " ".join(visible(without_breaks(text)).split()))


def _github_entity(found: re.Match[str]) -> str:
    if found[0] in ",-/%();" or _IN_PROSE.match(found.string, found.start()):
        return found[0] if found.start() else f"&#{ord(found[0])};"
    return f"&#{ord(found[0])};" + ("&#8203;" if found[0] in "@#" else "")  # a zero-width space ends a mention


def visible(text: str) -> str:
    """Return a text that a terminal prints unchanged: control and format characters become escapes."""
    return "".join(each if each == " " or each.isprintable() else _spelled(each) for each in text)


def _spelled(character: str) -> str:
    return " " if character == "\t" else f"\\u{ord(character):04x}"


def command_text(text: str, *, is_property: bool = False) -> str:
    """Return a text escaped as in GitHub's toolkit, so that it neither ends nor begins a workflow command."""
    text = encodable(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if is_property else text


def csv_cell(cell: T) -> T | str:
    """Return a cell that no spreadsheet reads as a formula: an apostrophe precedes such a text."""
    if not isinstance(cell, str):
        return "" if cell is None else cell
    text = encodable(cell).replace("\0", "\ufffd")  # some readers end a text at NUL
    return f"'{text}" if text.startswith(_FORMULA) else text


def json_text(value: object, indent: int | None = None) -> str:
    """Return JSON that is safe to print on a terminal: invisible characters become escapes."""
    return _UNPRINTED.sub(_json_escape, json.dumps(value, ensure_ascii=False, indent=indent))


def _json_escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def script_value(value: object) -> str:
    """Return JSON for a script, in a file or between tags: it cannot end the script or begin a comment."""
    return json.dumps(value).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def yaml_text(text: str) -> str:
    """Return a text as YAML, quoted only if needed."""
    return text if _PLAIN.fullmatch(text) else json_text(text)


def head_text(text: str) -> str:
    """Return a text for the front matter of a page, as quoted HTML, since themes print it unescaped."""
    return json_text(html_text(text))


def url_part(path: str) -> str:
    """Return a path for a URL; no part of it can be a scheme, a query or a fragment."""
    return quote(encodable(path))


def is_safe_url(text: str) -> bool:
    """Whether a link may have this URL: http, https, mailto or relative, without control characters."""
    text = text.strip()
    if _NOT_IN_URL.search(text) or text.startswith("//"):
        return False
    scheme = _SCHEME.match(text)
    return scheme is None or scheme[1].lower() in _SCHEMES


def body_url(text: str, *, is_picture: bool = False) -> str:
    """Return an address in a body as a URL; one that a browser could run as a script begins with `unsafe:`."""
    scheme = _UNSEEN_IN_URL.sub("", text).lower()
    is_unsafe = scheme.startswith(_SCRIPT_SCHEMES) and not (is_picture and scheme.startswith("data:image/"))
    return ("unsafe:" if is_unsafe else "") + quote(encodable(text), safe=_BODY_URL_PUNCTUATION)


def safe_url(text: str) -> str:
    """Return a URL for a link, safe even in a quoted string of a script; an unsafe URL becomes an empty text."""
    return quote(encodable(text.strip()), safe=_URL_PUNCTUATION) if is_safe_url(text) else ""
