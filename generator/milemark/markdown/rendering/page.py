"""Write a body as the text of a page: finished HTML, one line for each run of blocks, between headings in Markdown.

The publisher makes its table of contents, search index and anchors from the headings. Their ids are written out, so
they do not depend on its settings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Sequence

from milemark.foundation.escaping import as_entities
from milemark.markdown.rendering.anchors import anchors_in, find_anchor
from milemark.markdown.rendering.headings import below_title, heading_ids
from milemark.markdown.rendering.hooks import NO_HOOKS, Hooks
from milemark.markdown.rendering.html import HeadingPiece, Piece, ViewPiece, render, render_part
from milemark.markdown.rendering.parser import read_blocks
from milemark.markdown.rendering.raw import finished_html
from milemark.markdown.rendering.task_sections import tasks_last

_TAG = re.compile(r"<[^<>]*>")
_VALUE = re.compile(r'"[^"]*"')
_SIGN = re.compile(r"&#?\w+;|[^\w\s]")
_EMPTY = "&#8203;"
_EMPHASIS = re.compile(r"(?<!\w)_|_(?!\w)|__")
_NOT_IN_WORD = re.compile(r"[^\w.-]")

Clean = Callable[[str], str]


def for_page(  # noqa: PLR0913  each is needed
    body: str,
    hooks: Hooks = NO_HOOKS,
    marks: Container[str] = "",
    clean: Clean | None = None,
    *,
    has_title_above: bool = False,
    has_tasks_last: bool = False,
) -> str:
    r"""Return a body as the text that its page holds: `*a*\n# b` is `<div><p><em>a</em></p></div>\n\n# b {#b}`.

    `clean` sanitises the HTML of an untrusted body. Letters in `marks` are marks of tasks. A page that has its title
    above the body does not show the heading with which the body begins. One that presents a work has its tasks last.
    """
    blocks = below_title(read_blocks(body)) if has_title_above else read_blocks(body)
    pieces: Sequence[Piece] = render(blocks, hooks, marks)
    pieces = tasks_last(pieces, blocks, marks) if has_tasks_last else pieces
    return "\n\n".join(_written(piece, clean) for piece in pieces)


def _written(piece: Piece, clean: Clean | None) -> str:
    if isinstance(piece, HeadingPiece):
        return _heading(piece, clean)
    return piece.text if isinstance(piece, ViewPiece) else f"<div>{_cleaned(piece, clean)}</div>"


def for_embed(body: str, part: str, prefix: str, hooks: Hooks = NO_HOOKS, marks: Container[str] = "") -> str | None:
    """Return a body as HTML in one line, for a hook that shows it within another body. Its ids begin with `prefix`.

    `part` names a heading or a block of it, as behind `#` in a wikilink, or is empty; None if the body lacks it.
    """
    blocks = read_blocks(body)
    anchor = find_anchor(anchors_in(blocks, heading_ids(blocks, marks), marks), part) if part else None
    return None if part and anchor is None else render_part(blocks, anchor, prefix, hooks, marks)


def _cleaned(text: str, clean: Clean | None) -> str:
    return finished_html(clean(text)) if clean else text


def _heading(piece: HeadingPiece, clean: Clean | None) -> str:
    shown = _as_inline(_cleaned(piece.html, clean).strip()) or _EMPTY
    return f"{'#' * piece.level} {shown} {attribute_list(piece.id, piece.classes)}"


def attribute_list(id_: str, classes: str = "") -> str:
    """Return the attribute list of a heading: `{#plan_1 .wide}`."""
    names = [_NOT_IN_WORD.sub("", name) for name in classes.split()]
    written = " .".join([f"#{_NOT_IN_WORD.sub('', id_)}", *names])
    # Python-Markdown takes `__a__` for emphasis, even there. MkDocs does not know an id with a backslash as an anchor.
    if written.count("_") > 1 and _EMPHASIS.search(written):
        written = written.replace("_", "\\_")
    return f"{{{written}}}"


def _as_inline(text: str) -> str:
    """Return the HTML of a heading with all its punctuation as entities, since a publisher reads it as inline text."""
    tags = [_VALUE.sub(lambda value: f'"{_as_entities(value[0][1:-1])}"', tag) for tag in _TAG.findall(text)]
    texts = [*map(_as_entities, _TAG.split(text))]
    return "".join(part for pair in zip(texts, [*tags, ""], strict=True) for part in pair)


def _as_entities(text: str) -> str:
    return _SIGN.sub(lambda found: found[0] if len(found[0]) > 1 else as_entities(found[0]), text)
