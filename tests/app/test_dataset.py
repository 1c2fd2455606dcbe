"""Datasets of many roadmaps, as `export parquet --into` writes them and DuckDB reads them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pyarrow import parquet

from milemark.app.dataset import complete_states
from milemark.output.export.dataset import RELATIONS, VERSION, dataset_tables, is_repository_name
from support import ROOT, cli, write_content, write_files

ROADMAP = "title: %s\nstatuses: {open: active, done: done}\ncollections: {items: {fields: {effort: {type: %s}}}}\n"
FIRST: Mapping[str, str] = {
    "roadmap.yml": ROADMAP % ("Payments", "number"),
    "items/one.md": "---\ntitle: One\nstatus: open\neffort: 3\n---\n- [x] a\n- [ ] b\n",
    "items/secret.md": "---\ntitle: Hush\naudience: private\n---\n",
}
SECOND: Mapping[str, str] = {
    "roadmap.yml": ROADMAP % ("Shop", "string"),
    "items/one.md": "---\ntitle: One\nstatus: done\neffort: many\nassignee: kim\n---\n",
    "items/two.md": "---\ntitle: Two\nstatus: open\n---\n",
}


def project(folder: Path, files: Mapping[str, str], site_url: str = "") -> Path:
    write_content(folder, files)
    write_files(folder, {"mkdocs.yml": f"site_name: x\nsite_url: {site_url}\n"})
    return folder


def add(folder: Path, dataset: Path, *arguments: str, day: str = "2026-11-28") -> str:
    found = cli(folder, "--as-of", day, "export", "parquet", "--into", str(dataset), *arguments)
    assert found.exit_code == 0, found.stderr
    return found.stderr


def ask(dataset: Path, relation: str, sql: str) -> list[tuple[Any, ...]]:
    rows = f"read_parquet('{dataset}/{relation}/*/*/*.parquet', hive_partitioning = true, union_by_name = true)"
    with duckdb.connect() as connection:
        return connection.execute(sql.replace("ROWS", rows)).fetchall()


def states(dataset: Path, repository: str) -> set[bytes]:
    files = dataset.glob(f"*/repository={repository}/*/*.parquet")
    return {parquet.read_schema(path).metadata[b"milemark.state"] for path in files}


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    payments = project(tmp_path / "payments", FIRST, "https://example.org/payments")
    add(payments, tmp_path / "dataset")
    add(project(tmp_path / "shop", SECOND), tmp_path / "dataset")
    return tmp_path / "dataset"


def test_an_engine_reads_the_rows_of_all_repositories_as_one_table(dataset: Path) -> None:
    sql = "select repository, day::varchar, id, stage, address from ROWS order by all"
    day = "2026-11-28"
    assert ask(dataset, "items", sql) == [
        ("payments", day, "one", "active", "https://example.org/payments/items/one/"),
        ("shop", day, "one", "done", None),
        ("shop", day, "two", "active", None),
    ]
    assert ask(dataset, "fields", "select repository, value, number from ROWS where field = 'effort' order by 1") == [
        ("payments", "3", 3.0),
        ("shop", "many", None),
    ]
    assert ask(dataset, "roadmap", "select title, site, audience from ROWS order by 1") == [
        ("Payments", "https://example.org/payments/", "public"),
        ("Shop", None, "public"),
    ]
    assert {path.name for path in dataset.iterdir() if not path.name.startswith(".")} == {*RELATIONS}


def test_the_same_day_again_replaces_its_rows_and_another_day_adds_some(dataset: Path) -> None:
    shop, day = dataset.parent / "shop", "repository=shop/day=2026-11-28"
    write_files(dataset, {f"new/{day}/new.parquet": b"of a newer version", f"new/{day[:-1]}7/new.parquet": b"kept"})
    (shop / "content/items/two.md").unlink()
    add(shop, dataset)
    add(shop, dataset, day="2026-11-29")
    assert ask(dataset, "items", "select day::varchar, id from ROWS where repository = 'shop' order by all") == [
        ("2026-11-28", "one"),
        ("2026-11-29", "one"),
    ]
    assert [path.read_bytes() for path in dataset.glob("new/*/*/*")] == [b"kept"]
    assert not [*dataset.rglob("*.tmp")]


def test_a_state_that_cannot_be_written_as_a_whole_changes_nothing(dataset: Path) -> None:
    def files() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in dataset.rglob("*.parquet")}

    shop = dataset.parent / "shop"
    (dataset / "tasks/repository=shop/day=2026-12-01").write_text("in the way", "utf-8")
    before = files()
    found = cli(shop, "--as-of", "2026-12-01", "export", "parquet", "--into", str(dataset))
    assert (found.exit_code, "Traceback" in found.output) == (2, False)
    assert files() == before
    assert not [path for path in dataset.rglob("*.tmp") if path.is_file()]


@pytest.mark.parametrize("moves", [0, 1, 5, len(RELATIONS) - 1])
@pytest.mark.parametrize("next_one", ["writer", "reader"])
def test_a_killed_writer_leaves_the_old_state_or_the_whole_new_one(
    dataset: Path, monkeypatch: pytest.MonkeyPatch, moves: int, next_one: str
) -> None:
    """A kill after some of the renames: whoever comes next makes the rest of them."""
    shop = dataset.parent / "shop"
    write_files(dataset, {"new/repository=shop/day=2026-11-28/new.parquet": "of a newer version"})
    (shop / "content/items/two.md").unlink()
    done: list[Path] = []

    def replace(self: Path, target: Path) -> Path:
        if self.suffix == ".tmp" and target.suffix == ".parquet":
            if len(done) == moves:
                raise KeyboardInterrupt
            done.append(target)
        self.rename(target)
        return target

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", replace)
        assert cli(shop, "--as-of", "2026-11-28", "export", "parquet", "--into", str(dataset)).exit_code != 0
    assert len(done) == moves
    if next_one == "reader":
        complete_states(dataset, print)
    else:
        add(shop, dataset, day="2026-11-29")
    assert ask(dataset, "items", "select id from ROWS where repository = 'shop' and day = '2026-11-28'") == [("one",)]
    paths = dataset.glob("*/repository=shop/day=2026-11-28/*.parquet")
    assert len({parquet.read_schema(path).metadata[b"milemark.state"] for path in paths}) == 1
    assert not [path for path in dataset.rglob("*") if path.suffix in {".tmp", ".pending"}]


@pytest.mark.parametrize(
    "line", ["+../out.parquet", "-../../x.parquet", "-items/a/b/c.txt", "-/repository=x/b/c.parquet", "\xff", ""]
)
def test_a_list_of_pending_files_names_files_of_the_dataset_only(dataset: Path, line: str) -> None:
    write_files(dataset.parent, {"out.parquet": "mine", ".out.parquet.tmp": "other", "x.parquet": "mine"})
    before = sorted(dataset.parent.rglob("*"))
    pending = write_files(dataset, {".locks/shop.pending": line}) / ".locks/shop.pending"
    complete_states(dataset, print)
    assert not pending.exists()
    assert sorted(dataset.parent.rglob("*")) == before


def test_only_the_owner_who_asks_for_it_gets_private_rows(dataset: Path) -> None:
    assert not [path for path in dataset.rglob("*.parquet") if b"Hush" in path.read_bytes()]
    assert ask(dataset, "items", "select count(*) from ROWS where is_private = 1") == [(0,)]
    add(dataset.parent / "payments", dataset, "--audience", "private", "--repository", "own")
    assert ask(dataset, "items", "select title from ROWS where repository = 'own' and is_private = 1") == [("Hush",)]
    assert ask(dataset, "roadmap", "select audience from ROWS where repository = 'own'") == [("private",)]


def test_writers_at_the_same_time_leave_whole_states(dataset: Path) -> None:
    commands = [
        subprocess.Popen(
            [sys.executable, "-m", "milemark", "--as-of", "2026-11-28", "export", "parquet", "--into", str(dataset),
             "--repository", name],
            cwd=dataset.parent / folder,
            stderr=subprocess.DEVNULL,
        )
        for folder, name in (("payments", "one"), ("shop", "one"), ("shop", "two"))
    ]  # fmt: skip
    assert [each.wait() for each in commands] == [0, 0, 0]
    assert [len(states(dataset, name)) for name in ("one", "two", "payments", "shop")] == [1, 1, 1, 1]
    assert states(dataset, "two") == states(dataset, "shop")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("parquet", "--into", "../dataset", "--repository", "Shop"), "differs from Shop only by case"),
        (("parquet", "--into", "../dataset", "--repository", "../x"), "cannot name a repository"),
        (("parquet", "--into", "content/x"), "which milemark only reads"),
        (("parquet", "--into", "../dataset", "-o", "x"), "choose one"),
        (("csv", "--into", "../dataset"), "--into works with parquet only"),
        (("parquet", "-o", "x", "--repository", "shop"), "--repository works with --into only"),
    ],
)
def test_what_cannot_be_added_is_refused(dataset: Path, arguments: tuple[str, ...], message: str) -> None:
    before = sorted(dataset.rglob("*.parquet"))
    found = cli(dataset.parent / "shop", "export", *arguments)
    assert (found.exit_code, message in found.stderr) == (2, True), found.stderr
    assert sorted(dataset.rglob("*.parquet")) == before


@pytest.mark.parametrize(
    ("name", "is_one"),
    [("payments", True), ("a.b-c_d", True), ("결제", True), ("2048", True), ("", False), (".", False), ("_x", False),
     ("a/b", False), ("a=b", False), ("a b", False), ("a%2F", False), ("x.", False), ("x" * 101, False)],
)  # fmt: skip
def test_a_repository_has_the_name_of_a_folder(name: str, is_one: bool) -> None:
    assert is_repository_name(name) == is_one


def test_columns_are_added_only() -> None:
    """A change here needs a higher VERSION; a column that is in this file may not change or go."""
    known = json.loads((ROOT / "tests/data/dataset-columns.json").read_text("utf-8"))
    found = {table.name: {column.name: column.type for column in table.columns} for table in dataset_tables()}
    assert {"version": VERSION, "relations": found} == known
