"""The résumé in the format of JSON Resume 1.2.1, which other programs turn into pages and documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from milemark.foundation.dates import PartialDate
from milemark.foundation.escaping import json_text
from milemark.foundation.identifiers import composed
from milemark.output.urls import Addresses
from milemark.roadmap.metrics.resume import Resume, resume
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.settings import Owner

_SCHEMA = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.2.1/schema.json"
_YEARS = range(1000, 3000)  # that the schema allows


def resume_json(roadmap: Roadmap, addresses: Addresses) -> bytes:
    """Return the résumé as JSON."""
    return f"{json_text(resume_values(roadmap, resume(roadmap), addresses), indent=2)}\n".encode()


def resume_values(roadmap: Roadmap, found: Resume, addresses: Addresses) -> dict[str, Any]:
    """Return a résumé as JSON values."""
    records = {
        name: [_known(_RECORDS[each.collection.name](item)) for item in each.items]
        for each in found.records
        for name in (_NAMES.get(each.collection.name, each.collection.name),)
    }
    return {"$schema": _SCHEMA, "basics": _known(_basics(found.owner, addresses))} | _known(
        {
            **records,
            "skills": [_known(each) for each in _skills(found)],
            "languages": [{"language": each} for each in found.owner.languages],
            "projects": [_known(_project(item, addresses)) for item in found.projects],
            "meta": {"version": "v1.2.1", "lastModified": f"{roadmap.as_of.isoformat()}T00:00:00"},
        }
    )


def _basics(owner: Owner, addresses: Addresses) -> dict[str, Any]:
    return {
        "name": owner.name,
        "label": owner.role,
        "image": addresses.file(composed(owner.photo)) if owner.photo else "",
        "email": owner.email,
        "url": addresses.root,
        "summary": owner.headline,
        "location": {"address": owner.location} if owner.location else None,
        "profiles": [{"network": name, "url": url} for name, url in owner.links.items() if _web(url)],
    }


def _skills(found: Resume) -> Iterator[dict[str, Any]]:
    for group in found.skills:
        if group.title:
            yield {"name": group.title, "keywords": [item.title for item in group.items]}
        else:
            yield from ({"name": item.title, "level": item.text("level")} for item in group.items)


def _project(item: Item, addresses: Addresses) -> dict[str, Any]:
    links = [url for url in item.mapping("links").values() if _web(url)]
    return {
        "name": item.title,
        "description": item.text("summary") or item.text("problem") or item.text("goal"),
        "highlights": [item.text(name) for name in ("problem", "approach", "result") if item.text(name)],
        "keywords": [*item.texts("stack")],
        **_period(item),
        "url": addresses.page(item.path) or (links[0] if links else ""),
        "roles": [item.text("role")] if item.text("role") else [],
    }


def _work(item: Item) -> dict[str, Any]:
    texts = {"name": Resume.place(item), "position": item.title, "location": item.text("location")}
    return {**texts, "url": _address(item), **_period(item), "summary": item.text("summary"), **_highlights(item)}


def _education(item: Item) -> dict[str, Any]:
    texts = {
        "institution": Resume.place(item) or item.title,
        "area": item.text("area") or item.title,
        "studyType": item.text("degree"),
    }
    courses = [*item.texts("courses")]
    return {**texts, "url": _address(item), **_period(item), "score": item.text("score"), "courses": courses}


def _certificate(item: Item) -> dict[str, Any]:
    return {"name": item.title, "issuer": Resume.place(item), "date": _date(_when(item)), "url": _address(item)}


def _award(item: Item) -> dict[str, Any]:
    about = item.text("summary")
    return {"title": item.title, "awarder": Resume.place(item), "date": _date(_when(item)), "summary": about}


def _talk(item: Item) -> dict[str, Any]:
    texts = {"name": item.title, "publisher": Resume.place(item), "summary": item.text("summary")}
    return {**texts, "releaseDate": _date(_when(item)), "url": _address(item)}


_RECORDS: Mapping[str, Callable[[Item], dict[str, Any]]] = {
    "work": _work,
    "education": _education,
    "certificates": _certificate,
    "awards": _award,
    "talks": _talk,
}
_NAMES = {"talks": "publications"}  # the format has no talks


def _highlights(item: Item) -> dict[str, Any]:
    return {"highlights": [*item.texts("highlights")]}


def _period(item: Item) -> dict[str, str]:
    end = item.finished or (item.due if item.is_closed else None)
    return {"startDate": _date(item.start), "endDate": _date(end, is_end=True)}


def _when(item: Item) -> PartialDate | None:
    return item.finished or item.due or item.start


def _date(when: PartialDate | None, *, is_end: bool = False) -> str:
    """Return a date as the format knows it: a year, a month or a day. A quarter is its first month, or its last."""
    if when is None or when.first.year not in _YEARS or when.last.year not in _YEARS:
        return ""
    if when.precision in {"year", "day", "month"}:
        return when.text if when.precision != "day" else when.first.isoformat()
    return (when.last if is_end else when.first).isoformat()[:7]


def _address(item: Item) -> str:
    return next(filter(_web, (item.text("url"), *item.mapping("links").values())), "")


def _web(address: str) -> bool:
    return address.startswith(("https://", "http://"))


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entries that have a value."""
    return {name: value for name, value in values.items() if value}
