"""New addresses in a text in place of old ones: code, comments, titles and all other text stay as they are."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from milemark.markdown.addresses import Address, Form, addresses_in
from milemark.markdown.link_places import written_links
from milemark.markdown.wikilinks import find_all_wikilinks

NewAddress = Callable[[Address], str | None]

_ATTRIBUTE = re.compile(
    r"""\b(?:href|src|data|poster)[ \t\n]*=[ \t\n]*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))""", re.IGNORECASE
)


class TextSplice(NamedTuple):
    """A new text in place of that from `start` to `end`."""

    start: int
    end: int
    text: str


class NewLinks(NamedTuple):
    """The splices that write new addresses into a text, and the old addresses that stay, since none can be written."""

    splices: tuple[TextSplice, ...] = ()
    left: tuple[Address, ...] = ()


def new_links(body: str, new_address: NewAddress) -> NewLinks:
    """Return the splices that give a body the addresses of `new_address`, which is None for those that stay.

    The result is parsed again: each address in it is the new one, or the old one where that stays.
    """
    old = addresses_in(body)
    new = [new_address(each) or each.text for each in old]
    changed = sum(each.text != text for each, text in zip(old, new, strict=True))
    if not changed:
        return NewLinks()
    found = [*_candidates(body, new_address)]
    if len(found) != changed or not _holds(body, found, new):
        found = [each for each in found if _is_one(body, each, old, new)]
    after = addresses_in(spliced_text(body, found))
    if [each.form for each in after] != [each.form for each in old]:
        found, after = [], old
    left = tuple(each for each, text, now in zip(old, new, after, strict=True) if now.text != text)
    return NewLinks(tuple(found), left)


def spliced_text(text: str, splices: Sequence[TextSplice]) -> str:
    """Return a text with splices."""
    parts, place = [], 0
    for start, end, new in sorted(splices):
        parts += [text[place:start], new]
        place = end
    return "".join([*parts, text[place:]])


def _holds(body: str, found: Sequence[TextSplice], new: Sequence[str]) -> bool:
    return [each.text for each in addresses_in(spliced_text(body, found))] == [*new]


def _is_one(body: str, splice: TextSplice, old: Sequence[Address], new: Sequence[str]) -> bool:
    """Whether a splice alone changes addresses, and only to those that are wanted: one in code changes none."""
    after = addresses_in(spliced_text(body, [splice]))
    if len(after) != len(old):
        return False
    now = [(each.text, text, wanted.text) for wanted, text, each in zip(old, new, after, strict=True)]
    return any(found != before for found, _new, before in now) and all(found in (text, was) for found, text, was in now)


def _candidates(body: str, new_address: NewAddress) -> Iterator[TextSplice]:
    """Yield the splices of all texts that look like addresses."""
    for start, end, address in sorted({*_links(body), *_wikilinks(body), *_attributes(body)}):
        new = new_address(address)
        if new is not None and new != address.text:
            yield TextSplice(start, end, new)


def _links(body: str) -> Iterator[tuple[int, int, Address]]:
    for link in written_links(body):
        if link.address:
            form = Form.PICTURE if link.is_image else Form.LINK
            is_bracketed = body[link.place.start] == "<"
            start, end = link.place.start + is_bracketed, link.place.stop - is_bracketed
            yield start, end, Address(link.address, form, 0, 0)


def _wikilinks(body: str) -> Iterator[tuple[int, int, Address]]:
    for link in find_all_wikilinks(body):
        start = link.start + (3 if link.is_embed else 2)
        written = re.split(r"\\?\|", body[start : link.end - 2], maxsplit=1)[0]
        start += len(written) - len(written.lstrip())
        yield (
            start,
            start + len(written.strip()),
            Address(link.address, Form.EMBED if link.is_embed else Form.WIKILINK, 0, 0),
        )


def _attributes(body: str) -> Iterator[tuple[int, int, Address]]:
    for found in _ATTRIBUTE.finditer(body):
        group = found.lastindex or 1
        yield *found.span(group), Address(html.unescape(found[group].strip()), Form.HTML, 0, 0)
