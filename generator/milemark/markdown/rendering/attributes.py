"""Attribute lists: `{#id .class width=300}`, with or without a colon, as Python-Markdown's attr_list reads them.

Braces that hold anything else are text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_PART = (
    r"""(?:\#[^\s}\#="'<>]+|\.[^\s}.\#="'<>]+|[A-Za-z_:][\w:.-]*=(?:"[^"\n]*"|'[^'\n]*'|[^\s"'=<>`}]+)|data-[\w-]+)"""
)
_LIST = rf"\{{:?[ ]*(?P<list>{_PART}(?:[ ]+{_PART})*)[ ]*\}}"
_ONE = re.compile(_PART)
INLINE = re.compile(_LIST)  # right behind an element
_LINE = re.compile(rf"(?:^|\n)[ \t]*{_LIST}[ \t]*$")  # the last line of a paragraph or list item
_TAIL = re.compile(rf"(?:^|[ \t]){_LIST}[ \t]*$")  # the end of a heading or table cell
# The id of a heading in MDX: `{/*next-steps*/}` in the documentation of React, `{/* #next-steps */}` in Docusaurus.
MDX_ID = re.compile(r"[ \t]\{/\*(?:[ \t]*\#(?P<named>[\w-]+)[ \t]*|(?P<bare>[\w-]+))\*/\}[ \t]*\#*[ \t]*(?=\n|\Z)")

NO_ATTRIBUTES: Mapping[str, str] = {}


def parse_attributes(text: str) -> dict[str, str]:
    """Return the attributes in the text between the braces; several classes become one attribute."""
    found: dict[str, str] = {}
    for part in _ONE.findall(text):
        name, sign, value = part.partition("=")
        if part[0] == "#":
            found["id"] = part[1:]
        elif part[0] == ".":
            found["class"] = f"{found['class']} {part[1:]}" if "class" in found else part[1:]
        else:
            found[name] = value[1:-1] if sign and value[0] in "\"'" else value
    return found


def split_mdx_id(text: str) -> tuple[str, str]:
    """Split the id in a comment of MDX from the end of a heading's text."""
    found = MDX_ID.search(text)
    return (text[: found.start()].rstrip(), id_) if found and (id_ := mdx_id(found)) else (text, "")


def mdx_id(found: re.Match[str]) -> str:
    """Return the id that a match of `MDX_ID` holds. It is in lower case; of other words, the text is empty."""
    id_ = found["named"] or found["bare"]
    return id_ if id_ == id_.lower() else ""


def split_attributes(text: str, *, is_line: bool) -> tuple[str, Mapping[str, str]]:
    """Split the attribute list from the end of a block's text: its last line, or the last words of one line."""
    found = (_LINE if is_line else _TAIL).search(text, max(text.rfind("\n") if is_line else 0, 0))
    if found is None:
        return text, NO_ATTRIBUTES
    return text[: found.start()].rstrip(), parse_attributes(found["list"])
