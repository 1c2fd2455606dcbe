"""`milemark adopt` proposes a roadmap.yml for a folder as it is, and changes nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from milemark.roadmap.settings_file import parse_settings
from support import cli, must, write_files

TASK = (
    "---\nid: BACK-{0}\ntitle: Task {0}\nstatus: {1}\nassignee: []\n"
    "created_date: '2025-06-16'\nlabels: []\ndependencies: []\n---\n"
)
NOTES = {
    "projects/a.md": "---\nstate: 진행 중\n마감: 2025-03-01\nlevel: hard\n---\n# A\n",
    "projects/b.md": "---\nstate: 완료\nneeds: [a]\n---\n# B\n",
    "people/kim.md": "# Kim\n\n- [ ] call\n",
}
BACKLOG = {
    "backlog/config.yml": "project_name: X\n",
    "backlog/tasks/back-1 - One.md": TASK.format(1, "To Do"),
    "backlog/completed/back-2 - Two.md": TASK.format(2, "Done"),
    "backlog/completed/back-3 - Three.md": TASK.format(3, "Won't Do").replace("assignee: []", "assignee: @kim"),
}
VAULT = {
    ".obsidian/app.json": "{}",
    ".obsidian/templates.json": '{"folder": "Templates"}',
    "Templates/t.md": "---\nstate: <% tp %>\n---\n",
    **NOTES,
}


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("files", "folder", "lines", "told"),
    [
        (
            NOTES,
            ".",
            [
                "names: {status: state, due: 마감}",
                "  진행 중: active # 1 file",
                "  projects: {label: projects} # 2 files",
            ],
            ["3 Markdown files", "items: 2 in projects; other pages: 1; tasks: 1 (0 done)", "level (1 item)"],
        ),
        (
            BACKLOG,
            ".",
            ["content: backlog", "like: backlog", "  Done: done # 1 file"],
            ["items: 3 in tasks", "files whose fields cannot be read: 1", "backlog/completed/back-3 - Three.md:5:11"],
        ),
        (
            VAULT,
            ".",
            [
                "publish: [] # for example: [Projects/, Notes/garden.md]",
                'exclude: ["/Templates/"] # milemark does not read them',
            ],
            [],
        ),
        (
            NOTES,
            "people",
            ["content: people"],
            ["items: none; other pages: 1", "history: none, the folder is not in a git repository"],
        ),
        (
            {"Board/a.md": "---\nstatus: done\n---\n# A\n"},
            ".",
            ["match: {folder: Board}"],
            ["items: 1 in Board-items", "1 Markdown file in"],
        ),
    ],
)
def test_a_folder_is_proposed_as_it_is(
    tmp_path: Path, files: Mapping[str, str], folder: str, lines: list[str], told: list[str]
) -> None:
    write_files(tmp_path, files)
    before = files_of(tmp_path)
    result = cli(tmp_path, "adopt", folder)
    assert [line for line in lines if line not in result.stdout] == []
    assert [text for text in told if text not in result.stderr] == []
    assert "<% tp %>" not in result.stdout
    assert parse_settings(result.stdout.encode())[1] == []
    assert files_of(tmp_path) == before


def test_write_writes_one_file_and_the_next_command_works(tmp_path: Path) -> None:
    write_files(tmp_path, BACKLOG)
    before = files_of(tmp_path)
    result = cli(tmp_path, "adopt", "--write")
    assert result.stderr.endswith("next: milemark check\n")
    assert files_of(tmp_path) == {**before, "roadmap.yml": result.stdout.encode()}
    assert "3 items" in cli(tmp_path, "check").stderr


@pytest.mark.parametrize("taken", ["roadmap.yml", "notes/roadmap.yml"])
def test_an_existing_roadmap_yml_is_never_replaced(tmp_path: Path, taken: str) -> None:
    write_files(tmp_path, {"notes/a.md": "# A\n", taken: "title: Mine\n"})
    result = cli(tmp_path, "adopt", "notes", "--write")
    assert (result.exit_code, "already exists: nothing written" in result.stderr) == (2, True)
    assert (tmp_path / taken).read_text() == "title: Mine\n"


def test_a_file_with_several_items_is_counted_once(tmp_path: Path) -> None:
    write_files(tmp_path, {"ROADMAP.md": "# 계획\n\n## A\n\n- [ ] x\n\n## B\n\n- [x] y\n"})
    told = cli(tmp_path, "adopt").stderr
    assert "\n1 Markdown file in " in told
    assert "items: 2 in items; other pages: 1; tasks: 2 (1 done)" in told


def test_a_repository_without_commits_has_no_history_yet(tmp_path: Path) -> None:
    write_files(tmp_path, NOTES)
    must("git", "init", "-q", cwd=tmp_path)
    assert "history: none, nothing is committed\n" in cli(tmp_path, "adopt").stderr


def test_a_folder_without_markdown_has_nothing_to_adopt(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.txt": "text\n"})
    assert "nothing to adopt" in cli(tmp_path, "adopt").stderr


def test_a_decision_of_a_backlog_is_no_finished_work(tmp_path: Path) -> None:
    decision = "---\nid: decision-1\ntitle: Use SQLite\nstatus: accepted\n---\n"
    write_files(tmp_path, BACKLOG | {"backlog/decisions/decision-1 - Use SQLite.md": decision})
    (tmp_path / "backlog/completed/back-3 - Three.md").unlink()
    assert cli(tmp_path, "adopt", "backlog", "--write").exit_code == 0
    assert "Use SQLite" not in cli(tmp_path, "explain", "roadmap").output
    assert "1 record" in cli(tmp_path, "check").stderr


RECORD = "---\nstatus: {0}\n---\n# 결정\n"


@pytest.mark.parametrize(
    ("files", "has", "lacks"),
    [
        (BACKLOG | {"backlog/decisions/decision-1.md": RECORD.format("accepted")}, "  To Do: planned", "accepted"),
        (
            {f"adr/000{number}.md": RECORD.format(word) for number, word in enumerate(("accepted", "proposed"), 1)},
            "  adr: {label: adr, role: record} # 2 files",
            "accepted",
        ),
        (
            {"docs/결정/a.md": RECORD.format('"superseded by [b](b.md)"'), "할 일/a.md": RECORD.format("진행 중")},
            "  docs: {label: docs, role: record} # 1 file",
            "superseded",
        ),
        ({f"pep/{word}.md": RECORD.format(word) for word in ("accepted", "final")}, "  accepted: done", "role: record"),
    ],
)
def test_the_status_of_a_decision_is_proposed_as_no_stage_of_work(
    tmp_path: Path, files: Mapping[str, str], has: str, lacks: str
) -> None:
    write_files(tmp_path, files)
    result = cli(tmp_path, "adopt", "--write")
    assert (has in result.stdout, lacks in result.stdout) == (True, False)
    assert "MM204" not in cli(tmp_path, "check").stdout


@pytest.mark.parametrize(
    "text",
    [
        "---\nstatus: done\n---\n[없음](no.md)\n\n[y](no-2.md)\n",
        "---\nstatus: done\ndue: 내일\n---\n![x](no.png)\n",
        "---\nstatus: done\ndepends_on: [없음]\n---\n",
        "---\nstatus: done\n---\n",
    ],
)
def test_adopt_counts_the_errors_that_check_lists(tmp_path: Path, text: str) -> None:
    write_files(tmp_path, {"notes/a.md": text, "notes/b.md": "---\nstatus: planned\n---\n# B\n"})
    told = cli(tmp_path, "adopt", "--write").stderr
    listed = json.loads(cli(tmp_path, "check", "--format", "json").stdout)["diagnostics"]
    errors = [each for each in listed if each["severity"] == "error"]
    assert (f"`milemark check` lists: {len(errors)}\n" in told) == bool(errors)
    assert bool(errors) == ("lists" in told)


ITEM = "---\nstatus: done\n---\n# 글\n"


@pytest.mark.parametrize(
    ("files", "left", "count"),
    [
        ({".gitignore": "/build\nnode_modules/\n", "build/docs/a.md": ITEM, "node_modules/x/README.md": ITEM}, 1, 1),
        ({"웹/.gitignore": "/build\n", "웹/build/a.md": ITEM, "build/index.html": "", "build/docs/a.md": ITEM}, 1, 1),
        ({"public/index.html": "", "public/sitemap.xml": "", "public/글/a.md": ITEM}, 1, 1),
        ({"web/index.html": "", "web/계획/a.md": ITEM}, 0, 2),
        ({".gitignore": "*.tmp\n\n# x\n!글/\n", "비밀/a.md": ITEM}, 0, 2),
        ({".gitignore": "*\n", "비밀/a.md": ITEM}, 0, 2),
        ({".gitignore": "*\n!*.md\n", "비밀/a.md": ITEM}, 0, 2),
        ({".gitignore": "!\n\\\n비밀/\n", "비밀/a.md": ITEM}, 1, 1),
        ({"앱/node_modules/x/README.md": ITEM}, 1, 1),
    ],
)
def test_folders_that_hold_no_texts_of_an_author_are_not_adopted(
    tmp_path: Path, files: Mapping[str, str], left: int, count: int
) -> None:
    write_files(tmp_path, {"글/a.md": ITEM, **files})
    result = cli(tmp_path, "adopt", "--write")
    settings, findings = parse_settings((tmp_path / "roadmap.yml").read_bytes())
    assert (findings, len(settings.exclude)) == ([], left)
    assert f"{count} Markdown file" in result.stderr
    assert f"{count} item" in cli(tmp_path, "check").stderr


@pytest.mark.parametrize(
    ("folder", "words"),
    [
        ("계획.md", "계획.md is a file, and `adopt` reads folders\n  = run `milemark adopt`\n"),
        ("notes/a.md", "`milemark adopt notes`"),
        ("없음", "there is no folder 없음"),
    ],
)
def test_a_file_is_no_folder_to_adopt(tmp_path: Path, folder: str, words: str) -> None:
    write_files(tmp_path, {"계획.md": "# P\n", "notes/a.md": ITEM})
    done = cli(tmp_path, "adopt", folder)
    assert (done.exit_code, words in done.stderr) == (2, True)


def test_words_that_say_who_may_see_a_file_are_understood(tmp_path: Path) -> None:
    fields = "draft: false\npublish: true\npublished: 2025-01-01\nunlisted: false\nprivate: no\n분류: 글\n"
    write_files(tmp_path, {"글/a.md": f"---\nstatus: done\n{fields}---\n# A\n"})
    told = cli(tmp_path, "adopt").stderr
    assert "does not know and keeps as text: 1\n    분류 (1 item)\n" in told


def test_the_drafts_of_a_backlog_are_private_and_adopt_says_so(tmp_path: Path) -> None:
    draft = TASK.format(9, "Draft").replace("Task 9", "비밀 초안")
    write_files(tmp_path, BACKLOG | {"backlog/drafts/back-9 - Secret.md": draft})
    (tmp_path / "backlog/completed/back-3 - Three.md").unlink()
    assert "private, so in no public output: 1 in drafts" in cli(tmp_path, "adopt", "--write").stderr
    assert "비밀 초안" in cli(tmp_path, "list").stdout
    for command in (["list"], ["export", "json"], ["export", "csv", "-o", "out"], ["query", "select * from items"]):
        cli(tmp_path, *command, "--audience", "public")
        assert "비밀 초안" not in cli(tmp_path, *command, "--audience", "public").output
    assert all("비밀 초안".encode() not in path.read_bytes() for path in (tmp_path / "out").rglob("*"))


@pytest.mark.parametrize(
    ("folder", "named"),
    [("볼트/글", "볼트"), ("볼트/글/깊은", "볼트"), ("볼트/사람", "볼트"), ("고리", "볼트")],
)
def test_a_part_of_a_vault_is_adopted_without_making_it_public(tmp_path: Path, folder: str, named: str) -> None:
    note = "---\nstatus: done\n---\n# 비밀\n"
    files = {"글/a.md": note, "글/깊은/b.md": note, "사람/c.md": "# 사람\n", "글/틀/t.md": "# {{title}}\n"}
    settings = {".obsidian/templates.json": '{"folder": "글/틀"}'}
    write_files(tmp_path, {f"볼트/{path}": text for path, text in (files | settings).items()})
    (tmp_path / "고리").symlink_to(tmp_path / "볼트/글")
    adopted = cli(tmp_path, "adopt", folder)
    proposed, _findings = parse_settings(adopted.stdout.encode())
    assert (proposed.publish, "# A part of a vault of Obsidian" in adopted.stdout) == ((), True)
    assert f"a part of the Obsidian vault {named}: " in adopted.stderr
    assert proposed.exclude == (("/틀/",) if folder in {"볼트/글", "고리"} else ())


@pytest.mark.parametrize(
    ("place", "hint"),
    [
        ("볼트/글/a.md", "milemark adopt 볼트"),
        ("backlog/tasks", "milemark adopt backlog"),
        ("backlog/drafts", "milemark adopt backlog"),
        ("backlog/completed/back-2 - Two.md", "milemark adopt backlog"),
        ("내 글/a.md", "milemark adopt '내 글'"),
        ("글/tasks/a.md", "milemark adopt 글/tasks"),
    ],
)
def test_a_part_of_a_whole_leads_to_the_whole(tmp_path: Path, place: str, hint: str) -> None:
    notes = dict.fromkeys(("볼트/글/a.md", "내 글/a.md", "글/tasks/a.md", "backlog/drafts/d.md"), ITEM)
    write_files(tmp_path, BACKLOG | notes | {"볼트/.obsidian/app.json": "{}"})
    told = cli(tmp_path, "adopt", place)
    assert (told.exit_code, told.stderr.splitlines()[-1]) == (2, f"  = run `{hint}`")


def test_init_in_a_part_of_a_vault_or_a_backlog_publishes_nothing(tmp_path: Path) -> None:
    write_files(tmp_path, BACKLOG | {"볼트/.obsidian/app.json": "{}", "볼트/글/a.md": ITEM})
    assert "publish: []" in cli(tmp_path, "init", "볼트/글").output + (tmp_path / "볼트/글/roadmap.yml").read_text()
    assert "backlog` reads all of it" in cli(tmp_path, "init", "backlog/tasks").stderr
    assert not (tmp_path / "backlog/tasks/roadmap.yml").exists()


WORK = "---\nstatus: open\ndue: 2026-12-31\n---\n# 일\n"
NOTE = "---\n상태: 진행중\n마감일: 2026-12-20\n---\n# 온실\n"
OF_TASKNOTES = (
    "---\nstatus: open\nscheduled: 2026-12-10\ncontexts: [집]\ndateCreated: 2026-11-01\ntags: [task]\n---\n# 세금\n"
)
SHORT = "---\nstatus: done\ntags: [task]\n---\n# 전화\n"


@pytest.mark.parametrize(
    ("files", "lines"),
    [
        (
            {"계획/a.md": NOTE, "일/b.md": WORK},
            [
                "  계획: {label: 계획, names: {status: 상태, due: 마감일}} #",
                "  일: {label: 일} #",
                "  진행중: active #",
            ],
        ),
        (
            {"계획/a.md": NOTE, "일/b.md": NOTE.replace("상태", "진행상태").replace("진행중", "보류")},
            ["names: {due: 마감일}\n", "names: {status: 상태}} #", "names: {status: 진행상태}} #", "  보류: paused #"],
        ),
        ({"계획/a.md": NOTE, "일/b.md": NOTE.replace("진행중", "할일")}, ["names: {status: 상태, due: 마감일}\n"]),
        (
            {"계획/a.md": WORK.replace("due", "deadline"), "일/b.md": WORK.replace("status", "state")},
            ["계획, names: {due: deadline}} #", "일, names: {status: state}} #"],
        ),
        (
            {"계획/a.md": NOTE.replace("마감일", "시작일"), "할일/b.md": OF_TASKNOTES, "할일/c.md": SHORT},
            [
                "{status: 상태, start: 시작일}} #",
                "  할일: {label: 할일, match: {folder: 할일}, like: tasknotes} # 2 files",
            ],
        ),
        (
            {"계획/a.md": NOTE, "할일/b.md": OF_TASKNOTES, "할일/c.md": OF_TASKNOTES},
            [
                "  tasks: {label: Tasks, like: tasknotes}\n",
                "names: {due: 마감일}\n",
                "계획, names: {status: 상태}} # 1 file",
            ],
        ),
        ({"할일/b.md": OF_TASKNOTES, "할일/c.md": OF_TASKNOTES}, ["like: tasknotes\n"]),
        ({"계획/a.md": NOTE, "할일/b.md": SHORT}, ["  할일: {label: 할일} # 1 file"]),
    ],
)
def test_each_folder_keeps_its_own_words_and_its_tool(
    tmp_path: Path, files: Mapping[str, str], lines: list[str]
) -> None:
    write_files(tmp_path, files)
    result = cli(tmp_path, "adopt", "--write")
    assert [line for line in lines if line not in result.stdout] == []
    rows = json.loads(cli(tmp_path, "list", "--format", "json").stdout)["rows"]
    assert (len(rows), [row for row in rows if not row["status"]]) == (len(files), [])
    assert "error" not in cli(tmp_path, "check").stdout


@pytest.mark.parametrize(
    ("mark", "line"),
    [
        ("/", '"/": active # 1 task\n'),
        ("-", '"-": dropped # 1 task\n'),
        (">", '">": planned # 1 task\n'),
        ("~", '"~": planned # 1 task: a guess, the mark is not known\n'),
        ('"', '"\\"": planned # 1 task: a guess'),
    ],
)
def test_the_marks_of_tasks_are_proposed_with_their_stages(tmp_path: Path, mark: str, line: str) -> None:
    write_files(tmp_path, {"글/a.md": f"{ITEM}\n- [{mark}] 기초 공사\n- [x] 설계\n"})
    assert f"marks: # of tasks, besides [ ] and [x]\n  {line}" in cli(tmp_path, "adopt", "--write").stdout
    assert "MM405" not in cli(tmp_path, "check").stdout


def test_tasks_with_usual_marks_need_no_line(tmp_path: Path) -> None:
    write_files(tmp_path, {"글/a.md": f"{ITEM}\n- [ ] 기초 공사\n- [X] 설계\n"})
    assert "marks" not in cli(tmp_path, "adopt").stdout


@pytest.mark.parametrize(
    ("files", "left"),
    [
        ({"템플릿/하루.md": '---\ndate: <% tp.date.now("YYYY") %>\n---\n'}, ("/템플릿/",)),
        ({"틀/a.md": "---\n상태: 할일\n마감일: {{date}}\n---\n# {{title}}\n"}, ("/틀/",)),
        (
            {"글/틀/a.md": '---\ntitle: "{{title}}"\n---\n', "글/틀/b.md": "---\ntags:\n  - {{tag}}\n---\n"},
            ("/글/틀/",),
        ),
        ({"글/틀.md": "---\ndue: {{date}}\n---\n"}, ("/글/틀.md",)),
        ({"글/b.md": '---\nstatus: done\ntitle: "Use {{ x }} in Vue"\n---\n'}, ()),
        ({"글/b.md": "---\nstatus: done\n---\n# {{title}}\n\ndue: {{date}}\n"}, ()),
    ],
)
def test_templates_are_no_notes(tmp_path: Path, files: Mapping[str, str], left: tuple[str, ...]) -> None:
    write_files(tmp_path, {"글/a.md": ITEM, "글/c.md": ITEM, "글/d.md": ITEM, **files})
    proposed, findings = parse_settings(cli(tmp_path, "adopt", "--write").stdout.encode())
    assert (proposed.exclude, findings) == (left, [])
    assert "error" not in cli(tmp_path, "check").stdout


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (
            (
                "# 계획\n\n## Now\n\n- [ ] 결제\n- [x] 검색\n\n### 팀\n\n- [ ] 초대\n\n"
                "## Next\n\n### 앱\n\n- [ ] 출시\n\n## Later\n"
            ),
            [5, 6],
        ),
        ("# 계획\n\n- [ ] 첫째\n\n## 지금\n\n### 팀\n\n- [ ] 초대\n", [3]),
        ("# 계획\n\n## Now\n\n### 팀\n\n- [ ] 초대\n", []),
    ],
)
def test_tasks_that_belong_to_no_item_are_named(tmp_path: Path, text: str, places: list[int]) -> None:
    write_files(tmp_path, {"ROADMAP.md": text})
    told = cli(tmp_path, "adopt").stderr
    assert [int(line.rpartition(":")[2]) for line in told.splitlines() if "    ROADMAP.md:" in line] == places
    assert ("in no item; `milemark adopt`" in cli(tmp_path, "init", "--dry-run").stderr) == bool(places)
