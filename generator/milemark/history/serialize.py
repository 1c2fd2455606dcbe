"""Snapshots, private things and moves as JSON values, and back, for the cache."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from milemark.history.folders import Move
from milemark.history.git import Folder
from milemark.history.git_log import Commit
from milemark.history.model import Figures, ItemSnapshot, Snapshot
from milemark.history.private_past import PrivacyChange


def pack_snapshot(snapshot: Snapshot) -> list[Any]:
    """Return a snapshot as JSON values, without the data of its commit."""
    tracks = {id_: _packed_figures(each) for id_, each in snapshot.tracks.items()}
    return [_packed_figures(snapshot.whole), tracks, _packed_items(snapshot.items), _packed_items(snapshot.milestones)]


def unpack_snapshot(commit: Commit, values: list[Any]) -> Snapshot:
    """Return the snapshot of a commit from its JSON values."""
    whole, tracks, items, milestones = values
    return Snapshot(
        commit.id,
        commit.parents,
        commit.when,
        _figures(whole),
        {id_: _figures(each) for id_, each in tracks.items()},
        _items(items),
        _items(milestones),
    )


def pack_change(change: PrivacyChange) -> list[Any]:
    """Return the private things that a commit changed as JSON values."""
    return [change.private, change.links]


def unpack_change(values: list[Any]) -> PrivacyChange:
    """Return the private things that a commit changed from JSON values."""
    private, links = values
    return PrivacyChange(
        {path: things and tuple(map(tuple, things)) for path, things in private.items()},
        tuple((tuple(one), tuple(other)) for one, other in links),
    )


def pack_move(move: Move) -> list[Any]:
    """Return a move of the folder as JSON values."""
    names = move.folder.names
    prefix, _names, roadmap, links = move.folder
    return [move.parent, prefix, None if names is None else sorted(names), roadmap, links]


def unpack_move(values: list[Any]) -> Move:
    """Return a move of the folder from JSON values."""
    parent, prefix, names, roadmap, links = values
    folder = Folder(prefix, None if names is None else frozenset(names), roadmap, tuple(map(tuple, links)))
    return Move(parent, folder)


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _packed_figures(figures: Figures) -> list[Any]:
    return [_text(figures.progress), figures.done, figures.total, dict(figures.stages)]


def _figures(values: list[Any]) -> Figures:
    return Figures(_decimal(values[0]), values[1], values[2], values[3])


def _packed_items(items: Mapping[str, ItemSnapshot | None]) -> dict[str, list[Any] | None]:
    return {id_: _packed_item(each) if each else None for id_, each in items.items()}


def _items(values: Mapping[str, list[Any] | None]) -> dict[str, ItemSnapshot | None]:
    return {id_: _item(each) if each else None for id_, each in values.items()}


def _packed_item(item: ItemSnapshot) -> list[Any]:
    return list(item._replace(progress=_text(item.progress), weight=str(item.weight)))  # type: ignore[arg-type]


def _item(values: list[Any]) -> ItemSnapshot:
    item = ItemSnapshot._make(values)
    tasks = tuple((text, stage) for text, stage in item.tasks)
    progress, weight = _decimal(values[4]), Decimal(values[7])
    return item._replace(progress=progress, weight=weight, tasks=tasks, aliases=tuple(item.aliases))
