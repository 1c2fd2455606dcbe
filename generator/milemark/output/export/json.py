"""The whole roadmap as JSON for other programs. The package holds its versioned schema."""

from __future__ import annotations

from importlib import resources
from typing import Any

from milemark.foundation.escaping import json_text
from milemark.query.tables.values import count_values, item_values, plain
from milemark.roadmap.metrics.progress import whole
from milemark.roadmap.model import Roadmap
from milemark.roadmap.settings import Collection, Field

FORMAT = 1  # grows where readers of an older version would fail; new keys do not change it


def roadmap_json(roadmap: Roadmap) -> bytes:
    """Return the roadmap as a JSON object; `roadmap_json_schema` describes it."""
    settings, everything = roadmap.settings, whole(roadmap)
    exported = {
        "format": FORMAT,
        "title": settings.title,
        "goal": settings.goal,
        "locale": settings.locale,
        "as_of": roadmap.as_of.isoformat(),
        "audience": roadmap.audience,
        "progress": {"value": plain(everything.value), **count_values(everything.counts)},
        "statuses": settings.statuses,
        "collections": [_collection(each) for each in settings.collections.values()],
        "items": [item_values(roadmap, item) for item in roadmap.items],
    }
    return (json_text(exported, 2) + "\n").encode()


def roadmap_json_schema() -> str:
    """Return the JSON Schema of the exported roadmap."""
    return (resources.files("milemark") / "output/export/roadmap.schema.json").read_text("utf-8")


def _collection(collection: Collection) -> dict[str, Any]:
    return {
        "name": collection.name,
        "label": collection.label,
        "role": collection.role,
        "description": collection.description,
        "fields": [_field(field, collection.own_name(field.name)) for field in collection.fields.values()],
    }


def _field(field: Field, name: str) -> dict[str, Any]:
    described: dict[str, Any] = {"name": name, "type": field.type, "label": field.label}
    if field.choices:
        described["choices"] = list(field.choices)
    return described
