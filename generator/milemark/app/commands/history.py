"""`milemark history` and `milemark report`: what git says of the roadmap's past."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import click

from milemark.app.command import command, history_progress, terminal_width
from milemark.app.options import Options, ReadOptions, audience_option
from milemark.foundation.disk import read_bytes
from milemark.foundation.errors import UserError
from milemark.foundation.i18n import _
from milemark.foundation.layout import CONTENT, PRIVATE, PUBLIC, ROADMAP_FILE

if TYPE_CHECKING:
    from milemark.app.project import Project
    from milemark.foundation.i18n import Language
    from milemark.privacy.hidden import Hidden

_FILES_OF_TODAY = _("the roadmap is told as of {day}, and its files are those of today")
_HISTORY, _REPORT = ("text", "json", "csv"), ("text", "md", "json")


@command("history")
@click.option(
    "--format", "format_", type=click.Choice(["text", "json", "csv"]), default="text", help="How to print it."
)
@audience_option("", f"{PRIVATE} for text, else {PUBLIC}")
def history(options: Options, format_: str, audience: str | None) -> None:
    """Print the progress at every commit that changed content/, and what is not committed yet.

    Of each merge, the line goes on along its first parent. The formats json and csv hold what was beside it, too, and
    the figures of every track and item.
    """
    from milemark.history.model import notes  # noqa: PLC0415
    from milemark.history.read import read_history  # noqa: PLC0415
    from milemark.output.text import history as text  # noqa: PLC0415

    root = options.root()
    with history_progress() as told:
        found = read_history(root, options.today, told, _hidden(options, audience or _audience_of(format_)))
    if options.as_of:
        found = found.until(options.as_of)
    language = _language(options)
    for note in notes(found, language):
        click.echo(f"note: {note}", err=True)
    if format_ == "csv":
        click.echo(text.as_csv(found), nl=False)
    else:
        is_json = format_ == "json"
        click.echo(text.as_json(found, language) if is_json else text.as_text(found, language))


@command("report")
@click.option("--since", metavar="REV|DATE", help="What to compare with: a commit, a branch, or a day. [a week ago]")
@click.option("--format", "format_", type=click.Choice(_REPORT), default="text", help="How to print it.")
@audience_option("", f"{PRIVATE} for text, else {PUBLIC}")
def report(options: Options, since: str | None, format_: str, audience: str | None) -> None:
    """Print what has changed since a commit or a day: progress, what was finished, what moved, and what is next.

    A branch is compared with where it and this one parted. The format md is made for step summaries and comments on
    GitHub; nothing in it is a link or a mention.
    """
    from milemark.app.project import read_project  # noqa: PLC0415
    from milemark.history.changes import compare  # noqa: PLC0415
    from milemark.history.forecast import roadmap_forecast  # noqa: PLC0415
    from milemark.history.model import notes  # noqa: PLC0415
    from milemark.history.read import read_history  # noqa: PLC0415
    from milemark.history.revision import read_revision  # noqa: PLC0415
    from milemark.output.text import report as text  # noqa: PLC0415
    from milemark.privacy.audience import hidden_history  # noqa: PLC0415
    from milemark.query.load import checked_for_audience, load_with_bases  # noqa: PLC0415
    from milemark.roadmap.load import Memory  # noqa: PLC0415

    root, memory, today = options.root(), Memory(), options.as_of or options.today
    asked = since or (today - timedelta(days=7)).isoformat()
    earlier = read_revision(root, asked, options.today)
    purpose = ReadOptions(audience or _audience_of(format_))
    project = read_project(root, options.today, options.as_of, memory, purpose)
    if project.audience == PUBLIC:
        _refuse_untold(project)
    loaded = load_with_bases(earlier.files, earlier.read_on, reading=memory)
    before = checked_for_audience(loaded, project.audience, hidden_history(project.everything))
    with history_progress() as told:
        past = read_history(root, options.today, told, project.hidden_history)
    past = past.until(options.as_of) if options.as_of else past
    language = project.language
    told_apart = [language.gettext(_FILES_OF_TODAY).format(day=today)] if today < options.today else []
    about = text.Since(asked, earlier.commit, earlier.day, today, (*notes(past, language), *told_apart))
    found, ahead = compare(before, project.loaded), roadmap_forecast(project.loaded.roadmap, past, today)
    if format_ == "text":
        click.echo(text.as_text(found, about, ahead, language, terminal_width()))
        for note in about.notes:
            click.echo(f"note: {note}", err=True)
    else:
        shape = text.as_json if format_ == "json" else text.as_markdown
        click.echo(shape(found, about, ahead, language), nl=format_ == "json")


def _audience_of(format_: str) -> str:
    """Return whom a format is for: a text is read in a terminal, the others are passed on."""
    return PRIVATE if format_ == "text" else PUBLIC


def _hidden(options: Options, audience: str) -> Hidden | None:
    """Return what an audience may not see today; None for the owner."""
    if audience == PRIVATE:
        return None
    from milemark.app.project import read_project  # noqa: PLC0415

    project = read_project(options.root(), options.today, options.as_of)
    _refuse_untold(project)
    return project.hidden_history


def _refuse_untold(project: Project) -> None:
    """Refuse to tell everybody of a project whose roadmap.yml cannot be trusted, since it says what is private."""
    if project.schema_errors:
        raise UserError(f"{ROADMAP_FILE} has errors and says what is private: `milemark check` tells them")


def _language(options: Options) -> Language:
    """Return the language of the roadmap as it is now, whatever else is wrong with it."""
    from milemark.foundation.i18n import Language  # noqa: PLC0415
    from milemark.roadmap.settings_file import parse_settings  # noqa: PLC0415

    path = options.root() / CONTENT / ROADMAP_FILE
    return Language(parse_settings(read_bytes(path) if path.is_file() else None)[0].locale)
