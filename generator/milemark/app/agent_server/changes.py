"""The changes of an agent: planned as the commands plan them, and shown as their audience sees the files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any

from milemark.app.file_writes import FileWrite, one_writer
from milemark.app.item_names import new_planner, rename_planner
from milemark.app.options import Options, ReadOptions
from milemark.app.project import Project, project_of_content, read_project
from milemark.app.targets import one_item
from milemark.app.write import replace_recorded
from milemark.app.write_plan import (
    Planner,
    WriteChanges,
    WritePlan,
    edited_item,
    place_on_disk,
    plan_of,
    revision_of,
)
from milemark.foundation.diagnostics import Diagnostic
from milemark.foundation.errors import UserError
from milemark.foundation.identifiers import key_of
from milemark.foundation.layout import PRIVATE
from milemark.markdown.document import Node, Scalar, scalars
from milemark.markdown.document import Sequence as Nodes
from milemark.markdown.edit import Edit
from milemark.markdown.encoding import readable
from milemark.markdown.scalar_styles import scalar_text
from milemark.roadmap.elsewhere import parted
from milemark.roadmap.field_edits import (
    TaskName,
    done_assignments,
    field_edits,
    find_task,
    mark_edit,
    parse_assignment,
)
from milemark.roadmap.field_types import reference_of
from milemark.roadmap.load import read_file
from milemark.roadmap.model import Item
from milemark.roadmap.new_items import file_name
from milemark.roadmap.schema import reference_fields

ACTIONS = ("set", "tick", "untick", "done", "new", "rename")
_TAKES = {  # the arguments of each action, of which all but the assignments of a new item are needed
    "set": ("assignments",),
    "tick": ("text",),
    "untick": ("text",),
    "done": (),
    "new": ("text", "assignments"),
    "rename": ("text",),
}
_UNSEEN = "this changes nothing that the audience of this server may see: nothing was written"


@dataclass(frozen=True, slots=True)
class AgentChange:
    """A change as an agent asks for it. `target` is an id, or the collection of a new item."""

    action: str
    target: str
    revision: str = ""
    assignments: Sequence[str] = ()
    text: str = ""  # the words of a task, the title of a new item, or a new id


def carry_out(options: Options, audience: str, change: AgentChange, *, is_dry: bool) -> Mapping[str, Any]:
    """Carry out a change and return it. Raises UserError where nothing was written."""
    root = options.root()
    if is_dry:
        return _result(_planned(options, audience, change), audience, is_written=False)
    with one_writer(root):
        plan = _planned(options, audience, change)
        writes = [FileWrite(place_on_disk(plan.project, each.path), each.before, each.after) for each in plan.files]
        if writes:
            replace_recorded(root, f"mcp {change.action}", writes)
    return _result(plan, audience, is_written=bool(writes))


def _planned(options: Options, audience: str, change: AgentChange) -> WritePlan:
    project = read_project(options.root(), options.today, options.as_of, read_options=ReadOptions(audience))
    if any(each.is_error for each in project.schema_errors):
        raise UserError("roadmap.yml has errors: the owner must correct them first")
    _check_arguments(change)
    plan = plan_of(project, _planner(options, change))
    if audience != PRIVATE:
        _check_names(project, plan, change)
    if plan.becomes_public:
        raise UserError("this would make something public: only the owner may do that, on the command line")
    if audience != PRIVATE and plan.files:
        after = _after(plan, audience)
        if any(seen_text(project, each.path) == seen_text(after, each.path) for each in plan.files):
            raise UserError(_UNSEEN)
    return plan


def _check_arguments(change: AgentChange) -> None:
    """Raise UserError if an argument is missing, or is none that the action takes."""
    given = {"text": change.text.strip(), "assignments": change.assignments}
    for name, value in given.items():
        if value and name not in _TAKES[change.action]:
            raise UserError(f"{change.action} takes no `{name}`: leave it out")
        if not value and name in _TAKES[change.action] and (name, change.action) != ("assignments", "new"):
            raise UserError(f"{change.action} needs `{name}`")
    if "\n" in change.text or "\r" in change.text:
        raise UserError("`text` is a single line")


def _check_names(project: Project, plan: WritePlan, change: AgentChange) -> None:
    """Raise UserError for a new id or reference that would meet something that the audience does not see."""
    roadmap, every = project.loaded.roadmap, project.everything.roadmap
    name = {"rename": change.text, "new": file_name(change.text) if change.action == "new" else ""}.get(change.action)
    if name and key_of(name) in every.names.keys() - roadmap.names.keys():
        raise UserError(f'"{name}" is taken: choose another name')
    for each in plan.files:
        before, after = (_references(project, each.path, data or b"") for data in (each.before, each.after))
        for reference in after - before:
            if not parted(every.settings, reference)[0] and roadmap.find(reference, each.path) is None:
                raise UserError(f'there is no item "{reference}" to refer to: find its id first')


def _references(project: Project, path: str, data: bytes) -> set[str]:
    """Return the names that the fields of a file refer to."""
    file = read_file(project.everything.roadmap.settings, path, data)
    items = [part.item for part in (file, *file.parts) if part.item]
    nodes = [each.document.fields.get(field.name) for each in items for field in reference_fields(each.collection)]
    return {reference_of(scalar) for node in nodes for scalar in scalars(node)}


def _planner(options: Options, change: AgentChange) -> Planner:
    if change.action == "new":
        return new_planner(change.target, change.text, [parse_assignment(each) for each in change.assignments])
    if not change.revision:
        raise UserError("give the `revision` of the item, as `show` has it")
    rename = rename_planner(change.target, change.text, is_everywhere=False)

    def planner(project: Project) -> WriteChanges:
        item = one_item(project.loaded.roadmap, change.target)
        _check_revision(project, item, change.revision)
        if change.action == "rename":
            return rename(project)
        return WriteChanges({item.document.source: edited_item(project, item, _edits(options, project, item, change))})

    return planner


def revision_for(project: Project, item: Item) -> str:
    """Return the revision of an item's file as the audience sees it: a digest of all its bytes for the owner."""
    return revision_of(seen_text(project, item.document.source))


