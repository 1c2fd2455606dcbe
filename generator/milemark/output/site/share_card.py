"""The picture that a shared link shows, as SVG: the title, a sentence and a name, in lines that fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from unicodedata import combining, east_asian_width

from milemark.foundation.escaping import html_text
from milemark.output.site.share_tags import CARD_SIZE, HOME
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.settings import NO_OWNER, Role

_FONTS = (
    "Pretendard, 'Noto Sans CJK KR', 'Noto Sans KR', 'Apple SD Gothic Neo', 'Malgun Gothic', 'Noto Sans', sans-serif"
)
_ACCENT = "#1f5fbf"
_LEFT, _WIDTH = 80, 1040
_WIDE, _NARROW = 1.0, 0.56  # ems: the mean width of Hangul and of other letters


@dataclass(frozen=True, slots=True)
class CardText:
    """The text of a card. `above` is a line over the title, `below` the name at its foot."""

    above: str
    title: str
    sentence: str
    below: str


def cards(roadmap: Roadmap) -> Mapping[str, CardText]:
    """Return the texts of the cards of the home page and of featured items, by the paths of the pages."""
    owner, settings = roadmap.settings.owner or NO_OWNER, roadmap.settings
    home = CardText(owner.role, owner.name or settings.title, owner.headline or settings.goal, settings.title)
    featured = (item for item in roadmap.of_role(Role.ITEM) if item.values.get("featured") is True)
    return {HOME: home, **{item.path: _of(item, owner.name or settings.title) for item in featured}}


def _of(item: Item, name: str) -> CardText:
    sentence = item.text("result") or item.text("summary") or item.text("goal")
    return CardText(" · ".join(item.texts("stack")[:5]), item.title, sentence, name)


def card_svg(card: CardText) -> str:
    """Return the picture of a card."""
    width, height = CARD_SIZE
    lines = "".join(_lines(card))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<rect width="{width}" height="{height}" fill="#fbfbfa"/><rect width="24" height="{height}" '
        f'fill="{_ACCENT}"/><g font-family="{_FONTS}">{lines}</g></svg>'
    )


def _lines(card: CardText) -> Iterator[str]:
    size = 60 if wrapped(card.title, 76, 2)[1:] else 76
    at = 150.0
    for text in wrapped(card.above, 30, 1):
        yield _line(text, at, 30, _ACCENT, 600)
    at += 26
    for text in wrapped(card.title, size, 2):
        at += size * 1.15
        yield _line(text, at, size, "#15181d", 700)
    at += 36
    for text in wrapped(card.sentence, 38, 3):
        at += 38 * 1.4
        yield _line(text, at, 38, "#4b5563", 400)
    for text in wrapped(card.below, 30, 1):
        yield _line(text, CARD_SIZE[1] - 64, 30, "#4b5563", 600)


def _line(text: str, at: float, size: int, colour: str, weight: int) -> str:
    return (
        f'<text x="{_LEFT}" y="{at:g}" font-size="{size}" font-weight="{weight}" fill="{colour}">'
        f"{html_text(text)}</text>"
    )


def wrapped(text: str, size: int, most: int) -> tuple[str, ...]:
    """Return a text in lines of the card, at most `most`, between words where there are any; the rest becomes `…`."""
    room, lines = _WIDTH / size, [""]
    for word in text.split():
        for piece in _pieces(word, room):
            joined = f"{lines[-1]} {piece}".strip()
            if _ems(joined) > room:
                lines.append(piece)
            else:
                lines[-1] = joined
    if len(lines) > most:
        last = lines[most - 1]
        while last and _ems(f"{last}…") > room:
            last = last[:-1]
        lines = [*lines[: most - 1], f"{last.rstrip()}…"]
    return tuple(line for line in lines if line)


def _pieces(word: str, room: float) -> Iterator[str]:
    """Yield the parts of a word that is wider than a line."""
    while _ems(word) > room:
        cut = next(n for n in range(1, len(word) + 1) if n == len(word) or _ems(word[: n + 1]) > room)
        yield word[:cut]
        word = word[cut:]
    if word:
        yield word


def _ems(text: str) -> float:
    return sum(_WIDE if east_asian_width(each) in "WF" else _NARROW for each in text if not combining(each))
