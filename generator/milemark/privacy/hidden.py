"""The private files, names and fields of a roadmap: those declared private, and those that belong to them.

In doubt, a file is private: a wrong word in `audience`, a misspelt `audience`, an unreadable file that mentions it.
"""

from __future__ import annotations

import posixpath
import re
from collections import abc
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from milemark.foundation.dates import parse_date
from milemark.foundation.diagnostics import Span
from milemark.foundation.i18n import _
from milemark.foundation.identifiers import composed, key_of
from milemark.foundation.layout import AUDIENCE, CONTENT, PRIVATE, PUBLIC
from milemark.foundation.suggestions import resembles, skeleton
from milemark.markdown.addresses import tags_in
from milemark.markdown.code import code_blocks, text_blocks, without_code
from milemark.markdown.document import Document, Mapping, Scalar, Sequence
from milemark.markdown.outline import parse_blocks
from milemark.markdown.private_sections import without_private
from milemark.markdown.private_tags import may_hold_private_tag
from milemark.markdown.private_words import is_private_tag, is_private_word
from milemark.roadmap.content_paths import FileNames
from milemark.roadmap.model import Item, Value
from milemark.roadmap.schema import CORE_FIELDS, PUBLICATION_FIELDS
from milemark.roadmap.settings import Collection, Match, Role, Settings
from milemark.roadmap.site_paths import page_path

_EDITIONS = "resume"  # their folder
_PRIVATE_IF_TRUE = ("private", "draft", "unlisted")
_PRIVATE_IF_FALSE = ("publish", "published", "listed")
_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})
_OPEN = _FALSE | {PUBLIC}
_TAGS = "tags"
_LABELS = ("status", _TAGS)  # core fields whose words are labels
_PREFIXED = re.compile(r"\w+[-_]publish(?:ed)?$")  # dg-publish
_NAMES = "|".join((AUDIENCE, *_PRIVATE_IF_TRUE, *_PRIVATE_IF_FALSE))
_IN_TEXT = re.compile(
    rf"^[ \t]*(?:[-*][ \t]+)?[\[(]?(?P<name>{_NAMES})::[ \t]*(?P<value>[^\n]*)",
    re.MULTILINE | re.IGNORECASE,
)
_FIELDS = 5_000  # characters in which a second front matter block, or the fields of another format, are looked for
# `:audience: private` of reStructuredText and AsciiDoc, `#+DRAFT: yes` of Org, `private = true`, `"tags": "private"`.
_HEAD_FIELD = re.compile(
    rf"^[^\w\n]{{0,6}}(?P<name>{_NAMES}|status|tags|visibility)[\"']?[ \t]*[:=]+[ \t]*(?P<value>[^\n]*)",
    re.MULTILINE | re.IGNORECASE,
)
_AROUND = " \t\r\"'[](){},;"  # signs around a value


@dataclass(frozen=True, slots=True)
class Hidden:
    """Everything private in a roadmap, and the names that lead to it.

    - `names`: ids and aliases, folded by `key_of`
    - `paths`: private files
    - `folders`: folders that hold private files only
    - `words`: title, id and aliases of each private path
    - `fields`: private fields of each collection
    - `tasks`: id of the item and text of each task in a private section
    - `generated`: generated pages, which stay public even if the text above their content is private
    - `titles`: titles that only private items have
    - `shown`: names and paths of public files, and words of roadmap.yml, which are no secret if a private file has them
    - `content`: the folder of all files, seen from the project's root
    """

    names: frozenset[str] = frozenset()
    paths: frozenset[str] = frozenset()
    folders: frozenset[str] = frozenset()
    words: abc.Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fields: abc.Mapping[str, frozenset[str]] = field(default_factory=dict)
    tasks: frozenset[tuple[str, str]] = frozenset()
    generated: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()
    content: str = CONTENT

    def __bool__(self) -> bool:
        """Whether anything is hidden."""
        return bool(self.names or self.paths or self.folders or self.fields or self.tasks)

    def holds(self, path: str) -> bool:
        """Whether a file is private itself or by one of its folders."""
        return path in self.paths or any(folder in self.folders for folder in folders_of(path))

    def has_page(self, path: str) -> bool:
        """Whether the public site may have a page at this path."""
        path = composed(path)
        is_held = path in self.folders or self.holds(path) or path in map(composed, self.paths)
        return path in self.generated or not is_held

    @property
    def key(self) -> str:
        """A text that is equal for equal content, in any order: a cache key."""
        fields = sorted((name, sorted(each)) for name, each in self.fields.items())
        sets = [sorted(each) for each in (self.names, self.paths, self.folders, self.tasks, self.titles, self.shown)]
        return repr([sets, sorted(self.words.items()), fields, self.content])


