"""The comments of a body: in HTML, `<!-- … -->`, and as Obsidian writes them, `%% … %%`.

Comments of other tools are notes of the author, too: `[//]: # (…)`, `{# … #}`, `{/* … */}`, `{% comment %}`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from milemark.markdown.code import code_blocks, text_blocks, without_code
from milemark.markdown.containers import parse_loosely
from milemark.markdown.rendering.attributes import MDX_ID, mdx_id

DELIMITER = "%%"
_BEGIN, _END = "<!--", "-->"
_HTML = re.compile(r"<!--(?P<inner>.*?)(?:--!?>|\Z)", re.DOTALL)
# A definition of a link that leads nowhere, and the comments of Jinja, Handlebars, Hugo, MDX, Liquid,
# CriticMarkup and kramdown.
_OF_TOOLS = re.compile(
    r"^[ \t>]*+\[[^\]\n]{1,60}\]:[ \t]*(?:\#|<>|<\#>)[ \t]*\n?[ \t>]*"
    r"[\"'(](?P<title>[^\n]{0,2000}?)[\"')][ \t]*$"
    r"|\{#(?=[\s-])(?P<jinja>[^{}]{0,2000}?)#\}"
    r"|\{\{(?:!--|/\*)(?P<hugo>[^{}]{0,2000}?)\}\}"
    r"|\{/\*(?P<mdx>[^{}]{0,2000}?)\*/\}"
    r"|\{%-?\s*comment\b[^%{}]{0,200}+%\}(?P<liquid>.*?)(?:\{%-?\s*endcomment\s*-?%\}|\Z)"
    r"|\{>>(?P<critic>[^{}]{0,2000}?)<<\}"
    r"|\{::comment\}(?P<kramdown>.*?)(?:\{:/(?:comment)?\}|\Z)",
    re.MULTILINE | re.DOTALL,
)
_WHOLE = re.compile(r"^<!--[^`\n]*?--!?>", re.MULTILINE)
_DELIMITER = re.compile(DELIMITER)
_MARKERS = re.compile(r"(?:[ \t>]|[-+*][ \t]|\d{1,9}[.)][ \t])*+")
_ALONE = re.compile(rf"{_MARKERS.pattern}{DELIMITER}[ \t]*")
_ATX = re.compile(rf"{_MARKERS.pattern}#{{1,6}}[ \t]")
_UNDERLINE = re.compile(r"\n[ \t>]*+(?:=+|-+)[ \t]*(?:\n|\Z)")
_BLANK = " \t>"
_MARGIN = re.compile(r"[ \t>]*+")


class Comment(NamedTuple):
    """The characters of a comment with its delimiters, from `start` to before `end`, and its text."""

    start: int
    end: int
    inner: str


def html_comments(body: str, shown: str) -> Iterator[Comment]:
    """Yield the HTML comments of a body; `shown` is the body with its code masked. An unclosed one ends with it."""
    for found in _HTML.finditer(shown):
        yield Comment(found.start(), found.end(), body[found.start("inner") : found.end("inner")])


def comments_of_tools(body: str, shown: str) -> Iterator[Comment]:
    """Yield the comments of other tools in a body; `shown` is the body with its code masked."""
    for found in _OF_TOOLS.finditer(shown) if _may_hold_comments_of_tools(shown) else ():
        name = found.lastgroup or "title"
        yield Comment(found.start(), found.end(), body[found.start(name) : found.end(name)])


def _may_hold_comments_of_tools(text: str) -> bool:
    return any(sign in text for sign in ("]: #", "]:#", "]: <", "]:<", "{#", "{{!", "{{/", "{/*", "{%", "{::", "{>>"))


def delimiters_in(shown: str) -> list[int]:
    """Return the places of `%%` in a body with its code masked."""
    return [found.start() for found in _DELIMITER.finditer(shown)]


def obsidian_comments(body: str, places: Sequence[int]) -> Iterator[Comment]:
    """Yield the comments between the first and the second `%%`, the third and the fourth; the last may be open."""
    for start, stop in zip(places[::2], [*places[1::2], len(body)], strict=False):
        yield Comment(start, min(stop + len(DELIMITER), len(body)), body[start + len(DELIMITER) : stop])


def comments_by_line(body: str, shown: str) -> Iterator[Comment]:
    """Yield the comments within one line, and those between lines that are only `%%`, whatever is above them."""
    alone: list[int] = []
    start = 0
    for line in shown.split("\n"):
        places = [start + each for each in delimiters_in(line)]
        if len(places) == 1 and _ALONE.fullmatch(line):
            alone += places
        elif len(places) % 2 == 0:
            yield from obsidian_comments(body, places)
        start += len(line) + 1
    yield from obsidian_comments(body, alone[: len(alone) // 2 * 2])


def comment_ranges(body: str) -> list[tuple[int, int]]:
    """Return the ranges of the comments of a body other than Obsidian's; code holds none."""
    is_foreign = _may_hold_comments_of_tools(body)
    if "<!--" not in body and not is_foreign:
        return []
    shown = body if not is_foreign and _is_outside_code(body) else _without_code(body)
    of_tools = (each for each in comments_of_tools(body, shown) if not _is_heading_id(body, each))
    comments = (*html_comments(body, shown), *of_tools)
    return merged((each.start, each.end) for each in comments)


