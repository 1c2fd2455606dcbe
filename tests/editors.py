"""Editors that drive the real language server, as VS Code, Neovim and Helix do."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pytest_lsp import LanguageClient, client_capabilities, make_test_lsp_client

from support import BIN

_PATIENCE = 30  # seconds until a server that does not answer fails the test
NEOVIM, VS_CODE = "neovim", "visual-studio-code"
HELIX = "helix"
TODAY = "1738540800"  # 2025-02-03, which is not the day that the roadmaps of the tests pin


def capabilities_of(editor: str) -> lsp.ClientCapabilities:
    """Return what a client says of itself. Helix counts bytes, has no resource operations but for renames."""
    if editor != HELIX:
        return client_capabilities(editor)
    operations = [lsp.ResourceOperationKind.Create, lsp.ResourceOperationKind.Rename, lsp.ResourceOperationKind.Delete]
    edits = lsp.WorkspaceEditClientCapabilities(document_changes=True, resource_operations=operations)
    return lsp.ClientCapabilities(
        general=lsp.GeneralClientCapabilities(
            position_encodings=[
                lsp.PositionEncodingKind.Utf8,
                lsp.PositionEncodingKind.Utf32,
                lsp.PositionEncodingKind.Utf16,
            ]
        ),
        workspace=lsp.WorkspaceClientCapabilities(workspace_edit=edits),
    )


class Editor:
    """A client with a project open. `at` gives the place behind a text of a file, as the client counts it."""

    def __init__(self, root: Path, client: LanguageClient, encoding: lsp.PositionEncodingKind) -> None:
        self.root, self.client, self.encoding = root, client, encoding
        self.texts: dict[str, str] = {}
        self.capabilities = lsp.ServerCapabilities()
        self._version = 0

    def uri(self, path: str) -> str:
        return (self.root / path).as_uri()

    def document(self, path: str) -> lsp.TextDocumentIdentifier:
        return lsp.TextDocumentIdentifier(self.uri(path))

    def open(self, path: str, text: str | None = None) -> None:
        self.texts[path] = (self.root / path).read_bytes().decode() if text is None else text
        item = lsp.TextDocumentItem(self.uri(path), "markdown", self._version, self.texts[path])
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))

    def change(self, path: str, text: str) -> None:
        self._version += 1
        self.texts[path] = text
        document = lsp.VersionedTextDocumentIdentifier(self._version, self.uri(path))
        whole = lsp.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(lsp.DidChangeTextDocumentParams(document, [whole]))

    def close(self, path: str) -> None:
        del self.texts[path]
        self.client.text_document_did_close(lsp.DidCloseTextDocumentParams(self.document(path)))

    def units(self, text: str) -> int:
        if self.encoding == lsp.PositionEncodingKind.Utf8:
            return len(text.encode())
        return len(text.encode("utf-16-le")) // 2 if self.encoding == lsp.PositionEncodingKind.Utf16 else len(text)

    def at(self, path: str, before: str, inside: int = 0) -> lsp.Position:
        """Return the place behind a text, or some characters after its begin."""
        text = self.texts[path]
        end = text.index(before) + (inside or len(before))
        head = text[:end].replace("\r\n", "\n")
        return lsp.Position(head.count("\n"), self.units(head.rpartition("\n")[2]))

    def where(self, path: str, before: str, inside: int = 0) -> dict[str, Any]:
        """Return the parameters of a request at a place."""
        return {"text_document": self.document(path), "position": self.at(path, before, inside)}

    def text_at(self, path: str, place: lsp.Range) -> str:
        """Return the text of a range in one line."""
        line = self.texts[path].replace("\r\n", "\n").split("\n")[place.start.line]
        starts = [self.units(line[:n]) for n in range(len(line) + 1)]
        return line[starts.index(place.start.character) : starts.index(place.end.character)]

    def edited(self, path: str, edits: Sequence[Any]) -> str:
        """Return a text with edits, as a client makes them."""
        text = self.texts[path] if path in self.texts else (self.root / path).read_bytes().decode()
        lines = text.replace("\r\n", "\n").split("\n")
        end = "\r\n" if "\r\n" in text else "\n"

        def offset(place: lsp.Position) -> int:
            line = lines[place.line] if place.line < len(lines) else ""
            column = next((n for n in range(len(line) + 1) if self.units(line[:n]) >= place.character), len(line))
            return sum(len(each) + len(end) for each in lines[: place.line]) + column

        for edit in sorted(edits, key=lambda each: (each.range.start.line, each.range.start.character), reverse=True):
            start, stop = offset(edit.range.start), min(offset(edit.range.end), len(text))
            text = text[:start] + edit.new_text + text[stop:]
        return text

    def codes(self, path: str) -> list[str]:
        return [str(each.code) for each in self.client.diagnostics.get(self.uri(path), ())]

    async def until(self, is_there: Callable[[], bool], what: str = "") -> None:
        """Wait for the next findings until something is there."""
        for _turn in range(_PATIENCE * 100):
            if is_there():
                return
            await asyncio.sleep(0.01)
        raise AssertionError(what or {uri: [d.message for d in each] for uri, each in self.client.diagnostics.items()})


def drive(
    root: Path, script: Callable[[Editor], Awaitable[object]], editor: str = VS_CODE, folders: Iterable[Path] = ()
) -> None:
    """Start the server for a project, run a script against it, and see it end in peace."""
    asyncio.run(asyncio.wait_for(_drive(root, script, editor, tuple(folders)), 600))


async def _drive(
    root: Path, script: Callable[[Editor], Awaitable[object]], editor: str, folders: tuple[Path, ...]
) -> None:
    client = make_test_lsp_client()
    await client.start_io(str(BIN / "milemark"), "lsp", cwd=str(root), env=os.environ | {"SOURCE_DATE_EPOCH": TODAY})
    opened = [lsp.WorkspaceFolder(each.as_uri(), each.name) for each in folders or (root,)]
    params = lsp.InitializeParams(
        capabilities=capabilities_of(editor), root_uri=root.as_uri(), workspace_folders=opened
    )
    answer = await client.initialize_session(params)
    driven = Editor(root, client, lsp.PositionEncodingKind(answer.capabilities.position_encoding or "utf-16"))
    driven.capabilities = answer.capabilities
    try:
        await script(driven)
    finally:
        await client.shutdown_session()
        await client.stop()  # type: ignore[no-untyped-call]
