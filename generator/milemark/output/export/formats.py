"""Export formats. To add a format, add a line to FORMATS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from milemark.foundation.i18n import Language
from milemark.history.model import History
from milemark.output.export.badge import badges
from milemark.output.export.calendar import calendar
from milemark.output.export.csv import csv_files
from milemark.output.export.feed import feeds, finished_days
from milemark.output.export.json import roadmap_json
from milemark.output.export.parquet import parquet_files
from milemark.output.urls import Addresses
from milemark.query.tables.history import history_tables
from milemark.query.tables.roadmap import roadmap_tables
from milemark.query.tables.sqlite import database
from milemark.query.tables.table import Table
from milemark.roadmap.model import Roadmap


@dataclass(frozen=True, slots=True)
class ExportInput:
    """The input of every format. `history` is None without git, and for formats that do not need it."""

    roadmap: Roadmap
    language: Language
    addresses: Addresses
    history: History | None = None


@dataclass(frozen=True, slots=True)
class Format:
    """An export format: its name, description, and the function that returns its files as bytes by path.

    `is_single` marks a format of one file, `has_addresses` one with links to the site, `has_history` one that uses git.
    """

    name: str
    about: str
    make: Callable[[ExportInput], Mapping[str, bytes]]
    is_single: bool = False
    is_binary: bool = False
    has_addresses: bool = False
    has_history: bool = False


def _calendar(source: ExportInput) -> Mapping[str, bytes]:
    return {"roadmap.ics": calendar(source.roadmap, source.language, source.addresses)}


def _feeds(source: ExportInput) -> Mapping[str, bytes]:
    return feeds(source.roadmap, source.language, source.addresses, finished_days(source.roadmap, source.history))


def _tables(source: ExportInput) -> tuple[Table, ...]:
    return (*roadmap_tables(source.roadmap.settings), *history_tables(lambda: source.history))


def _csv(source: ExportInput) -> Mapping[str, bytes]:
    return csv_files(_tables(source), source.roadmap)


def _database(source: ExportInput) -> Mapping[str, bytes]:
    return {"roadmap.sqlite": database(_tables(source), source.roadmap)}


FORMATS = (
    Format("badge", "progress, as SVG and for shields.io", lambda source: badges(source.roadmap, source.language)),
    Format("ics", "a calendar of milestones and due dates", _calendar, is_single=True, has_addresses=True),
    Format("feed", "finished items, as Atom and JSON Feed", _feeds, has_addresses=True, has_history=True),
    Format("json", "everything", lambda source: {"roadmap.json": roadmap_json(source.roadmap)}, is_single=True),
    Format("csv", "one file for each table", _csv, has_history=True),
    Format(
        "sqlite",
        "a database with the same tables",
        _database,
        is_single=True,
        is_binary=True,
        has_history=True,
    ),
    Format(
        "parquet",
        "the same tables for DuckDB and others",
        lambda source: parquet_files(_tables(source), source.roadmap),
        is_binary=True,
        has_history=True,
    ),
)
