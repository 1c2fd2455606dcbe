"""`milemark portfolio`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import date
from functools import partial
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from milemark.app.command import command, print_findings, print_output_findings
from milemark.app.dataset import complete_states
from milemark.app.options import Options, audience_option
from milemark.app.portfolio.states import Chosen, Reader, choose, connect, find_states
from milemark.foundation.cache import digest, version
from milemark.foundation.content_folder import content_of
from milemark.foundation.disk import list_content, replace_file
from milemark.foundation.errors import UserError
from milemark.foundation.escaping import visible
from milemark.foundation.i18n import counted
from milemark.foundation.layout import BUILD, CONFIG_FILE, PUBLIC, TEMPLATES
from milemark.publish.publishers import AUTO, PUBLISHERS
from milemark.publish.publishers import choose as choose_publisher

if TYPE_CHECKING:
    from milemark.app.portfolio.rows import PortfolioRows


@command("portfolio")
@click.argument("datasets", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="DATASET...")
@click.option(
    "--strict", is_flag=True, help="Fail, and publish nothing, on errors in the pages or warnings of the publisher."
)
@click.option(
    "--publisher", type=click.Choice([AUTO, *PUBLISHERS]), default=AUTO, help="The program that builds the site."
)
@audience_option(PUBLIC)
def portfolio(options: Options, datasets: tuple[Path, ...], publisher: str, audience: str, *, strict: bool) -> None:
    """Build one site of the roadmaps in datasets, which `export parquet --into` writes.

    It shows the newest state of each repository until today, or `--as-of`. Pages in content/ belong to the site, and
    roadmap.yml there may set its title, goal and locale. A folder without mkdocs.yml gets one.
    """
    from milemark.publish.staging import exclusive

    root, today = options.start, options.as_of or options.today
    with exclusive(root / BUILD, _note):
        notes = _Notes()
        places = [root / each for each in datasets]
        for each in places:
            complete_states(each, _note)
        states = find_states(places, notes)

        def choice(*, is_thorough: bool) -> Chosen:
            return choose(states, Reader(connect(), audience, notes, is_thorough=is_thorough), today)

        chosen = choice(is_thorough=False)
        _write_config(root)
        made = _Made(root, audience, today, chosen, (publisher, strict))
        if made.is_built:
            _note(f"nothing changed: {os.path.relpath(made.site)}/index.html")
            return
        rows = _rows(made, partial(choice, is_thorough=True))
        _build(made, rows, publisher, is_strict=strict)
        replace_file(made.record, made.key.encode())


class _Made(NamedTuple):
    """A portfolio and everything that its site depends on."""

    root: Path
    audience: str
    today: date
    chosen: Chosen
    arguments: tuple[object, ...]

    @property
    def dataset(self) -> str:
        """The digest of the files of its states."""
        found = ((path.stat(), path) for path in self.chosen.files)
        return digest([(str(path), status.st_size, status.st_mtime_ns) for status, path in found])

    @property
    def key(self) -> str:
        """The digest of all inputs."""
        folder, config, own = content_of(self.root).path, self.root / CONFIG_FILE, self.root / TEMPLATES
        listed = list_content(folder).fingerprint if folder.is_dir() else ""
        files = [(str(each), each.read_bytes()) for each in (config, *sorted(own.rglob("*"))) if each.is_file()]
        return digest(version(), self.audience, self.today, self.dataset, self.arguments, listed, files)

    @property
    def site(self) -> Path:
        """The folder of the site."""
        from milemark.publish.mkdocs_config import read_publisher_settings

        return self.root / read_publisher_settings(self.root, self.audience).site_dir

    @property
    def record(self) -> Path:
        """The file that keeps the key of the last build."""
        return self.root / BUILD / f"portfolio-{self.audience}.key"

    @property
    def is_built(self) -> bool:
        """Whether the last build was made from the same inputs, and is still there."""
        is_known = self.record.is_file() and self.record.read_text("utf-8", "replace") == self.key
        return is_known and (self.site / "index.html").is_file()


class _Notes:
    """Prints each note once."""

    def __init__(self) -> None:
        self._printed = set[str]()

    def __call__(self, text: str) -> None:
        if text not in self._printed:
            self._printed.add(text)
            _note(f"note: {text}")


def _rows(made: _Made, choose_readable: Callable[[], Chosen]) -> PortfolioRows:
    """Return the rows of a portfolio; if some are damaged, those of the states whose rows can be read."""
    from milemark.app.portfolio.rows import DamagedRowsError, PortfolioRows

    try:
        return PortfolioRows(connect(), made.chosen, made.today)
    except DamagedRowsError:
        readable = choose_readable()
    try:
        return PortfolioRows(connect(), readable, made.today)
    except DamagedRowsError as error:
        raise UserError(f"the rows of the datasets cannot be read: {visible(str(error))}") from error


def _build(made: _Made, rows: PortfolioRows, publisher: str, *, is_strict: bool) -> None:
    from milemark.app.build import FailedPagesError, build
    from milemark.app.portfolio.project import portfolio_project

    made.record.unlink(missing_ok=True)
    project = portfolio_project(made.root, rows, made.audience, made.dataset)
    print_findings(project, project.diagnostics)
    if project.schema_errors or (is_strict and project.has_errors):
        _refuse("the pages have errors")
    try:
        site = build(project, choose_publisher(publisher), is_strict=is_strict)
    except FailedPagesError:
        print_output_findings(project)
        _refuse("templates fail on items")
    print_output_findings(project)
    count = len(made.chosen.now)
    _note(f"{counted(count, 'repository', 'repositories')}: built {os.path.relpath(site.folder)}/index.html")


def _write_config(root: Path) -> None:
    """Write a mkdocs.yml if there is none."""
    config = root / CONFIG_FILE
    if not config.exists():
        starter = Path(str(resources.files("milemark"))) / "app/starter_files" / CONFIG_FILE
        replace_file(config, starter.read_bytes())
        _note(f"wrote {os.path.relpath(config)}")


def _refuse(reason: str) -> None:
    click.echo(f"error: nothing published: {reason}", err=True)
    sys.exit(1)


def _note(text: str) -> None:
    click.echo(text, err=True)
