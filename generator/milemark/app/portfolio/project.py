"""A portfolio as a project: the files of a dataset beside the pages of a folder, with the dataset's relations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from milemark.app.kept_files import KeptFiles
from milemark.app.portfolio.files import portfolio_files
from milemark.app.portfolio.rows import PortfolioRows
from milemark.app.project import Project, load_everything
from milemark.foundation.content_folder import content_of
from milemark.foundation.disk import Content, read_content
from milemark.foundation.layout import PRIVATE
from milemark.privacy.audience import hidden_in
from milemark.query.load import checked_for_audience
from milemark.roadmap.load import Loaded

_PROGRESS = "select repository, progress from roadmap where progress is not null"


def portfolio_project(root: Path, rows: PortfolioRows, audience: str, key: str) -> Project:
    """Return the project of a portfolio. `key` identifies the dataset that the rows were read from."""
    folder = content_of(root)
    has_own = folder.path.is_dir() and folder.path.resolve() != root.resolve()
    own = read_content(folder) if has_own else Content({}, (), ())
    content = replace(own, files=dict(sorted(portfolio_files(rows.ask, own.files).items())))
    read = load_everything(content, rows.today, reading=KeptFiles(folder.path))
    everything = _with_relations(read, rows, key)
    progress = {each["repository"]: Decimal(str(each["progress"])) for each in rows.ask(_PROGRESS)}
    hidden = None if audience == PRIVATE else hidden_in(everything)
    loaded = _with_progress(checked_for_audience(everything, audience, hidden=hidden), progress)
    return Project(root, content, loaded, rows.today, everything, hidden, is_portfolio=True)


def _with_relations(loaded: Loaded, rows: PortfolioRows, key: str) -> Loaded:
    settings = replace(loaded.roadmap.settings, dataset=key, relations=rows.relations)
    return replace(loaded, roadmap=replace(loaded.roadmap, settings=settings))


def _with_progress(loaded: Loaded, progress: Mapping[str, Decimal]) -> Loaded:
    """Return a portfolio with the progress that each repository measures itself, and their mean."""
    mean = {"": sum(progress.values(), Decimal(0)) / len(progress)} if progress else {"": None}
    overrides = {**dict.fromkeys((track.id for track in loaded.roadmap.items), None), **progress, **mean}
    return replace(loaded, roadmap=replace(loaded.roadmap, progress_overrides=overrides))
