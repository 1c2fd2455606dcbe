"""`milemark history` and `milemark report`: the roadmap's history in git, and its changes since a commit or a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import click

from milemark.app.command import HISTORY_LABEL, command, reading_progress, terminal_width
from milemark.app.options import Options, ReadOptions, audience_option
from milemark.foundation.content_folder import content_of
from milemark.foundation.disk import bytes_if_there
from milemark.foundation.errors import UserError
from milemark.foundation.i18n import _
from milemark.foundation.layout import PRIVATE, PUBLIC, ROADMAP_FILE

if TYPE_CHECKING:
    from pathlib import Path

    from milemark.app.project import Project
    from milemark.foundation.i18n import Language
    from milemark.history.changes import Changes
    from milemark.history.model import History
    from milemark.history.private_past import Present
    from milemark.output.text.report import AnyForecast, ReportPeriod
    from milemark.roadmap.load import Loaded

_FILES_OF_TODAY = _("the report is as of {day}, but reads the current files")
_HISTORY, _REPORT = ("text", "json", "csv"), ("text", "md", "json")


@command("history")
@click.option("--format", "format_", type=click.Choice(["text", "json", "csv"]), default="text", help="Output format.")
@audience_option("", f"{PRIVATE} for text, else {PUBLIC}")
def history(options: Options, format_: str, audience: str | None) -> None:
    """Print the progress at every commit that changed the files, and of uncommitted changes.

    The text follows the first parent of each merge. The formats json and csv include the other commits, and the figures
    of every track and item.
    """
    from milemark.app.kept_answer import kept_answer

    root, seen_by = options.root(), audience or _audience_of(format_)
    name, inputs = f"history {format_} {seen_by}", (options.today, options.as_of)
    text, *notes = kept_answer(root, name, inputs, lambda: _history(root, options, format_, seen_by))
    for note in notes:
        click.echo(f"note: {note}", err=True)
    click.echo(text, nl=format_ != "csv")


def _history(root: Path, options: Options, format_: str, audience: str) -> list[str]:
    """Return the history in a format, and the notes about it."""
    from milemark.history.model import notes
    from milemark.history.read import read_history
    from milemark.output.text import history as text

    with reading_progress(HISTORY_LABEL) as on_progress:
        found = read_history(root, options.today, on_progress, _present(root, options, audience))
    found = found.until(options.as_of) if options.as_of else found
    language = _language(root)
    if format_ == "csv":
        return [text.as_csv(found), *notes(found, language)]
    shape = text.as_json if format_ == "json" else text.as_text
    return [shape(found, language), *notes(found, language)]


@command("report")
@click.option("--since", metavar="REV|DATE", help="The commit, branch or day to compare with. [a week ago]")
@click.option("--format", "format_", type=click.Choice(_REPORT), default="text", help="Output format.")
@click.option("--review", "is_review", is_flag=True, help="Write a weekly review into content/reviews/.")
@audience_option("", f"{PRIVATE} for text, else {PUBLIC}")
def report(options: Options, since: str | None, format_: str, audience: str | None, *, is_review: bool) -> None:
    """Print the changes since a commit or a day: progress, finished work, moved due dates, and the next tasks.

    If REV is a branch, the command compares with the commit at which the current branch left it. The format md is for
    step summaries and comments on GitHub; it contains no links and no mentions.

    With --review, it writes a private page of work done, slipped and stalled, of the next tasks, and with three
    questions; `milemark undo` takes it back.
    """
    from milemark.app.kept_answer import kept_answer
    from milemark.history.revision import check_since, commit_since

    root, today = options.root(), options.as_of or options.today
    since = since or (today - timedelta(days=7)).isoformat()
    check_since(root, since, options.today)
    if is_review:
        if format_ != "text" or audience == PUBLIC:
            raise UserError("--review writes a page of its own, for you: it has no --format and no other audience")
        _review(root, options, since)
        return
    wanted = _Report(since, format_, audience or _audience_of(format_))
    inputs = (options.today, options.as_of, since, commit_since(root, since), terminal_width())
    name = f"report {format_} {wanted.audience}"
    text, *notes = kept_answer(root, name, inputs, lambda: _report(root, options, wanted))
    click.echo(text, nl=format_ != "md")
    for note in notes:
        click.echo(f"note: {note}", err=True)


class _Report(NamedTuple):
    """The options of a report."""

    since: str
    format: str
    audience: str


class _Compared(NamedTuple):
    """A project, its changes in a period, and its history up to the end of that."""

    project: Project
    changes: Changes
    period: ReportPeriod
    history: History
    forecast: AnyForecast


def _report(root: Path, options: Options, wanted: _Report) -> list[str]:
    """Return a report, and for the format text the notes about it; the others hold them."""
    from milemark.output.text import report as text

    project, changes, period, _history, forecast = _compared(root, options, wanted)
    language = project.spoken if wanted.format == "text" else project.language
    if wanted.format == "text":
        return [text.as_text(changes, period, forecast, language, terminal_width()), *period.notes]
    shape = text.as_json if wanted.format == "json" else text.as_markdown
    return [shape(changes, period, forecast, language)]


def _review(root: Path, options: Options, since: str) -> None:
    """Write a review as a page of the project."""
    from milemark.app.item_names import refuse_existing
    from milemark.app.write import WriteOptions, carry_out
    from milemark.app.write_plan import WriteChanges
    from milemark.history.lifecycle import lifecycles
    from milemark.output.forecast_words import end_of
    from milemark.output.text.review import Review, review_page

    found = _compared(root, options, _Report(since, "json", PRIVATE))
    roadmap, language = found.project.loaded.roadmap, found.project.language
    path = f"reviews/{found.period.last.isoformat()}.md"
    end = end_of(found.forecast, language) if found.forecast else ""
    review = Review(roadmap, found.changes, found.period, lifecycles(found.history), end)
    page = review_page(path, review, language).encode()

    def planner(project: Project) -> WriteChanges:
        refuse_existing(project, path)
        return WriteChanges({path: page})

    carry_out(options, WriteOptions(), "report --review", planner)


def _compared(root: Path, options: Options, wanted: _Report) -> _Compared:
    """Read a project, and compare it with an earlier day or commit."""
    from milemark.app.kept_files import KeptFiles
    from milemark.app.project import read_project
    from milemark.history.changes import compare
    from milemark.history.model import notes
    from milemark.history.plan_forecast import forecaster_for
    from milemark.history.read import read_history
    from milemark.history.revision import read_revision
    from milemark.output.text.report import ReportPeriod
    from milemark.query.load import checked_for_audience, load_with_bases
    from milemark.roadmap.load import Memory

    memory, today = Memory(KeptFiles(content_of(root).path)), options.as_of or options.today
    project = read_project(root, options.today, options.as_of, memory, ReadOptions(wanted.audience))
    if project.audience == PUBLIC:
        _refuse_schema_errors(project.everything)
    with reading_progress(HISTORY_LABEL) as on_progress:
        found_history = read_history(root, options.today, on_progress, project.present)
    revision = read_revision(root, wanted.since, found_history)
    loaded = load_with_bases(_with_roadmap(revision.files, project), revision.read_on, reading=memory)
    before = checked_for_audience(loaded, project.audience, found_history.hidden_at(revision.changed))
    found_history = found_history.until(options.as_of) if options.as_of else found_history
    language = project.spoken if wanted.format == "text" else project.language
    noted = (*_on_private_items(project), *notes(found_history, language))
    noted += (language.gettext(_FILES_OF_TODAY).format(day=today),) if today < options.today else ()
    period = ReportPeriod(wanted.since, revision.commit, revision.day, today, noted, project.folder.name)
    mark = "" if wanted.format == "json" else f" ({language.gettext(PRIVATE)})"
    forecaster = forecaster_for(project.loaded.roadmap, found_history)
    forecast = forecaster.forecast() if forecaster else None
    return _Compared(project, compare(before, project.loaded, mark), period, found_history, forecast)


def _with_roadmap(files: Mapping[str, bytes], project: Project) -> Mapping[str, bytes]:
    """Return the files of a revision; those from before there was a roadmap.yml are read with that of today."""
    today = project.content.files.get(ROADMAP_FILE)
    return files if today is None else {ROADMAP_FILE: today, **files}


def _on_private_items(project: Project) -> Iterator[str]:
    """Yield a note on the private items in overall progress, if its audience sees any."""
    from milemark.roadmap.metrics.explain import Explainer
    from milemark.roadmap.metrics.progress import whole

    roadmap = project.loaded.roadmap
    explainer, everything = Explainer(roadmap, project.language, lambda: project.public), whole(roadmap)
    for each in explainer.of_public(everything):
        yield f"{explainer.whole(everything).line} {each.text}"


def _audience_of(format_: str) -> str:
    """Return the default audience of a format: text is for the owner's terminal, the others are shared."""
    return PRIVATE if format_ == "text" else PUBLIC


def _present(root: Path, options: Options, audience: str) -> Present | None:
    """Return today's private and public parts for an audience; None for the owner."""
    if audience == PRIVATE:
        return None
    from milemark.app.project import load_everything, read_folder
    from milemark.history.private_past import Present

    everything = load_everything(read_folder(root), options.today, options.as_of)
    _refuse_schema_errors(everything)
    return Present.of(everything)


def _refuse_schema_errors(everything: Loaded) -> None:
    """Raise UserError if roadmap.yml has errors: without it, private items are unknown."""
    from milemark.app.project import schema_errors_of

    if schema_errors_of(everything):
        raise UserError(f"{ROADMAP_FILE} has errors (see `milemark check`), so milemark cannot tell what is private")


def _language(root: Path) -> Language:
    """Return the language of the current roadmap, even if it has errors."""
    from milemark.foundation.i18n import Language
    from milemark.roadmap.settings_file import parse_settings

    return Language(parse_settings(bytes_if_there(content_of(root).roadmap))[0].locale)
