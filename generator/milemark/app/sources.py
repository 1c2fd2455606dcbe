"""Reading the other repositories that roadmap.yml names: folders with a roadmap, and published JSON exports.

Only what is public of them is read: the public side of a folder, or an export that says it is for the public.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from milemark.foundation.content_folder import content_of
from milemark.foundation.dates import parse_date
from milemark.foundation.errors import UserError
from milemark.foundation.i18n import _
from milemark.foundation.identifiers import key_of
from milemark.foundation.layout import CONFIG_FILE, PUBLIC
from milemark.output.urls import Addresses
from milemark.roadmap.model import ForeignItem, Item, OtherRepository, Roadmap
from milemark.roadmap.settings import Settings

_LARGEST = 64 << 20  # bytes of an export
_NO_FOLDER = _("there is no roadmap at its place")
_UNREADABLE = _("it cannot be read")
_PRIVATE = _("it is not an export for the public")
_BROKEN = _("its roadmap.yml has errors")
_UNTRUSTED = _("untrusted authors cannot name other repositories")


def read_sources(root: Path, settings: Settings, today: date) -> Mapping[str, OtherRepository]:
    """Return the sources that a roadmap.yml names; one that cannot be read says why."""
    if settings.untrusted:
        return {name: OtherRepository(problem=_UNTRUSTED) for name in settings.sources}
    return {name: _source(root / place, today) for name, place in settings.sources.items()}


def _source(place: Path, today: date) -> OtherRepository:
    try:
        if place.suffix == ".json":
            return _of_export(place)
        return _of_folder(place, today)
    except (OSError, UserError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return OtherRepository(problem=_UNREADABLE)


def _of_folder(place: Path, today: date) -> OtherRepository:
    from milemark.app.kept_files import KeptFiles  # few roadmaps have sources
    from milemark.app.project import load_everything, read_folder, schema_errors_of
    from milemark.privacy.audience import for_audience
    from milemark.publish.mkdocs_config import read_publisher_settings

    folder = content_of(place)
    if not folder.path.is_dir():
        return OtherRepository(problem=_NO_FOLDER)
    everything = load_everything(read_folder(place), today, reading=KeptFiles(folder.path))
    if schema_errors_of(everything):
        return OtherRepository(problem=_BROKEN)
    addresses = Addresses()
    if (place / CONFIG_FILE).is_file():
        settings = read_publisher_settings(place)
        addresses = Addresses(settings.site_url, settings.use_directory_urls)
    return _of_roadmap(for_audience(everything, PUBLIC).roadmap, addresses)


def _of_roadmap(roadmap: Roadmap, addresses: Addresses) -> OtherRepository:
    found = {name: _foreign(roadmap.by_id[id_], addresses) for name, id_ in roadmap.names.items()}
    return OtherRepository(found, roadmap.as_of)


def _foreign(item: Item, addresses: Addresses) -> ForeignItem:
    words = (str(item.stage or ""), item.text("status"))
    return ForeignItem(item.id, item.title, *words, item.start, item.due, item.finished, addresses.page(item.path))


def _of_export(place: Path) -> OtherRepository:
    if not place.is_file():
        return OtherRepository(problem=_NO_FOLDER)
    if place.stat().st_size > _LARGEST:
        return OtherRepository(problem=_UNREADABLE)
    exported = json.loads(place.read_bytes())
    if exported["audience"] != PUBLIC:
        return OtherRepository(problem=_PRIVATE)
    day = date.fromisoformat(exported["as_of"])
    found = (_exported(each) for each in exported["items"])
    return OtherRepository({key_of(each.id): each for each in found}, day)


def _exported(values: Mapping[str, Any]) -> ForeignItem:
    fields = values["fields"]
    start, due, finished = (parse_date(str(fields.get(name, ""))) for name in ("start", "due", "finished"))
    words = (str(values.get("stage") or ""), str(fields.get("status", "")))
    return ForeignItem(str(values["id"]), str(values["title"]), *words, start, due, finished)
