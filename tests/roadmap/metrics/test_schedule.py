"""The hours of a week by the entries of the schedule."""

from __future__ import annotations

import pytest

from milemark.roadmap.metrics.schedule import days_in, week_hours
from support import load_texts

ROADMAP = """\
statuses: {todo: planned, off: paused}
collections:
  schedule: {role: record, fields: {days: {type: array}, hours: {}, time: {}}}
  work: {}
"""


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Mon-Fri", "01234"),
        ("monday, Wed", "02"),
        ("Sat–Mon", "560"),
        ("fri ~ sat", "45"),
        ("weekdays", "01234"),
        ("every day", "0123456"),
        ("주중 (월-금)", "01234"),
        ("주말 (토-일)", "56"),
        ("화요일, 목요일", "13"),
        ("월 수", "02"),
        ("moonlight", ""),
        ("이동 시간", ""),
        ("일정", ""),
        ("", ""),
    ],
)
def test_days_are_read_as_people_write_them(text: str, days: str) -> None:
    assert days_in(text) == frozenset(map(int, days))


def test_entries_with_hours_are_the_capacity_of_a_week() -> None:
    files = {
        "roadmap.yml": ROADMAP,
        "schedule/study.md": "---\ndays: 주중 (월-금)\nhours: 1.5\n---\n",
        "schedule/oss.md": "---\ndays: [sat, sun]\nhours: 3h\n---\n",
        "schedule/more.md": "---\ndays: Sat\nhours: 1\n---\n",
        "schedule/off.md": "---\ndays: Sun\nhours: 9\nstatus: off\n---\n",
        "schedule/job.md": "---\ndays: Mon-Fri\ntime: 9 to 6\n---\n",
        "schedule/some.md": "---\ntitle: Some\ndays: when I can\nhours: 2\n---\n",
        "work/a.md": "---\ndays: Mon\nhours: 2\n---\n",
    }
    found = week_hours(load_texts(files).roadmap)
    assert [*found.hours] == [1.5, 1.5, 1.5, 1.5, 1.5, 4, 3]
    assert [item.id for item in found.unread] == ["some"]


def test_capacity_in_roadmap_yml_wins_over_the_schedule() -> None:
    files = {"roadmap.yml": f"{ROADMAP}capacity: {{mon: 4}}\n", "schedule/a.md": "---\ndays: Sat\nhours: 1\n---\n"}
    assert week_hours(load_texts(files).roadmap).hours == (4, 0, 0, 0, 0, 0, 0)


def test_a_schedule_without_hours_says_nothing() -> None:
    files = {"roadmap.yml": ROADMAP, "schedule/a.md": "---\ndays: Sat\ntime: 퇴근 후 1-2시간\n---\n"}
    assert week_hours(load_texts(files).roadmap) == ((), ())
