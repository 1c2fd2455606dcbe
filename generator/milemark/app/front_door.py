"""The server that a browser talks to during `serve`: it passes requests for its address on to the publisher's server.

The publishers' servers answer any `Host`, so a page on the web whose name is rebound to this computer could read the
owner's site. The front door answers loopback names and the given address. It reads the first request of a connection
only, since a browser opens one for each name. The publisher's server listens on a random loopback address, which such a
page cannot know.
"""

from __future__ import annotations

import errno
import ipaddress
import secrets
import socket
import socketserver
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from threading import Thread
from typing import NamedTuple
from urllib.parse import urlsplit

from milemark.publish.errors import PublishError

_LAST_PORT = 65_535
_LONGEST_HEAD = 64 * 1024  # bytes
_PATIENCE = 30  # seconds for the head of a request
_CHUNK = 64 * 1024


class SocketAddress(NamedTuple):
    """A host, without the brackets of IPv6, and a port."""

    host: str
    port: int

    def __str__(self) -> str:
        """Return the address as in a URL."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def read_address(text: str) -> SocketAddress:
    """Read an address such as `127.0.0.1:8000` or `[::1]:8000`. Raises PublishError."""
    host, _colon, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not (port.isascii() and port.isdecimal()) or not 1 <= int(port) <= _LAST_PORT:
        raise PublishError(f'"{text}" is not an address: write it as 127.0.0.1:8000')
    return SocketAddress(host, int(port))


def is_own_host(header: str, own: str) -> bool:
    """Whether the `Host` of a request is a loopback name or the host that is served.

    A host that stands for all addresses of the computer, such as 0.0.0.0, accepts any address but no other name: names
    can be rebound, addresses cannot.
    """
    with suppress(ValueError):
        name = (urlsplit(f"//{header}").hostname or "").rstrip(".")
        if name in {"localhost", own.lower().rstrip(".")}:
            return True
        address = ipaddress.ip_address(name)
        return address.is_loopback or _is_any(own)
    return False


def _is_any(host: str) -> bool:
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_unspecified
    return False


def hidden_address() -> SocketAddress:
    """Return a free loopback address that is hard to guess; some systems have 127.0.0.1 only, and then a free port."""
    hosts = (f"127.{secrets.randbelow(255)}.{secrets.randbelow(255)}.{1 + secrets.randbelow(254)}", "127.0.0.1")
    for host in hosts:
        with suppress(OSError), socket.socket() as found:
            found.bind((host, 0))
            return SocketAddress(host, found.getsockname()[1])
    raise PublishError("no loopback address is free")


@contextmanager
def front_door(own: SocketAddress, behind: SocketAddress) -> Iterator[None]:
    """Pass requests on from an address to another one. Raises PublishError if the address cannot be served."""
    with ExitStack() as stack:
        for family, place in _places(own):
            server = stack.enter_context(_open(family, place, own, behind))
            Thread(target=server.serve_forever, daemon=True).start()
            stack.callback(server.shutdown)
        yield


def _places(own: SocketAddress) -> list[tuple[int, tuple[str, int]]]:
    try:
        found = socket.getaddrinfo(own.host, own.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise PublishError(f'"{own}" is not an address of this computer: write it as 127.0.0.1:8000') from error
    return list(dict.fromkeys((int(family), (str(place[0]), own.port)) for family, _, _, _, place in found))


class _FrontDoor(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    own: SocketAddress
    behind: SocketAddress


def _open(family: int, place: tuple[str, int], own: SocketAddress, behind: SocketAddress) -> _FrontDoor:
    kind = type("_FrontDoor", (_FrontDoor,), {"address_family": family, "own": own, "behind": behind})
    try:
        server: _FrontDoor = kind(place, _Visit)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PublishError(f"{own} is in use: stop that server, or name another --address") from error
        raise PublishError(f"{own} cannot be served: {error.strerror or error}") from error
    return server


class _Visit(socketserver.BaseRequestHandler):
    server: _FrontDoor
    request: socket.socket

    def handle(self) -> None:
        with suppress(OSError):
            self.request.settimeout(_PATIENCE)
            head = self._head()
            if not is_own_host(_host_of(head), self.server.own.host):
                self._answer("403 Forbidden", f"milemark serves {self.server.own} and localhost only.")
                return
            try:
                behind = socket.create_connection(self.server.behind, timeout=_PATIENCE)
            except OSError:
                self._answer("503 Service Unavailable", "The site is being built.", "Refresh: 1\r\n")
                return
            with behind:
                behind.sendall(head)
                self._connect(behind)

    def _head(self) -> bytes:
        head = b""
        while b"\r\n\r\n" not in head and len(head) < _LONGEST_HEAD:
            part = self.request.recv(_CHUNK)
            if not part:
                break
            head += part
        return head

    def _connect(self, behind: socket.socket) -> None:
        """Pass bytes on in both directions, until both sides have ended."""
        for each in (self.request, behind):
            each.settimeout(None)
        back = Thread(target=_pass_on, args=(behind, self.request), daemon=True)
        back.start()
        _pass_on(self.request, behind)
        back.join()

    def _answer(self, status: str, text: str, more: str = "") -> None:
        body = f"{text}\n".encode()
        head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n{more}"
        self.request.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)


def _host_of(head: bytes) -> str:
    """Return the value of the only `Host` header of a request, or an empty text."""
    lines = head.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
    hosts = [value.strip() for name, _colon, value in (line.partition(":") for line in lines) if name.lower() == "host"]
    return hosts[0] if len(hosts) == 1 else ""


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while part := source.recv(_CHUNK):
            target.sendall(part)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
