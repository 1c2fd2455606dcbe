"""The calendar, as two readers that are not ours understand it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
import vobject
from icalendar import Calendar

import roadmaps
from milemark.foundation.i18n import Language
from milemark.output.export.calendar import calendar
from milemark.output.urls import Addresses
from milemark.roadmap.load import load
from support import load_texts

DAY = date(2025, 6, 15)
HEAD = """\
title: "{title}"
locale: {locale}
statuses: {{open: active, done: done, gone: dropped}}
collections: {{items: {{label: Items}}, milestones: {{role: milestone}}, notes: {{role: record}}}}
"""
SITE = Addresses("https://example.org/plan/")


def made(items: Mapping[str, str], locale: str = "en", title: str = "Plan", site: Addresses = SITE) -> bytes:
    files = {"roadmap.yml": HEAD.format(locale=locale, title=title)}
    files |= {path: f"---\n{fields}\n---\n" for path, fields in items.items()}
    roadmap = load_texts(files, DAY).roadmap
    return calendar(roadmap, Language(locale), site)


def events_of(data: bytes) -> list[Any]:
    return list(Calendar.from_ical(data).events)


@pytest.mark.parametrize(
    ("due", "first", "note"),
    [
        ("2025-03-14", date(2025, 3, 14), ""),
        ("2025-W10", date(2025, 3, 9), "due week 10 of 2025: a calendar shows its last day"),
        ("2025-02", date(2025, 2, 28), "due February 2025: a calendar shows its last day"),
        ("2025-Q1", date(2025, 3, 31), "due Q1 2025: a calendar shows its last day"),
        ("2024", date(2024, 12, 31), "due 2024: a calendar shows its last day"),
    ],
)
def test_what_is_due_takes_the_last_day_of_its_time_and_says_so(due: str, first: date, note: str) -> None:
    (event,) = events_of(made({"items/one.md": f"title: One\nstatus: open\ndue: {due}"}))
    assert (event["DTSTART"].dt, event.end, event.duration) == (first, first + timedelta(days=1), timedelta(days=1))
    assert event["DESCRIPTION"].split("\n") == list(filter(None, ["Status: open", note]))
    assert (event["SUMMARY"], event["URL"]) == ("One", "https://example.org/plan/items/one/")


@pytest.mark.parametrize(
    ("fields", "first", "note"),
    [
        ("status: done\ndue: 2025-03\nfinished: 2025-05-02", date(2025, 5, 2), []),
        ("status: done\ndue: 2025-03\nfinished: 2025-05", date(2025, 5, 31), ["finished May 2025"]),
        ("status: done\ndue: 2025-03\nfinished: 2025-06", DAY, ["finished June 2025"]),
        ("status: done\ndue: 2025-03-04", date(2025, 3, 4), []),
        ("status: open\ndue: 2025-03-04\nfinished: 2025-02-01", date(2025, 3, 4), []),
    ],
)
@pytest.mark.parametrize("path", ["items/one.md", "milestones/one.md"])
def test_done_work_is_on_the_day_it_was_finished(path: str, fields: str, first: date, note: list[str]) -> None:
    (event,) = events_of(made({path: f"title: One\n{fields}"}))
    assert event["DTSTART"].dt == first
    assert event["DESCRIPTION"].split("\n")[1:] == note


def test_the_note_is_in_the_language_of_the_roadmap() -> None:
    (event,) = events_of(made({"items/one.md": "title: One\ndue: 2025-Q1"}, "ko"))
    assert event["DESCRIPTION"] == "마감: 2025년 1분기. 달력에는 그 마지막 날로 표시됩니다"


@pytest.mark.parametrize(
    ("path", "fields", "is_shown"),
    [
        ("items/a.md", "due: 2025", True),
        ("items/a.md", "start: 2025", False),
        ("items/a.md", "title: A", False),
        ("items/a.md", "due: 2025\nstatus: gone", False),
        ("milestones/a.md", "due: 2025", True),
        ("milestones/a.md", "start: 2025-01-02", True),
        ("notes/a.md", "due: 2025", False),
    ],
)
def test_milestones_and_due_work_are_in_it(path: str, fields: str, is_shown: bool) -> None:
    assert len(events_of(made({path: fields}))) == is_shown


def test_an_event_stays_the_same_when_its_file_title_or_date_changes() -> None:
    before = {"items/one.md": "title: One\ndue: 2025-01", "items/two.md": "title: Two\ndue: 2025-01"}
    after = {"items/moved/one.md": "title: First\ndue: 2025-06-02", "items/two.md": "title: Two\ndue: 2026"}
    first, second = ({str(event["UID"]) for event in events_of(made(each))} for each in (before, after))
    assert first == second
    assert len(first) == 2


def test_two_roadmaps_do_not_share_an_event() -> None:
    items = {"items/one.md": "title: One\ndue: 2025-01"}
    sites = (SITE, Addresses("https://example.org/other/"), Addresses())
    found = {str(events_of(made(items, site=site))[0]["UID"]) for site in sites}
    assert len(found | {str(events_of(made(items, title="Another", site=Addresses()))[0]["UID"])}) == 4


def test_both_readers_understand_a_hostile_calendar() -> None:
    files = {path: text.encode() for path, text in roadmaps.hostile().items()}
    roadmap = load(files, DAY).roadmap
    data = calendar(roadmap, Language("en"), SITE)
    expected = {" ".join(item.title.split()) for item in roadmap.items if item.due}
    found = events_of(data)
    assert {str(event["SUMMARY"]) for event in found} == expected
    again = vobject.readOne(data.decode())
    assert {event.summary.value for event in again.vevent_list} == expected
    assert {event.uid.value for event in again.vevent_list} == {str(event["UID"]) for event in found}
    assert {event.dtstart.value for event in again.vevent_list} == {event["DTSTART"].dt for event in found}


@pytest.mark.parametrize(
    "escape", ["\\r\\nATTACH:x", "\\nEND:VEVENT", "\\u2028END:VEVENT", "\\x0b", "\\x85", "\\x1b]8;;x"]
)
def test_a_title_adds_no_line(escape: str) -> None:
    data = made(
        {"items/one.md": f'title: "One{escape}"\ndue: 2025-01', "items/two.md": f'summary: "a{escape}"\ndue: 2025'}
    )
    assert data.count(b"\r\n") == len(data.decode().splitlines())
    for event in events_of(data):
        assert set(event) == {
            *("UID", "DTSTAMP", "DTSTART", "SUMMARY", "DESCRIPTION", "TRANSP"),
            "CATEGORIES",
            "URL",
        }
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))


@pytest.mark.parametrize("due", ["0001", "1900-W01", "9999-12", "9999-12-31"])
def test_far_dates_are_dates(due: str) -> None:
    (event,) = events_of(made({"items/one.md": f"title: One\ndue: {due}"}))
    assert str(event["DTSTART"].dt.year).zfill(4) in {due[:4], "1899"}
