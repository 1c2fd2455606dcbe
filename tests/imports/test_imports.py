"""Exports of other tools become files, which a later import updates until somebody edits them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from milemark.app.cli import group
from milemark.imports.imported import Converter, Import, Imported
from milemark.imports.plan import Effect, Known, file_text, plan
from milemark.markdown.document import Scalar, Sequence
from milemark.markdown.front_matter import parse_document
from milemark.roadmap.settings import Settings
from milemark.roadmap.statuses import DEFAULT_STATUSES
from support import cli, write_content, write_files

ROADMAP = "title: T\nstatuses: {todo: planned, doing: active, done: done, dropped: dropped}\ncollections: {%s}\n"
ALL = "issues: {}, items: {}, cards: {}, tasks: {}, milestones: {role: milestone}"


def project(folder: Path, collections: str = ALL, **files: str) -> Path:
    return write_content(folder / "project", {"roadmap.yml": ROADMAP % collections, **files})


def exported(folder: Path, name: str, text: str | bytes) -> Path:
    return write_files(folder, {name: text}) / name


def texts(root: Path, folder: str) -> dict[str, str]:
    """Return the imported files of a folder by name, without the comment of the import."""
    found = {}
    for path in sorted((root / "content" / folder).glob("*.md")):
        lines = path.read_text("utf-8").splitlines(keepends=True)
        found[path.stem] = "".join(line for line in lines if not line.startswith("# imported"))
    return found


def issue(number: int, **values: Any) -> dict[str, Any]:
    url = f"https://github.com/acme/app/issues/{number}"
    return {"number": number, "title": f"Issue {number}", "state": "OPEN", "url": url, "body": "", **values}


ISSUES = [
    issue(
        1,
        body="Text.\r\n\r\n- [ ] a\r\n",
        labels=[{"name": "bug"}, {"name": "a, b"}],
        milestone={"number": 3, "title": "v1.0", "description": "First.", "dueOn": "2025-03-31T00:00:00Z"},
        assignees=[{"login": "kim"}],
    ),
    issue(2, state="CLOSED", stateReason="NOT_PLANNED", closedAt="2025-02-01T10:00:00Z"),
    issue(
        3,
        state="CLOSED",
        stateReason="COMPLETED",
        closedAt="2025-02-02T10:00:00Z",
        parent={"number": 1},
        blockedBy=[{"number": 2, "url": "https://github.com/acme/app/issues/2"}],
        reactionGroups=[],
    ),
]
PLANNED = {
    "items": [
        {
            "id": "P1",
            "content": {"type": "Issue", "number": 1, "title": "Issue 1", "url": ISSUES[0]["url"]},
            "status": "In Progress",
            "priority": "High",
            "iteration": {"title": "It", "startDate": "2025-01-06", "duration": 14},
            "labels": ["bug"],
        },
        {
            "id": "P2",
            "content": {"type": "DraftIssue", "title": "An idea", "body": "Later."},
            "target date": "2025-06-30",
        },
    ],
    "totalCount": 2,
}


def test_issues_milestones_and_project_items_of_github_become_items(tmp_path: Path) -> None:
    root = project(tmp_path)
    issues = exported(tmp_path, "issues.json", json.dumps(ISSUES))
    planned = exported(tmp_path, "project.json", json.dumps(PLANNED))
    for files in ((issues, planned), (planned, issues)):
        done = cli(root, "import", "github", *map(str, files))
        assert done.exit_code == 0, done.output
        assert "not understood: reactionGroups (1 item)" in done.stderr
    found = texts(root, "issues")
    assert found == {
        "app-1": "---\ntitle: Issue 1\nstatus: doing\npriority: High\nstart: 2025-01-06\ndue: 2025-01-19\n"
        'tags: [bug, "a, b"]\nassignees: kim\nmilestone: v10\nsource: "https://github.com/acme/app/issues/1"\n---\n\n'
        "Text.\n\n- [ ] a\n",
        "app-2": '---\ntitle: Issue 2\nstatus: dropped\nfinished: 2025-02-01\nsource: "https://github.com/acme/app/issues/2"\n'
        "---\n",
        "app-3": "---\ntitle: Issue 3\nstatus: done\nfinished: 2025-02-02\nparent: app-1\ndepends_on: [app-2]\n"
        'source: "https://github.com/acme/app/issues/3"\n---\n',
        "an-idea": '---\ntitle: An idea\ndue: 2025-06-30\nsource: "github:P2"\n---\n\nLater.\n',
    }
    assert texts(root, "milestones") == {
        "v10": '---\ntitle: v1.0\ndue: 2025-03-31\nsource: "https://github.com/acme/app/milestone/3"\n---\n\nFirst.\n'
    }
    assert cli(root, "check").exit_code == 0


def test_milestones_of_the_api_have_a_state_and_without_a_collection_only_dates_are_kept(tmp_path: Path) -> None:
    api = [
        {
            "title": "v2",
            "number": 4,
            "state": "closed",
            "due_on": None,
            "html_url": "https://github.com/a/b/milestone/4",
        }
    ]
    root = project(tmp_path)
    assert cli(root, "import", "github", str(exported(tmp_path, "m.json", json.dumps(api)))).exit_code == 0
    assert "status: done" in texts(root, "milestones")["v2"]
    other = project(tmp_path / "other", "issues: {}")
    done = cli(other, "import", "github", str(exported(tmp_path, "i.json", json.dumps(ISSUES))))
    assert "role: milestone" in done.stderr
    assert "due: 2025-03-31" in texts(other, "issues")["app-1"]


LINEAR = (
    "ID,Team,Title,Description,Status,Priority,Labels,Cycle Number,Created,Started,Completed,Due Date,Parent issue\n"
    'ENG-1,Eng,"Sync, all","One\ntwo",In Progress,High,"Bug, API",4,2025-01-01,2025-01-02T00:00:00Z,,2025-03-01,\n'
    "ENG-2,Eng,'=SUM(A1),,Done,No priority,,,,,2025-02-01T10:00:00.000Z,,ENG-1\n"
)
TRELLO = "Card ID,Card Name,Card URL,Labels,Due Date,List Name\n9,Ship,https://trello.com/c/9,red,2025-02-03T12:00:00Z,Doing\n"
CSV = {
    "Linear": (
        LINEAR,
        {
            "eng-1": '---\ntitle: "Sync, all"\nstatus: doing\npriority: High\ntags: [Bug, API]\nstart: 2025-01-02\n'
            'due: 2025-03-01\nsource: "linear:ENG-1"\n---\n\nOne\ntwo\n',
            "eng-2": '---\ntitle: "=SUM(A1)"\nstatus: done\nfinished: 2025-02-01\nparent: eng-1\n'
            'source: "linear:ENG-2"\n---\n',
        },
    ),
    "Jira": (
        "Summary,Issue key,Issue id,Status,Labels,Labels,Due date\nLogin,ABC-1,7,To Do,ui,web,12/Mar/25 3:14 PM\n",
        {"abc-1": '---\ntitle: Login\nstatus: todo\ntags: [ui, web]\ndue: 2025-03-12\nsource: "jira:ABC-1"\n---\n'},
    ),
    "Jira, all fields": (
        (
            "\ufeffSummary,Issue key,Issue id,Issue Type,Status,Due Date,"
            "Description,Custom field (Start date),Parent\r\n"
            'Epic,ABC-1,10001,Epic,To Do,6/21/2025 17:13,"h2. Goal\r\n\r\n* a ""b""",14/Mar/24 2:30 PM,\r\n'
            "결제,ABC-2,10002,Sub-task,Done,,,,10001,surplus\r\n"
        ),
        {
            "abc-1": "---\ntitle: Epic\nstatus: todo\ndue: 2025-06-21\nstart: 2024-03-14\n"
            'source: "jira:ABC-1"\n---\n\nh2. Goal\n\n* a "b"\n',
            "abc-2": '---\ntitle: 결제\nstatus: done\nparent: abc-1\nsource: "jira:ABC-2"\n---\n',
        },
    ),
    "Linear, older": (
        "ID,Team,Title,Status,Labels,Parent issue\nENG-1,Eng,One,Done,Bug,\nENG-2,Eng,Two,,,ENG-1\n",
        {
            "eng-1": '---\ntitle: One\nstatus: done\ntags: [Bug]\nsource: "linear:ENG-1"\n---\n',
            "eng-2": '---\ntitle: Two\nparent: eng-1\nsource: "linear:ENG-2"\n---\n',
        },
    ),
    "Trello, colours": (
        'Card ID,Card Name,Labels,List Name\n9,Ship,"Buy now (green), Urgent (red_dark)",Doing\n',
        {"ship": '---\ntitle: Ship\ntags: [Buy now, Urgent]\nstatus: doing\nsource: "trello:9"\n---\n'},
    ),
    "Trello": (
        TRELLO,
        {
            "ship": '---\ntitle: Ship\ntags: [red]\ndue: 2025-02-03\nstatus: doing\nsource: "https://trello.com/c/9"\n---\n'
        },
    ),
}


