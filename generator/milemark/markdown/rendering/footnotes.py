"""The footnotes of a body, numbered in the order of their references, as Python-Markdown shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from milemark.foundation.escaping import page_attribute


@dataclass(slots=True)
class _Footnote:
    """A footnote that is referred to: its name in addresses, its number, and the tokens or the text of it."""

    name: str
    number: int
    content: tuple[int, int] | list[Token]
    references: int = 0


class Footnotes:
    """Collects the references while the body is rendered. `ranges` are the tokens of the definitions by their first."""

    def __init__(self, tokens: Sequence[Token], prefix: str) -> None:
        self.prefix, self.rendered = prefix, 0
        self.ranges: dict[int, int] = {}
        self.defined: dict[str, tuple[int, int]] = {}
        self.used: dict[str, _Footnote] = {}
        begun: list[int] = []
        for number, token in enumerate(tokens):
            if token.type == "footnote_reference_open":
                begun.append(number)
            elif token.type == "footnote_reference_close":
                first = begun.pop()
                self.ranges[first] = number + 1
                self.defined.setdefault(tokens[first].meta["label"], (first + 1, number))

    def reference(self, token: Token) -> str:
        """Return the HTML of a reference."""
        label = token.meta.get("label")
        name = label or f"inline-{len(self.used) + 1}"
        key = f"^{label}" if label else f"inline {name}"
        content = self.defined[label] if label else token.children or []
        number = len(self.used) + 1
        note = self.used.setdefault(key, _Footnote(page_attribute(self.prefix + name), number, content))
        note.references += 1
        repeated = "" if note.references == 1 else note.references
        link = f'<a class="footnote-ref" href="&#35;fn:{note.name}">{note.number}</a>'
        return f'<sup id="fnref{repeated}:{note.name}">{link}</sup>'

    def render(self, block: Callable[[int, int], list[str]], text: Callable[[list[Token]], str]) -> str:
        """Return the block of all footnotes, or an empty text. `block` renders tokens from a first to an end."""
        items = [*self._items(block, text)]
        written = (
            f'<li id="fn:{note.name}">{_with_links(pieces, note)}</li>'
            for note, pieces in zip(self.used.values(), items, strict=True)
        )
        return f'<div class="footnote"><hr><ol>{"".join(written)}</ol></div>' if items else ""

    def _items(self, block: Callable[[int, int], list[str]], text: Callable[[list[Token]], str]) -> Iterator[list[str]]:
        notes: list[_Footnote] = []
        while len(notes) < len(self.used):  # a footnote may refer to others
            notes = [*self.used.values()]
            for note in notes[self.rendered :]:
                self.rendered = note.number
                content = note.content
                yield ["<p>", text(content), "</p>"] if isinstance(content, list) else block(*content)


def _with_links(pieces: list[str], note: _Footnote) -> str:
    """Add the links back to the references to the last paragraph of a footnote."""
    links = "".join(
        f'<a class="footnote-backref" href="&#35;fnref{"" if each == 1 else each}:{note.name}" '
        f'title="Jump back to footnote {note.number} in the text">&#8617;</a>'
        for each in range(1, note.references + 1)
    )
    if pieces[-1:] == ["</p>"]:
        return f"{''.join(pieces[:-1])}&#160;{links}</p>"
    return f"{''.join(pieces)}<p>{links}</p>"
