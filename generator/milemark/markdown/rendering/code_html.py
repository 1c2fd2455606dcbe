"""Code as HTML: blocks and spans highlighted by Pygments, with the classes of pymdownx.highlight and Material."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES, _TokenType
from pygments.util import ClassNotFound

from milemark.foundation.escaping import page_attribute, page_code, page_text
from milemark.markdown.rendering.attributes import parse_attributes

_OPTION = r"""[ \t]+[\w-]+=(?:"[^"]*"|'[^']*'|[\w-]+)"""
_INFO = re.compile(
    rf"[ \t]*(?:\{{?[ \t]*\.?(?P<name>[\w#.+-]+))?(?P<rest>(?:[ \t]*[{{}}]|{_OPTION}|[ \t]+[.#][\w-]+)*)[ \t]*"
)
_PART = re.compile(r"""(?P<name>[\w-]+)=(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[\w-]+))""")
_SHEBANG = re.compile(r"#!(?P<name>[\w#.+-]+) ")
_MAX_DIGITS = 7
_MAX_HIGHLIGHTED = 100_000  # characters; lexers are slow, and a longer text is data


class CodeOptions(NamedTuple):
    """The first line of a code block: its language, its own attributes, and the options of the theme."""

    language: str
    attributes: dict[str, str]
    title: str = ""
    first_number: int = 0  # 0 shows no line numbers
    marked: frozenset[int] = frozenset()  # lines, counted from 1


def code_block(code: str, info: str) -> str:
    """Return a block of code as the theme shows it. Its info is as in `py title="a.py" linenums="1" hl_lines="2-3"`."""
    options = _options(info)
    if options.language == "mermaid":
        return f'<pre class="mermaid"><code>{page_code(code)}</code></pre>'
    lines = _lines(code, options.language, options.marked)
    classes = f"language-{options.language or 'text'} {options.attributes.pop('class', '')} highlight"
    named = "".join(f' {name}="{page_attribute(value)}"' for name, value in options.attributes.items())
    opener = f'<div class="{page_attribute(" ".join(classes.split()))}"{named}>'
    title = f'<span class="filename">{page_text(options.title)}</span>' if options.title else ""
    shown = f"<pre><span></span><code>{lines}</code></pre>"
    numbered = _numbered(shown, title, options.first_number, code.count("\n"))
    return f"{opener}{numbered or title + shown}</div>"


def _numbered(shown: str, title: str, first: int, count: int) -> str:
    """Return code in a table with the numbers of its lines, or an empty text without numbers."""
    if not first:
        return ""
    numbers = "&#10;".join(f'<span class="normal">{number}</span>' for number in range(first, first + max(count, 1)))
    head = f'<tr><th colspan="2" class="filename">{title}</th></tr>' if title else ""
    return (
        f'<table class="highlighttable">{head}<tr><td class="linenos"><div class="linenodiv"><pre><span></span>'
        f'{numbers}</pre></div></td><td class="code"><div>{shown}</div></td></tr></table>'
    )


def code_span(code: str) -> str:
    """Return the code between backticks; `#!py print()` is highlighted."""
    found = _SHEBANG.match(code)
    if found and _lexer(found["name"]):
        shown = _lines(code[found.end() :], found["name"], frozenset()).removesuffix("&#10;")
        return f'<code class="language-{page_attribute(found["name"])} highlight">{shown}</code>'
    return f"<code>{page_text(code)}</code>"


@lru_cache(maxsize=1024)
def _lines(code: str, language: str, marked: frozenset[int]) -> str:
    lexer = _lexer(language) if 0 < len(code) <= _MAX_HIGHLIGHTED else None
    if lexer is None and not marked:
        return page_code(code)
    pieces = _highlighted(code, lexer) if lexer else iter((("", code),))
    return "".join(_with_marks(pieces, marked))


def _with_marks(pieces: Iterator[tuple[str, str]], marked: frozenset[int]) -> Iterator[str]:
    """Yield highlighted pieces, with a span around each marked line."""
    number, is_new = 1, True
    for name, text in pieces:
        for line in text.splitlines(keepends=True) if marked else (text,):
            if is_new and number in marked:
                yield '<span class="hll">'
            shown = line.rstrip("\n") if marked else line
            yield (f'<span class="{name}">{page_code(shown)}</span>' if name else page_code(shown)) if shown else ""
            is_new = line.endswith("\n") and bool(marked)
            if is_new:
                yield "&#10;</span>" if number in marked else "&#10;"
                number += 1
    if not is_new and number in marked:
        yield "</span>"


def _highlighted(code: str, lexer: Lexer) -> Iterator[tuple[str, str]]:
    """Yield pieces of code, each with its class; neighbours of one class, and blanks behind them, are one piece."""
    last, texts = "", [""]
    for kind, text in lexer.get_tokens(code):
        name = "" if text.isspace() else _class_of(kind)
        if name != last and not (text.isspace() and "\n" not in text):
            yield last, "".join(texts)
            last, texts = name, []
        texts.append(text)
    yield last, "".join(texts)


@cache
def _class_of(kind: _TokenType) -> str:
    while kind not in STANDARD_TYPES and kind.parent:
        kind = kind.parent
    return STANDARD_TYPES.get(kind, "")


@cache
def _lexer(language: str) -> Lexer | None:
    try:
        return get_lexer_by_name(re.split(r"[,:]", language)[0], stripnl=False) if language else None
    except ClassNotFound:
        return None


def _options(info: str) -> CodeOptions:
    found = _INFO.fullmatch(info)
    if found is None:
        return CodeOptions(info.split(maxsplit=1)[0].strip("{}.") if info.strip() else "", {})
    parts = {each["name"]: each["double"] or each["single"] or each["bare"] or "" for each in _PART.finditer(info)}
    own = parse_attributes(" ".join(re.findall(r"[ \t{]([.#][\w-]+)", found["rest"])))
    own |= {name: value for name, value in parts.items() if name.startswith("data-")}
    first = parts.get("linenums", "").split(" ")[0]
    return CodeOptions(
        found["name"] or "",
        own,
        parts.get("title", ""),
        int(first) if first.isdecimal() and len(first) <= _MAX_DIGITS else 0,
        _marked(parts.get("hl_lines", "")),
    )


def _marked(text: str) -> frozenset[int]:
    """Return the lines of `hl_lines`: `1 3-5`."""
    found = (part.split("-") for part in re.split(r"[ ,]+", text) if re.fullmatch(r"\d{1,5}(?:-\d{1,5})?", part))
    return frozenset(number for ends in found for number in range(int(ends[0]), min(int(ends[-1]), 99_999) + 1))
