"""References to items of other repositories: `payments/ledger-export`, where roadmap.yml names the source `payments`.

The core knows only that such a reference is no item of this roadmap. The shell reads the public side of each source,
and `looked_up` tells a reference that does not exist from one that cannot be looked up now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from milemark.foundation import rules
from milemark.foundation.diagnostics import Diagnostic
from milemark.foundation.escaping import safe_url
from milemark.foundation.i18n import _
from milemark.foundation.identifiers import composed, key_of
from milemark.foundation.suggestions import Words, meant
from milemark.markdown.document import Mapping as Written
from milemark.markdown.document import Scalar
from milemark.markdown.document import Sequence as WrittenList
from milemark.roadmap.model import ForeignItem, Item, OtherRepository, Roadmap
from milemark.roadmap.names_file import Reports
from milemark.roadmap.settings import Settings

_FIELD = "depends_on"
_NOT_READ = _("the source was not read")


class Elsewhere(NamedTuple):
    """A reference to an item of another repository; `item` is None if it was not found."""

    source: str
    id: str
    item: ForeignItem | None
    day: date | None

    @property
    def text(self) -> str:
        """The reference as written."""
        return f"{self.source}/{self.id}"

    @property
    def url(self) -> str:
        """The address of the item's page, or an empty text."""
        return safe_url(self.item.address) if self.item and self.item.address else ""


def sources_of(root: Written, reports: Reports) -> Mapping[str, str]:
    """Read the places of sources by name, `sources: {payments: ../payments}`."""
    written = root.get("sources")
    if written is None or (isinstance(written, Scalar) and written.is_empty):
        return {}
    if not isinstance(written, Written):
        reports.bad(written, _("a folder or file for each name"), example="{payments: ../payments}")
        return {}
    found = {}
    for key, node in written.entries:
        if "/" in key.text or not key.text.strip():
            reports.bad(key, _("a name without /"), example="payments: ../payments")
        elif not isinstance(node, Scalar) or node.is_empty or "://" in node.text:
            reports.bad(node, _("a folder, or the file of a JSON export"), example=f"{key.text}: ../{key.text}")
        else:
            found[composed(key.text)] = node.text
    return found


def parted(settings: Settings, text: str) -> tuple[str, str]:
    """Return the source and the id of a reference to another repository, or empty texts."""
    source, _slash, id_ = composed(text.strip().removeprefix("[[").removesuffix("]]").strip()).partition("/")
    return (source, id_) if id_ and source in settings.sources else ("", "")


def apart(settings: Settings, findings: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Yield findings, where an unknown reference to a source is one that was not looked up."""
    for each in findings:
        is_own = each.rule is not rules.UNKNOWN_REFERENCE or each.values.get("field") != _FIELD
        source, id_ = ("", "") if is_own or not settings.sources else parted(settings, each.values["value"])
        values = {"field": _FIELD, "value": each.values.get("value", ""), "source": source, "id": id_}
        found = replace(each, rule=rules.UNREAD_SOURCE, values={**values, "problem": _NOT_READ}, hint="")
        yield found if source else each


def looked_up(
    settings: Settings, findings: Iterable[Diagnostic], sources: Mapping[str, OtherRepository]
) -> tuple[Diagnostic, ...]:
    """Return findings without references that a source has; the others say what is known of them."""
    found = (each if each.rule is not rules.UNREAD_SOURCE else _of(each, sources) for each in findings)
    return tuple(each for each in found if each and each.rule.code not in settings.ignore)


def _of(finding: Diagnostic, sources: Mapping[str, OtherRepository]) -> Diagnostic | None:
    source, id_ = sources.get(finding.values["source"], OtherRepository(problem=_NOT_READ)), finding.values["id"]
    if source.problem:
        return replace(finding, values={**finding.values, "problem": source.problem})
    if key_of(id_) in source.items:
        return None
    near = meant(id_, Words(tuple(each.id for each in source.items.values()), are_ids=True))[1].get("nearest", "")
    hint = rules.DID_YOU_MEAN if near else ""
    shown = {"nearest": f"{finding.values['source']}/{near}"} if near else {}
    return replace(finding, rule=rules.UNKNOWN_ELSEWHERE, values={**finding.values, **shown}, hint=hint)


def elsewhere(roadmap: Roadmap, item: Item) -> tuple[Elsewhere, ...]:
    """Return the references of an item to other repositories; for the public only those that were found."""
    if not roadmap.settings.sources:
        return ()
    found = (_looked_up(roadmap, *parted(roadmap.settings, text)) for text in _written(item) if not roadmap.find(text))
    return tuple(each for each in dict.fromkeys(found) if each and (each.item or roadmap.is_of_owner))


def _looked_up(roadmap: Roadmap, name: str, id_: str) -> Elsewhere | None:
    source = roadmap.sources.get(name, OtherRepository())
    return Elsewhere(name, id_, source.items.get(key_of(id_)), source.day) if name else None


def _written(item: Item) -> Iterator[str]:
    """Yield the references of an item as its file, without private fields, has them."""
    node = item.document.fields.get(_FIELD)
    nodes = node.items if isinstance(node, WrittenList) else (node,)
    yield from (each.text for each in nodes if isinstance(each, Scalar))
