"""The résumé of a roadmap's owner: records of a career, proven skills, and the work to tell of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from milemark.roadmap.metrics.skills import categories
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.settings import NO_OWNER, Collection, Owner, Role, Stage

RECORDS = ("work", "education", "certificates", "awards", "talks")  # the names of their collections
_PLACES = ("company", "institution", "organization", "issuer", "event")


@dataclass(frozen=True, slots=True)
class ResumeRecords:
    """The records of one collection, the newest first."""

    collection: Collection
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class ResumeSkills:
    """Proven skills of one category."""

    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Resume:
    """A résumé; `projects` are the works that it tells of, in order."""

    owner: Owner
    records: tuple[ResumeRecords, ...]
    skills: tuple[ResumeSkills, ...]
    projects: tuple[Item, ...]

    @staticmethod
    def place(record: Item) -> str:
        """Return the company, school, issuer or event of a record, or an empty text."""
        return next((text for name in _PLACES if (text := record.text(name))), "")


def resume(roadmap: Roadmap, projects: Iterable[Item] | None = None) -> Resume:
    """Return the résumé of a roadmap.

    By default, the works are the featured ones that have begun, and the done ones with a result.
    """
    return Resume(
        roadmap.settings.owner or NO_OWNER,
        tuple(_records(roadmap)),
        tuple(_skills(roadmap)),
        tuple(_told(roadmap) if projects is None else projects),
    )


def _records(roadmap: Roadmap) -> Iterator[ResumeRecords]:
    for name in RECORDS:
        collection = roadmap.settings.collections.get(name)
        items = sorted(roadmap.in_collection(name), key=lambda item: _newest(roadmap, item), reverse=True)
        if collection and items:
            yield ResumeRecords(collection, tuple(items))


def _newest(roadmap: Roadmap, item: Item) -> tuple[date, date]:
    """Return the sort key of a record: one without an end still runs."""
    end = item.finished or item.due
    is_running = end is None and item.start is not None
    start = item.start.first if item.start else date.min
    return roadmap.as_of if is_running else end.last if end else date.min, start


def _skills(roadmap: Roadmap) -> Iterator[ResumeSkills]:
    for category in categories(roadmap):
        proven = tuple(skill.item for skill in category.held if skill.is_proven)
        if proven:
            yield ResumeSkills(category.title, proven)


def _told(roadmap: Roadmap) -> Iterator[Item]:
    items = [item for item in roadmap.of_role(Role.ITEM) if item.stage not in {Stage.PLANNED, Stage.DROPPED}]
    featured = [item for item in items if item.values.get("featured") is True]
    yield from featured
    yield from (item for item in items if item.stage is Stage.DONE and item.text("result") and item not in featured)
