"""Addresses are in NFC, as files and anchors are on the site."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

import pytest

from milemark.markdown.composed import composed_address
from milemark.markdown.rendering.page import for_page


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


@pytest.mark.parametrize("name", ["화면.png", "a b/é.md", "é%.png"])
def test_an_encoded_address_is_composed(name: str) -> None:
    assert composed_address(quote(nfd(name))) == quote(name)
    assert composed_address(nfd(name)) == name


@pytest.mark.parametrize("address", ["a%20b.md", "%2Fa", "%zz", "100%", "a?b=%C3%A9"])
def test_any_other_address_stays_as_it_is(address: str) -> None:
    assert composed_address(address) == address


def test_the_anchor_of_a_heading_is_composed() -> None:
    assert "{#제목-é}" in for_page(nfd("## 제목 é\n"))
