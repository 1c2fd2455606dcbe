"""The items that a command names: an id, an alias or a file, or - for a list on stdin."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping

from milemark.foundation.errors import UserError
from milemark.foundation.identifiers import key_of
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.references import find_item
from milemark.roadmap.schema import item_id

_STDIN = "-"


def read_targets(target: str) -> tuple[list[str], Mapping[str, str]]:
    """Return the ids that a target means, and the revisions that came with them."""
    if target != _STDIN:
        return [target], {}
    text = sys.stdin.read()
    if text.lstrip().startswith(("[", "{")):
        return _from_json(text)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return _unique(lines[1:] if lines[:1] == ["id"] else lines), {}  # the head of a table


def _from_json(text: str) -> tuple[list[str], Mapping[str, str]]:
    try:
        found = json.loads(text)
        rows = found["rows"] if isinstance(found, dict) else found
        ids = [row["id"] for row in rows]
        return _unique(ids), {row["id"]: row["revision"] for row in rows if row.get("revision")}
    except (ValueError, TypeError, KeyError, AttributeError):
        raise UserError("stdin is not a list of objects with an id: `milemark list --format json` prints one") from None


def _unique(ids: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(ids))


def one_item(roadmap: Roadmap, name: str) -> Item:
    """Return the item that a name means. Raises UserError if it is unknown, or the id of several files."""
    item = find_item(roadmap, name)
    same = [each for each in roadmap.items if key_of(item_id(each.document)) == key_of(item.id)]
    if len(same) > 1 and key_of(name) == key_of(item.id):
        paths = ", ".join(roadmap.settings.shown(each.path) for each in same)
        raise UserError(f'"{name}" is the id of several files: {paths}; name one of the files')
    return item
