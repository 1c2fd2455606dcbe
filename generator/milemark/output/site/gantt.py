"""The layout of the timeline chart: positions of bars, lines and labels in percent of the width and in rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from types import MappingProxyType

from milemark.foundation.dates import PartialDate, periods
from milemark.history.landings import Landing
from milemark.output.site.bar_days import BarDays
from milemark.output.site.folding import MOST
from milemark.roadmap.metrics.critical_path import critical_path
from milemark.roadmap.metrics.progress import percent, progress_of
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.settings import Role, Stage

_BEFORE, _AFTER = (
    timedelta(days=366),
    timedelta(days=2 * 366),
)  # the largest distance of the chart's ends from the roadmap's day
_NEAR = timedelta(days=92)  # the chart includes the roadmap's day if it is this close to the dates
_MONTHS_UP_TO = 24 * 31  # days: longer charts show quarters only
_BAR_AT = 0.72  # the position of a bar in its row, as in the style sheet
_ROWS = 120  # bars of a chart whose tracks have too many of them
_LANES = 40  # tracks of such a chart
_STEP = 0.8  # percent: the straight part of a dependency line before it turns

Point = tuple[float, float]
NO_DAYS: Mapping[str, date] = {}
NO_LANDINGS: Mapping[str, Landing] = {}


_BY_TRACK: Mapping[str, Sequence[Item]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class GanttBar:
    """One item or milestone. `left` and `width` are percent of the chart, `fill` the progress, `row` counts from 0.

    `late` is the width of its part after the due day. `ended` is a finish day that only the history knows. `whisker`
    is the line from the day at 50 % to that at 85 %: its left end and its width.
    """

    item: Item
    row: int
    left: float
    width: float
    fill: int | None
    is_cut_left: bool
    is_cut_right: bool
    is_critical: bool
    late: float = 0
    ended: PartialDate | None = None
    landing: Landing | None = None
    whisker: tuple[float, float] | None = None

    @property
    def right(self) -> float:
        """The right edge in percent."""
        return round(self.left + self.width, 2)

    @property
    def end(self) -> float:
        """The end of the bar in percent; for a milestone, the middle of its end day or period."""
        return round(self.left + self.width / (2 if self.is_milestone else 1), 2)

    @property
    def begin(self) -> float:
        """The start of the bar in percent, where dependency lines arrive."""
        return self.end if self.is_milestone else self.left

    @property
    def is_milestone(self) -> bool:
        """Whether the bar is a milestone."""
        return self.item.role is Role.MILESTONE


@dataclass(frozen=True, slots=True)
class Lane:
    """The bars of one track, or of the items without a track. A heading, if any, takes the row `row`.

    `left` are the items without a bar, for which the chart has no room. `title` is that of a group which is no track.
    """

    track: Item | None
    row: int
    has_heading: bool
    bars: tuple[GanttBar, ...]
    left: tuple[Item, ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """A month, a quarter or a year on the axis."""

    when: PartialDate
    left: float
    width: float


@dataclass(frozen=True, slots=True)
class DependencyLine:
    """A dependency: a line from the end of one bar to the start of another, in percent and rows."""

    source: Item
    target: Item
    points: tuple[Point, ...]
    is_critical: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """The chart, from the day `first` to the day `last`; `outside` holds items with dates beyond it.

    `tracks` are the tracks without a lane, for which it has no room.
    """

    first: date
    last: date
    day: float | None
    rows: int
    years: tuple[Tick, ...]
    quarters: tuple[Tick, ...]
    months: tuple[Tick, ...]
    lanes: tuple[Lane, ...]
    links: tuple[DependencyLine, ...]
    critical: tuple[Item, ...]
    outside: tuple[Item, ...]
    tracks: tuple[Item, ...]


def chart(
    roadmap: Roadmap,
    items: Sequence[Item] | None = None,
    finished: Mapping[str, date] = NO_DAYS,
    titled: Mapping[str, Sequence[Item]] = _BY_TRACK,
    landings: Mapping[str, Landing] = NO_LANDINGS,
) -> Chart | None:
    """Return the chart of all dated items that are not dropped, or of `items`; None without any.

    `finished` are the days on which items were finished according to the history, `landings` the forecasts of others.
    `titled` are groups of the items, by title, that have lanes in place of the tracks.
    """
    items = (*roadmap.of_role(Role.ITEM), *roadmap.of_role(Role.MILESTONE)) if items is None else items
    dated = [item for item in items if item.stage is not Stage.DROPPED and (item.start or item.end)]
    if not dated:
        return None
    scale = _scale(BarDays(roadmap.as_of, finished), dated, landings)
    inside = [item for item in dated if scale.shows(item)]
    critical = critical_path(inside)
    groups = _titled(scale, inside, titled) if titled else _groups(roadmap, scale, inside)
    shown = _shown(groups)
    lanes = tuple(_lanes(roadmap, scale, shown, frozenset(critical), titled))
    bars = {bar.item.id: bar for lane in lanes for bar in lane.bars}
    return Chart(
        scale.first,
        scale.last,
        scale.begin(roadmap.as_of) if scale.first <= roadmap.as_of <= scale.last else None,
        sum(lane.has_heading + len(lane.bars) for lane in lanes),
        tuple(scale.ticks("year")),
        tuple(scale.ticks("quarter")),
        tuple(scale.ticks("month")) if scale.days <= _MONTHS_UP_TO else (),
        lanes,
        tuple(_links(bars, frozenset(pairwise(critical)))),
        tuple(roadmap.by_id[id_] for id_ in critical),
        tuple(item for item in dated if not scale.shows(item)),
        tuple(roadmap.by_id[id_] for id_ in groups if id_ not in shown and not titled),
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    first: date
    last: date
    bars: BarDays
    landings: Mapping[str, Landing]

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def begin(self, day: date) -> float:
        """Return the start of a day in percent; days outside the chart map to its edges."""
        return self._place((day - self.first).days)

    def end(self, day: date) -> float:
        """Return the end of a day in percent."""
        return self._place((day - self.first).days + 1)

    def _place(self, days: int) -> float:
        return round(100 * min(max(days, 0), self.days) / self.days, 2)

    def shows(self, item: Item) -> bool:
        return self.bars.first(item) <= self.last and self.bars.last(item) >= self.first

    def ticks(self, precision: str) -> Iterator[Tick]:
        for when in periods(self.first, self.last, precision):
            left = self.begin(when.first)
            yield Tick(when, left, round(self.end(when.last) - left, 2))


def _scale(bars: BarDays, items: Sequence[Item], landings: Mapping[str, Landing]) -> _Scale:
    """Return the quarters that the dates span, limited to the time around the roadmap's day."""
    as_of = bars.as_of
    known = (landings[item.id] for item in items if item.id in landings)
    ahead = [day for each in known for day in (each.p50, each.p85) if day]
    low, high = min([*map(bars.first, items), *ahead]), max([*map(bars.last, items), *ahead])
    if high < _shifted(as_of, -_BEFORE):  # everything ended long ago: show the end
        low = max(low, _shifted(high, -_AFTER))
    elif low > _shifted(as_of, _AFTER):  # everything starts far in the future: show the start
        high = min(high, _shifted(low, _AFTER))
    else:
        low, high = max(low, _shifted(as_of, -_BEFORE)), min(high, _shifted(as_of, _AFTER))
    if _shifted(low, -_NEAR) <= as_of <= _shifted(high, _NEAR):
        low, high = min(low, as_of), max(high, as_of)
    return _Scale(
        PartialDate.containing(low, "quarter").first, PartialDate.containing(high, "quarter").last, bars, landings
    )


