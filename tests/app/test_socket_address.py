"""`milemark serve` answers loopback names and the address that was given, and no other name."""

from __future__ import annotations

import socket

import pytest

from milemark.app.live_server import Shown, server
from milemark.app.socket_address import SocketAddress, is_own_host, listening, read_address
from milemark.publish.errors import PublishError

ANY = "0.0.0.0"  # noqa: S104  nothing is bound to it
OWN = (
    ("127.0.0.1:8000", "127.0.0.1"),
    ("127.0.0.1", "127.0.0.1"),
    ("127.8.9.1:8000", "127.0.0.1"),
    ("localhost:8000", "127.0.0.1"),
    ("LOCALHOST", "127.0.0.1"),
    ("localhost.:8000", "127.0.0.1"),
    ("[::1]:8000", "127.0.0.1"),
    ("127.0.0.1:9000", "127.0.0.1"),  # a port that ssh forwards
    ("laptop:8000", "laptop"),
    ("Laptop.local", "laptop.local"),
    ("192.168.1.5:8000", "192.168.1.5"),
    ("192.168.1.5:8000", ANY),
    ("[fe80::1]:8000", "::"),
)
FOREIGN = (
    ("evil.example", "127.0.0.1"),
    ("evil.example:8000", ANY),
    ("evil.example", "::"),
    ("127.0.0.1.evil.example", "127.0.0.1"),
    ("localhost.evil.example", "127.0.0.1"),
    ("evil.example#localhost", "127.0.0.1"),
    ("localhost@evil.example", "127.0.0.1"),
    ("192.168.1.5:8000", "127.0.0.1"),
    ("0.0.0.0:8000", "127.0.0.1"),
    ("", "127.0.0.1"),
    ("[", "127.0.0.1"),
    ("2130706433", "127.0.0.1"),
    ("laptop", "127.0.0.1"),
    ("\udcff", "127.0.0.1"),
)


@pytest.mark.parametrize(("header", "own"), OWN)
def test_a_loopback_name_and_the_given_address_are_answered(header: str, own: str) -> None:
    assert is_own_host(header, own)


@pytest.mark.parametrize(("header", "own"), FOREIGN)
def test_another_name_is_not_answered(header: str, own: str) -> None:
    assert not is_own_host(header, own)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:8000", SocketAddress("127.0.0.1", 8000)),
        ("localhost:80", SocketAddress("localhost", 80)),
        ("[::1]:8000", SocketAddress("::1", 8000)),
        ("::1:8000", SocketAddress("::1", 8000)),
    ],
)
def test_an_address_has_a_host_and_a_port(text: str, address: SocketAddress) -> None:
    assert read_address(text) == address
    assert read_address(str(address)) == address


@pytest.mark.parametrize("text", ["", "8000", ":8000", "a:", "a:0", "a:65536", "a:-1", "a:²", "a:1x"])
def test_a_text_without_host_or_port_is_no_address(text: str) -> None:
    with pytest.raises(PublishError, match="is not an address: write it as"):
        read_address(text)


class Pages:
    """A site with a home page."""

    def read(self, path: str) -> bytes | None:
        return {"index.html": b"<body>Home</body>", "a/index.html": b"A", "404.html": b"Lost"}.get(path)


def free_address(host: str = "127.0.0.1") -> SocketAddress:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return SocketAddress(host, found.getsockname()[1])


def sent(address: SocketAddress, request: str) -> str:
    with socket.create_connection(("127.0.0.1", address.port), timeout=30) as connection:
        connection.sendall(request.encode("latin-1"))
        parts = iter(lambda: connection.recv(4096), b"")
        return b"".join(parts).decode()


def asked(address: SocketAddress, path: str, method: str = "GET") -> str:
    return sent(address, f"{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")


def test_requests_for_its_own_address_are_answered_and_no_others() -> None:
    own = free_address()
    with listening(own) as sockets, server(Shown(Pages()), own, sockets):
        assert "Home" in asked(own, "/")
        assert sent(own, f"GET / HTTP/1.1\r\nHost: localhost:{own.port}\r\nConnection: close\r\n\r\n")[9:12] == "200"
        for head in ("Host: evil.example", "Host: localhost\r\nHost: evil", "Host: evil\r\nhost: localhost"):
            answer = sent(own, f"GET / HTTP/1.1\r\n{head}\r\nConnection: close\r\n\r\n")
            assert answer[9:12] in {"400", "403"}
            assert "Home" not in answer
        assert sent(own, "GET / HTTP/1.1\r\nX: y\r\n\r\n")[9:12] == "400"
        assert sent(own, "GET / HTTP/1.0\r\n\r\n")[9:12] == "403"


@pytest.mark.parametrize("base", ["/", "/plan/"])
def test_the_site_is_answered_below_the_path_of_its_address(base: str) -> None:
    own = free_address()
    with listening(own) as sockets, server(Shown(Pages(), base=base), own, sockets):
        home = asked(own, base)
        assert "Home" in home
        assert f'<script src="{base}_milemark/live.js" defer></script></body>' in home
        assert asked(own, f"{base}a")[9:12] == "307"
        assert asked(own, f"{base}a/").endswith(f'A<script src="{base}_milemark/live.js" defer></script>')
        assert asked(own, f"{base}nowhere/")[9:12] == "404"
        assert "Lost" in asked(own, f"{base}../a.md")
        assert asked(own, base, "POST")[9:12] == "405"
        assert f"location: {base}" in asked(own, "/elsewhere").lower() or base == "/"


def test_before_the_site_is_built_a_browser_comes_back() -> None:
    own = free_address()
    with listening(own) as sockets, server(Shown(), own, sockets):
        answer = asked(own, "/")
    assert answer[9:12] == "503"
    assert "refresh: 1\r\n" in answer.lower()


def test_an_address_in_use_or_elsewhere_is_refused() -> None:
    own = free_address()
    with listening(own), pytest.raises(PublishError, match="is in use"), listening(own):
        pass
    for host in ("198.51.100.7", "a..b", "no-such-host.invalid"):
        with pytest.raises(PublishError), listening(SocketAddress(host, own.port)):
            pass
