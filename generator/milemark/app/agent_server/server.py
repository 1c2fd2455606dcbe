"""The tools: each reads by a command of milemark for one audience, and `edit` writes by the plans of its commands."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, cast
from unicodedata import category

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import Field, Strict

from milemark import __version__
from milemark.app.agent_server.changes import ACTIONS, AgentChange, carry_out, revision_for
from milemark.app.options import Options, ReadOptions
from milemark.app.project import read_project
from milemark.app.targets import one_item
from milemark.foundation.errors import UserError
from milemark.foundation.escaping import json_text
from milemark.foundation.identifiers import key_of
from milemark.foundation.layout import PRIVATE, ROADMAP_FILE
from milemark.output.text.envelope import SCHEMA_VERSION
from milemark.output.text.item import as_json

_LONGEST = 10_000  # characters of a value
_ROWS = 200
_PATIENCE = 120  # seconds of a command
# What a model writes that copies the schema of a tool, or a placeholder, instead of a value.
_ECHO = re.compile(
    r"""\s*(?:
        (?:\w+\??\s*:\s*)?(?:string|number|integer|boolean|object|array|null|any)(?:\[\])?
        | <[^<>]+>
        | \{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}
        | [\[(]?\s*(?:\.{3}|…)\s*[\])]?
    )\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_Limit = Annotated[int, Field(ge=1)]
_Flag = Annotated[bool, Strict()]  # "no" is no reason to write
_READS = ToolAnnotations(read_only_hint=True, open_world_hint=False)
_WRITES = ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
_Action = Literal["set", "tick", "untick", "done", "new", "rename"]


class AgentServer(MCPServer[Any]):
    """A server for one project and one audience, which refuses unknown arguments and values that are none."""

    async def call_tool(self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None) -> Any:
        """Call a tool with checked arguments."""
        tool = next((each for each in await self.list_tools() if each.name == name), None)
        known = set(tool.input_schema.get("properties", {})) if tool else set(arguments)
        if unknown := sorted(set(arguments) - known):
            raise ToolError(f"unknown argument: {', '.join(unknown)}; {name} takes {', '.join(sorted(known))}")
        for key, value in arguments.items():
            _refuse_echo(key, value)
        return await super().call_tool(name, arguments, context)


def _refuse_echo(name: str, value: Any) -> None:
    """Raise ToolError for a value that no user would have written."""
    for each in value if isinstance(value, list) else [value]:
        text = each.partition("=")[2] or each if isinstance(each, str) else ""
        if len(text) > _LONGEST:
            raise ToolError(f"{name} is longer than {_LONGEST} characters")
        if any(category(sign) in {"Cc", "Cs"} and sign not in "\n\r\t" for sign in text):
            raise ToolError(f"{name} has control characters")
        if text and _ECHO.fullmatch(text):
            raise ToolError(f'{name} is "{text}", which looks like a placeholder: write the value itself')


def agent_server(options: Options, audience: str) -> AgentServer:
    """Return the server of a project for an audience."""
    about = (
        f"The roadmap in {options.root().name}, as its audience ({audience}) may see it. Find ids first; `show` gives "
        "the revision that `edit` needs. `edit` is a dry run unless dry_run is false."
    )
    server = AgentServer("milemark", instructions=about, version=__version__, log_level="WARNING")
    for tool in (*_reading(options, audience), *_writing(options, audience)):
        server.add_tool(tool, annotations=_WRITES if tool.__name__ == "edit" else _READS, structured_output=False)
    return server


