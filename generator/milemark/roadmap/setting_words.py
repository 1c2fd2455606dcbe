"""The keys and values that roadmap.yml may have at a place, for editors that complete them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from milemark.foundation.rules import RULES
from milemark.roadmap import setting_table
from milemark.roadmap.schema import CORE_FIELDS
from milemark.roadmap.setting_table import Setting
from milemark.roadmap.settings import Settings, Stage

FLAGS = ("true", "false")
_IN_COLLECTION, _IN_FIELD = 2, 4  # keys around a setting: collections.NAME, collections.NAME.fields.NAME
_FIELD_LISTS = ("columns", "private", "group")


def keys_at(path: Sequence[str]) -> Mapping[str, str]:
    """Return the keys that roadmap.yml may have below other keys, with their meanings."""
    if path[:1] == ["collections"] and path[2:3] == ["fields"] and len(path) < _IN_FIELD:
        return dict.fromkeys(CORE_FIELDS, "")
    return {name: each.description for name, each in _table(path).items()}


def _table(path: Sequence[str]) -> Mapping[str, Setting]:
    """Return the settings below some keys."""
    if path[:1] == ["collections"]:
        is_field = path[2:3] == ["fields"] and len(path) == _IN_FIELD
        return setting_table.FIELD if is_field else setting_table.COLLECTION if len(path) == _IN_COLLECTION else {}
    tables = {(): setting_table.ROADMAP, ("policies",): setting_table.POLICIES, ("owner",): setting_table.OWNER}
    return tables.get(tuple(path), {})


def values_at(settings: Settings, path: Sequence[str]) -> Sequence[str]:
    """Return the values that a setting may have, by the keys that lead to it."""
    if path[:1] in (["statuses"], ["marks"]):
        return tuple(Stage)
    if path == ["ignore"]:
        return tuple(word for rule in RULES for word in (rule.code, rule.name))
    if path == ["policies", "evidence"]:
        return tuple(settings.collections)
    if path[:1] == ["collections"] and len(path) > _IN_COLLECTION and path[_IN_COLLECTION] in _FIELD_LISTS:
        declared = settings.collections.get(path[1])
        return tuple({**(declared.fields if declared else {}), **CORE_FIELDS})
    found = _table(path[:-1]).get(path[-1]) if path else None
    if found is None:
        return ()
    return found.words or (FLAGS if found.type == "boolean" else ())
