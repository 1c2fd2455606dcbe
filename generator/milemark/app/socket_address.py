"""The address of `serve`: what a user writes, the sockets that listen there, and the names under which it answers.

A page on the web whose name is rebound to this computer could read the owner's site. So only loopback names and the
given address are answered.
"""

from __future__ import annotations

import errno
import ipaddress
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import NamedTuple
from urllib.parse import urlsplit

from milemark.publish.errors import PublishError

_LAST_PORT = 65_535


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


@contextmanager
def listening(own: SocketAddress) -> Iterator[list[socket.socket]]:
    """Listen on an address. Raises PublishError if it cannot be served."""
    with ExitStack() as stack:
        yield [stack.enter_context(_open(family, place, own)) for family, place in _places(own)]


def _places(own: SocketAddress) -> list[tuple[int, tuple[str, int]]]:
    try:
        found = socket.getaddrinfo(own.host, own.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise PublishError(f'"{own}" is not an address of this computer: write it as 127.0.0.1:8000') from error
    return list(dict.fromkeys((int(family), (str(place[0]), own.port)) for family, _, _, _, place in found))


def _open(family: int, place: tuple[str, int], own: SocketAddress) -> socket.socket:
    made = socket.socket(family)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:  # as another socket listens on IPv4
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind(place)
        made.listen()
    except OSError as error:
        made.close()
        if error.errno == errno.EADDRINUSE:
            raise PublishError(f"{own} is in use: stop that server, or name another --address") from error
        raise PublishError(f"{own} cannot be served: {error.strerror or error}") from error
    return made
