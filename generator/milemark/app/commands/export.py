"""`milemark export`."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from milemark.app.command import command, history_listener, open_project, print_output_findings
from milemark.app.options import Options, ReadOptions, audience_option
from milemark.foundation.content_folder import content_of
from milemark.foundation.disk import replace_file
from milemark.foundation.errors import UserError
from milemark.foundation.layout import CONFIG_FILE, PUBLIC, ROADMAP_FILE
from milemark.output.export.formats import FORMATS, ExportInput, Format
from milemark.roadmap.settings import NO_OWNER

if TYPE_CHECKING:
    from milemark.app.project import Project

_RESUME, _DATASET = "resume", "parquet"


@command("export")
@click.argument("name", metavar=f"[{'|'.join(FORMATS)}]", type=click.Choice(list(FORMATS)))
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="PATH", help="File or folder to write.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of the json format.")
@click.option("--format", "kind", type=click.Choice(["json", "pdf"]), help="Form of the resume: json by default.")
@click.option("--into", type=click.Path(path_type=Path), metavar="DATASET", help="Add the parquet files to a dataset.")
@click.option("--repository", metavar="NAME", help="With --into: the repository's name. [default: its folder]")
@audience_option(PUBLIC)
def export(  # noqa: PLR0913, PLR0917  one argument for each option
    options: Options,
    name: str,
    output: Path | None,
    kind: str | None,
    into: Path | None,
    repository: str | None,
    audience: str,
    *,
    schema: bool,
) -> None:
    """Export the roadmap in a format for other programs.

    A single file goes to stdout or to PATH. A format of several files needs a folder as PATH. With `--into DATASET`,
    parquet adds the state of this day to the states of other repositories and days.
    """
    from milemark.output.export.json import roadmap_json_schema

    if schema:
        if name != "json":
            raise click.UsageError("--schema works with the json format only")
        click.echo(roadmap_json_schema(), nl=False)
        return
    if kind and name != _RESUME:
        raise click.UsageError("--format works with the resume only")
    _refuse_half_dataset(name, output, into, repository)
    project = open_project(options, ReadOptions(audience), is_output=True)
    chosen = replace(FORMATS[name], is_binary=True) if kind == "pdf" else FORMATS[name]
    place = output or into
    target = _target(project.root, chosen, place and options.start / place)
    if into and target:
        _add(project, chosen, target, repository)
        return
    made = {path: project.search.clean(path, data) for path, data in _made(project, chosen).items()}
    print_output_findings(project)
    _write({"resume.pdf": _pdf(project, made)} if kind == "pdf" else made, target)


def _refuse_half_dataset(name: str, output: Path | None, into: Path | None, repository: str | None) -> None:
    if into and name != _DATASET:
        raise click.UsageError("--into works with parquet only")
    if into and output:
        raise click.UsageError("-o and --into name two places: choose one")
    if repository and not into:
        raise click.UsageError("--repository works with --into only")


def _add(project: Project, chosen: Format, target: Path, repository: str | None) -> None:
    """Add the state of this day to a dataset."""
    from milemark.app.dataset import add_to_dataset, repository_name
    from milemark.output.export.dataset import dataset_files

    name = repository_name(project.root, repository)
    made = dataset_files(_input(project, chosen), name)
    files = {path: project.search.clean(path, data) for path, data in made.items()}
    print_output_findings(project)
    add_to_dataset(target, name, files, lambda text: click.echo(text, err=True))
    day = project.loaded.roadmap.as_of.isoformat()
    click.echo(f"wrote {name} of {day} into {os.path.relpath(target)}", err=True)


def _pdf(project: Project, made: Mapping[str, bytes]) -> bytes:
    from milemark.app.resume_pdf import resume_pdf

    (resume,) = made.values()
    return resume_pdf(resume, project.language)


def _target(root: Path, chosen: Format, output: Path | None) -> Path | None:
    """Return the place to write, None for stdout. Raises UserError for a place that does not fit."""
    if output is None:
        if not chosen.is_single:
            raise UserError(f"{chosen.name} writes several files: name a folder, for example -o {chosen.name}")
        if chosen.is_binary and sys.stdout.isatty():
            ending = "pdf" if chosen.name == _RESUME else chosen.name
            raise UserError(f"{ending} is binary: name a file, for example -o roadmap.{ending}")
        return None
    place, shown = output.resolve(), os.path.relpath(output)
    folder = content_of(root)
    read_only = [root / ".git", *([folder.path] if folder.path != root else [])]
    for each in read_only:
        if place.is_relative_to(each.resolve()):
            raise UserError(
                f"{shown} is in {os.path.relpath(each, root)}/, which milemark only reads: name another place"
            )
    if not chosen.is_single and place.exists() and not place.is_dir():
        raise UserError(f"{shown} is not a folder, and {chosen.name} writes several files: name a folder")
    return place


def _made(project: Project, chosen: Format) -> Mapping[str, bytes]:
    return chosen.make(_input(project, chosen))


def _input(project: Project, chosen: Format) -> ExportInput:
    from milemark.app.project import history_of
    from milemark.output.urls import Addresses
    from milemark.publish.mkdocs_config import read_publisher_settings

    addresses = Addresses()
    if (project.root / CONFIG_FILE).is_file():
        settings = read_publisher_settings(project.root)
        addresses = Addresses(settings.site_url, settings.use_directory_urls)
    if chosen.has_addresses and not addresses.root:
        click.echo(f"note: {CONFIG_FILE} has no `site_url`, so the export has no links to the site", err=True)
    if chosen.name == _RESUME and not (project.loaded.roadmap.settings.owner or NO_OWNER).name:
        click.echo(f"note: {ROADMAP_FILE} does not name the `owner`, so the resume has no name", err=True)
    with history_listener() as listener:
        history = history_of(project, listener) if chosen.has_history else None
    clean = lru_cache(1 << 16)(partial(project.search.clean_text, chosen.name))
    return ExportInput(project.loaded.roadmap, project.language, addresses, history, clean)


def _write(files: Mapping[str, bytes], target: Path | None) -> None:
    """Write files below a folder, or one file to stdout, to a path, or into an existing folder."""
    if target is None:
        (data,) = files.values()
        click.echo(data, nl=False)
        return
    is_file = len(files) == 1 and not target.is_dir()
    places = [target] if is_file else [target / name for name in files]
    for place, data in zip(places, files.values(), strict=True):
        place.parent.mkdir(parents=True, exist_ok=True)
        replace_file(place, data)
        click.echo(f"wrote {os.path.relpath(place)}", err=True)
