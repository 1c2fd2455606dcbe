"""The addresses of a body are those that its reader can follow or see, with their places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milemark.markdown.addresses import Address, Form, addresses_in, tags_in

L, P, H, W, E = Form.LINK, Form.PICTURE, Form.HTML, Form.WIKILINK, Form.EMBED


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("see [x](a.md 'title')", [(L, "a.md", 0, 9)]),
        ("[x](<a b.md>) [y](a b.md)", [(L, "a b.md", 0, 6), (L, "a b.md", 0, 19)]),
        ("![x](a.png)\n\n  [![y](b.png)](c.md)", [(P, "a.png", 0, 6), (P, "b.png", 2, 9), (L, "c.md", 2, 17)]),
        ("[x](a\\_b.md) [y](a&amp;b.md)", [(L, "a_b.md", 0, 1), (L, "a&b.md", 0, 1)]),
        ("[x][r] and [r]\n\n[r]: a.md 'x'\n[unused]: b.md", [(L, "a.md", 2, 6)]),
        ("[[a#b|c]] ![[d.png|300]]", [(W, "a#b", 0, 3), (E, "d.png", 0, 14)]),
        ("| a |\n|---|\n| [[x\\|y]] |", [(W, "x", 2, 5)]),
        (
            '<img src="a.png" srcset="b.png 1x, c.png 2x">',
            [(H, "a.png", 0, 11), (H, "b.png", 0, 26), (H, "c.png", 0, 36)],
        ),
        ("a <a href=b.md>b</a>", [(H, "b.md", 0, 11)]),
        ('<p style="background:url(a.png)">', [(H, "a.png", 0, 26)]),
        ("!!! note\n    [x](a.md)\n\n    - [ ] do [y](b.md)", [(L, "a.md", 1, 9), (L, "b.md", 3, 18)]),
        ("<https://example.org/x>", [(L, "https://example.org/x", 0, 2)]),
        ("`[x](a.md)` <!-- [x](b.md) -->\n\n```\n[x](c.md)\n```\n\n    [x](d.md)", []),
        ("[x] (a.md), \\[x](b.md), [ ] task", []),
    ],
)
def test_an_address_is_found_where_it_is_written(body: str, found: list[tuple[Form, str, int, int]]) -> None:
    assert [(each.form, each.text, each.line, each.column) for each in addresses_in(body)] == found


def test_the_same_address_twice_has_two_places() -> None:
    assert [each.column for each in addresses_in("[a](x.md) [b](x.md)")] == [5, 15]


def test_a_picture_and_an_embed_show_the_file_itself() -> None:
    assert [each.is_embed for each in addresses_in("![a](b.png) ![[c]] [d](e.md) [[f]]")] == [True, True, False, False]


@given(st.text(alphabet="[]()<>!#|`\\\n \"'=ab./-:&;", max_size=60))
def test_any_text_has_addresses_within_its_lines(body: str) -> None:
    for each in addresses_in(body):
        assert isinstance(each, Address)
        assert 0 <= each.line < len(body.split("\n"))
        assert each.column >= 1


def test_tags_are_words_after_a_number_sign_outside_code() -> None:
    assert [*tags_in("a #b/c #1 `#d` x#e\n\n# f #g\n\n    #h\n")] == ["b/c", "g"]
