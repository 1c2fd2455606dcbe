"""All relations that the queries of a roadmap may name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from milemark.query.tables.history import history_tables
from milemark.query.tables.roadmap import roadmap_tables
from milemark.query.tables.table import Table
from milemark.roadmap.settings import Settings

if TYPE_CHECKING:
    from milemark.history.model import History  # a query of other tables needs no history
    from milemark.history.plan_forecast import Forecaster
    from milemark.roadmap.model import Roadmap


def every_table(
    settings: Settings,
    history: Callable[[], History | None],
    forecaster: Callable[[Roadmap], Forecaster | None] | None = None,
) -> tuple[Table, ...]:
    """Return the tables of a roadmap and of its history; those of a dataset take the place of theirs.

    `forecaster` makes the forecasts, if the caller has one.
    """
    found = {table.name: table for table in (*roadmap_tables(settings), *history_tables(history, forecaster))}
    return (*{**found, **{table.name: table for table in settings.relations}}.values(),)
