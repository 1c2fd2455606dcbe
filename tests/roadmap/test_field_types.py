"""A written value is parsed by the declaration of its field, or reported at its place."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milemark.foundation.dates import parse_date
from milemark.foundation.escaping import is_safe_url
from milemark.foundation.suggestions import nearest
from milemark.markdown.document import Mapping, Node, Sequence
from milemark.markdown.yaml import read_yaml
from milemark.roadmap.field_types import TYPES, parse_value
from milemark.roadmap.model import text_of
from milemark.roadmap.settings import Field


def parse(field: Field, yaml: str) -> tuple[Any, list[str]]:
    """Return the value of a field written in YAML, and the codes of what is wrong with it."""
    root, found = read_yaml("a.md", f"{field.name}: {yaml}")
    assert root is not None, found
    node = root.get(field.name)
    assert node is not None
    value, diagnostics = parse_value(field, node)
    return value, [each.rule.code for each in diagnostics]


TAGS = Field("tags", "array")
LEVEL = Field("level", choices=("basic", "진행 중"))
PROGRESS = Field("progress", "number")
COUNT = Field("count", "integer")
DATES = Field("dates", "array", item_type="date")
NEEDS = Field("needs", "array", item_type="reference")
LINKS = Field("links", "object", item_type="url")

WRITTEN = (
    # YAML's implicit types never decide.
    (Field("x"), "no", "no"),
    (Field("x"), "012", "012"),
    (Field("x"), "1:30", "1:30"),
    (Field("x"), "1.10", "1.10"),
    (Field("x"), "2025-01-12", "2025-01-12"),
    (Field("x"), "'  quoted  '", "quoted"),
    (Field("x"), "'null'", "null"),
    (Field("x"), "null", None),
    (Field("x"), "~", None),
    (Field("x"), "", None),
    (Field("x", "boolean"), "no", False),
    (Field("x", "boolean"), "True", True),
    (Field("x", "date"), "2025-Q1", parse_date("2025-Q1")),
    (Field("x", "url"), "https://example.org/a?b=1#c", "https://example.org/a?b=1#c"),
    (Field("x", "reference"), "storebridge", "storebridge"),
    (Field("x", "reference"), "[[storebridge]]", "storebridge"),
    (Field("x", "reference"), "'[[storebridge|Shop]]'", "storebridge"),
    (PROGRESS, "40", Decimal(40)),
    (PROGRESS, "40%", Decimal(40)),
    (PROGRESS, "12.5 %", Decimal("12.5")),
    (PROGRESS, "0", Decimal(0)),
    (PROGRESS, "100", Decimal(100)),
    (COUNT, "3", Decimal(3)),
    (TAGS, "[no, 1.10]", ("no", "1.10")),
    (TAGS, "solo", ("solo",)),
    (TAGS, "[]", ()),
    (LINKS, "[]", None),
    (Field("x", "date"), "[]", None),
    (TAGS, "[a, ~, b]", ("a", "b")),
    (NEEDS, "[[storebridge]]", ("storebridge",)),
    (NEEDS, "[a, '[[b]]']", ("a", "b")),
    (LINKS, "{Code: https://example.org}", {"Code": "https://example.org"}),
    (LEVEL, "진행 중", "진행 중"),
)

WRONG = (
    (Field("x"), "[a]", "MM203"),
    (Field("x", "boolean"), "maybe", "MM203"),
    (Field("x", "date"), "2025-02-30", "MM206"),
    (Field("x", "date"), "[2025]", "MM203"),
    (Field("x", "url"), "javascript:alert(1)", "MM209"),
    (Field("x", "reference"), "{a: b}", "MM203"),
    (PROGRESS, "101", "MM207"),
    (PROGRESS, "-5", "MM207"),
    (PROGRESS, "1e400", "MM203"),
    (PROGRESS, ".nan", "MM203"),
    (PROGRESS, "５０", "MM203"),
    (PROGRESS, "half", "MM203"),
    (Field("weight", "number"), "-1", "MM207"),
    (Field("x", "number"), "9" * 40, "MM207"),
    (COUNT, "1.5", "MM203"),
    (LEVEL, "expert", "MM205"),
    (LINKS, "https://example.org", "MM203"),
)


@pytest.mark.parametrize(("field", "yaml", "expected"), WRITTEN)
def test_a_value_is_parsed_by_its_type(field: Field, yaml: str, expected: object) -> None:
    assert parse(field, yaml) == (expected, [])


@pytest.mark.parametrize(("field", "yaml", "code"), WRONG)
def test_a_value_of_another_type_is_left_out_and_reported(field: Field, yaml: str, code: str) -> None:
    assert parse(field, yaml) == (None, [code])


@pytest.mark.parametrize("field", list(dict.fromkeys((DATES, LINKS, *(each for each, _yaml, _expected in WRITTEN)))))
@pytest.mark.parametrize("blank", ['""', "''", "' '", '"\\t"', "~", "null", ""])
def test_a_blank_value_is_missing_with_quotes_or_without(field: Field, blank: str) -> None:
    assert parse(field, blank) == (None, [])


@pytest.mark.parametrize(
    ("yaml", "codes"),
    [
        ("{}", []),
        ("{Demo: , Code: ''}", []),
        ("{Demo: 'localhost:3000'}", ["MM209"]),
        ("{Demo: 'javascript:x', Code: 'data:x'}", ["MM209", "MM209"]),
    ],
)
def test_an_object_without_a_usable_entry_is_missing(yaml: str, codes: list[str]) -> None:
    assert parse(LINKS, yaml) == (None, codes)


def test_one_wrong_entry_of_a_list_or_an_object_keeps_the_others() -> None:
    dates, codes = parse(DATES, "[2025-01, soon, 2025-02]")
    assert (text_of(dates), codes) == ("2025-01, 2025-02", ["MM206"])
    assert parse(LINKS, "{A: /a, B: 'data:x', C: c/}") == ({"A": "/a", "C": "c/"}, ["MM209"])


@pytest.mark.parametrize(
    ("written", "known", "meant"),
    [
        ("in-progess", ("planned", "in progress", "done"), "in progress"),
        ("Done", ("완료", "done"), "done"),
        ("진행중", ("예정", "진행 중"), "진행 중"),
        ("xyz", ("planned", "done"), None),
    ],
)
def test_a_misspelt_word_gives_the_nearest_one(written: str, known: tuple[str, ...], meant: str | None) -> None:
    assert nearest(written, known) == meant


@pytest.mark.parametrize(
    "address", ["https://example.org", "HTTP://example.org", "mailto:a@example.org", "a/b.md", "/a", "#x", "?a=b:c", ""]
)
def test_an_ordinary_address_may_be_linked(address: str) -> None:
    assert is_safe_url(address)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\tscript:alert(1)",
        "java\nscript:alert(1)",
        "\x01javascript:alert(1)",
        "vbscript:x",
        "data:text/html,<script>",
        "file:///etc/passwd",
        "//example.org",
        "\\\\example.org",
        "https:\\\\example.org",
        "a b",
    ],
)
def test_an_address_that_could_run_or_mislead_is_refused(address: str) -> None:
    assert not is_safe_url(address)


YAML = st.recursive(
    st.text(st.characters(codec="utf-8"), max_size=12).map(
        lambda text: '"' + text.encode("unicode_escape").decode() + '"'
    )
    | st.from_regex(r"[+-]?[0-9]{1,30}(\.[0-9]{1,5})?%?", fullmatch=True)
    | st.sampled_from(["", "~", "yes", "2025-Q1", "1e999", "[[x]]"]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda parts: f"[{', '.join(part or '~' for part in parts)}]")
        | inner.map(lambda part: f"{{k: {part}}}")
    ),
    max_leaves=4,
)


def is_blank(node: Node) -> bool:
    """Whether a value is missing: a blank scalar, an empty list, or an object of nothing but these."""
    if isinstance(node, Sequence):
        return not node.items
    if isinstance(node, Mapping):
        return all(is_blank(each) for _key, each in node.entries)
    return node.is_empty


@given(st.sampled_from(TYPES), YAML)
@settings(deadline=None)
def test_every_written_value_has_a_value_or_a_reason(type_name: str, yaml: str) -> None:
    root, found = read_yaml("a.md", f"x: {yaml}")
    node = root.get("x") if root else None
    if node is None:
        assert found
        return
    value, diagnostics = parse_value(Field("x", type_name), node)
    assert value is not None or diagnostics or is_blank(node)
    for each in diagnostics:
        assert each.message_in(str)
        assert each.hint_in(str)


def test_a_character_that_yaml_forbids_is_reported_at_its_place_in_our_words() -> None:
    root, (found,) = read_yaml("a.yml", "한글: 가\n나: 다\x9b\n")
    assert (root, found.rule.code, str(found.span)) == (None, "MM103", "a.yml:2:5")
    assert found.message_in(str) == "control character U+009B in the text"
