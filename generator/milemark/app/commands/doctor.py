"""`milemark doctor`."""

from __future__ import annotations

import sys

import click

from milemark.app.command import command
from milemark.app.options import Options


@command("doctor")
def doctor(options: Options) -> None:
    """Print what is installed, which publisher would run, what git sees, and what CI would lack.

    Exits with 1 if there is something to do.
    """
    from milemark.app.diagnosis import diagnose  # noqa: PLC0415

    facts = diagnose(options.root())
    width = max(len(each.label) for each in facts) + 2
    for each in facts:
        click.echo(f"{each.label:<{width}}{each.text}")
        if each.problem:
            click.echo(f"{'':<{width}}= {each.problem}")
    if any(each.problem for each in facts):
        sys.exit(1)
