"""Texts that look alike are recognised, with the letter that differs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milemark.foundation.suggestions import Words, declared_word, difference, meant, nearest, skeleton

ALIKE = (
    ("\u0430pi", "api", 1, "CYRILLIC SMALL LETTER A", "LATIN SMALL LETTER A"),
    ("ap\u0456", "api", 3, "CYRILLIC SMALL LETTER BYELORUSSIAN-UKRAINIAN I", "LATIN SMALL LETTER I"),
    ("API", "\u0410PI", 1, "LATIN CAPITAL LETTER A", "CYRILLIC CAPITAL LETTER A"),
    ("st\u03bfre", "store", 3, "GREEK SMALL LETTER OMICRON", "LATIN SMALL LETTER O"),
    ("ｓtore", "store", 1, "FULLWIDTH LATIN SMALL LETTER S", "LATIN SMALL LETTER S"),
    ("store–bridge", "store-bridge", 6, "EN DASH", "HYPHEN-MINUS"),
    ("sto\u200bre", "store", 4, "ZERO WIDTH SPACE", "LATIN SMALL LETTER R"),
    ("store\u200b", "store", 6, "ZERO WIDTH SPACE", "—"),
    ("\u3131", "\u1100", 1, "HANGUL LETTER KIYEOK", "HANGUL CHOSEONG KIYEOK"),
    ("\u1112\u1161\u11ab", "한", 1, "HANGUL CHOSEONG HIEUH", "HANGUL SYLLABLE HAN"),
)


@pytest.mark.parametrize(("text", "known", "place", "own", "there"), ALIKE)
def test_the_hint_for_a_lookalike_names_the_different_letter(
    text: str, known: str, place: int, own: str, there: str
) -> None:
    assert Words(("other", known)).lookalike(text) == known
    assert difference(text, known) == {"place": str(place), "own": own, "there": there}
    hint, values = meant(text, (known,))
    assert hint.format(**values).startswith(f'it only looks like "{known}": letter {place} is {own} here')


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("api", "api"),
        ("API", "api"),
        ("вот", "bot"),
        ("한글", "한굴"),
        ("l0", "lo"),
        ("store", "storebridge"),
        ("", "a"),
    ],
)
def test_equal_and_clearly_different_texts_are_not_lookalikes(text: str, known: str) -> None:
    assert Words((known,)).lookalike(text) is None


@given(st.text(max_size=20))
def test_a_text_is_not_a_lookalike_of_itself(text: str) -> None:
    assert skeleton(text) == skeleton(text)
    assert Words((text,)).lookalike(text) is None


@given(st.text(max_size=8), st.sampled_from("аеорсАВЕ—\u200bａ"), st.text(max_size=8))
def test_the_first_difference_of_two_lookalikes_is_named(before: str, letter: str, after: str) -> None:
    text = before + letter + after
    if known := Words((skeleton(text),)).lookalike(text):
        found = difference(text, known)
        assert found["own"] != found["there"]
        assert 1 <= int(found["place"]) <= len(text) + 1


MEANT = (
    ("stauts", "status", ("title", "status")),
    ("depends", "depends_on", ("due", "depends_on")),
    ("prio", "priority", ("private", "priority")),
    ("start_date", "start", ("status", "start")),
    ("Depends On", "depends_on", ("depends_on",)),
    ("완룐", "완료", ("예정", "완료")),
    ("진행", "진행 중", ("예정", "진행 중")),
    ("qurry-engine", "query-engine", ("store", "query-engine")),
)
NOT_MEANT = (
    ("repo", "reason"),
    ("cover", "order"),
    ("owner", "order"),
    ("Paused", "planned"),
    ("progress", "postgresql"),
    ("x", "y"),
    ("", "id"),
)


@pytest.mark.parametrize(("text", "word", "known"), MEANT)
def test_a_misspelt_or_cut_word_leads_to_the_known_one(text: str, word: str, known: tuple[str, ...]) -> None:
    assert nearest(text, known) == word


@pytest.mark.parametrize(("text", "known"), NOT_MEANT)
def test_a_different_word_is_not_suggested(text: str, known: str) -> None:
    assert nearest(text, (known,)) is None


def test_a_word_is_the_declared_one_in_any_case() -> None:
    assert declared_word(" In Progress ", ("planned", "in progress")) == "in progress"
    assert declared_word("Done", ("done", "Done")) == "Done"
    assert declared_word("in-progress", ("in progress",)) is None


def test_searches_among_many_words_compare_up_to_a_limit() -> None:
    known = tuple(f"item-{number:04}-of-a-plan" for number in range(2_000))
    words = Words(known, comparisons=4_000)
    found = [words.nearest(name.replace("of", "off")) for name in known]
    assert found[:2] == list(known[:2])
    assert found[2:] == [None] * 1_998
    assert words.nearest("Item 1999 of a plan") == known[1_999]


@given(st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=8), st.text(max_size=8))
def test_a_suggestion_is_a_known_word(known: list[str], text: str) -> None:
    assert nearest(text, tuple(known)) in {None, *known}


@pytest.mark.parametrize(
    ("text", "known", "word"),
    [
        ("task-3", ("draft-1", "BACK-23", "task-1", "task-30"), None),
        ("tsak-3", ("task-1", "task-3"), "task-3"),
        ("TASK3", ("task-13", "task-3"), "task-3"),
        ("할일-2", ("할일-1", "한일-1"), None),
        ("v1.2", ("v1.3", "v1"), None),
        ("task", ("task-3",), "task-3"),
        ("q1-repot", ("q1-report", "q2-report"), "q1-report"),
    ],
)
def test_a_numbered_name_is_never_taken_for_another_number(text: str, known: tuple[str, ...], word: str | None) -> None:
    assert Words(known, are_ids=True).nearest(text) == word
