"""The portfolio of an example organisation: its pages and queries, what they leave out, and datasets with faults."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from pyarrow import parquet

from milemark.app.portfolio.project import portfolio_project
from milemark.app.portfolio.rows import PortfolioRows
from milemark.app.portfolio.states import Chosen, Reader, choose, connect, find_states
from milemark.app.project import Project
from milemark.query.sql.engine import Engine
from milemark.query.tables.every import every_table
from organisation import DAYS, write_dataset
from support import ROOT, cli, must, write_content, write_files

TODAY = date.fromisoformat(DAYS[-1])

PAGE = (ROOT / "docs/portfolio.md").read_text("utf-8")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_dataset(tmp_path_factory.mktemp("organisation"))


@pytest.fixture
def dataset(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "dataset"))


def chosen(dataset: Path, audience: str = "public", today: date = TODAY) -> tuple[Chosen, list[str]]:
    notes: list[str] = []
    found = find_states([dataset], notes.append)
    return choose(found, Reader(connect(), audience, notes.append), today), notes


def project_of(dataset: Path, root: Path, audience: str = "public", today: date = TODAY) -> Project:
    root.mkdir(exist_ok=True)
    rows = PortfolioRows(connect(), chosen(dataset, audience, today)[0], today)
    return portfolio_project(root, rows, audience, "key")


def ask(project: Project, sql: str) -> Sequence[tuple[Any, ...]]:
    roadmap = project.loaded.roadmap
    return Engine(every_table(roadmap.settings, lambda: None), roadmap).run(sql).rows


def pages(root: Path) -> Iterator[tuple[str, str]]:
    for path in sorted((root / "build").rglob("*.md")):
        yield path.relative_to(root / "build/docs").as_posix(), path.read_text("utf-8")


@pytest.fixture(scope="module")
def project(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    return project_of(made, tmp_path_factory.mktemp("portfolio"))


def test_the_made_files_have_no_finding(project: Project) -> None:
    assert [each.rule.code for each in project.diagnostics] == []


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("select repository, count(*) from items where role = 'item' group by 1 order by 1",
         [("analytics", 1), ("docs", 1), ("mobile", 1), ("payments", 2), ("shop", 2)]),
        ("select id, open, late from repositories where late > 0", [("payments", 1, 1)]),
        ("select title, repository, finished_day from finished_week", [("Refunds", "payments", "2026-11-26")]),
        ("select id, before_day, due_day, days from slipped_week",
         [("payments/v2", "2026-12-05", "2026-12-19", 14)]),
        ("select day, tasks_done from history where repository = 'docs' order by day",
         [("2026-11-14", 1), ("2026-11-21", 2), ("2026-11-28", 3)]),
        ("select people.id, active, open, spread from people order by 1", [("ada", 3, 3, 3), ("kim", 2, 3, 3)]),
        ("select person, count(*) from assignees join items on items.id = item group by 1 order by 1",
         [("ada", 3), ("kim", 3)]),
        ("select items.title, tasks.text from tasks join items on items.id = tasks.item where items.id = 'shop/search'",
         [("Search & <b>find</b>", "index")]),
        ("select id, track from milestones where repository = 'shop'", [("shop/launch", None)]),
        ("select item, source, needs from elsewhere order by 1",
         [("analytics/q1", "shop", "launch"), ("analytics/reports", "shop", "checkout"),
          ("mobile/app", "shop", "checkout"), ("shop/checkout", "payments", "ledger-export")]),
        ("select value from fields where field = 'budget'", []),
        ("select title, as_of from roadmap where repository = 'docs'", [("Docs", "2026-11-28")]),
    ],
)  # fmt: skip
def test_queries_see_all_repositories(project: Project, sql: str, rows: list[tuple[Any, ...]]) -> None:
    assert list(ask(project, sql)) == rows


def test_milestones_need_each_other_across_repositories(project: Project) -> None:
    by_id = project.loaded.roadmap.by_id
    needs = {
        id_: by_id[id_].texts("depends_on") for id_ in ("payments/v2", "shop/launch", "mobile/beta", "analytics/q1")
    }
    assert needs == {
        "payments/v2": (),
        "shop/launch": ("payments/v2",),
        "mobile/beta": ("shop/launch",),
        "analytics/q1": ("shop/launch",),
    }


@pytest.fixture(scope="module")
def site(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("site")
    (example,) = re.findall(r"^````markdown\n(.*?)^````$", PAGE, re.DOTALL | re.MULTILINE)
    own = {
        "roadmap.yml": "title: Our company\n",
        "own.md": "---\ntitle: Own\n---\n```milemark\nfrom: items\nwhere: stage = 'active'\n"
        "columns: [title, repository]\n```\n\n`milemark: count(*) from items where role = 'item'` items\n",
        "page.md": example,
    }
    write_content(root, own)
    found = cli(root, "--as-of", DAYS[-1], "portfolio", str(made))
    assert found.exit_code == 0, found.stderr
    assert found.stderr.endswith("/site/index.html\n")
    return root


def test_a_site_of_all_has_a_page_for_each(site: Path) -> None:
    found = {path for path, _text in pages(site)}
    assert {f"repositories/{name}.md" for name in ("payments", "shop", "analytics", "mobile", "docs")} <= found
    assert {"index.md", "timeline.md", "board.md", "own.md", "people/kim.md", "people/ada.md"} <= found
    index = (site / "build/docs/index.md").read_text("utf-8")
    assert "# Our company" in index
    assert "Refunds" in index
    assert 'href="https://example.org/payments/' in (site / "build/docs/repositories/payments.md").read_text("utf-8")


def test_the_page_of_a_milestone_lists_its_items(site: Path) -> None:
    (page,) = (text for path, text in pages(site) if path.startswith("milestones/shop-launch"))
    assert re.search(r"Checkout \(2027-01-10\).*Search &amp; &lt;b&gt;find&lt;/b&gt;", page, re.DOTALL)


@pytest.mark.slow
def test_the_forecast_of_a_repository_with_a_history_is_shown(tmp_path: Path) -> None:
    plan, root = write_files(tmp_path / "plan", {"mkdocs.yml": "site_name: x\n"}), tmp_path / "all"
    must(sys.executable, ROOT / "tests/data/forecast-example.py", cwd=plan)
    settings = plan / "content/roadmap.yml"
    settings.write_text(settings.read_text("utf-8") + "forecast: public\n", "utf-8")
    root.mkdir()
    for folder, command in ((plan, ("export", "parquet", "--into")), (root, ("portfolio",))):
        done = cli(folder, "--as-of", "2025-01-12", *command, str(tmp_path / "dataset"))
        assert done.exit_code == 0, done.output
    (page,) = (text for path, text in pages(root) if path == "index.md")
    assert re.search(r'data-label="Forecast[^"]*" data-sort="2025-\d\d-\d\d"', page)


def test_a_page_of_its_own_asks_all_repositories(site: Path) -> None:
    own = (site / "build/docs/own.md").read_text("utf-8")
    assert "Ledger export" in own
    assert "Checkout" in own
    assert re.search(r'mm-value">7<', own)
    example = (site / "build/docs/page.md").read_text("utf-8")
    assert "Ledger export" in example
    assert re.search(r'Open tasks: .*mm-value">\d+<', example)


def test_nothing_is_built_again_without_a_change(site: Path, made: Path) -> None:
    before = (site / "site/index.html").stat().st_mtime_ns
    again = cli(site, "--as-of", DAYS[-1], "portfolio", str(made))
    assert again.stderr.startswith("nothing changed: ")
    assert (site / "site/index.html").stat().st_mtime_ns == before


def test_no_private_word_reaches_the_site(site: Path, made: Path) -> None:
    for folder in (site, made):
        for path in folder.rglob("*"):
            assert "Kanari" not in str(path)
            if path.is_file():
                assert b"Kanari" not in path.read_bytes(), path


def test_texts_of_other_repositories_stay_texts(site: Path) -> None:
    for path, text in pages(site):
        assert "<b>find" not in text, path


def test_the_past_is_shown_as_it_was_kept(dataset: Path, tmp_path: Path) -> None:
    earlier = project_of(dataset, tmp_path / "site", today=date(2026, 11, 22))
    assert ask(earlier, "select distinct day from items") == (("2026-11-21",),)
    assert ask(earlier, "select count(*) from finished_week") == ((0,),)


# --- states that are not as they should be -----------------------------------------------------------------

SHOP = "repository=shop/day=2026-11-28"


def damaged(dataset: Path) -> None:
    (dataset / f"items/{SHOP}/items.parquet").write_bytes(b"PAR1 no more")


def emptied(dataset: Path) -> None:
    (dataset / f"roadmap/{SHOP}/roadmap.parquet").write_bytes(b"")


def half(dataset: Path) -> None:
    (dataset / f"roadmap/{SHOP}/roadmap.parquet").unlink()


def mixed(dataset: Path) -> None:
    earlier = dataset / "items/repository=shop/day=2026-11-21/items.parquet"
    shutil.copy(earlier, dataset / f"items/{SHOP}/items.parquet")


@pytest.mark.parametrize(
    ("spoil", "note"),
    [
        (damaged, "shop: the state of 2026-11-28 is damaged: 2026-11-21 is shown"),
        (emptied, "shop: the state of 2026-11-28 is damaged: 2026-11-21 is shown"),
        (half, "shop: the state of 2026-11-28 is not whole: 2026-11-21 is shown"),
        (mixed, "shop: the state of 2026-11-28 is not whole: 2026-11-21 is shown"),
    ],
)
def test_the_newest_whole_state_is_shown(dataset: Path, spoil: Any, note: str) -> None:
    spoil(dataset)
    found, notes = chosen(dataset)
    assert {state.repository: str(state.day) for state in found.now}["shop"] == "2026-11-21"
    assert note in notes


def with_damaged_rows(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[8 : len(data) // 2] = b"\xff" * (len(data) // 2 - 8)
    path.write_bytes(data)


def test_damaged_rows_are_those_of_an_earlier_day(dataset: Path, tmp_path: Path) -> None:
    with_damaged_rows(dataset / f"items/{SHOP}/items.parquet")
    with_damaged_rows(dataset / "roadmap/repository=payments/day=2026-11-21/roadmap.parquet")
    done = cli(tmp_path, "--as-of", str(TODAY), "portfolio", str(dataset))
    assert done.exit_code == 0, done.output
    assert "shop: the state of 2026-11-28 is damaged: 2026-11-21 is shown" in done.output


def rewritten(path: Path, change: Any) -> None:
    table = parquet.read_table(path, partitioning=None)
    parquet.write_table(change(table), path)


def test_an_older_state_lacks_columns_and_relations(dataset: Path, tmp_path: Path) -> None:
    path = dataset / f"items/{SHOP}/items.parquet"
    rewritten(path, lambda table: table.drop_columns(["assignee", "address", "team"]))
    (dataset / f"elsewhere/{SHOP}/elsewhere.parquet").unlink()
    project = project_of(dataset, tmp_path / "site")
    assert ask(project, "select count(*) from items where repository = 'shop' and assignee is null")[0][0] > 1
    found = ask(project, "select distinct repository from elsewhere order by 1")
    assert found == (("analytics",), ("mobile",))


def test_a_newer_state_has_columns_and_relations_that_nobody_knows_yet(dataset: Path, tmp_path: Path) -> None:
    path = dataset / f"items/{SHOP}/items.parquet"

    def change(table: pa.Table) -> pa.Table:
        return table.append_column("mood", pa.array(["good"] * table.num_rows))

    rewritten(path, change)
    (dataset / f"moods/{SHOP}").mkdir(parents=True)
    shutil.copy(path, dataset / f"moods/{SHOP}/moods.parquet")
    project = project_of(dataset, tmp_path / "site")
    assert ask(project, "select count(*) from items where repository = 'shop' and role = 'item'") == ((2,),)


def test_a_column_of_another_type_is_read_as_far_as_it_can_be(dataset: Path, tmp_path: Path) -> None:
    path = dataset / f"items/{SHOP}/items.parquet"

    def change(table: pa.Table) -> pa.Table:
        place = table.schema.get_field_index("due_day")
        return table.set_column(place, "due_day", pa.array(["someday"] * table.num_rows))

    rewritten(path, change)
    project = project_of(dataset, tmp_path / "site")
    assert ask(project, "select count(due_day) from items where repository = 'shop'") == ((0,),)


def test_a_repository_that_writes_no_more_keeps_its_last_state(dataset: Path, tmp_path: Path) -> None:
    for day in DAYS[1:]:
        for path in dataset.glob(f"*/repository=docs/day={day}"):
            shutil.rmtree(path)
    project = project_of(dataset, tmp_path / "site")
    assert ask(project, "select as_of from repositories where id = 'docs'") == (("2026-11-14",),)


def test_private_states_are_for_the_private_site_only(tmp_path: Path) -> None:
    dataset = write_dataset(tmp_path, "private")
    assert chosen(dataset)[0].now == ()
    assert "docs: the state of 2026-11-28 is private: 2026-11-21 is shown" in chosen(dataset)[1]
    own = project_of(dataset, tmp_path / "site", "private")
    assert ask(own, "select count(*) from items where title like 'Qvx%'")[0][0] > 0
    public = project_of(dataset, tmp_path / "public")
    assert ask(public, "select count(*) from items") == ask(public, "select count(*) from history") == ((0,),)


@pytest.mark.parametrize("name", ["repository=a'b", "repository=..%2F..", "repository=x y", "repository="])
def test_a_folder_that_names_no_repository_is_left_out(dataset: Path, name: str) -> None:
    shutil.copytree(dataset / "roadmap/repository=docs", dataset / "roadmap" / name)
    found, notes = chosen(dataset)
    assert len(found.now) == 5
    assert any("is not the name of a repository: left out" in note for note in notes)


@pytest.mark.parametrize("make", [lambda _path: None, Path.mkdir, lambda path: path.write_text("x", "utf-8")])
def test_a_dataset_that_is_gone_is_an_error_and_the_site_stays(site: Path, tmp_path: Path, make: Any) -> None:
    make(tmp_path / "gone")
    before = (site / "site/index.html").read_bytes()
    found = cli(site, "portfolio", str(tmp_path / "gone"))
    assert (found.exit_code, "Traceback" in found.output) == (2, False)
    assert "is not a dataset: it has no folder roadmap/" in found.stderr
    assert (site / "site/index.html").read_bytes() == before


def test_collections_come_from_the_dataset(dataset: Path, tmp_path: Path) -> None:
    write_content(tmp_path / "site", {"roadmap.yml": "title: x\ncollections: {a: {}}\n"})
    found = cli(tmp_path / "site", "portfolio", str(dataset))
    assert (found.exit_code, "declares no collections" in found.stderr) == (2, True)


def test_without_duckdb_it_is_said_what_to_install(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "duckdb", None)
    found = cli(tmp_path, "portfolio", str(dataset))
    assert (found.exit_code, found.stderr) == (2, "error: duckdb is not installed: pip install 'milemark[portfolio]'\n")


def test_the_relations_are_those_that_duckdb_reads(made: Path, project: Project) -> None:
    files = f"read_parquet('{made}/items/*/day=2026-11-28/*.parquet', hive_partitioning = true)"
    with duckdb.connect() as connection:
        sql = f"select repository || '/' || id, title, due_day::varchar from {files} order by 1"  # noqa: S608  a test
        expected = connection.execute(sql).fetchall()
    assert list(ask(project, "select id, title, due_day from items order by 1")) == expected


def test_the_query_of_the_page_is_answered(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(made.parent)
    (sql, *_) = re.findall(r"^```sql\n(select.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    with duckdb.connect() as connection:
        found = [(repository, title) for repository, title, _due in connection.execute(sql).fetchall()]
    assert found == [("payments", "Ledger export"), ("docs", "Guide"), ("shop", "Checkout"), ("analytics", "Reports")]
