"""Editors and the language server: the real process answers clients with the capabilities of VS Code, Neovim, Helix."""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

import pytest
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcInvalidParams

from editors import HELIX, NEOVIM, VS_CODE, Editor, drive
from support import BIN, ROOT, cli, run, sampled, write_content, write_files

Answer = TypeVar("Answer")
ROADMAP = """\
as_of: 2025-01-12
statuses: {할 일: planned, In progress: active, Done: done}
collections:
  projects:
    fields:
      status: {required: true}
      area: {choices: [back end, front-end], label: 영역}
      due: {type: date}
  tracks: {role: track}
  team: {role: person}
"""
SHOP = """\
---
title: 가게 📅 열기
status: In progress
track: web
due: 2025-Q1
depends_on: [accounts]
tags: [redis]
---
📅 가게는 [계정](accounts.md) 다음, 📅 [[accounts]] 다음.

## 📅 계획

- [x] 하나
- [ ] 📅 둘

<!-- private -->
비밀
<!-- /private -->
"""
ACCOUNTS = "---\ntitle: 계정 만들기\nstatus: 할 일\naliases: [계정]\ntags: [api]\n---\n# 계정 만들기\n"
FILES = {
    "roadmap.yml": ROADMAP,
    "projects/shop.md": SHOP,
    "projects/accounts.md": ACCOUNTS,
    "tracks/web.md": "---\ntitle: Web 📅\n---\n",
    "team/kim.md": "# 김 하나\n",
}
P = "content/projects/shop.md"
REQUESTS: list[Callable[[Editor], Awaitable[None]]] = []


def request(script: Callable[[Editor], Awaitable[None]]) -> Callable[[Editor], Awaitable[None]]:
    """Add a script to those that each client runs, on one server."""
    REQUESTS.append(script)
    return script


@pytest.mark.parametrize("editor", sampled([VS_CODE, NEOVIM, HELIX], 3))
def test_each_request_is_answered_for_each_client(root: Path, editor: str) -> None:
    async def script(its: Editor) -> None:
        for each in REQUESTS:
            await each(its)
            for path in [*its.texts]:
                its.close(path)
            write_content(root, FILES)

    drive(root, script, editor)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_content(tmp_path, FILES)


async def opened(editor: Editor, text: str = SHOP) -> None:
    if P in editor.texts:
        editor.change(P, text)
    else:
        editor.open(P, text)
    await asked(editor)


async def asked(editor: Editor) -> None:
    """Wait until the whole roadmap is related: then the symbols of all items are known."""
    for _turn in range(1_000):
        found = await editor.client.workspace_symbol_async(lsp.WorkspaceSymbolParams(""))
        if {each.name for each in found or ()} >= {"계정 만들기 (accounts)", "Web 📅 (web)"}:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("the roadmap is not related")


async def labels(editor: Editor, before: str, path: str = P) -> list[str]:
    found = await editor.client.text_document_completion_async(lsp.CompletionParams(**editor.where(path, before)))
    return [each.label for each in found.items] if isinstance(found, lsp.CompletionList) else []


async def completed(editor: Editor, before: str, label: str, path: str = P) -> str:
    """Return the text of a file after a choice."""
    found = await editor.client.text_document_completion_async(lsp.CompletionParams(**editor.where(path, before)))
    assert isinstance(found, lsp.CompletionList)
    item = next(each for each in found.items if each.label == label)
    return editor.edited(path, [item.text_edit])


async def actions(editor: Editor, before: str, path: str = P) -> dict[str, lsp.CodeAction]:
    place = editor.at(path, before)
    found = await editor.client.text_document_code_action_async(
        lsp.CodeActionParams(editor.document(path), lsp.Range(place, place), lsp.CodeActionContext([]))
    )
    return {each.title: each for each in found or () if isinstance(each, lsp.CodeAction)}


