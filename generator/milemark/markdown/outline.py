"""The outline of a body: tasks, headings and the first paragraph, each with its place.

markdown-it-py parses blocks only; inline text stays as written. Boxes in code, comments and tables are not list items,
so they are not tasks.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, hr
from markdown_it.token import Token

from milemark.foundation import rules
from milemark.foundation.diagnostics import Diagnostic, Span
from milemark.markdown.admonitions import SIGNS, read_containers
from milemark.markdown.document import Heading, Task
from milemark.markdown.limits import Excess, find_excess, is_costly
from milemark.markdown.lint import check_blocks, nearly_a_box
from milemark.markdown.unsafe_links import check_links

_BOX = re.compile(r"\[([^\]\n])\][ \t]+")
_MARKUP = re.compile(r"[*_`\[\]<&~\\!]")
_NO_BLANK = re.compile(r"[ \t]*([-+]|\*(?!.*\*\s*$)|\d+[.)])(\[[ xX]\])(?![(\[])")  # not *[ ] emphasised*
_RULE = re.compile(r"([-*_])(?:[ \t]*\1){2,}+[ \t]*$")
_BREAKS = {"softbreak", "hardbreak"}
_MAX_NESTING = 400  # levels of blocks; a list item takes two


@dataclass(frozen=True, slots=True)
class Outline:
    """Tasks, headings and the first paragraph of a body, in its order, and the findings about them."""

    tasks: tuple[Task, ...]
    headings: tuple[Heading, ...]
    paragraph: str
    diagnostics: tuple[Diagnostic, ...] = ()


# The text that each rule needs to match anywhere. markdown-it tries every rule at every line, so rules that cannot
# match are switched off; the tokens stay the same.
_SIGNS: tuple[tuple[str, str], ...] = (("blockquote", ">"), ("reference", "]:"), ("html_block", "<"), ("heading", "#"))
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("fence", re.compile(r"```|~~~")),
    ("hr", re.compile(r"[-*_][ \t]*[-*_][ \t]*[-*_]")),
    ("lheading", re.compile(r"[-=][ \t\r]*$", re.MULTILINE)),
    *SIGNS,
)


@cache
def _parser(idle: tuple[str, ...]) -> MarkdownIt:
    parser = MarkdownIt("js-default", {"maxNesting": _MAX_NESTING, "html": True})
    parser.disable(["inline", "linkify", "replacements", "smartquotes", "text_join"])
    parser.disable("table")  # a row of a table is no list item, be it read as a table or as a paragraph
    read_containers(parser)
    parser.block.ruler.at("hr", _is_rule, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    parser.disable(list(idle))
    return parser


def _is_rule(state: StateBlock, line: int, end: int, silent: bool) -> bool:  # noqa: FBT001  markdown-it calls it
    """Read a line that is only `---`, as markdown-it does, but reject other long lines at once."""
    begin = state.bMarks[line] + state.tShift[line]
    return _RULE.match(state.src, begin, state.eMarks[line]) is not None and hr(state, line, end, silent)


class Blocks(NamedTuple):
    """The block tokens of a text, with line numbers, without inline children, and its definitions by label.

    `excess` are the parts that take too long to render.
    """

    tokens: tuple[Token, ...]
    definitions: Mapping[str, Any]
    excess: tuple[Excess, ...] = ()

    @property
    def readable(self) -> tuple[Token, ...]:
        """The tokens whose inline Markdown may be parsed: all but those of the parts that take too long."""
        if any(each.is_whole for each in self.excess):
            return ()
        shown = {each.first for each in self.excess}
        return tuple(token for token in self.tokens if not shown or not token.map or token.map[0] not in shown)


@lru_cache(maxsize=4)
def read_blocks(text: str) -> Blocks:
    """Return the blocks of a Markdown text. The readers of one file share them, so they must not change the tokens."""
    idle = [name for name, sign in _SIGNS if sign not in text]
    idle += [name for name, pattern in _PATTERNS if not pattern.search(text)]
    environment: dict[str, Any] = {}
    tokens = _parser(tuple(idle)).parse(text, environment)
    return Blocks(tuple(tokens), environment.get("references", {}), find_excess(text, tokens))


def parse_blocks(text: str) -> list[Token]:
    """Return the block tokens of a Markdown text, as `read_blocks` does."""
    return [*read_blocks(text).tokens]


def box_of(text: str, marks: Container[str] = "") -> re.Match[str] | None:
    """Match the box that a list item begins with, up to its text; group 1 is its mark."""
    found = _BOX.match(text)
    return found if found and (not found[1].isalnum() or found[1] in "xX" or found[1] in marks) else None


def read_outline(path: str, body: str, first_line: int, marks: Container[str] = "") -> Outline:
    """Read the outline of a body whose first line is `first_line` of its file.

    A letter in brackets is text, except x and the letters in `marks`.
    """
    lines = body.split("\n")
    blocks = read_blocks(body)
    tokens = [*blocks.tokens]
    if any(each.is_whole for each in blocks.excess):  # it is shown as plain text, which has no tasks
        return Outline((), (), "", tuple(check_blocks(path, lines, first_line, tokens, blocks.excess)))
    reader = _OutlineReader(path, lines, first_line, marks)
    for before, opener, token in zip((None, None, *tokens), (None, *tokens), tokens, strict=False):
        reader.read(token, opener, before)
    tasks = tuple(each.task() for each in reader.tasks)
    found = [*reader.diagnostics, *check_blocks(path, lines, first_line, tokens, blocks.excess)]
    found += check_links(path, body, first_line, tokens)
    return Outline(tasks, tuple(reader.headings), reader.paragraph, tuple(found))


@dataclass(slots=True)
class _OpenTask:
    """A task whose list item is still open: `notes` grow until it ends."""

    text: str
    mark: str
    span: Span
    depth: int
    heading: str
    notes: list[str] = field(default_factory=list)

    def task(self) -> Task:
        return Task(self.text, self.mark, self.span, self.depth, self.heading, tuple(self.notes))


class _OutlineReader:
    """Collects the outline in one walk over the tokens. `items` holds the task, or None, of each open list item."""

    def __init__(self, path: str, lines: list[str], first_line: int, marks: Container[str]) -> None:
        self.path, self.lines, self.first_line, self.marks = path, lines, first_line, marks
        self.items: list[_OpenTask | None] = []
        self.tasks: list[_OpenTask] = []
        self.headings: list[Heading] = []
        self.paragraph = ""
        self.diagnostics: list[Diagnostic] = []

    def read(self, token: Token, opener: Token | None, before: Token | None) -> None:
        """Read a token; `opener` and `before` are the last and the second last token before it."""
        if token.type == "list_item_open":
            self.items.append(None)
        elif token.type == "list_item_close":
            self.items.pop()
        elif token.type == "inline":
            self._read_inline(token, opener, before)

    def _read_inline(self, token: Token, opener: Token | None, before: Token | None) -> None:
        if opener and opener.type == "heading_open":
            self.headings.append(self._heading(token, opener))
        elif opener and opener.type == "paragraph_open":
            is_first = before is not None and before.type == "list_item_open"
            self._read_item(token) if is_first else self._read_paragraph(token)
            if "[" in token.content:
                self._check_lines(token)

    def _heading(self, token: Token, opener: Token) -> Heading:
        first, end = opener.map or (0, 1)
        span = self._span(token, token.content)
        return Heading(token.content, int(opener.tag[1]), span, end - first, is_nested=opener.level > 0)

    def _read_paragraph(self, token: Token) -> None:
        if not self.paragraph and not self.items:
            self.paragraph = token.content

    def _check_lines(self, token: Token) -> None:
        """Report lines such as `-[ ] text`: without a blank they are not list items."""
        for number, line in enumerate(token.content.split("\n")):
            if found := _NO_BLANK.match(line):
                values = {"found": found[0].strip(), "meant": f"{found[1]} {found[2]}"}
                self.diagnostics.append(
                    Diagnostic(rules.NEARLY_A_TASK, self._span(token, values["found"], number), values)
                )

    def _read_item(self, token: Token) -> None:
        owner = next((task for task in reversed(self.items) if task), None)
        if found := box_of(token.content, self.marks):
            self._add_task(token, found, owner)
            return
        if owner:
            owner.notes.append(token.content)
        if near := nearly_a_box(token.content):
            values = {"found": near[0], "meant": near[1]}
            self.diagnostics.append(Diagnostic(rules.NEARLY_A_TASK, self._span(token, near[0]), values))

    def _add_task(self, token: Token, found: re.Match[str], owner: _OpenTask | None) -> None:
        depth = owner.depth + 1 if owner else 0
        heading = self.headings[-1].text if self.headings else ""
        text = token.content[found.end() :]
        task = _OpenTask(text, found[1], self._span(token, token.content), depth, heading)
        self.items[-1] = task
        self.tasks.append(task)

    def _span(self, token: Token, content: str, below: int = 0) -> Span:
        line = (token.map[0] if token.map else 0) + below
        written = content.split("\n", 1)[0]
        column = self.lines[line].find(written) if line < len(self.lines) else -1
        return Span(self.path, self.first_line + line, max(column, 0) + 1, max(len(written), 1))


@cache
def _inline_parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False})


def plain_text(text: str) -> str:
    """Return inline Markdown without its markup, in one line: `**Redis**` becomes `Redis`."""
    if not _MARKUP.search(text) or is_costly(text):
        return " ".join(text.split())
    tokens = _inline_parser().parseInline(text)[0].children or []
    words = (token.content if token.type not in _BREAKS else " " for token in tokens)
    return " ".join("".join(words).split())
