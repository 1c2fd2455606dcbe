"""The documentation of queries is true: every block, value and command in it answers about our own content."""

from __future__ import annotations

import re
import shlex
from datetime import date

import pytest

from milemark.foundation.disk import read_content
from milemark.foundation.i18n import Language
from milemark.output.cells import Viewer
from milemark.output.site.query_views import QueryViews
from milemark.query.check import check_inline_query
from milemark.query.finder import find_blocks
from milemark.query.sql.block import OPTIONS, VIEWS, read_block
from milemark.query.sql.engine import Engine
from milemark.query.tables.history import history_tables
from milemark.query.tables.roadmap import roadmap_tables
from milemark.query.tables.table import CORE, HISTORY_TABLES
from milemark.roadmap.load import load
from support import ROOT, cli

PAGE = (ROOT / "docs/queries.md").read_text("utf-8")
EXAMPLES = [text for _signs, text in re.findall(r"^(`{3,})md\n(.*?)^\1$", PAGE, re.DOTALL | re.MULTILINE)]
BLOCKS = [fence for text in EXAMPLES for fence in find_blocks(text).fences]
INLINE = [query for text in EXAMPLES for query in find_blocks(text).inline_queries]
COMMANDS = [
    line for text in re.findall(r"^```sh\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE) for line in text.splitlines()
]


@pytest.fixture(scope="module")
def answers() -> QueryViews:
    roadmap = load(read_content(ROOT / "content").files, date(2025, 1, 12)).roadmap
    return QueryViews(
        Viewer(roadmap, Language("en")),
        Engine((*roadmap_tables(roadmap.settings), *history_tables(lambda: None)), roadmap),
    )


def test_the_page_has_recipes() -> None:
    assert len(BLOCKS) > 15
    assert len(INLINE) == 2


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_every_block_of_the_page_shows_something(number: int, answers: QueryViews) -> None:
    block, found = read_block("docs/queries.md", BLOCKS[number].text, 1, answers.engine)
    assert not found
    assert block
    shown = answers.shown(block)
    is_empty_here = re.search(
        "days_late|task_history", BLOCKS[number].text
    )  # nothing is late, and there is no git here
    assert is_empty_here or shown.items or shown.bars or any(group.lines for group in shown.groups)


@pytest.mark.parametrize("number", range(len(INLINE)))
def test_every_value_of_the_page_is_a_value(number: int, answers: QueryViews) -> None:
    assert not list(check_inline_query("docs/queries.md", 1, INLINE[number], answers.engine))
    assert answers.value(INLINE[number].full_sql)[0].isdigit()


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_of_the_page_answers(line: str) -> None:
    program, *arguments = shlex.split(line)
    assert program == "milemark"
    result = cli(ROOT, *arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.strip()


@pytest.mark.parametrize("condition", re.findall(r"^\| `((?:due|start) [^`]+)` \|", PAGE, re.MULTILINE))
def test_every_condition_of_the_page_runs(condition: str, answers: QueryViews) -> None:
    assert answers.engine.run(f"select title from items where {condition}").columns == ("title",)  # noqa: S608


def test_the_page_names_every_option_view_and_relation() -> None:
    def named(heading: str) -> set[str]:
        table = PAGE.split(f"| {heading} |", 1)[1].split("\n\n", 1)[0]
        return {
            name for row in re.findall(r"^\| (.*?) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)
        }

    assert named("option") == set(OPTIONS)
    assert named("`view` | shows") == set(VIEWS)
    assert named("relation") - {"projects"} == {*CORE, *HISTORY_TABLES}
