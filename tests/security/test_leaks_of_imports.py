"""Texts that are private where they come from stay private: imported from another tool, or split into files."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from leaks import Plan, Word, traces_below, with_files_below
from outputs import leaks, outputs
from support import cli, write_content, write_files

Texts = Mapping[str, str]
COLLECTIONS = "".join(
    f"  {name}: {{label: X, fields: {{size: {{}}}}}}\n" for name in ("cards", "tasks", "issues", "all")
)
SECTION = "<!-- private -->\n{}\n<!-- /private -->\n"


def word_of(plan: Plan) -> tuple[str, str]:
    """Return a title and a text of a new private item."""
    found: Word = plan.new()
    return found.title, found.slug


def long_file(plan: Plan) -> Texts:
    (field, one), (section, two), (note, three), (text, _four) = (word_of(plan) for _ in range(4))
    return {
        "long.md": f"# R\n\n## {field}\nprivate: true\n\n{one}\n\n<!-- private -->\n## {section}\n{two}\n"
        f"<!-- /private -->\n\n## Public\n%% {note} {three} %%\n\n<!-- private -->\n{text}\n"
    }


def private_file(plan: Plan) -> Texts:
    (title, text), (other, _text) = word_of(plan), word_of(plan)
    return {"long.md": f"---\naudience: private\n---\n# R\n\n## {title}\n{text}\n\n## {other}\n- [ ] {text}\n"}


def board(plan: Plan) -> Texts:
    (note, _a), (card, text), (section, _b), (comment, _c) = (word_of(plan) for _ in range(4))
    return {
        "board.md": "---\nkanban-plugin: board\n---\n\n## Doing\n\n- [ ] Public\n"
        f"- [ ] A card %%{note}%%\n<!-- private -->\n- [ ] {card}\n\t{text}\n<!-- /private -->\n"
        f"- [ ] B\n\t<!-- private -->\n\t{section}\n\t<!-- /private -->\n\n"
        f"%%\n- [ ] {comment}\n%%\n\n%% kanban:settings\n```\n{{}}\n```\n%%\n"
    }


def private_board(plan: Plan) -> Texts:
    title, text = word_of(plan)
    return {"board.md": f"---\nkanban-plugin: board\ndraft: true\n---\n\n## Doing\n\n- [ ] {title}\n\t{text}\n"}


def backlog(plan: Plan) -> Texts:
    fields = ("audience: private", "draft: true", "Audience: Private", "publish: false", "labels: [private]", "size: 1")
    found = {}
    for number, field in enumerate(fields):
        title, text = word_of(plan)
        words = (
            f"title: {title}\n{field}\n---\n{text}" if field != "size: 1" else f"title: x\n---\n%% {title} {text} %%"
        )
        found[f"tasks/task-{number}.md"] = f"---\nid: task-{number}\nstatus: To Do\n{words}\n"
    return found


def table(plan: Plan) -> Texts:
    rows = ("private,,,,", ",yes,,,", ",,x,,", ",,,no,", ",,,,Private")
    lines = (f"{title},{text},{row}\n" for row in rows for title, text in [word_of(plan)])
    return {"table.csv": f"Title,Notes,Audience,Private,Draft,Published,Visibility\n{''.join(lines)}Public,,,,,,\n"}


def issues(plan: Plan) -> Texts:
    (label, one), (section, two), (field, three) = (word_of(plan) for _ in range(3))
    url = "https://github.com/acme/app/issues/"
    listed = [
        {"number": 1, "title": label, "state": "OPEN", "url": f"{url}1", "body": one, "labels": [{"name": "private"}]},
        {"number": 2, "title": "x", "state": "OPEN", "url": f"{url}2", "body": SECTION.format(f"{section} {two}")},
        {"number": 3, "title": field, "state": "OPEN", "url": f"{url}3", "body": three},
    ]
    planned = {"id": "P", "visibility": "Private", "content": {"type": "Issue", "title": field, "url": f"{url}3"}}
    return {"issues.json": json.dumps(listed), "project.json": json.dumps({"items": [planned]})}


EXPORTS: tuple[tuple[Callable[[Plan], Texts], tuple[str, ...]], ...] = (
    (long_file, ("roadmap", "long.md", "--into", "items")),
    (private_file, ("roadmap", "long.md", "--into", "items")),
    (board, ("kanban", "board.md")),
    (private_board, ("kanban", "board.md")),
    (backlog, ("backlog", ".")),
    (table, ("csv", "table.csv")),
    (issues, ("github", "issues.json", "project.json")),
)


def planned() -> Plan:
    plan = Plan()
    plan.slots["collections"] = COLLECTIONS
    return plan


def assert_private(plan: Plan) -> None:
    assert leaks(outputs(plan, "public"), plan.words) == {}
    seen = set[Word]().union(*leaks(outputs(plan, "private"), plan.words).values())
    assert set(plan.words) - seen == set()


@pytest.mark.parametrize(("export", "arguments"), EXPORTS, ids=[export.__name__ for export, _arguments in EXPORTS])
def test_an_import_publishes_nothing_that_is_private_at_its_source(
    export: Callable[[Plan], Texts], arguments: tuple[str, ...], tmp_path: Path
) -> None:
    plan = planned()
    root = write_content(tmp_path / "project", {**plan.content()})
    texts = export(plan)
    write_files(tmp_path / "export", texts)
    given = [str(tmp_path / "export" / each) if each in {*texts, "."} else each for each in arguments]
    for _again in range(2):
        done = cli(root, "import", *given)
        assert done.exit_code == 0, done.output
    assert_private(with_files_below(plan, root / "content"))


@pytest.mark.parametrize("export", [long_file, private_file], ids=["parts", "whole"])
def test_a_file_that_is_split_opens_nothing(export: Callable[[Plan], Texts], tmp_path: Path) -> None:
    plan = planned()
    text = "".join(export(plan).values()).removeprefix("---\n")
    headed = f"---\nitems: headings\n{text}" if text.startswith("audience") else f"---\nitems: headings\n---\n{text}"
    root = write_content(tmp_path, {**plan.content(), "all/long.md": headed})
    done = cli(root, "split", str(root / "content/all/long.md"), "--write")
    assert done.exit_code == 0, done.output
    assert len([*(root / "content/all").iterdir()]) > 2
    assert_private(with_files_below(plan, root / "content"))


def test_files_that_are_private_by_their_names_are_not_joined_into_a_public_one(tmp_path: Path) -> None:
    plan = planned()
    title, text = word_of(plan)
    root = write_content(
        tmp_path,
        {**plan.content(), "all/a.md": f"---\ntitle: {title}\n---\n{text}\n", "all/b.md": "---\ntitle: B\n---\n"},
    )
    settings = (root / "content/roadmap.yml").read_text("utf-8")
    write_content(root, {"roadmap.yml": f"{settings}publish: ['all/b.md', 'all/j.md', 'items/**']\n"})
    done = cli(root, "join", str(root / "content/all/j.md"), str(root / "content/all/a.md"), "--write")
    assert done.exit_code == 2
    assert "would become public" in done.stderr
    assert traces_below(root / "content/all", plan.words).keys() == {"a.md"}
