"""The comments that begin and end private sections, in any spelling: `<!-- private -->`, `%% audience: private %%`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum, auto
from typing import NamedTuple

from milemark.markdown.comments import Comment, html_comments
from milemark.markdown.private_words import PRIVATE, folded, mentions_private, words_of

_EXACT = re.compile(r"<!--[ \t]*+/?[ \t]*+private[ \t]*+-->", re.IGNORECASE)
_DASH = "[-‐-―−﹣－]"
# Nearly a comment: with the dashes of a word processor, or one of its characters missing.
_NEARLY = re.compile(rf"<(?!!--)[! ]?{_DASH}{{1,3}}(?P<inner>[^<>\n]{{3,60}}?){_DASH}{{0,3}}!?>")
_KEY = re.compile(r"\W*(\w+)\s*[:=]")
_SLASH = re.compile(r"[^\w/\\]*[/\\]\s*(?:\w|\Z)")
_BLANKS = "> \t\r"
_LINE_END = re.compile(rf"[{_BLANKS}]*+(?:\n|\Z)")
_ENDS = frozenset({"end", "ends", "ended", "stop", "close", "closed", "finish", "끝", "종료"})
# With `private`, these words make a mark and no sentence.
_AROUND = _ENDS | frozenset(
    {"begin", "begins", "start", "starts", "of", "the", "this", "here", "from", "section", "part", "block", "area"}
    | {"region", "text", "content", "audience", "시작", "부분"}
)


class MarkKind(Enum):
    """The effect of a mark: it begins a section, ends one, or ends one that begins with the same word."""

    BEGIN = auto()
    END = auto()
    SAME = auto()


class Mark(NamedTuple):
    """A comment that begins or ends a section, at the characters from `start` to before `end`.

    `key` is the word before a colon: `audience` in `<!-- audience: private -->`; in a mark of kind SAME, its only word,
    which is empty in `<!-- end -->`. `block` is the first line of the code around the mark, -1 if it is outside code.
    """

    start: int
    end: int
    kind: MarkKind
    is_exact: bool
    key: str = ""
    block: int = -1


def mentions_mark(body: str) -> bool:
    """Whether a body may hold a mark; a fast test that also finds those in code."""
    comments = (each.inner for each in html_comments(body, body)) if "<!--" in body else ()
    return any(map(mentions_private, comments)) or any(True for _mark in _nearly(body, body))


def find_marks(body: str, shown: str, obsidian: Iterable[Comment]) -> list[Mark]:
    """Return the marks of a body outside its blocks of code; `shown` is the body with code masked."""
    comments = [*html_comments(body, shown)]
    found = [(each, _mark(body, each)) for each in comments]
    marks = [mark for _comment, mark in found if mark]
    is_only = len(marks) == len(comments)  # if there are other comments, `<!-- end -->` may belong to one
    marks = [mark for mark in marks if is_only or mark.key or mark.kind is not MarkKind.SAME]
    near = _nearly(body, shown) if "<" in shown else ()
    return [*marks, *near, *_in_obsidian(body, obsidian)]


def marks_in_code(body: str, start: int, end: int, block: int) -> Iterator[Mark]:
    """Yield the marks in a block of code, which must not hold other words: those are part of an example."""
    for each in html_comments(body[start:end], body[start:end]):
        comment = Comment(each.start + start, each.end + start, each.inner)
        if {*words_of(each.inner)} == {PRIVATE} and (mark := _mark(body, comment)):
            yield mark._replace(block=block)


def _mark(body: str, comment: Comment) -> Mark | None:
    """Return the mark that an HTML comment is, if any."""
    plain, words = folded(comment.inner), [*words_of(comment.inner)]
    has_slash = _SLASH.match(plain) is not None
    is_end = has_slash or (_AROUND.issuperset({*words} - {PRIVATE}) and not _ENDS.isdisjoint(words))
    is_exact = _EXACT.fullmatch(body, comment.start, comment.end) is not None
    if PRIVATE in words:
        key = _KEY.match(plain)
        kind = MarkKind.END if is_end else MarkKind.BEGIN
        return Mark(comment.start, comment.end, kind, is_exact, key[1] if key else "")
    if is_end and len(words) <= 1:
        return Mark(comment.start, comment.end, MarkKind.SAME, is_exact, "".join({*words} - _ENDS))
    return None


def _nearly(body: str, shown: str) -> Iterator[Mark]:
    """Yield the marks in misspelt delimiters of a comment, such as `<!– private –>`."""
    for found in _NEARLY.finditer(shown):
        inner = body[found.start("inner") : found.end("inner")]
        if _is_mark_only([*words_of(inner)]) and (mark := _mark(body, Comment(found.start(), found.end(), inner))):
            yield mark


def _in_obsidian(body: str, comments: Iterable[Comment]) -> Iterator[Mark]:
    """Yield the marks among the comments of Obsidian: `%% private %%`, or `%% private: pay %%` at the end of a line."""
    for each in comments:
        words = [*words_of(each.inner)] if "\n" not in each.inner else []
        is_head = words[:1] == [PRIVATE] and _LINE_END.match(body, each.end) is not None
        if (is_head or _is_mark_only(words)) and (mark := _mark(body, each)):
            yield mark


def _is_mark_only(words: Sequence[str]) -> bool:
    return PRIVATE in words and _AROUND.issuperset({*words} - {PRIVATE})


def is_alone(body: str, start: int, end: int) -> bool:
    """Whether no other text stands in the lines of a part of a body."""
    while start and body[start - 1] in _BLANKS:
        start -= 1
    after = _LINE_END.match(body, end)
    return (not start or body[start - 1] == "\n") and after is not None
