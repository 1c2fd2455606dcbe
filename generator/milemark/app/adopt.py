"""A roadmap.yml for a folder as it is: what `milemark adopt` proposes."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from milemark.app.kept_files import KeptFiles
from milemark.app.proposed_lines import SYNONYMS, mark_line, names_text, status_line
from milemark.app.unread_folders import templates, unread_folders
from milemark.app.vault import vault_of
from milemark.foundation.content_folder import ContentFolder
from milemark.foundation.dates import parse_date
from milemark.foundation.disk import Content, read_content
from milemark.foundation.escaping import yaml_text
from milemark.foundation.globs import matcher
from milemark.foundation.i18n import counted
from milemark.foundation.identifiers import key_of
from milemark.foundation.layout import ROADMAP_FILE
from milemark.foundation.suggestions import plain_name
from milemark.markdown.document import Document, Node, Scalar
from milemark.markdown.document import Sequence as Listed
from milemark.markdown.inline_fields import inline_fields
from milemark.markdown.wikilinks import parse_reference
from milemark.privacy.audience import hidden_in
from milemark.roadmap.heading_items import read_heading_items
from milemark.roadmap.heading_levels import level_setting, likely_level
from milemark.roadmap.load import Loaded, load
from milemark.roadmap.presets import PRESETS, Preset
from milemark.roadmap.schema import CORE_FIELDS, PUBLICATION_FIELDS
from milemark.roadmap.settings import TASK_MARKS, Role, Settings, Stage
from milemark.roadmap.settings_file import parse_settings
from milemark.roadmap.site_paths import file_stem
from milemark.roadmap.statuses import known_stage

ROADMAP_PAGE = "ROADMAP.md"
_ALL_BUT_ROADMAP = ("*.md", f"!/{ROADMAP_PAGE}")
_HEADINGS = "  items: {label: Items, match: {folder: .}, items: %s} # each heading `%s …` is an item; or h1 to h6"
_HALF = 2  # one file in two of a folder is an item: then all are
_OF_TOOL = 3  # fields of a tool in one file
_FEW = 2  # files
_WORDS = 30  # statuses that are listed
_DECIDED = frozenset({"accepted", "superseded", "deprecated"})
_DECISIONS = _DECIDED | {"proposed", "rejected", "draft"}
_REFERENCES = ("depends_on", "parent", "milestone")
_DATES = frozenset({"due", "start", "finished"})


@dataclass(frozen=True)
class Adopted:
    """A folder, the roadmap.yml that fits it, and the folder as it is read with this roadmap.yml."""

    folder: ContentFolder
    content: Content
    tool: str
    text: str
    loaded: Loaded

    @cached_property
    def private(self) -> Counter[str]:
        """The number of items that are in no public output, by collection."""
        hidden = hidden_in(self.loaded)
        return Counter(each.collection.name for each in self.loaded.roadmap.items if hidden.holds(each.path))

    @cached_property
    def unknown_fields(self) -> Mapping[str, int]:
        """The number of items with each field that neither milemark nor a tool knows; the most frequent first."""
        items = self.loaded.roadmap.items
        known = {*CORE_FIELDS, *PUBLICATION_FIELDS, *(name for item in items for name in item.collection.fields)}
        found = Counter(name for item in items for name in item.values if name not in known)
        return dict(found.most_common())

    @cached_property
    def loose_tasks(self) -> tuple[str, ...]:
        """The places of tasks that no heading of an item holds, in files whose headings are items."""
        documents = [file.document for file in self.loaded.files]
        parted = {each.within.path for each in documents if each.within}
        found = [task.span for each in documents if each.path in parted and not each.within for task in each.tasks]
        return tuple(f"{self.folder.shown(span.path)}:{span.line}" for span in found)


def content_to_adopt(root: Path, folder: Path) -> ContentFolder:
    """Return a folder as the files of a project: in the root if it lies there, else it is a root of its own."""
    place = Path(posixpath.normpath(root / folder))
    if place == root and is_backlog(place / "backlog"):
        place = place / "backlog"
    if not place.is_relative_to(root):
        return ContentFolder(place, place, ".")
    return ContentFolder(place, root, place.relative_to(root).as_posix())


def backlog_around(place: Path) -> Path | None:
    """Return the folder of Backlog.md of whose tasks, drafts and the like a file or folder is one."""
    preset = PRESETS["backlog"]
    names = {folder for each in preset.collections if each.match for folder in each.match.folders} | {"archive"}
    found = ((each, place.relative_to(each).as_posix()) for each in place.parents)
    return next((each for each, inner in found if inner.partition("/")[0] in names and is_backlog(each)), None)


def is_backlog(folder: Path) -> bool:
    """Whether a folder is one of Backlog.md."""
    return (folder / "tasks").is_dir() and any((folder / f"config.{ending}").is_file() for ending in ("yml", "yaml"))


def adopt(folder: ContentFolder, today: date, like: str = "") -> Adopted:
    """Read a folder, and return a roadmap.yml for it. Nothing is written."""
    content = read_content(folder)
    files = {path: data for path, data in content.files.items() if path != ROADMAP_FILE}
    reading = KeptFiles(folder.path)
    unread = unread_folders(folder, [*files])
    is_unread = matcher(unread)
    files = {path: data for path, data in files.items() if not is_unread(path)}
    documents = [file.document for file in load(files, today, reading=reading).files]
    left = templates(documents)
    is_template = matcher(left)
    documents = [each for each in documents if not is_template(each.path)]
    found = _Folder(folder, documents, like, (*unread, *left))
    text = "\n".join([*found.lines(), ""])
    files = {**files, ROADMAP_FILE: text.encode()}
    loaded = load(files, today, reading=reading, other_diagnostics=content.diagnostics)
    return Adopted(folder, content, found.tool, text, loaded)


class _Inner(NamedTuple):
    """A folder of items: its documents, its tool with the preset, and the names that it has for fields."""

    documents: Sequence[Document]
    tool: str
    preset: Preset
    names: Mapping[str, str]

    @property
    def is_of_decisions(self) -> bool:
        """Whether all its statuses are words of decisions, which end a discussion and no work."""
        words = {text.split()[0].casefold() for each in self.documents for text in _texts(each.fields.get("status"))}
        return bool(words & _DECIDED) and words <= _DECISIONS


class _Folder:
    """The documents of a folder, counted."""

    def __init__(self, folder: ContentFolder, documents: Sequence[Document], like: str, unread: Sequence[str]) -> None:
        self.folder, self.documents, self.noun = folder, documents, "file"
        self.unread, self.vault = unread, vault_of(folder.path)
        self.keys, self.whole = _keys(documents), documents
        self.marks = Counter(task.mark for each in documents for task in each.tasks if task.mark not in TASK_MARKS)
        self.tool = like or self.own_tool()

    def lines(self) -> Iterator[str]:
        """Yield the lines of roadmap.yml."""
        yield f"content: {yaml_text(self.folder.name)}"
        if self.vault:
            part = "" if self.vault == self.folder.path else "A part of "
            vault = f"# {part}{'a' if part else 'A'} vault of Obsidian: only the notes named here are public."
            yield from ("", f"{vault} Patterns as in .gitignore.")
            yield "# `audience: private` hides a collection, and the name of its folder, until you delete it there."
            yield "publish: [] # for example: [Projects/, Notes/garden.md]"
        preset = PRESETS.get(self.tool, Preset())
        collections = [*self._collections(preset)]
        is_one_file = not (collections or self.tool) and any(each.path == ROADMAP_PAGE for each in self.documents)
        if left := _ALL_BUT_ROADMAP if is_one_file else [*self._left_out()]:
            yield f"exclude: [{', '.join(map(yaml_text, left))}] # milemark does not read them"
        if is_one_file:
            level = self._part()
            collections = [_HEADINGS % (level_setting(level), "#" * level)]
        is_of_tool = bool(preset.collections) and len(collections) <= 1
        if self.tool and (is_of_tool or not collections):
            yield from ("", f"like: {self.tool}")
        if names := self._common_names:
            yield f"names: {names_text(names)}"
        if words := self._statuses(names, preset):
            yield from ("", "statuses: # planned, active, paused, done or dropped")
            yield from (status_line(word, counted(count, self.noun)) for word, count in words)
            if Stage.DONE not in {*map(known_stage, (word for word, _count in words)), *preset.statuses.values()}:
                yield f"  Done: done # no {self.noun} yet"
        if self.marks:
            yield from ("", "marks: # of tasks, besides [ ] and [x]")
            yield from (mark_line(mark, counted(count, "task")) for mark, count in self.marks.most_common())
        if collections and not is_of_tool:
            yield from ("", "collections:", *collections)

    def _part(self) -> int:
        """Let the items of the one file stand for it; return the level of their headings."""
        page = next(each for each in self.documents if each.path == ROADMAP_PAGE)
        level = likely_level(Settings(), page)
        self.documents, self.noun = read_heading_items(Settings(), page, level).items, "heading"
        self.keys, self.whole = _keys(self.documents), self.documents
        return level

    def _left_out(self) -> Iterator[str]:
        """Yield the patterns of files that are no part of a roadmap."""
        yield from self.unread
        if any(key_of(each.path) == "readme.md" for each in self.documents):
            yield "/README.md"  # the home page of a repository; that of the site is generated

    def own_tool(self) -> str:
        """Return the tool whose fields some files have, or an empty text."""
        if is_backlog(self.folder.path):
            return "backlog"
        for name, preset in PRESETS.items():
            own = {*preset.names.values(), *preset.declared}
            users = sum(len(own & {key.text for key, _ in each.fields.entries}) >= _OF_TOOL for each in self.documents)
            tagged = sum(_is_marked(preset, each) for each in self.documents)
            is_all = self.documents is not self.whole and _HALF * tagged > len(self.documents)
            if users >= (1 if is_all else _FEW):
                return name
        inline = sum(any(inline_fields(each.path, each.body, 1)) for each in self.documents if "::" in each.body)
        return "dataview" if inline >= _FEW else ""

    @cached_property
    def _inner(self) -> Mapping[str, _Inner]:
        """The outermost folders in which at least half of the files are items, by their paths."""
        return {place: self._read(place) for place in self._places("")}

    def _read(self, place: str) -> _Inner:
        inner = copy(self)
        inner.documents = [each for each in self.documents if each.path.startswith(f"{place}/")]
        inner.keys = _keys(inner.documents)
        found = self.tool or inner.own_tool()
        tool = "" if PRESETS.get(found, Preset()).match and self.tool else found
        preset = PRESETS.get(tool, Preset())
        used = {name: key for name, key in preset.names.items() if inner.keys[key]}
        return _Inner(inner.documents, tool, preset, {**used, **inner.names_for(preset)})

    @cached_property
    def _common_names(self) -> Mapping[str, str]:
        """The names for fields that no folder of items contradicts."""
        preset, inner = PRESETS.get(self.tool, Preset()), self._inner.values()
        tools = {key for each in inner for key in (each.preset if each.tool else preset).names.values()}
        return {
            name: key
            for name, key in self.names_for(preset).items()
            if key not in tools and all(each.names.get(name, key) == key for each in inner)
        }

    def _own_names(self, inner: _Inner) -> Mapping[str, str]:
        """Return the names for fields in a folder that the whole has not."""
        known = {*inner.preset.names.items(), *self._common_names.items()}
        return {name: key for name, key in inner.names.items() if (name, key) not in known}

    def names_for(self, preset: Preset) -> Mapping[str, str]:
        """Return the names that files use for fields of milemark, the most frequent ones."""
        found: dict[str, str] = {}
        words = {word: name for name, words in SYNONYMS.items() for word in words.split()}
        for key, _count in self.keys.most_common():
            name = words.get(plain_name(key), "")
            is_free = name and not self.keys[name] and name not in found and key not in CORE_FIELDS
            if is_free and name not in preset.names and key not in preset.names.values() and self._fits(name, key):
                found[name] = key
                if name in _REFERENCES and not self._resolves(key, self._ids("id")):
                    found["id"] = self._id_key(key)
        return {name: key for name, key in found.items() if key}

    def _ids(self, key: str) -> frozenset[str]:
        """Return the values of a key that identify files, and the names of files."""
        values = {key_of(text) for each in self.whole for text in _texts(each.fields.get(key))}
        return frozenset(values) | {key_of(file_stem(each.path)) for each in self.whole}

    def _resolves(self, key: str, ids: frozenset[str]) -> bool:
        """Whether most values of a key are ids."""
        texts = [key_of(parse_reference(text).path) for each in self.documents for text in _texts(each.fields.get(key))]
        return _HALF * sum(text in ids for text in texts) > len(texts)

    def _id_key(self, reference: str) -> str:
        """Return the key by whose values a reference names files, or an empty text: `eip` for `requires: 20`."""
        for key, count in self.keys.items():
            texts = [text for each in self.documents for text in _texts(each.fields.get(key))]
            is_own = len({*texts}) == len(texts) == count and _HALF * count > len(self.documents)
            if is_own and self._resolves(reference, self._ids(key)):
                return key
        return ""

    def _fits(self, name: str, key: str) -> bool:
        """Whether the values of a key are dates or ids where the field holds some."""
        if name in _REFERENCES:
            return self._resolves(key, self._ids("id")) or bool(self._id_key(key))
        texts = [text for each in self.documents for text in _texts(each.fields.get(key))]
        return name not in _DATES or _HALF * sum(parse_date(text) is not None for text in texts) >= len(texts)

    def _statuses(self, names: Mapping[str, str], preset: Preset) -> list[tuple[str, int]]:
        """Return the words of statuses with the number of files that use each, the most frequent first."""
        usual = names.get("status", "status")
        keys = {f"{place}/": inner.names.get("status", usual) for place, inner in self._inner.items()}
        words: Counter[str] = Counter()
        for each in self._work(preset):
            key = next((key for place, key in keys.items() if each.path.startswith(place)), usual)
            words.update(_texts(each.fields.get(key)))
        spelt: dict[str, list[tuple[str, int]]] = {}
        for word, count in words.most_common(_WORDS):
            spelt.setdefault(key_of(word), []).append((word, count))
        return [(same[0][0], sum(count for _word, count in same)) for same in spelt.values()]

    def _work(self, preset: Preset) -> Iterator[Document]:
        """Yield the documents that are no records of decisions."""
        records = [each.match for each in preset.collections if each.role is Role.RECORD and each.match]
        folders = [folder for match in records for folder in match.folders]
        folders += [place for place, inner in self._inner.items() if inner.is_of_decisions]
        places = tuple(f"{folder}/" for folder in folders)
        yield from (each for each in self.documents if not each.path.startswith(places))

    def _collections(self, preset: Preset) -> Iterator[str]:
        """Yield a line for each folder most of whose files are items; for a tool, the files that it marks."""
        if self.tool and preset.match:
            yield f"  tasks: {{label: Tasks, like: {self.tool}}}"
        private = ", audience: private" if self.vault else ""
        taken = {"tasks"} if self.tool and preset.match else set()
        for place, inner in self._inner.items():
            name = _collection_name(place)
            if name and name not in taken:
                taken.add(name)
                match = "" if name == place and not inner.preset.match else f", match: {{folder: {yaml_text(place)}}}"
                like = f", like: {inner.tool}" if inner.tool else ""
                names = self._own_names(inner)
                like += f", names: {names_text(names)}" if names else ""
                role = ", role: record" if inner.is_of_decisions else ""
                label, files = yaml_text(posixpath.basename(place)), counted(len(inner.documents), "file")
                yield f"  {yaml_text(name)}: {{label: {label}{role}{match}{like}{private}}} # {files}"

    def _places(self, above: str) -> Iterator[str]:
        """Yield the outermost folders in which at least half of the files are items."""
        inner = [each for each in self.documents if each.path.startswith(above)]
        folders = {each.path[len(above) :].partition("/")[0] for each in inner if "/" in each.path[len(above) :]}
        for name in sorted(folders):
            place = f"{above}{name}"
            files = [each for each in inner if each.path.startswith(f"{place}/")]
            items = sum(self._is_item(each) for each in files)
            if self._are_of_tool(files):
                continue
            if _HALF * items >= len(files) and (items > _FEW or self._has_statuses):
                yield place
            elif items:
                yield from self._places(f"{place}/")

    def _are_of_tool(self, files: Sequence[Document]) -> bool:
        """Whether the tool of the whole marks some files: its own collection has them."""
        preset = PRESETS.get(self.tool, Preset())
        if preset.match is None:
            return False
        return bool(preset.match.folders) or any(_is_marked(preset, each) for each in files)

    def _is_item(self, document: Document) -> bool:
        return _has_status(document) or (bool(document.tasks) and not self._has_statuses)

    @cached_property
    def _has_statuses(self) -> bool:
        return any(map(_has_status, self.documents))


def _keys(documents: Iterable[Document]) -> Counter[str]:
    """Return the names of fields with the number of documents that have each."""
    return Counter(key for each in documents for key in dict.fromkeys(key.text for key, _ in each.fields.entries))


def _has_status(document: Document) -> bool:
    names = {"status", *SYNONYMS["status"].split()}
    return any(plain_name(key.text) in names for key, _node in document.fields.entries)


def _is_marked(preset: Preset, document: Document) -> bool:
    """Whether the tags of a file are those by which a tool marks its items."""
    tags = preset.match.tags if preset.match else ()
    return any(text.lstrip("#") in tags for text in _texts(document.fields.get("tags")))


def _texts(node: Node | None) -> tuple[str, ...]:
    nodes = node.items if isinstance(node, Listed) else (node,)
    return tuple(each.text.strip() for each in nodes if isinstance(each, Scalar) and not each.is_empty)


def _collection_name(place: str) -> str:
    """Return a name for the collection of a folder: its path, or another one if the site has a page of that name."""
    for name in (place, f"{place}-items"):
        text = f"collections: {{{yaml_text(name)}: {{}}}}\n"
        settings, findings = parse_settings(text.encode())
        if not findings and name in settings.collections:
            return name
    return ""


def unreadable(adopted: Adopted) -> tuple[str, ...]:
    """Return the places of files whose fields cannot be read, with the reason for each."""
    broken = {file.document.path for file in adopted.loaded.files if file.document.is_broken}
    refused = set(adopted.loaded.unread) - {*broken}
    found: dict[str, str] = {}
    for each in adopted.loaded.diagnostics:
        if each.is_error and each.span.path in broken | refused:
            line = f"{adopted.folder.shown(each.span.path)}:{each.span.line}:{each.span.column}"
            found.setdefault(each.span.path, f"{line}: {each.message_in(str)}")
    return tuple(found.values())
