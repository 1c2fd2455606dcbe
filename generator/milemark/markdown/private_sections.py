"""Private parts of a body: between `<!-- private -->` and `<!-- /private -->`, and in fences ```` ```private ````.

In doubt, text is hidden: an unclosed section hides everything below it, an end without a beginning everything above it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from milemark.foundation import rules
from milemark.foundation.diagnostics import Diagnostic, Rule, Span
from milemark.foundation.i18n import _
from milemark.markdown.code import without_code

_PRIVATE = "private"
_MAY_HIDE = re.compile(r"<!--|(?<![`~])(?:`{3,}+|~{3,}+)[ \t]*+\{?[ \t]*+\.?private\b", re.IGNORECASE)
_COMMENT = re.compile(r"<!--(?P<more>-*+)\s*+(?P<end>/?+)\s*+(?P<words>[A-Za-z][A-Za-z:/ \t]{4,40}?)\s*+-*-->")
_AROUND = frozenset(
    {"begin", "start", "end", "stop", "of", "section", "part", "block"}
)  # with `private`, these words make a mark
_ENDS = frozenset({"end", "stop"})
_WORDS = 3
_FENCE = re.compile(
    r"[\s>]*(?:(?:[-+*]|\d+[.)])[ \t]+)*(?P<fence>`{3,}|~{3,})[ \t]*\{?[ \t]*\.?private\b", re.IGNORECASE
)
_FENCE_END = re.compile(r"[\s>]*(?P<fence>`{3,}|~{3,})[ \t]*")
_NEWLINE = re.compile("\n")
_ALONE = _("put it on a line of its own")
_MEANT = _("did you mean {meant}?")


class PrivateSection(NamedTuple):
    """Hidden lines of a body, counted from 0; `end` is the line after the last."""

    first: int
    end: int


@dataclass(frozen=True, slots=True)
class PrivateSections:
    """The private sections of a body in their order, and the findings about their marks."""

    found: tuple[PrivateSection, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def lines(self) -> frozenset[int]:
        """Every hidden line."""
        return frozenset(line for each in self.found for line in range(*each))


NO_SECTIONS = PrivateSections()


class _Mark(NamedTuple):
    """A comment that begins or ends a section; `end_line` is its last line, `nearest` is its word spelt right."""

    line: int
    end_line: int
    column: int
    text: str
    is_end: bool
    is_alone: bool
    nearest: str


def read_sections(path: str, body: str, first_line: int) -> PrivateSections:
    """Find the private sections of a body whose first line is `first_line` of its file. Most bodies have none."""
    if not _MAY_HIDE.search(body):
        return NO_SECTIONS
    reader = _SectionReader(path, body.split("\n"), first_line)
    marks = {mark.line: mark for mark in reversed([*_marks(body)])}
    for number in range(len(reader.lines)):
        reader.read(number, marks.get(number))
    return reader.sections()


def _marks(body: str) -> Iterator[_Mark]:
    starts = [0, *(each.end() for each in _NEWLINE.finditer(body))]
    for found in _COMMENT.finditer(without_code(body)):
        words = re.split(r"[:/\s]+", found["words"].lower())
        is_exact = words == [_PRIVATE] and not found["more"]
        nearest = "" if is_exact else _meant(words)
        if is_exact or nearest:
            line = bisect_right(starts, found.start()) - 1
            end_line, start = line + found[0].count("\n"), starts[line]
            stop = starts[end_line + 1] if end_line + 1 < len(starts) else len(body)
            around = body[start : found.start()] + body[found.end() : stop]
            is_alone = not around.strip("> \t\r\n") and end_line == line
            is_end = bool(found["end"]) or not _ENDS.isdisjoint(words)
            yield _Mark(line, end_line, found.start() - start + 1, found[0], is_end, is_alone, nearest)


def _meant(words: Sequence[str]) -> str:
    """Return `private` for a comment that is nearly a mark: misspelt, or with other words as in `private start`."""
    if len(words) == 1:
        return _near(words[0])
    is_head = words[0] == _PRIVATE and len(words) <= _WORDS
    return _PRIVATE if is_head or (_PRIVATE in words and _AROUND.issuperset({*words} - {_PRIVATE})) else ""


def _near(word: str) -> str:
    """Return `private` for a word with one letter missing, doubled, changed or swapped with its neighbour."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415  only comments of one word need it

    return _PRIVATE if OSA.distance(word, _PRIVATE, score_cutoff=1) <= 1 else ""


