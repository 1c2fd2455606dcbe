"""Emoji by their names on GitHub."""

from __future__ import annotations

import pytest

from milemark.markdown.rendering.hooks import Hooks
from milemark.markdown.rendering.page import for_page
from milemark.output.site.theme_icons import emoji


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("a :smile: :+1: 한글:100:은", "a 😄 👍 한글💯은"),
        (":nope: 10:30:45 std::vector::it x:smile:", ":nope: 10:30:45 std::vector::it x:smile:"),
        ("`:smile:` \\:smile:", "<code>:smile:</code> :smile:"),
        ("참고:https://a.b", '참고:<a href="https://a.b">https://a.b</a>'),
        ("[:tada:](a.md) **:x:**", '<a href="a.md">🎉</a> <strong>❌</strong>'),
    ],
)
def test_a_name_between_colons_is_an_emoji_if_github_knows_it(body: str, html: str) -> None:
    assert for_page(body, Hooks(emoji=emoji)) == f"<div><p>{html}</p></div>"


def test_the_anchor_of_a_heading_has_the_name_of_its_emoji_as_on_github() -> None:
    assert for_page("## :rocket: Launch", Hooks(emoji=emoji)) == "## 🚀 Launch {#rocket-launch}"
