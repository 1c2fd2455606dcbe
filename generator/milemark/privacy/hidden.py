"""What is its owner's only: by which words a file says so, and what follows for the files that belong to it.

Where it cannot be told, it is private: a wrong word in `audience`, a misspelt `audience`, a file that cannot be read
and speaks of it.
"""

from __future__ import annotations

from collections import abc
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from milemark.foundation.identifiers import key_of
from milemark.foundation.layout import PRIVATE, PUBLIC
from milemark.foundation.suggestions import nearest, skeleton
from milemark.markdown.document import Document, Mapping, Scalar
from milemark.roadmap.model import Item, Value
from milemark.roadmap.schema import CORE_FIELDS
from milemark.roadmap.settings import Collection, Settings

_AUDIENCE = "audience"
_OPEN = frozenset({PUBLIC, "false", "no", "off"})
_FIELDS = 5_000  # characters in which a second front matter is looked for


@dataclass(frozen=True, slots=True)
class Hidden:
    """What nobody but the owner may see, by everything that leads to it.

    `names` are ids and aliases as `key_of` has them, `words` what each path is called in texts, `folders` those that
    hold nothing else, `fields` those of each collection, `tasks` the texts of hidden boxes with the id of their item.
    `titles` are those that only private files have.
    `generated` are pages that everybody sees, whoever may read the text above what is generated in them.
    """

    names: frozenset[str] = frozenset()
    paths: frozenset[str] = frozenset()
    folders: frozenset[str] = frozenset()
    words: abc.Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fields: abc.Mapping[str, frozenset[str]] = field(default_factory=dict)
    tasks: frozenset[tuple[str, str]] = frozenset()
    generated: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return bool(self.names or self.paths or self.folders or self.fields or self.tasks)

    def holds(self, path: str) -> bool:
        """Whether a file is private, or stands below a folder that is."""
        return path in self.paths or any(folder in self.folders for folder in folders_of(path))

    def has_page(self, path: str) -> bool:
        """Whether the public site has a page of this path, as far as what is private decides."""
        return path in self.generated or not (self.holds(path) or path in self.folders)

    @property
    def key(self) -> str:
        """The same text for the same things, in whatever order they were found."""
        fields = sorted((name, sorted(each)) for name, each in self.fields.items())
        sets = [sorted(each) for each in (self.names, self.paths, self.folders, self.tasks, self.titles)]
        return repr([sets, sorted(self.words.items()), fields])


NOTHING = Hidden()


class PrivacyRecord(NamedTuple):
    """What tells whether a file is private: whether it says so itself, and what it belongs to."""

    path: str
    names: tuple[str, ...]
    owners: tuple[str, ...]
    is_private: bool


def privacy_record(path: str, item: Item | None, *, is_private: bool) -> PrivacyRecord:
    """Return what one file is called and belongs to; a page is and does neither."""
    if item is None:
        return PrivacyRecord(path, (), (), is_private)
    names = tuple(map(key_of, (item.id, *item.texts("aliases"))))
    owners = tuple(key_of(name) for name in (item.track, item.parent) if name)
    return PrivacyRecord(path, names, owners, is_private)


def is_declared_private(settings: Settings, document: Document, item: Item | None) -> bool:
    """Whether a file is private by itself, or by its folder."""
    if any(folder in private_folders(settings) for folder in folders_of(document.path)):
        return True
    if item and item.text(_AUDIENCE) == PRIVATE:
        return True
    declared = set(item.collection.fields) - {_AUDIENCE} if item else set()
    hides = (_hides(key, node) for key, node in _undeclared(document.fields, declared))
    return any(hides) or _is_doubtful(settings, document)


def _undeclared(fields: Mapping, declared: Container[str]) -> Iterator[tuple[Scalar, object]]:
    """Yield the fields that nobody declared, and those within them: `meta: {audience: private}` is meant, too."""
    for key, node in fields.entries:
        if key.text not in declared:
            yield key, node
            if isinstance(node, Mapping) and key.text not in CORE_FIELDS:
                yield from _undeclared(node, ())


