"""The outline of a file and of a roadmap: symbols, parts to fold, links, and the progress beside a title."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types as lsp

from milemark.editor.things import fields_of, links_of
from milemark.editor.view import FileView
from milemark.foundation.diagnostics import Span
from milemark.foundation.i18n import _
from milemark.foundation.identifiers import key_of
from milemark.markdown.outline import plain_text
from milemark.markdown.private_sections import read_sections
from milemark.roadmap.metrics.progress import percent, progress_of, task_counts, track_rollup
from milemark.roadmap.model import Item
from milemark.roadmap.schema import heading_text, title_heading
from milemark.roadmap.settings import Role

LISTED = 200


def document_symbols(view: FileView) -> list[lsp.DocumentSymbol]:
    """Return the headings of a file, each with its tasks and the headings below it."""
    found: list[lsp.DocumentSymbol] = []
    opened: list[tuple[int, lsp.DocumentSymbol]] = []
    for span, level, name in sorted(_lines(view)):
        symbol = _symbol(view, span, name, lsp.SymbolKind.String if level else lsp.SymbolKind.Boolean)
        while level and opened and opened[-1][0] >= level:
            opened.pop()
        siblings = opened[-1][1].children if opened else found
        if isinstance(siblings, list):
            siblings.append(symbol)
        for _level, parent in opened:
            parent.range = lsp.Range(parent.range.start, symbol.range.end)
        if level:
            opened.append((level, symbol))
    return found


def _lines(view: FileView) -> Iterator[tuple[Span, int, str]]:
    """Yield headings with their levels, and tasks with 0."""
    for file in view.files:
        yield from ((each.span, each.level, heading_text(each)) for each in file.document.headings)
        yield from ((each.span, 0, f"[{each.mark}] {plain_text(each.text)}") for each in file.document.tasks)


def _symbol(view: FileView, span: Span, name: str, kind: lsp.SymbolKind) -> lsp.DocumentSymbol:
    place = view.texts.range(span._replace(width=len(view.lines[span.line - 1]) - span.column + 1))
    return lsp.DocumentSymbol(name or "–", kind, place, place, children=[])


def workspace_symbols(view: FileView, query: str) -> list[lsp.WorkspaceSymbol]:
    """Return the items whose ids, titles or aliases hold the letters of a query in their order."""
    found = []
    for item in view.roadmap.items:
        letters = iter(key_of(" ".join((item.id, item.title, *item.texts("aliases")))))
        if all(letter in letters for letter in key_of(query)):
            name = item.title if item.title == item.id else f"{item.title} ({item.id})"
            place = view.texts.location(item.document.span)
            found.append(lsp.WorkspaceSymbol(place, name, lsp.SymbolKind.File, container_name=item.collection.label))
        if len(found) == LISTED:
            break
    return found


def folding(view: FileView) -> list[lsp.FoldingRange]:
    """Return the front matter, the private parts of the body, and its headings with what is below them."""
    found = [lsp.FoldingRange(0, view.front_end)] if 0 < view.front_end < len(view.lines) else []
    document = view.document
    first = document.body_line - 1
    rows = sorted(read_sections(view.path, document.body, document.body_line).lines(document.body))
    for begin, end in _runs(rows):
        found.append(lsp.FoldingRange(first + begin, first + end, kind=lsp.FoldingRangeKind.Region))
    return [*found, *_sections(view)]


def _runs(rows: list[int]) -> Iterator[tuple[int, int]]:
    begin = None
    for number, row in enumerate(rows):
        begin = row if begin is None else begin
        if number + 1 == len(rows) or rows[number + 1] != row + 1:
            if row > begin:
                yield begin, row
            begin = None


def _sections(view: FileView) -> Iterator[lsp.FoldingRange]:
    headings = sorted((each.span.line, each.level) for file in view.files for each in file.document.headings)
    for number, (line, level) in enumerate(headings):
        below = (each for each, other in headings[number + 1 :] if other <= level)
        end = next(below, len(view.lines) + 1) - 1
        while end > line and not view.lines[end - 1].strip():
            end -= 1
        if end > line:
            yield lsp.FoldingRange(line - 1, end - 1)


def document_links(view: FileView) -> list[lsp.DocumentLink]:
    """Return the links of a file that lead to files of the roadmap, from its fields and its body."""
    things = [*links_of(view.roadmap, view.document, view.paths)]
    things += [each for file in view.files if file.item for each in fields_of(view.roadmap, file.item)]
    items = view.roadmap.by_id
    targets = [(each.span, each.name if each.kind == "file" else "") for each in things if each.kind == "file"]
    targets += [(each.span, items[each.name].document.source) for each in things if each.kind == "item"]
    return [lsp.DocumentLink(view.texts.range(span), target=view.texts.uri(path)) for span, path in targets]


def inlay_hints(view: FileView) -> list[lsp.InlayHint]:
    """Return the progress of each item of a file, behind its title."""
    found = []
    for file in view.files:
        item = view.roadmap.by_id.get(file.item.id) if file.item else None
        place = _title_end(view, file.item) if file.item else None
        text = hint_text(view, item) if item else ""
        if place and text:
            found.append(lsp.InlayHint(place, text, padding_left=True))
    return found


def hint_text(view: FileView, item: Item) -> str:
    """Return the progress of an item in a few words: `61% · 3/5 · days late: 4`."""
    if item.role is Role.TRACK:
        found = track_rollup(view.roadmap, item)
        share, counts = found.value, found.counts
    else:
        share, counts = progress_of(view.roadmap, item).value, task_counts(view.roadmap, item)
    parts = [f"{percent(share)}%"] if share is not None else []
    parts += [f"{counts.done}/{counts.total}"] if counts.total else []
    late = item.days_late(view.roadmap.as_of)
    parts += [view.language.gettext(_("days late: {days}")).format(days=late)] if late else []
    return " · ".join(parts)


def _title_end(view: FileView, item: Item) -> lsp.Position | None:
    heading = title_heading(item.document)
    line = item.spans["title"].line if "title" in item.spans else heading.span.line if heading else 0
    line = item.document.span.line if item.document.within else line
    return view.texts.position(view.path, line, len(view.lines[line - 1]) + 1) if line else None
