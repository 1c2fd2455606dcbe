"""The server: what the client sends changes the workspace, and what it asks is answered from it."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from milemark import __version__
from milemark.app.folders import is_project, project_of
from milemark.app.language_server.workspace import Published, Workspace
from milemark.app.project import Project
from milemark.app.watch import changes
from milemark.foundation.content_folder import content_of
from milemark.foundation.disk import read_bytes
from milemark.foundation.errors import UserError
from milemark.foundation.layout import CONFIG_FILE, ROADMAP_FILE
from milemark.roadmap.metrics.backlinks import backlinks

_PAUSE = 0.25  # seconds without a keystroke, before the whole roadmap is related
_DEEPEST = 3  # folders below a workspace's that may hold a project
_SKIPPED = ("node_modules", "build", "site", ".")
_Answer = TypeVar("_Answer")
_log = logging.getLogger(__name__)


class MilemarkServer(LanguageServer):
    """A language server for the projects below the folders that the client has open."""

    def __init__(self) -> None:
        super().__init__("milemark", __version__, text_document_sync_kind=lsp.TextDocumentSyncKind.Full)
        self.workspaces: list[Workspace] = []
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="milemark")
        self._tasks = set[asyncio.Task[None]]()

    @property
    def counting(self) -> lsp.PositionEncodingKind | str:
        """The units in which the client counts columns."""
        return self.workspace.position_encoding or lsp.PositionEncodingKind.Utf16

    # --- files

    def place_of(self, uri: str) -> tuple[Workspace, str] | None:
        """Return the project of a file and its path in it, or None if it is no file of a project."""
        name = to_fs_path(uri)
        for file in dict.fromkeys((Path(name), Path(name).resolve())) if name else ():
            for each in self.workspaces:
                if path := each.path_of(file):
                    return each, path
        return None

    def change(self, uri: str, text: str | None) -> None:
        """Take the text of an open file; None if it was closed, so that the disk's counts."""
        place = self.place_of(uri)
        if place is None:
            return
        workspace, path = place
        workspace.opened.pop(path, None)
        if text is not None:
            workspace.opened[path] = text.encode("utf-8", "replace")
            if path not in workspace.disk.files and path != ROADMAP_FILE:
                _read_settings(workspace)
            self._publish(workspace, {path: workspace.diagnostics_at_once(path)})
        self.relate_soon(workspace)

    def relate_soon(self, workspace: Workspace, pause: float = _PAUSE) -> None:
        """Relate the whole roadmap once no further change follows."""
        workspace.version += 1
        task = asyncio.get_running_loop().create_task(self._relate(workspace, workspace.version, pause))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _relate(self, workspace: Workspace, version: int, pause: float) -> None:
        await asyncio.sleep(pause)
        if version != workspace.version or workspace.closed.is_set():
            return
        work = partial(workspace.relate, workspace.content())
        try:
            project, found = await asyncio.get_running_loop().run_in_executor(self._worker, work)
        except Exception:  # noqa: BLE001  a mistake of milemark must not end the server
            _log.exception("the roadmap could not be related")
            return
        if version == workspace.version and not workspace.closed.is_set():
            self.show(workspace, project, found)
            self._worker.submit(backlinks, project.loaded.roadmap)  # cards and references need them

    async def in_worker(self, work: Callable[..., _Answer], *given: Any, **options: Any) -> _Answer:
        """Return the answer of work that relates the whole roadmap."""
        with refusals():
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._worker, partial(work, *given, **options))

    def show(self, workspace: Workspace, project: Project, found: Published) -> None:
        """Show the findings of a whole roadmap, and take those back that are gone."""
        workspace.project = project
        gone = {path: list[lsp.Diagnostic]() for path in workspace.published if path not in found}
        self._publish(workspace, {**found, **gone})
        if self._refreshes_hints:
            self.workspace_inlay_hint_refresh(None)

    @property
    def _refreshes_hints(self) -> bool:
        workspace = self.client_capabilities.workspace
        return bool(workspace and workspace.inlay_hint and workspace.inlay_hint.refresh_support)

    def _publish(self, workspace: Workspace, found: Published) -> None:
        for path, diagnostics in found.items():
            if workspace.published.get(path, []) != diagnostics:
                workspace.published[path] = diagnostics
                uri = (workspace.folder.roadmap if path == ROADMAP_FILE else workspace.folder.path / path).as_uri()
                self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, diagnostics))

    # --- the disk

    def start(self, folders: Iterable[Path], encoding: lsp.PositionEncodingKind | str) -> list[Workspace]:
        """Find the projects below folders; return the new ones."""
        known = {each.root for each in self.workspaces}
        found = []
        for root in dict.fromkeys(root for folder in folders for root in projects_in(folder)):
            with suppress(UserError):
                found += [Workspace(root, lsp.PositionEncodingKind(encoding))] if root not in known else []
        self.workspaces += found
        return found

    def load(self, workspaces: Iterable[Workspace]) -> None:
        """Read projects, and again whenever a file of theirs changes on the disk."""
        loop = asyncio.get_running_loop()
        for each in workspaces:
            self._reread(each)
            threading.Thread(target=self._watch, args=(each, loop), daemon=True).start()

    def open_folders(self, folders: Iterable[Path]) -> None:
        """Serve the projects of further folders, with the files of theirs that are open already."""
        found = self.start(folders, self.counting)
        for uri, document in self.workspace.text_documents.items():
            place = self.place_of(uri)
            if place and place[0] in found:
                place[0].opened[place[1]] = document.source.encode("utf-8", "replace")
        self.load(found)

    def close_folders(self, folders: Iterable[Path]) -> None:
        """End the projects that no open folder has any more, and take their findings back."""
        gone = {root for folder in folders for root in projects_in(folder)}
        for each in [workspace for workspace in self.workspaces if workspace.root in gone]:
            each.closed.set()
            self._publish(each, {path: [] for path in each.published})
            self.workspaces.remove(each)

    async def _read(self, workspace: Workspace) -> None:
        if workspace.closed.is_set():
            return
        try:
            await asyncio.get_running_loop().run_in_executor(self._worker, workspace.read_disk)
        except (OSError, UserError) as error:
            _log.warning("%s: %s", workspace.root, error)
        self.relate_soon(workspace, pause=0)

    def _watch(self, workspace: Workspace, loop: asyncio.AbstractEventLoop) -> None:
        content = workspace.folder
        sources = [content.path, content.roadmap, workspace.root / CONFIG_FILE]
        skipped = [content.path / each for each in content.skipped]
        for _paths in changes(sources, workspace.closed, skipped):
            loop.call_soon_threadsafe(self._reread, workspace)

    def _reread(self, workspace: Workspace) -> None:
        task = asyncio.get_running_loop().create_task(self._read(workspace))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def stop(self) -> None:
        """End the threads."""
        for each in self.workspaces:
            each.closed.set()
        self._worker.shutdown(wait=False, cancel_futures=True)


