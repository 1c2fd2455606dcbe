"""The JSON Schema of a collection's front matter, for editors that check it as the user types.

An editor must accept what `check` accepts. Editors read `no`, `007` and an empty value as YAML does, while a text field
of milemark keeps its value as written.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from milemark.foundation.dates import JSON_PATTERN
from milemark.foundation.errors import UserError
from milemark.roadmap.field_types import DEFAULT_RANGE, PROOF_FIELDS, RANGES
from milemark.roadmap.model import Value
from milemark.roadmap.schema import CORE_FIELDS
from milemark.roadmap.settings import ANYTHING, Collection, Field, Role, Settings

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
# A blank text is a missing value, whatever its type.
_BLANK = {"type": "string", "pattern": r"^\s*$"}
_DATE = rf"^\s*({JSON_PATTERN})?\s*$"
_BOOLEAN = r"^\s*([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]|[Yy][Ee][Ss]|[Nn][Oo]|[Oo][Nn]|[Oo][Ff][Ff])?\s*$"
_URL = r"^((https?|mailto):|[^:]*([/?#]|$))"
_FILE = r"^[^:?#]*([/?#]|$)"
_NUMBER = r"^\s*([+-]?[0-9]+([.][0-9]+)?\s*%?)?\s*$"
_SYNTAX = re.compile(r"[\^$\\.*+?()\[\]{}|/]")  # the characters that a pattern may escape
_TEXT = ["string", "number", "boolean", "null"]
_WIKILINK = {"type": "array", "minItems": 1, "maxItems": 1, "items": {"type": "array", "minItems": 1, "maxItems": 1}}
_PLAIN: dict[str, dict[str, Any]] = {
    "string": {"type": _TEXT},
    "number": {"type": ["number", "string", "null"], "pattern": _NUMBER},
    "integer": {"type": ["integer", "string", "null"], "pattern": _NUMBER},
    "boolean": {"type": ["boolean", "string", "null"], "pattern": _BOOLEAN},
    "date": {"type": ["string", "integer", "null"], "pattern": _DATE},  # YAML reads a bare year as a number
    "url": {"type": ["string", "number", "boolean", "null"], "pattern": _URL},
    "file": {"type": ["string", "number", "boolean", "null"], "pattern": _FILE},
    "reference": {"anyOf": [{"type": _TEXT}, _WIKILINK]},
    ANYTHING: {},
}


def json_schemas(settings: Settings, name: str | None) -> dict[str, Any]:
    """Return the JSON Schemas of all collections by name, or of the named one."""
    if name and name not in settings.collections:
        raise UserError(f'there is no collection "{name}"; the declared ones are: {", ".join(settings.collections)}')
    chosen = [settings.collections[name]] if name else settings.collections.values()
    return {each.name: json_schema(settings, each) for each in chosen}


def json_schema(settings: Settings, collection: Collection) -> dict[str, Any]:
    """Return the JSON Schema of a collection's front matter, the core fields included."""
    fields = {**CORE_FIELDS, **collection.fields}
    schema: dict[str, Any] = {
        "$schema": _DIALECT,
        "title": collection.label,
        "type": "object",
        "properties": {
            collection.own_name(each.name): _property(settings, collection, each) for each in fields.values()
        },
        "additionalProperties": not collection.fields,
    }
    required = [collection.own_name(field.name) for field in fields.values() if field.required and not field.default]
    if required:
        schema["required"] = required
    if collection.description:
        schema["description"] = collection.description
    return schema


def _property(settings: Settings, collection: Collection, field: Field) -> dict[str, Any]:
    if field.name == "status":
        words = [word for word in settings.statuses if not field.choices or word in field.choices]
        is_free = collection.role is Role.RECORD and not field.choices
        schema: dict[str, Any] = {"type": _TEXT, "examples": words} if is_free else _one_of(words)
    else:
        schema = _typed(field)
    texts = {"title": field.label, "description": field.description}
    schema |= {name: text for name, text in texts.items() if text}
    if field.default:
        schema["default"] = _default(field)
    return schema


def _typed(field: Field) -> dict[str, Any]:
    if field.type == "array":
        part = _typed(field.entry)
        return {"anyOf": [{"type": "array", "items": part}, part]}  # a single value may omit the brackets
    if field.type == "proof":
        parts = {name: _typed(each) for name, each in PROOF_FIELDS.items()}
        proof = {"type": "object", "properties": parts, "required": ["url"], "additionalProperties": False}
        return {"anyOf": [proof, _typed(PROOF_FIELDS["url"])]}
    if field.type == "object":
        pairs = {"type": ["object", "null"], "additionalProperties": _typed(field.entry)}
        return {"anyOf": [pairs, _BLANK]}
    if field.type in {"number", "integer"}:
        low, high = RANGES.get(field.name, DEFAULT_RANGE)
        return {**_PLAIN[field.type], "minimum": low, "maximum": high}
    if field.type == "string" and field.choices:
        return _one_of(field.choices)
    return dict(_PLAIN[field.type])


def _one_of(words: Iterable[str]) -> dict[str, Any]:
    """Return the words in any letter case, and the values that YAML reads from words such as `1` and `true`."""
    words = list(words)
    values = [*words, *(value for word in words for value in _readings(word)), None]
    pattern = rf"^\s*({'|'.join(map(any_case, words))})\s*$"
    return {"anyOf": [{"enum": values}, {"type": "string", "pattern": pattern}, _BLANK]}


def any_case(word: str) -> str:
    """Return a pattern of a word as `declared_word` compares it: `[dD][oO]`, since JSON Schema knows no flags."""
    return "".join(map(_either_case, word.lower()))


def _either_case(letter: str) -> str:
    if letter == "\u0307":  # `İ` in lower case is `i` and this dot
        return f"{letter}?"
    letters = _letters_by_lower().get(letter, letter)
    return _SYNTAX.sub(r"\\\g<0>", letter) if len(letters) == 1 else f"[{letters}]"


@cache
def _letters_by_lower() -> Mapping[str, str]:
    """Return the letters of each lower-case letter: `k`, `K` and the sign of kelvin for `k`."""
    letters: dict[str, str] = {}
    for letter in map(chr, range(sys.maxunicode + 1)):
        lower = letter.lower()[0]
        if lower != letter:
            letters[lower] = letters.get(lower, lower) + letter
    return letters


def _readings(word: str) -> list[Any]:
    try:
        value = json.loads(word.lower())
    except ValueError:
        return []
    return [value] if isinstance(value, bool | int | float) else []


def _default(field: Field) -> Value | float:
    return float(field.default) if field.type == "number" else field.default
