"""Parses the expressions of Obsidian's Bases: top down by operator precedence (Pratt 1973).

A parser generator would not save the lexer, which must know whether `/` divides or begins a pattern.
"""

from __future__ import annotations

import re
from decimal import Decimal

from milemark.foundation import rules
from milemark.foundation.diagnostics import Diagnostic, Span
from milemark.foundation.i18n import _
from milemark.query.bases.ast import (
    Binary,
    Call,
    IndexExpression,
    Literal,
    MemberExpression,
    Name,
    Node,
    Pairs,
    Pattern,
    Several,
    Unary,
)

MAX_LENGTH = 4_000
MAX_DEPTH = 240
_NESTED = 4  # a bracket nests several calls of the parser, one more operator of a chain none
_BLANK = re.compile(r"\s*")
_NUMBER = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"|\'((?:[^\'\\]|\\.)*)\'', re.DOTALL)
_NAME = re.compile(r"[^\W\d]\w*")
_PATTERN = re.compile(r"/((?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)/([a-z]*)")
_OPERATOR = re.compile(r"&&|\|\||[=!]==?|[<>]=|[-+*/%<>!=&|()\[\]{},.:?;]")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_WORDS = {"true": True, "false": False, "null": None}
_PRECEDENCE = {
    "||": 1,
    "&&": 2,
    **dict.fromkeys(("==", "!="), 3),
    **dict.fromkeys(("<", ">", "<=", ">="), 4),
    **dict.fromkeys(("+", "-"), 5),
    **dict.fromkeys(("*", "/", "%"), 6),
}
# Operators of other languages, and the one of this language.
_ELSEWHERE = {
    **dict.fromkeys(("=", "==="), "=="),
    "!==": "!=",
    **dict.fromkeys(("&", "and", "AND"), "&&"),
    **dict.fromkeys(("|", "or", "OR"), "||"),
    "not": "!",
    "?": "if(…, …, …)",
}
_NO_VALUE, _NO_OPERATOR = _("a value is missing here"), _("an operator is missing between two values")
_UNKNOWN_SIGN = _("this character is not allowed in an expression")
_OPEN_TEXT, _OPEN_BRACKET = _("a quotation mark is never closed"), _("a bracket is never closed")
_NO_NAME, _NO_KEY = _("a name is missing after the dot"), _("an object key must be text")
_TOO_LONG, _TOO_DEEP = _("it is too long"), _("it is nested too deep")
_WRITE = _("write {meant}")


class _WrongError(Exception):
    """The text is not a valid expression; `diagnostic` has the error."""

    def __init__(self, problem: str, start: int, end: int, hint: str = "", **values: str) -> None:
        super().__init__(problem)
        span = Span("", 1, start + 1, max(end - start, 1))
        self.diagnostic = Diagnostic(rules.BASE_SYNTAX, span, {"problem": problem, **values}, hint)


def parse_expression(text: str) -> tuple[Node | None, list[Diagnostic]]:
    """Parse an expression such as `due < today() + "7d"`; for an invalid one, return None and a finding.

    The column of the finding is the offset in the text plus one. Never raises.
    """
    try:
        return _Parser(text).whole(), []
    except _WrongError as wrong:
        return None, [wrong.diagnostic]


