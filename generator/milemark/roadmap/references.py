"""References between files: unique ids, the targets of references, and cycles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from milemark.foundation import rules
from milemark.foundation.diagnostics import Diagnostic, Span, correction, uncorrected
from milemark.foundation.errors import UserError
from milemark.foundation.i18n import _
from milemark.foundation.identifiers import key_of
from milemark.foundation.suggestions import COMPARISONS, Words, difference, meant, skeleton
from milemark.roadmap.content_paths import FileNames, NamedFile
from milemark.roadmap.field_types import as_list
from milemark.roadmap.index_entry import IndexEntry, Reference, index_entry
from milemark.roadmap.model import Counts, Item, Roadmap, Value, sum_tasks
from milemark.roadmap.schema import reference_fields
from milemark.roadmap.settings import ASSIGNEE, Role, Stage

_NOT_A_PERSON = _("name a person: this item is in a collection without the role person")
_NO_PERSON = _("use the id of a person, or add a file to the collection with the role person")
_A_PAGE = _("name an item: {page} is a page")
_Edges = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class References:
    """The resolved references of a roadmap, by id.

    `ids` are the unique ids of the files, in their order; `names` finds the files by their names, `people` those of
    people; `parts` are the children of an item that are not dropped.
    """

    entries: Mapping[str, IndexEntry]
    ids: tuple[str, ...]
    names: FileNames
    people: FileNames
    parents: Mapping[str, str]
    parts: Mapping[str, tuple[str, ...]]
    diagnostics: tuple[Diagnostic, ...]

    def names_for(self, field: str) -> FileNames:
        """Return the names that a field may hold: those of people for `assignee`, else those of all files."""
        return self.people if field == ASSIGNEE else self.names

    def assignees(self, entry: IndexEntry) -> tuple[str, ...]:
        """Return the ids of the people who work on an item, each once."""
        named = (each.text for each in entry.references if each.field == ASSIGNEE)
        return tuple(dict.fromkeys(filter(None, (_target(self.people, entry.path, text) for text in named))))

    @property
    def work_counts(self) -> Counts:
        """The tasks of the planned work that is not dropped, with its parts: those of the whole roadmap."""
        work = {id_ for id_, each in self.entries.items() if each.is_counted}
        roots = (id_ for id_ in work if self.parents.get(id_) not in work)
        return sum(map(self.task_counts, roots), Counts())

    def task_counts(self, id_: str) -> Counts:
        """Count the tasks of an item and of its parts that are not dropped."""
        return sum_tasks(id_, lambda each: self.entries[each].counts, lambda each: self.parts.get(each, ()))


def relate(
    items: tuple[Item, ...],
    entries: Sequence[IndexEntry] | None = None,
    pages: Iterable[str] = (),
    *,
    with_findings: bool = True,
) -> tuple[tuple[Item, ...], References]:
    """Return the items with unique ids and with references that are ids of items, without dangling references.

    `entries` are the index entries of the items, if the caller has them. See `resolve` for the others.
    """
    entries = [index_entry(item) for item in items] if entries is None else entries
    references = resolve(entries, pages, with_findings=with_findings)
    return tuple(_related(item, id_, references) for item, id_ in zip(items, references.ids, strict=True)), references


def _related(item: Item, id_: str, references: References) -> Item:
    if id_ == item.id and not references.entries[id_].references:
        return item
    values: dict[str, Value] = {}
    for field in reference_fields(item.collection):
        value = item.values.get(field.name)
        if isinstance(value, tuple):
            names = references.names_for(field.name)
            found = (_target(names, item.path, text) for text in item.texts(field.name))
            values[field.name] = tuple(dict.fromkeys(target for target in found if target))
        elif isinstance(value, str):
            values[field.name] = _target(references.names_for(field.name), item.path, value)
    if "parent" in item.values:
        values["parent"] = references.parents.get(id_, "")
    if id_ == item.id and all(item.values[name] == value for name, value in values.items()):
        return item
    return replace(item, id=id_, values={**item.values, **values})


def _target(names: FileNames, path: str, text: str) -> str:
    """Return the id of the one item that a reference in a file means, or an empty text."""
    found = names.items(text, path)
    return found[0] if len(found) == 1 else ""


def resolve(all_entries: Sequence[IndexEntry], pages: Iterable[str] = (), *, with_findings: bool = True) -> References:
    """Resolve the references of files; dangling, ambiguous and circular ones are reported and left out.

    `pages` are the paths of the files that are not items: a reference to one is reported as such. Without
    `with_findings`, dangling references and look-alikes are not reported: the search for the nearest name takes longer
    than everything else.
    """
    diagnostics: list[Diagnostic] = []
    ids = _unique_ids(all_entries, diagnostics)
    entries = dict(zip(ids, all_entries, strict=True))
    named = tuple(NamedFile(each.path, id_, each.aliases, each.title) for id_, each in entries.items())
    names = _file_names(named, tuple(pages))
    diagnostics += _taken_aliases(entries, names.ids)
    people = _people(entries)
    edges, unknown = _edges(entries, names, people)
    if with_findings:
        diagnostics += _lookalikes(entries)
        diagnostics += _all_unknown(unknown, names, people)
    circles = {name: list(cycles(edges[name])) for name in ("depends_on", "parent")}
    diagnostics += [_cycle(entries[ids[0]], name, ids, names) for name, found in circles.items() for ids in found]
    cut = {id_ for circle in circles["parent"] for id_ in circle}
    parents = {id_: targets[0] for id_, targets in edges["parent"].items() if id_ not in cut}
    parts: dict[str, list[str]] = {}
    for id_, parent in parents.items():
        if entries[id_].stage != Stage.DROPPED:
            parts.setdefault(parent, []).append(id_)
    grouped = {id_: tuple(found) for id_, found in parts.items()}
    return References(entries, ids, names, people, parents, grouped, tuple(diagnostics))


# Most commits of a history add, rename and delete no file.
_file_names = lru_cache(maxsize=2)(FileNames)


def _unique_ids(all_entries: Sequence[IndexEntry], diagnostics: list[Diagnostic]) -> tuple[str, ...]:
    """Return an id for each file; a file whose id is taken gets its path as id, so that the site still shows it."""
    seen: dict[str, IndexEntry] = {}
    ids: list[str] = []
    for each in all_entries:
        first = seen.setdefault(key_of(each.id), each)
        if first is not each:
            diagnostics.append(Diagnostic(rules.DUPLICATE_ID, each.span("id"), {"id": each.id, "other": first.source}))
        ids.append(each.id if first is each else each.path.removesuffix(".md"))
    return tuple(ids)


def _lookalikes(entries: Mapping[str, IndexEntry]) -> Iterator[Diagnostic]:
    """Report ids that look like another id: a reader sees one id, and a reference leads to one of two items."""
    if all(map(str.isascii, entries)):
        return
    alike: dict[str, list[str]] = {}
    for id_ in sorted(entries, key=lambda id_: not id_.isascii()):  # an ASCII id is the original
        alike.setdefault(skeleton(id_), []).append(id_)
    for first, *others in alike.values():
        for id_ in others:
            values = {"id": id_, "nearest": first, **difference(id_, first)}
            yield Diagnostic(rules.LOOKALIKE_ID, entries[id_].span("id"), values)


def _taken_aliases(entries: Mapping[str, IndexEntry], names: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Report aliases that are the id or an alias of another item."""
    for id_, each in entries.items():
        for alias in each.aliases if "aliases" in each.places else ():  # else the tool gives them
            taken = names[key_of(alias)]
            if taken != id_:
                values = {"id": alias, "other": entries[taken].source}
                yield Diagnostic(rules.DUPLICATE_ID, each.span("aliases"), values)


