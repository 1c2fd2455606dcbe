"""`milemark export`: where it writes, what it refuses, and that every format is the same for the same roadmap."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import date
from pathlib import Path

import click
import pytest
import vobject
from click.testing import Result
from hypothesis import given, settings
from hypothesis import strategies as st

import roadmaps
from milemark.app.commands.export import export
from milemark.foundation.i18n import Language
from milemark.output.export.formats import FORMATS, ExportInput, Format
from milemark.output.urls import Addresses
from support import cli, load_texts, write_files

DAY = date(2025, 6, 15)
CONTENT = {
    "roadmap.yml": "title: Plan\nstatuses: {done: done}\ncollections: {tracks: {role: track}, items: {}}\n",
    "tracks/work.md": "---\ntitle: Work\n---\n",
    "items/one.md": "---\ntitle: One\ntrack: work\nstatus: done\nfinished: 2025-01-05\ndue: 2025-01\n---\n",
}
FILES = {
    "badge": {f"badge/{name}.{kind}" for name in ("whole", "work") for kind in ("svg", "json")},
    "ics": {"roadmap.ics"},
    "feed": {"feed.xml", "feed.json"},
    "json": {"roadmap.json"},
    "resume": {"resume.json"},
    "csv": {
        *("roadmap.csv", "collections.csv", "items.csv", "tracks.csv", "milestones.csv"),
        *(
            "tasks.csv",
            "dependencies.csv",
            "elsewhere.csv",
            "tags.csv",
            "links.csv",
            "assignees.csv",
            "fields.csv",
            "items_items.csv",
        ),
        *("history.csv", "track_history.csv", "item_history.csv", "task_history.csv", "forecasts.csv"),
    },
    "sqlite": {"roadmap.sqlite"},
    "parquet": {
        *("roadmap.parquet", "collections.parquet", "items.parquet", "tracks.parquet", "milestones.parquet"),
        *(
            "tasks.parquet",
            "dependencies.parquet",
            "elsewhere.parquet",
            "tags.parquet",
            "links.parquet",
            "assignees.parquet",
            "fields.parquet",
        ),
        *("items_items.parquet", "history.parquet", "track_history.parquet"),
        *("item_history.parquet", "task_history.parquet", "forecasts.parquet"),
    },
}
ROADMAPS: Mapping[str, Callable[[], Mapping[str, str]]] = {
    "small": lambda: CONTENT,
    "bare": lambda: roadmaps.BARE,
    "hostile": roadmaps.hostile,
}
each_format = pytest.mark.parametrize("chosen", FORMATS.values(), ids=[*FORMATS])


def write(folder: Path, settings: str = "site_name: x\n") -> Path:
    write_files(folder, {**{f"content/{path}": text for path, text in CONTENT.items()}, "mkdocs.yml": settings})
    return folder


def run(folder: Path, *arguments: str) -> Result:
    return cli(folder, "export", *arguments)


def source_of(content: Mapping[str, str]) -> ExportInput:
    loaded = load_texts(content, DAY)
    return ExportInput(loaded.roadmap, Language(loaded.roadmap.settings.locale), Addresses("https://example.org/plan"))


def written(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_the_command_offers_every_format() -> None:
    (choice,) = (each.type for each in export.params if each.name == "name")
    assert isinstance(choice, click.Choice)
    assert set(choice.choices) == set(FORMATS) == set(FILES)


@each_format
def test_a_folder_takes_the_files_of_any_format(tmp_path: Path, chosen: Format) -> None:
    project, target = write(tmp_path / "project"), tmp_path / "out"
    target.mkdir()
    assert run(project, chosen.name, "-o", str(target)).exit_code == 0
    assert written(target) == FILES[chosen.name]


@each_format
def test_without_a_place_one_file_is_printed_and_several_are_refused(tmp_path: Path, chosen: Format) -> None:
    found = run(write(tmp_path), chosen.name)
    if chosen.is_single:
        (expected,) = chosen.make(source_of(CONTENT)).values()
        assert found.exit_code == 0
        assert len(found.stdout_bytes) > len(expected) // 2
    else:
        assert (found.exit_code, found.stdout) == (2, "")
        assert found.stderr == (
            f"error: {chosen.name} writes several files: name a folder, for example -o {chosen.name}\n"
        )


def test_a_place_that_is_no_folder_is_the_file_itself_beside_the_project(tmp_path: Path) -> None:
    project = write(tmp_path)
    assert run(project, "json", "-o", "made/plan.json").exit_code == 0
    assert json.loads((project / "made/plan.json").read_text("utf-8"))["title"] == "Plan"
    assert [path.name for path in (project / "made").iterdir()] == ["plan.json"]


@pytest.mark.parametrize(
    "place", ["content", "content/new", "content/items/one.md", "items/../content/x", ".git/hooks"]
)
@pytest.mark.parametrize("name", ["json", "csv"])
def test_what_is_written_by_hand_is_never_written_to(tmp_path: Path, place: str, name: str) -> None:
    project = write(tmp_path)
    before = {path: (project / path).read_bytes() for path in written(project)}
    found = run(project, name, "-o", place)
    assert found.exit_code == 2
    assert "which milemark only reads: name another place" in found.stderr
    assert {path: (project / path).read_bytes() for path in written(project)} == before


def test_a_link_does_not_lead_into_the_content(tmp_path: Path) -> None:
    project = write(tmp_path)
    (project / "out").symlink_to("content")
    assert run(project, "csv", "-o", "out").exit_code == 2


def test_several_files_do_not_take_the_place_of_one(tmp_path: Path) -> None:
    project = write(tmp_path)
    found = run(project, "csv", "-o", "mkdocs.yml")
    assert (found.exit_code, (project / "mkdocs.yml").read_text("utf-8")) == (2, "site_name: x\n")
    assert "mkdocs.yml is not a folder, and csv writes several files: name a folder" in found.stderr


@pytest.mark.parametrize(("settings", "is_said"), [("site_name: x\n", True), ("site_url: https://e.org/\n", False)])
def test_without_the_address_of_the_site_it_is_said_that_nothing_leads_there(
    tmp_path: Path, settings: str, is_said: bool
) -> None:
    found = run(write(tmp_path, settings), "ics")
    assert ("note: mkdocs.yml has no `site_url`, so the export has no links to the site" in found.stderr) == is_said
    assert ("URL:https://e.org/items/one/" in found.stdout) == (not is_said)


def test_a_project_without_a_publisher_is_exported_as_well(tmp_path: Path) -> None:
    (write(tmp_path) / "mkdocs.yml").unlink()
    assert run(tmp_path, "feed", "-o", "out").exit_code == 0


def test_a_roadmap_that_cannot_be_trusted_is_not_exported(tmp_path: Path) -> None:
    (write(tmp_path) / "content/roadmap.yml").write_text("title: [\n", "utf-8")
    found = run(tmp_path, "json", "-o", "plan.json")
    assert (found.exit_code, (tmp_path / "plan.json").exists()) == (1, False)


@pytest.mark.parametrize("name", ROADMAPS)
@each_format
def test_the_same_roadmap_gives_the_same_bytes(chosen: Format, name: str) -> None:
    first, second = (chosen.make(source_of(ROADMAPS[name]())) for _ in range(2))
    assert dict(first) == dict(second)
    assert chosen.is_single == (len(first) == 1)


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_every_format_holds_any_text(text: str) -> None:
    said = '"' + "".join(f"\\U{ord(each):08x}" for each in text) + '"'  # any letter, as YAML writes it
    fields = f"title: {said}\nstatus: done\nfinished: 2025-01-05\ndue: 2025\nsummary: {said}\ntags: [{said}]\n"
    schema = f"title: {said}\nstatuses: {{done: done}}\ncollections: {{items: {{label: {said}}}}}\n"
    source = source_of({"roadmap.yml": schema, "items/one.md": f"---\n{fields}---\n- [ ] open\n"})
    files = {path: data for each in FORMATS.values() for path, data in each.make(source).items()}
    expected = source.roadmap.by_id["one"].title
    for path, data in files.items():
        if path.endswith((".svg", ".xml")):
            ET.fromstring(data)  # noqa: S314  our own
        elif path.endswith(".json"):
            json.loads(data)
        elif path.endswith(".csv"):
            rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
            assert {len(row) for row in rows} == {len(rows[0])}
    assert len(vobject.readOne(files["roadmap.ics"].decode()).vevent_list) == 1
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(files["roadmap.sqlite"])
        assert connection.execute("select title, tasks_total from items").fetchall() == [(expected, 1)]


def test_the_schema_belongs_to_json_alone(tmp_path: Path) -> None:
    assert json.loads(run(tmp_path, "json", "--schema").stdout)["$id"] == "urn:milemark:roadmap:1"
    assert run(tmp_path, "csv", "--schema").exit_code == 2
