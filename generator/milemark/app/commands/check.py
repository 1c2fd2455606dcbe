"""`milemark check`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click

from milemark.app.check import check_folder
from milemark.app.check_summary import Checked, in_words
from milemark.app.command import command
from milemark.app.folders import Part, part_of
from milemark.app.options import Options, audience_option
from milemark.foundation.disk import read_bytes
from milemark.foundation.layout import CONTENT, PRIVATE, PUBLIC, ROADMAP_FILE
from milemark.foundation.rules import NO_ROADMAP
from milemark.output.text.diagnostics import FORMATS, FormatContext


@command("check")
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.option("--strict", is_flag=True, help="Exit with 1 on warnings, too.")
@click.option("--format", "format_", type=click.Choice(list(FORMATS)), default="text", help="How to print findings.")
@click.option("--no-index", is_flag=True, help="Read every file anew, and keep nothing.")
@audience_option(PRIVATE)
def check(  # noqa: PLR0913  each is an option
    options: Options, path: Path | None, format_: str, audience: str, *, strict: bool, no_index: bool
) -> None:
    """Say all that is wrong with content/, with file, line and column.

    PATH is any folder of Markdown files; or a file or folder below content/, to see its own findings only. Without it,
    content/ is checked, or this folder where there is none. To the audience public, nothing tells of what is private.
    """
    root = options.start if path else options.root()
    part = part_of(root / path) if path else Part(root / CONTENT if (root / CONTENT).is_dir() else root)
    shown = os.path.relpath(part.folder, root)
    found, read = _checked(part, options, audience, use_index=not no_index)
    checked = _wanted(part, found)
    context = FormatContext(read, _translate(checked), "" if shown == "." else shown)
    text = FORMATS[format_](checked.diagnostics, context)
    if text:
        click.echo(text)
    click.echo(in_words(checked, os.path.relpath(part.folder / part.path, root) if part.path else ""), err=True)
    is_wrong = any(each.is_error or (strict and each.rule is not NO_ROADMAP) for each in checked.diagnostics)
    sys.exit(1 if is_wrong else 0)


def _checked(part: Part, options: Options, audience: str, *, use_index: bool) -> tuple[Checked, Callable[[str], bytes]]:
    """Return the findings that an audience may read, and what reads the lines that they are about."""
    if audience == PUBLIC:
        from milemark.app.public_check import PublicCheck  # noqa: PLC0415  it reads every file

        public = PublicCheck(part.folder, options.today, options.as_of)
        return public.checked, public.text_of
    found = check_folder(part.folder, options.today, options.as_of, use_index=use_index)
    return found, lambda path: _bytes_of(part.folder / path)


def _wanted(part: Part, checked: Checked) -> Checked:
    """Return the findings that were asked for; somebody else's folder needs no roadmap.yml."""
    found = tuple(each for each in checked.diagnostics if part.holds(each.span.path) or part.is_named_in(each.values))
    is_there = any(each.span.path == ROADMAP_FILE and each.is_error for each in found)  # yet it cannot be read
    if part.is_foreign or is_there:
        found = tuple(each for each in found if each.rule is not NO_ROADMAP)
    return replace(checked, diagnostics=found)


def _translate(checked: Checked) -> Callable[[str], str]:
    """Return the translation of findings; without any, no catalogue is read."""
    from milemark.foundation.i18n import Language  # noqa: PLC0415  heavy, and only findings need it

    return Language(checked.summary.locale).gettext if checked.diagnostics else str


def _bytes_of(path: Path) -> bytes:
    """Return the bytes of a file to be shown: not of what a link points to, nor of a pipe, which would wait."""
    try:
        return read_bytes(path) if path.is_file() and not path.is_symlink() else b""
    except OSError:
        return b""