def _people(entries: Mapping[str, IndexEntry]) -> FileNames:
    """Return the names of people."""
    people = {id_: each for id_, each in entries.items() if each.role == Role.PERSON}
    return FileNames(NamedFile(each.path, id_, each.aliases, each.title) for id_, each in people.items())


def _edges(
    entries: Mapping[str, IndexEntry], names: FileNames, people: FileNames
) -> tuple[dict[str, _Edges], list[tuple[IndexEntry, Reference]]]:
    """Return the targets of each item for the fields that may not be circular, and the dangling references."""
    edges: dict[str, _Edges] = {"depends_on": {}, "parent": {}}
    unknown: list[tuple[IndexEntry, Reference]] = []
    for id_, each in entries.items():
        for reference in each.references:
            target = _target(people if reference.field == ASSIGNEE else names, each.path, reference.text)
            if not target:
                unknown.append((each, reference))
            elif reference.field in edges:
                known = edges[reference.field]
                known[id_] = (*known.get(id_, ()), target)
    return edges, unknown


def _all_unknown(
    unknown: Iterable[tuple[IndexEntry, Reference]], names: FileNames, people: FileNames
) -> Iterator[Diagnostic]:
    known = {
        each: (Words(tuple(words), COMPARISONS, are_ids=True), words)
        for each in (names, people)
        for words in (each.words,)
    }
    for entry, reference in unknown:
        wanted = people if reference.field == ASSIGNEE else names
        found = _unknown(entry, reference, wanted, *known[wanted])
        others = names.items(reference.text, entry.path) if wanted is people else ()
        yield replace(found, hint=_NOT_A_PERSON, values=uncorrected(found.values)) if others else found