def result(editor: Editor, path: str, edit: lsp.WorkspaceEdit | None) -> str:
    """Return a file after the edit of a workspace."""
    assert edit
    if edit.changes:
        return editor.edited(path, edit.changes[editor.uri(path)])
    parts = [each for each in edit.document_changes or () if isinstance(each, lsp.TextDocumentEdit)]
    return editor.edited(path, next(each.edits for each in parts if each.text_document.uri == editor.uri(path)))


@request
async def findings_come_at_once_follow_each_change_and_mark_the_wrong_text(its: Editor) -> None:
    its.open(P, SHOP.replace("2025-Q1", "March 2027").replace("(accounts.md)", "(acounts.md)"))
    await its.until(lambda: its.codes(P) == ["MM206", "MM305"])
    date, link = its.client.diagnostics[its.uri(P)]
    assert [its.text_at(P, each.range) for each in (date, link)] == ["March 2027", "acounts.md"]
    assert date.code_description
    assert date.code_description.href.endswith("/MM206.md")
    its.change(P, SHOP)
    await its.until(lambda: its.codes(P) == [])


def test_open_buffers_win_over_the_disk_and_the_disk_counts_again_once_they_are_closed(root: Path) -> None:
    async def script(its: Editor) -> None:
        await opened(its)
        path = "content/projects/accounts.md"
        its.open(path, ACCOUNTS.replace("할 일", "nope"))
        await its.until(lambda: its.codes(path) == ["MM204"])
        its.close(path)
        await its.until(lambda: its.codes(path) == [])
        (root / "content/projects/accounts.md").unlink()
        await its.until(lambda: {"MM302", "MM305", "MM307"} <= {*its.codes(P)})
        write_content(root, FILES)
        await its.until(lambda: its.codes(P) == [])

    drive(root, script)


FIELDS_AND_THEIR_VALUES = [
    ("ar", "area"),
    ("status: in", "In progress"),
    ("status: ", "할 일"),
    ("area: back", "back end"),
    ("depends_on: [acc", "accounts"),
    ("depends_on: [계정", "accounts"),
    ("parent: acc", "accounts"),
    ("track: w", "web"),
    ("tags: [ap", "api"),
    ("parent: 계정", "accounts"),
    ("assignee: [하나", "kim"),
    ("due: 2025-", "2025-Q1"),
    ("featured: ", "true"),
    ("audience: ", "private"),
]


@request
async def fields_and_their_values_complete(its: Editor) -> None:
    for line, choice in FIELDS_AND_THEIR_VALUES:
        await opened(its, f"---\ntitle: 📅\n{line}\n---\n")
        text = await completed(its, line, choice)
        assert text.split("\n")[2].rstrip(" :").endswith(choice)
    await opened(its, "---\ntitle: 📅\nstatus:\n---\n")
    assert "\nstatus: Done\n" in await completed(its, "status:", "Done")


def test_an_assignee_is_a_person_and_an_alias_is_a_name_that_leads_nowhere(root: Path) -> None:
    write_content(root, {"projects/other.md": "---\nstatus: Done\ndepends_on: [old-shop]\n---\n[[older shop]]\n"})

    async def script(its: Editor) -> None:
        await opened(its, "---\nassignee: \naliases: [\n---\n")
        assert await labels(its, "assignee: ") == ["kim"]
        assert sorted(await labels(its, "aliases: [")) == ["old-shop", "older shop"]

    drive(root, script)


def test_a_block_completes_the_columns_of_its_relation_only(root: Path) -> None:
    async def script(its: Editor) -> None:
        for text, is_there in [("from: tasks\nwhere: ", True), ("where: ", False), ("where: \nfrom: tasks", True)]:
            await opened(its, f"---\ntitle: x\n---\n```milemark\n{text}\n```\n")
            found = await labels(its, "where: ")
            assert ("mark" in found, "featured" in found) == (is_there, not is_there)

    drive(root, script)


def test_completion_offers_required_fields_first_and_none_twice(root: Path) -> None:
    async def script(its: Editor) -> None:
        await opened(its, "---\ntitle: x\n\n---\n")
        its.change(P, "---\ntitle: x\nd\n---\n")
        assert (await labels(its, "\nd"))[0] in {"due", "depends_on", "description"}
        its.change(P, "---\ntitle: x\ns\n---\n")
        assert (await labels(its, "\ns"))[0] == "status"
        its.change(P, "---\ntitle: x\nstatus: Done\ns\n---\n")
        assert "status" not in await labels(its, "\ns")

    drive(root, script)


