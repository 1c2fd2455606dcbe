"""The sections of a body that hold tasks alone, behind the text that presents the work.

A body keeps its order where another one would break it: if sections of tasks and of text alternate, as in a diary or a
course, if a list stands below no heading of its own, and if footnotes follow the last section.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from itertools import pairwise

from markdown_it.token import Token

from milemark.markdown.rendering.html import HeadingPiece, Piece
from milemark.markdown.rendering.parser import Blocks, box_of

_LISTS = ("bullet_list_open", "ordered_list_open")
_HEADING, _ITEM = "heading_open", "list_item_open"
_TEXT_OF_ITEM = 3  # the level of the text of a list item: list, item, paragraph


def tasks_last(pieces: Sequence[Piece], blocks: Blocks, marks: Container[str] = "") -> Sequence[Piece]:
    """Return the pieces of a rendered body with its one run of sections of tasks at the end."""
    tokens = blocks.tokens
    heads = [number for number, token in enumerate(tokens) if token.type == _HEADING and not token.level]
    places = [number for number, piece in enumerate(pieces) if isinstance(piece, HeadingPiece)]
    if not heads or len(heads) != len(places) or blocks.footnotes:
        return pieces
    highest = min(tokens[number].tag for number in heads)
    parts = [(number, place) for number, place in zip(heads, places, strict=True) if tokens[number].tag == highest]
    ends = [*pairwise([*parts, (len(tokens), len(pieces))])]
    run = [span for span in ends if _holds_tasks(tokens[span[0][0] : span[1][0]], marks)]
    first, end = (run[0][0][1], run[-1][1][1]) if run else (0, 0)
    is_one = sum(first <= span[0][1] < end for span in ends) == len(run)
    return [*pieces[:first], *pieces[end:], *pieces[first:end]] if is_one else pieces


def _holds_tasks(tokens: Sequence[Token], marks: Container[str]) -> bool:
    """Whether a section has lists in which each item is a task, headings, and nothing else."""
    outer = {token.type for token in tokens if not token.level and token.nesting >= 0}
    items = sum(token.type == _ITEM and token.level == 1 for token in tokens)
    texts = (token.content for token in tokens if token.info == "item" and token.level == _TEXT_OF_ITEM)
    return (
        outer <= {_HEADING, *_LISTS} and items > 0 and sum(box_of(text, marks) is not None for text in texts) == items
    )
