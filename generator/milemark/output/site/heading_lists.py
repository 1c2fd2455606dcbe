"""The list of items in place of the headings that are items, on the page of their file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from milemark.markdown.document import Document
from milemark.roadmap.model import Item

_BLOCK = "\n```milemark\nfrom: items\nwhere: id in ({ids})\n```\n"


def with_items(document: Document, items: Sequence[Item]) -> str:
    """Return the body of a page with a query block where items stood: one for all items between two texts."""
    lines = document.body.split("\n")
    for group in reversed([*_groups(document, items)]):
        place = group[0].document.span.line - document.body_line
        lines.insert(place, _block(group))
    return "\n".join(lines)


def _groups(document: Document, items: Sequence[Item]) -> Iterator[list[Item]]:
    """Yield the items of the page that stand below each other, without other text between them."""
    lines = document.body.split("\n")
    found = sorted(items, key=lambda item: item.document.span.line)
    group = found[:1]
    for before, item in pairwise(found):
        first, last = (each.document.span.line - document.body_line for each in (before, item))
        if any(line.strip() for line in lines[first:last]):
            yield group
            group = []
        group.append(item)
    if group:
        yield group


def _block(items: Sequence[Item]) -> str:
    ids = ", ".join("'{}'".format(item.id.replace("'", "''")) for item in items)
    return _BLOCK.format(ids=ids)
