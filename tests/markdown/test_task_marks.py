"""The marks that tools append to a task, and the text without them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milemark.markdown.task_marks import MarkedText, read_marks

APPENDED = (
    "✅ 2025-03-01",
    "✅2025-03-01",
    "📅 2025-03-01",
    "🗓️ 2025-03-01",
    "⏳ 2025-03-01",
    "🛫 2025-03-01",
    "➕ 2025-03-01",
    "❌ 2025-03-01",
    "⏰ 2025-03-01 10:00",
    "🔁 every month on the 1st",
    "🔁 매주 월요일",
    "⏫",
    "🔽️",
    "🆔 ab12",
    "⛔ ab12,cd34",
    "🏁 delete",
    "[completion:: 2025-03-01]",
    "[due::2025-03-01]",
    "(priority:: high)",
    "[due:: [[2025-03-01]]]",
    "@done(2025-03-01)",
    "@done(2025-03-01 10:00)",
    "@today",
    "@{2025-03-01} @@{10:00}",
    "(@2025-03-01 10:00)",
    "due:2025-03-01 rec:1w",
    "#home/rent",
    "#집",
    "(#123)",
    "^block-id",
    "%%[ticktick_id:: 64f0]%%",
    "<!-- todoist: 64f0, due 2025-03-01 -->",
)


@pytest.mark.parametrize(
    ("text", "rank"),
    [
        ("a 🔺", 1),
        ("a ⏫ 📅 2025-03-01", 2),
        ("a [priority:: medium]", 3),
        ("a", 4),
        ("a 🔽️", 5),
        ("a (priority:: lowest)", 6),
    ],
)
def test_tasks_sort_by_their_priority(text: str, rank: int) -> None:
    assert read_marks(text).priority == rank


@pytest.mark.parametrize("mark", APPENDED)
@pytest.mark.parametrize("text", ["Pay rent", "이력서 정리", "C#", "Ask #team by 10:30: why [so] (or not)?"])
def test_what_a_tool_appends_is_no_part_of_the_text(text: str, mark: str) -> None:
    assert read_marks(f"{text} {mark}").text == text
    assert read_marks(f"{text} #tag {mark} ⏫ ^id").text == text


@pytest.mark.parametrize(
    "text",
    [
        "Pay rent",
        "Ask #backend team",
        "✅ celebrate",
        "Buy ➕ sell",
        "Ship it 🚀",
        "mail me@example.org",
        "see https://example.org/a:b",
        "leave at 10:30",
        "learn C++ and F#",
        "[docs](guide.md) and [x] (y)",
        "x^2",
    ],
)
def test_signs_and_tags_within_a_text_belong_to_it(text: str) -> None:
    assert read_marks(text) == MarkedText(text)


def test_fields_and_leading_tags_are_marks_anywhere() -> None:
    found = read_marks("#task Pay [due:: 2025-03-01] the ➕ 2025-02-01 rent (at:: home)")
    assert found.text == "Pay the rent"
    assert [tuple(mark) for mark in found.marks] == [
        ("", "#task"),
        ("due", "2025-03-01"),
        ("created", "2025-02-01"),
        ("at", "home"),
    ]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("a ✅ 2025-03-01", "2025-03-01"),
        ("a [completion:: 2025-03-01]", "2025-03-01"),
        ("a (Completed:: [[2025-03-01]])", "2025-03-01"),
        ("a @done(2025-03-01 10:00)", "2025-03-01"),
        ("a ✅ 2025-02-30", None),
        ("a ✅ 2025-03-01 ✅ 2025-03-04", "2025-03-04"),
        ("a ✅", None),
        ("a [completion:: 2025-03]", None),
        ("a 📅 2025-03-01", None),
        ("a 2025-03-01", None),
    ],
)
def test_the_day_on_which_a_task_was_done_is_read(text: str, day: str | None) -> None:
    assert read_marks(text).day("done") == (date.fromisoformat(day) if day else None)


@given(st.text(st.characters(codec="utf-8"), max_size=40), st.lists(st.sampled_from(APPENDED), max_size=5))
def test_marks_after_any_text_leave_it_as_it_is_without_them(text: str, marks: list[str]) -> None:
    plain = " ".join(text.split())
    assert read_marks(" ".join((plain, *marks, "^id"))).text == read_marks(f"{plain} ^id").text


@pytest.mark.parametrize("piece", ["[k::", "(k::", "🔁 a ", "✅ ", "#a ", "@a(", "a:b ", "^a "])
def test_a_long_text_of_marks_is_read_in_linear_time(piece: str) -> None:
    assert read_marks(piece * 20_000).text is not None
