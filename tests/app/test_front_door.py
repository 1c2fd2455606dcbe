"""`milemark serve` answers loopback names and the address that was given, and no other name."""

from __future__ import annotations

import http.server
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from milemark.app.front_door import SocketAddress, front_door, hidden_address, is_own_host, read_address
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


class _Echo(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = f"{self.path} {self.headers['Host']}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's name
        """Say nothing."""


@pytest.fixture
def behind() -> Iterator[SocketAddress]:
    """Serve on a hidden address."""
    address = hidden_address()
    with http.server.ThreadingHTTPServer((address.host, address.port), _Echo) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield address
        server.shutdown()
        thread.join()


def free_address(host: str = "127.0.0.1") -> SocketAddress:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return SocketAddress(host, found.getsockname()[1])


def sent(address: SocketAddress, request: str, host: str = "127.0.0.1") -> str:
    with socket.create_connection((host, address.port), timeout=30) as connection:
        connection.sendall(request.encode("latin-1"))
        connection.shutdown(socket.SHUT_WR)
        parts = iter(lambda: connection.recv(4096), b"")
        return b"".join(parts).decode()


def test_requests_for_its_own_address_reach_the_server_behind_and_no_others(behind: SocketAddress) -> None:
    own = free_address()
    with front_door(own, behind):
        first = sent(own, f"GET /a HTTP/1.1\r\nHost: {own}\r\n\r\nGET /b HTTP/1.1\r\nHost: {own}\r\n\r\n")
        assert (first.count("200 OK"), f"/a {own}" in first, f"/b {own}" in first) == (2, True, True)
        assert sent(own, f"GET / HTTP/1.1\r\nHost: localhost:{own.port}\r\n\r\n").startswith("HTTP/1.1 200")
        for head in ("Host: evil.example", "X: y", "Host: localhost\r\nHost: evil", "Host: evil\r\nhost: localhost"):
            answer = sent(own, f"GET / HTTP/1.1\r\n{head}\r\n\r\n")
            assert answer.startswith("HTTP/1.1 403 Forbidden")
            assert f"milemark serves {own} and localhost only." in answer
        assert sent(own, "\r\n\r\n").startswith("HTTP/1.1 403")
        with suppress(OSError):  # it may close the connection while the client still sends
            assert sent(own, "x" * 100_000)[:12] in {"HTTP/1.1 403", ""}


def test_before_the_site_is_built_a_browser_is_told_to_come_back() -> None:
    own = free_address()
    with front_door(own, hidden_address()):
        answer = sent(own, f"GET / HTTP/1.1\r\nHost: {own}\r\n\r\n")
    assert answer.startswith("HTTP/1.1 503")
    assert "Refresh: 1\r\n" in answer


def test_an_address_in_use_or_elsewhere_is_refused(behind: SocketAddress) -> None:
    own = free_address()
    with front_door(own, behind), pytest.raises(PublishError, match="is in use"), front_door(own, behind):
        pass
    for host in ("198.51.100.7", "a..b", "no-such-host.invalid"):
        with pytest.raises(PublishError), front_door(SocketAddress(host, own.port), behind):
            pass


def test_the_hidden_address_is_a_loopback_address_that_differs_each_time() -> None:
    found = [hidden_address() for _ in range(4)]
    assert all(is_own_host(str(each), "127.0.0.1") for each in found)
    assert len(set(found)) == 4