LINKS_AND_QUERIES_COMPLE = [
    ("📅 [[acc", "accounts", "📅 [[accounts]]"),
    ("📅 [[계정 만", "accounts", "📅 [[accounts]]"),
    ("📅 [a](web", "../tracks/web.md", "📅 [a](../tracks/web.md)"),
    ("```milemark\nvie", "view", "```milemark\nview: "),
    ("```milemark\nview: bo", "board", "```milemark\nview: board"),
    ("```milemark\nfrom: ta", "tasks", "```milemark\nfrom: tasks"),
    ("```milemark\nwhere: du", "due", "```milemark\nwhere: due"),
    ("```milemark\nfrom: tasks\nwhere: mar", "mark", "```milemark\nfrom: tasks\nwhere: mark"),
    ("```milemark\nsql: |\n  select tit", "title", "```milemark\nsql: |\n  select title"),
    ("```milemark\nsql: |\n  select 1\n  from ta", "tasks", "```milemark\nsql: |\n  select 1\n  from tasks"),
]


@request
async def links_and_queries_complete_in_bodies(its: Editor) -> None:
    for body, choice, new in LINKS_AND_QUERIES_COMPLE:
        head = "---\ntitle: x\nstatus: Done\n---\n"
        await opened(its, head + body)
        assert await completed(its, head + body, choice) == head + new


SETTINGS = [
    ("pol", "policies"),
    ("statuses: {할 일: pl", "planned"),
    ("statuses:\n  Done: ", "done"),
    ("collections:\n  projects:\n    ro", "role"),
    ("collections:\n  projects:\n    role: tr", "track"),
    ("collections:\n  projects:\n    fields:\n      due: {ty", "type"),
    ("collections:\n  projects: {fields: {due: {type: da", "date"),
    ("ignore: [MM30", "MM305"),
    ("locale: ", "ko"),
    ("collections:\n  projects:\n    role:", "track"),
]


@request
async def roadmap_yml_completes_and_is_checked(its: Editor) -> None:
    path = "content/roadmap.yml"
    its.open(path, "statses: {}\n")
    await its.until(lambda: its.codes(path) == ["MM503"])
    for text, choice in SETTINGS:
        its.change(path, text)
        assert choice in await labels(its, text, path)
    its.change(path, ROADMAP)
    for key, meaning in [("collections", "A collection for each folder"), ("label", "Its name on the site")]:
        card = await its.client.text_document_hover_async(lsp.HoverParams(**its.where(path, key)))
        assert shows(meaning, card)


async def settled(ask: Callable[[], Awaitable[Answer]], is_there: Callable[[Answer], object]) -> Answer:
    """Return the answer to a request once the changed files are related, or the last one."""
    found = await ask()
    for _turn in range(200):
        if is_there(found):
            break
        await asyncio.sleep(0.02)
        found = await ask()
    return found


def shows(text: str, card: lsp.Hover | None) -> bool:
    return card is not None and text in str(card.contents)


CARDS_SHOW_ITEMS_STATUSE = [
    ("[accounts]", 3, "계정 만들기"),
    ("status: In", 0, "active"),
    ("due: 2025", 0, "2025-01-01 – 2025-03-31"),
    ("[[accounts]]", 5, "계정 만들기"),
    ("title: 가게", 0, "50%"),
    ("area", 2, "back end"),
    ("See MM204", 0, "unknown-status"),
]


@request
async def cards_show_items_statuses_dates_and_fields(its: Editor) -> None:
    for before, inside, shown in CARDS_SHOW_ITEMS_STATUSE:
        await opened(its, SHOP.replace("tags:", "area: back end\ntags:") + "\nSee MM204.\n")
        params = lsp.HoverParams(**its.where(P, before, inside))
        found = await settled(partial(its.client.text_document_hover_async, params), partial(shows, shown))
        assert found
        assert isinstance(found.contents, lsp.MarkupContent)
        assert shown in found.contents.value


