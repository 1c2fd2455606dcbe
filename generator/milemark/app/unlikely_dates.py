"""Findings about due dates that the forecast will hardly keep."""

from __future__ import annotations

from collections.abc import Iterator

from milemark.app.options import Options, ReadOptions
from milemark.foundation import rules
from milemark.foundation.content_folder import ContentFolder
from milemark.foundation.diagnostics import Diagnostic
from milemark.foundation.disk import read_bytes


def unlikely_dates(content: ContentFolder, options: Options, audience: str) -> tuple[Diagnostic, ...]:
    """Return a note for each due date with less than `least_chance`, if roadmap.yml has this policy.

    An audience that sees no forecasts gets none.
    """
    try:
        data = read_bytes(content.roadmap) if content.path.is_dir() else b""
    except OSError:
        return ()
    if b"least_chance" not in data:
        return ()  # most projects; a forecast needs the whole history
    from milemark.roadmap.settings_file import parse_settings

    settings = parse_settings(data)[0]
    limit = settings.policies.least_chance
    if limit is None or settings.is_broken or rules.UNLIKELY_DATE.code in settings.ignore:
        return ()
    return tuple(_findings(content, options, audience, limit))


def _findings(content: ContentFolder, options: Options, audience: str, limit: int) -> Iterator[Diagnostic]:
    from milemark.app.project import history_of, read_project
    from milemark.history.landings import PlanForecast
    from milemark.history.plan_forecast import forecaster_for

    project = read_project(content.root, options.today, options.as_of, read_options=ReadOptions(audience))
    roadmap = project.loaded.roadmap
    forecaster = forecaster_for(roadmap, history_of(project))
    forecast = forecaster.forecast() if forecaster else None
    for each in forecast.landings if isinstance(forecast, PlanForecast) else ():
        if each.item and each.due and each.due >= roadmap.as_of and each.chance is not None and each.chance < limit:
            values = {"due": each.item.text("due"), "chance": str(each.chance)}
            yield Diagnostic(rules.UNLIKELY_DATE, each.item.span("due"), values)
