"""`milemark instructions`."""

from __future__ import annotations

import click

from milemark.app.command import command
from milemark.app.options import Options


@command("instructions")
@click.argument("topic", default="overview")
def instructions(options: Options, topic: str) -> None:
    """Print how to work with this roadmap: for agents, scripts and newcomers.

    TOPIC is overview, read, edit or fields. `milemark init --agents` tells agents of this command.
    """
    from milemark.app.commands.inspect import settings_of  # as the other commands do
    from milemark.app.instructions import instructions as text_of

    click.echo(text_of(settings_of(options.root()), topic))
