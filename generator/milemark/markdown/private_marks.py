"""The comments that begin and end private sections, in any spelling: `<!-- private -->`, `%% audience: private %%`.

Comments and tags of other tools are marks if they hold no other words: `[//]: # (private)`, `{% private %}`,
`<private>`, on a line of its own `.. private::`, and `[private]` or `{private}` there or with an end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import Enum, auto
from typing import NamedTuple

from milemark.markdown.comments import Comment, comments_of_tools, html_comments
from milemark.markdown.private_words import ENDS, PRIVATE, folded, is_mark_only, mentions_private, words_of

_EXACT = re.compile(r"<!--[ \t]*+/?[ \t]*+private[ \t]*+-->", re.IGNORECASE)
_DASH = "[-‐-―−﹣－]"
# Nearly a comment: with the dashes of a word processor, or one of its characters missing.
_NEARLY = re.compile(rf"<(?!!--)[! ]?{_DASH}{{1,3}}(?P<inner>[^<>\n]{{3,60}}?){_DASH}{{0,3}}!?>")
_TAG = re.compile(
    r"\{%(?P<liquid>[^{}%\n]{4,60}+)%\}|\{\{(?P<braces>[^{}\n]{4,60}+)\}\}"
    r"|<(?:[!?]\s*+)?(?P<html>/?\s*+[^\W\d][^<>\n]{2,60}+)>"
    r"|^[ \t>]*+\[(?P<label>[^\]\n]{4,60}+)\]:[ \t]*+(?:\#|<>|<\#>)(?:[ \t][^\n]*)?$"
    r"|\\(?:begin|end)\{(?P<tex>[^{}\n]{3,60}+)\}",
    re.MULTILINE,
)
_BARE = re.compile(r"(?<![\[{\])\\])[\[{](?P<inner>[^\[\]{}().#*:=\n]{3,60}+)[\]}](?![\[\](:{}])")
# A line of signs that Markdown does not know, and a word: `.. private::`, `^^^private`, `@private`.
_SIGNED = re.compile(r"^[ \t>]*+(?:([.^@+$&;!?|\\])(?:\1++[ \t]*|(?=\w)))(?P<inner>\w[^\n]{3,60})$", re.MULTILINE)
_KEY = re.compile(r"\W*(\w+)\s*[:=]")
_SLASH = re.compile(r"[^\w/\\]*[/\\]\s*(?:\w|\Z)")
_BLANKS = "> \t\r"
_LINE_END = re.compile(rf"[{_BLANKS}]*+(?:\n|\Z)")


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
    others = (*_nearly(body, body), *_of_tools(body, body))
    return any(map(mentions_private, comments)) or bool(others)


def find_marks(body: str, shown: str, obsidian: Iterable[Comment]) -> list[Mark]:
    """Return the marks of a body outside its blocks of code; `shown` is the body with code masked."""
    comments = [*html_comments(body, shown)]
    found = [(each, _mark(body, each)) for each in comments]
    marks = [mark for _comment, mark in found if mark]
    is_only = len(marks) == len(comments)  # if there are other comments, `<!-- end -->` may belong to one
    marks = [mark for mark in marks if is_only or mark.key or mark.kind is not MarkKind.SAME]
    near = _nearly(body, shown) if "<" in shown else ()
    return [*marks, *near, *_in_obsidian(body, obsidian), *_of_tools(body, shown)]


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
    is_end = has_slash or (is_mark_only([PRIVATE, *words]) and not ENDS.isdisjoint(words))
    is_exact = _EXACT.fullmatch(body, comment.start, comment.end) is not None
    if PRIVATE in words:
        key = _KEY.match(plain)
        kind = MarkKind.END if is_end else MarkKind.BEGIN
        return Mark(comment.start, comment.end, kind, is_exact, key[1] if key else "")
    if is_end and len(words) <= 1:
        return Mark(comment.start, comment.end, MarkKind.SAME, is_exact, "".join({*words} - ENDS))
    return None


def _nearly(body: str, shown: str) -> Iterator[Mark]:
    """Yield the marks in misspelt delimiters of a comment, such as `<!– private –>`."""
    for found in _NEARLY.finditer(shown):
        inner = body[found.start("inner") : found.end("inner")]
        if is_mark_only([*words_of(inner)]) and (mark := _mark(body, Comment(found.start(), found.end(), inner))):
            yield mark


def _of_tools(body: str, shown: str) -> Iterator[Mark]:
    """Yield the marks among the comments, tags and brackets of other tools."""
    tags = (Comment(*found.span(), found[found.lastgroup or 0]) for found in _TAG.finditer(shown))
    bare = [Comment(*found.span(), found["inner"]) for found in _BARE.finditer(shown)]
    bare = [each for each in bare if is_mark_only([*words_of(each.inner)])]
    has_end = any(_SLASH.match(each.inner) for each in bare)
    bare = [each for each in bare if has_end or is_alone(body, each.start, each.end)]
    signed = (Comment(*found.span(), found["inner"]) for found in _SIGNED.finditer(shown))
    for each in (*comments_of_tools(body, shown), *tags, *bare, *signed):
        if is_mark_only([*words_of(each.inner)]) and (mark := _mark(body, _with_slash(body, each))):
            yield mark._replace(is_exact=True)


def _with_slash(body: str, tag: Comment) -> Comment:
    """Return a tag with a slash before its text if LaTeX ends an environment with it."""
    is_end = body.startswith("\\end", tag.start)
    return tag._replace(inner=f"/{tag.inner}") if is_end else tag


def _in_obsidian(body: str, comments: Iterable[Comment]) -> Iterator[Mark]:
    """Yield the marks among the comments of Obsidian: `%% private %%`, or `%% private: pay %%` at the end of a line."""
    for each in comments:
        words = [*words_of(each.inner)] if "\n" not in each.inner else []
        is_head = words[:1] == [PRIVATE] and _LINE_END.match(body, each.end) is not None
        if (is_head or is_mark_only(words)) and (mark := _mark(body, each)):
            yield mark


def is_alone(body: str, start: int, end: int) -> bool:
    """Whether no other text stands in the lines of a part of a body."""
    while start and body[start - 1] in _BLANKS:
        start -= 1
    after = _LINE_END.match(body, end)
    return (not start or body[start - 1] == "\n") and after is not None