class _SectionReader:
    """Collects the sections in one walk over the lines: `begun` are the open marks, `fence` is the open fence."""

    def __init__(self, path: str, lines: list[str], first_line: int) -> None:
        self.path, self.lines, self.first_line = path, lines, first_line
        self.begun: list[_Mark] = []
        self.fence = ""
        self.fence_line = 0
        self.found: list[PrivateSection] = []
        self.diagnostics: list[Diagnostic] = []

    def read(self, number: int, mark: _Mark | None) -> None:
        line = self.lines[number]
        if self.fence:
            end = _FENCE_END.fullmatch(line)
            if end and end["fence"].startswith(self.fence):
                self.found.append(PrivateSection(self.fence_line, number + 1))
                self.fence = ""
        elif mark:
            self._read_mark(mark)
        elif not self.begun and (fence := _FENCE.match(line)):
            self.fence, self.fence_line = fence["fence"], number

    def _read_mark(self, mark: _Mark) -> None:
        if mark.nearest or not mark.is_alone:
            written = "<!-- /private -->" if mark.is_end else "<!-- private -->"
            hint = _MEANT if mark.nearest else _ALONE
            self._report(rules.STRAY_SECTION, mark, hint, {"meant": written})
        if not mark.is_end:
            self.begun.append(mark)
        elif mark.nearest or not mark.is_alone:
            return  # a doubtful end closes nothing: in doubt, text stays hidden
        elif not self.begun:
            self._report(rules.STRAY_SECTION, mark)
            self.found = [PrivateSection(0, mark.end_line + 1)]
        else:
            first = self.begun.pop().line
            if not self.begun:
                self.found.append(PrivateSection(first, mark.end_line + 1))

    def _report(self, rule: Rule, mark: _Mark, hint: str = "", values: dict[str, str] | None = None) -> None:
        shown = " ".join(mark.text.split())
        span = Span(self.path, self.first_line + mark.line, mark.column, len(mark.text.split("\n", 1)[0]))
        self.diagnostics.append(Diagnostic(rule, span, {"found": shown, **(values or {})}, hint))

    def sections(self) -> PrivateSections:
        """Return the sections; an open one hides all lines to the end."""
        if self.begun:
            self._report(rules.UNCLOSED_SECTION, self.begun[0], values={"end": "<!-- /private -->"})
            self.found.append(PrivateSection(self.begun[0].line, len(self.lines)))
        if self.fence:
            column = self.lines[self.fence_line].index(self.fence) + 1
            span = Span(self.path, self.first_line + self.fence_line, column, len(self.fence))
            self.diagnostics.append(Diagnostic(rules.UNCLOSED_SECTION, span, {"end": self.fence}))
            self.found.append(PrivateSection(self.fence_line, len(self.lines)))
        return PrivateSections(tuple(sorted(self.found)), tuple(self.diagnostics))


def without_sections(body: str) -> str:
    """Return a body with empty lines for its private sections: all other text keeps its line."""
    hidden = read_sections("", body, 1).lines
    return "\n".join("" if number in hidden else line for number, line in enumerate(body.split("\n")))


def marked(body: str, begin: str, end: str) -> str:
    """Return a body with the HTML `begin` and `end` around each private section, in place of its comments."""
    lines = body.split("\n")
    for section in reversed(read_sections("", body, 1).found):
        inner = lines[section.first : section.end]
        is_comment = bool(_COMMENT.search(inner[0]))
        if is_comment:
            has_end = len(inner) > 1 and _COMMENT.search(inner[-1]) is not None
            inner = inner[1 : -1 if has_end else None]
        indent = re.match(r"[\s>]*", lines[section.first])
        before = indent[0] if indent else ""
        lines[section.first : section.end] = [
            *(before.rstrip(), before + begin, before.rstrip()),
            *inner,
            *(before.rstrip(), before + end, before.rstrip()),
        ]
    return "\n".join(lines)
