"""One item on which a template fails does not end the build of the others."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from milemark.output.cells import Viewer
from milemark.roadmap.model import Item
from support import cli, sampled, write_content, write_files

LIST = "{% for each in roadmap.items %}- {{ each.title }} {{ each.due.text }}\n{% endfor %}"
VIEW = "{% for each in roadmap.items %}{{ each.title }} {{ each.due.text }}<br>{% endfor %}"
PAIR = "{% if 'n3' in roadmap.by_id and 'n5' in roadmap.by_id %}{{ none.x }}{% endif %}" + LIST
NUMBERS = range(40)


def project(folder: Path, templates: Mapping[str, str], undated: frozenset[int]) -> Path:
    """Write forty items; those whose numbers are in `undated` have no due date."""
    due = {number: "" if number in undated else "due: 2025-03\n" for number in NUMBERS}
    items = {f"p/n{n}.md": f"---\ntitle: Number {n}.\n{due[n]}---\nBody {n}\n" for n in NUMBERS}
    write_content(folder, {"roadmap.yml": "title: T\ncollections: {p: {}}\n", **items})
    write_content(folder, {"own.md": "# Own\n\n```milemark\nfrom: p\n```\n"})
    settings = "site_name: T\ndocs_dir: build/docs\nnot_in_nav: '*'\n"
    return write_files(
        folder, {"mkdocs.yml": settings, **{f"templates/{name}": text for name, text in templates.items()}}
    )


def page(folder: Path, path: str) -> str:
    return (folder / "build/docs" / path).read_text("utf-8")


@pytest.mark.parametrize(
    ("template", "path", "text"),
    [
        ("timeline.md.jinja", "timeline.md", LIST),
        ("index.md.jinja", "index.md", LIST),
        ("collections/p.md.jinja", "p/index.md", LIST),
        ("views/table.html.jinja", "own.md", VIEW),
    ],
)
@pytest.mark.parametrize("undated", sampled([frozenset({0}), frozenset({7, 8, 39}), frozenset({20})], 3))
def test_a_page_is_made_without_the_items_that_its_template_fails_on(
    tmp_path: Path, template: str, path: str, text: str, undated: frozenset[int]
) -> None:
    done = cli(project(tmp_path, {template: text}, undated), "generate")
    assert done.exit_code == 0, done.stderr
    shown = page(tmp_path, path)
    assert {number for number in NUMBERS if f"Number {number}." in shown} == {*NUMBERS} - undated
    for number in undated:
        assert f"--> content/p/n{number}.md:2:8" in done.stderr
    said = "error[MM123]: a template fails on this item: 'None' has no attribute 'text'"
    assert done.stderr.count(said) == len(undated) * (2 if "views" in template else 1)  # two pages show the view
    assert f"{path} is made without it; correct {tmp_path}/templates/{template}:1" in done.stderr


def test_the_page_of_an_item_shows_its_text_only_and_the_others_everything(tmp_path: Path) -> None:
    done = cli(
        project(tmp_path, {"item.md.jinja": "# {{ item.title }}\n\n{{ item.due.text }}\n"}, frozenset({4})), "generate"
    )
    assert (done.exit_code, done.stderr.count("MM123")) == (0, 1)
    assert "p/n4.md shows its text only; correct" in done.stderr
    assert ("Body 4" in page(tmp_path, "p/n4.md"), "# Number 4" in page(tmp_path, "p/n4.md")) == (True, True)
    assert "2025-03" in page(tmp_path, "p/n5.md")


def test_two_items_that_fail_only_together_lose_one(tmp_path: Path) -> None:
    done = cli(project(tmp_path, {"timeline.md.jinja": PAIR}, frozenset()), "generate")
    assert (done.exit_code, done.stderr.count("MM123")) == (0, 1)
    assert ("Number 3." in page(tmp_path, "timeline.md"), "Number 5." in page(tmp_path, "timeline.md")) == (True, False)


@pytest.mark.parametrize(
    ("template", "text", "undated"),
    [
        ("timeline.md.jinja", "{{ nothing }}", frozenset[int]()),
        ("timeline.md.jinja", "{% for", frozenset[int]()),
        ("timeline.md.jinja", LIST, frozenset(NUMBERS)),  # too many to be the fault of an item
        ("item.md.jinja", "{{ item.due.text }}", frozenset(NUMBERS)),
        ("item.md.jinja", "{% if item.id == 'n1' %}{% include 'none.jinja' %}{% endif %}", frozenset[int]()),
    ],
)
def test_a_broken_template_ends_the_build_with_its_place(
    tmp_path: Path, template: str, text: str, undated: frozenset[int]
) -> None:
    done = cli(project(tmp_path, {template: text}, undated), "generate")
    assert (done.exit_code, (tmp_path / "build/docs").exists()) == (2, False)
    assert f"error: {tmp_path}/templates/{template}:1: " in done.stderr
    assert isinstance(done.exception, SystemExit)


def test_an_error_of_our_own_does_not_end_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = Viewer.rows

    def failing(viewer: Viewer, item: Item) -> object:
        if item.id == "n2":
            raise KeyError("unexpected")
        return rows(viewer, item)

    monkeypatch.setattr(Viewer, "rows", failing)
    done = cli(project(tmp_path, {}, frozenset()), "generate")
    assert (done.exit_code, done.stderr.count("MM123")) == (0, 1)
    assert "a template fails on this item: KeyError: 'unexpected'" in done.stderr
    assert "Body 2" in page(tmp_path, "p/n2.md")


def test_a_strict_build_publishes_nothing(tmp_path: Path) -> None:
    folder = project(tmp_path, {"timeline.md.jinja": LIST}, frozenset({1}))
    done = cli(folder, "build", "--strict")
    assert (done.exit_code, (folder / "site").exists()) == (1, False)
    assert "error: nothing published: templates fail on items" in done.stderr
    assert "MM123" in done.stderr


def test_the_next_build_reports_no_item_that_was_corrected(tmp_path: Path) -> None:
    folder = project(tmp_path, {"timeline.md.jinja": LIST}, frozenset({1}))
    assert "MM123" in cli(folder, "generate").stderr
    project(tmp_path, {"timeline.md.jinja": LIST}, frozenset())
    assert "MM123" not in cli(folder, "generate").stderr
