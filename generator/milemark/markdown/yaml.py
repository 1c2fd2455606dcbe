"""Parse YAML into values as written, each with its place.

The parser reads events and limits size and depth before it builds a value, so no input exhausts the stack or memory.

PyYAML's composer is no alternative: it recurses, and deep nesting crashes its C loader.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from milemark.foundation import rules
from milemark.foundation.diagnostics import Diagnostic, Rule, Span
from milemark.foundation.i18n import _
from milemark.markdown.document import Mapping, Node, Scalar, Sequence

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML without libyaml: slower, the same events
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

Loader = _Loader
MAX_DEPTH = 32
MAX_SIZE = 64 * 1024
_YAML_TAG = "tag:yaml.org,2002:"
_NO_YAML = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


class _RefusedError(Exception):
    """The text cannot be read; carries the one finding that explains it."""

    def __init__(self, rule: Rule, span: Span, hint: str = "", **values: str) -> None:
        super().__init__(rule.code)
        self.diagnostic = Diagnostic(rule, span, values, hint)


@dataclass(slots=True)
class _Open:
    """A list or mapping that has not ended yet."""

    span: Span
    is_mapping: bool
    items: list[Node] = field(default_factory=list)


FRONT_MATTER = _("front matter")


def read_yaml(
    path: str, text: str, first_line: int = 1, what: str = FRONT_MATTER
) -> tuple[Mapping | None, list[Diagnostic]]:
    """Read one YAML mapping whose text begins at `first_line` of the file; None if it cannot be read.

    A repeated key is a finding.
    """
    tree = _Tree(path, text, first_line, what)
    try:
        root = tree.root()
    except _RefusedError as refused:
        return None, [refused.diagnostic]
    if root is None:
        return Mapping((), Span(path, first_line)), []
    if not isinstance(root, Mapping):
        return None, [_not_a_mapping(root, text.split("\n"), what)]
    return root, [*tree.diagnostics, *_doubtful_keys(root)]


def why_invalid(path: str, text: str, error: yaml.YAMLError) -> Diagnostic:
    """Return the finding for an error of PyYAML, for files that other tools read, such as mkdocs.yml."""
    return _Tree(path, text, 1, path).refused(error).diagnostic


def _not_a_mapping(root: Node, lines: list[str], what: str) -> Diagnostic:
    hint = ""
    if isinstance(root, Scalar):
        slip = _slip(lines, len(lines))
        hint = slip[2] if slip else _LINE_OR_FIELDS if what == FRONT_MATTER else ""
    return Diagnostic(rules.NOT_A_MAPPING, root.span, {"what": what}, hint)


def _doubtful_keys(root: Node) -> Iterator[Diagnostic]:
    """Yield a finding for each repeated key, and for each key that begins with a blank that YAML does not know."""
    if isinstance(root, Sequence):
        for item in root.items:
            yield from _doubtful_keys(item)
    if isinstance(root, Mapping):
        seen: dict[str, int] = {}
        for key, value in root.entries:
            if key.text in seen:
                yield Diagnostic(rules.DUPLICATE_KEY, key.span, {"key": key.text, "line": str(seen[key.text])})
            elif key.is_plain and key.text[:1].isspace():
                yield Diagnostic(rules.KEY_NOT_TEXT, key.span, {}, _WIDE_BLANK)
            seen.setdefault(key.text, key.span.line)
            yield from _doubtful_keys(value)


class _Tree:
    """Builds values from the events of one text."""

    def __init__(self, path: str, text: str, first_line: int, what: str) -> None:
        self.path, self.text, self.first_line, self.what = path, text, first_line, what
        self.open: list[_Open] = []
        self.diagnostics: list[Diagnostic] = []

    def root(self) -> Node | None:
        if len(self.text) > MAX_SIZE:
            limit = f"{MAX_SIZE // 1024} KiB"
            raise _RefusedError(rules.TOO_LARGE, self._line_span(0), what=self.what, limit=limit)
        try:
            return self._build()
        except yaml.YAMLError as error:
            raise self.refused(error) from error

    def refused(self, error: yaml.YAMLError) -> _RefusedError:
        """Return an error of the parser as a finding, at the place where the cause begins."""
        return self._invalid(error) if isinstance(error, yaml.MarkedYAMLError) else self._unreadable()

    def _unreadable(self) -> _RefusedError:
        """Return the finding for a character that no YAML may hold; the parser counts its place in bytes."""
        found = _NO_YAML.search(self.text)
        start = found.start() if found else 0
        before = self.text[:start]
        span = Span(self.path, self.first_line + before.count("\n"), start - before.rfind("\n"))
        return _RefusedError(rules.CONTROL_CHARACTER, span, name=f"U+{ord(self.text[start]):04X}", problem=_NOT_HERE)

    def _build(self) -> Node | None:
        root: Node | None = None
        loader = Loader(self.text)
        try:
            while event := loader.get_event():
                if root is not None and isinstance(event, yaml.DocumentStartEvent):
                    hint = _("move its fields into the first, or delete it")
                    kind = (
                        _("a second front matter block") if self.what == FRONT_MATTER else _("a second YAML document")
                    )
                    raise _RefusedError(rules.OTHER_FRONT_MATTER, self._span(event), hint, kind=kind)
                node = self._take(event)
                if node is None:
                    continue
                if self.open:
                    self.open[-1].items.append(node)
                else:
                    root = node
        finally:
            loader.dispose()
        return root

    def _take(self, event: Any) -> Node | None:
        """Return the value that this event ends, if it ends one."""
        kind = type(event)
        if kind is yaml.ScalarEvent:
            if event.anchor or event.tag:
                self._refuse_anchor_and_tag(event)
            return Scalar(self._printable(event), self._span(event), not event.style)
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

    def _printable(self, event: Any) -> str:
        r"""Return a value without the control characters that its escapes stand for: `"\0"`, `"\e"`."""
        value: str = event.value
        if value.isprintable() or not (found := _CONTROL.search(value)):
            return value
        name = {"name": f"U+{ord(found[0]):04X}"}
        self.diagnostics.append(Diagnostic(rules.CONTROL_CHARACTER, self._span(event), name))
        return _CONTROL.sub("\ufffd", value)

    def _close(self, ended: _Open) -> Node:
        if not ended.is_mapping:
            return Sequence(tuple(ended.items), ended.span)
        entries: list[tuple[Scalar, Node]] = []
        for key, value in zip(ended.items[::2], ended.items[1::2], strict=True):
            if not isinstance(key, Scalar) or (key.is_plain and key.is_empty):
                raise _RefusedError(rules.KEY_NOT_TEXT, key.span, _key_hint(key), value=getattr(key, "text", ""))
            if key.text == "<<" and key.is_plain:
                raise _RefusedError(rules.ALIAS, key.span)
            entries.append((key, value))
        return Mapping(tuple(entries), ended.span)

    def _refuse_anchor_and_tag(self, event: Any) -> None:
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            raise _RefusedError(rules.ALIAS, self._span(event))
        if event.tag and event.tag != _YAML_TAG + "str":
            raise _RefusedError(rules.YAML_TAG, self._span(event), tag=event.tag.replace(_YAML_TAG, "!!"))

    def _span(self, event: Any) -> Span:
        start, end = event.start_mark, event.end_mark
        width = end.column - start.column if end.line == start.line else 1
        return Span(self.path, self.first_line + start.line, start.column + 1, width or 1)

    def _line_span(self, line: int) -> Span:
        return Span(self.path, self.first_line + line)

    def _invalid(self, error: yaml.MarkedYAMLError) -> _RefusedError:
        lines = self.text.split("\n")
        problem, is_open = _in_our_words(error.problem or "unreadable")
        mark = (error.context_mark if is_open else None) or error.problem_mark or error.context_mark
        line, column = (min(mark.line, len(lines) - 1), mark.column) if mark else (0, 0)
        hint = _hint(lines[line]) or (_("close it, or quote the value") if is_open else "")
        if not hint and (slip := _slip(lines, line + 1)):
            line, column, hint = slip
            problem = _NO_FIELD
        return _RefusedError(
            rules.INVALID_YAML,
            Span(self.path, self.first_line + line, column + 1),
            hint,
            what=self.what,
            problem=problem,
        )


def _key_hint(key: Node) -> str:
    if isinstance(key, Mapping):
        return _(
            "fill in the template, leave its folder out by `exclude` in roadmap.yml, "
            "or quote the value if the braces belong to the text"
        )
    return _('quote it: "{value}"') if isinstance(key, Scalar) and key.text else ""


_LINE_OR_FIELDS = _("write each field as `key: value`; to draw a line with ---, leave the first line of the file empty")
# Messages of libyaml and PyYAML, our words for them, and whether the cause stands where something was opened.
# Theirs are English only, and name the place where the parser stopped, not where the mistake begins.
_NO_FIELD = _("a line is not `name: value`")
_NO_ESCAPE = _("there is a backslash that YAML cannot read")
_NOT_HERE = _("there is a character that YAML does not allow here")
_PROBLEMS: tuple[tuple[str, str, bool], ...] = (
    ("mapping values are not allowed", _("there is one colon too many"), False),
    ("cannot start any token", _NOT_HERE, False),
    ("not allowed in this context", _NOT_HERE, False),
    ("entries are not allowed here", _NOT_HERE, False),
    ("mapping keys are not allowed here", _NOT_HERE, False),
    ("did not find expected alphabetic", _NOT_HERE, False),
    ("expected alphabetic or numeric", _NOT_HERE, False),
    ("expected comment or line break", _NOT_HERE, False),
    ("expected a comment or a line break", _NOT_HERE, False),
    ("expected chomping or indentation", _NOT_HERE, False),
    ("could not find expected ':'", _NO_FIELD, False),
    ("unexpected end of stream", _("a quotation mark is opened here and never closed"), True),
    ("expected ',' or", _("a bracket is opened here and never closed"), True),
    ("did not find expected key", _("there is text that belongs to no field"), False),
    ("escape", _NO_ESCAPE, False),
    ("expected hexdecimal", _NO_ESCAPE, False),
    ("expected <block end>", _("there is text that belongs to no field"), False),
)


def _in_our_words(problem: str) -> tuple[str, bool]:
    return next(((words, is_open) for part, words, is_open in _PROBLEMS if part in problem), (problem, False))


_FIRST_CHARACTER = _("quote the value: a plain value must not begin with this character")
_WIDE_BLANK = _("the text begins with a wide or no-break space: use an ordinary space")
_CAUSES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\s*\t"), _("indent with spaces, not with a tab")),
    (re.compile(r"\s*[\u00a0\u3000]"), _WIDE_BLANK),
    (re.compile(r"[^:]*:\s*\[\[.*\]\]\s*,"), _('write a list: ["[[one]]", "[[two]]"]')),
    (re.compile(r"(?:[^:]*:\s*|\s*- )(?:[@`%&*!|>]|\? )"), _FIRST_CHARACTER),
    (re.compile(r"[^:]*:\s+- "), _("quote the value, or begin a new line before the -")),
    (re.compile(r"(?:[^:]*:\s+|\s*- )(?:\"[^\"]*\"|'[^']*')[ ]*[^ ,#]"), _("put the whole value in quotation marks")),
    (re.compile(r"[^:]*:\s[^\"'].*:\s"), _("quote the value: it contains a colon and a space")),
    (re.compile(r"\s*:(?:\s|$)"), _("write a name before the colon")),
    (re.compile(r"[^\"]*\"[^\"]*\\"), _("use single quotation marks: in double ones a backslash begins an escape")),
)
# Mistyped colons: to YAML such a line continues the value before it.
_SLIPS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[^:：#\"']*(：)(?!.*:\s)"), _("the colon is a full-width one: type an ASCII colon and a space")),
    (re.compile(r"\s*[\w-]+:([\u00a0\u3000])"), _WIDE_BLANK),
    (re.compile(r"\s*[\w-]+(:)[^\s/:](?!.*:\s)"), _("put a space after the colon")),
)
_NEAR = 3


def _hint(line: str) -> str:
    return next((hint for pattern, hint in _CAUSES if pattern.match(line)), "")


def _slip(lines: list[str], end: int) -> tuple[int, int, str] | None:
    """Return line, column and hint of a mistyped colon in the last lines before `end`."""
    for number in range(end - 1, max(end - 1 - _NEAR, -1), -1):
        for pattern, hint in _SLIPS:
            if found := pattern.match(lines[number]):
                return number, found.start(1), hint
    return None