NOTHING = Hidden()


class PrivacyRecord(NamedTuple):
    """The names and owners of one file; `is_private` if the file is private by itself.

    `places` are further names by which its parts may refer to it.
    """

    path: str
    names: tuple[str, ...]
    owners: tuple[str, ...]
    is_private: bool
    places: tuple[str, ...] = ()


def privacy_record(path: str, item: Item | None, files: FileNames | None = None, *, is_private: bool) -> PrivacyRecord:
    """Return the record of a file: id and aliases as names, of people the title, too; track and parent as owners.

    `files` finds owners that are named by a path. Without it, each file at the end of that path counts as the owner.
    """
    if item is None:
        return PrivacyRecord(path, (), (), is_private)
    own = files.id_of.get(path, item.id) if files else item.id
    called = (item.title,) if item.role is Role.PERSON else ()  # it stands in texts, too
    names = tuple(map(key_of, (item.id, own, *item.texts("aliases"), *called)))
    written = [name for name in (item.track, item.parent) if name]
    found = [each for name in written for each in (files.items(name, path) if files else _forms(name, path))]
    owners = tuple(map(key_of, (*written, *found)))
    places = () if files else (key_of(item.title), *_ends(key_of(page_path(path))))
    return PrivacyRecord(path, names, owners, is_private, places)


def _forms(name: str, path: str) -> tuple[str, ...]:
    """Return the paths that a name in the file `path` may stand for: from content/, and from the folder of the file."""
    ways = (name.strip("/"), posixpath.join(posixpath.dirname(path), name))
    return tuple(page_path(posixpath.normpath(way)) for way in ways)


def _ends(path: str) -> Iterator[str]:
    """Yield a path and each end of it: `a/b/c`, `b/c` and `c`."""
    while path:
        yield path
        path = path.partition("/")[2]


def is_declared_private(settings: Settings, document: Document, item: Item | None) -> bool:
    """Whether a file is private by its own fields, by its folder, or since `publish` does not name it."""
    if document.within and is_declared_private(settings, document.within, None):
        return True
    if not settings.is_published(document.source):
        return True
    if any(folder in private_folders(settings) for folder in folders_of(document.path)):
        return True
    if item and (item.collection.is_private or item.text(AUDIENCE) == PRIVATE):
        return True
    declared = set(item.collection.fields) - {AUDIENCE} if item else set()
    declared |= {"status"} if item and item.stage else set()
    if _is_edition(settings, document.path) and not _is_open(document):
        return True
    return says_private(settings, document, declared)


def says_private(settings: Settings, document: Document, declared: Container[str] = ()) -> bool:
    """Whether the fields of a document, but for those that its collection declares, say that it is private."""
    hides = (_hides(key, node) for key, node in (*_undeclared(document.fields, declared), *_in_text(document)))
    return any(hides) or _is_doubtful(settings, document)


# An edition names the posting that it was written for.
def _is_edition(settings: Settings, path: str) -> bool:
    """Whether a file is an edition of the résumé for one posting: `resume/NAME.md`, unless that is a collection."""
    return composed(path).startswith(f"{_EDITIONS}/") and _EDITIONS not in settings.collections


def _is_open(document: Document) -> bool:
    """Whether a file says that it is public."""
    node = document.fields.get(AUDIENCE)
    return isinstance(node, Scalar) and node.text.strip().casefold() == PUBLIC