@pytest.mark.parametrize("tool", CSV)
def test_the_columns_of_known_tools_are_fields(tmp_path: Path, tool: str) -> None:
    text, expected = CSV[tool]
    root = project(tmp_path)
    done = cli(root, "import", "csv", str(exported(tmp_path, "export.csv", text)))
    assert f"read as an export of {tool.partition(',')[0]}" in done.stderr
    assert ("more cells than columns, so check them: 1 of 2 rows" in done.stderr) == ("surplus" in text)
    assert texts(root, "items") == expected


def test_other_columns_are_fields_by_a_mapping_and_the_rest_is_told(tmp_path: Path) -> None:
    root = project(tmp_path)
    table = exported(tmp_path, "Plan.csv", "\ufeffThema;Stand;Bis;Wer\nEins;fertig;2025;ich\n")
    done = cli(root, "import", "csv", str(table))
    assert (done.exit_code, "--map 'Column=title'" in done.stderr) == (2, True)
    assert "Thema, Stand, Bis, Wer" in done.stderr
    done = cli(root, "import", "csv", str(table), "--map", "Thema=title,Stand=status,Bis=due")
    assert 'declare the status "fertig" under `statuses`' in done.stderr
    assert "left out: the columns Wer" in done.stderr
    assert texts(root, "items") == {
        "eins": '---\ntitle: Eins\nstatus: fertig\ndue: 2025\nsource: "csv:Plan.csv:Eins"\n---\n'
    }


