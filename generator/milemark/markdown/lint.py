"""Findings about blocks of Markdown: mistyped task boxes, unclosed code, merge conflicts, deep lists."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it.token import Token

from milemark.foundation import rules
from milemark.foundation.diagnostics import Diagnostic, Span
from milemark.markdown.code import code_blocks, is_code

MAX_LIST_DEPTH = 50
NESTING = ("list_item", "blockquote", "container")
_TASK_LINE = re.compile(r"\s*(?:[-+*]|\d+[.)])\s+\[[ xX]\]\s")
_FENCE_END = re.compile(r"[ \t>]*(`{3,}|~{3,})[ \t]*$")
_HIDDEN = re.compile(r"<(?:[!?]|(?:pre|script|style|textarea)\b)", re.IGNORECASE)
_CONFLICT = re.compile(r"<{7} \S")
# Mistyped boxes: the x key of a Hangul keyboard, full-width forms, ticks, a blank too many or too few.
_SLIPS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\[(?:ㅌ|[✓✔☑✅✗✘✖❌]\ufe0f?|ｘ|Ｘ)\](?![(\[:])|\[[vV]\](?=\s)"), "[x]"),
    (re.compile(r"\[(?:[oOоОㅇ○●⭕]\ufe0f?|[хХ]|완료|(?i:done))\](?=[ \t]+[^\s(\[:])"), "[x]"),
    (re.compile(r"［[xXｘＸㅌ✓vVoOㅇ×]］"), "[x]"),
    (re.compile(r"［[ \u3000]?］"), "[ ]"),
    (re.compile(r"\[(?: +[xX] *|[xX] +)\](?![(\[:])"), "[x]"),
    (re.compile(r"\[(?:\]|  +\]|\u3000\])(?![(\[:])"), "[ ]"),
    (re.compile(r"(\[[xX ]\])([^\s(\[:]\S{,19})"), r"\1 \2"),
)


def nearly_a_box(text: str) -> tuple[str, str] | None:
    """Return the mistyped box at the start of a list item and the box that it means: `[X ]` means `[x]`."""
    if text[:1] not in {"[", "［"}:
        return None
    found = ((pattern.match(text), meant) for pattern, meant in _SLIPS)
    return next(((match[0], match.expand(meant)) for match, meant in found if match), None)


def is_link(finding: Diagnostic, body: str) -> bool:
    """Whether a mistyped box is the name of a link that the body defines: `[done]: https://example.org`."""
    written = finding.values.get("found", "")
    if finding.rule is not rules.NEARLY_A_TASK or not written.startswith("[") or not written.endswith("]"):
        return False
    return re.search(rf"^ {{0,3}}{re.escape(written)}:", body, re.MULTILINE | re.IGNORECASE) is not None


def check_blocks(path: str, lines: list[str], first_line: int, tokens: list[Token]) -> Iterator[Diagnostic]:
    """Yield the findings about the blocks of a body whose first line is `first_line` of its file."""
    yield from _unclosed_fence(path, lines, first_line, tokens)
    yield from _conflict(path, lines, first_line, tokens)
    yield from _deep_list(path, first_line, tokens)
    yield from _tasks_elsewhere(path, lines, first_line, tokens)


def _unclosed_fence(path: str, lines: list[str], first_line: int, tokens: list[Token]) -> Iterator[Diagnostic]:
    last = next((token for token in reversed(tokens) if is_code(token)), None)
    if last is None or last.type != "fence" or last.map is None:
        return
    end = _FENCE_END.match(lines[min(last.map[1], len(lines)) - 1])
    is_closed = end is not None and end[1].startswith(last.markup) and last.map[1] - last.map[0] > 1
    count = sum(_TASK_LINE.match(line) is not None for line in last.content.split("\n"))
    if count and not is_closed:
        values = {"count": str(count), "fence": last.markup}
        yield Diagnostic(rules.UNCLOSED_FENCE, Span(path, first_line + last.map[0], width=len(last.markup)), values)


def _conflict(path: str, lines: list[str], first_line: int, tokens: list[Token]) -> Iterator[Diagnostic]:
    quoted = {number for block in code_blocks(tokens) for number in range(*block)}
    for number, line in enumerate(lines):
        if line.startswith("<<<<<<< ") and number not in quoted and _CONFLICT.match(line):
            yield Diagnostic(rules.CONFLICT, Span(path, first_line + number, width=len(line)))


def _deep_list(path: str, first_line: int, tokens: list[Token]) -> Iterator[Diagnostic]:
    depth = 0
    for token in tokens:
        depth += token.nesting * token.type.startswith(NESTING)
        if depth > MAX_LIST_DEPTH and token.map:
            values = {"limit": str(MAX_LIST_DEPTH)}
            yield Diagnostic(rules.DEEP_LIST, Span(path, first_line + token.map[0]), values)
            return


def _tasks_elsewhere(path: str, lines: list[str], first_line: int, tokens: list[Token]) -> Iterator[Diagnostic]:
    """Report lines that look like tasks in raw HTML, or that an underline below turns into headings."""
    for token in tokens:
        if not token.map:
            continue
        first, end = token.map
        if token.type == "heading_open" and token.markup in {"-", "="} and token.level:
            end = first + 1
        elif token.type != "html_block" or _HIDDEN.match(token.content.lstrip()):
            continue
        for number, line in enumerate(lines[first:end], first):
            if _TASK_LINE.match(line):
                yield Diagnostic(rules.TASK_ELSEWHERE, Span(path, first_line + number, width=len(line)), {})
