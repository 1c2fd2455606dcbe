"""A roadmap in the formats of other programs. A format is a line in FORMATS."""

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
    """What every format is made of; `history` is what git tells, None where it tells nothing or was not asked."""

    roadmap: Roadmap
    language: Language
    addresses: Addresses
    history: History | None = None


@dataclass(frozen=True, slots=True)
class Format:
    """A name, what it holds, and the function that makes its files: bytes by path.

    `is_single` tells that it is one file, `has_addresses` that it leads to pages of the site, `has_past` that it tells
    what git does.
    """

    name: str
    about: str
    make: Callable[[ExportInput], Mapping[str, bytes]]
    is_single: bool = False
    is_binary: bool = False
    has_addresses: bool = False
    has_past: bool = False


def _calendar(source: ExportInput) -> Mapping[str, bytes]:
    return {"roadmap.ics": calendar(source.roadmap, source.language, source.addresses)}


def _feeds(source: ExportInput) -> Mapping[str, bytes]:
    return feeds(source.roadmap, source.language, source.addresses, finished_days(source.roadmap, source.history))


def _relations(source: ExportInput) -> tuple[Table, ...]:
    return (*roadmap_tables(source.roadmap.settings), *history_tables(lambda: source.history))


def _tables(source: ExportInput) -> Mapping[str, bytes]:
    return csv_files(_relations(source), source.roadmap)


def _database(source: ExportInput) -> Mapping[str, bytes]:
    return {"roadmap.sqlite": database(_relations(source), source.roadmap)}


FORMATS = (
    Format("badge", "progress, as SVG and for shields.io", lambda found: badges(found.roadmap, found.language)),
    Format("ics", "a calendar of milestones and due dates", _calendar, is_single=True, has_addresses=True),
    Format("feed", "what was finished, as Atom and JSON Feed", _feeds, has_addresses=True, has_past=True),
    Format("json", "everything", lambda found: {"roadmap.json": roadmap_json(found.roadmap)}, is_single=True),
    Format("csv", "a table for each relation", _tables, has_past=True),
    Format(
        "sqlite",
        "a database with the same tables",
        _database,
        is_single=True,
        is_binary=True,
        has_past=True,
    ),
    Format(
        "parquet",
        "the same tables for DuckDB and others",
        lambda found: parquet_files(_relations(found), found.roadmap),
        is_binary=True,
        has_past=True,
    ),
)