# Made after Notion's description of its export, not a real one: the title first, under any name; a BOM; an id in the
# name of the file, with `_all` for all rows; dates in words; relations as titles with addresses or files.
NOTION = (
    "\ufeff이름,Status,Dates,Tags,Parent item,Blocked by,Sub-item,Created time,Done,담당\r\n"
    'Épic,In progress,"March 3, 2025 → April 2, 2025","ui, web",,,"결제, 2단계 (https://www.notion.so/a-0af?pvs=21)",'
    '"January 1, 2025 9:00 AM",No,Kim\r\n'
    '"결제, 2단계",Done,"April 2, 2025",,Épic (https://www.notion.so/pic-0123?pvs=21),'
    '"로그인 (Tasks%20x/login%2001.md), Épic (Tasks%20x/epic%2002.md)",,"January 1, 2025 9:00 AM",Yes,\r\n'
    "로그인,Not started,2025/03/05 10:00,,,,,,No,\r\n"
)
NOTION_ID = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize("ending", ["", "_all"])
def test_a_table_of_notion_is_known_by_its_name(tmp_path: Path, ending: str) -> None:
    root = project(tmp_path)
    done = cli(root, "import", "csv", str(exported(tmp_path, f"Tasks {NOTION_ID}{ending}.csv", NOTION)))
    assert "read as an export of Notion" in done.stderr
    assert "left out: the columns Done, 담당\n" in done.stderr
    assert texts(root, "items") == {
        "épic": "---\ntitle: Épic\nstatus: doing\ndue: 2025-04-02\nstart: 2025-03-03\ntags: [ui, web]\n"
        'source: "csv:Tasks.csv:Épic"\n---\n',
        "결제-2단계": '---\ntitle: "결제, 2단계"\nstatus: done\ndue: 2025-04-02\nparent: épic\n'
        'depends_on: [로그인, épic]\nsource: "csv:Tasks.csv:결제, 2단계"\n---\n',
        "로그인": '---\ntitle: 로그인\nstatus: todo\ndue: 2025-03-05\nsource: "csv:Tasks.csv:로그인"\n---\n',
    }
    again = exported(tmp_path, f"Tasks {NOTION_ID[::-1]}.csv", NOTION)
    assert "3 unchanged" in cli(root, "import", "csv", str(again)).stderr