def _check_revision(project: Project, item: Item, revision: str) -> None:
    found = revision_for(project, item)
    if found != revision:
        raise UserError(f"{item.id} has changed: its revision is {found}, not {revision}; nothing was written")


def _edits(options: Options, project: Project, item: Item, change: AgentChange) -> list[Edit]:
    settings = project.loaded.roadmap.settings
    if change.action == "set":
        return [*field_edits(settings, item, [parse_assignment(each) for each in change.assignments])]
    if change.action == "done":
        return [*field_edits(settings, item, done_assignments(settings, item, options.today))]
    mark = "x" if change.action == "tick" else " "
    task = find_task(item, TaskName(item.id, change.text))
    return [mark_edit(settings, task, mark, options.today if mark == "x" else None, this_one=False)]


# --- what the audience sees


def seen_text(project: Project, path: str) -> bytes:
    """Return a file as the audience sees it: its bytes for the owner, else its public fields and its public text."""
    if project.audience == PRIVATE:
        return project.content.files.get(path, b"")
    found = [file.document for file in project.loaded.files if file.document.source == path]
    parts = [[*(f"{key.text}: {_written(node)}" for key, node in each.fields.entries), each.body] for each in found]
    return "\n".join(line for part in parts for line in ("---", *part[:-1], "---", part[-1])).encode("utf-8", "replace")


def _written(node: Node) -> str:
    if isinstance(node, Scalar):
        return scalar_text(node.text) if "\n" in node.text else node.text
    if isinstance(node, Nodes):
        return f"[{', '.join(map(_written, node.items))}]"
    return f"{{{', '.join(f'{key.text}: {_written(each)}' for key, each in node.entries)}}}"


def _after(plan: WritePlan, audience: str) -> Project:
    content = plan.after.content
    return project_of_content(plan.project.root, content, plan.project.today, read_options=ReadOptions(audience))


def _result(plan: WritePlan, audience: str, *, is_written: bool) -> Mapping[str, Any]:
    after = _after(plan, audience)
    shown = plan.project.folder.shown
    known = {(each.rule.code, each.span.path) for each in plan.project.diagnostics}
    found = [each for each in after.diagnostics if (each.rule.code, each.span.path) not in known]
    return {
        "schemaVersion": 1,
        "kind": "write",
        "written": is_written,
        "changes": [
            {
                "path": shown(each.path),
                "revision_before": revision_of(seen_text(plan.project, each.path)) if each.before is not None else None,
                "revision_after": revision_of(seen_text(after, each.path)) if each.after is not None else None,
                "diff": _diff(shown(each.path), seen_text(plan.project, each.path), seen_text(after, each.path)),
            }
            for each in plan.files
        ],
        "diagnostics": [finding_row(each, after) for each in found],
    }


def finding_row(finding: Diagnostic, project: Project) -> Mapping[str, Any]:
    """Return a finding for an agent, in English."""
    return {
        "code": finding.rule.code,
        "severity": str(finding.rule.severity),
        "message": finding.message_in(str),
        "hint": finding.hint_in(str),
        "path": project.folder.shown(finding.span.path),
        "line": finding.span.line,
    }


def _diff(path: str, before: bytes, after: bytes) -> str:
    old, new = (readable(each).splitlines(keepends=True) for each in (before, after))
    return "".join(unified_diff(old, new, f"a/{path}", f"b/{path}"))
