"""The recipe for many roadmaps, as docs/portfolio.md has it, on a hundred of them, its answers counted again."""

from __future__ import annotations

import functools
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import markdown
import pytest
import yaml
from bs4 import BeautifulSoup

import roadmaps
from conftest import serving
from milemark.output.export.parquet import parquet_files
from milemark.query.tables.roadmap import roadmap_tables
from milemark.query.tables.sqlite import database
from milemark.roadmap.metrics.progress import percent, whole
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.settings import Stage
from support import ACTIONS, ROOT, load_texts, must, tool

PAGE = (ROOT / "docs/portfolio.md").read_text("utf-8")
DAY = date(2025, 6, 15)
CLOSED = {Stage.DONE, Stage.DROPPED}
STATUSES = ("todo", "doing", "waiting", "finished", "gone")
COLLECTIONS = ("projects", "clones/web", "학습", "side projects")
FIELDS = (  # as they are declared, and as they are said
    ("effort: {type: number}", "effort: 3"),
    ("effort: {type: string}", "effort: many"),
    ("effort: {type: date}", "effort: 2025-05"),
    ("notes: {type: array}", "notes: [a, b]"),
)
WORDS = ("Storefront", "상점 만들기", "a | b", "<b>bold</b> & *so*", "naïve café")
Rows = list[tuple[Any, ...]]


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


SQL, WORKFLOW, (PORTFOLIO, GATHER) = blocks("sql")[-1], blocks("yaml")[-1], blocks("python")
FETCH = next(text for text in blocks("sh") if "curl" in text)


# --- a hundred roadmaps ------------------------------------------------------------------------------------