DEFINITIONS_LEAD_TO_ITEM = [
    ("[accounts]", 3, "content/projects/accounts.md", 0),
    ("(accounts.md)", 3, "content/projects/accounts.md", 0),
    ("[[accounts]]", 4, "content/projects/accounts.md", 0),
    ("track: we", 0, "content/tracks/web.md", 0),
    ("status: In", 0, "content/roadmap.yml", 1),
    ("due", 1, "content/roadmap.yml", 7),
]


@request
async def definitions_lead_to_items_and_to_their_declarations(its: Editor) -> None:
    for before, inside, path, line in DEFINITIONS_LEAD_TO_ITEM:
        await opened(its)
        params = lsp.DefinitionParams(**its.where(P, before, inside))
        found = await settled(partial(its.client.text_document_definition_async, params), bool)
        assert isinstance(found, lsp.Location)
        assert (found.uri, found.range.start.line) == (its.uri(path), line)


@request
async def references_find_fields_and_links_of_an_item_and_the_items_of_a_status(its: Editor) -> None:
    await opened(its)
    path = "content/projects/accounts.md"
    its.open(path)
    context = lsp.ReferenceContext(include_declaration=False)
    params = lsp.ReferenceParams(context, **its.where(path, "title: 계정"))
    found = await settled(partial(its.client.text_document_references_async, params), bool)
    assert [its.text_at(P, each.range) for each in found or ()] == ["accounts", "accounts.md", "accounts"]
    its.open("content/roadmap.yml")
    of_status = lsp.ReferenceParams(context, **its.where("content/roadmap.yml", "In progress"))
    found = await settled(partial(its.client.text_document_references_async, of_status), bool)
    assert [its.text_at(P, each.range) for each in found or ()] == ["In progress"]


CODE_ACTIONS_CORRECT_FIN = [
    ("due: March 2027", 'Write "2027-03"', "due: 2027-03"),
    ("status: Dnoe", 'Write "Done"', "status: Done"),
    ("- [ ] 📅 둘", "Tick the task", "- [x] 📅 둘"),
    ("- [x] 하나", "Untick the task", "- [ ] 하나"),
]


@request
async def code_actions_correct_findings_and_tick_tasks(its: Editor) -> None:
    for old, title, new in CODE_ACTIONS_CORRECT_FIN:
        key = old.partition(":")[0]
        line = next(each for each in SHOP.split("\n") if each.startswith(key))
        text = SHOP.replace(line, old)
        await opened(its, text)
        found = (await actions(its, old))[title]
        assert result(its, P, found.edit) == text.replace(old, new)


def test_code_actions_finish_an_item_create_missing_ones_and_ignore_rules(root: Path) -> None:
    async def script(its: Editor) -> None:
        await opened(its, SHOP.replace("[accounts]\n", "[새 것]\n").replace("redis", "a, b"))
        its.change(P, SHOP.replace("depends_on: [accounts]", "depends_on: [새 것]\nstack: a, b"))
        await its.until(lambda: {"MM302", "MM212"} <= {*its.codes(P)})
        done = (await actions(its, "status: In"))["Done today"]
        assert "status: Done\n" in result(its, P, done.edit)
        assert "finished: 2025-02-03\n" in result(its, P, done.edit)
        created = (await actions(its, "[새 것"))["Create content/projects/새-것.md"].edit
        assert created
        assert isinstance((created.document_changes or ())[0], lsp.CreateFile)
        ignored = (await actions(its, "stack: a"))["Ignore MM212 in roadmap.yml"]
        assert result(its, "content/roadmap.yml", ignored.edit) == f"{ROADMAP}ignore: [MM212]\n"

    drive(root, script)


