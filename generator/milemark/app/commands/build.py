"""`milemark generate`, `milemark build` and `milemark serve`."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from milemark.app.command import (
    buildable_root,
    command,
    findings_text,
    generating_root,
    history_listener,
    open_project,
    print_findings,
    print_output_findings,
)
from milemark.app.options import Options, ReadOptions, audience_option
from milemark.app.vault import is_vault
from milemark.foundation.content_folder import content_of
from milemark.foundation.disk import read_bytes
from milemark.foundation.errors import UserError
from milemark.foundation.escaping import visible
from milemark.foundation.i18n import counted
from milemark.foundation.layout import BUILD, PRIVATE, PUBLIC, ROADMAP_FILE
from milemark.publish.publishers import AUTO, PUBLISHERS, Publisher, choose, ending
from milemark.roadmap.settings import PAGES
from milemark.roadmap.settings_file import parse_settings

if TYPE_CHECKING:
    from milemark.app.host import Host
    from milemark.app.kept_views import ViewMemory
    from milemark.app.project import ProgressListener, Project
    from milemark.publish.tree import WriteCounts
    from milemark.roadmap.load import Memory
    from milemark.roadmap.settings import Settings

_untrusted = click.option(
    "--untrusted",
    "is_untrusted",
    is_flag=True,
    envvar="MILEMARK_UNTRUSTED",
    help="Treat the files as untrusted: remove HTML that a browser could run, even without `untrusted` in roadmap.yml.",
)
_LISTED = 10  # files of a host that are out of date
_publishers = click.Choice([AUTO, *PUBLISHERS])


@command("generate")
@click.option("--into", type=click.Path(path_type=Path), metavar="DIR", help="A folder of a documentation site.")
@click.option("--pages", type=click.Choice(PAGES), help="With --into: all pages, or one. [default: full]")
@click.option("--check", "is_check", is_flag=True, help="With --into: write no page; exit with 1 if one differs.")
@_untrusted
@audience_option(PUBLIC)
def generatecommand(  # noqa: PLR0913  each is an option
    options: Options, into: Path | None, pages: str | None, audience: str, *, is_check: bool, is_untrusted: bool
) -> None:
    """Write the page tree to build/docs without publishing it; with `--audience private`, to build/docs-private.

    With `--into DIR`, or `into:` in roadmap.yml, write it into a folder of a documentation site of any theme.
    """
    from milemark.app.build import generate

    with _build_lock(generating_root(options)):
        project = _publishable(options, ReadOptions(audience, is_untrusted))
        host = _host(project.root, project.loaded.roadmap.settings, into and options.start / into, pages)
        if not host and (is_check or pages):
            raise click.UsageError(f"--check and --pages need --into DIR, or `into:` in {ROADMAP_FILE}")
        with history_listener() as listener:
            written = _into(project, host, listener, is_check=is_check) if host else generate(project, listener)
        print_output_findings(project)
    click.echo(f"{written.changed} written, {written.removed} removed, {written.unchanged} unchanged", err=True)


def _host(root: Path, settings: Settings, into: Path | None, pages: str | None = None) -> Host | None:
    """Return the host that an option or roadmap.yml names, or None."""
    from milemark.app.host import host_of

    folder = into or (root / settings.into if settings.into else None)
    return host_of(root, folder, is_one_page=(pages or settings.pages) != PAGES[0]) if folder else None


def _into(project: Project, host: Host, listener: ProgressListener, *, is_check: bool) -> WriteCounts:
    """Write the pages of a host. A check writes nothing, and exits with 1 if there is something to write."""
    from milemark.app.host import host_pages
    from milemark.publish.tree import WriteCounts, stale_files, write_tree

    files = host_pages(project, host, listener)
    if not is_check:
        return write_tree(host.folder, files)
    if stale := stale_files(host.folder, files):
        lines = [f"\n  {visible(path)}" for path in stale[:_LISTED]]
        lines += [f"\n  and {len(stale) - _LISTED} more"] if len(stale) > _LISTED else []
        shown = f"{os.path.relpath(host.folder)} is out of date: `milemark generate` brings it up to date"
        click.echo(f"error: {shown}{''.join(lines)}", err=True)
        sys.exit(1)
    return WriteCounts(0, 0, len(files))


@command("build")
@click.option(
    "--strict", is_flag=True, help="Fail, and publish nothing, on errors in the files or warnings of the publisher."
)
@click.option("--publisher", type=_publishers, default=AUTO, help="The program that builds the site.")
@click.option("--full", is_flag=True, help="Let the publisher build every page, even those that milemark could build.")
@_untrusted
@audience_option(PUBLIC)
def buildcommand(  # noqa: PLR0913  each is an option
    options: Options, publisher: str, audience: str, *, strict: bool, full: bool, is_untrusted: bool
) -> None:
    """Write the page tree and publish it to site/; with `--audience private`, to site-private/.

    Every publisher builds the same mkdocs.yml. `auto` takes the first that is installed.
    """
    from milemark.app.last_build import LastBuild, recorded

    chosen = choose(publisher)
    _say_ending(chosen, buildable_root(options))
    arguments = (chosen.name, strict, full, is_untrusted, options.today, options.as_of)
    with _build_lock(buildable_root(options)):
        last = LastBuild(buildable_root(options), audience, arguments)
        if (text := last.text()) is not None:
            click.echo(text, err=True, nl=False)
            return
        with recorded() as recorder:
            is_stamped = _build(options, chosen, ReadOptions(audience, is_untrusted), is_strict=strict, is_full=full)
        if is_stamped:
            last.keep("".join(recorder.written))


def _say_ending(publisher: Publisher, root: Path) -> None:
    """Say once, on a terminal, that what the publisher runs will end: CI would print it at each run."""
    from milemark.foundation.cache import index_path

    index = index_path(root) if sys.stderr.isatty() else None
    text = ending(publisher, root) if index else ""
    said = index.with_name(f"said-{publisher.name}") if index else None
    if said and text and not said.exists():
        click.echo(f"note: this runs {publisher.title} {text}; this is said once", err=True)
        with suppress(OSError):
            said.parent.mkdir(parents=True, exist_ok=True)
            said.touch()


def _build(
    options: Options, publisher: Publisher, read_options: ReadOptions, *, is_strict: bool, is_full: bool
) -> bool:
    """Build the site, and return whether the next one may be skipped. Exit with 1 if a strict build is refused."""
    from milemark.app.build import FailedPagesError, PrivateNameError, build

    project = _publishable(options, read_options)
    if into := project.loaded.roadmap.settings.into:
        raise UserError(
            f"{project.folder.shown(ROADMAP_FILE)} puts the pages into {visible(into)}, for the site of that folder\n"
            "  = run `milemark generate`, then build that site, for example with `mkdocs build`"
        )
    if is_strict and project.has_errors:
        _refuse(f"{project.folder.shown('.')}/ has errors")
    try:
        with history_listener() as listener:
            site = build(project, publisher, is_strict=is_strict, is_full=is_full, listener=listener)
    except PrivateNameError:
        print_output_findings(project)
        _refuse("the site would hold the name of a private file")
    except FailedPagesError:
        print_output_findings(project)
        _refuse("templates fail on items")
    print_output_findings(project)
    click.echo(f"built {os.path.relpath(site.folder)}/index.html", err=True)
    # Other repositories are no input that the next build could compare.
    settings = project.loaded.roadmap.settings
    return site.is_stamped and not (settings.repositories or settings.sources)


@command("serve")
@click.option("--publisher", type=_publishers, default=AUTO, help="The program that serves the site.")
@click.option(
    "--address", default="127.0.0.1:8000", metavar="HOST:PORT", show_default=True, help="Address to serve on."
)
@click.option("--port", type=click.IntRange(1, 65_535), help="Port to serve on, at the host of --address.")
@click.option("--into", type=click.Path(path_type=Path), metavar="DIR", help="A folder of a documentation site.")
@_untrusted
@audience_option(PUBLIC)
def servecommand(  # noqa: PLR0913  each is an option
    options: Options,
    publisher: str,
    address: str,
    port: int | None,
    audience: str,
    *,
    into: Path | None,
    is_untrusted: bool,
) -> None:
    """Serve the site and rebuild it on each save. Ctrl-C stops it.

    With `--into DIR`, or `into:` in roadmap.yml, write the pages of a documentation site, which its own server shows.
    """
    from milemark.app.kept_files import KeptFiles
    from milemark.app.serve import ServedProject, follow, serve
    from milemark.publish.live import LiveSite
    from milemark.roadmap.load import Memory

    root = generating_root(options)
    host = _host(root, _settings(root), into and options.start / into)
    root = root if host else buildable_root(options)
    printed: list[str] = [""]

    def report_errors(project: Project) -> tuple[str, ...]:
        text = findings_text(project, project.diagnostics)
        if text != printed[-1]:  # the same findings are still on the screen
            click.echo(text or "all problems fixed", err=True)
            printed.append(text)
        return tuple(findings_text(project, [each]) for each in project.diagnostics if each.is_error)

    address = f"{address.rpartition(':')[0]}:{port}" if port else address
    live = LiveSite(root / BUILD / ("serve-private" if audience == PRIVATE else "serve"))
    memory = Memory(KeptFiles(content_of(root).path))
    chosen = choose(publisher)
    _say_ending(chosen, root)
    served = ServedProject(
        root,
        chosen,
        partial(_read_again, root, options, ReadOptions(audience, is_untrusted)),
        report_errors,
        lambda text: click.echo(text, err=True),
        live,
        memory,
    )
    if host:
        click.echo(f"writing {os.path.relpath(host.folder)} on each save: its site's own server shows it", err=True)
        follow(served, host)
    else:
        serve(served, address)


def _read_again(root: Path, options: Options, read_options: ReadOptions, memory: Memory, views: ViewMemory) -> Project:
    """Read a project that may be published. Raises UserError for one that may not."""
    from milemark.app.project import read_project

    project = read_project(root, options.today, options.as_of, memory, read_options, views)
    if project.schema_errors:
        raise UserError(findings_text(project, project.schema_errors))
    _refuse_vault(project)
    return project


def _settings(root: Path) -> Settings:
    return parse_settings(read_bytes(content_of(root).roadmap))[0]


def _refuse(reason: str) -> NoReturn:
    click.echo(f"error: nothing published: {reason}", err=True)
    sys.exit(1)


def _build_lock(root: Path) -> AbstractContextManager[None]:
    """Lock the project against other builds, from reading to publishing."""
    from milemark.publish.staging import exclusive

    return exclusive(root / BUILD, lambda text: click.echo(text, err=True))


def _refuse_vault(project: Project) -> None:
    """Refuse to publish a vault of Obsidian as a whole: most of its notes are no part of a roadmap."""
    settings = project.loaded.roadmap.settings
    if project.audience == PUBLIC and settings.publish is None and is_vault(project.folder.path):
        roadmap = project.folder.shown(ROADMAP_FILE)
        raise UserError(
            f"{project.folder.shown('.')}/ is a vault of Obsidian, and {roadmap} does not say which notes are public\n"
            '  = name their folders, for example `publish: [Projects/]`; `publish: ["*"]` publishes every note'
        )


def _publishable(options: Options, read_options: ReadOptions) -> Project:
    """Read the project; print its findings and the files that are not published on stderr."""
    project = open_project(options, read_options, is_output=True)
    _refuse_vault(project)
    print_findings(project, project.diagnostics)
    if count := len(project.doubtful_files):  # their names are private, too
        files = counted(count, "file is", "files are")
        click.echo(f"note: {files} hidden in doubt: `milemark check -v` says which, and why", err=True)
    for path in project.skipped_files:
        click.echo(f"note: {visible(project.folder.shown(path))} skipped: untrusted file type", err=True)
    return project