class _Parser:
    """Reads one text from left to right."""

    def __init__(self, text: str) -> None:
        if len(text) > MAX_LENGTH:
            raise _WrongError(_TOO_LONG, MAX_LENGTH - 1, MAX_LENGTH)
        self.text, self.at, self.depth = text, 0, 0

    def whole(self) -> Node:
        node = self._binary(0)
        if self._skip() < len(self.text):
            raise self._unexpected(_NO_OPERATOR)
        return node

    def _skip(self) -> int:
        found = _BLANK.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.at

    def _operator(self) -> str:
        """Return the next operator without consuming it."""
        found = _OPERATOR.match(self.text, self._skip())
        return found[0] if found else ""

    def _take(self, sign: str) -> bool:
        """Consume an operator if it comes next."""
        if self._operator() != sign:
            return False
        self.at += len(sign)
        return True

    def _unexpected(self, problem: str) -> _WrongError:
        """Return the error about an unexpected next token."""
        start = min(self._skip(), max(len(self.text.rstrip()) - 1, 0))
        found = _NAME.match(self.text, start) or _OPERATOR.match(self.text, start)
        if found and (meant := _ELSEWHERE.get(found[0])) and self.at == start:
            return _WrongError(problem, start, found.end(), _WRITE, meant=meant)
        if self.text[start : start + 1] in {'"', "'"} and not _TEXT.match(self.text, start):
            return _WrongError(_OPEN_TEXT, start, start + 1)
        is_known = found or start >= len(self.text) or self.text[start].isalnum() or self.text[start] in "\"'"
        return _WrongError(problem if is_known else _UNKNOWN_SIGN, start, found.end() if found else start + 1)

    def _deeper(self, by: int = 1) -> None:
        self.depth += by
        if self.depth > MAX_DEPTH:
            raise _WrongError(_TOO_DEEP, min(self.at, len(self.text) - 1), min(self.at + 1, len(self.text)))

    def _binary(self, least: int) -> Node:
        before = self.depth
        self._deeper(_NESTED)
        left = self._unary()
        while _PRECEDENCE.get(sign := self._operator(), 0) > least:
            self._deeper()  # a chain is a tree as deep as it is long
            start = self.at
            self.at += len(sign)
            left = Binary(sign, left, self._binary(_PRECEDENCE[sign]), start, start + len(sign))
        self.depth = before
        return left

    def _unary(self) -> Node:
        sign, start = self._operator(), self.at
        if sign not in {"!", "-"}:
            return self._suffixes(self._value())
        self.at += 1
        self._deeper(_NESTED)
        operand = self._unary()
        self.depth -= _NESTED
        return Unary(sign, operand, start, start + 1)

    def _suffixes(self, node: Node) -> Node:
        """Parse the suffixes of a value: `.name`, `.name(…)`, `[…]`."""
        before = self.depth
        while True:
            if self._take("."):
                node = self._member(node)
            elif self._operator() == "[":
                start = self.at
                self.at += 1
                node = IndexExpression(node, self._binary(0), start, self._close("]", start))
            else:
                break
            self._deeper()
        self.depth = before
        return node

    def _member(self, node: Node) -> Node:
        found = _NAME.match(self.text, self._skip())
        if not found:
            raise self._unexpected(_NO_NAME)
        self.at = found.end()
        if self._operator() == "(":
            return Call(node, found[0], self._arguments(), found.start(), found.end())
        return MemberExpression(node, found[0], found.start(), found.end())

    def _arguments(self) -> tuple[Node, ...]:
        start = self.at
        self.at += 1
        return self._items(")", start)

    def _items(self, end: str, start: int) -> tuple[Node, ...]:
        """Parse values separated by commas up to a closing bracket."""
        items: list[Node] = []
        if self._take(end):
            return ()
        while True:
            items.append(self._binary(0))
            if not self._take(","):
                self._close(end, start)
                return tuple(items)

    def _close(self, end: str, start: int) -> int:
        if not self._take(end):
            is_open = self._skip() >= len(self.text)
            raise _WrongError(_OPEN_BRACKET, start, start + 1) if is_open else self._unexpected(_NO_OPERATOR)
        return self.at

    def _value(self) -> Node:
        start = self._skip()
        if found := _NUMBER.match(self.text, start):
            self.at = found.end()
            return Literal(Decimal(found[0]), start, self.at)
        if found := _TEXT.match(self.text, start):
            self.at = found.end()
            written = found[1] if found[1] is not None else found[2]
            return Literal(_ESCAPE.sub(lambda each: _ESCAPES.get(each[1], each[1]), written), start, self.at)
        if found := _NAME.match(self.text, start):
            return self._word(found)
        if found := _PATTERN.match(self.text, start):
            self.at = found.end()
            return Pattern(found[1], found[2], start, self.at)
        return self._bracket(start)

    def _word(self, found: re.Match[str]) -> Node:
        self.at = found.end()
        if self._operator() == "(":
            return Call(None, found[0], self._arguments(), found.start(), found.end())
        if found[0] in _WORDS:
            return Literal(_WORDS[found[0]], found.start(), found.end())
        return Name(found[0], found.start(), found.end())

    def _bracket(self, start: int) -> Node:
        if self._take("("):
            node = self._binary(0)
            self._close(")", start)
            return node
        if self._take("["):
            return Several(self._items("]", start), start, self.at)
        if self._take("{"):
            return Pairs(self._pairs(start), start, self.at)
        raise self._unexpected(_NO_VALUE)

    def _pairs(self, start: int) -> tuple[tuple[str, Node], ...]:
        pairs: list[tuple[str, Node]] = []
        if self._take("}"):
            return ()
        while True:
            at = self._skip()
            key = self._value()
            text = key.value if isinstance(key, Literal) else key.name if isinstance(key, Name) else None
            if not isinstance(text, str):
                raise _WrongError(_NO_KEY, at, self.at)
            if not self._take(":"):
                raise self._unexpected(_NO_VALUE)
            pairs.append((text, self._binary(0)))
            if not self._take(","):
                self._close("}", start)
                return tuple(pairs)