def doubt_about(settings: Settings, document: Document) -> str:
    """Return the reason for which a file is hidden although nothing says for certain that it is private, or "".

    Its author may not notice: a file that cannot be read, or a misspelling such as `audience: privte`.
    """
    if not is_in_public_place(settings, document.path, document.source):
        return ""
    if document.is_broken and _is_doubtful(settings, document):
        return _("it cannot be read, so it may be private")
    fields = (*_undeclared(document.fields, ()), *_in_text(document))
    hiding = [(key, node) for key, node in fields if _hides(key, node)]
    if not hiding or any(_is_exact(key, node) for key, node in hiding):
        return ""
    if any(key.text == _TAGS for key, _node in hiding):
        return _("it has a tag such as `private` in its fields or its text, so it may be private")
    return _("a field such as `audience` may be misspelt, so it may be private")


def is_in_public_place(settings: Settings, path: str, source: str = "") -> bool:
    """Whether a path is in no private collection, and roadmap.yml neither excludes it nor leaves it unpublished."""
    folders, source = private_folders(settings), source or path
    is_named = settings.is_published(source) and not settings.is_excluded(source)
    return is_named and not any(folder in folders for folder in folders_of(path))


def _is_exact(key: Scalar, node: object) -> bool:
    """Whether a field that hides its file is written as documented."""
    if key.text == AUDIENCE:
        return isinstance(node, Scalar) and node.text.strip().casefold() == PRIVATE
    return key.text in PUBLICATION_FIELDS


def _undeclared(fields: Mapping, declared: Container[str]) -> Iterator[tuple[Scalar, object]]:
    """Yield the undeclared fields, nested ones too: `meta: {audience: private}` counts."""
    for key, node in fields.entries:
        if key.text not in declared:
            yield key, node
            if isinstance(node, Mapping) and key.text not in CORE_FIELDS:
                yield from _undeclared(node, ())


def _hides(key: Scalar, node: object) -> bool:
    """Whether a field makes its file private: `audience: private`, `draft: true`, `publish: false` or a misspelling."""
    name = skeleton("".join(key.text.split()))
    if isinstance(node, Scalar) and node.is_empty:
        return False
    word = node.text.strip().casefold() if isinstance(node, Scalar) else ""
    if (key.text in _LABELS or key.text not in CORE_FIELDS) and _is_label(key.text, node):
        return True
    if key.text == AUDIENCE or (key.text not in CORE_FIELDS and _is_nearly(name, AUDIENCE)):
        return word not in _OPEN
    if name in _PRIVATE_IF_TRUE:
        return word not in _OPEN
    if name in _PRIVATE_IF_FALSE or _PREFIXED.match(key.text):
        return isinstance(node, Scalar) and not _is_publication(word)
    is_private = word in _TRUE and any(_is_nearly(name, each) for each in _PRIVATE_IF_TRUE)
    return is_private or (word in _FALSE and any(_is_nearly(name, each) for each in _PRIVATE_IF_FALSE))


def _is_label(name: str, node: object) -> bool:
    """Whether a value, or a part of a list, is the word `private`: `visibility: private`, `tags: [private]`."""
    parts = node.items if isinstance(node, Sequence) else (node,)
    texts = (each.text for each in parts if isinstance(each, Scalar))
    return any(map(is_private_tag if name == _TAGS else is_private_word, texts))


def _in_text(document: Document) -> Iterator[tuple[Scalar, Scalar]]:
    """Yield the fields that the text of a file holds, and its tags, if one of them may hide it."""
    yield from _fields_in_text(document)
    if not document.front and not document.within:
        yield from _head_fields(document.body.lstrip().partition("\n\n")[0])
    title = document.fields.get("title")
    texts = (document.body, title.text if isinstance(title, Scalar) else "")
    for text in filter(may_hold_private_tag, texts):
        yield from ((_scalar(_TAGS), _scalar(tag)) for tag in tags_in(without_private(text)))


def _fields_in_text(document: Document) -> Iterator[tuple[Scalar, Scalar]]:
    """Yield the fields in the text of a file that tools such as Dataview and Logseq read: `private:: true`."""
    if "::" not in document.body or not _IN_TEXT.search(document.body):
        return
    tokens, span = parse_blocks(document.body), Span(document.path)
    for found in _IN_TEXT.finditer(without_code(document.body, code_blocks(tokens), text_blocks(tokens))):
        yield Scalar(found["name"].lower(), span), Scalar(found["value"].strip(" \t])"), span)


