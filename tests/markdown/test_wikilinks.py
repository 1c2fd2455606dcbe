"""Wikilinks: one parser for fields, bodies, bases, attachments and redaction."""

from __future__ import annotations

import pytest

from milemark.foundation.diagnostics import Span
from milemark.markdown.addresses import embeds_in, links_in
from milemark.markdown.document import Node, Scalar, Sequence
from milemark.markdown.wikilinks import (
    Wikilink,
    find_wikilinks,
    parse_reference,
    parse_wikilink,
    replace_wikilinks,
    wikilink_of,
)
from support import cpu_within

SPAN = Span("a.md")


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("[[redis]]", Wikilink("redis", end=9)),
        ("[[ redis # locks | Redis ]]", Wikilink("redis", "locks", "Redis", end=27)),
        ("![[next.base#View]]", Wikilink("next.base", "View", is_embed=True, end=19)),
        ("[[redis\\|Redis]]", Wikilink("redis", "", "Redis", end=16)),  # in a table
        ("[[redis|one [two] three]]", Wikilink("redis", "", "one [two] three", end=25)),
        ("[[redis|a#b|c]]", Wikilink("redis", "", "a#b|c", end=15)),
        ("[[#locks]]", None),
        ("[[]]", None),
        ("[[redis", None),
        ("[[re\ndis]]", None),
        ("[redis]", None),
        ("[[a]] [[b]]", None),
    ],
)
def test_a_wikilink_has_a_target_a_heading_and_a_text(text: str, link: Wikilink | None) -> None:
    assert parse_wikilink(text) == link


def test_a_wikilink_knows_its_place() -> None:
    text = "see [[[a]]], ![[b|c]]"
    assert [(text[link.start : link.end], link.target) for link in find_wikilinks(text)] == [
        ("[[a]]", "a"),
        ("![[b|c]]", "b"),
    ]
    assert replace_wikilinks(text, lambda link: link.text or None) == "see [[[a]]], c"


@pytest.mark.parametrize("text", ["redis#locks|Redis", "[[redis#locks|Redis]]", " redis # locks|Redis "])
def test_a_reference_may_have_brackets(text: str) -> None:
    link = parse_reference(text)
    assert (link.address, link.text) == ("redis#locks", "Redis")


def test_a_path_has_no_slashes_around_it() -> None:
    assert parse_reference("[[/plans/redis]]").path == "plans/redis"


@pytest.mark.parametrize(
    ("node", "target"),
    [
        (Scalar("[[redis]]", SPAN), "redis"),
        (Sequence((Sequence((Scalar("redis|R", SPAN),), SPAN),), SPAN), "redis"),
        (Sequence((Scalar("redis", SPAN),), SPAN), None),
        (Sequence((Sequence((Scalar("a", SPAN), Scalar("b", SPAN)), SPAN),), SPAN), None),
        (Scalar("redis", SPAN), None),
    ],
)
def test_yaml_reads_an_unquoted_wikilink_as_a_list_in_a_list(node: Node, target: str | None) -> None:
    link = wikilink_of(node)
    assert (link and link.target) == target


def test_code_holds_no_links_and_embeds() -> None:
    body = "[a](b.md) ![p](p.png) ![[c]] `[[d]]`\n\n    [[e]]\n\n| [[f\\|F]] |"
    assert [link if isinstance(link, str) else link.address for link in links_in(body)] == ["b.md", "c", "f"]
    assert [link if isinstance(link, str) else link.address for link in embeds_in(body)] == ["p.png", "c"]


def test_many_brackets_are_fast() -> None:
    with cpu_within(10):
        for text in ("[[a|" * 50_000, "[[a#" * 50_000, "[[" + "a" * 200_000, "[[a|" + "] " * 100_000):
            assert not [*find_wikilinks(text + "\n")]
