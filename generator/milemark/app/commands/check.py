"""`milemark check`.

It runs no publisher and no template of the project, so that a workflow may check the files of a pull request.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from milemark.app.check import check_folder
from milemark.app.check_summary import Checked, summary_text
from milemark.app.command import command, reading_progress
from milemark.app.config_findings import config_findings
from milemark.app.folders import Part, part_of
from milemark.app.options import Options, audience_option
from milemark.app.terminal_language import terminal_language
from milemark.app.unlikely_dates import unlikely_dates
from milemark.foundation.cache import digest
from milemark.foundation.content_folder import ContentFolder, content_of, no_content
from milemark.foundation.diagnostics import Diagnostic, Severity, in_order
from milemark.foundation.disk import list_content, read_bytes
from milemark.foundation.errors import UserError
from milemark.foundation.escaping import visible
from milemark.foundation.layout import PRIVATE, PUBLIC, ROADMAP_FILE
from milemark.foundation.rules import NO_ROADMAP, UNREAD_SOURCE
from milemark.output.text.diagnostics import FORMATS, FormatContext

_PATIENCE = 1  # seconds without a word


@command("check")
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.option("--strict", is_flag=True, help="Exit with 1 on warnings too.")
@click.option("--format", "format_", type=click.Choice(list(FORMATS)), default="text", help="Output format.")
@click.option("--fix", is_flag=True, help="Correct the findings that can only mean one thing.")
@click.option("--suggested", is_flag=True, help="With --fix: also make the corrections that are only likely.")
@click.option("--dry-run", "dry_run", is_flag=True, help="With --fix: print the changes as a diff; write nothing.")
@click.option("--yes", is_flag=True, help="With --fix: change several files without asking.")
@click.option("--no-index", is_flag=True, help="Read every file again; do not use or write the index.")
@click.option(
    "-v", "--verbose", is_flag=True, help="Also list the files that are not public, with the reason for each."
)
@audience_option(PRIVATE)
def check(  # noqa: PLR0913  each is an option
    options: Options,
    path: Path | None,
    format_: str,
    audience: str,
    *,
    strict: bool,
    no_index: bool,
    verbose: bool,
    **fixing: bool,
) -> None:
    """Print all findings about the files with file, line and column.

    PATH is any folder of Markdown files, or a file or folder of the project to print only its own findings. Without
    PATH, the command checks all files of the project. With `--audience public`, findings mention no private content.
    With `--fix`, it makes the corrections of the findings; `milemark undo` takes that back.
    """
    root = options.start if path else options.root()
    part = part_of(root / path) if path else _whole(root)
    if any(fixing.values()):
        _fix(options, part, format_, **fixing)
        return
    everything, read_bytes_of = _checked(part, options, audience, use_index=not no_index)
    of_project = config_findings(part.content, audience)
    found = _looked_up(part.content, everything.diagnostics, options.today)
    unlikely = unlikely_dates(part.content, options, audience)
    everything = replace(everything, diagnostics=in_order([*found, *of_project, *unlikely]))
    checked = _selected(part, everything)
    if part.is_foreign and not (checked.diagnostics or list_content(part.content).identities):
        raise UserError(f"there are no Markdown files in {part.folder}: `milemark init` starts a roadmap")
    context = FormatContext(read_bytes_of, _translate(checked), lambda path: part.shown(path, root))
    if audience == PRIVATE:
        context = replace(context, revision=lambda path: _revision(read_bytes_of(path)))
    text = FORMATS[format_](checked.diagnostics, context)
    if text:
        click.echo(text)
    click.echo(summary_text(checked, os.path.relpath(part.folder / part.path, root) if part.path else ""), err=True)
    if verbose:
        click.echo(_left_out(part, options, use_index=not no_index), err=True)
    has_failed = any(each.is_error or (strict and _is_strict(each)) for each in checked.diagnostics)
    sys.exit(1 if has_failed else 0)


def _is_strict(finding: Diagnostic) -> bool:
    return finding.rule.severity is not Severity.NOTE and finding.rule is not NO_ROADMAP


def _looked_up(content: ContentFolder, findings: Sequence[Diagnostic], today: date) -> Sequence[Diagnostic]:
    """Return findings, with what is known of the references to other repositories."""
    if all(each.rule is not UNREAD_SOURCE for each in findings):
        return findings
    from milemark.app.sources import read_sources  # few roadmaps have sources
    from milemark.roadmap.elsewhere import looked_up
    from milemark.roadmap.settings_file import parse_settings

    settings = parse_settings(read_bytes(content.roadmap))[0]
    return looked_up(settings, findings, read_sources(content.root, settings, today))


def _fix(  # noqa: PLR0913  each is an option
    options: Options, part: Part, format_: str, *, fix: bool, suggested: bool, dry_run: bool, yes: bool
) -> None:
    """Correct the findings of a part of a project."""
    from milemark.app.fixing import fix_planner  # a check writes nothing
    from milemark.app.write import WriteOptions, carry_out

    if not fix:
        raise UserError("--suggested, --dry-run and --yes are for --fix")
    if part.is_foreign:
        raise UserError("--fix is for the files of a roadmap: `milemark adopt` makes one of other Markdown files")
    if format_ not in {"text", "json"}:
        raise UserError(f"--fix prints text or json, not {format_}")
    write = WriteOptions(is_dry=dry_run, is_confirmed=yes, format_=format_, is_repair=True)
    project = replace(options, start_in=part.content.root)
    carry_out(project, write, "check --fix", fix_planner(part, is_suggested=suggested))


def _whole(root: Path) -> Part:
    """Return the content of a project, or a folder with a roadmap.yml of its own."""
    content = content_of(root)
    if content.path.is_dir():
        return Part(content, is_foreign=False)
    if (root / ROADMAP_FILE).is_file() and not content.name:
        return Part(ContentFolder(root, root))
    hint = "\n  = to check a folder of other Markdown files, name it: milemark check ."
    raise UserError(no_content(content) + ("" if content.name else hint))


def _checked(part: Part, options: Options, audience: str, *, use_index: bool) -> tuple[Checked, Callable[[str], bytes]]:
    """Return the findings that an audience may read, and a function that reads their files."""
    if audience == PUBLIC:
        from milemark.app.public_check import PublicCheck  # the owner's check needs none of its readers

        with reading_progress("reading", after=_PATIENCE) as on_progress:
            public = PublicCheck(part.content, options.today, options.as_of, on_progress, use_index=use_index)
        return public.checked, public.text_of
    with reading_progress("reading", after=_PATIENCE) as on_progress:
        checked = check_folder(part.content, options.today, options.as_of, on_progress, use_index=use_index)
    return checked, lambda path: _bytes_of(part.content.roadmap if path == ROADMAP_FILE else part.folder / path)


def _revision(data: bytes) -> str:
    return digest(data) if data else ""


def _left_out(part: Part, options: Options, *, use_index: bool) -> str:
    """Return the files of a part that are not public, a line each."""
    from milemark.app.public_check import PublicCheck

    with reading_progress("reading", after=_PATIENCE) as on_progress:
        found = PublicCheck(part.content, options.today, options.as_of, on_progress, use_index=use_index).left_out
    lines = [f"  {visible(path)}: {reason}" for path, reason in sorted(found.items()) if part.holds(path)]
    return "\n".join([*(["not public:", *lines] if lines else ["every file is public"]), *_without_history(part)])


def _without_history(part: Part) -> Iterator[str]:
    """Yield a line for each linked folder whose history is left out."""
    from milemark.history.git import NoHistoryError, open_content, unread_links, with_links

    with suppress(NoHistoryError):
        links = list_content(part.content).links
        for each in unread_links(with_links(open_content(part.content.root), links), links) if links else ():
            yield f"without history: {visible(part.content.shown(each))}/ leads into another repository, or into none"


def _selected(part: Part, checked: Checked) -> Checked:
    """Return the findings about a part; a folder outside a project needs no roadmap.yml."""
    found = tuple(each for each in checked.diagnostics if part.holds(each.span.path) or part.is_named_in(each.values))
    is_unreadable = any(each.span.path == ROADMAP_FILE and each.is_error for each in found)
    if part.is_foreign or is_unreadable:
        found = tuple(each for each in found if each.rule is not NO_ROADMAP)
    return replace(checked, diagnostics=found)


def _translate(checked: Checked) -> Callable[[str], str]:
    """Return the translation of messages; without findings, no catalogue is read."""
    return terminal_language(checked.summary.locale).gettext if checked.diagnostics else str


def _bytes_of(path: Path) -> bytes:
    """Return the bytes of a file to quote; none for a link, nor for a pipe, which would block."""
    try:
        return read_bytes(path) if path.is_file() and not path.is_symlink() else b""
    except OSError:
        return b""
