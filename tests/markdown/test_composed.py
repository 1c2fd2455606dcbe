"""Names in a body are in NFC, as files and anchors are on the site; code and other sites keep their form."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milemark.markdown.composed import composed_address, composed_body


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


@pytest.mark.parametrize(
    "text",
    [
        "# 제목 é\n",
        "![화면](화면.png)",
        "[할일](../할일.md#제목)",
        '<img src="화면.png">',
        "[[할일|이름]]",
        "[x]: 화면.png 'Titel ü'\n\n[x]",
        "| é | `a` |\n|---|---|\n| 한 | b |",
    ],
)
def test_text_and_addresses_are_composed(text: str) -> None:
    assert composed_body(nfd(text)) == text
    assert composed_body(text) is text


@pytest.mark.parametrize(
    "text",
    [
        "```\né\n```\n",
        "    é\n",
        "`é`",
        "[x](https://example.org/é.html)",
        "<https://example.org/é>",
        '<a href="//example.org/é">x</a>',
        "[x]: https://example.org/é\n\n[x]",
        "```milemark\nfrom: é\n```\n",
    ],
)
def test_code_and_addresses_of_other_sites_stay_as_they_are(text: str) -> None:
    assert composed_body(nfd(text)) == nfd(text)


@pytest.mark.parametrize("name", ["화면.png", "a b/é.md", "é%.png"])
def test_an_encoded_address_is_composed(name: str) -> None:
    assert composed_address(quote(nfd(name))) == quote(name)
    assert composed_body(f"[x]({quote(nfd(name))}#y)\n[y](https://e.kr/{quote(nfd(name))})") == (
        f"[x]({quote(name)}#y)\n[y](https://e.kr/{quote(nfd(name))})"
    )


@pytest.mark.parametrize("address", ["a%20b.md", "%2Fa", "%zz", "100%", "a?b=%C3%A9"])
def test_any_other_address_stays_as_it_is(address: str) -> None:
    assert composed_address(address) == address


def test_a_character_that_would_swallow_the_end_of_a_tag_does_not() -> None:
    body = "<b>\u0338e\u0301</b> a <\u0338 b =\u0338\n"
    assert composed_body(body) == "<b>\u0338é</b> a <\u0338 b =\u0338\n"


@settings(max_examples=200, deadline=None)
@given(st.text("aé한\u0301\u0338`<>=[]()!#/.:%\n 1CA", max_size=40))
def test_a_body_means_the_same_afterwards(body: str) -> None:
    written = composed_body(body)
    assert unicodedata.normalize("NFC", written) == unicodedata.normalize("NFC", body) or "%" in body
    assert composed_body(written) == written
    assert [written.count(sign) for sign in "<>=`\n[]()"] == [body.count(sign) for sign in "<>=`\n[]()"]
