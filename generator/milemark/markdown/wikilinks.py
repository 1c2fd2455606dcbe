"""The one parser of `[[wikilinks]]`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from milemark.markdown.document import Node, Scalar, Sequence

# The text may hold single brackets, but no `[[`: so a line full of `[[` costs one look at each character.
_REST = r"(?:\\?\|(?P<text>(?:[^\[\]\n]|\[(?!\[)|\](?!\]))*))?\]\]"  # a table escapes the bar
_HEADING = r"(?:#(?P<heading>[^\[\]|\n]*?))"
_WIKILINK = re.compile(rf"(?P<embed>!?)\[\[(?P<target>[^\[\]|#\n]+?){_HEADING}?{_REST}")
_ANY_WIKILINK = re.compile(rf"(?P<embed>!?)\[\[(?:(?P<target>[^\[\]|#\n]+?){_HEADING}?|#(?P<own>[^\[\]|\n]+?)){_REST}")


class Wikilink(NamedTuple):
    """A link `[[target#heading|text]]`, or an embed with `!` before it; `start` and `end` are its place in its text.

    The parts are stripped; `heading` and `text` may be empty.
    """

    target: str
    heading: str = ""
    text: str = ""
    is_embed: bool = False
    start: int = 0
    end: int = 0

    @property
    def path(self) -> str:
        """The target without slashes around it: `/plans/redis` is below content/."""
        return self.target.strip("/")

    @property
    def address(self) -> str:
        """The target with its heading: `redis#locks`."""
        return f"{self.target}#{self.heading}" if self.heading else self.target


def find_wikilinks(text: str) -> Iterator[Wikilink]:
    """Yield the wikilinks and embeds of a text in their order."""
    if "[[" in text:
        yield from map(_wikilink, _WIKILINK.finditer(text))


def find_all_wikilinks(text: str) -> Iterator[Wikilink]:
    """Yield the wikilinks and embeds of a text in their order, with those into the text itself: `[[#heading]]`."""
    for found in _ANY_WIKILINK.finditer(text) if "[[" in text else ():
        link = wikilink_at(text, found.start())
        assert link is not None, "it was found"  # noqa: S101
        yield link


def wikilink_at(text: str, place: int) -> Wikilink | None:
    """Return the wikilink or embed at a place of a text, or None; the target of `[[#heading]]` is empty."""
    found = _ANY_WIKILINK.match(text, place)
    if found is None or found["own"] is None:
        return _wikilink(found) if found else None
    return Wikilink("", found["own"].strip(), (found["text"] or "").strip(), bool(found["embed"]), place, found.end())


def parse_wikilink(text: str) -> Wikilink | None:
    """Return the wikilink that a text consists of, or None: `[[redis#locks|Redis]]`."""
    found = _WIKILINK.fullmatch(text.strip())
    return _wikilink(found) if found else None


def parse_reference(text: str) -> Wikilink:
    """Return a reference with or without its brackets: `[[redis|Redis]]`, `redis|Redis`, `redis`."""
    return parse_wikilink(text) or parse_wikilink(f"[[{text.strip()}]]") or Wikilink(text.strip())


def wikilink_of(node: Node) -> Wikilink | None:
    """Return the wikilink of a YAML value, or None: without quotes, YAML reads `[[redis]]` as a list in a list."""
    if isinstance(node, Scalar):
        return parse_wikilink(node.text)
    inner = _only(_only(node))
    return parse_wikilink(f"[[{inner.text}]]") if isinstance(inner, Scalar) else None


def _only(node: Node | None) -> Node | None:
    return node.items[0] if isinstance(node, Sequence) and len(node.items) == 1 else None


def replace_wikilinks(text: str, written: Callable[[Wikilink], str | None]) -> str:
    """Return a text with `written(link)` for each wikilink; where that is None, the link stays."""

    def replaced(found: re.Match[str]) -> str:
        new = written(_wikilink(found))
        return found[0] if new is None else new

    return _WIKILINK.sub(replaced, text)


def _wikilink(found: re.Match[str]) -> Wikilink:
    target, heading, text = ((found[part] or "").strip() for part in ("target", "heading", "text"))
    return Wikilink(target, heading, text, bool(found["embed"]), found.start(), found.end())
