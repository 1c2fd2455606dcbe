"""The requests that the server answers, in projects only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from lsprotocol import types as lsp

from milemark.app.language_server.renames import edit_of_moves, edit_of_rename
from milemark.app.language_server.server import MilemarkServer, paths_of, refusals
from milemark.app.language_server.workspace import Workspace
from milemark.app.options import Options
from milemark.editor import actions, completion, hover, outline, references, rename
from milemark.editor.view import FileView
from milemark.foundation.errors import UserError
from milemark.roadmap.new_items import collection_named, file_name, folder_of_new, item_text

_Answer = TypeVar("_Answer")
_TRIGGERS = [":", " ", "[", "(", "#", ",", '"', "/"]
_FILES = lsp.FileOperationRegistrationOptions(
    [lsp.FileOperationFilter(lsp.FileOperationPattern("**/*.md"), scheme="file")]
)


def register(server: MilemarkServer) -> None:
    """Register all requests."""
    _register_changes(server)
    _register_positions(server)
    _register_files(server)
    _register_renames(server)
    _register_commands(server)


def _register_changes(server: MilemarkServer) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: lsp.DidOpenTextDocumentParams) -> None:
        server.change(params.text_document.uri, params.text_document.text)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: lsp.DidChangeTextDocumentParams) -> None:
        if params.content_changes:
            server.change(params.text_document.uri, params.content_changes[-1].text)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: lsp.DidCloseTextDocumentParams) -> None:
        server.change(params.text_document.uri, None)

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def folders(params: lsp.DidChangeWorkspaceFoldersParams) -> None:
        server.close_folders(paths_of(each.uri for each in params.event.removed))
        server.open_folders(paths_of(each.uri for each in params.event.added))


def _answer(server: MilemarkServer, uri: str, answer: Callable[[FileView], _Answer]) -> _Answer | None:
    place = server.place_of(uri)
    return answer(place[0].view(place[1])) if place else None


def _at(server: MilemarkServer, params: Any, answer: Callable[[FileView, int, int], _Answer]) -> _Answer | None:
    return _answer(server, params.text_document.uri, lambda view: answer(view, *view.at(params.position)))


def _register_positions(server: MilemarkServer) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=_TRIGGERS))
    def complete(params: lsp.CompletionParams) -> lsp.CompletionList | None:
        return _at(server, params, completion.completion)

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def show(params: lsp.HoverParams) -> lsp.Hover | None:
        return _at(server, params, hover.hover)

    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    def define(params: lsp.DefinitionParams) -> lsp.Location | None:
        def location(view: FileView, row: int, column: int) -> lsp.Location | None:
            span = references.definition(view, row, column)
            return view.texts.location(span) if span else None

        return _at(server, params, location)

    @server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
    def refer(params: lsp.ReferenceParams) -> list[lsp.Location] | None:
        def locations(view: FileView, row: int, column: int) -> list[lsp.Location]:
            found = references.references(view, row, column, with_declaration=params.context.include_declaration)
            return [view.texts.location(span) for span in found]

        return _at(server, params, locations)

    @server.feature(
        lsp.TEXT_DOCUMENT_CODE_ACTION,
        lsp.CodeActionOptions(
            [lsp.CodeActionKind.QuickFix, lsp.CodeActionKind.RefactorRewrite, lsp.CodeActionKind.SourceFixAll]
        ),
    )
    def act(params: lsp.CodeActionParams) -> list[lsp.CodeAction] | None:
        def found(view: FileView) -> list[lsp.CodeAction]:
            rows = params.range.start.line, params.range.end.line
            return actions.code_actions(view, rows, Options().today, may_create=_has_operation(server, "create"))

        return _answer(server, params.text_document.uri, found)


def _has_operation(server: MilemarkServer, name: str) -> bool:
    workspace = server.client_capabilities.workspace
    edit = workspace.workspace_edit if workspace else None
    return bool(edit and name in (edit.resource_operations or ()))  # Neovim does not say `documentChanges`


def _register_files(server: MilemarkServer) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def symbols(params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol] | None:
        return _answer(server, params.text_document.uri, outline.document_symbols)

    @server.feature(lsp.WORKSPACE_SYMBOL)
    def all_symbols(params: lsp.WorkspaceSymbolParams) -> list[lsp.WorkspaceSymbol]:
        views = [each.view("") for each in server.workspaces]
        return [symbol for view in views for symbol in outline.workspace_symbols(view, params.query)]

    @server.feature(lsp.TEXT_DOCUMENT_FOLDING_RANGE)
    def fold(params: lsp.FoldingRangeParams) -> list[lsp.FoldingRange] | None:
        return _answer(server, params.text_document.uri, outline.folding)

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_LINK)
    def links(params: lsp.DocumentLinkParams) -> list[lsp.DocumentLink] | None:
        return _answer(server, params.text_document.uri, outline.document_links)

    @server.feature(lsp.TEXT_DOCUMENT_INLAY_HINT)
    def hints(params: lsp.InlayHintParams) -> list[lsp.InlayHint] | None:
        return _answer(server, params.text_document.uri, outline.inlay_hints)


def _register_renames(server: MilemarkServer) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True))
    async def renames(params: lsp.RenameParams) -> lsp.WorkspaceEdit | None:
        place = server.place_of(params.text_document.uri)
        thing = _at(server, params, rename.renamed_at) if place else None
        if place is None or thing is None:
            return None
        may_rename = _has_operation(server, "rename")
        return await server.in_worker(edit_of_rename, place[0], thing.name, params.new_name, may_rename=may_rename)

    @server.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
    def prepare(params: lsp.PrepareRenameParams) -> lsp.PrepareRenamePlaceholder | None:
        return _at(server, params, rename.prepare_rename)

    @server.feature(lsp.WORKSPACE_WILL_RENAME_FILES, _FILES)
    async def files(params: lsp.RenameFilesParams) -> lsp.WorkspaceEdit | None:
        moves: dict[Workspace, list[tuple[str, str]]] = {}
        for each in params.files:
            old, new = server.place_of(each.old_uri), server.place_of(each.new_uri)
            if old and new and old[0] is new[0]:
                moves.setdefault(old[0], []).append((old[1], new[1]))
        found = [await server.in_worker(edit_of_moves, workspace, paths) for workspace, paths in moves.items()]
        return lsp.WorkspaceEdit(changes={uri: edits for each in found for uri, edits in (each.changes or {}).items()})


def _register_commands(server: MilemarkServer) -> None:
    @server.command("milemark.collections")
    def collections(*_arguments: Any) -> list[dict[str, str]]:
        return [
            {"name": each.name, "label": each.label, "root": workspace.root.as_uri()}
            for workspace in server.workspaces
            for each in workspace.view("").settings.collections.values()
        ]

    @server.command("milemark.new")
    async def new(collection: str, title: str, root: str) -> str:
        workspace = next((each for each in server.workspaces if each.root.as_uri() == root), server.workspaces[0])
        with refusals():
            uri, text = _new_item(workspace, collection, title)
        start = lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0))
        edits: list[lsp.CreateFile | lsp.TextDocumentEdit | lsp.RenameFile | lsp.DeleteFile] = [
            lsp.CreateFile(uri),
            lsp.TextDocumentEdit(lsp.OptionalVersionedTextDocumentIdentifier(uri), [lsp.TextEdit(start, text)]),
        ]
        edit = lsp.ApplyWorkspaceEditParams(lsp.WorkspaceEdit(document_changes=edits), label="milemark new")
        await server.workspace_apply_edit_async(edit)
        return uri

    @server.command("milemark.tick")
    async def tick(uri: str, line: int) -> bool:
        found = _answer(server, uri, lambda view: actions.tick(view, line, Options().today)) or ()
        for each in found:
            await server.workspace_apply_edit_async(lsp.ApplyWorkspaceEditParams(each.edit or lsp.WorkspaceEdit()))
        return bool(found)


def _new_item(workspace: Workspace, collection: str, title: str) -> tuple[str, str]:
    """Return the address and the text of a new item. Raises UserError if there is such a file."""
    view = workspace.view("")
    found = collection_named(view.settings, collection)
    path = f"{folder_of_new(view.roadmap, found)}/{file_name(title)}.md"
    if path in view.texts.files:
        raise UserError(f"{view.settings.shown(path)} exists already")
    return view.texts.uri(path), item_text(view.settings, found, title)