def _shifted(day: date, by: timedelta) -> date:
    try:
        return day + by
    except OverflowError:
        return date.max if by > timedelta() else date.min


def _groups(roadmap: Roadmap, scale: _Scale, items: Sequence[Item]) -> Mapping[str, list[Item]]:
    """Return the items of each track that has any, by date; those without a track come last, by an empty id."""
    groups: dict[str, list[Item]] = {track.id: [] for track in roadmap.of_role(Role.TRACK)}
    groups[""] = []
    for item in _by_date(scale, items):
        track = roadmap.track_of(item)
        groups[track.id if track else ""].append(item)
    return {id_: members for id_, members in groups.items() if members}


def _titled(scale: _Scale, items: Sequence[Item], titled: Mapping[str, Sequence[Item]]) -> Mapping[str, list[Item]]:
    """Return the items of each group that has any, by date."""
    inside = {item.id for item in items}
    groups = {
        title: [item for item in _by_date(scale, members) if item.id in inside] for title, members in titled.items()
    }
    return {title: members for title, members in groups.items() if members}


def _by_date(scale: _Scale, items: Iterable[Item]) -> list[Item]:
    dated = (item for item in items if item.start or item.end)
    return sorted(dated, key=lambda item: (scale.bars.first(item), scale.bars.last(item), item.path))