def generated(number: int) -> dict[str, str]:
    """Return a roadmap that differs from the others in its language, collections, fields and size."""
    collection, words = COLLECTIONS[number % 4], WORDS[number % 5]
    field = FIELDS[number // 4 % 4][0]
    content = {
        "roadmap.yml": f"title: '{words} {number}'\nlocale: {('en', 'ko')[number % 2]}\n"
        "statuses: {todo: planned, doing: active, waiting: paused, finished: done, gone: dropped}\n"
        "collections:\n  tracks: {role: track}\n  stones: {role: milestone}\n"
        f"  {collection}: {{fields: {{{field}}}}}\n",
        "stones/stone.md": f"---\ntitle: '{words}'\ndue: 2025-{number % 12 + 1:02d}\n---\n",
    }
    content |= {f"tracks/t{n}.md": f"---\ntitle: '{words}'\n---\n- [ ] of the track\n" for n in range(number % 3)}
    return content | {f"{collection}/i{n}.md": _item(number, n) for n in range(number % 13)}


def _item(number: int, n: int) -> str:
    seed, tracks = number * 7 + n * 3, number % 3
    dates = ("2025-06", "2025-06-14", "2025-06-15", "2025-Q2", "2024", "2025-W24", "2026-06-30")
    lines = [
        f"title: '{WORDS[seed % 5]} {n}'",
        f"status: {STATUSES[seed % 5]}" if seed % 11 else "",
        f"due: {dates[seed % 7]}" if seed % 3 else "",
        f"finished: {dates[(number + n) % 7]}" if STATUSES[seed % 5] == "finished" and seed % 4 else "",
        f"parent: i{n - 1}" if n % 4 == 3 else f"track: t{seed % tracks}" if tracks and seed % 5 else "",
        FIELDS[number // 4 % 4][1],
    ]
    tasks = [f"- [{'x' if (seed + each) % 3 else ' '}] step {each}\n" for each in range(seed % 6)]
    return "\n".join(["---", *filter(None, lines), "---", *tasks])


@functools.cache
def portfolio() -> Mapping[str, Roadmap]:
    """Return a hundred roadmaps by the names of their repositories."""
    content: dict[str, Mapping[str, str]] = {f"repository-{n:02d}": generated(n) for n in range(95)}
    content |= {"bare": roadmaps.BARE, "빈 것": roadmaps.BARE, "hostile": roadmaps.hostile()}
    content |= {"crowded": roadmaps.crowded(), "steady": roadmaps.steady()}
    assert len(content) == 100
    loaded = {name: load_texts(files, DAY) for name, files in content.items()}
    return {name: each.roadmap for name, each in loaded.items()}


def publish(folder: Path, below: str = "data/{}") -> Path:
    """Write what a hundred repositories publish."""
    for name, roadmap in portfolio().items():
        found, target = roadmap_tables(roadmap.settings), folder / below.format(name)
        target.mkdir(parents=True)
        for path, data in parquet_files(found, roadmap).items():
            (target / path).write_bytes(data)
        (target / "roadmap.sqlite").write_bytes(database(found, roadmap))
    return folder


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(tmp_path_factory.mktemp("portfolio"))


# --- what the script finds ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def answers(published: Path) -> Mapping[str, Rows]:
    """Return what the script of the page answers on a day, by the titles of its questions."""
    views, *questions = re.split(r"^-- ## (.+)\n", SQL, flags=re.MULTILINE)
    with pytest.MonkeyPatch.context() as patch, duckdb.connect() as connection:
        patch.chdir(published)
        connection.execute(f"set variable today = date '{DAY}'")
        connection.execute(views)
        pairs = zip(questions[::2], questions[1::2], strict=True)
        return {title: connection.execute(sql).fetchall() for title, sql in pairs}


def every_item() -> Iterator[tuple[str, Roadmap, Item]]:
    for name, roadmap in portfolio().items():
        yield from ((name, roadmap, item) for item in roadmap.items)


def test_progress_is_that_of_each_repository(answers: Mapping[str, Rows]) -> None:
    expected = []
    for name, roadmap in sorted(portfolio().items()):
        found = whole(roadmap)
        value = None if found.value is None else percent(found.value)
        expected.append((name, roadmap.settings.title, value, found.counts.done, found.counts.total, DAY))
    assert answers["Progress"] == expected
    assert {row[2] for row in expected} >= {None, 0}


def test_items_due_this_month_are_listed_by_repository(answers: Mapping[str, Rows]) -> None:
    expected = [
        (name, item.title, item.text("status") or None, item.due.text)
        for name, _roadmap, item in every_item()
        if item.due and (item.due.last.year, item.due.last.month) == (2025, 6) and item.stage is not Stage.DROPPED
    ]
    assert Counter(answers["Due this month"]) == Counter(expected)
    assert [row[0] for row in answers["Due this month"]] == sorted(row[0] for row in expected)
    assert len({row[0] for row in expected}) > 20


def test_overdue_is_what_is_open_and_past_its_last_day(answers: Mapping[str, Rows]) -> None:
    expected = [
        (name, item.title, item.due.text, (DAY - item.due.last).days)
        for name, _roadmap, item in every_item()
        if item.due and item.due.last < DAY and item.stage not in CLOSED
    ]
    assert Counter(answers["Overdue"]) == Counter(expected)
    assert [row[3] for row in answers["Overdue"]] == sorted((row[3] for row in expected), reverse=True)


def test_open_tasks_are_counted_by_track_parts_of_items_included(answers: Mapping[str, Rows]) -> None:
    counted: Counter[tuple[str, str | None, str | None]] = Counter()
    for name, roadmap, item in every_item():
        track = item if item.role.value == "track" else roadmap.track_of(item)
        stages = [roadmap.settings.task_stage(task.mark) for task in item.tasks if item.stage not in CLOSED]
        if count := sum(stage not in CLOSED for stage in stages):
            counted[name, track.id if track else None, track.title if track else None] += count
    expected = Counter((name, title, count) for (name, _id, title), count in counted.items())
    assert Counter(answers["Open tasks by track"]) == expected
    assert any(item.parent and not item.track and roadmap.track_of(item) for _name, roadmap, item in every_item())


def test_what_is_finished_is_counted_by_month(answers: Mapping[str, Rows]) -> None:
    months: dict[str, list[str]] = {}
    for name, _roadmap, item in every_item():
        when = item.date("finished")
        if when and item.stage is Stage.DONE:
            months.setdefault(f"{when.last:%Y-%m}", []).append(name)
    expected = [(month, len(names), ", ".join(sorted({*names}))) for month, names in months.items()]
    assert answers["Finished by month"] == sorted(expected, reverse=True)
    assert len(expected) >= 3


def test_relations_with_other_columns_are_one_table(published: Path) -> None:
    """A field may be a number in one repository, a text in another, and missing in a third."""
    with duckdb.connect() as connection:
        found = connection.execute(
            "select distinct effort from read_parquet(?, union_by_name = true) order by effort",
            [f"{published}/data/*/projects.parquet"],
        ).fetchall()
    assert {*found} == {("3.0",), ("many",), ("2025-05",), (None,)}


# --- what is made of it ------------------------------------------------------------------------------------


def run(folder: Path, script: str, name: str) -> None:
    (folder / name).write_text(script, "utf-8")
    subprocess.run([sys.executable, "-W", "error", name], cwd=folder, check=True)


def milemark(folder: Path, *arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "milemark", *arguments], cwd=folder, check=True)


def test_the_page_shows_every_word_and_none_of_them_is_markdown(
    published: Path, tmp_path: Path, answers: Mapping[str, Rows]
) -> None:
    shutil.copytree(published / "data", tmp_path / "data")
    (tmp_path / "portfolio.sql").write_text(f"set variable today = date '{DAY}';\n{SQL}", "utf-8")
    (tmp_path / "content").mkdir()
    (tmp_path / "content/roadmap.yml").write_text("title: All\n", "utf-8")
    (tmp_path / "mkdocs.yml").write_text("site_name: All\ndocs_dir: build/docs\n", "utf-8")
    run(tmp_path, PORTFOLIO, "portfolio.py")
    milemark(tmp_path, "check", "--strict")
    milemark(tmp_path, "generate")
    page = (tmp_path / "build/docs/portfolio.md").read_text("utf-8").split("---\n", 2)[2]
    html = BeautifulSoup(markdown.markdown(page, extensions=["attr_list"]), "html.parser")
    assert [each.text for each in html.find_all("h2")] == list(answers)
    for table, rows in zip(html.find_all("table"), answers.values(), strict=True):
        shown = [tuple(cell.text for cell in row.find_all("td")) for row in table.find_all("tr")[1:]]
        assert shown == [tuple("" if each is None else " ".join(str(each).split()) for each in row) for row in rows]
    assert {each.name for each in html.find_all()} == {"div", "h2", "table", "thead", "tbody", "tr", "th", "td"}


def test_what_lies_on_the_sites_is_fetched(published: Path, tmp_path: Path) -> None:
    if not shutil.which("curl"):
        pytest.skip("curl is not installed")
    (tmp_path / "fetch.sh").write_text(FETCH, "utf-8")
    site = tmp_path / "sites/one"
    shutil.copytree(published / "data/repository-05", site / "data")
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    fetch = functools.partial(subprocess.run, ["sh", "fetch.sh"], cwd=tmp_path, env=environment, capture_output=True)
    with serving(tmp_path / "sites") as url:
        (tmp_path / "repositories.txt").write_text(f"\none {url}one\n\nsame {url}one", "utf-8")
        assert fetch(check=False).returncode == 0
        names = {"roadmap.parquet", "items.parquet", "tasks.parquet"}
        for each in ("one", "same"):
            found = {path.name: path.read_bytes() for path in (tmp_path / "data" / each).iterdir()}
            assert found == {name: (site / "data" / name).read_bytes() for name in names}
        (tmp_path / "repositories.txt").write_text(f"gone {url}gone\none {url}one\n", "utf-8")
        assert fetch(check=False).returncode != 0


def test_the_databases_are_gathered_to_the_same_numbers(published: Path, tmp_path: Path) -> None:
    (tmp_path / "data").symlink_to(published / "data")
    run(tmp_path, GATHER, "gather.py")
    with closing(sqlite3.connect(tmp_path / "portfolio.sqlite")) as gathered, duckdb.connect() as connection:
        for name in ("roadmap", "items", "tasks", "dependencies", "tags", "links"):
            counts = f"select repository, count(*) from {name} group by repository order by repository"  # noqa: S608
            expected = connection.execute(
                "select parse_path(filename)[-2], count(*) from read_parquet(?, filename = true) group by 1 order by 1",
                [f"{published}/data/*/{name}.parquet"],
            ).fetchall()
            assert gathered.execute(counts).fetchall() == expected
        (question,) = re.findall(r'^sqlite3 -box portfolio.sqlite "(.*)"$', PAGE, re.MULTILINE)
        late = gathered.execute(question.replace("'now'", f"'{DAY}'")).fetchall()
        progress = gathered.execute("select repository, progress from roadmap order by repository").fetchall()
    assert Counter(late) == Counter(
        (name, item.title, item.due.text)
        for name, _roadmap, item in every_item()
        if item.due and item.due.last < DAY and item.stage is Stage.ACTIVE
    )
    assert progress == [
        (name, None if (value := whole(roadmap).value) is None else pytest.approx(float(value)))
        for name, roadmap in sorted(portfolio().items())
    ]


# --- the job -----------------------------------------------------------------------------------------------


@pytest.fixture
def workflow(tmp_path: Path) -> Path:
    path = tmp_path / ".github/workflows/portfolio.yml"
    path.parent.mkdir(parents=True)
    path.write_text(WORKFLOW, "utf-8")
    return path


def test_the_job_is_what_github_reads_and_the_security_linter_finds_nothing(workflow: Path) -> None:
    must(tool("check-jsonschema"), "--builtin-schema", "vendor.github-workflows", workflow)
    must(tool("zizmor"), "--offline", "--no-config", "--persona=pedantic", "--no-progress", workflow)


def test_the_job_uses_what_was_looked_up_and_tried() -> None:
    assert dict(re.findall(r"uses: (\S+) # (\S+)", WORKFLOW)) == ACTIONS
    assert yaml.safe_load(WORKFLOW)["env"] == {
        "MILEMARK": "the requirement that `milemark doctor` prints",
        "DUCKDB": f"duckdb=={duckdb.__version__}",
    }


def test_the_job_runs_the_files_of_the_page_and_publishes_each_week() -> None:
    job = yaml.load(WORKFLOW, Loader=yaml.BaseLoader)  # noqa: S506  `on` stays a text
    (week,) = job["on"]["schedule"]
    assert re.fullmatch(r"\d+ \d+ \* \* [0-6]", week["cron"])
    commands = [step["run"] for step in job["jobs"]["build"]["steps"] if "run" in step]
    assert commands[1:] == ["sh fetch.sh", "python portfolio.py", "milemark build --strict"]
