"""Texts that look alike are recognised, with the letter that differs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milemark.foundation.suggestions import difference, lookalike, meant, skeleton

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
    assert lookalike(text, ("other", known)) == known
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
    assert lookalike(text, (known,)) is None


@given(st.text(max_size=20))
def test_a_text_is_not_a_lookalike_of_itself(text: str) -> None:
    assert skeleton(text) == skeleton(text)
    assert lookalike(text, (text,)) is None


@given(st.text(max_size=8), st.sampled_from("аеорсАВЕ—\u200bａ"), st.text(max_size=8))
def test_the_first_difference_of_two_lookalikes_is_named(before: str, letter: str, after: str) -> None:
    text = before + letter + after
    if known := lookalike(text, (skeleton(text),)):
        found = difference(text, known)
        assert found["own"] != found["there"]
        assert 1 <= int(found["place"]) <= len(text) + 1
