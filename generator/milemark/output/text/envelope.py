"""The one object that every command prints with `--format json`: `schemaVersion`, `kind`, and the keys of that kind."""

from __future__ import annotations

from collections.abc import Mapping

from milemark.foundation.escaping import json_text

SCHEMA_VERSION = 1  # grows where a reader of an older one would fail; keys may be added without


def envelope(kind: str, values: Mapping[str, object], indent: int = 2) -> str:
    """Return the answer of a command as JSON."""
    return json_text({"schemaVersion": SCHEMA_VERSION, "kind": kind, **values}, indent)
