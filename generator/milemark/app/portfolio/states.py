"""The states in datasets: which repository has which days, and which of their files can be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from milemark.foundation.errors import UserError
from milemark.foundation.escaping import visible
from milemark.foundation.layout import PUBLIC
from milemark.output.export.dataset import MAIN, RELATIONS, is_repository_name

_NO_EXTENSIONS: Mapping[str, Any] = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
_REPOSITORY, _DAY = "repository=", "day="
_STATES = "select file_name, decode(value) from parquet_kv_metadata(?) where decode(key) = 'milemark.state'"
_AUDIENCES = "select filename, audience from read_parquet(?, union_by_name = true, filename = true)"
_ROWS = "select count(columns(*)) from read_parquet(?)"  # reads every value
_WEEK, _WEEKS = timedelta(days=7), 26  # a week, and how many of them the past has


@dataclass(frozen=True)  # without slots: a cached property
class State:
    """One repository on one day: its files by relation. An older state lacks the relations that came later."""

    dataset: Path
    partition: str
    repository: str
    day: date

    @cached_property
    def files(self) -> Mapping[str, Path]:
        """The files of the relations that this version knows."""
        places = {name: self.dataset / name / self.partition / f"{name}.parquet" for name in RELATIONS}
        return {name: place for name, place in places.items() if place.is_file()}


def connect() -> Any:
    """Return a connection of DuckDB that opens no extension of its own. Raises UserError if it is not installed."""
    try:
        import duckdb  # an extra, and slow to start
    except ImportError:
        raise UserError("duckdb is not installed: pip install 'milemark[portfolio]'") from None
    return duckdb.connect(config=dict(_NO_EXTENSIONS))


def find_states(datasets: Sequence[Path], note: Callable[[str], None]) -> Mapping[str, tuple[State, ...]]:
    """Return the states of each repository, the newest first. Raises UserError for a folder that is no dataset."""
    found: dict[str, dict[date, State]] = {}
    for dataset in datasets:
        if not (dataset / MAIN).is_dir():
            raise UserError(
                f"{visible(str(dataset))} is not a dataset: it has no folder {MAIN}/\n"
                f"  = `milemark export parquet --into {visible(str(dataset))}` adds a roadmap to it"
            )
        for state in _states_in(dataset, note):
            found.setdefault(state.repository, {}).setdefault(state.day, state)
    return {name: tuple(days[day] for day in sorted(days, reverse=True)) for name, days in sorted(found.items())}


def _states_in(dataset: Path, note: Callable[[str], None]) -> Iterable[State]:
    for folder in sorted((dataset / MAIN).glob(f"{_REPOSITORY}*")):
        name = unquote(folder.name.removeprefix(_REPOSITORY))
        if not is_repository_name(name):
            note(f"{visible(name)} is not the name of a repository: left out")
            continue
        for each in folder.glob(f"{_DAY}*"):
            try:
                day = date.fromisoformat(each.name.removeprefix(_DAY))
            except ValueError:
                note(f"{visible(name)}: {visible(each.name)} is not a day: left out")
                continue
            yield State(dataset, f"{folder.name}/{each.name}", name, day)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The states to show: one of each repository, the one of each that was current a week before, and one each week."""

    now: tuple[State, ...]
    before: tuple[State, ...]
    past: tuple[State, ...]

    @property
    def files(self) -> tuple[Path, ...]:
        """All files that they are made of."""
        states = dict.fromkeys((*self.now, *self.before, *self.past))
        return tuple(path for state in states for path in state.files.values())


def choose(states: Mapping[str, Sequence[State]], reader: Reader, today: date) -> Chosen:
    """Choose the states to show on a day."""
    until = [[each for each in found if each.day <= today] for found in states.values()]
    earlier = [[each for each in found if each.day <= today - _WEEK] for found in until]
    weekly = [{_week(each, today): each for each in reversed(found)}.values() for found in until]
    past = [state for found in weekly for state in found if state.day > today - _WEEKS * _WEEK]
    return Chosen(reader.newest(until), reader.newest(earlier), reader.mains(past))