@pytest.mark.parametrize(
    ("name", "text", "arguments", "expected"),
    [
        (f"T {NOTION_ID}.csv", "제목,Name\nA,x\n", [], {"a": "A"}),
        (f"T {NOTION_ID}.csv", "분류,제목\nx,A\n", ["--map", "제목=title"], {"a": "A"}),
        (
            f"T {NOTION_ID}.csv",
            "Task name,ID,Parent task\nA,T-1,\nB,T-2,A (https://notion.so/a)\n",
            [],
            {"t-1": "A", "t-2": "B"},
        ),
        ("T.csv", "제목,Name\nA,x\n", [], {"x": "x"}),
    ],
)
def test_the_title_of_a_row_of_notion_is_its_first_cell(
    tmp_path: Path, name: str, text: str, arguments: list[str], expected: dict[str, str]
) -> None:
    root = project(tmp_path)
    assert cli(root, "import", "csv", str(exported(tmp_path, name, text)), *arguments).exit_code == 0
    found = texts(root, "items")
    assert {name: each.split("title: ")[1].split("\n")[0] for name, each in found.items()} == expected
    assert ("parent: t-1" in found.get("t-2", "")) == ("t-2" in expected)


BOARD = """\
---

kanban-plugin: board

---

## To Do (3)

- [ ] Write **docs** #docs @{2025-03-01}
\tmore
\t- [ ] sub

## Doing

- [ ] [[Note A]]

## Shipped

**Complete**
- [ ] Setup

***

## Archive

- [x] Old
- [ ] Never

%% kanban:settings
```
{"kanban-plugin":"board"}
```
%%
"""


def test_the_cards_of_a_board_have_the_status_of_their_lane(tmp_path: Path) -> None:
    root = project(tmp_path)
    assert cli(root, "import", "kanban", str(exported(tmp_path, "board.md", BOARD))).exit_code == 0
    found = texts(root, "cards")
    assert found["write-docs"] == (
        "---\ntitle: Write docs\nstatus: todo\ntags: [docs]\ndue: 2025-03-01\n"
        'source: "kanban:board.md#Write docs"\n---\n\n'
        "more\n- [ ] sub\n"
    )
    statuses = {name: text.split("status: ")[1].split("\n")[0] for name, text in found.items()}
    expected = {"write-docs": "todo", "note-a": "doing", "setup": "done", "old": "done", "never": "dropped"}
    assert statuses == expected


def test_a_card_may_have_its_date_below_its_first_line_and_the_title_of_another(tmp_path: Path) -> None:
    board = (
        "---\n\nkanban-plugin: board\n\n---\n\n<!--\n- [ ] no card\n-->\n\n## Bugs\n\n"
        "- [ ] **Slider at 100%**\n    \n    The background is black\n    \n    @{2024-02-22} @@{10:00}\n"
        "- [ ] Twice\n- [ ] Twice\n    \n    @{2025-12-09}\n\n\n## Fixed bugs\n"
    )
    root, file = project(tmp_path), exported(tmp_path, "board.md", board)
    assert "3 new" in cli(root, "import", "kanban", str(file)).stderr
    found = texts(root, "cards")
    assert "due: 2024-02-22" in found["slider-at-100"]
    assert found["slider-at-100"].endswith("---\n\nThe background is black\n")
    assert [*sorted(found)] == ["slider-at-100", "twice", "twice-2"]
    assert ("due:" in found["twice"], "due: 2025-12-09" in found["twice-2"]) == (False, True)
    assert "3 unchanged" in cli(root, "import", "kanban", str(file)).stderr


@pytest.mark.parametrize("order", [["i.json", "p.json"], ["p.json", "i.json"]])
def test_a_milestone_that_a_project_names_by_its_title_is_that_of_the_issues(tmp_path: Path, order: list[str]) -> None:
    root, url = project(tmp_path), "https://github.com/o/r/issues/1"
    issue = {"number": 1, "title": "One", "state": "OPEN", "url": url}
    entries = {
        "i.json": [issue | {"milestone": {"number": 3, "title": "v1.0", "dueOn": "2025-03-01T00:00:00Z"}}],
        "p.json": {
            "items": [{"id": "P", "content": issue, "milestone": {"title": "v1.0", "dueOn": "", "description": ""}}]
        },
    }
    files = {name: exported(tmp_path, name, json.dumps(each)) for name, each in entries.items()}
    assert "2 new" in cli(root, "import", "github", *(str(files[name]) for name in order)).stderr
    assert [*texts(root, "milestones")] == ["v10"]
    assert "milestone: v10" in texts(root, "issues")["r-1"]