@contextmanager
def refusals() -> Iterator[None]:
    """Answer a request with the message of an error of the user."""
    try:
        yield
    except UserError as error:
        raise JsonRpcInvalidParams(str(error)) from None


def _without_traceback(record: logging.LogRecord) -> bool:
    """Shorten a refusal in the log to its message."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, JsonRpcInvalidParams):
        record.exc_info, record.msg, record.args = None, "refused: %s", (error,)
    return True


def _read_settings(workspace: Workspace) -> None:
    """Read roadmap.yml alone, which the first findings need, before the rest of the disk is read."""
    if ROADMAP_FILE not in workspace.disk.files:
        with suppress(OSError):
            workspace.disk.files[ROADMAP_FILE] = read_bytes(workspace.folder.roadmap)


def paths_of(uris: Iterable[str]) -> list[Path]:
    """Return the folders that addresses name."""
    return [Path(name) for uri in uris if uri and (name := to_fs_path(uri))]


def projects_in(folder: Path) -> Iterable[Path]:
    """Yield the project that a folder belongs to, else those below it, that have a roadmap.yml."""
    root = project_of(folder)
    if _has_roadmap(root):
        yield root
        return
    waiting = [(folder, 0)]
    while waiting:
        each, depth = waiting.pop()
        if _has_roadmap(each):
            yield each
        elif depth < _DEEPEST:
            with suppress(OSError):
                below = (part for part in each.iterdir() if part.is_dir() and not part.name.startswith(_SKIPPED))
                waiting += [(part, depth + 1) for part in below]


def _has_roadmap(root: Path) -> bool:
    try:
        return is_project(root) and content_of(root).roadmap.is_file()
    except (UserError, OSError):
        return False


def serve(server: MilemarkServer, register: Callable[[MilemarkServer], object]) -> None:
    """Serve a client on stdin and stdout. Outside of projects, nothing is registered."""

    @server.feature(lsp.INITIALIZE)
    def initialize(params: lsp.InitializeParams) -> None:
        uris = [each.uri for each in params.workspace_folders or ()] or [params.root_uri or ""]
        server.start(paths_of(uris), server.counting)
        if server.workspaces:
            register(server)

    @server.feature(lsp.INITIALIZED)
    def initialized(_params: Any) -> None:
        server.load(server.workspaces)

    @server.feature(lsp.SHUTDOWN)
    def shutdown(_params: Any) -> None:
        server.stop()

    logging.getLogger("pygls.protocol.json_rpc").addFilter(_without_traceback)
    server.start_io()
