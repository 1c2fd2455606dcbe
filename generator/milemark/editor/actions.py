"""Changes that a file offers at a position: corrections, tasks, the end of an item, missing items, ignored rules."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from lsprotocol import types as lsp

from milemark.editor.completion import ROLES, collection_at, missing_name
from milemark.editor.diagnostics import as_diagnostic
from milemark.editor.view import FileView
from milemark.foundation.diagnostics import Diagnostic
from milemark.foundation.errors import UserError
from milemark.foundation.fixes import Fix, apart, fix_of
from milemark.foundation.i18n import _
from milemark.foundation.layout import ROADMAP_FILE
from milemark.markdown.document import Task
from milemark.markdown.edit import AddEntry, Edit, edit_bytes
from milemark.roadmap.field_edits import done_assignments, field_edits, mark_edit
from milemark.roadmap.new_items import file_name, folder_of_new, item_text
from milemark.roadmap.schema import CORE_FIELDS
from milemark.roadmap.settings import Collection, Role, Stage


def code_actions(view: FileView, rows: tuple[int, int], day: date, *, may_create: bool) -> list[lsp.CodeAction]:
    """Return the changes for the rows of a file, the first and the last, which count from 0."""
    findings = [each for each in view.findings if rows[0] < each.span.line <= rows[1] + 1]
    return [
        *_corrections(view, findings),
        *_of_tasks(view, rows, day),
        *_of_item(view, rows[0], day),
        *(_missing(view, findings) if may_create else ()),
        *_ignored(view, findings),
        *_all_corrections(view),
    ]


def _corrections(view: FileView, findings: Iterable[Diagnostic]) -> Iterator[lsp.CodeAction]:
    for each in findings:
        if fix := fix_of(each, view.lines):
            title = view.language.gettext(_('Write "{text}"')).format(text=fix.text)
            yield lsp.CodeAction(
                title,
                lsp.CodeActionKind.QuickFix,
                diagnostics=[as_diagnostic(view.texts, each, view.language)],
                is_preferred=fix.is_certain,
                edit=_edit(view, [_text_edit(view, fix)]),
            )


def _all_corrections(view: FileView) -> Iterator[lsp.CodeAction]:
    """Yield the corrections of a file that can only mean one thing, as one change; an editor may make it on saving."""
    fixes = apart(fix for each in view.findings if (fix := fix_of(each, view.lines)) and fix.is_certain)
    if fixes:
        title = view.language.gettext(_("Correct all that can only mean one thing"))
        yield lsp.CodeAction(
            title, lsp.CodeActionKind.SourceFixAll, edit=_edit(view, [_text_edit(view, fix) for fix in fixes])
        )


def _text_edit(view: FileView, fix: Fix) -> lsp.TextEdit:
    return lsp.TextEdit(view.texts.range(fix.span), fix.text)


def _edit(view: FileView, edits: list[lsp.TextEdit], path: str = "") -> lsp.WorkspaceEdit:
    return lsp.WorkspaceEdit(changes={view.texts.uri(path or view.path): edits})


def _of_tasks(view: FileView, rows: tuple[int, int], day: date) -> Iterator[lsp.CodeAction]:
    tasks = [each for file in view.files for each in file.document.tasks if rows[0] < each.span.line <= rows[1] + 1]
    for each in tasks[:1]:
        is_closed = view.settings.is_closed(each.mark)
        title = _("Untick the task") if is_closed else _("Tick the task")
        yield from _written(view, title, lambda each=each, is_closed=is_closed: [_mark(view, each, is_closed, day)])  # type: ignore[misc]


def tick(view: FileView, row: int, day: date) -> list[lsp.CodeAction]:
    """Return the change that ticks or unticks the task of a row."""
    return [*_of_tasks(view, (row, row), day)]


def _mark(view: FileView, task: Task, is_closed: bool, day: date) -> Edit:  # noqa: FBT001  the state of the task
    mark = " " if is_closed else "x"
    return mark_edit(view.settings, task, mark, None if is_closed else day, this_one=False)


def _of_item(view: FileView, row: int, day: date) -> Iterator[lsp.CodeAction]:
    item = view.item_at(row)
    is_front = item is not None and (view.is_front(row) or row == item.document.span.line - 1)
    if item is None or item.document.within or not is_front or item.stage is Stage.DONE:
        return
    settings = view.settings
    edits = lambda: field_edits(settings, item, done_assignments(settings, item, day))  # noqa: E731
    yield from _written(view, _("Done today"), edits)


def _written(view: FileView, title: str, edits: Callable[[], Iterable[Edit]]) -> Iterator[lsp.CodeAction]:
    """Yield a change by edits, unless they are refused."""
    try:
        new = edit_bytes(view.path, view.data, edits(), "".join(view.settings.marks))
    except UserError:
        return
    edit = _edit(view, view.texts.replacement(view.path, new))
    yield lsp.CodeAction(view.language.gettext(title), lsp.CodeActionKind.RefactorRewrite, edit=edit)


def _missing(view: FileView, findings: Sequence[Diagnostic]) -> Iterator[lsp.CodeAction]:
    """Yield the items that references and wikilinks name and that do not exist."""
    for each in findings:
        text = missing_name(each)
        if not text or each.values.get("page"):
            continue
        collection = _collection_for(view, each.values.get("field", ""))
        if collection is None or collection.match:
            continue
        try:
            path = f"{folder_of_new(view.roadmap, collection)}/{file_name(posixpath.basename(text))}.md"
        except UserError:
            continue
        if path not in view.texts.files:
            yield _creation(view, each, path, item_text(view.settings, collection, posixpath.basename(text)))


def _collection_for(view: FileView, field: str) -> Collection | None:
    role = ROLES.get(field)
    own = collection_at(view)
    if role is None and own.name and own.role is Role.ITEM and field in {*CORE_FIELDS, ""}:
        return own
    found = (each for each in view.settings.collections.values() if each.role is (role or Role.ITEM))
    return next(found, None)


def _creation(view: FileView, finding: Diagnostic, path: str, text: str) -> lsp.CodeAction:
    uri = view.texts.uri(path)
    start = lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0))
    identifier = lsp.OptionalVersionedTextDocumentIdentifier(uri)
    changes: list[lsp.CreateFile | lsp.TextDocumentEdit | lsp.RenameFile | lsp.DeleteFile] = [
        lsp.CreateFile(uri, options=lsp.CreateFileOptions(ignore_if_exists=True)),
        lsp.TextDocumentEdit(identifier, [lsp.TextEdit(start, text)]),
    ]
    title = view.language.gettext(_("Create {path}")).format(path=view.settings.shown(path))
    found = [as_diagnostic(view.texts, finding, view.language)]
    edit = lsp.WorkspaceEdit(document_changes=changes)
    return lsp.CodeAction(title, lsp.CodeActionKind.QuickFix, diagnostics=found, edit=edit)


def _ignored(view: FileView, findings: Iterable[Diagnostic]) -> Iterator[lsp.CodeAction]:
    data = view.texts.files.get(ROADMAP_FILE)
    for code in dict.fromkeys(each.rule.code for each in findings if not each.is_error):
        new = _with_ignored(data, code) if data is not None else None
        if new is not None:
            title = view.language.gettext(_("Ignore {code} in roadmap.yml")).format(code=code)
            edit = _edit(view, view.texts.replacement(ROADMAP_FILE, new), ROADMAP_FILE)
            yield lsp.CodeAction(title, lsp.CodeActionKind.QuickFix, edit=edit)


_BEGIN, _END = b"---\n", b"---\n"


def _with_ignored(data: bytes, code: str) -> bytes | None:
    """Return roadmap.yml with a rule that it ignores, edited as a front matter; None if it cannot be edited."""
    if data.startswith((b"---", b"\xef\xbb\xbf")):
        return None
    end = b"" if data.endswith(b"\n") else b"\n"
    try:
        edited = edit_bytes(ROADMAP_FILE, _BEGIN + data + end + _END, [AddEntry(("ignore",), code)])
    except UserError:
        return None
    return edited.removeprefix(_BEGIN).removesuffix(_END)