def _shown(groups: Mapping[str, Sequence[Item]]) -> Mapping[str, tuple[Sequence[Item], Sequence[Item]]]:
    """Return the items of each track with a lane: those with a bar, and the others.

    Where there are too many, open items come first.
    """
    most = MOST
    if sum(min(len(members), most) for members in groups.values()) > _ROWS:
        groups = {id_: groups[id_] for place, id_ in enumerate(groups) if place < _LANES or not id_}
        most = min(most, max(1, _ROWS // len(groups)))
    return {id_: _parted(members, most) for id_, members in groups.items()}


def _parted(items: Sequence[Item], most: int) -> tuple[Sequence[Item], Sequence[Item]]:
    ordered = items if len(items) <= most else sorted(items, key=lambda item: item.is_closed)
    return ordered[:most], ordered[most:]


def _lanes(
    roadmap: Roadmap,
    scale: _Scale,
    groups: Mapping[str, tuple[Sequence[Item], Sequence[Item]]],
    critical: frozenset[str],
    titled: Mapping[str, Sequence[Item]],
) -> Iterator[Lane]:
    row, head = 0, int(bool(titled or roadmap.of_role(Role.TRACK)))
    for id_, (members, left) in groups.items():
        bars = [_bar(roadmap, scale, item, row + head + place, critical) for place, item in enumerate(members)]
        track, title = (None, id_) if titled else (roadmap.by_id.get(id_), "")
        yield Lane(track, row, bool(head), tuple(bars), tuple(left), title)
        row += head + len(members)


def _bar(roadmap: Roadmap, scale: _Scale, item: Item, row: int, critical: frozenset[str]) -> GanttBar:
    first, last = scale.bars.first(item), scale.bars.last(item)
    late, left, right = scale.bars.late_from(item), scale.begin(first), scale.end(last)
    value = progress_of(roadmap, item).value
    return GanttBar(
        item,
        row,
        left,
        round(right - left, 2),
        None if value is None else percent(value),
        first < scale.first,
        last > scale.last,
        item.id in critical,
        round(right - max(scale.begin(late), left), 2) if late else 0,
        scale.bars.ended(item),
        scale.landings.get(item.id),
        _whisker(scale, item),
    )


def _whisker(scale: _Scale, item: Item) -> tuple[float, float] | None:
    """Return the line from the day at 50 % to that at 85 %, if the chart shows its beginning."""
    landing = scale.landings.get(item.id)
    if landing is None or landing.p50 is None or landing.p50 > scale.last:
        return None
    left = scale.begin(landing.p50)
    return left, round(scale.end(landing.p85 or scale.last) - left, 2)


def _links(bars: Mapping[str, GanttBar], critical: frozenset[tuple[str, str]]) -> Iterator[DependencyLine]:
    """Yield the dependencies between bars on the chart."""
    by_row = {bar.row: bar for bar in bars.values()}
    for bar in bars.values():
        for needed in bar.item.texts("depends_on"):
            other = bars.get(needed)
            if other and other is not bar and not other.is_cut_right and (bar.is_milestone or not bar.is_cut_left):
                points = _route(other, bar, _between(by_row, other.row, bar.row))
                yield DependencyLine(other.item, bar.item, points, (needed, bar.item.id) in critical)


def _between(by_row: Mapping[int, GanttBar], one: int, other: int) -> list[GanttBar]:
    """Return the bars in the rows between two rows."""
    return [by_row[row] for row in range(min(one, other) + 1, max(one, other)) if row in by_row]


def _route(source: GanttBar, target: GanttBar, between: Sequence[GanttBar]) -> tuple[Point, ...]:
    """Return the corners of a line between two bars that crosses no bar between them.

    It goes from row to row in one column; to reach a column that lies behind, it follows the edge of a row.
    """
    begin, above, below = target.begin, source.row + _BAR_AT, target.row + _BAR_AT
    leave, arrive = (source.row + 1, target.row) if below > above else (source.row, target.row + 1)
    out, into = round(min(source.end + _STEP, 100), 2), round(max(begin - _STEP, 0), 2)
    column = _column(out, into, between)
    first = [(column, above)] if column >= out else [(out, above), (out, float(leave)), (column, float(leave))]
    last = [(column, below)] if column <= into else [(column, float(arrive)), (into, float(arrive)), (into, below)]
    return tuple(dict.fromkeys([(source.end, above), *first, *last, (begin, below)]))


def _column(out: float, into: float, bars: Sequence[GanttBar]) -> float:
    """Return the nearest place in percent where a line down the chart crosses none of the bars; the edge is free."""
    edges = (place for bar in bars for place in (bar.left - _STEP / 2, bar.right + _STEP / 2))
    places = [out, into, *(round(place, 2) for place in edges if 0 < place < 100), 0.0, 100.0]  # noqa: PLR2004  percent
    free = (place for place in places if all(place <= bar.left or place >= bar.right for bar in bars))
    return min(free, key=lambda place: abs(place - out) + abs(place - into))