def is_marked_private(text: str) -> bool:
    """Whether a text that is no Markdown has a field at its beginning that would make a page private."""
    return any(_hides(key, value) for key, value in _head_fields(text))


def _head_fields(text: str) -> Iterator[tuple[Scalar, Scalar]]:
    """Yield the fields at the beginning of a text, as other formats write them: `Draft: yes`, `#+DRAFT: yes`."""
    for found in _HEAD_FIELD.finditer(text[:_FIELDS]):
        yield _scalar(found["name"].lower()), _scalar(found["value"].strip(_AROUND))


def _scalar(text: str) -> Scalar:
    return Scalar(text, Span(""))


def _is_publication(word: str) -> bool:
    """Whether the value of `publish` or `published` says that a file is public: yes, a day, or an address."""
    return word in _TRUE or word == PUBLIC or "/" in word or parse_date(word) is not None or word[:4].isdecimal()


def _is_nearly(written: str, name: str) -> bool:
    from rapidfuzz.distance import OSA  # only undeclared fields need it

    slips = len(name) // 4  # a short word has many neighbours: `craft` is no `draft`
    return abs(len(written) - len(name)) <= slips and OSA.distance(written, name, score_cutoff=slips) <= slips


def _is_doubtful(settings: Settings, document: Document) -> bool:
    """Whether unreadable fields, or fields within the text, may declare something private."""
    if not document.is_broken and not document.body.lstrip().startswith("---"):
        return False
    text = f"{document.front}{document.body}" if document.is_broken else document.body.lstrip()[:_FIELDS]
    fields = [each.own_name(name) for each in settings.collections.values() for name in each.private]
    fields += (word for each in settings.collections.values() if each.is_private for word in _words_of(each.match))
    return not text or any(word.casefold() in text.casefold() for word in (AUDIENCE, *PUBLICATION_FIELDS, *fields))


def _words_of(match: Match | None) -> Iterator[str]:
    """Yield the words by which a collection recognises its items in their text."""
    yield from (*match.tags, *(name for name, _value in match.fields)) if match else ()


def private_folders(settings: Settings) -> frozenset[str]:
    """Return the folders of the private collections."""
    private = (each for each in settings.collections.values() if each.is_private)
    return frozenset(folder for each in private for folder in (each.name, *each.folders))


def folders_of(path: str) -> Iterator[str]:
    """Yield the folders that contain a file, from the innermost outwards."""
    folder = composed(path).rpartition("/")[0]
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]


def hidden_closure(
    members: Iterable[PrivacyRecord], known: frozenset[str] = frozenset()
) -> tuple[frozenset[str], frozenset[str]]:
    """Return the paths and names of all private files: a file that belongs to a private file is private, too.

    `known` are names that are private already.
    """
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
            waiting += [part for name in (*each.names, *each.places) for part in belongings.get(name, ())]
    return frozenset(paths), frozenset(names)


def private_fields(collection: Collection, also: abc.Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Return the private fields of a collection, by milemark's names and by those of its files."""
    return frozenset((*collection.private, *map(collection.own_name, collection.private))) | also.get(
        collection.name, frozenset()
    )


def is_private_field(collection: Collection, private: frozenset[str], name: str) -> bool:
    """Whether a field is private by its name, or may be a private field misspelt."""
    if name in private or name in collection.fields or name in CORE_FIELDS:
        return name in private
    return resembles(name, private)


def public_collection(collection: Collection, private: frozenset[str]) -> Collection:
    """Return a collection without its private fields."""
    if not private and not collection.private:
        return collection
    return replace(
        collection,
        group="" if collection.group in private else collection.group,
        columns=tuple(name for name in collection.columns if name not in private),
        fields={name: each for name, each in collection.fields.items() if name not in private},
        private=(),
        names={name: own for name, own in collection.names.items() if name not in private},
    )


def without_fields(values: abc.Mapping[str, Value], private: frozenset[str]) -> abc.Mapping[str, Value]:
    """Return values without those of private fields."""
    return {name: value for name, value in values.items() if name not in private} if private else values