def test_all_that_can_only_mean_one_thing_is_corrected_at_once_as_check_fix_does(root: Path) -> None:
    text = SHOP.replace("2025-Q1", "March 2027").replace("[x]", "[✓]").replace("\n", "\r\n")

    async def script(its: Editor) -> None:
        await opened(its, text)
        found = (await actions(its, "title"))["Correct all that can only mean one thing"]
        edited = result(its, P, found.edit)
        (root / P).write_bytes(text.encode())
        cli(root, "check", "--fix")
        assert edited.encode() == (root / P).read_bytes()

    drive(root, script)


@request
async def symbols_folds_links_and_hints(its: Editor) -> None:
    await opened(its)
    document, client = its.document(P), its.client
    symbols: Any = await client.text_document_document_symbol_async(lsp.DocumentSymbolParams(document))
    assert [(each.name, [part.name for part in each.children]) for each in symbols] == [
        ("📅 계획", ["[x] 하나", "[ ] 📅 둘"])
    ]
    found = await client.workspace_symbol_async(lsp.WorkspaceSymbolParams("계정"))
    assert [each.name for each in found or ()] == ["계정 만들기 (accounts)"]
    folds = await client.text_document_folding_range_async(lsp.FoldingRangeParams(document))
    assert [(each.start_line, each.end_line) for each in folds or ()] == [(0, 7), (15, 17), (10, 17)]
    links = await client.text_document_document_link_async(lsp.DocumentLinkParams(document))
    assert {its.text_at(P, each.range): (each.target or "")[-11:] for each in links or ()} == {
        "accounts.md": "accounts.md",
        "accounts": "accounts.md",
        "web": "acks/web.md",
    }


def test_the_progress_of_an_item_is_shown_behind_its_title(root: Path) -> None:
    async def script(its: Editor) -> None:
        await opened(its)
        whole = lsp.Range(lsp.Position(0, 0), lsp.Position(99, 0))
        found = await its.client.text_document_inlay_hint_async(lsp.InlayHintParams(its.document(P), whole))
        (hint,) = found or ()
        assert (hint.label, hint.position) == ("50% · 1/2", its.at(P, "열기"))

    drive(root, script, NEOVIM)


@request
async def renaming_an_item_gives_the_bytes_of_the_command(its: Editor) -> None:
    await opened(its)
    prepared: Any = await its.client.text_document_prepare_rename_async(
        lsp.PrepareRenameParams(**its.where(P, "[accounts]", 3))
    )
    assert (prepared.placeholder, its.text_at(P, prepared.range)) == ("accounts", "accounts")
    where = its.where(P, "[accounts]", 3)
    edit = await its.client.text_document_rename_async(lsp.RenameParams(new_name="계정-📅", **where))
    edited = after(its, edit)
    may_rename = bool(edit and edit.document_changes)
    assert (
        cli(its.root, "rename", "accounts", "계정-📅", "--yes", *(["--rewrite"] if may_rename else [])).exit_code == 0
    )
    assert edited == {path: (its.root / path).read_bytes() for path in edited}
    (its.root / "content/projects/계정-📅.md").unlink(missing_ok=True)


def after(its: Editor, edit: lsp.WorkspaceEdit | None) -> dict[str, bytes]:
    """Return the files that the edit of a workspace changes, by their new paths."""
    assert edit
    texts = dict(edit.changes or {})
    names: dict[str, str] = {}
    for each in edit.document_changes or ():
        if isinstance(each, lsp.TextDocumentEdit):
            texts[each.text_document.uri] = [one for one in each.edits if isinstance(one, lsp.TextEdit)]
        elif isinstance(each, lsp.RenameFile):
            names[each.old_uri] = each.new_uri
    paths = {its.uri(each.relative_to(its.root).as_posix()): each for each in its.root.rglob("content/**/*.*")}
    found = {}
    for uri, edits in texts.items():
        old = paths[uri].relative_to(its.root).as_posix()
        new = Path(unquote(urlsplit(names.get(uri, uri)).path)).relative_to(its.root).as_posix()
        found[new] = its.edited(old, edits).encode()
    return found


