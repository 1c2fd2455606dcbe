"""Content tabs: `=== "Title"` containers that follow each other are one set, which works without a script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from milemark.foundation.escaping import page_attribute
from milemark.markdown.admonitions import ContainerHead, read_head


def continues_tabs(tokens: Sequence[Token], number: int) -> bool:
    """Whether the token with this number begins a tab of the set before it; `===!` begins a set of its own."""
    if number >= len(tokens) or tokens[number].type != "container_open":
        return False
    sign = read_head(tokens[number].info).sign
    return sign.startswith("=") and "!" not in sign


def following_tabs(tokens: Sequence[Token], number: int) -> Iterator[ContainerHead]:
    """Yield the heads of the tabs that follow the one with this number in its set."""
    level = tokens[number].level
    for place in range(number + 1, len(tokens)):
        if tokens[place].level == level and tokens[place].type == "container_close":
            if not continues_tabs(tokens, place + 1):
                return
            yield read_head(tokens[place + 1].info)


def tabs_html(tabs: Sequence[tuple[str, str]], group: str) -> str:
    """Return the head of a set from the signs and titles of its tabs; `===+` chooses a tab."""
    chosen = next((number for number, (sign, _) in enumerate(tabs, 1) if "+" in sign), 1)
    name = page_attribute(f"__tabbed_{group}")
    inputs = "".join(
        f'<input{" checked" if number == chosen else ""} id="{name}&#95;{number}" name="{name}" type="radio">'
        for number in range(1, len(tabs) + 1)
    )
    labels = "".join(f'<label for="{name}&#95;{number}">{title}</label>' for number, (_, title) in enumerate(tabs, 1))
    return (
        f'<div class="tabbed-set tabbed-alternate" data-tabs="{page_attribute(group)}:{len(tabs)}">{inputs}'
        f'<div class="tabbed-labels">{labels}</div><div class="tabbed-content">'
    )
