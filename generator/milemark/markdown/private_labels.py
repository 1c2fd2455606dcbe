"""The labels around the private parts of a page on the private site."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import NamedTuple

from milemark.markdown.comments import DELIMITER, margin_at, merged, without_ranges
from milemark.markdown.private_marks import is_alone
from milemark.markdown.private_sections import Range, read_sections

_QUOTE = re.compile(r">[ \t]*\Z")
_PLUGIN = re.compile(rf"{DELIMITER}\s*[\w-]+:settings\b")


class Labels(NamedTuple):
    """The HTML around the private parts of a page: a paragraph above and below, or tags within a line."""

    above: str
    below: str
    opening: str
    closing: str


def marked(body: str, labels: Labels) -> str:
    """Return a body with labels around its private parts, in place of the comments and the `%%` around them.

    Comments that a plugin of Obsidian writes, such as `%% kanban:settings … %%`, are left out.
    """
    found = read_sections("", body, 1)
    written, last = [], 0
    for start, stop in found.parts:
        marks = found.marks[bisect_left(found.marks, (start,)) : bisect_left(found.marks, (stop,))]
        text = without_ranges(body[start:stop], ((first - start, end - start) for first, end in merged(marks)))
        written += [body[last:start], _labelled(body, (start, stop), text, labels)]
        last = stop
    return "".join([*written, body[last:]])


def _labelled(body: str, part: Range, text: str, labels: Labels) -> str:
    start, stop = part
    if not text.strip("> \t\n") or _PLUGIN.match(body, start):
        return ""
    if "\n" not in text and not is_alone(body, start, stop):
        return f"{labels.opening}{text.strip()}{labels.closing}"
    line = body.rfind("\n", 0, start) + 1
    indent = margin_at(body, line)
    if body.startswith("[!", line + len(indent)):  # a callout, whose first line must stay its first
        indent = _QUOTE.sub("", indent)
    empty, own = indent.rstrip(), indent if start > line else ""
    above = f"\n{empty}" if start > line else empty
    return "\n".join([above, indent + labels.above, empty, own + text, empty, indent + labels.below, empty, own])
