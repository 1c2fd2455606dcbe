"""The footnotes of a body, numbered in the order of their references, as Python-Markdown shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from milemark.foundation.escaping import page_attribute


@dataclass(slots=True)
class _Footnote:
    """A footnote that is referred to: its name in addresses, and where its content is: tokens, or a text."""

    name: str
    content: tuple[int, int] | list[Token]
    references: int = 0


class Footnotes:
    """Collects the references while the body is rendered. `ranges` are the tokens of the definitions by their first."""

    def __init__(self, tokens: Sequence[Token], prefix: str) -> None:
        self.prefix = prefix
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
        note = self.used.setdefault(key, _Footnote(page_attribute(self.prefix + name), content))
        note.references += 1
        number = 1 + list(self.used).index(key)
        repeated = "" if note.references == 1 else note.references
        return f'<sup id="fnref{repeated}:{note.name}"><a class="footnote-ref" href="&#35;fn:{note.name}">{number}</a></sup>'

    def render(self, block: Callable[[int, int], list[str]], text: Callable[[list[Token]], str]) -> str:
        """Return the block of all footnotes, or an empty text. `block` renders tokens from a first to an end."""
        items = [*self._items(block, text)]
        notes = self.used.values()
        written = (
            f'<li id="fn:{note.name}">{_with_links(pieces, note, number)}</li>'
            for number, (note, pieces) in enumerate(zip(notes, items, strict=True), 1)
        )
        return f'<div class="footnote"><hr><ol>{"".join(written)}</ol></div>' if items else ""

    def _items(self, block: Callable[[int, int], list[str]], text: Callable[[list[Token]], str]) -> Iterator[list[str]]:
        done = 0
        while done < len(self.used):  # a footnote may refer to others
            content = list(self.used.values())[done].content
            yield ["<p>", text(content), "</p>"] if isinstance(content, list) else block(*content)
            done += 1


def _with_links(pieces: list[str], note: _Footnote, number: int) -> str:
    """Add the links back to the references to the last paragraph of a footnote."""
    links = "".join(
        f'<a class="footnote-backref" href="&#35;fnref{"" if each == 1 else each}:{note.name}" '
        f'title="Jump back to footnote {number} in the text">&#8617;</a>'
        for each in range(1, note.references + 1)
    )
    if pieces[-1:] == ["</p>"]:
        return f"{''.join(pieces[:-1])}&#160;{links}</p>"
    return f"{''.join(pieces)}<p>{links}</p>"
