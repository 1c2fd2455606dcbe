"""What `milemark list` asks: the options of a command line as those of a query block, each a text to itself."""

from __future__ import annotations

from collections.abc import Mapping

from milemark.foundation.diagnostics import Diagnostic, Span
from milemark.markdown.document import Mapping as Written
from milemark.markdown.document import Node, Scalar, Sequence
from milemark.query import Engine
from milemark.queryblock import Block, Reader


def list_question(options: Mapping[str, str], engine: Engine) -> tuple[Block | None, list[Diagnostic]]:
    """Return what options ask as a command line gives them, and what is wrong; each is a file to itself.

    `list_question({"--where": "stage = 'active'", "--columns": "id, title"}, engine)`
    """
    spans = {name: _whole(name, text) for name, text in options.items()}
    entries = [(Scalar(name.lstrip("-"), spans[name]), _listed(name, text)) for name, text in options.items()]
    diagnostics: list[Diagnostic] = []
    reader = Reader(Written(tuple(entries), Span("")), engine, diagnostics)
    return reader.asked("table", is_shown=False), diagnostics


def _listed(name: str, text: str) -> Node:
    """Return an option as a value: columns are apart by commas, but for those in brackets."""
    if name != "--columns":
        return Scalar(text, _whole(name, text))
    found, depth, start = list[Scalar](), 0, 0
    for place, letter in enumerate(f"{text},"):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if (letter == "," and depth <= 0) or place == len(text):
            part = text[start:place]
            column = start + len(part) - len(part.lstrip()) + 1
            found.append(Scalar(part.strip(), Span(name, 1, column, max(len(part.strip()), 1))))
            start = place + 1
    return Sequence(tuple(found), _whole(name, text))


def _whole(name: str, text: str) -> Span:
    return Span(name, width=max(len(text.split("\n", maxsplit=1)[0]), 1))
