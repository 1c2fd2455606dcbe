"""The HTTP server of `serve`: the files of a live site, and events that tell open pages what has changed."""

from __future__ import annotations

import asyncio
import json
import mimetypes
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from threading import Thread

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from milemark.app.socket_address import SocketAddress, is_own_host
from milemark.foundation.cache import digest
from milemark.output.site.renderer import packaged_templates
from milemark.publish.live import ReadableSite

_OWN = "_milemark"  # the folder of addresses that are no part of the site
_PAUSE = 0.05  # seconds between two looks at a page that is open
_PATIENCE = 1  # seconds that open pages get when the server stops
_BODY = b"</body>"


@dataclass(slots=True)
class Shown:
    """What the server shows: a site below `base`, such as `/plan/`, and the problems in its sources."""

    site: ReadableSite | None = None
    problems: tuple[str, ...] = ()
    base: str = "/"
    version: int = 0

    def show(self, site: ReadableSite | None, problems: tuple[str, ...], base: str) -> None:
        """Show another state to all open pages."""
        self.site, self.problems, self.base = site, problems, base
        self.version += 1


@contextmanager
def server(shown: Shown, own: SocketAddress, sockets: list[socket.socket]) -> Iterator[None]:
    """Answer requests until the block ends."""
    app = _OwnHost(Starlette(routes=[Route("/{path:path}", _answering(shown))]), own)
    config = uvicorn.Config(app, log_level="critical", lifespan="off", timeout_graceful_shutdown=_PATIENCE)
    running = uvicorn.Server(config)
    thread = Thread(target=running.run, args=(sockets,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        running.should_exit = True
        thread.join()


class _OwnHost:
    """Refuses requests with another `Host` than the address that is served, or with several."""

    def __init__(self, app: ASGIApp, own: SocketAddress) -> None:
        self.app, self.own = app, own

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        hosts = [value.decode("latin-1") for name, value in scope.get("headers", ()) if name == b"host"]
        if len(hosts) == 1 and is_own_host(hosts[0], self.own.host):
            await self.app(scope, receive, send)
            return
        text = f"milemark serves {self.own} and localhost only.\n"
        await PlainTextResponse(text, 403)(scope, receive, send)


def _answering(shown: Shown) -> Callable[[Request], Response]:
    """Return the function that answers requests; Starlette runs it in a thread, since pages are made in it."""

    def answer(request: Request) -> Response:
        path = f"/{request.path_params['path']}"
        if path == f"{shown.base}{_OWN}/events":
            return StreamingResponse(_events(shown, request), media_type="text/event-stream")
        if path == f"{shown.base}{_OWN}/live.js":
            return _response(200, "live.js", (packaged_templates() / "serve.js").read_bytes())
        if not path.startswith(shown.base):
            return RedirectResponse(shown.base)
        return _file(shown, path.removeprefix(shown.base))

    return answer


def _file(shown: Shown, path: str) -> Response:
    """Return a file of the site, the page of a folder, or the page for addresses that lead nowhere."""
    if shown.site is None:
        return PlainTextResponse("The site is being built.\n", 503, {"Refresh": "1"})
    name = f"{path}index.html" if not path or path.endswith("/") else path
    data = shown.site.read(name)
    if data is None and shown.site.read(f"{path}/index.html") is not None:
        return RedirectResponse(f"{shown.base}{path}/")
    if data is None:
        return _response(404, "404.html", _with_script(shown.base, shown.site.read("404.html") or b"Not found\n"))
    return _response(200, name, _with_script(shown.base, data) if name.endswith(".html") else data)


def _response(status: int, name: str, data: bytes) -> Response:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Response(data, status, {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}, kind)


def _with_script(base: str, page: bytes) -> bytes:
    """Return a page with the script that follows the events."""
    before, body, after = page.rpartition(_BODY)
    script = f'<script src="{base}{_OWN}/live.js" defer></script>'.encode()
    return before + script + body + after if body else page + script


async def _events(shown: Shown, request: Request) -> AsyncIterator[str]:
    """Yield the digest of a page and the problems, now and after each change of them."""
    page = str(PurePosixPath(request.query_params.get("page", "")))
    path = page.removeprefix(shown.base.rstrip("/")).strip("/")
    version, last = -1, ""
    while not await request.is_disconnected():
        if version != shown.version:
            version = shown.version
            text = await asyncio.to_thread(_state, shown, path)
            if text != last:
                last = text
                yield f"data: {text}\n\n"
        await asyncio.sleep(_PAUSE)


def _state(shown: Shown, path: str) -> str:
    names = (path, f"{path}/index.html".lstrip("/")) if path.endswith(".html") else (f"{path}/index.html".lstrip("/"),)
    found = [shown.site.read(name) for name in names] if shown.site else []
    page = next((data for data in found if data is not None), b"")
    return json.dumps({"page": digest(page), "problems": shown.problems})
