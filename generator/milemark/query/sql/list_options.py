"""The options of `milemark list` as a query block."""

from __future__ import annotations

from collections.abc import Mapping

from milemark.foundation.diagnostics import Diagnostic, Span
from milemark.markdown.document import Mapping as YamlMapping
from milemark.markdown.document import Node, Scalar, Sequence
from milemark.query.sql.block import Block, BlockReader
from milemark.query.sql.engine import Engine


def list_block(options: Mapping[str, str], engine: Engine) -> tuple[Block | None, list[Diagnostic]]:
    """Read the options of a command line as a block, and the findings about them; each option is a path of its own.

    `list_block({"--where": "stage = 'active'", "--columns": "id, title"}, engine)`
    """
    entries = [(Scalar(name.lstrip("-"), _span(name, text)), _value(name, text)) for name, text in options.items()]
    diagnostics: list[Diagnostic] = []
    reader = BlockReader(YamlMapping(tuple(entries), Span("")), engine, diagnostics)
    return reader.select("table", is_page=False), diagnostics


def _value(name: str, text: str) -> Node:
    """Return the value of an option. Columns are separated by the commas outside of brackets."""
    if name != "--columns":
        return Scalar(text, _span(name, text))
    columns, depth, start = list[Scalar](), 0, 0
    for place, letter in enumerate(f"{text},"):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if (letter == "," and depth <= 0) or place == len(text):
            part = text[start:place]
            column = start + len(part) - len(part.lstrip()) + 1
            columns.append(Scalar(part.strip(), Span(name, 1, column, max(len(part.strip()), 1))))
            start = place + 1
    return Sequence(tuple(columns), _span(name, text))


def _span(name: str, text: str) -> Span:
    return Span(name, width=max(len(text.split("\n", maxsplit=1)[0]), 1))
