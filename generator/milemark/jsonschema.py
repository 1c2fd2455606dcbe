"""The schema of a collection as JSON Schema, for editors that check front matter while it is typed."""

from __future__ import annotations

import json
from typing import Any

from milemark.model import Collection, Field, Settings, Value
from milemark.problem import ProblemError
from milemark.schema import CORE_FIELDS

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_DATE = r"^[0-9]{4}(-(0[1-9]|1[0-2])(-[0-9]{2})?|-Q[1-4]|-W[0-9]{2})?$"
_URL = r"^((https?|mailto):|[^:]*([/?#]|$))"
_PLAIN: dict[str, dict[str, Any]] = {
    "string": {"type": "string"},
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "date": {"type": ["string", "integer"], "pattern": _DATE},  # YAML reads a bare year as a number
    "url": {"type": "string", "pattern": _URL},
    "reference": {"type": "string", "pattern": r"\S"},
}


def json_schemas(settings: Settings, name: str | None) -> str:
    """Return the JSON Schema of a collection; without a name, an object with that of each."""
    if name is None:
        schemas: Any = {each.name: json_schema(settings, each) for each in settings.collections.values()}
    elif name in settings.collections:
        schemas = json_schema(settings, settings.collections[name])
    else:
        raise ProblemError(f'there is no collection "{name}"; declared are: {", ".join(settings.collections)}')
    return json.dumps(schemas, ensure_ascii=False, indent=2)


def json_schema(settings: Settings, collection: Collection) -> dict[str, Any]:
    """Return the JSON Schema of a collection's front matter, the core fields included."""
    fields = {**CORE_FIELDS, **collection.fields}
    schema: dict[str, Any] = {
        "$schema": _DIALECT,
        "title": collection.label,
        "type": "object",
        "properties": {field.name: _property(settings, field) for field in fields.values()},
        "additionalProperties": False,
    }
    required = [field.name for field in fields.values() if field.required and not field.default]
    if required:
        schema["required"] = required
    if collection.description:
        schema["description"] = collection.description
    return schema


def _property(settings: Settings, field: Field) -> dict[str, Any]:
    found = _typed(field.type, field)
    if field.name == "status":
        found["enum"] = [word for word in settings.statuses if not field.choices or word in field.choices]
    if field.label:
        found["title"] = field.label
    if field.description:
        found["description"] = field.description
    if field.default:
        found["default"] = _default(field)
    return found


def _typed(kind: str, field: Field) -> dict[str, Any]:
    if kind == "array":
        return {"type": "array", "items": _typed(field.item_type, field)}
    if kind == "object":
        return {"type": "object", "additionalProperties": _typed(field.item_type, field)}
    if kind in {"number", "integer"} and field.name in {"progress", "allocation"}:
        return {"type": kind, "minimum": 0, "maximum": 100}
    if kind == "string" and field.choices:
        return {"type": "string", "enum": list(field.choices)}
    return dict(_PLAIN[kind])


def _default(field: Field) -> Value | float:
    return float(field.default) if field.type == "number" else field.default
