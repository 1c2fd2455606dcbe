"""Agents that speak the Model Context Protocol find and edit items by the SDK's own client, and see nothing private."""

from __future__ import annotations

import gc
import json
import warnings
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp.client.session import ClientSession
from mcp.client.stdio import StdioServerParameters, stdio_client

from support import BIN, cli, must, write_content

ROADMAP = """\
statuses: {할 일: planned, In progress: active, Done: done}
collections:
  projects: {fields: {status: , area: {choices: [a, b]}, salary: }, private: [salary]}
  secret: {audience: private}
"""
SHOP = """\
---
title: 가게 📅
status: In progress
salary: CANARY-FIELD
---
- [ ] 📅 둘
- [ ] 셋

<!-- private -->
- [ ] CANARY-TASK
<!-- /private -->
"""
FILES = {
    "roadmap.yml": ROADMAP,
    "projects/shop.md": SHOP,
    "projects/hidden.md": "---\ntitle: CANARY-TITLE\nstatus: In progress\naudience: private\n---\n",
    "secret/plan.md": "---\ntitle: CANARY-PLAN\n---\n",
}
PLACE = "content/projects/shop.md"


class Agent:
    def __init__(self, session: ClientSession) -> None:
        self.session = session
        self.said: list[str] = []

    async def call(self, name: str, **arguments: Any) -> Any:
        """Return the answer of a tool, or its message if it refuses."""
        result = await self.session.call_tool(name, arguments)
        text = str(getattr(result.content[0], "text", ""))
        self.said.append(text)
        return text if result.is_error else json.loads(text)

    async def revision(self, id_: str = "shop") -> str:
        return str((await self.call("show", id=id_))["revision"])


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = write_content(tmp_path, FILES)
    must("git", "init", "-q", cwd=root)
    must("git", "add", "-A", cwd=root)
    must("git", "-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", "x", cwd=root)
    return root


def ask(root: Path, script: Callable[[Agent], Awaitable[object]], *options: str) -> list[str]:
    """Run a script against the real server; return all that it said."""
    said: list[str] = []

    async def run() -> None:
        server = StdioServerParameters(command=str(BIN / "milemark"), args=["-C", str(root), "mcp", *options])
        async with stdio_client(server) as (reading, writing), ClientSession(reading, writing) as session:
            started = await session.initialize()
            agent = Agent(session)
            await script(agent)
            tools = await session.list_tools()
            said.extend([started.model_dump_json(), tools.model_dump_json(), *agent.said])

    anyio.run(run)
    return said


def test_an_agent_finds_an_item_edits_it_and_sees_the_diff(root: Path) -> None:
    async def script(agent: Agent) -> None:
        (row,) = (await agent.call("find", text="가게"))["rows"]
        revision = await agent.revision(row["id"])
        change: dict[str, Any] = {
            "action": "set",
            "target": "shop",
            "assignments": ["status=Done"],
            "revision": revision,
        }
        assert not (await agent.call("edit", **change))["written"]
        assert (root / PLACE).read_text() == SHOP
        written = await agent.call("edit", **change, dry_run=False)
        assert "-status: In progress\n+status: Done\n" in written["changes"][0]["diff"]
        tick = {"action": "tick", "target": "shop", "text": "둘", "dry_run": False}
        ticked = await agent.call("edit", **tick, revision=written["changes"][0]["revision_after"])
        assert ticked["written"]

    ask(root, script)
    assert (root / PLACE).read_text() == SHOP.replace("In progress", "Done").replace("[ ] 📅", "[x] 📅")
    cli(root, "undo")
    assert (root / PLACE).read_text() == SHOP.replace("In progress", "Done")


def test_an_agent_makes_finishes_and_renames_items_queries_checks_and_reports(root: Path) -> None:
    async def script(agent: Agent) -> None:
        made = await agent.call("edit", action="new", target="projects", text="새 일", dry_run=False)
        assert made["changes"][0]["path"] == "content/projects/새-일.md"
        for action, text in (("done", ""), ("rename", "new-id")):
            revision = await agent.revision("새-일")
            done = await agent.call("edit", action=action, target="새-일", text=text, revision=revision, dry_run=False)
            assert done["written"]
        rows = (await agent.call("query", sql="select id from items where stage = 'done'"))["rows"]
        assert rows == [{"id": "new-id"}]
        assert (await agent.call("check"))["rows"] == []
        assert isinstance(await agent.call("report", since="2020-01-01"), dict)

    ask(root, script)


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"action": "set", "target": "shop", "assignments": ["status=Done"]}, "revision"),
    ({"action": "set", "target": "shop", "assignments": ["status=Done"], "revision": "old"}, "has changed"),
    ({"action": "set", "target": "shop", "assignments": ["status=string"], "revision": "x"}, "placeholder"),
    ({"action": "new", "target": "projects", "text": "title?: string"}, "placeholder"),
    ({"action": "new", "target": "projects", "text": "<title>"}, "placeholder"),
    ({"action": "new", "target": "projects", "text": "x" * 10_001}, "longer than"),
    ({"action": "new", "target": "projects", "text": "x", "force": True}, "unknown argument: force"),
    ({"action": "delete", "target": "shop"}, "action"),
    ({"action": "new", "target": "nowhere", "text": "x"}, "no collection"),
    ({"action": "new", "target": "projects", "text": "{...}"}, "placeholder"),
    ({"action": "new", "target": "projects", "text": '{"title": "string"}'}, "placeholder"),
    ({"action": "new", "target": "projects", "text": "{{title}}"}, "placeholder"),
    ({"action": "set", "target": "shop", "assignments": '["status=string"]'}, "placeholder"),
    ({"action": "new", "target": "projects", "text": "a\0b"}, "control characters"),
    ({"action": "new", "target": "projects", "text": "a\n---\nb"}, "a single line"),
    ({"action": "new", "target": "projects", "text": ""}, "needs `text`"),
    ({"action": "new", "target": "projects", "text": "x", "dry_run": "no"}, "dry_run"),
    ({"action": "tick", "target": "shop", "text": "둘", "assignments": ["status=Done"]}, "takes no `assignments`"),
    ({"action": "done", "target": "shop", "text": "둘"}, "takes no `text`"),
    ({"action": "set", "target": "shop"}, "needs `assignments`"),
]


