"""`milemark generate`, `milemark build` and `milemark serve`."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import click

from milemark.app.command import command, listening, read, ready, say, told
from milemark.app.options import Options, ReadOptions, audience_option
from milemark.foundation.errors import UserError
from milemark.foundation.escaping import visible
from milemark.foundation.layout import BUILD, CONTENT, PUBLIC
from milemark.publish.publishers import AUTO, PUBLISHERS, choose

if TYPE_CHECKING:
    from milemark.app.project import Project
    from milemark.roadmap.load import Memory

_untrusted = click.option(
    "--untrusted",
    "is_untrusted",
    is_flag=True,
    envvar="MILEMARK_UNTRUSTED",
    help="Publish content/ as that of strangers: no HTML that runs, whatever its roadmap.yml says.",
)
_publisher_names = click.Choice([AUTO, *PUBLISHERS])


@command("generate")
@_untrusted
@audience_option(PUBLIC)
def generatecommand(options: Options, audience: str, *, is_untrusted: bool) -> None:
    """Write the page tree to build/docs, without publishing it; that of the owner to build/docs-private."""
    from milemark.app.build import generate  # noqa: PLC0415

    with _alone(options):
        project = _publishable(options, ReadOptions(audience, is_untrusted))
        with listening() as listener:
            written = generate(project, listener=listener)
    click.echo(f"{written.changed} written, {written.removed} removed, {written.unchanged} unchanged", err=True)


@command("build")
@click.option("--strict", is_flag=True, help="Publish nothing where content/ has errors or the publisher warns.")
@click.option("--publisher", type=_publisher_names, default=AUTO, help="What makes the site.")
@_untrusted
@audience_option(PUBLIC)
def buildcommand(options: Options, publisher: str, audience: str, *, strict: bool, is_untrusted: bool) -> None:
    """Write the page tree and publish it to site/; with `--audience private`, all of it to site-private/.

    Any publisher builds the same mkdocs.yml; `auto` is the first that is installed of MkDocs, ProperDocs and Zensical.
    """
    from milemark.app.build import build  # noqa: PLC0415

    chosen = choose(publisher)
    with _alone(options):
        project = _publishable(options, ReadOptions(audience, is_untrusted))
        if strict and project.loaded.has_errors:
            click.echo("error: nothing was published: content/ has errors", err=True)
            sys.exit(1)
        with listening() as listener:
            site = build(project, chosen, is_strict=strict, listener=listener)
    click.echo(f"built {os.path.relpath(site)}/index.html", err=True)


@command("serve")
@click.option("--publisher", type=_publisher_names, default=AUTO, help="Whose server shows the site.")
@click.option("--address", default="127.0.0.1:8000", metavar="HOST:PORT", show_default=True, help="Where it is shown.")
@_untrusted
@audience_option(PUBLIC)
def servecommand(options: Options, publisher: str, address: str, audience: str, *, is_untrusted: bool) -> None:
    """Show the site, and each change as soon as it is saved. Ctrl-C ends it."""
    from milemark.app.serve import Served, serve  # noqa: PLC0415

    chosen, root = choose(publisher), ready(options)
    said: list[str] = [""]

    def problems(project: Project) -> tuple[str, ...]:
        found = told(project, project.loaded.diagnostics)
        if found != said[-1]:  # what was said before is still on the screen
            click.echo(found or "nothing is wrong any more", err=True)
            said.append(found)
        return tuple(told(project, [each]) for each in project.loaded.diagnostics if each.is_error)

    def read_again(memory: Memory) -> Project:
        from milemark.app.project import read_project  # noqa: PLC0415

        project = read_project(root, options.today, options.as_of, memory, ReadOptions(audience, is_untrusted))
        if project.schema_errors:
            raise UserError(told(project, project.schema_errors))
        return project

    serve(Served(root, read_again, problems, lambda text: click.echo(text, err=True)), chosen, address)


def _alone(options: Options) -> AbstractContextManager[None]:
    """Let no other build of the project run meanwhile, from reading to the end; what is no project is left alone."""
    from milemark.publish.staging import exclusive  # noqa: PLC0415

    return exclusive(ready(options) / BUILD, lambda text: click.echo(text, err=True))


def _publishable(options: Options, purpose: ReadOptions) -> Project:
    """Read the project, and say on stderr what is wrong with it, and what of it is not published."""
    project = read(options, purpose)
    say(project, project.loaded.diagnostics)
    for path in project.left_out:
        click.echo(
            f"note: {visible(f'{CONTENT}/{path}')} is left out: a stranger's file that a browser may run",
            err=True,
        )
    return project
