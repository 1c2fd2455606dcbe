"""YAML text to values that know their place, and are what was written.

Events are read one by one and counted before anything is built, so that no input can exhaust the stack or the memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from milemark import rules
from milemark.diagnostic import Diagnostic, Rule, Span
from milemark.document import Mapping, Node, Scalar, Sequence
from milemark.messages import _

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML without libyaml: slower, the same events
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

MAX_DEPTH = 32
MAX_SIZE = 64 * 1024
_STR_TAG = "tag:yaml.org,2002:str"


class _RefusedError(Exception):
    """The text cannot be read; carries the one finding that says why."""

    def __init__(self, rule: Rule, span: Span, hint: str = "", **values: str) -> None:
        super().__init__(rule.code)
        self.diagnostic = Diagnostic(rule, span, values, hint)


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not been read."""

    span: Span
    is_mapping: bool
    items: list[Node] = field(default_factory=list)


def read_yaml(path: str, text: str, first_line: int = 1) -> tuple[Mapping | None, list[Diagnostic]]:
    """Read one YAML mapping whose text begins at `first_line` of the file; None where it cannot be read.

    A key that is written twice is reported, and its first value kept.
    """
    try:
        root = _Tree(path, text, first_line).root()
    except _RefusedError as refused:
        return None, [refused.diagnostic]
    if root is None:
        return Mapping((), Span(path, first_line)), []
    if not isinstance(root, Mapping):
        return None, [Diagnostic(rules.NOT_A_MAPPING, root.span, {}, _not_a_mapping_hint(root))]
    return root, list(_repeated(root))


def _not_a_mapping_hint(root: Node) -> str:
    is_wide = isinstance(root, Scalar) and "：" in root.text
    return _("the colon is a full-width one: type an ASCII colon and a space") if is_wide else ""


def _repeated(root: Node) -> Iterator[Diagnostic]:
    """Yield a finding for each key that its mapping holds already (kept apart by `_Tree.close`)."""
    if isinstance(root, Sequence):
        for item in root.items:
            yield from _repeated(item)
    if isinstance(root, Mapping):
        seen: dict[str, int] = {}
        for key, value in root.entries:
            if key.text in seen:
                yield Diagnostic(rules.DUPLICATE_KEY, key.span, {"key": key.text, "line": str(seen[key.text])})
            seen.setdefault(key.text, key.span.line)
            yield from _repeated(value)


class _Tree:
    """Builds the values from the events of one text."""

    def __init__(self, path: str, text: str, first_line: int) -> None:
        self.path, self.text, self.first_line = path, text, first_line
        self.open: list[_Open] = []

    def root(self) -> Node | None:
        if len(self.text) > MAX_SIZE:
            limit = f"{MAX_SIZE // 1024} KiB"
            raise _RefusedError(rules.TOO_LARGE, self._line_span(0), what="front matter", limit=limit)
        try:
            return self._build()
        except yaml.MarkedYAMLError as error:
            raise self._invalid(error) from error
        except yaml.reader.ReaderError as error:
            span = self._line_span(self.text.count("\n", 0, error.position))
            raise _RefusedError(rules.INVALID_YAML, span, problem=error.reason) from error

    def _build(self) -> Node | None:
        root: Node | None = None
        documents = 0
        loader = _Loader(self.text)
        try:
            while event := loader.get_event():
                documents += isinstance(event, yaml.DocumentStartEvent)
                if documents > 1:
                    raise _RefusedError(rules.OTHER_FRONT_MATTER, self._span(event), kind="a second document of")
                node = self._take(event)
                if node is not None and self.open:
                    self.open[-1].items.append(node)
                root = node if node is not None and not self.open else root
        finally:
            loader.dispose()
        return root

    def _take(self, event: Any) -> Node | None:
        """Return the value that this event ends, if it ends one."""
        kind = type(event)
        if kind is yaml.ScalarEvent:
            self._refuse_anchor_and_tag(event)
            return Scalar(event.value, self._span(event), not event.style)
        if kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            return self._close(self.open.pop())
        if kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            self._refuse_anchor_and_tag(event)
            if len(self.open) >= MAX_DEPTH:
                raise _RefusedError(rules.TOO_DEEP, self._span(event), limit=str(MAX_DEPTH))
            self.open.append(_Open(self._span(event), kind is yaml.MappingStartEvent))
        elif kind is yaml.AliasEvent:
            self._refuse_anchor_and_tag(event)
        return None

    def _close(self, ended: _Open) -> Node:
        if not ended.is_mapping:
            return Sequence(tuple(ended.items), ended.span)
        entries: list[tuple[Scalar, Node]] = []
        for key, value in zip(ended.items[::2], ended.items[1::2], strict=True):
            if not isinstance(key, Scalar) or key.is_empty:
                raise _RefusedError(rules.KEY_NOT_TEXT, key.span)
            if key.text == "<<" and key.is_plain:
                raise _RefusedError(rules.ALIAS, key.span)
            entries.append((key, value))
        return Mapping(tuple(entries), ended.span)

    def _refuse_anchor_and_tag(self, event: Any) -> None:
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            raise _RefusedError(rules.ALIAS, self._span(event))
        if event.tag and event.tag != _STR_TAG:
            raise _RefusedError(rules.YAML_TAG, self._span(event), tag=event.tag)

    def _span(self, event: Any) -> Span:
        start, end = event.start_mark, event.end_mark
        width = end.column - start.column if end.line == start.line else 1
        return Span(self.path, self.first_line + start.line, start.column + 1, max(width, 1))

    def _line_span(self, line: int) -> Span:
        return Span(self.path, self.first_line + line)

    def _invalid(self, error: yaml.MarkedYAMLError) -> _RefusedError:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        lines = self.text.split("\n")
        line = min(line, len(lines) - 1)
        span = Span(self.path, self.first_line + line, column + 1)
        return _RefusedError(rules.INVALID_YAML, span, _hint(lines[line]), problem=error.problem or "unreadable")


_CAUSES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\s*\t"), _("indent with spaces, not with a tab")),
    (re.compile(r"\s*[\u00a0\u3000]"), _("a wide or no-break space stands before the text: use an ordinary space")),
    (re.compile(r"[^:]*：(?!.*: )"), _("the colon is a full-width one: type an ASCII colon and a space")),
    (re.compile(r"[^:]*:\s*[@`%&*!|>]"), _("quote the value: a plain value must not begin with this character")),
    (re.compile(r"\s*- [@`%&*!|>]"), _("quote the value: a plain value must not begin with this character")),
    (re.compile(r"[^:]*:\s[^\"'].*:\s"), _("quote the value: it holds a colon and a space")),
)


def _hint(line: str) -> str:
    return next((hint for pattern, hint in _CAUSES if pattern.match(line)), "")
