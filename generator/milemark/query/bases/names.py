"""The texts in an expression of a base that name a file, such as `link("api")`, and new names in their place."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from milemark.markdown.wikilinks import parse_wikilink
from milemark.query.bases.ast import Binary, Call, Literal, MemberExpression, Name, Node
from milemark.query.bases.formulas.checks import parts
from milemark.query.bases.formulas.syntax import parse_expression

_CALLS = frozenset({"link", "file", "hasLink", "linksTo"})
_OF_FILE = frozenset({"name", "basename", "path"})
_QUOTES = ('"', "'")


def with_names(text: str, new_name: Callable[[str], str | None]) -> str | None:
    """Return an expression with new names of files, or None if it stays as it is."""
    root, _findings = parse_expression(text)
    place, found = 0, list[str]()
    for literal in sorted(_names(root), key=lambda each: each.start) if root else ():
        old, written = str(literal.value), text[literal.start : literal.end]
        new = new_name(old)
        if new and written[:1] in _QUOTES and written[1:-1] == old:
            found += [text[place : literal.start + 1], new]
            place = literal.end - 1
    return "".join([*found, text[place:]]) if found else None


def _names(root: Node) -> Iterator[Literal]:
    """Yield the texts that name a file: arguments, the other sides of comparisons, and all in double brackets."""
    named: list[Node] = []
    for node in parts(root):
        named += node.arguments[:1] if isinstance(node, Call) and node.name in _CALLS else _compared(node)
    for node in parts(root):
        if isinstance(node, Literal) and isinstance(node.value, str) and (node in named or parse_wikilink(node.value)):
            yield node


def _compared(node: Node) -> tuple[Node, ...]:
    """Return the other side of a comparison with the name or the path of a file."""
    if not isinstance(node, Binary) or node.operator not in {"==", "!="}:
        return ()
    sides = (node.left, node.right)
    return tuple(other for side, other in zip(sides, sides[::-1], strict=True) if _is_of_file(side))


def _is_of_file(node: Node) -> bool:
    is_member = isinstance(node, MemberExpression) and node.name in _OF_FILE
    return is_member and isinstance(node, MemberExpression) and isinstance(node.of, Name) and node.of.name == "file"
