"""Write a text as a YAML scalar in a given style; another style is used only if the text cannot be written in it."""

from __future__ import annotations

import re
import textwrap

import yaml

from milemark.foundation.escaping import json_text
from milemark.markdown.byte_tree import BLOCK_STYLES
from milemark.markdown.document import Scalar, Sequence
from milemark.markdown.yaml import read_yaml

_RESOLVERS = yaml.SafeLoader.yaml_implicit_resolvers
_HEADER = re.compile(r"[|>][-+0-9]*")


def scalar_text(text: str, style: str = "", *, is_text: bool = True, is_flow: bool = False) -> str:
    """Return a text as a scalar in one line: plain or with the quotes of `style` if possible.

    A value that is text gets quotes if other readers of YAML would take it for a number, a date or a truth value.
    """
    if style == "'" and "\n" not in text and _reads_back(single := _single(text), text, is_flow=is_flow):
        return single
    if style == '"':
        return json_text(text)
    is_safe = not is_text or reads_as_text(text)
    return text if is_safe and _reads_back(text, text, is_flow=is_flow, is_plain=True) else json_text(text)


def _single(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def reads_as_text(text: str) -> bool:
    """Whether other readers of YAML take a plain scalar for a text."""
    return not any(pattern.match(text) for _tag, pattern in _RESOLVERS.get(text[:1], []))


def _reads_back(written: str, text: str, *, is_flow: bool, is_plain: bool = False) -> bool:
    """Whether a scalar has the meaning of a text, as the value of a key or as an entry in brackets."""
    if "\n" in written or "\r" in written:
        return False
    root, findings = read_yaml("", f"k: [{written}]\n" if is_flow else f"k: {written}\n")
    value = root.get("k") if root else None
    if is_flow:
        value = value.items[0] if isinstance(value, Sequence) and len(value.items) == 1 else None
    return not findings and isinstance(value, Scalar) and value.text == text and value.is_plain == is_plain


def block_text(text: str, old: str) -> str | None:
    r"""Return a text in the block style, indentation and width of an old block scalar, or None if it has none.

    `old` is the old scalar as written, with its line ends as `\n`.
    """
    header, _newline, rest = old.partition("\n")
    lines = [line for line in rest.split("\n") if line.strip()]
    if not lines or not text.strip() or any(line != line.strip() for line in text.split("\n")):
        return None
    indent = lines[0][: len(lines[0]) - len(lines[0].lstrip())]
    content = _folded(text, max(map(len, lines)) - len(indent), len(lines)) if header[0] == ">" else text.split("\n")
    return "\n".join([header, *(f"{indent}{line}" if line else "" for line in content)])


def _folded(text: str, width: int, height: int) -> list[str]:
    """Return the lines of a folded text, not wider than the old ones if there were several."""
    paragraphs = [_wrapped(part, width) if height > 1 else [part] for part in text.split("\n")]
    return [line for number, part in enumerate(paragraphs) for line in ([""] * bool(number) + part)]


def _wrapped(text: str, width: int) -> list[str]:
    lines = textwrap.wrap(text, max(width, 1), break_long_words=False, break_on_hyphens=False)
    return lines if " ".join(lines) == text else [text]


def has_header_comment(written: str) -> bool:
    """Whether a comment stands behind the sign of a block scalar."""
    header = written.split("\n", 1)[0]
    return header[:1] in BLOCK_STYLES and _HEADER.sub("", header, count=1).strip() != ""
