"""The roadmap of an audience. All public outputs are made from the roadmap for `public` only.

milemark cuts private parts out of the files, reads the rest again, and resolves its references again. So nothing
derived from the files (ids, tags, findings, numbers, circular references) can reveal them.

Some traces stay: the author's own words in public texts, addresses of the published site itself, and the repository
that git holds.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby
from operator import is_

from milemark.foundation.diagnostics import Diagnostic
from milemark.foundation.i18n import _
from milemark.foundation.identifiers import key_of
from milemark.foundation.layout import PRIVATE, PUBLIC, ROADMAP_FILE
from milemark.markdown.comments import DELIMITER
from milemark.markdown.document import Document
from milemark.markdown.outline import plain_text
from milemark.markdown.private_sections import NO_SECTIONS, read_sections
from milemark.privacy.guard import Guard, guard_of
from milemark.privacy.hidden import (
    NOTHING,
    Hidden,
    PrivacyRecord,
    doubt_about,
    folders_of,
    hidden_closure,
    is_declared_private,
    is_in_public_place,
    privacy_record,
    private_fields,
    private_folders,
    public_collection,
)
from milemark.privacy.name_forms import path_forms
from milemark.privacy.nested_texts import NestedTexts
from milemark.privacy.public_file import PublicView, common_values
from milemark.roadmap.load import File, Loaded, assemble
from milemark.roadmap.metrics.progress import percent, whole
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.schema import title_of
from milemark.roadmap.settings import Collection, Field, Settings, Stage
from milemark.roadmap.site_paths import FIXED_PAGES, file_stem

Seeing = Callable[[PublicView, Sequence[File]], Sequence[File]]

_BELONGS = _("it belongs to a file that is not public")


def for_audience(
    loaded: Loaded,
    audience: str,
    also: Hidden = NOTHING,
    seeing: Seeing = PublicView.files,
    hidden: Hidden | None = None,
) -> Loaded:
    """Return the roadmap for `public` without its private parts, or for `private` with private files marked.

    `also` is hidden in addition, for example the content that is private today, in a roadmap of last year. `seeing`
    makes the public versions of files and may cache them. `hidden` are the private parts, if the caller has them.
    """
    if audience == PRIVATE:
        own = _with_others(_hidden_files(loaded, also), loaded, also)
        private = frozenset(file.document.path for file in loaded.files if own.holds(file.document.path))
        return replace(loaded, roadmap=replace(loaded.roadmap, audience=PRIVATE, private=private))
    found = hidden_in(loaded, also) if hidden is None else hidden
    return _public(loaded, replace(found, tasks=also.tasks), seeing)


def doubtful_files(loaded: Loaded, hidden: Hidden) -> Mapping[str, str]:
    """Return the hidden files of which nothing says for certain that they are private, with the reason for each."""
    settings = loaded.roadmap.settings
    files = (file for file in loaded.files if file.document.path in hidden.paths)
    found = ((each.document.path, _doubt(loaded.roadmap, each, hidden)) for each in files)
    unread = (path for path in loaded.unread if is_in_public_place(settings, path))
    doubtful = {path: reason for path, reason in found if reason}
    return doubtful | dict.fromkeys(unread, _("it cannot be read, so it may be private"))


def owned_files(loaded: Loaded, hidden: Hidden) -> Mapping[str, str]:
    """Return the files, and headings of files, that are private since what they belong to is so, with the reason."""
    roadmap, reason = loaded.roadmap, _("it belongs to a private file")
    found = ((file.document, _private_owner(roadmap, file, hidden)) for file in loaded.files)
    return {
        _place(each): f"{reason}: {roadmap.settings.shown(owner.document.source)}" for each, owner in found if owner
    }


def _place(document: Document) -> str:
    return f"{document.source}#{file_stem(document.path)}" if document.within else document.path


def _private_owner(roadmap: Roadmap, file: File, hidden: Hidden) -> Item | None:
    """Return the hidden item to which a file belongs, if the file does not say itself that it is private."""
    item = roadmap.by_id.get(roadmap.file_names.id_of.get(file.document.path, ""))
    if not item or not hidden.holds(item.path) or is_declared_private(roadmap.settings, file.document, file.item):
        return None
    return _owner(roadmap, item, hidden)


def _owner(roadmap: Roadmap, item: Item, hidden: Hidden) -> Item | None:
    owners = (roadmap.by_id.get(id_) for id_ in (item.parent, item.track))
    return next((each for each in owners if each and hidden.holds(each.path)), None)


def _doubt(roadmap: Roadmap, file: File, hidden: Hidden) -> str:
    """Return the reason for which a file is hidden although it does not say so itself, or an empty text."""
    if owner := _private_owner(roadmap, file, hidden):
        top = _top_owner(roadmap, owner, hidden)
        shown = roadmap.settings.shown(owner.document.source)
        return "" if _says_private(roadmap.settings, top) else f"{_BELONGS}: {shown}"
    return doubt_about(roadmap.settings, file.document)


def _top_owner(roadmap: Roadmap, item: Item, hidden: Hidden) -> Item:
    """Return the item that hides another one and everything between them."""
    seen: set[str] = set()
    while item.id not in seen and not is_declared_private(roadmap.settings, item.document, item):
        seen.add(item.id)
        item = _owner(roadmap, item, hidden) or item
    return item


def _says_private(settings: Settings, item: Item) -> bool:
    """Whether an item is private for another reason than that `publish` does not name it."""
    return settings.is_published(item.document.source) and is_declared_private(settings, item.document, item)


def hidden_in(loaded: Loaded, also: Hidden = NOTHING) -> Hidden:
    """Return the private parts of a loaded roadmap, together with `also`."""
    settings, found = loaded.roadmap.settings, _hidden_files(loaded, also)
    hidden = [file for file in loaded.files if file.document.path in found.paths]
    kept = [file for file in loaded.files if file.document.path not in found.paths]
    fields = {name: private_fields(each, also.fields) for name, each in settings.collections.items()}
    found = replace(
        _with_others(found, loaded, also),
        words={**also.words, **{file.document.path: tuple(_words(file)) for file in hidden}},
        fields={**also.fields, **{name: each for name, each in fields.items() if each}},
        tasks=frozenset(_hidden_tasks(loaded.files)) | also.tasks,
        generated=frozenset((*FIXED_PAGES, *(f"{name}/index.md" for name in _public_names(settings)))),
        titles=_titles(hidden) - _titles(kept) | also.titles,
        shown=also.shown,
        content=settings.shown("."),
    )
    return _with_shown_words(found, kept, settings)


def _hidden_files(loaded: Loaded, also: Hidden) -> Hidden:
    """Return the private Markdown files of a loaded roadmap, with their names and folders and those of `also`."""
    members = [_member(loaded.roadmap, file, also) for file in loaded.files]
    paths, names = hidden_closure(members, also.names)
    shown = {
        folder for file in loaded.files if file.document.path not in paths for folder in folders_of(file.document.path)
    }
    empty = {folder for path in paths for folder in folders_of(path) if folder not in shown}
    folders = frozenset(empty) | private_folders(loaded.roadmap.settings) | also.folders
    return Hidden(names, paths, folders)


def _with_others(hidden: Hidden, loaded: Loaded, also: Hidden) -> Hidden:
    """Return private files with those that are no Markdown, those that are not read, and those of `also`."""
    bases = {path for path in loaded.bases if not hidden.folders.isdisjoint(folders_of(path))}
    return replace(hidden, paths=hidden.paths.union(bases, _unread(loaded), also.paths))


def _unread(loaded: Loaded) -> Iterator[str]:
    """Yield the paths of files that are not read; a refused one may be a page with another ending."""
    for path in loaded.unread:
        yield path
        if not loaded.roadmap.settings.is_excluded(path):
            yield f"{posixpath.splitext(path)[0]}.md"


def with_words_of(hidden: Hidden, loaded: Loaded) -> Hidden:
    """Return hidden parts of other times with the names and words of public files that keep showing."""
    kept = [file for file in loaded.files if not hidden.holds(file.document.path)]
    return _with_shown_words(hidden, kept, loaded.roadmap.settings)


def _with_shown_words(hidden: Hidden, kept: Iterable[File], settings: Settings) -> Hidden:
    guard = guard_of(hidden)
    words = {*_shown_names(hidden, kept), *_words_of(settings)} if hidden.paths else set()
    has_any = guard.finds("\n".join(words))
    found = {each for each in words if guard.is_name(each) or (has_any and guard.finds(each))}
    return replace(hidden, shown=hidden.shown | found)


def _shown_names(hidden: Hidden, kept: Iterable[File]) -> Iterator[str]:
    """Yield the names and paths of public files, of their folders and of generated pages."""
    for path in (*(file.document.path for file in kept), *hidden.generated):
        for each in (path, *path_forms(path), *folders_of(path)):
            yield from (each, each.rpartition("/")[2])
    yield from (file.item.id for file in kept if file.item)


def _words_of(settings: Settings) -> Iterator[str]:
    """Yield the words that roadmap.yml declares for public files."""
    yield from settings.statuses
    for name in _public_names(settings):
        collection = settings.collections[name]
        yield name
        for field in collection.fields.values():
            if field.name not in collection.private:
                yield from (field.name, *field.choices)


def public_text(public: Loaded, path: str) -> bytes:
    """Return the public body of a file, on the lines of the file; its front matter is empty lines."""
    found = next((file.document for file in public.files if file.document.path == path), None)
    return ("\n" * (found.body_line - 1) + found.body).encode("utf-8", "replace") if found else b""


def _titles(files: Iterable[File]) -> frozenset[str]:
    """Return the titles of items: they find an item that was renamed and made private in one commit."""
    return frozenset(key_of(file.item.title) for file in files if file.item)


def _member(roadmap: Roadmap, file: File, also: Hidden) -> PrivacyRecord:
    path, title = file.document.path, file.item.title if file.item else ""
    is_known = also.holds(path) or also.holds(file.document.source) or (title and key_of(title) in also.titles)
    is_private = bool(is_known) or is_declared_private(roadmap.settings, file.document, file.item)
    return privacy_record(path, file.item, roadmap.file_names, is_private=is_private)


def _words(file: File) -> Iterator[str]:
    yield title_of(file.document)
    if file.item:
        yield from (file.item.id, *file.item.texts("aliases"))


def _hidden_tasks(files: Iterable[File]) -> Iterator[tuple[str, str]]:
    """Yield the id of the item and the text for each task that is private or has a private part.

    Earlier revisions may hold the text of a comment `%% … %%` without `%%`.
    """
    for file in files:
        document = file.document
        sections = read_sections("", document.body, 1) if file.item and document.tasks else NO_SECTIONS
        if file.item and sections.parts:
            lines = sections.lines(document.body)
            hidden = (task for task in document.tasks if task.span.line - document.body_line in lines)
            yield from ((file.item.id, plain_text(task.text.replace(DELIMITER, ""))) for task in hidden)


def _public(loaded: Loaded, hidden: Hidden, seeing: Seeing) -> Loaded:
    gone = [file for file in loaded.files if hidden.holds(file.document.path)]
    kept = [file for file in loaded.files if not hidden.holds(file.document.path)]
    settings = _public_settings(loaded.roadmap.settings, hidden, gone, kept)
    texts = NestedTexts(guard_of(hidden))
    named = texts.without_names(replace(settings, assets=(), exclude=(), publish=None), ROADMAP_FILE)
    settings = replace(named, assets=settings.assets, exclude=settings.exclude, publish=settings.publish)
    values = common_values(kept) if hidden.paths else ()
    common = frozenset(each for each in values if guard_of(hidden).is_name(each[1]))  # the others need no exception
    view = PublicView(loaded.roadmap.settings, settings, hidden, common=common)
    seen = seeing(view, kept)
    if not hidden and not settings.policies.count_private and all(map(is_, seen, kept)):
        shown = replace(loaded.roadmap.settings, owner=settings.owner)
        return replace(loaded, roadmap=replace(loaded.roadmap, audience=PUBLIC, settings=shown))
    other = _public_diagnostics(loaded.other_diagnostics, hidden, {file.document.path for file in kept})
    bases = {path: texts.without_names(base, path) for path, base in loaded.bases.items() if not hidden.holds(path)}
    found = assemble(settings, seen, loaded.roadmap.as_of, [*other, *texts.findings])
    items = tuple(_ranked(found.roadmap.items, gone))
    overrides = _private_progress(loaded.roadmap, items) if settings.policies.count_private else {}
    roadmap = replace(found.roadmap, items=items, audience=PUBLIC, progress_overrides=overrides)
    diagnostics = tuple(_without_names(each, texts.guard) for each in found.diagnostics)
    return replace(found, roadmap=roadmap, bases=bases, diagnostics=diagnostics)


def _without_names(finding: Diagnostic, guard: Guard) -> Diagnostic:
    """Return a finding whose values hold no private name: they quote texts as they were written."""
    values = {name: guard.blanked(text).text for name, text in finding.values.items()}
    return finding if values == finding.values else replace(finding, values=values)


# Findings about roadmap.yml name collections and fields, which may be private.
def _public_diagnostics(other_diagnostics: Iterable[Diagnostic], hidden: Hidden, paths: set[str]) -> list[Diagnostic]:
    """Return the findings about roadmap.yml and unreadable files; with private files, only those about public ones."""
    if not hidden:
        return [*other_diagnostics]
    return [
        each
        for each in other_diagnostics
        if each.span.path in paths and each.values.get("other", each.span.path) in paths
    ]


def _public_settings(settings: Settings, hidden: Hidden, gone: Iterable[File], kept: Iterable[File]) -> Settings:
    """Return the settings without private collections and fields, and without statuses that only private items use."""
    collections = {
        name: public_collection(settings.collections[name], hidden.fields.get(name, frozenset()))
        for name in _public_names(settings)
    }
    old, new = ([file.item for file in files if file.item] for files in (gone, kept))
    statuses = _without_words(settings, old, new)
    policies = settings.policies
    if policies.evidence not in collections:
        policies = replace(policies, evidence="")
    used = {name: _used(each, old, new) for name, each in collections.items()}
    owner = settings.owner and settings.owner.public()
    return replace(settings, collections=used, statuses=statuses, policies=policies, owner=owner)


def _without_words(settings: Settings, gone: Iterable[Item], kept: Iterable[Item]) -> Mapping[str, Stage]:
    lost = {item.text("status") for item in gone} - {item.text("status") for item in kept}
    return {word: stage for word, stage in settings.statuses.items() if word not in lost}


def _public_names(settings: Settings) -> Iterator[str]:
    """Yield the names of collections that are neither private nor within a private one."""
    private = private_folders(settings)
    for name in settings.collections:
        if name not in private and private.isdisjoint(folders_of(name)):
            yield name


def _used(collection: Collection, gone: Iterable[Item], kept: Iterable[Item]) -> Collection:
    """Return a collection without the choices that only its private items use."""
    old, new = ([item for item in items if item.collection.name == collection.name] for items in (gone, kept))
    if not old:
        return collection
    return replace(collection, fields={name: _choices(each, old, new) for name, each in collection.fields.items()})


def _choices(field: Field, gone: Iterable[Item], kept: Iterable[Item]) -> Field:
    chosen = [
        {word for item in items for word in (*item.texts(field.name), item.text(field.name))} for items in (gone, kept)
    ]
    lost = chosen[0] - chosen[1] - {field.default}
    return replace(field, choices=tuple(word for word in field.choices if word not in lost))


def _ranked(items: tuple[Item, ...], gone: Iterable[File]) -> Iterator[Item]:
    """Yield the items; where private ones had an `order`, the others are numbered again without gaps."""
    ordered = {file.item.collection.name for file in gone if file.item and "order" in file.item.values}
    for name, group in groupby(items, key=lambda item: item.collection.name):
        found = tuple(group)
        if name not in ordered:
            yield from found
            continue
        numbers = sorted({number for item in found if (number := item.number("order")) is not None})
        ranks = {number: Decimal(rank) for rank, number in enumerate(numbers, 1)}
        for item in found:
            own = item.number("order")
            yield item if own is None else replace(item, values={**item.values, "order": ranks[own]})


def _private_progress(roadmap: Roadmap, items: Iterable[Item]) -> Mapping[str, Decimal | None]:
    """Return the progress of the whole and of public tracks, private items included, in whole percents.

    Nothing else counts private items: more digits would reveal the number of items behind a mean, and a history the
    days of the work on them.
    """
    everything = whole(roadmap)
    ids = {item.path: item.id for item in items}
    tracks = {ids[each.track.path]: each.rollup.value for each in everything.tracks if each.track.path in ids}
    values = {**tracks, "": everything.value}
    return {id_: None if value is None else Decimal(percent(value)) for id_, value in values.items()}
