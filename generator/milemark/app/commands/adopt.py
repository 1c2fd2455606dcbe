"""`milemark adopt`."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

from milemark.app.command import command
from milemark.app.file_writes import FileWrite
from milemark.app.options import Options
from milemark.app.write import format_option, print_result_json, replace_recorded
from milemark.app.write_plan import revision_of
from milemark.foundation.errors import UserError
from milemark.foundation.escaping import visible
from milemark.foundation.i18n import counted
from milemark.foundation.layout import ROADMAP_FILE
from milemark.output.text.write_result import FileChange, WriteResult

if TYPE_CHECKING:
    from milemark.app.adopt import Adopted
    from milemark.foundation.diagnostics import Diagnostic

_SHOWN = 12


@command("adopt")
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), default=Path())
@click.option("--like", type=click.Choice(["tasknotes", "backlog", "dataview"]), help="The tool that wrote the files.")
@click.option("--write", is_flag=True, help="Write roadmap.yml; nothing else is written.")
@format_option()
def adopt(options: Options, folder: Path, like: str | None, *, write: bool, format_: str) -> None:
    """Print a roadmap.yml for a folder as it is, with counts and everything that milemark does not understand.

    A folder below the current one is named in a roadmap.yml of the current folder; another one gets its own.
    """
    from milemark.app.adopt import adopt as read
    from milemark.app.adopt import backlog_around, content_to_adopt
    from milemark.app.check import check_folder
    from milemark.app.vault import vault_of

    content = content_to_adopt(options.start, folder)
    if not content.path.exists():
        raise UserError(f"there is no folder {folder}")
    if backlog := backlog_around(content.path):
        shown = os.path.relpath(backlog, options.start)
        raise UserError(f"{folder} is a part of a Backlog.md project\n  = run `{_command(shown)}`")
    if not content.path.is_dir():
        place = os.path.relpath(vault_of(content.path.parent) or content.path.parent, options.start)
        raise UserError(f"{folder} is a file, and `adopt` reads folders\n  = run `{_command(place)}`")
    target = content.root / ROADMAP_FILE
    inner = content.path / ROADMAP_FILE
    taken = next((each for each in (target, inner) if each.exists()), None)
    if write and taken:
        raise UserError(f"{os.path.relpath(taken)} already exists: nothing written")
    adopted = read(content, options.as_of or options.today, like or "")
    if not adopted.loaded.files:
        raise UserError(f"there are no Markdown files in {content.path}: nothing to adopt")
    if write:
        replace_recorded(content.root, "adopt", [FileWrite(target, None, adopted.text.encode())])
    checked = check_folder(content, options.today, options.as_of, roadmap=adopted.text.encode())
    vault = vault_of(content.path)
    lines = [
        *_report(adopted, checked.diagnostics),
        *(_part_of_vault(os.path.relpath(vault, options.start)) if vault and vault != content.path else ()),
        f"next: {_next(options.start, adopted, is_written=write or taken is not None)}",
    ]
    if format_ == "json":
        print_result_json(_result(adopted, lines, is_written=write))
        return
    click.echo(adopted.text, nl=False)
    wrote = [f"wrote {os.path.relpath(target)}"] if write else []
    for line in (*lines[:-1], *wrote, lines[-1]):
        click.echo(visible(line), err=True)


def _command(place: str) -> str:
    is_plain = all(letter.isalnum() or letter in "/._-" for letter in place)  # Korean letters need no quotes
    shown = place if is_plain else quote(place)
    return "milemark adopt" if place == "." else f"milemark adopt {shown}"


def _part_of_vault(vault: str) -> Iterator[str]:
    yield f"  a part of the Obsidian vault {vault}: its other notes are not read; `{_command(vault)}` reads all of it"


def _result(adopted: Adopted, lines: list[str], *, is_written: bool) -> WriteResult:
    text = adopted.text.encode()
    change = FileChange(ROADMAP_FILE, None, text, "", revision_of(text))
    return WriteResult("adopt", is_written, [change], [], [], [line.strip() for line in lines if line])


def _next(start: Path, adopted: Adopted, *, is_written: bool) -> str:
    """Return the next command."""
    place = os.path.relpath(adopted.folder.root, start)
    move = "" if place == "." else f"cd {place} && "
    if is_written:
        return f"{move}milemark check"
    return f"{_command(os.path.relpath(adopted.folder.path, start))} --write"


def _report(adopted: Adopted, findings: Sequence[Diagnostic]) -> Iterator[str]:
    """Yield the counts of a folder, and what milemark does not understand in it."""
    from milemark.app.adopt import unreadable

    roadmap = adopted.loaded.roadmap
    files = sum(not file.document.within for file in adopted.loaded.files)
    yield ""
    yield f"{counted(files, 'Markdown file')} in {adopted.folder.path}"
    held = Counter(item.collection.name or "no collection" for item in roadmap.items)
    kinds = [f"{count} in {name}" for name, count in held.items()]
    tasks = sum(file.counts.total for file in adopted.loaded.files)
    done = sum(file.counts.done for file in adopted.loaded.files)
    yield f"  items: {', '.join(kinds) or 'none'}; other pages: {len(roadmap.pages)}; tasks: {tasks} ({done} done)"
    if private := ", ".join(f"{count} in {name or 'no collection'}" for name, count in adopted.private.items()):
        yield f"  private, so in no public output: {private}"
    yield f"  history: {_history(adopted)}"
    if not roadmap.items:
        yield "  no file has a status, and no folder has tasks in most of its files: declare collections by hand"
    yield from _listed("files whose fields cannot be read", unreadable(adopted))
    yield from _listed("tasks below no heading of an item, so in no item", adopted.loose_tasks)
    fields = [f"{name} ({counted(count, 'item')})" for name, count in adopted.unknown_fields.items()]
    yield from _listed("fields that milemark does not know and keeps as text", fields)
    errors = Counter(each.rule for each in findings if each.is_error)
    rules = [f"{count} × {rule.code} {rule.name}" for rule, count in errors.most_common()]
    yield from _listed("errors, which `milemark check` lists", rules, errors.total())


def _listed(title: str, lines: list[str] | tuple[str, ...], count: int | None = None) -> Iterator[str]:
    """Yield a title with a number, by default that of the lines, and the first of them."""
    if lines:
        yield f"  {title}: {len(lines) if count is None else count}"
        yield from (f"    {line}" for line in lines[:_SHOWN])
        if len(lines) > _SHOWN:
            yield f"    and {len(lines) - _SHOWN} more"


def _history(adopted: Adopted) -> str:
    """Return the number of commits that changed the folder, with the first day."""
    from milemark.history.git import NoHistoryError, NothingCommittedError, open_repository
    from milemark.history.git_log import commits

    try:
        found = commits(open_repository(adopted.folder.path))
    except NothingCommittedError:
        return "none, nothing is committed"
    except NoHistoryError:
        return "none, the folder is not in a git repository"
    first = min((each.when for each in found), default=None)
    return f"{counted(len(found), 'commit')} since {first:%Y-%m-%d}" if first else "none, nothing is committed"
