"""A board of Obsidian's Kanban plugin: lanes are statuses, cards are items."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from milemark.foundation.errors import UserError
from milemark.foundation.layout import PRIVATE
from milemark.imports.imported import Converter, Import, Imported, Value, entry_document
from milemark.markdown.document import Document
from milemark.markdown.outline import parse_blocks, plain_text
from milemark.markdown.private_sections import read_sections
from milemark.roadmap.settings import Collection, Settings, Stage

_LANE = re.compile(r"##[ \t]+(?P<name>.*?)(?:[ \t]*\(\d+\))?[ \t]*$")
_CARD = re.compile(r"[-*+][ \t]+\[(?P<mark>.)\][ \t]+(?P<text>.*)$")
_DATE = re.compile(r"[ \t]*@\{(?:\[\[)?(?P<day>[^}\]]+)(?:\]\])?\}|[ \t]*@\[\[(?P<linked>[^\]]+)\]\]")
_TIME = re.compile(r"[ \t]*@@\{[^}]*\}")
_TAG = re.compile(r"(?:^|(?<=\s))#(?P<tag>[^\s#,;.]+)")
_MARK, _SETTINGS = "kanban-plugin", "%% kanban:settings"  # the plugin writes both


class NoBoardError(UserError):
    """A file is not a board; the message gives the reason."""


class _Card(NamedTuple):
    lane: str
    is_private: bool
    is_archived: bool
    is_done: bool
    text: str
    body: str


def read_kanban(document: Document, settings: Settings, collection: Collection | None) -> Import:
    """Return the cards of a board, each with the status of its lane; those of the archive are done or dropped.

    Raises NoBoardError for another file.
    """
    if not document.fields.get(_MARK) and _SETTINGS not in document.body:
        raise NoBoardError(
            f"{document.path} is not a board of Obsidian's Kanban plugin: its front matter has no `{_MARK}`\n"
            "  = `milemark import roadmap` reads a file whose headings are items"
        )
    converter = Converter(settings, collection)
    items = tuple(_item(converter, document, card) for card in _cards(document.body))
    return Import(items, converter.notes)


def _cards(body: str) -> Iterator[_Card]:
    """Yield the cards of all lanes. A line `**Complete**` below a lane says that its cards are done."""
    lane, is_archive, is_done, below = "", False, False, False
    lines = body.partition(_SETTINGS)[0].split("\n")
    private = read_sections("", body, 1).lines(body)
    hidden = _no_lanes(body) - {*private}
    for number, line in enumerate(lines):
        if number in hidden:
            continue
        if line.rstrip() == "***":
            below = True
        elif found := _LANE.match(line):
            lane, is_archive, is_done = found["name"], below, False
        elif line.strip() == "**Complete**":
            is_done = True
        elif card := _CARD.match(line):
            text = "\n".join(_indented(lines[number + 1 :])).strip("\n")
            is_ticked = is_done or card["mark"] in "xX"
            yield _Card(lane, number in private, is_archive, is_ticked, card["text"], text)


def _no_lanes(body: str) -> frozenset[int]:
    """Return the lines of comments and code."""
    blocks = (each.map for each in parse_blocks(body) if each.type in {"html_block", "fence"} and not each.level)
    return frozenset(number for block in blocks if block for number in range(*block))


def _indented(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines of a card below its first one, without the blanks of its list."""
    for line in lines:
        if line.strip() and not line[0].isspace():
            return
        yield re.sub(r"^(?:\t| {1,4})", "", line)


def _item(converter: Converter, document: Document, card: _Card) -> Imported:
    dated = [_TIME.sub("", each) for each in (card.text, card.body)]
    days = [found["day"] or found["linked"] for each in dated for found in _DATE.finditer(each)]
    text, body = (_DATE.sub("", each) for each in dated)
    tags = tuple(found["tag"] for found in _TAG.finditer(text))
    title = " ".join(plain_text(_TAG.sub("", text)).split()) or "Untitled"
    pairs: list[tuple[str, Value]] = [("title", title), ("status", _status(converter, card)), ("tags", tags)]
    fields = converter.fields([*pairs, *(("due", day) for day in days)])
    origins = (document, *([entry_document([("audience", PRIVATE)])] if card.is_private else []))
    source = converter.unique(f"kanban:{document.path}#{title}")
    return Imported(source, title, fields, body.strip("\n"), origins=origins)


def _status(converter: Converter, card: _Card) -> str:
    if card.is_archived:
        return converter.word(Stage.DONE if card.is_done else Stage.DROPPED)
    return converter.word(Stage.DONE) if card.is_done else card.lane
