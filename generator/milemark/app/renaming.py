"""The files that change where an item gets another id or another path, and the places that name it and stay."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby

from milemark.app.project import Project
from milemark.app.write_plan import WriteChanges, edited_item
from milemark.foundation.diagnostics import Span
from milemark.foundation.errors import UserError
from milemark.foundation.escaping import visible
from milemark.foundation.layout import BASE_ENDING, CONFIG_FILE, ROADMAP_FILE
from milemark.markdown.edit import Edit
from milemark.markdown.reference_edits import NewReferences, Written, new_references, new_yaml_texts
from milemark.query.bases.names import with_names
from milemark.query.finder import find_blocks, has_blocks
from milemark.roadmap.field_edits import Assignment, field_edits
from milemark.roadmap.load import File
from milemark.roadmap.model import Item
from milemark.roadmap.renaming import Renaming, leads_of, new_path


def renamed(project: Project, item: Item, id_: str, *, is_everywhere: bool) -> WriteChanges:
    """Return the changes that give an item another id, with its old one as an alias.

    If `is_everywhere`, its file gets the new name, too, and all references to it change.
    """
    path = new_path(item, id_) if is_everywhere else item.path
    keeps_id = path != item.path and not item.document.within and item.document.fields.get("id") is None
    names = [Assignment("aliases", "-=", id_), Assignment("aliases", "+=", item.id)]
    changes = names if keeps_id else [Assignment("id", "=", id_), *names]
    edits = [*field_edits(project.loaded.roadmap.settings, item, changes)]
    if not is_everywhere:
        return WriteChanges({item.document.source: edited_item(project, item, edits)})
    renaming = Renaming(project.everything, item, id_, path, _others(project))
    return _everywhere(project, renaming, edits)


def moved(project: Project, item: Item, path: str, *, is_everywhere: bool) -> WriteChanges:
    """Return the changes that move the file of an item; the links in it go on leading where they led."""
    renaming = Renaming(project.everything, item, item.id, path, _others(project), is_own=not is_everywhere)
    if is_everywhere:
        return _everywhere(project, renaming, [])
    files = [file for file in project.everything.files if file.document.path == item.path]
    found = _rewritten(renaming, files, project.content.files[item.path])
    return WriteChanges({item.path: None, path: found.data}, tuple(_places(project, found.left)))


def _others(project: Project) -> tuple[str, ...]:
    return tuple(project.content.assets)


def _everywhere(project: Project, renaming: Renaming, edits: Sequence[Edit]) -> WriteChanges:
    """Return the changes of all files; `edits` are those of the item itself."""
    content, own = project.content.files, renaming.item.document.source
    left: list[str] = []
    planned: dict[str, bytes | None] = {}
    for source, files in groupby(project.everything.files, key=lambda file: file.document.source):
        if renaming.may_change(source, content[source]):
            found = _rewritten(renaming, [*files], content[source])
            planned[source] = found.data
            left += _places(project, found.left)
    for path in (path for path in content if path.endswith(BASE_ENDING) or path == ROADMAP_FILE):
        found = new_yaml_texts(path, content[path], partial(_yaml_text, renaming, path))
        planned[path] = found.data
        left += _places(project, found.left)
    planned[own] = edited_item(project, renaming.item, edits, planned[own])
    if renaming.path != renaming.item.path and not renaming.item.document.within:
        planned = {**planned, renaming.item.path: None, renaming.path: planned[renaming.item.path]}
    return WriteChanges(planned, (*left, *_mentions(project, renaming)), partial(_proved, renaming))


def _rewritten(renaming: Renaming, files: Iterable[File], data: bytes) -> NewReferences:
    """Return the bytes of one file; `files` are its page, and its items if its headings are some."""
    page, *parts = files
    path, source = page.document.path, page.document.source
    named = [(each.document, each.item) for each in (page, *parts)]
    words = renaming.words(named, page.document.body_line)
    return new_references(source, data, renaming.scalar(page), lambda each: renaming.address(path, each), words)


def _yaml_text(renaming: Renaming, path: str, written: Written) -> str | None:
    if path == ROADMAP_FILE:
        return renaming.setting(written)
    return with_names(written.text, lambda name: renaming.text("", name, is_reference=True))


def _places(project: Project, spans: Iterable[Span]) -> Iterator[str]:
    for span in spans:
        yield f"{project.folder.shown(span.path)}:{span.line}:{span.column}"


def _mentions(project: Project, renaming: Renaming) -> Iterator[str]:
    """Yield the lines of queries and of mkdocs.yml that name the item; its old id stays an alias of it."""
    word = re.compile(rf"(?<![\w-]){re.escape(renaming.item.id)}(?![\w-])", re.IGNORECASE)
    for file in project.everything.files:
        document = file.document
        for number, line in _query_lines(document.body) if has_blocks(document.body) else ():
            if word.search(line):
                place = project.folder.shown(document.source)
                yield f"{place}:{document.body_line + number}: {visible(line.strip())}"
    config = project.root / CONFIG_FILE
    lines = config.read_text("utf-8-sig", "replace").split("\n") if config.is_file() else []
    yield from (f"{CONFIG_FILE}:{number}: {line.strip()}" for number, line in enumerate(lines, 1) if word.search(line))


def _query_lines(body: str) -> Iterator[tuple[int, str]]:
    blocks, lines = find_blocks(body), body.split("\n")
    for fence in blocks.fences:
        yield from ((number, lines[number]) for number in range(fence.first, min(fence.end, len(lines))))
    yield from ((query.line, lines[query.line]) for query in blocks.inline_queries)


def _proved(renaming: Renaming, before: Project, after: Project) -> None:
    """Raise UserError if a reference or a link would lead elsewhere than it did."""
    old, new = (leads_of(each.everything, tuple(each.content.assets)) for each in (before, after))
    items = after.everything.roadmap.by_id
    there = items[renaming.id].path if renaming.id in items else ""
    for path, leads in old.items():
        now = new.get(there if path == renaming.item.path else path, ())
        fields = {"", *(each.field for each in now)} if path == renaming.item.path else None
        kept = [each for each in leads if fields is None or each.field in fields]  # another collection has others
        for number, lead in enumerate(kept):
            wanted = there if lead.path == renaming.item.path else lead.path
            if wanted and (number >= len(now) or now[number].path != wanted):
                place = f"{before.folder.shown(lead.span.path)}:{lead.span.line}:{lead.span.column}"
                raise UserError(f"{place}: this would lead elsewhere: nothing was written; change it by hand first")
