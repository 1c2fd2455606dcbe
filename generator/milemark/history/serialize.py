"""Moments of the past as JSON has them, and back: what is kept between runs."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from milemark.history.git import Commit
from milemark.history.model import Figures, ItemSnapshot, Snapshot


def packed(moment: Snapshot) -> list[Any]:
    """Return what a moment says, without its commit's own facts."""
    tracks = {id_: _packed_figures(each) for id_, each in moment.tracks.items()}
    return [_packed_figures(moment.whole), tracks, _packed_items(moment.items), _packed_items(moment.milestones)]


def unpacked(commit: Commit, kept: list[Any]) -> Snapshot:
    """Return the moment that was kept."""
    whole, tracks, items, milestones = kept
    return Snapshot(
        commit.id,
        commit.parents,
        commit.when,
        _figures(whole),
        {id_: _figures(each) for id_, each in tracks.items()},
        _items(items),
        _items(milestones),
    )


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _packed_figures(figures: Figures) -> list[Any]:
    return [_text(figures.progress), figures.done, figures.total, dict(figures.stages)]


def _figures(kept: list[Any]) -> Figures:
    return Figures(_decimal(kept[0]), kept[1], kept[2], kept[3])


def _packed_items(items: Mapping[str, ItemSnapshot | None]) -> dict[str, list[Any] | None]:
    return {id_: _packed_item(each) if each else None for id_, each in items.items()}


def _items(kept: Mapping[str, list[Any] | None]) -> dict[str, ItemSnapshot | None]:
    return {id_: _item(each) if each else None for id_, each in kept.items()}


def _packed_item(item: ItemSnapshot) -> list[Any]:
    return list(item._replace(progress=_text(item.progress), weight=str(item.weight)))  # type: ignore[arg-type]


def _item(kept: list[Any]) -> ItemSnapshot:
    item = ItemSnapshot._make(kept)
    progress, weight = _decimal(kept[4]), Decimal(kept[7])
    return item._replace(progress=progress, weight=weight, tasks=tuple((text, stage) for text, stage in kept[-1]))
