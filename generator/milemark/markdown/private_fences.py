"""The lines of private fences: ```` ```private ```` in any container, up to the closing fence that the parser finds.

In doubt, more lines are hidden. If the parser finds no fence, or its closing fence leaves another one open, the block
ends at the last line that can close it, or never.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from markdown_it.token import Token

from milemark.markdown.admonitions import INDENT
from milemark.markdown.code import FENCE, text_blocks, without_code
from milemark.markdown.containers import KNOWN, as_lists, closed_fences
from milemark.markdown.outline import parse_blocks
from milemark.markdown.private_containers import has_private_option
from milemark.markdown.private_words import LINE_SEPARATORS, PRIVATE, is_private_info, seen

_RUN = re.compile(r"(?<![`~])(?P<run>`{3,}+|~{3,}+)(?P<info>[^\n]*)")
_DIRECTIVE = re.compile(r"[`~]{3}[ \t]*\{")  # of MyST: ```` ```{note} ````
_INFO = re.compile(r"[`~]{3}[`~]*([^\n]*)")
_KNOWN = re.compile(KNOWN)
# The markers of containers, also those that no parser here knows.
_MARKERS = re.compile(r"(?:[^\w\[(]|\d{1,9}[.)]|\(?[^\W\d_]{1,5}[.)]|\[[^\]\n]*\]:?)*+")
_LEAVES = frozenset({"fence", "code_block", "html_block", "inline"})
_INFO_WORDS = 3  # behind other text, a run of backticks with more words than these belongs to a sentence
_DOUBTS = 20  # blocks without a clear end; a page with more of them is hidden below the next


class PrivateFence(NamedTuple):
    """The lines of a private block, counted from 0: `end` is the line after the last.

    `run` are its backticks or tildes; `is_clear` if the parser finds its end, `is_closed` if any line can be its end.
    """

    first: int
    end: int
    run: str
    is_clear: bool = True
    is_closed: bool = True


def may_hold_private_fence(text: str) -> bool:
    """Whether a text may hold a private block; a fast test."""
    return any(map(is_private_info, _INFO.findall(_with_options(seen(text)))))


def private_fences(text: str) -> tuple[PrivateFence, ...]:
    """Return the private blocks of a text in their order."""
    lines = _with_options(seen(text)).split("\n")
    openers = {number: found for number, line in enumerate(lines) if (found := _opener(line))}
    if not openers:
        return ()
    plain = (_plain(line, openers[number]) if number in openers else line for number, line in enumerate(lines))
    lines = as_lists("\n".join(plain)).split("\n")
    return tuple(_with_leftovers(lines, [*_read(lines, openers)]))


def _with_options(text: str) -> str:
    """Return a text in which directives between fences say in their first line that an option makes them private."""
    if not _DIRECTIVE.search(text):
        return text
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if _DIRECTIVE.search(line) and has_private_option(islice(lines, number + 1, None)):
            lines[number] = f"{line} {PRIVATE}"
    return "\n".join(lines)


def _opener(line: str) -> re.Match[str] | None:
    found = _RUN.search(line)
    return found if found and is_private_info(found["info"]) else None


def _plain(line: str, opener: re.Match[str]) -> str:
    """Return the first line of a block with blanks for all kinds of them, and without text up to a line separator."""
    before = line[: opener.start()]
    if any(each in LINE_SEPARATORS for each in before):
        known = _KNOWN.match(line)
        before = known[0] if known else ""
    return "".join(" " if each.isspace() and each != "\t" else each for each in before) + line[opener.start() :]


def _read(lines: Sequence[str], openers: Mapping[int, re.Match[str]]) -> Iterator[PrivateFence]:
    """Yield the blocks that begin at the lines of `openers`."""
    tokens = parse_blocks("\n".join(lines) + "\n")
    around = _Around(lines, tokens)
    done = doubts = 0
    for number in openers:
        if number < done or (found := around.fence(number)) is None:
            continue
        doubts += not found.is_clear
        if doubts > _DOUBTS:
            found = PrivateFence(number, len(lines), found.run, is_clear=False, is_closed=False)
        done = found.end
        yield found


class _Around:
    """The blocks around the lines of a text."""

    def __init__(self, lines: Sequence[str], tokens: Sequence[Token]) -> None:
        self.lines, self.tokens = lines, tokens
        leaves = (token for token in tokens if token.map and token.type in _LEAVES)
        self.closed = frozenset(first for first, _end in closed_fences(tokens))
        self.block = {number: token for token in leaves for number in range(*(token.map or ()))}

    @cached_property
    def shown(self) -> list[str]:
        """The lines without the code spans of their texts."""
        return without_code("\n".join(self.lines), (), text_blocks(self.tokens)).split("\n")

    def fence(self, first: int) -> PrivateFence | None:
        """Return the private block that begins at a line, or None if the run of backticks there is text."""
        block = self.block.get(first)
        if block and block.type == "fence" and block.map and block.map[0] == first and is_private_info(block.info):
            return self._closed(block) if first in self.closed else self._doubtful(first, block.markup)
        run = self._run(first)
        if not run or (block and _is_comment(block, first)):
            return None
        if block and self._is_sample(block, run):
            return self._sample(first, run, block)
        return self._doubtful(first, run)

    def _closed(self, block: Token) -> PrivateFence:
        """Return the lines of a block; if its ends differ, up to the next line that equals its beginning.

        CommonMark accepts a closing fence at another indent and a longer one. Other programs go on.
        """
        first, end = block.map or (0, 0)
        own = self._place(first)
        if self._next_end(own, end - 1) == end - 1:
            return PrivateFence(first, end, block.markup)
        later = self._next_end(own, end)
        return PrivateFence(first, end if later is None else later + 1, block.markup, is_clear=later is None)

    @cached_property
    def ends(self) -> Mapping[tuple[int, str], list[int]]:
        """The lines of bare fences by their column and characters."""
        found: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
        for number, line in enumerate(self.lines):
            fence = FENCE.match(line)
            if fence and not fence["info"].strip():
                found[self._place(number)].append(number)
        return found

    def _place(self, number: int) -> tuple[int, str]:
        """Return the column and the characters of the fence in a line."""
        found = FENCE.match(self.lines[number].expandtabs(INDENT))
        return (found.start("run"), found["run"]) if found else (0, "")

    def _next_end(self, place: tuple[int, str], first: int) -> int | None:
        ends = self.ends[place]
        number = bisect_left(ends, first)
        return ends[number] if number < len(ends) else None

    def _run(self, number: int) -> str:
        """Return the run of backticks that may begin a block at a line, or an empty text."""
        found = _RUN.search(self.shown[number])
        info = self.lines[number][found.start("info") :] if found else ""
        if not found or not is_private_info(info):
            return ""
        is_first = _MARKERS.fullmatch(self.lines[number], 0, found.start()) is not None
        return found["run"] if is_first or len(info.split()) <= _INFO_WORDS else ""

    def _is_sample(self, block: Token, run: str) -> bool:
        """Whether a block of code can hold another one with these backticks."""
        is_outer = block.markup[:1] != run[0] or len(block.markup) > len(run)
        return is_outer and block.type == "fence" and block.map is not None and block.map[0] in self.closed

    def _sample(self, first: int, run: str, block: Token) -> PrivateFence:
        """Return the lines of an example of a private block in another block of code."""
        stop = (block.map or (0, 0))[1] - 1
        last = self._next_end(self._place(first), first)
        return PrivateFence(first, stop if last is None else min(stop, last + 1), run)

    def _doubtful(self, first: int, run: str) -> PrivateFence:
        last = _last_end(self.lines, first, run)
        end = len(self.lines) if last is None else last + 1
        return PrivateFence(first, end, run, is_clear=False, is_closed=last is not None)


def _is_comment(block: Token, number: int) -> bool:
    """Whether a line stands in an HTML comment that ends below it."""
    return (
        block.type == "html_block"
        and block.content.lstrip().startswith("<!--")
        and number < (block.map or (0, 0))[1] - 1
    )


def _last_end(lines: Sequence[str], first: int, run: str) -> int | None:
    """Return the last line that can close a block: a bare fence, at any indent, that closes no block with an info."""
    waiting: list[int] = []  # the lengths of the fences with an info
    last = None
    for number, line in enumerate(islice(lines, first + 1, None), first + 1):
        found = FENCE.match(line)
        if not found or found["run"][0] != run[0]:
            continue
        length = len(found["run"])
        if found["info"].strip():
            waiting.append(length)
        elif waiting and length >= waiting[-1]:
            waiting.pop()
        elif not waiting and length >= len(run):
            last = number
    return last


def _with_leftovers(lines: Sequence[str], fences: list[PrivateFence]) -> list[PrivateFence]:
    """Return the blocks; one above a bare fence that closes nothing ends there."""
    hidden = {number for each in fences for number in range(each.first, each.end)}
    shown = ((number, line) for number, line in enumerate(lines) if number not in hidden)
    for number, run in _leftovers(shown):
        place = bisect_right(fences, number, key=lambda each: each.first) - 1
        if place >= 0 and run.startswith(fences[place].run):
            fences[place] = fences[place]._replace(end=number + 1, is_clear=False)
    return fences


def _leftovers(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Yield the line and the characters of each bare fence that nothing closes, or below which another block begins."""
    begun: tuple[int, str] | None = None
    is_bare = False
    for number, line in lines:
        found = FENCE.match(line)
        if not found:
            continue
        has_info = not found["info"].isspace() and found["info"] != ""
        if begun and not found["run"].startswith(begun[1]):
            continue
        if begun and not has_info:
            begun = None
        elif not begun or is_bare:
            if begun:
                yield begun
            begun, is_bare = (number, found["run"]), not has_info
    if begun and is_bare:
        yield begun
