"""The level of the headings of a file that are probably its items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from milemark.markdown.document import Document, Heading
from milemark.roadmap.heading_fields import read_heading_fields
from milemark.roadmap.heading_items import LEVELS
from milemark.roadmap.heading_marks import read_marks
from milemark.roadmap.settings import Settings

USUAL = 2
_HALF = 2
_TELLING = frozenset({"status", "due", "start", "finished"})


class _Found(NamedTuple):
    """A heading: whether a field or a mark tells its status or a date, whether it has tasks, and whether it is a group.

    A group is only a date or a status, `Q2 2025`, or has nothing of its own above the next deeper heading.
    """

    level: int
    words: str
    is_told: bool
    has_tasks: bool
    is_group: bool


def level_setting(level: int) -> str:
    """Return the value of `items` for a level: `headings` for the usual one, else `h3`."""
    return next(name for name, each in LEVELS.items() if each == level)


def likely_level(settings: Settings, document: Document) -> int:
    """Return the level whose headings have a status or a date, else the one with tasks, else the one below groups."""
    found = _without_titles([*_headings(settings, document)])
    levels = {
        level: [each for each in found if each.level == level] for level in sorted({each.level for each in found})
    }
    told = {level: sum(each.is_told for each in own) for level, own in levels.items()}
    busy = {level: sum(each.is_told or each.has_tasks for each in own) for level, own in levels.items()}
    for counts in (told, busy):
        if any(counts.values()):
            return _most(levels, counts)
    return next((level for level, own in levels.items() if level >= USUAL and not _are_groups(own, levels)), USUAL)


def _most(levels: Mapping[int, Sequence[_Found]], counts: Mapping[int, int]) -> int:
    """Return the outermost level at which most headings count, else the one at which the largest number does.

    Parts of items are none themselves: then it is the level around them.
    """
    often = (level for level, own in levels.items() if _HALF * counts[level] > len(own) and not _repeat(own))
    found = next(often, max(levels, key=lambda level: (counts[level], -level)))
    outer = [level for level in levels if level < found]
    return outer[-1] if outer and _repeat(levels[found]) else found


def _repeat(own: Sequence[_Found]) -> bool:
    """Whether the same headings stand again and again, such as `Tasks`: these are parts of items."""
    return len({each.words for each in own}) * _HALF <= len(own) and len(own) > 1


def _are_groups(own: Sequence[_Found], levels: Iterable[int]) -> bool:
    has_deeper = any(level > own[0].level for level in levels)
    return has_deeper and _HALF * sum(each.is_group for each in own) > len(own)


def _without_titles(found: Sequence[_Found]) -> Sequence[_Found]:
    """Return headings without the one of level 1 that is the title of the file."""
    titles = [each for each in found if each.level == 1]
    return [each for each in found if each.level > 1 or len(titles) > 1]


def _headings(settings: Settings, document: Document) -> Iterable[_Found]:
    lines = document.body.split("\n")
    outer = [each for each in document.headings if not each.is_nested]
    starts = [each.span.line - document.body_line for each in outer]
    tasks = [task.span.line - document.body_line for task in document.tasks]
    levels = [*(each.level for each in outer[1:]), 0]
    for heading, start, end, next_level in zip(outer, starts, [*starts[1:], len(lines)], levels, strict=False):
        own = lines[start + heading.height : end]
        has_tasks = any(start < line < end for line in tasks)
        is_empty = not any(line.strip() for line in own) and next_level > heading.level
        yield _found(settings, document, (heading, own, is_empty), has_tasks=has_tasks)


def _found(
    settings: Settings, document: Document, part: tuple[Heading, Sequence[str], bool], *, has_tasks: bool
) -> _Found:
    heading, own, is_empty = part
    marks, whole = read_marks(settings, heading.text), read_marks(settings, heading.text, is_whole=True)
    fields = read_heading_fields(settings, settings.loose, document.path, own, 1).entries
    told = {key.text for key, _node in fields} | {*marks.fields}
    is_mark = not whole.text
    return _Found(
        heading.level,
        marks.text.casefold(),
        bool(told & _TELLING) and not is_mark,
        has_tasks,
        is_mark or (is_empty and not has_tasks),
    )