def _unknown(
    entry: IndexEntry, reference: Reference, names: FileNames, known: Words, ids: Mapping[str, str]
) -> Diagnostic:
    """Report a reference that means no item, or several; `ids` are those behind the known words."""
    span, values = Span(entry.source, *reference.place), {"field": reference.field, "value": reference.text}
    if found := names.candidates(reference.text, entry.path):
        items = [path for path in found if path in names.id_of]
        if len(items) > 1:
            return Diagnostic(rules.AMBIGUOUS_REFERENCE, span, values | {"files": ", ".join(items)})
        return Diagnostic(rules.UNKNOWN_REFERENCE, span, values | {"page": found[0]}, _A_PAGE)
    hint, near = meant(reference.text, known)
    id_ = ids.get(near["nearest"], "")
    values |= {**near, "nearest": id_, **(correction(reference.text, id_) if id_ else {})}
    if re.search("[,，、]", reference.text):
        hint, values["list"] = _("write several as a list: [{list}]"), as_list(reference.text)
        values = uncorrected(values)
    if not hint and reference.field == ASSIGNEE:
        hint = _NO_PERSON
    return Diagnostic(rules.UNKNOWN_REFERENCE, span, values, hint)


def _cycle(entry: IndexEntry, name: str, ids: tuple[str, ...], names: FileNames) -> Diagnostic:
    own = [each for each in entry.references if each.field == name]
    next_id = ids[1 % len(ids)]
    place = next((each.place for each in own if _target(names, entry.path, each.text) == next_id), (1, 1, 1))
    values = {"field": name, "cycle": " → ".join((*ids, ids[0]))}
    return Diagnostic(rules.CYCLE, Span(entry.source, *place), values)


def cycles(edges: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Yield one cycle for each group of nodes that reach each other, beginning with its first node."""
    for group in _strong_groups(edges):
        members = set(group)
        start = min(group)
        if len(group) > 1 or start in edges.get(start, ()):
            yield _circle(edges, members, start)


def _circle(edges: Mapping[str, tuple[str, ...]], members: set[str], start: str) -> tuple[str, ...]:
    """Return the shortest path from `start` back to it within the members."""
    came_from: dict[str, str] = {}
    reached = [start]
    for node in reached:
        for target in edges.get(node, ()):
            if target == start:
                return _way(came_from, node)
            if target in members and target not in came_from:
                came_from[target] = node
                reached.append(target)
    return (start,)


def _way(came_from: Mapping[str, str], end: str) -> tuple[str, ...]:
    """Return the nodes on the path to `end`, with `end`."""
    way = [end]
    while way[-1] in came_from:
        way.append(came_from[way[-1]])
    return tuple(reversed(way))


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
                    group = [stack.pop()]
                    while group[-1] != node:
                        group.append(stack.pop())
                    on_stack.difference_update(group)
                    yield group


class UnknownItemError(UserError):
    """Raised for a name that no item has; the message suggests the nearest name."""


def find_item(roadmap: Roadmap, subject: str, *others: str) -> Item:
    """Return the item of an id, an alias or a path such as `content/projects/shop.md`.

    Raises UnknownItemError; its message suggests the nearest name, of `others` too.
    """
    name = subject.removeprefix("./").removeprefix(roadmap.settings.shown("") + "/")
    if len(found := roadmap.file_names.items(name)) > 1:
        paths = ", ".join(roadmap.settings.shown(roadmap.by_id[id_].document.source) for id_ in found)
        raise UnknownItemError(f'"{subject}" is the name of several files: {paths}')
    item = roadmap.find(name)
    if item is None:
        near = Words((*roadmap.names, *others), are_ids=True).nearest(subject)
        whole = "; `roadmap` is the overall progress" if others else ""
        hint = f'did you mean "{near}"?' if near else f"an id is the name of a file, without .md{whole}"
        raise UnknownItemError(f'there is no item "{subject}": {hint}')
    return item
