"""A dataset of many repositories: twenty roadmaps are made and exported, their files are copied under other names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from milemark.foundation.i18n import Language
from milemark.output.export.dataset import dataset_files
from milemark.output.export.formats import ExportInput
from milemark.output.urls import Addresses
from milemark.query.load import checked_for_audience, load_with_bases

TODAY = date(2026, 11, 28)
_MADE, _PEOPLE, _MILESTONES = 20, 300, 4
_ROADMAP = """\
title: Repository {0}
statuses: {{open: active, later: planned, done: done}}
sources: {{r{1:04d}: ../r{1:04d}}}
collections: {{items: {{}}, milestones: {{role: milestone}}, people: {{role: person}}}}
"""


def write_dataset(folder: Path, repositories: int, items: int, days_ago: tuple[int, ...]) -> None:
    """Write the states of repositories with a number of items each, on some days before `TODAY`."""
    for ago in days_ago:
        made = [_files(number, repositories, items, ago) for number in range(min(_MADE, repositories))]
        for number in range(repositories):
            for path, data in made[number % len(made)].items():
                place = folder / path.replace("repository=X", f"repository=r{number:04d}")
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(data)


def _files(number: int, repositories: int, items: int, ago: int) -> Mapping[str, bytes]:
    texts = _texts(number, (number * 7 + 3) % repositories, items, ago)
    loaded = load_with_bases({path: text.encode() for path, text in texts.items()}, TODAY - timedelta(days=ago))
    roadmap = checked_for_audience(loaded, "public").roadmap
    return dataset_files(ExportInput(roadmap, Language("en"), Addresses(f"https://example.org/{number}/")), "X")


def _texts(number: int, other: int, items: int, ago: int) -> Mapping[str, str]:
    people = [f"p{(number * 3 + each) % _PEOPLE}" for each in range(5)]
    texts = {"roadmap.yml": _ROADMAP.format(number, other)}
    texts |= {f"people/{each}.md": f"---\ntitle: Person {each}\n---\n" for each in people}
    for each in range(_MILESTONES):
        due = TODAY + timedelta(days=30 * each + number % 20 - 5 * (ago > 0))
        texts[f"milestones/m{each}.md"] = f"---\ntitle: M{each} of {number}\ndue: {due}\n---\n"
    for each in range(items - len(people) - _MILESTONES):
        due = TODAY + timedelta(days=(each * 3 + number) % 120 - 30 + 7 * (not ago and each % 4 == 0))
        status, person = ("open", "later", "done")[(each + number) % 3], people[each % 5]
        needs = f"depends_on: [i{each - 1}]\n" if each % 5 == 1 else ""
        text = f"title: Item {each} of {number}\nstatus: {status}\ndue: {due}\nassignee: {person}\n{needs}"
        tasks = "- [x] a\n" * (each % 4) + "- [ ] b\n" * (3 - each % 3)
        texts[f"items/i{each}.md"] = f"---\n{text}milestone: m{each % _MILESTONES}\n---\n{tasks}"
    return texts
