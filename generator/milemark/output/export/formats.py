"""Export formats. To add a format, add a line to FORMATS.

The command line reads FORMATS at start-up, so each function imports the module of its format.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from milemark.foundation.i18n import Language
    from milemark.history.model import History
    from milemark.output.urls import Addresses
    from milemark.query.tables.table import Table
    from milemark.roadmap.model import Roadmap


@dataclass(frozen=True, slots=True)
class ExportInput:
    """The input of every format. `history` is None without git, and for formats that do not need it.

    `clean` takes private names out of the texts of binary files, which cannot be searched as a whole.
    """

    roadmap: Roadmap
    language: Language
    addresses: Addresses
    history: History | None = None
    clean: Callable[[str], str] = str


@dataclass(frozen=True, slots=True)
class Format:
    """An export format: its name, and the function that returns its files as bytes by path.

    `is_single` marks a format of one file, `has_addresses` one with links to the site, `has_history` one that uses git.
    """

    name: str
    make: Callable[[ExportInput], Mapping[str, bytes]]
    is_single: bool = False
    is_binary: bool = False
    has_addresses: bool = False
    has_history: bool = False


def _badges(source: ExportInput) -> Mapping[str, bytes]:
    from milemark.output.export.badge import badges

    return badges(source.roadmap, source.language)


def _calendar(source: ExportInput) -> Mapping[str, bytes]:
    from milemark.output.export.calendar import calendar

    return {"roadmap.ics": calendar(source.roadmap, source.language, source.addresses)}


def _feeds(source: ExportInput) -> Mapping[str, bytes]:
    from milemark.output.export.feed import feeds, finished_days

    return feeds(source.roadmap, source.language, source.addresses, finished_days(source.roadmap, source.history))


def _json(source: ExportInput) -> Mapping[str, bytes]:
    from milemark.output.export.json import roadmap_json

    return {"roadmap.json": roadmap_json(source.roadmap)}


def _resume(source: ExportInput) -> Mapping[str, bytes]:
    from milemark.output.export.resume import resume_json

    return {"resume.json": resume_json(source.roadmap, source.addresses)}


def _tables(source: ExportInput) -> tuple[Table, ...]:
    from milemark.query.tables.history import history_tables
    from milemark.query.tables.roadmap import roadmap_tables

    return (*roadmap_tables(source.roadmap.settings), *history_tables(lambda: source.history))


def _clean_tables(source: ExportInput) -> tuple[Table, ...]:
    from milemark.query.tables.table import with_clean_texts

    return tuple(with_clean_texts(table, source.clean) for table in _tables(source))


def _csv(source: ExportInput) -> Mapping[str, bytes]:
    from milemark.output.export.csv import csv_files

    return csv_files(_tables(source), source.roadmap)


def _sqlite(source: ExportInput) -> Mapping[str, bytes]:
    from milemark.query.tables.sqlite import database

    return {"roadmap.sqlite": database(_clean_tables(source), source.roadmap)}


def _parquet(source: ExportInput) -> Mapping[str, bytes]:
    from milemark.output.export.parquet import parquet_files

    return parquet_files(_clean_tables(source), source.roadmap)


FORMATS: Mapping[str, Format] = {
    each.name: each
    for each in (
        Format("badge", _badges),
        Format("ics", _calendar, is_single=True, has_addresses=True),
        Format("feed", _feeds, has_addresses=True, has_history=True),
        Format("json", _json, is_single=True),
        Format("resume", _resume, is_single=True),
        Format("csv", _csv, has_history=True),
        Format("sqlite", _sqlite, is_single=True, is_binary=True, has_history=True),
        Format("parquet", _parquet, is_binary=True, has_history=True),
    )
}