def test_a_label_private_makes_an_item_private_whatever_stands_beside_it(tmp_path: Path) -> None:
    rows = 'Title,Status,Labels\nOne,todo,"private, web"\nTwo,todo,Private\nThree,todo,web\n'
    root = project(tmp_path)
    done = cli(root, "import", "csv", str(exported(tmp_path, "plan.csv", rows)), "--into", "items")
    assert "private, as at the source: 2 items" in done.stderr
    written = texts(root, "items")
    assert [name for name, text in written.items() if "audience: private\n" in text] == ["one", "two"]


def test_the_tasks_of_a_backlog_keep_their_ids_and_a_name_without_quotes_is_read(tmp_path: Path) -> None:
    head = "id: TASK-1\ntitle: One\nstatus: In Progress\nassignee: @kim\nlabels: [ui]\ncreated_date: 2025-01-01\n"
    write_files(
        tmp_path / "backlog",
        {
            "tasks/task-1 - One.md": f"---\n{head}dependencies: [task-2]\n---\nText.\n\n- [ ] #1 a\n",
            "completed/task-2 - Two.md": "---\nid: task-2\ntitle: Two\nstatus: To Do\nassignee:\n  - @kim\n---\n",
            "archive/tasks/task-3.md": "---\nid: task-3\ntitle: Three\nparent_task_id: TASK-1\n---\n",
            "tasks/broken.md": "---\ntitle: [x\n---\n",
            "docs/doc.md": "---\ntitle: A doc\n---\n",
        },
    )
    root = project(tmp_path)
    done = cli(root, "import", "backlog", str(tmp_path))
    assert "not read: tasks/broken.md" in done.stderr
    assert texts(root, "tasks") == {
        "task-1": '---\ntitle: One\nstatus: doing\ntags: [ui]\nassignee: ["@kim"]\ndepends_on: [task-2]\n'
        'source: "backlog:task-1"\n---\n\nText.\n\n- [ ] #1 a\n',
        "task-2": '---\ntitle: Two\nstatus: done\nassignee: ["@kim"]\nsource: "backlog:task-2"\n---\n',
        "task-3": '---\ntitle: Three\nstatus: dropped\nparent: task-1\nsource: "backlog:task-3"\n---\n',
    }


def test_the_headings_of_a_roadmap_become_files_one_level_deeper_below_quarters(tmp_path: Path) -> None:
    text = (
        "# Plan\nIntro.\n## Q1 2025\n### ✅ Cache\n- [x] t\n## Q2 2025\n### Sync {#s}\nstatus: doing\n"
        "depends_on: cache, nope\nText.\n"
    )
    root = project(tmp_path)
    done = cli(root, "import", "roadmap", str(exported(tmp_path, "ROADMAP.md", text)))
    assert "level 3" in done.stderr
    assert 'depends_on "nope", which is no item of the file' in done.stderr
    assert texts(root, "items") == {
        "cache": '---\ntitle: Cache\nstatus: done\ndue: 2025-Q1\nsource: "ROADMAP.md#cache"\n---\n\n- [x] t\n',
        "s": "---\ntitle: Sync\nstatus: doing\ndue: 2025-Q2\ndepends_on: [cache]\n"
        'source: "ROADMAP.md#s"\n---\n\nText.\n',
    }


