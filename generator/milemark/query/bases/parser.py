"""Parses .base files of Obsidian, and reports errors and settings that a site does not support."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping as MappingOf
from dataclasses import replace

from milemark.foundation import rules
from milemark.foundation.diagnostics import Diagnostic, Rule, Span
from milemark.foundation.i18n import _
from milemark.foundation.layout import BASE_ENDING
from milemark.foundation.suggestions import meant
from milemark.markdown.document import Mapping, Node, Scalar, Sequence
from milemark.markdown.encoding import decode, refused_text
from milemark.markdown.yaml import read_yaml
from milemark.query.bases.ast import Base, Expression, Filter, Name, Property, Sort, View
from milemark.query.bases.formulas.checks import Checker, formulas_in
from milemark.query.bases.formulas.summaries import SUMMARIES
from milemark.query.bases.formulas.syntax import parse_expression
from milemark.roadmap.references import cycles

KINDS = ("table", "cards", "list")
OTHER_KINDS = ("kanban", "map")
_SECTIONS = ("filters", "formulas", "properties", "summaries", "views")
_VIEW = ("type", "name", "limit", "filters", "order", "sort", "groupBy", "summaries")
# Settings of the layout in Obsidian. On a site, the templates decide.
_LOOKS = {
    *("columnSize", "rowHeight", "cardSize", "image", "imageFit", "imageAspectRatio", "markers", "separator"),
    *("nestedProperties", "indentProperties", "icon", "colspan"),
}
# One character of a quoted YAML text, as written.
_ESCAPES = {"'": re.compile("''|."), '"': re.compile(r"\\(?:x..|u.{4}|U.{8}|.)|.")}
_JOINTS = ("and", "or", "not")
_DIRECTIONS = ("ASC", "DESC")
_AN_EXPRESSION, _A_LIST, _SETTINGS = _("an expression"), _("a list"), _("a list of `name: value` lines")
_ONE_JOINT, _A_DIRECTION, _A_NUMBER = _("one of and, or, not"), _("ASC or DESC"), _("a whole number")
_A_PROPERTY, _SETTING, _SUMMARY, _KIND = _("a property"), _("setting"), _("summary"), _("kind of view")
_AS_TABLE = _("milemark shows it as a table; a site has only table, cards and list")


def read_bases(files: MappingOf[str, bytes]) -> tuple[dict[str, Base], list[Diagnostic]]:
    """Read the .base files among `{path: bytes}`, and return their findings."""
    read = {path: read_base(path, files[path]) for path in sorted(files) if path.endswith(BASE_ENDING)}
    return {path: base for path, (base, _found) in read.items()}, [
        each for _base, found in read.values() for each in found
    ]


def read_base(path: str, data: bytes) -> tuple[Base, list[Diagnostic]]:
    """Read one .base file. Never raises: errors become findings, and the rest of the base is kept."""
    text, diagnostics = decode(path, data)
    if text is None:
        return _broken(path), diagnostics
    base, findings = parse_base(path, text)
    return base, diagnostics + findings


def parse_base(path: str, text: str, first_line: int = 1) -> tuple[Base, list[Diagnostic]]:
    """Read the text of a base that begins at `first_line` of its file, as a block in a page does."""
    if refused := refused_text(path, text, first_line):
        return _broken(path), [refused]
    root, diagnostics = read_yaml(path, text, first_line, what=path.rpartition("/")[2])
    if root is None:
        return _broken(path), diagnostics
    reader = _BaseReader(path, text.split("\n"), first_line, diagnostics)
    base = reader.base(root)
    return replace(base, is_broken=any(each.is_error for each in reader.diagnostics)), reader.diagnostics


def _broken(path: str) -> Base:
    """Return a base in place of an unreadable one. Its filter matches no file: none is better than all."""
    return Base(path, filters=Expression("", None, Span(path)), is_broken=True)


class _BaseReader:
    """Reads the parts of a base and adds its findings to `diagnostics`."""

    def __init__(self, path: str, lines: list[str], first_line: int, diagnostics: list[Diagnostic]) -> None:
        self.path, self.lines, self.first_line, self.diagnostics = path, lines, first_line, diagnostics
        self.checker = Checker(())

    def base(self, root: Mapping) -> Base:
        self._check_names(root, _SECTIONS)
        written = self._entries(root, "formulas")
        self.checker = Checker(tuple(dict.fromkeys(key.text for key, _node in written)))
        formulas = {key.text: self._expression(node) for key, node in written}
        self._check_cycles(formulas)
        summaries = {key.text: self._expression(node) for key, node in self._entries(root, "summaries")}
        labels = dict(self._labels(root))
        views = tuple(self._view(node, tuple(summaries)) for node in self._list(root, "views"))
        return Base(self.path, views or (View(),), self._filters(root), formulas, labels, summaries)

    def _filters(self, node: Mapping) -> Filter | Expression | None:
        written = node.get("filters")
        return None if written is None or _is_empty(written) else self._filter(written)

    def _filter(self, node: Node) -> Filter | Expression:
        if isinstance(node, Scalar):
            return self._expression(node)
        if isinstance(node, Mapping) and len(node.entries) == 1 and node.entries[0][0].text in _JOINTS:
            key, parts = node.entries[0]
            items = parts.items if isinstance(parts, Sequence) else () if _is_empty(parts) else (parts,)
            return Filter(key.text, tuple(map(self._filter, items)))
        keys = [key for key, _node in node.entries] if isinstance(node, Mapping) else []
        self._bad(next((key for key in keys if key.text not in _JOINTS), node), _ONE_JOINT, 'and: [status == "done"]')
        return Expression("", None, node.span)

    def _expression(self, node: Node) -> Expression:
        if not isinstance(node, Scalar):
            self._bad(node, _AN_EXPRESSION, "'status == \"done\"'")
            return Expression("", None, node.span)
        root, findings = parse_expression(node.text)
        findings = findings or (list(self.checker.check(root)) if root else [])
        self.diagnostics += [self._placed(each, node) for each in findings]
        return Expression(node.text, root, node.span)

    def _placed(self, finding: Diagnostic, node: Scalar) -> Diagnostic:
        """Return a finding within an expression at its place in the file."""
        columns = _columns(node, self.lines[node.span.line - self.first_line])
        start, end = finding.span.column - 1, finding.span.column - 1 + finding.span.width
        if len(columns) <= max(start, len(node.text)):
            return replace(finding, span=node.span)  # an expression of several lines
        last = columns[min(end, len(columns) - 1)]
        return replace(finding, span=Span(self.path, node.span.line, columns[start], max(last - columns[start], 1)))

    def _check_cycles(self, formulas: dict[str, Expression]) -> None:
        edges = {
            name: tuple(each for each in formulas_in(formula.root) if each in formulas) if formula.root else ()
            for name, formula in formulas.items()
        }
        for cycle in cycles(edges):
            values = {"cycle": " → ".join((*cycle, cycle[0]))}
            self.diagnostics.append(Diagnostic(rules.FORMULA_CYCLE, formulas[cycle[0]].span, values))

    def _labels(self, root: Mapping) -> Iterator[tuple[str, str]]:
        for key, node in self._entries(root, "properties"):
            self._property(key)
            name = node.get("displayName") if isinstance(node, Mapping) else None
            if isinstance(name, Scalar) and not name.is_empty:
                yield Property.of(key.text).key, name.text.strip()

    def _view(self, node: Node, own: tuple[str, ...]) -> View:
        if not isinstance(node, Mapping):
            self._bad(node, _SETTINGS, "type: table")
            return View(filters=Expression("", None, node.span))
        self._check_names(node, _VIEW, _LOOKS)
        order = tuple(self._property(each) for each in self._list(node, "order") if isinstance(each, Scalar))
        name = node.get("name")
        return View(
            self._kind(node),
            name.text.strip() if isinstance(name, Scalar) else "",
            self._limit(node),
            self._filters(node),
            order or View().order,
            tuple(filter(None, (self._sort(each) for each in self._list(node, "sort")))),
            self._group(node),
            dict(self._summaries(node, own)),
        )

    def _kind(self, node: Mapping) -> str:
        written = node.get("type")
        if not isinstance(written, Scalar) or written.is_empty or written.text in KINDS:
            return written.text if isinstance(written, Scalar) and not written.is_empty else KINDS[0]
        if written.text in OTHER_KINDS or not meant(written.text, KINDS)[1]["nearest"]:
            self._found(rules.NOT_IN_BASE, written, name=written.text, reason=_AS_TABLE)
        else:
            self._unknown(written, _KIND, KINDS)
        return KINDS[0]

    def _limit(self, node: Mapping) -> int | None:
        written = node.get("limit")
        if written is None or _is_empty(written):
            return None
        if isinstance(written, Scalar) and written.text.isascii() and written.text.isdecimal():
            return int(written.text[:9])
        self._bad(written, _A_NUMBER, "10")
        return None

    def _group(self, node: Mapping) -> Sort | None:
        written = node.get("groupBy")
        if isinstance(written, Scalar):
            return None if written.is_empty else Sort(self._property(written))
        return self._sort(written) if written is not None else None

    def _sort(self, node: Node) -> Sort | None:
        written = (node.get("property") or node.get("column")) if isinstance(node, Mapping) else None
        if not isinstance(node, Mapping) or not isinstance(written, Scalar):
            self._bad(node, _A_PROPERTY, "{property: due, direction: ASC}")
            return None
        direction = node.get("direction")
        is_known = isinstance(direction, Scalar) and direction.text.upper() in _DIRECTIONS
        if direction is not None and not is_known:
            self._bad(direction, _A_DIRECTION, "DESC")
        return Sort(self._property(written), isinstance(direction, Scalar) and direction.text.upper() == "DESC")

    def _summaries(self, node: Mapping, own: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        for key, written in self._entries(node, "summaries"):
            wanted = self._property(key)
            if not isinstance(written, Scalar) or written.text not in (*SUMMARIES, *own):
                self._unknown(written, _SUMMARY, (*SUMMARIES, *own))
            else:
                yield wanted.key, written.text

    def _property(self, written: Scalar) -> Property:
        """Read the name of a property, and note where there is none of that name."""
        wanted = Property.of(written.text)
        found = self.checker.property(wanted, Name(written.text, 0, len(written.text)))
        self.diagnostics += [replace(each, span=written.span) for each in found]
        return wanted

    def _entries(self, node: Mapping, name: str) -> tuple[tuple[Scalar, Node], ...]:
        value = node.get(name)
        if isinstance(value, Mapping):
            return value.entries
        if value is not None and not _is_empty(value):
            self._bad(value, _SETTINGS, f"{name}: {{name: value}}")
        return ()

    def _list(self, node: Mapping, name: str) -> tuple[Node, ...]:
        value = node.get(name)
        if isinstance(value, Sequence):
            return value.items
        if value is not None and not _is_empty(value):
            self._bad(value, _A_LIST, f"{name}: […]")
        return ()

    def _check_names(self, node: Mapping, known: tuple[str, ...], silent: set[str] | None = None) -> None:
        for key, _node in node.entries:
            if key.text not in known and key.text not in (silent or ()):
                self._unknown(key, _SETTING, known)

    def _unknown(self, node: Node, what: str, known: tuple[str, ...]) -> None:
        text = node.text if isinstance(node, Scalar) else "…"
        hint, near = meant(text, known)
        self._found(rules.UNKNOWN_IN_BASE, node, hint, what=what, name=text, known=", ".join(known), **near)

    def _bad(self, node: Node, expected: str, example: str) -> None:
        value = node.text if isinstance(node, Scalar) else "…"
        self._found(rules.BAD_IN_BASE, node, value=value[:60], expected=expected, example=example)

    def _found(self, rule: Rule, node: Node, hint: str = "", **values: str) -> None:
        self.diagnostics.append(Diagnostic(rule, node.span, values, hint))


def _is_empty(node: Node) -> bool:
    return isinstance(node, Scalar) and node.is_empty


def _columns(node: Scalar, line: str) -> list[int]:
    """Return the columns of the characters of a one-line value and of its end, or an empty list."""
    first = node.span.column
    written = line[first - 1 : first - 1 + node.span.width]
    if node.is_plain:
        return list(range(first, first + len(written) + 1)) if written == node.text else []
    escape = _ESCAPES.get(written[:1])
    inner = written[1:-1]
    if escape is None or len(inner) < len(node.text):
        return []
    found = [first + 1 + each.start() for each in escape.finditer(inner)]
    return [*found, first + 1 + len(inner)] if len(found) == len(node.text) else []