def _week(state: State, today: date) -> int:
    return (today - state.day).days // 7


class Reader:
    """Finds the newest readable state of each repository; `note` gets what is left out, and why.

    Rows are read only if the reader `is_thorough`: they may be damaged in a file whose metadata are whole.
    """

    def __init__(
        self, connection: Any, audience: str, note: Callable[[str], None], *, is_thorough: bool = False
    ) -> None:
        self.connection, self.audience, self.note, self.is_thorough = connection, audience, note, is_thorough

    def newest(self, states: Iterable[Sequence[State]]) -> tuple[State, ...]:
        """Return the first readable one of each sequence of states."""
        chosen, waiting = list[State](), [list(each) for each in states]
        while waiting := [each for each in waiting if each]:
            heads = [each.pop(0) for each in waiting]
            wrong = self._problems(heads)
            for state, others in zip(heads, [*waiting], strict=True):
                problem = wrong.get(state)
                if problem is None:
                    chosen.append(state)
                    others.clear()
                else:
                    rest = f": {others[0].day} is shown" if others else ": left out"
                    self.note(f"{state.repository}: the state of {state.day} {problem}{rest}")
        return tuple(sorted(chosen, key=lambda state: state.repository))

    def mains(self, states: Sequence[State]) -> tuple[State, ...]:
        """Return the states whose main relation can be read and is for the audience."""
        found = [state for state in states if MAIN in state.files and self._has_rows(state.files[MAIN])]
        shown = self._audiences(found)
        if shown is None:
            shown = {state: each[state] for state in found if (each := self._audiences([state]))}
        return tuple(state for state in found if not self._is_hidden(shown.get(state, "")))

    def _problems(self, states: Sequence[State]) -> Mapping[State, str]:
        """Return what is wrong with states: with all at once, or one by one if one of them cannot be read."""
        whole = None if self.is_thorough else self._read(states)
        if whole is None:
            whole = {state: self._one(state) for state in states}
        return {state: problem for state, problem in whole.items() if problem}

    def _one(self, state: State) -> str:
        found = self._read([state]) if all(map(self._has_rows, state.files.values())) else None
        return "is damaged" if found is None else found[state]

    def _has_rows(self, path: Path) -> bool:
        return not self.is_thorough or self._ask(_ROWS, [str(path)]) is not None

    def _read(self, states: Sequence[State]) -> Mapping[State, str] | None:
        """Return the problem of each state, if any; None if a file cannot be read."""
        paths = {str(path): state for state in states for path in state.files.values()}
        found, audiences = self._ask(_STATES, [*paths]), self._audiences(states)
        if found is None or audiences is None:
            return None
        names: dict[State, set[str]] = {state: set() for state in states}
        for path, value in found:
            names[paths[path]].add(value)
        return {state: self._problem(names[state], audiences.get(state)) for state in states}

    def _audiences(self, states: Sequence[State]) -> Mapping[State, str] | None:
        mains = {str(state.files[MAIN]): state for state in states if MAIN in state.files}
        found = self._ask(_AUDIENCES, [*mains])
        return None if found is None else {mains[path]: str(audience) for path, audience in found}

    def _ask(self, sql: str, files: list[str]) -> list[tuple[Any, ...]] | None:
        """Return rows from files, or None if one cannot be read."""
        import duckdb

        try:
            return list(self.connection.execute(sql, [files]).fetchall()) if files else []
        except duckdb.Error:
            return None

    def _problem(self, names: set[str], audience: str | None) -> str:
        if audience is None or len(names) != 1:
            return "is not whole"
        return "is private" if self._is_hidden(audience) else ""

    def _is_hidden(self, audience: str) -> bool:
        return audience != PUBLIC and self.audience == PUBLIC
