"""Private parts of a body: fences ```` ```private ````, callouts, sections, and comments of Obsidian, `%% … %%`.

A callout `> [!private]` or an admonition `!!! private` is private as a whole. A section stands between
`<!-- private -->` and `<!-- /private -->`. In doubt, text is hidden: any spelling of a mark counts, an unclosed section
hides everything below it, an end without a beginning everything above it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from milemark.foundation import rules
from milemark.foundation.diagnostics import Diagnostic, Rule, Span
from milemark.foundation.i18n import _
from milemark.markdown.code import code_blocks, fences_by_line, text_blocks, without_code
from milemark.markdown.comments import (
    DELIMITER,
    Comment,
    blanked,
    comment_ranges,
    comments_by_line,
    delimiters_in,
    hidden_range,
    html_comments,
    merged,
    obsidian_comments,
    without_ranges,
)
from milemark.markdown.containers import closed_fences, indented_code, parse_loosely
from milemark.markdown.private_attributes import may_hold_private_attributes, private_attributes
from milemark.markdown.private_boxes import is_private_box, may_hold_private_box
from milemark.markdown.private_containers import may_hold_private_container, private_containers
from milemark.markdown.private_directives import may_hold_private_directive, private_directives
from milemark.markdown.private_elements import may_hold_private_element, private_elements
from milemark.markdown.private_fences import PrivateFence, may_hold_private_fence, private_fences
from milemark.markdown.private_marks import Mark, MarkKind, find_marks, is_alone, marks_in_code, mentions_mark
from milemark.markdown.private_tags import may_hold_private_tag, private_tags

_ROUNDS = 6
_BODIES = 1 << 14
_ALONE = _("put it on a line of its own")
_MEANT = _("did you mean {meant}?")
_CODE = _("add a closing {end}; in backticks, it is text")
_LONGER = _("close the block with the same fence at the same indent, one that is longer than the fences in it")
_BEGIN, _END = "<!-- private -->", "<!-- /private -->"

Range = tuple[int, int]


class PrivateSections(NamedTuple):
    """The private parts of a body, and the findings about their marks.

    `parts` are ranges of characters in their order; `marks` are the ranges of the comments and the `%%` around them.
    """

    parts: tuple[Range, ...] = ()
    marks: tuple[Range, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()

    def lines(self, body: str) -> frozenset[int]:
        """Return the lines of a body that hold private text, counted from 0."""
        starts = _line_starts(body)
        places = ((bisect_right(starts, start) - 1, bisect_right(starts, end - 1)) for start, end in self.parts)
        return frozenset(line for first, end in places for line in range(first, end))


NO_SECTIONS = PrivateSections()


def read_sections(path: str, body: str, first_line: int) -> PrivateSections:
    """Find the private parts of a body whose first line is `first_line` of its file. Most bodies have none."""
    if not _may_hide(body):
        return NO_SECTIONS
    code = [*indented_code(body)]
    reader = _SectionReader(path, body, first_line, code)
    parts = merged(reader.read())
    for _round in range(_ROUNDS):
        left = _SectionReader(path, without_ranges(body, parts), first_line, code)
        found = left.read() if _may_hide(left.body) else []
        if not found:
            return PrivateSections(tuple(parts), tuple(sorted(reader.marks)), tuple(reader.diagnostics))
        # The text around a private part makes another mark. Lines have kept their numbers, characters have not.
        reader.diagnostics += left.diagnostics
        parts = merged([*parts, *map(reader.lines_at, map(left.lines_of, found))])
    return PrivateSections(((0, len(body)),), tuple(sorted(reader.marks)), tuple(reader.diagnostics))


def without_private(body: str) -> str:
    """Return a body without its private parts and HTML comments: all other text keeps its line.

    An empty comment stays at the beginning of a line, since it ends a list as any other does.
    """
    parts = read_sections("", body, 1).parts
    # A comment is cut together with the parts: without the text around it, it may look like code.
    left = without_ranges(body, merged([*parts, *_hidden_comments(body, parts)])) if parts else body
    return without_ranges(left, _hidden_comments(left, ()))


def _hidden_comments(body: str, parts: Sequence[Range]) -> Iterator[Range]:
    """Yield the ranges to cut from the comments: all of those that reach into private parts."""
    for start, end in comment_ranges(body):
        is_hidden = any(first < end and start < last for first, last in parts)
        yield (start, end) if is_hidden else hidden_range(body, (start, end))


# Checks, privacy and pages ask for each body in turn, and a site that follows its sources at each save.
@lru_cache(_BODIES)
def _may_hide(body: str) -> bool:
    is_block = may_hold_private_fence(body) or may_hold_private_box(body) or may_hold_private_block(body)
    return DELIMITER in body or is_block or mentions_mark(body) or may_hold_private_tag(body)


def may_hold_private_block(text: str) -> bool:
    """Whether a text may hold a private element or directive, a block between colons, or one with a private class."""
    tests = (may_hold_private_element, may_hold_private_container, may_hold_private_attributes)
    return any(test(text) for test in (*tests, may_hold_private_directive))


def _line_starts(body: str) -> list[int]:
    """Return the first character of each line, and the length of the body plus one."""
    return [*accumulate((len(line) + 1 for line in body.split("\n")), initial=0)]


class _SectionReader:
    """Collects the private parts of a body: in each round, those of the text that the rounds before left.

    `code` are the blocks of indented code, as written: around a private part, other text may come to look like them.
    """

    def __init__(self, path: str, body: str, first_line: int, code: list[Range]) -> None:
        self.path, self.body, self.first_line, self.code = path, body, first_line, code
        self.text = body
        self.starts = _line_starts(body)
        self.marks: list[Range] = []
        self.diagnostics: list[Diagnostic] = []

    def read(self) -> list[Range]:
        """Return all private parts."""
        parts: list[Range] = []
        for _round in range(_ROUNDS):
            found = self._fences() or self._boxes() or self._blocks() or self._comments() or self._tags()
            if not found:
                return parts
            parts += found
            self.text = blanked(self.text, merged(found))
        return [(0, len(self.body))]

    def lines_of(self, part: Range) -> Range:
        """Return the first line of a part, counted from 0, and the line after its last."""
        return bisect_right(self.starts, part[0]) - 1, bisect_right(self.starts, max(part[1] - 1, part[0]))

    def lines_at(self, lines: Range) -> Range:
        """Return the characters of whole lines, without the last line break."""
        return self.starts[lines[0]], self.starts[lines[1]] - 1

    def _fences(self) -> list[Range]:
        found = private_fences(self.text)
        for each in found:
            if not each.is_clear:
                self._report_fence(each)
        return [self.lines_at((each.first, each.end)) for each in found]

    def _boxes(self) -> list[Range]:
        """Return the callouts and admonitions of the kind `private`."""
        if not may_hold_private_box(self.text):
            return []
        lines = self.text.split("\n")
        found = (token.map for token in parse_loosely(self.text) if token.map and is_private_box(token, lines))
        return [self.lines_at((first, end)) for first, end in found]

    def _blocks(self) -> list[Range]:
        """Return the private elements of HTML, directives, blocks between `:::`, and blocks with a private class."""
        if not may_hold_private_block(self.text):
            return []
        tokens = parse_loosely(self.text)
        shown = without_code(self.text, closed_fences(tokens), text_blocks(tokens))
        lines = [*self._containers(shown)]
        found = [*map(self.lines_at, lines), *self._elements(shown), *private_directives(self.text, shown)]
        return found or [*map(self.lines_at, private_attributes(shown, tokens, self.starts))]

    def _tags(self) -> list[Range]:
        """Return the sections and tasks with a tag such as `#private`."""
        return [*map(self.lines_at, private_tags(self.text))] if may_hold_private_tag(self.text) else []

    def _containers(self, shown: str) -> Iterator[tuple[int, int]]:
        for each in private_containers(shown):
            if not each.is_closed:
                self._report(rules.UNCLOSED_SECTION, self.starts[each.first], each.run, values={"end": each.run})
            rows = (each.first, each.end - 1) if each.is_closed else (each.first,)
            self.marks += [self.lines_at((row, row + 1)) for row in rows]
            yield each.first, each.end

    def _elements(self, shown: str) -> Iterator[Range]:
        """Yield the characters of private elements: in one line those of the element, otherwise whole lines."""
        for each in private_elements(shown):
            if each.closer:
                self._report(rules.UNCLOSED_SECTION, each.start, each.opener, values={"end": each.closer})
            is_inline = "\n" not in self.text[each.start : each.end]
            yield (each.start, each.end) if is_inline else self._whole_lines(each.start, each.end)

    def _report_fence(self, fence: PrivateFence) -> None:
        start = self.starts[fence.first]
        line = self.body[start : self.starts[fence.first + 1] - 1]
        start += max(line.find(fence.run), 0)
        if fence.is_closed:
            self._report(rules.STRAY_SECTION, start, line.strip(), _LONGER)
        else:
            self._report(rules.UNCLOSED_SECTION, start, fence.run, values={"end": fence.run})

    def _comments(self) -> list[Range]:
        """Return the sections between marks, and the comments of Obsidian."""
        if DELIMITER not in self.text and not mentions_mark(self.text):
            return []
        tokens = parse_loosely(self.text)
        blocks = [*closed_fences(tokens), *self.code]
        shown = without_code(self.text, blocks, text_blocks(tokens))
        notes = [*obsidian_comments(self.text, delimiters_in(shown))]
        sections = [*self._sections([*find_marks(self.text, shown, notes), *self._marks_in(blocks)])]
        if DELIMITER in self.text:
            comments = ((each.start, each.end) for each in html_comments(self.text, shown))
            outside = blanked(shown, merged([*sections, *comments]))
            notes = [*self._notes(shown, outside, without_code(outside, code_blocks(tokens), ()))]
        self._add_delimiters(notes)
        return [*sections, *((each.start, each.end) for each in notes)]

    def _notes(self, shown: str, *others: str) -> Iterator[Comment]:
        """Yield the comments of Obsidian; `others` is the text without parts in which a `%%` may be none."""
        everywhere = without_code(shown, fences_by_line(self.text), [(0, len(self.starts))])
        readings = [delimiters_in(each) for each in (shown, everywhere, *others)]
        pairs = [{*zip(each[::2], each[1::2], strict=False)} for each in readings]
        for places in readings if readings[1:] != readings[:-1] else readings[:1]:
            yield from obsidian_comments(self.text, places)
        if any(each - pairs[0] for each in pairs):
            yield from comments_by_line(self.text, everywhere)
        for place in {each[-1] for each in readings if len(each) % 2}:
            self._report(rules.UNCLOSED_SECTION, place, DELIMITER, _CODE, {"end": DELIMITER})

    def _marks_in(self, blocks: Iterable[tuple[int, int]]) -> Iterator[Mark]:
        for first, end in blocks:
            yield from marks_in_code(self.text, self.starts[first], self.starts[end] - 1, first)

    def _sections(self, marks: Iterable[Mark]) -> Iterator[Range]:
        begun: list[Mark] = []
        for mark in sorted(marks, key=lambda each: each.start):
            if mark.kind is MarkKind.BEGIN:
                begun.append(mark)
            elif not _ends(mark, begun):
                continue
            elif begun:
                first = begun.pop()
                if not begun:
                    yield self._whole_lines(first.start, mark.end)
            else:
                self._report_mark(mark, is_stray=True)
                yield (0, self._whole_lines(mark.start, mark.end)[1])
                continue
            self._report_mark(mark)
        if begun:
            first = begun[0]
            self._report(rules.UNCLOSED_SECTION, first.start, self.text[first.start : first.end], values={"end": _END})
            yield (self._whole_lines(first.start, first.end)[0], len(self.text))

    def _whole_lines(self, start: int, end: int) -> Range:
        return self.lines_at(self.lines_of((start, end)))

    def _report_mark(self, mark: Mark, *, is_stray: bool = False) -> None:
        """Add a mark, and a finding if it is not as documented."""
        self.marks.append((mark.start, mark.end))
        written = self.text[mark.start : mark.end]
        if is_stray:
            self._report(rules.STRAY_SECTION, mark.start, written)
        elif not mark.is_exact:
            meant = _BEGIN if mark.kind is MarkKind.BEGIN else _END
            self._report(rules.STRAY_SECTION, mark.start, written, _MEANT, {"meant": meant})
        elif not is_alone(self.body, mark.start, mark.end):
            self._report(rules.STRAY_SECTION, mark.start, written, _ALONE)

    def _add_delimiters(self, notes: Iterable[Comment]) -> None:
        for each in notes:
            first = each.start + len(DELIMITER)
            self.marks += [(each.start, first), (first + len(each.inner), each.end)]

    def _report(self, rule: Rule, start: int, found: str, hint: str = "", values: dict[str, str] | None = None) -> None:
        line = bisect_right(self.starts, start) - 1
        width = max(len(found.split("\n", 1)[0]), 1)
        span = Span(self.path, self.first_line + line, start - self.starts[line] + 1, width)
        self.diagnostics.append(Diagnostic(rule, span, {"found": " ".join(found.split()), **(values or {})}, hint))


def _ends(mark: Mark, begun: list[Mark]) -> bool:
    """Whether a mark ends the last section in `begun`, or hides everything above it."""
    if mark.kind is MarkKind.SAME:
        return bool(begun) and mark.key in {"", begun[-1].key}
    # An end in a block of code ends a section that began there; otherwise it is part of an example.
    return mark.block < 0 or (bool(begun) and begun[-1].block == mark.block)