def _hides(key: Scalar, node: object) -> bool:
    """Whether a field says that its file is private: `audience`, that with a slip in it, or `private: true`."""
    is_audience = key.text == _AUDIENCE or (key.text not in CORE_FIELDS and _is_nearly(key.text, _AUDIENCE))
    is_meant = is_audience or skeleton(key.text.strip()) == PRIVATE
    word = node.text.strip().casefold() if isinstance(node, Scalar) else PRIVATE
    return is_meant and not (isinstance(node, Scalar) and node.is_empty) and word not in _OPEN


def _is_nearly(written: str, name: str) -> bool:
    from rapidfuzz.distance import OSA  # noqa: PLC0415  only fields that nobody knows need it

    plain = skeleton("".join(written.split()))
    return OSA.distance(plain, name, score_cutoff=2) <= 2  # noqa: PLR2004


def _is_doubtful(settings: Settings, document: Document) -> bool:
    """Whether fields could not be read, or stand in the text, that may have said what is private."""
    if not document.is_broken and not document.body.lstrip().startswith("---"):
        return False
    text = f"{document.front}{document.body}" if document.is_broken else document.body.lstrip()[:_FIELDS]
    fields = (name for each in settings.collections.values() for name in each.private)
    return not text or any(word.casefold() in text.casefold() for word in (PRIVATE, _AUDIENCE, *fields))


def private_folders(settings: Settings) -> frozenset[str]:
    """Return the folders of the private collections."""
    return frozenset(name for name, each in settings.collections.items() if each.is_private)


def folders_of(path: str) -> Iterator[str]:
    """Yield the folders that a file stands in, from the innermost outwards."""
    folder = path.rpartition("/")[0]
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]


def hidden_closure(
    members: Iterable[PrivacyRecord], known: frozenset[str] = frozenset()
) -> tuple[frozenset[str], frozenset[str]]:
    """Return the paths and the names of what is private: what belongs to it is so, too. `known` are names before."""
    belongings: dict[str, list[PrivacyRecord]] = {}
    waiting: list[PrivacyRecord] = []
    for each in members:
        for owner in each.owners:
            belongings.setdefault(owner, []).append(each)
        if each.is_private or not known.isdisjoint(each.names):
            waiting.append(each)
    paths: set[str] = set()
    names = set(known)
    waiting += [each for name in known for each in belongings.get(name, ())]
    while waiting:
        each = waiting.pop()
        if each.path not in paths:
            paths.add(each.path)
            names.update(each.names)
            waiting += [part for name in each.names for part in belongings.get(name, ())]
    return frozenset(paths), frozenset(names)


def private_fields(collection: Collection, also: abc.Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Return the fields of a collection that only its owner sees."""
    return frozenset(collection.private) | also.get(collection.name, frozenset())


def is_private_field(collection: Collection, private: frozenset[str], name: str) -> bool:
    """Whether a field is private: by its name, or misspelt so that one of the private ones may be meant."""
    if name in private or name in collection.fields or name in CORE_FIELDS:
        return name in private
    return bool(private) and nearest(name, tuple(private)) is not None


def public_collection(collection: Collection, private: frozenset[str]) -> Collection:
    """Return a collection without its private fields."""
    if not private and not collection.private:
        return collection
    return Collection(
        collection.name,
        collection.label,
        collection.role,
        collection.description,
        "" if collection.group in private else collection.group,
        tuple(name for name in collection.columns if name not in private),
        {name: each for name, each in collection.fields.items() if name not in private},
    )


def without_fields(values: abc.Mapping[str, Value], private: frozenset[str]) -> abc.Mapping[str, Value]:
    """Return values without those of private fields."""
    return {name: value for name, value in values.items() if name not in private} if private else values