def test_what_no_agent_should_do_is_refused_with_the_reason(root: Path) -> None:
    async def script(agent: Agent) -> None:
        for arguments, reason in REFUSED:
            answer = await agent.call("edit", **{"dry_run": False, **arguments})
            assert isinstance(answer, str), arguments
            assert reason in answer

    ask(root, script)
    assert sorted(each.name for each in (root / "content/projects").iterdir()) == ["hidden.md", "shop.md"]


def test_an_agent_of_the_public_neither_sees_nor_changes_what_is_private(root: Path) -> None:
    async def script(agent: Agent) -> None:
        revision = await agent.revision()
        for arguments in (
            {"action": "tick", "target": "shop", "text": "셋"},
            {"action": "tick", "target": "shop", "text": "CANARY"[:3]},
            {"action": "tick", "target": "shop", "text": "nothing"},
            {"action": "set", "target": "shop", "assignments": ["salary=1"]},
            {"action": "set", "target": "hidden", "assignments": ["audience=public"]},
            {"action": "done", "target": "hidden"},
            {"action": "rename", "target": "shop", "text": "plan"},
            {"action": "set", "target": "shop", "assignments": ["parent=hidden"]},
        ):
            await agent.call("edit", **arguments, revision=revision)
        for name, given in (
            ("find", {}),
            ("find", {"text": "CAN"}),
            ("show", {"id": "hidden"}),
            ("show", {"id": "plan"}),
            ("query", {"sql": "select * from items, tasks, fields"}),
            ("check", {}),
            ("check", {"path": "content/secret"}),
            ("check", {"path": "../elsewhere"}),
            ("report", {"since": "2020-01-01"}),
        ):
            await agent.call(name, **given)

    said = "\n".join(ask(root, script))
    assert "CANARY" not in said.replace('"CAN"', "")
    assert (root / PLACE).read_text() == SHOP
    assert (root / "content/projects/hidden.md").read_text() == FILES["projects/hidden.md"]


def test_what_is_private_answers_as_what_is_not_there(root: Path) -> None:
    async def script(agent: Agent) -> None:
        revision = await agent.revision()
        edit = partial(agent.call, "edit", action="set", target="shop", revision=revision)
        for name, given in [("check", "path"), ("show", "id")]:
            answers = [await agent.call(name, **{given: each}) for each in ("content/projects/hidden.md", "a.md")]
            assert len({each.replace("content/projects/hidden.md", "a.md") for each in answers}) == 1
        for field in ("parent=", "depends_on+="):
            answers = [await edit(assignments=[f"{field}{each}"]) for each in ("hidden", "absent")]
            assert [each.replace("hidden", "absent") for each in answers] == [answers[1]] * 2
            assert "there is no item" in answers[1]
        assert (await edit(assignments=["title=a\nb"]))["changes"][0]["diff"].count('+title: "a\\nb"') == 1
        rename = await agent.call("edit", action="rename", target="shop", text="hidden", revision=revision)
        assert "taken" in rename
        assert "limit" in await agent.call("find", limit=-1)

    ask(root, script)


def test_the_owner_may_give_an_agent_everything(root: Path) -> None:
    async def script(agent: Agent) -> None:
        assert (await agent.call("show", id="hidden"))["title"] == "CANARY-TITLE"

    ask(root, script, "--audience", "private")


@pytest.mark.slow
def test_a_client_with_a_protocol_of_its_own_finds_edits_and_is_refused(root: Path) -> None:
    stdio, messages = (pytest.importorskip(f"chuk_mcp.{name}") for name in ("transports.stdio", "protocol.messages"))
    server = stdio.StdioParameters(command=str(BIN / "milemark"), args=["-C", str(root), "mcp"])

    async def run() -> None:
        async with stdio.stdio_client(server) as streams:
            started = await messages.send_initialize(*streams)
            assert started.serverInfo.name == "milemark"

            async def call(name: str, **arguments: Any) -> tuple[bool, str]:
                result = await messages.send_tools_call(*streams, name, arguments)
                return bool(result.isError), str(result.content[0]["text"])

            tools = await messages.send_tools_list(*streams)
            assert sorted(each.name for each in tools.tools) == ["check", "edit", "find", "query", "report", "show"]
            _, found = await call("find", text="가게")
            (row,) = json.loads(found)["rows"]
            _, shown = await call("show", id=row["id"])
            edit = {"action": "set", "target": row["id"], "assignments": ["status=Done"]}
            stale, why = await call("edit", **edit, revision="0", dry_run=False)
            assert (stale, "has changed" in why) == (True, True)
            refused, why = await call("find", text="x", colour="red")
            assert (refused, "unknown argument: colour" in why) == (True, True)
            assert SHOP in (root / PLACE).read_text()
            failed, _ = await call("edit", **edit, revision=json.loads(shown)["revision"], dry_run=False)
            assert not failed
            assert "status: Done" in (root / PLACE).read_text()
            assert "CANARY" not in found + shown

    anyio.run(run)
    with warnings.catch_warnings(action="ignore", category=ResourceWarning):
        gc.collect()  # this client leaves its streams open
