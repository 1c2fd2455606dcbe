"""The Markdown files of a portfolio: a track for each repository, its milestones, and a person for each id.

They are read as any others, so that pages, checks, queries and privacy are those of a single roadmap. All texts come
from other repositories, so they stand in front matter only, as quoted YAML.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from milemark.foundation.dates import parse_date
from milemark.foundation.errors import UserError
from milemark.foundation.escaping import is_safe_url, yaml_text
from milemark.foundation.i18n import Language, _
from milemark.foundation.identifiers import file_names
from milemark.foundation.layout import ROADMAP_FILE
from milemark.roadmap.settings_file import parse_settings

Found = Mapping[str, Any]
Ask = Callable[[str], Sequence[Found]]

_LABELS = {
    "repositories": _("Repositories"),
    "milestones": _("Milestones"),
    "people": _("People"),
    "as_of": _("As of"),
    "open": _("Open"),
    "late": _("Overdue"),
    "blocked": _("Blocked"),
    "next": _("Next milestone"),
    "forecast": _("Forecast (85%)"),
    "active": _("Active"),
    "work": _("Includes"),
}
SHOWN = 20  # items on the page of a milestone
_COLLECTIONS = """\
statuses: {{planned: planned, active: active, paused: paused, done: done, dropped: dropped}}
derivations: none
collections:
  repositories:
    label: {repositories}
    role: track
    columns: [title, as_of, open, late, blocked, next, forecast]
    fields:
      as_of: {{label: {as_of}, type: date}}
      open: {{label: {open}, type: integer}}
      late: {{label: {late}, type: integer}}
      blocked: {{label: {blocked}, type: integer}}
      next: {{label: {next}, type: date}}
      forecast: {{label: {forecast}, type: date}}
  milestones:
    label: {milestones}
    role: milestone
    columns: [title, track, status, due, forecast]
    fields:
      forecast: {{label: {forecast}, type: date}}
      work: {{label: {work}, type: array}}
  people:
    label: {people}
    role: person
    columns: [title, team, active, open, late, spread]
    fields:
      active: {{label: {active}, type: integer}}
      open: {{label: {open}, type: integer}}
      late: {{label: {late}, type: integer}}
      spread: {{label: {repositories}, type: integer}}
"""
_IGNORED = "ignore: [MM303, MM401, MM407, MM410]\n"  # of single roadmaps, whose own checks report them
REPOSITORIES = """
select r.repository as id, r.title, r.goal, r.site, r.day, r.progress, r.tasks_done, r.tasks_total,
  count(i.id) filter (is_open) as open,
  count(i.id) filter (is_open and i.due_day < $today::date) as late,
  count(i.id) filter (is_open and i.is_blocked = 1) as blocked,
  (select min(due_day) from items as m
    where m.repository = r.repository and m.role = 'milestone' and m.due_day >= $today::date
    and coalesce(m.stage not in ('done', 'dropped'), true)) as next,
  (select max(forecast_p85) from forecasts as f where f.repository = r.repository) as forecast
from roadmap as r
left join (select *, coalesce(stage not in ('done', 'dropped'), true) as is_open from items where role = 'item') as i
  using (repository)
group by all order by id
"""
MILESTONES = """
select m.id, m.repository, m.title, m.stage, m.due, m.finished, m.address, f.forecast_p85 as forecast
from items as m left join forecasts as f on f.item = m.id
where m.role = 'milestone' order by m.repository, m.due_day, m.id
"""
WORK = f"""
select milestone as id, count(*) as count,
  list(title || case when stage = 'done' then ' ✓' when due is not null then ' (' || due || ')' else '' end
    order by stage = 'done', due_day nulls last, title)[:{SHOWN}] as titles
from items where role = 'item' and milestone is not null and stage is distinct from 'dropped' group by milestone
"""  # noqa: S608  a constant
# What a milestone, or an item on the way to it, needs: another milestone, or an item on the way to one.
NEEDS = """
with needs as (
  select item, needs from dependencies
  union all select item, source || '/' || needs from elsewhere
), goals as (
  select id, case role when 'milestone' then id else milestone end as goal from items
)
select distinct one.goal as id, other.goal as needs
from needs join goals as one on one.id = needs.item join goals as other on lower(other.id) = lower(needs.needs)
where one.goal is not null and other.goal is not null and one.goal <> other.goal
order by all
"""
PEOPLE = """
with work as (
  select lower(person) as key, any_value(person) as person,
    count(*) filter (stage = 'active') as active,
    count(*) filter (is_open) as open,
    count(*) filter (is_open and due_day < $today::date) as late,
    count(distinct repository) as spread
  from assignees
  join (select id, stage, due_day, coalesce(stage not in ('done', 'dropped'), true) as is_open from items) on id = item
  group by key
), known as (
  select lower(substr(id, length(repository) + 2)) as key,
    first(substr(id, length(repository) + 2) order by repository) as id,
    first(title order by repository) as title, first(team order by team is null, repository) as team,
    max(capacity) as capacity
  from items where role = 'person' group by key
)
select coalesce(known.id, person) as id, coalesce(title, person) as title, team, capacity,
  coalesce(active, 0) as active, coalesce(open, 0) as open, coalesce(late, 0) as late,
  coalesce(spread, 0) as spread
