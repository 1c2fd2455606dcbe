"""Code and HTML that Python-Markdown and CommonMark read differently, rewritten so that both read the same."""

from __future__ import annotations

import re
from dataclasses import dataclass

from markdown_it.token import Token

_NO_MARKER = re.compile(r"[ \t]*(?:\d{1,9}(?=[.)][ \t])|(?=[-+*][ \t]|>))")
_DEEP_FENCE = re.compile(r"([ \t]{4,})([`~])(?=\2\2)")
_BLOCK_SIGN = re.compile(r"([ \t]*)(?:([`~])(?=\2\2)|([-=])(?=\3*[ \t]*$))")
_OPTIONS = r'(?:[ \t]+(?:hl_lines|linenums|title|title_mode)="[^"\n]*")*'
_FENCE = re.compile(rf"(?:[ \t]*\.?[\w#.+-]+(?=[ \t]|$))?(?:[ \t]*\{{[^\n]*\}}|{_OPTIONS})[ \t]*$")
_LANGUAGE = re.compile(r"[ \t]*\.?([\w#+-]*)")
_BOX = re.compile(r"\[(?=[ xX]\][ \t])")
_SIGN = re.compile(r"(\s*)(?:([-+*])|(\d{1,9})\.)(?=[ \t]+\[[ xX]\][ \t])")
_LIST_SIGN = re.compile(r"(\s*)(?:([-+*])|(\d{1,9})\.)(?=[ \t])")
_FENCE_SIGN = re.compile(r"[ \t]*(`{3}|~{3})")
_TASK = re.compile(r"\[[ xX]\][ \t]")
_BLOCKS = (
    "address|article|aside|blockquote|details|div|dl|fieldset|figcaption|figure|footer|form|h[1-6]|header|hgroup|main|"
    "menu|nav|ol|p|section|table|ul|colgroup|dd|body|dt|group|html|iframe|li|legend|map|noscript|output|object|"
    "progress|summary|tbody|td|tfoot|th|thead|tr|video|center"
)
_TAG = re.compile(rf"<(/?)({_BLOCKS})(?=[\s/>])([^<>]*)", re.IGNORECASE)
_MARKDOWN = re.compile(r"\smarkdown\b")
_HIDDEN = re.compile(r"<(?:!--|script\b|style\b)", re.IGNORECASE)


def as_text(line: str) -> str:
    """Escape a continuation line of a paragraph so that it begins no list, code or heading."""
    line = _BLOCK_SIGN.sub(_as_entity, line, count=1) if _BLOCK_SIGN.match(line) else line
    found = _NO_MARKER.match(line)
    return f"{found[0]}\\{line[found.end() :]}" if found else line


def _as_entity(found: re.Match[str]) -> str:
    return f"{found[1]}&#{ord(found[found.lastindex or 0])};"


def without_fence(line: str) -> str:
    """Escape a continuation line of a paragraph outside lists so that it begins no code."""
    return _DEEP_FENCE.sub(_as_entity, line)


def fence(token: Token, lines: list[str]) -> list[str]:
    """Return a code block with both fences at one indent, closed, and with options only where publishers know them."""
    indent = lines[0][: len(lines[0]) - len(lines[0].lstrip(" "))]
    is_even = all(line.startswith(indent) or not line.strip() for line in lines)
    is_closed = len(lines) > 1 and lines[-1].rstrip() == indent + token.markup
    is_known = _FENCE.match(token.info) is not None
    if is_even and is_closed and is_known:
        return lines
    language = _LANGUAGE.match(token.info)
    info = token.info.rstrip() if is_known else language[1] if language else ""
    return [token.markup + info, *token.content.split("\n")[:-1], token.markup]


def comment(lines: list[str], *, is_nested: bool) -> list[str]:
    """Return a comment closed; in a list or quote, in one line, since an empty line would end it there."""
    closed = lines if any("-->" in line for line in lines) else [*lines, "-->"]
    is_joined = is_nested or opens_code(lines)
    return [" ".join(line.strip() for line in closed)] if is_joined and len(closed) > 1 else closed


def opens_code(lines: list[str]) -> bool:
    """Whether lines without code in CommonMark hold an odd number of fences, which Python-Markdown takes for code."""
    return sum(_FENCE_SIGN.match(line) is not None for line in lines) % 2 > 0


def html(lines: list[str], marked: frozenset[tuple[int, int]], first: int) -> list[str]:
    """Return raw HTML with its boxes escaped, and with the attribute `markdown` on tags around tasks."""
    if _HIDDEN.match(lines[0].lstrip()):
        return lines
    is_marked = any(first <= row < first + len(lines) for row, _ in marked)
    written: list[str] = []
    for number, line in enumerate(lines, first):
        for place in sorted((column for row, column in marked if row == number), reverse=True):
            line = f'{line[:place]} markdown="block"{line[place:]}'  # noqa: PLW2901  the last tag comes first
        line = _without_tasks(line, _LIST_SIGN if is_marked else _SIGN)  # noqa: PLW2901  as above
        written.append(line.lstrip() if _MARKDOWN.search(line) else line)
    return [_FENCE_SIGN.sub(_code_as_entity, line) for line in written] if opens_code(lines) else written


def _without_tasks(line: str, sign: re.Pattern[str]) -> str:
    return _BOX.sub("&#91;", sign.sub(_sign_as_entity, line))


def _sign_as_entity(found: re.Match[str]) -> str:
    return f"{found[1]}&#{ord(found[2])};" if found[2] else f"{found[1]}{found[3]}&#46;"


def _code_as_entity(found: re.Match[str]) -> str:
    return found[0].replace(found[1], f"&#{ord(found[1][0])};{found[1][1:]}")


@dataclass(frozen=True, slots=True)
class Tags:
    """HTML tags of a page.

    `around` holds line and column where the name of each tag around a task ends, `unclosed` the tags without an end.

    Python-Markdown reads raw HTML up to the closing tag; in CommonMark an empty line ends it.
    """

    around: frozenset[tuple[int, int]] = frozenset()
    unclosed: tuple[str, ...] = ()


def tags_of(tokens: list[Token]) -> Tags:
    """Return the tags of a page that Python-Markdown and CommonMark read differently."""
    is_open: list[_Tag] = []
    around: set[tuple[int, int]] = set()
    for number, token in enumerate(tokens):
        if token.type == "html_block" and not _HIDDEN.match(token.content.lstrip()):
            _read_tags(token, is_open)
        elif token.type == "inline" and is_open:
            if _TASK.match(token.content) and tokens[number - 2].type == "list_item_open":
                around.update(tag.place for tag in is_open if not tag.is_marked)
            _read_tags(token, is_open)
    return Tags(frozenset(around), tuple(tag.name for tag in reversed(is_open)))


@dataclass(frozen=True, slots=True)
class _Tag:
    name: str
    place: tuple[int, int]
    is_marked: bool


def _read_tags(token: Token, is_open: list[_Tag]) -> None:
    first = token.map[0] if token.map else 0
    for number, line in enumerate(token.content.split("\n"), first):
        for found in _TAG.finditer(line):
            name = found[2].lower()
            if not found[1]:
                is_own = token.type == "html_block" and token.level == 0
                if is_own or is_open:
                    is_marked = not is_own or _MARKDOWN.search(found[3]) is not None
                    is_open.append(_Tag(name, (number, found.end(2)), is_marked))
            elif any(tag.name == name for tag in is_open):
                while is_open.pop().name != name:
                    pass