def files_of(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_an_import_may_be_run_again_and_never_changes_an_edited_file(tmp_path: Path) -> None:
    root = project(tmp_path)
    table = exported(tmp_path, "a.csv", "id,title,status\n1,One,todo\n2,Two,todo\n3,Three,todo\n4,Four,todo\n")
    before = files_of(root)
    dry = cli(root, "import", "csv", str(table), "--dry-run")
    assert "new: content/items/one.md" in dry.stdout
    assert files_of(root) == before
    cli(root, "import", "csv", str(table))
    first = files_of(root)
    cli(root, "import", "csv", str(table))
    assert files_of(root) == first
    items = root / "content/items"
    (items / "two.md").write_text((items / "two.md").read_text("utf-8") + "mine\n", "utf-8")
    (items / "three.md").write_text((items / "three.md").read_text("utf-8").replace("todo", "done"), "utf-8")
    (items / "four.md").rename(items / "moved.md")
    kept = files_of(root)
    exported(tmp_path, "a.csv", "id,title,status\n1,One,doing\n2,Two,doing\n3,Three,todo\n4,Four,doing\n5,One,todo\n")
    done = cli(root, "import", "csv", str(table))
    assert done.stdout.splitlines() == [
        "updated: content/items/one.md",
        "edited since, and changed at its source: kept: content/items/two.md",
        "edited since, kept: content/items/three.md",
        "updated: content/items/moved.md",
        "new: content/items/one-2.md",
    ]
    for name in ("two.md", "three.md"):
        assert (items / name).read_bytes() == kept[str(items / name)]
    assert "doing" in (items / "moved.md").read_text("utf-8")


REFUSED: dict[str, tuple[tuple[str, ...], str]] = {
    "no JSON": (("github", "x.txt"), "is not JSON"),
    "other JSON": (("github", "x.json"), "is not a list of issues"),
    "no table": (("csv", "x.txt"), "has no rows"),
    "no column": (("csv", "x.csv", "--map", "Nope=title"), 'has no column "Nope"'),
    "a place outside": (
        ("csv", "x.csv", "--into", "../out"),
        '"../out" is not one\n  = name it from there: --into issues',
    ),
    "a place elsewhere": (("csv", "x.csv", "--into", "/계획"), '"/계획" is not one'),
    "a place from the root": (("csv", "x.csv", "--into", "content/계획"), "= name it from there: --into 계획"),
    "a hidden place": (("csv", "x.csv", "--into", ".obsidian"), '".obsidian" is not one'),
    "a text as a board": (("kanban", "x.txt"), "x.txt is not a board of Obsidian's Kanban plugin"),
    "a plan as a board": (("kanban", "계획.md"), "계획.md is not a board of Obsidian's Kanban plugin"),
    "an empty board": (("kanban", "board.md"), "no items found"),
    "no backlog": (("backlog", "notes"), "notes is not a folder of Backlog.md: it has no tasks/"),
    "no headings": (("roadmap", "x.txt"), "no items found"),
    "no text": (("csv", "x.bin"), "x.bin cannot be read as text"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_wrong_file_or_place_is_an_error_and_nothing_is_written(tmp_path: Path, kind: str) -> None:
    files: dict[str, str | bytes] = {
        "x.txt": "hello",
        "x.json": "[1]",
        "x.csv": "title\nA\n",
        "x.bin": b"\xff\xfe\x00\xd8",
        "계획.md": "# 계획\n\n## 할 일\n\n- [ ] 하나\n",
        "board.md": "---\n\nkanban-plugin: board\n\n---\n\n## To Do\n\n- no task\n",
        "notes/a.md": "# A\n",
    }
    write_files(tmp_path, files)
    root = project(tmp_path)
    before = files_of(tmp_path)
    (command, name, *rest), message = REFUSED[kind]
    done = cli(root, "import", command, str(tmp_path / name), *rest)
    assert done.exit_code in {1, 2}
    assert message in done.stderr
    assert "declare the collection" not in done.stderr
    assert files_of(tmp_path) == before


@pytest.mark.parametrize(
    ("arguments", "is_told"), [(["plans"], True), (["plans", "--dry-run"], False), (["items"], False)]
)
def test_the_collection_of_new_files_is_declared_after_they_are_written(
    tmp_path: Path, arguments: list[str], is_told: bool
) -> None:
    root = project(tmp_path)
    table = exported(tmp_path, "x.csv", "title\nA\n")
    done = cli(root, "import", "csv", str(table), "--into", *arguments)
    advice = "next: declare the collection in roadmap.yml: collections: {plans: {}}\n"
    assert done.stderr.endswith(f"1 new\n{advice}") == is_told
    assert ("declare" in done.stderr) == is_told
    assert "declare" not in cli(root, "import", "csv", str(table), "--into", *arguments[:1]).stderr or not is_told


IN_FOLDER = {
    "csv": ["import", "csv", "계획/x.csv"],
    "roadmap": ["import", "roadmap", "계획/ROADMAP.md"],
    "backlog": ["import", "backlog", "계획"],
    "split": ["split", "content/plan.md"],
    "join": ["join", "content/all.md", "content/one.md"],
}


@pytest.mark.parametrize("kind", IN_FOLDER)
@pytest.mark.parametrize("is_last", [False, True])
def test_a_file_is_seen_from_the_folder_that_the_option_names(tmp_path: Path, kind: str, *, is_last: bool) -> None:
    root = project(
        tmp_path,
        **{
            "plan.md": "---\nitems: headings\n---\n# Plan\n\n## A\n\n- [ ] a\n",
            "one.md": "---\nstatus: todo\n---\n# One\n",
        },
    )
    exported(root, "계획/x.csv", "title\nB\n")
    exported(root, "계획/ROADMAP.md", "# P\n\n## C\n")
    exported(root, "계획/tasks/task-1.md", "---\nid: task-1\ntitle: D\n---\n")
    option = ["-C", str(root)]
    done = CliRunner().invoke(group, [*IN_FOLDER[kind], *option] if is_last else [*option, *IN_FOLDER[kind]])
    assert (done.exit_code, "error" in done.stderr) == (0, False)


def test_the_drafts_of_a_backlog_stay_private(tmp_path: Path) -> None:
    task = "---\nid: {0}\ntitle: 초안 {0}\nstatus: Draft\n---\n"
    files = {"tasks/task-1.md": "task-1", "drafts/draft-1.md": "draft-1", "archive/drafts/draft-2.md": "draft-2"}
    write_files(tmp_path / "backlog", {path: task.format(name) for path, name in files.items()})
    root = project(tmp_path)
    assert "private, as at the source: 2 items" in cli(root, "import", "backlog", str(tmp_path)).stderr
    private = {name: "audience: private" in text for name, text in texts(root, "tasks").items()}
    assert private == {"task-1": False, "draft-1": True, "draft-2": True}


def test_a_file_that_milemark_does_not_read_is_not_replaced(tmp_path: Path) -> None:
    root = project(tmp_path)
    write_content(root, {"roadmap.yml": ROADMAP % ALL + "exclude: [items/a.md]\n", "items/a.md": "mine\n"})
    before = files_of(root)
    done = cli(root, "import", "csv", str(exported(tmp_path, "a.csv", "title\nB\nA\n")))
    assert (done.exit_code, "milemark does not read it" in done.stderr) == (2, True)
    assert files_of(root) == before


def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    root = project(tmp_path)
    (tmp_path / "out").mkdir()
    (root / "content/items").symlink_to(tmp_path / "out")
    done = cli(root, "import", "csv", str(exported(tmp_path, "a.csv", "title\nA\n")))
    assert done.exit_code == 2
    assert not [*(tmp_path / "out").iterdir()]


SIGNS = "ab :#-[]{}'\"\\\n\r\t,&*!|>%@`\u2028\x85\x00\ud800é한~=<"
hostile = st.text(st.sampled_from(SIGNS), max_size=12)


@given(hostile, st.lists(hostile, max_size=3), hostile)
@settings(deadline=None)
def test_imported_texts_stay_values_whatever_they_are(title: str, tags: list[str], body: str) -> None:
    text = file_text({"title": title, "tags": tuple(tags)}, body).encode("utf-8", "replace")
    document, _findings = parse_document("a.md", text)
    if not document.is_broken:
        assert [key.text for key, _node in document.fields.entries] == ["title", "tags"]
        found, listed = (node for _key, node in document.fields.entries)
        assert isinstance(found, Scalar)
        assert isinstance(listed, Sequence)
        assert len(listed.items) == len([*filter(None, tags)])


@given(st.lists(st.tuples(st.sampled_from("abc"), hostile), max_size=6), st.lists(st.sampled_from("abc")))
@settings(deadline=None)
def test_a_second_plan_of_the_same_items_changes_nothing(pairs: list[tuple[str, str]], names: list[str]) -> None:
    converter = Converter(Settings(statuses=DEFAULT_STATUSES), None)
    items = [Imported(source, title, converter.fields([("title", title)]), title) for source, title in pairs]
    first = plan(items, {}, names, "items")
    assert len({each.path for each in first}) == len({source for source, _title in pairs})
    assert all(each.kind is Effect.NEW for each in first)
    sources = [*dict.fromkeys(source for source, _title in pairs)]
    stems = [each.path.removeprefix("items/").removesuffix(".md") for each in first]
    known = {
        source: Known(each.path, stem, each.text) for source, each, stem in zip(sources, first, stems, strict=True)
    }
    assert all(each.kind is Effect.SAME for each in plan(items, known, [*names, *stems], "items"))
    assert Import(tuple(items)).notes == ()