def _is_heading_id(body: str, comment: Comment) -> bool:
    """Whether a comment is the id of the heading that it ends: `## Next steps {/*next-steps*/}`."""
    found = MDX_ID.match(body, comment.start - 1) if comment.start else None
    if found is None or not mdx_id(found):
        return False
    line = body.rfind("\n", 0, comment.start) + 1
    return _ATX.match(body, line) is not None or _UNDERLINE.match(body, found.end()) is not None


def merged(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return ranges in their order, as one where they touch."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        elif start < end:
            found.append((start, end))
    return found


def hidden_range(body: str, comment: tuple[int, int]) -> tuple[int, int]:
    """Return the range of an HTML comment, or only of its text if it begins a line: there, it ends the block above."""
    start, end = comment
    begins_line = _MARKERS.fullmatch(body, body.rfind("\n", 0, start) + 1, start)
    is_block = begins_line and body.endswith(_END, start + len(_BEGIN), end)
    return (start + len(_BEGIN), end - len(_END)) if is_block else comment


def _without_code(body: str) -> str:
    tokens = parse_loosely(body)
    return without_code(body, code_blocks(tokens), text_blocks(tokens))


def _is_outside_code(body: str) -> bool:
    """Whether no HTML comment can be code: no fence is in the body, and each begins a line and ends in it."""
    has_fence = "```" in body or "~~~" in body
    return not has_fence and body.count("<!--") == len(_WHOLE.findall(body))


def without_ranges(text: str, ranges: Iterable[tuple[int, int]]) -> str:
    """Return a text without the characters in ranges, which are in order; all other text keeps its line.

    A quote or an item of a list that goes on below a range stays one.
    """
    kept, last = [], 0
    for start, end in ranges:
        kept += [text[last:start], _empty_lines(text, start, end)]
        last = end
    return "".join([*kept, text[last:]])


def _empty_lines(text: str, start: int, end: int) -> str:
    """Return the line breaks of a range, with the margins that keep the text below it in its quote or list."""
    count = text.count("\n", start, end)
    if not count:
        return ""
    first, last = text.rfind("\n", 0, start) + 1, text.rfind("\n", start, end) + 1
    own = margin_at(text, first)
    if not text.startswith("\n", end):
        return f"\n{own.rstrip()}" * (count - 1) + f"\n{margin_at(text, last, end)}"
    below = margin_at(text, end + 1)
    markers = min(own, below, key=lambda each: each.count(">")).rstrip()
    return (markers if start == first else "") + f"\n{markers}" * count


def margin_at(text: str, start: int, end: int = sys.maxsize) -> str:
    """Return the blanks and the markers of quotes from a place on, up to `end`."""
    found = _MARGIN.match(text, start, end)
    return found[0] if found else ""


def blanked(text: str, ranges: Iterable[tuple[int, int]]) -> str:
    """Return a text with blanks for the characters in ranges, which are in order; all other text keeps its place.

    The markers of quotes stay, since a quote may go on below a range.
    """
    kept, last = [], 0
    for start, end in ranges:
        lines = ((line, len(line) - len(line.lstrip(_BLANK))) for line in text[start:end].split("\n"))
        kept += [text[last:start], "\n".join(line[:markers].ljust(len(line)) for line, markers in lines)]
        last = end
    return "".join([*kept, text[last:]])
