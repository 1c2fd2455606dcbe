"""`milemark init`."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import click

from milemark.app.command import command
from milemark.app.options import Options


@command("init")
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
@click.option("--example", type=click.Choice(["career"]), help="Start from a complete example.")
@click.option("--locale", type=click.Choice(["ko", "en"]), help="Language of the example: ko by default.")
def init(options: Options, folder: Path, example: str | None, locale: str | None) -> None:
    """Start a roadmap that builds immediately, or add the missing files to a folder that has content/.

    Existing files stay unchanged.
    """
    from milemark.app.starter import has_broken_roadmap, start  # noqa: PLC0415

    if locale and not example:
        raise click.UsageError("--locale is the language of an example: add --example career")
    target = options.start / folder
    for step in start(target, example, options.as_of or options.today, locale or "ko"):
        verb, advice = "wrote" if step.is_new else "kept", f": {step.advice}" if step.advice else ""
        click.echo(f"{verb} {os.path.relpath(step.path)}{advice}", err=True)
    place = os.path.relpath(target)
    next_step = "milemark check" if has_broken_roadmap(target) else "milemark build"
    click.echo(f"next: {next_step}" if place == "." else f"next: cd {shlex.quote(place)} && {next_step}", err=True)
