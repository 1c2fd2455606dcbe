"""The outline of a body: tasks, headings and the first paragraph, each with its place.

markdown-it-py parses blocks only; inline text stays as written. Boxes in code, comments and tables are not list items,
so they are not tasks.
"""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass, field

from markdown_it.token import Token

from milemark.foundation import rules
from milemark.foundation.diagnostics import Diagnostic, Span, correction
from milemark.markdown.document import Heading, Task
from milemark.markdown.lint import check_blocks, nearly_a_box
from milemark.markdown.rendering.parser import Blocks, box_of, parse_blocks, parse_inline, read_blocks
from milemark.markdown.rendering.words import words_of
from milemark.markdown.unread_syntax import check_syntax
from milemark.markdown.unsafe_links import check_links

__all__ = ["Blocks", "Outline", "box_of", "parse_blocks", "plain_text", "read_blocks", "read_outline"]

_MARKUP = re.compile(r"[*_`\[\]<&~\\!$]|==|\+\+|:[a-z]+-")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_NO_BLANK = re.compile(r"[ \t]*([-+]|\*(?!.*\*\s*$)|\d+[.)])(\[[ xX]\])(?![(\[])")  # not *[ ] emphasised*


@dataclass(frozen=True, slots=True)
class Outline:
    """Tasks, headings and the first paragraph of a body, in its order, and the findings about them."""

    tasks: tuple[Task, ...]
    headings: tuple[Heading, ...]
    paragraph: str
    diagnostics: tuple[Diagnostic, ...] = ()


def read_outline(path: str, body: str, first_line: int, marks: Container[str] = "") -> Outline:
    """Read the outline of a body whose first line is `first_line` of its file.

    A letter in brackets is text, except x and the letters in `marks`.
    """
    lines = body.split("\n")
    blocks = read_blocks(body)
    tokens = [*blocks.tokens]
    reader = _OutlineReader(path, lines, first_line, marks)
    for before, opener, token in zip((None, None, *tokens), (None, *tokens), tokens, strict=False):
        reader.read(token, opener, before)
    tasks = tuple(each.task() for each in reader.tasks)
    found = [*reader.diagnostics, *check_blocks(path, lines, first_line, tokens)]
    found += check_links(path, body, first_line, tokens)
    found += check_syntax(path, lines, first_line, blocks, marks)
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
        text = _COMMENT.sub("", token.content).strip() if "<!--" in token.content else token.content
        return Heading(text, int(opener.tag[1]), span, end - first, is_nested=opener.level > 0)

    def _read_paragraph(self, token: Token) -> None:
        if not self.paragraph and not self.items:
            self.paragraph = token.content

    def _check_lines(self, token: Token) -> None:
        """Report lines such as `-[ ] text`: without a blank they are not list items."""
        for number, line in enumerate(token.content.split("\n")):
            if found := _NO_BLANK.match(line):
                values = {"found": found[0].strip(), "meant": f"{found[1]} {found[2]}"}
                values |= correction(values["found"], values["meant"])
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
            values = {"found": near[0], "meant": near[1], **correction(*near)}
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


def plain_text(text: str) -> str:
    """Return inline Markdown without its markup, in one line: `**Redis**` becomes `Redis`. HTML stays as written."""
    return words_of(parse_inline(text), keeps_html=True) if _MARKUP.search(text) else " ".join(text.split())