def _reading(options: Options, audience: str) -> tuple[Callable[..., str], ...]:
    def find(text: str = "", where: str = "", limit: _Limit = 20) -> str:
        """Find items by words of their id or title, and by an SQL condition such as stage = 'active'."""
        given = [f"--where={where}"] if where else []
        rows = _answer(options, audience, "list", f"--columns={_COLUMNS}", *given)["rows"]
        wanted = key_of(text).split()
        found = [row for row in rows if all(each in key_of(f"{row['id']} {row['title']}") for each in wanted)]
        return _listed(found, limit)

    def show(id: str) -> str:  # noqa: A002  the name of the argument for agents
        """Show an item: fields, progress, tasks, relations, and the revision of its file."""
        project = read_project(options.root(), options.today, options.as_of, read_options=ReadOptions(audience))
        try:
            item = one_item(project.loaded.roadmap, id)
        except UserError as error:
            raise ToolError(str(error)) from None
        known = json.loads(as_json(project.loaded.roadmap, item))
        tasks = [{"mark": each.mark, "text": each.text} for each in item.tasks]
        return _json({**known, "tasks": tasks, "revision": revision_for(project, item)})

    def query(sql: str, limit: _Limit = _ROWS) -> str:
        """Run a read-only SQL query over items, tasks, tracks, milestones, tags, links, dependencies, collections."""
        return _listed(_answer(options, audience, "query", "--", sql)["rows"], limit)

    def check(path: str = "") -> str:
        """Return the findings about the roadmap, or about one file or folder of it, with their corrections."""
        given = [_seen(options, audience, path)] if path else []
        return _listed(_answer(options, audience, "check", "--", *given)["diagnostics"], _ROWS)

    def report(since: str = "") -> str:
        """Report what changed since a day or a commit: progress, finished work, moved dates, next tasks."""
        given = [f"--since={since}"] if since else []
        return _json(_answer(options, audience, "report", *given))

    return find, show, query, check, report


_COLUMNS = "id, title, status, stage, progress, due"


def _writing(options: Options, audience: str) -> tuple[Callable[..., str], ...]:
    def edit(  # noqa: PLR0913, PLR0917  each is an argument of the tool
        action: _Action,
        target: str,
        revision: str = "",
        assignments: list[str] | None = None,
        text: str = "",
        dry_run: _Flag = True,  # noqa: FBT002  as above
    ) -> str:
        """Change one item; a dry run unless dry_run is false. Returns the diff and the new revision.

        set: assignments such as "status=Done", "tags+=api", "due=" to remove. tick, untick: text has words of one task.
        done: today. new: target is a collection, text the title. rename: text is the new id. All but new need revision.
        """
        _refuse_echo("assignments", assignments or [])  # a list may arrive as its text
        change = AgentChange(action, target, revision, tuple(assignments or ()), text)
        try:
            return _json(carry_out(options, audience, change, is_dry=dry_run))
        except UserError as error:
            raise ToolError(str(error)) from None

    assert _Action.__args__ == ACTIONS  # type: ignore[attr-defined]  # noqa: S101
    return (edit,)


def _seen(options: Options, audience: str, path: str) -> str:
    """Return a path of the project. Raises ToolError for one that holds nothing that the audience sees."""
    project = read_project(options.root(), options.today, options.as_of, read_options=ReadOptions(audience))
    root, own = options.root().resolve(), [file.document.source for file in project.loaded.files]
    known = [*own, ROADMAP_FILE, *(project.content.files if audience == PRIVATE else ())]
    place = root / path
    if not place.resolve().is_relative_to(root):
        raise ToolError(f"{path} is outside of this project")
    if not any((root / project.folder.shown(each)).is_relative_to(place.resolve()) for each in known):
        raise ToolError(f"there is no {path} in this roadmap")
    return path


def _answer(options: Options, audience: str, name: str, *arguments: str) -> dict[str, Any]:
    """Return the answer of a command. Raises ToolError with its message if it fails."""
    day = [f"--as-of={options.as_of}"] if options.as_of else []
    command = [
        sys.executable,
        "-m",
        "milemark",
        "-C",
        str(options.root()),
        *day,
        name,
        f"--audience={audience}",
        "--format=json",
    ]
    done = subprocess.run(
        [*command, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=_PATIENCE
    )
    is_answer = done.returncode == 0 or (name == "check" and done.returncode == 1)
    if not is_answer:
        raise ToolError(done.stderr.strip() or f"milemark {name} failed")
    return cast("dict[str, Any]", json.loads(done.stdout))


def _listed(rows: list[Any], limit: int) -> str:
    count = min(limit, _ROWS)
    return _json(
        {"schemaVersion": SCHEMA_VERSION, "rows": rows[:count], "total": len(rows), "is_cut": len(rows) > count}
    )


def _json(value: Mapping[str, Any]) -> str:
    return json_text(value, 2)
