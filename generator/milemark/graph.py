"""Relations between items: ids, references and circles."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace

from milemark import rules
from milemark.diagnostic import Diagnostic, Span
from milemark.fields import nearest
from milemark.model import Collection, Field, Item, Role, Value
from milemark.schema import CORE_FIELDS

_Items = tuple[Item, ...]
_ROLES: Mapping[str, Role] = {"track": Role.TRACK, "milestone": Role.MILESTONE}


def relate(items: _Items) -> tuple[_Items, list[Diagnostic]]:
    """Return the items with unique ids and with references that are the ids of items; what dangles is left out."""
    items, diagnostics = _unique(items)
    names, ambiguous = _names(items)
    diagnostics += ambiguous
    related: list[Item] = []
    for item in items:
        values, found = _resolve(item, names)
        diagnostics += found
        related.append(replace(item, values=values))
    return _without_parent_cycles(tuple(related), diagnostics)


def key_of(text: str) -> str:
    """Return the form in which ids are compared: NFC and without case."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def _unique(items: _Items) -> tuple[_Items, list[Diagnostic]]:
    """Give an item whose id is taken the id of its path, so that it still shows."""
    seen: dict[str, Item] = {}
    unique: list[Item] = []
    diagnostics: list[Diagnostic] = []
    for item in items:
        first = seen.setdefault(key_of(item.id), item)
        if first is not item:
            values = {"id": item.id, "other": first.path}
            diagnostics.append(Diagnostic(rules.DUPLICATE_ID, item.span("id"), values))
            item = replace(item, id=item.path.removesuffix(".md"))  # noqa: PLW2901
        unique.append(item)
    return tuple(unique), diagnostics


def _names(items: _Items) -> tuple[Mapping[str, str], list[Diagnostic]]:
    """Return the id behind every id and alias."""
    names = {key_of(item.id): item.id for item in items}
    diagnostics: list[Diagnostic] = []
    for item in items:
        for alias in item.texts("aliases"):
            taken = names.setdefault(key_of(alias), item.id)
            if taken != item.id:
                values = {"id": alias, "other": taken}
                diagnostics.append(Diagnostic(rules.DUPLICATE_ID, item.span("aliases"), values))
    return names, diagnostics


def _fields(collection: Collection) -> Iterator[Field]:
    yield from (field for field in CORE_FIELDS.values() if field.name not in collection.fields)
    yield from collection.fields.values()


def is_reference(field: Field) -> bool:
    """Whether a field holds the id of an item, or a list of them."""
    return field.type == "reference" or (field.type == "array" and field.item_type == "reference")


def _resolve(item: Item, names: Mapping[str, str]) -> tuple[Mapping[str, Value], list[Diagnostic]]:
    values = dict(item.values)
    diagnostics: list[Diagnostic] = []
    for field in _fields(item.collection):
        if not is_reference(field) or field.name not in values:
            continue
        written = item.texts(field.name) or (item.text(field.name),)
        found = [names.get(key_of(text)) for text in written]
        missing = [text for text, target in zip(written, found, strict=True) if target is None]
        diagnostics += [_unknown(item, field, text, names) for text in missing]
        resolved = tuple(dict.fromkeys(target for target in found if target))
        values[field.name] = resolved if field.type == "array" else (resolved[0] if resolved else "")
    return values, diagnostics


def _unknown(item: Item, field: Field, text: str, names: Mapping[str, str]) -> Diagnostic:
    near = nearest(text, tuple(names))
    values = {"field": field.name, "value": text, "nearest": names[near] if near else ""}
    hint = rules.DID_YOU_MEAN if near else ""
    return Diagnostic(rules.UNKNOWN_REFERENCE, item.span(field.name), values, hint)


def _without_parent_cycles(items: _Items, diagnostics: list[Diagnostic]) -> tuple[_Items, list[Diagnostic]]:
    by_id = {item.id: item for item in items}
    needed = {item.id: item.texts("depends_on") for item in items}
    parents = {item.id: (item.parent,) if item.parent else () for item in items}
    circles = list(cycles(parents))
    for name, found in (("depends_on", list(cycles(needed))), ("parent", circles)):
        diagnostics += [_cycle(by_id[ids[0]], name, ids) for ids in found]
    cut = {id_ for ids in circles for id_ in ids}
    return tuple(_without_parent(item) if item.id in cut else item for item in items), diagnostics


def _without_parent(item: Item) -> Item:
    return replace(item, values={name: value for name, value in item.values.items() if name != "parent"})


def _cycle(item: Item, name: str, ids: tuple[str, ...]) -> Diagnostic:
    values = {"field": name, "cycle": " → ".join((*ids, ids[0]))}
    return Diagnostic(rules.CYCLE, item.spans.get(name, Span(item.path)), values)


def cycles(edges: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Yield one circle of each group of nodes that reach each other, from its first node on."""
    for group in _strong_groups(edges):
        members = set(group)
        start = min(group)
        if len(group) > 1 or start in edges.get(start, ()):
            yield _circle(edges, members, start)


def _circle(edges: Mapping[str, tuple[str, ...]], members: set[str], start: str) -> tuple[str, ...]:
    """Return the shortest way from `start` back to it, within the members."""
    paths: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    for path in paths:
        for target in edges.get(path[-1], ()):
            if target == start:
                return path
            if target in members and target not in seen:
                seen.add(target)
                paths.append((*path, target))
    return (start,)


def _strong_groups(edges: Mapping[str, tuple[str, ...]]) -> Iterator[list[str]]:
    """Yield the strongly connected groups (Tarjan 1972), without recursion: a chain may be 10,000 long."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    for root in edges:
        work = [] if root in index else [(root, iter(edges[root]))]
        while work:
            node, targets = work[-1]
            if node not in index:
                index[node] = low[node] = len(index)
                stack.append(node)
                on_stack.add(node)
            for target in targets:
                if target not in index and target in edges:
                    work.append((target, iter(edges[target])))
                    break
                if target in on_stack:
                    low[node] = min(low[node], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    group = stack[stack.index(node) :]
                    del stack[-len(group) :]
                    on_stack.difference_update(group)
                    yield group