from known full join work using (key) order by lower(coalesce(known.id, person))
"""


def portfolio_files(ask: Ask, own: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Return the files of a portfolio: its `own` settings and pages, and those of what `ask` finds in the dataset."""
    made = {ROADMAP_FILE: _roadmap(own.get(ROADMAP_FILE))}
    made |= _placed("repositories", (_repository(each) for each in ask(REPOSITORIES)))
    needs: dict[str, list[str]] = {}
    for each in ask(NEEDS):
        needs.setdefault(each["id"], []).append(each["needs"])
    work = {each["id"]: _titles(each) for each in ask(WORK)}
    made |= _placed(
        "milestones",
        (_milestone(each, needs.get(each["id"], ()), work.get(each["id"], ())) for each in ask(MILESTONES)),
    )
    made |= _placed("people", (_person(each) for each in ask(PEOPLE)))
    return {**made, **{path: data for path, data in own.items() if path != ROADMAP_FILE}}


def _roadmap(own: bytes | None) -> bytes:
    """Return the roadmap.yml of a portfolio: its own settings, and the collections."""
    settings, _findings = parse_settings(own)
    if own and settings.collections:
        raise UserError(
            "roadmap.yml of a portfolio declares no collections: they come from the dataset\n"
            "  = leave `title`, `goal`, `locale` and other settings of the site in it"
        )
    text = own.decode("utf-8-sig", "replace").rstrip("\n") + "\n" if own else "title: Portfolio\n"
    translate = Language(settings.locale).gettext
    labels = {name: yaml_text(translate(label)) for name, label in _LABELS.items()}
    return (text + ("" if settings.ignore else _IGNORED) + _COLLECTIONS.format(**labels)).encode()


def _placed(folder: str, files: Iterable[tuple[str, str]]) -> dict[str, bytes]:
    found = list(files)
    names = file_names(id_ for id_, _text in found)
    return {f"{folder}/{name}.md": text.encode() for name, (_id, text) in zip(names, found, strict=True)}


def _front(values: Mapping[str, Any]) -> str:
    lines = (f"{name}: {_yaml(value)}" for name, value in values.items() if value is not None and value not in ("", {}))
    return "".join(("---\n", *(f"{line}\n" for line in lines), "---\n"))


def _yaml(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_yaml, value))}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{yaml_text(key)}: {_yaml(each)}' for key, each in value.items())}}}"
    return str(value) if isinstance(value, int | float) else yaml_text(str(value))


def _repository(row: Found) -> tuple[str, str]:
    numbers = {name: row[name] for name in ("open", "late", "blocked")}
    days = {"as_of": row["day"], "next": row["next"], "forecast": row["forecast"]}
    about = {"title": row["title"] or row["id"], "goal": row["goal"], "links": _link(row["site"])}
    return row["id"], _front({"id": row["id"], **about, **numbers, **days})


def _link(address: str | None) -> Mapping[str, str]:
    """Return the link to the page in the roadmap's own site."""
    return {"Site": address} if address and is_safe_url(address) else {}


def _titles(row: Found) -> Sequence[str]:
    """Return the items of a milestone as its page lists them, open ones first."""
    more = row["count"] - len(row["titles"])
    return [*row["titles"], *([f"+ {more}"] if more else [])]


def _milestone(row: Found, needs: Iterable[str], work: Iterable[str]) -> tuple[str, str]:
    values = {
        "id": row["id"],
        "title": row["title"],
        "track": row["repository"],
        "links": _link(row["address"]),
        "status": row["stage"],
        **{name: row[name] for name in ("due", "finished") if row[name] and parse_date(row[name])},
        "forecast": row["forecast"],
        "depends_on": tuple(needs) or None,
        "work": tuple(work) or None,
    }
    return row["id"], _front(values)


def _person(row: Found) -> tuple[str, str]:
    names = ("id", "title", "team", "capacity", "active", "open", "late", "spread")
    return row["id"], _front({name: row[name] for name in names})