def test_a_file_that_is_renamed_in_the_editor_takes_its_references_along(root: Path) -> None:
    path = "content/projects/accounts.md"

    async def script(its: Editor) -> None:
        await opened(its)
        its.open(path)
        moves = lsp.RenameFilesParams([lsp.FileRename(its.uri(path), its.uri("content/projects/users.md"))])
        edit = await its.client.workspace_will_rename_files_async(moves)
        assert "aliases: [계정, accounts]\n" in result(its, path, edit)
        text = result(its, P, edit)
        assert "depends_on: [users]" in text
        assert "[계정](users.md) 다음, 📅 [[users]] 다음." in text

    drive(root, script)


REFUSED_NAMES = [
    ("web", '"web" is content'),
    ("a\nb", "cannot be the name of a file"),
    ("가" * 90, "is too long"),
    ("", "cannot be the name of a file"),
]


@request
async def names_that_cannot_be_are_refused_with_the_reason(its: Editor) -> None:
    await opened(its)
    where = its.where(P, "[accounts]", 3)
    for name, reason in REFUSED_NAMES:
        with pytest.raises(JsonRpcInvalidParams, match=reason):
            await its.client.text_document_rename_async(lsp.RenameParams(new_name=name, **where))


@request
async def a_command_that_is_refused_says_why(its: Editor) -> None:
    await opened(its)
    new = lsp.ExecuteCommandParams("milemark.new", ["projects", "shop", its.root.as_uri()])
    with pytest.raises(JsonRpcInvalidParams, match=r"^content/projects/shop.md exists already"):
        await its.client.workspace_execute_command_async(new)


def test_folders_that_are_opened_later_are_served_until_they_are_closed(root: Path, tmp_path: Path) -> None:
    other = write_content(tmp_path / "other", {**FILES, "projects/shop.md": SHOP.replace("In progress", "nope")})
    folder = lsp.WorkspaceFolder(other.as_uri(), "other")

    async def script(its: Editor) -> None:
        await opened(its)
        path = "other/content/projects/shop.md"
        change = its.client.workspace_did_change_workspace_folders
        its.open(path, SHOP.replace("In progress", "Dong"))
        change(lsp.DidChangeWorkspaceFoldersParams(lsp.WorkspaceFoldersChangeEvent([folder], [])))
        await its.until(lambda: its.codes(path) == ["MM204"])
        (finding,) = its.client.diagnostics[its.uri(path)]
        assert its.text_at(path, finding.range) == "Dong"
        change(lsp.DidChangeWorkspaceFoldersParams(lsp.WorkspaceFoldersChangeEvent([], [folder])))
        await its.until(lambda: its.codes(path) == [])

    drive(root, script, folders=[root])


def test_nothing_is_registered_outside_of_projects(tmp_path: Path) -> None:
    write_files(tmp_path, {"notes/a.md": "# A\n", "content/b.md": "# B\n"})

    async def script(its: Editor) -> None:
        found = its.capabilities
        assert not (found.completion_provider)
        assert not (found.hover_provider)
        assert not (found.rename_provider)
        its.open("notes/a.md")
        await asyncio.sleep(0)

    drive(tmp_path, script)


def test_the_server_ends_in_peace_with_its_input_so_that_an_editor_can_try_it(tmp_path: Path) -> None:
    assert run(BIN / "milemark", "lsp", cwd=tmp_path).returncode == 0


def test_a_project_below_the_folder_of_the_editor_is_found(tmp_path: Path) -> None:
    write_content(tmp_path / "docs/plan", {**FILES, "projects/shop.md": SHOP.replace("2025-Q1", "x")})

    async def script(its: Editor) -> None:
        await its.until(lambda: its.codes("docs/plan/content/projects/shop.md") == ["MM206"])

    drive(tmp_path, script)


def test_new_items_and_ticks_are_commands_of_the_editor(root: Path) -> None:
    async def script(its: Editor) -> None:
        await opened(its)
        applied: list[lsp.WorkspaceEdit] = []

        @its.client.feature(lsp.WORKSPACE_APPLY_EDIT)  # type: ignore[untyped-decorator]
        def apply(params: lsp.ApplyWorkspaceEditParams) -> lsp.ApplyWorkspaceEditResult:
            applied.append(params.edit)
            return lsp.ApplyWorkspaceEditResult(applied=True)

        execute = its.client.workspace_execute_command_async
        found: Any = await execute(lsp.ExecuteCommandParams("milemark.collections"))
        uri = root.as_uri()
        assert [each["name"] if isinstance(each, dict) else each.name for each in found] == [
            "projects",
            "tracks",
            "team",
        ]
        await execute(lsp.ExecuteCommandParams("milemark.new", ["projects", "새 📅 일", uri]))
        assert isinstance((applied[0].document_changes or ())[0], lsp.CreateFile)
        await execute(lsp.ExecuteCommandParams("milemark.tick", [its.uri(P), its.at(P, "- [ ]").line]))
        assert "- [x] 📅 둘" in result(its, P, applied[1])

    drive(root, script)


# --- anything may be typed


def _random_edit(random_: random.Random, text: str) -> str:
    start = random_.randrange(len(text) + 1)
    end = min(len(text), start + random_.choice([0, 0, 0, 1, 3, 40]))
    typed = [
        "",
        "a",
        "\n",
        ": ",
        "---\n",
        "[[",
        "{",
        '"',
        "📅",
        "가",
        "- [ ] x\n",
        "\r\n",
        "\t",
        "<!-- private -->",
        "`",
    ]
    return text[:start] + random_.choice(typed) + text[end:]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_a_thousand_random_edits_neither_end_the_server_nor_leave_a_stale_finding(tmp_path: Path, seed: int) -> None:
    shutil.copytree(ROOT / "content", tmp_path / "content")
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    random_ = random.Random(seed)  # noqa: S311  the same edits in each run
    paths = sorted(each.relative_to(tmp_path).as_posix() for each in tmp_path.rglob("*.md"))[:12]
    paths.append("content/roadmap.yml")

    async def script(its: Editor) -> None:
        for path in paths:
            its.open(path)
        for _number in range(500):
            await _step(its, random_, paths)
        for path in paths:  # save everything: then the disk says what is right
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_bytes(its.texts[path].encode("utf-8", "replace"))
        its.change(paths[0], its.texts[paths[0]])
        await its.until(lambda: _shown(its) == _checked(tmp_path, its), "a finding is stale or missing")

    drive(tmp_path, script)


async def _step(its: Editor, random_: random.Random, paths: list[str]) -> None:
    path = random_.choice(paths)
    text = _random_edit(random_, its.texts[path])
    its.change(path, text)
    row = random_.randrange(text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1)
    position = lsp.Position(row, random_.randrange(40))
    where: dict[str, Any] = {"text_document": its.document(path), "position": position}
    ask = random_.randrange(8)
    client = its.client
    if ask == 0:
        await client.text_document_completion_async(lsp.CompletionParams(**where))
    elif ask == 1:
        await client.text_document_hover_async(lsp.HoverParams(**where))
    elif ask == 2:
        await client.text_document_definition_async(lsp.DefinitionParams(**where))
    elif ask == 3:
        place = lsp.Range(position, position)
        await client.text_document_code_action_async(
            lsp.CodeActionParams(its.document(path), place, lsp.CodeActionContext([]))
        )
    elif ask == 4:
        await client.text_document_document_symbol_async(lsp.DocumentSymbolParams(its.document(path)))
    elif ask == 5:
        await client.text_document_folding_range_async(lsp.FoldingRangeParams(its.document(path)))
    elif ask == 6 and random_.random() < 0.2:
        other = its.root / "content" / f"outside-{random_.randrange(5)}.md"
        other.unlink() if other.exists() else other.write_text("---\ntitle: [\n---\n")


def _shown(its: Editor) -> set[tuple[str, str]]:
    return {(uri, str(each.code)) for uri, found in its.client.diagnostics.items() for each in found}


def _checked(root: Path, its: Editor) -> set[tuple[str, str]]:
    import json  # only here

    rows = json.loads(cli(root, "check", "--format", "json").stdout)["diagnostics"]
    return {(its.uri(each["path"]), each["code"]) for each in rows}
