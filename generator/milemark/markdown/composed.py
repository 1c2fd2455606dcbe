"""The names in a body in NFC, the form that files and anchors have on the site."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import accumulate, groupby
from urllib.parse import quote, unquote, urlsplit

from milemark.foundation.identifiers import composed
from milemark.markdown.addresses import Address, Form, addresses_in
from milemark.markdown.code import code_places
from milemark.markdown.outline import parse_blocks

_ENCODED = re.compile(r"(?:[\w.~-]|%[0-9A-Fa-f]{2})+")
_MAY_ENCODE = re.compile(r"%[89A-Fa-f][0-9A-Fa-f]")
_WIKI = (Form.WIKILINK, Form.EMBED)
_NOT_SYNTAX = re.compile(r"[^<=>]+")  # `>` and the character U+0338 behind it would become one


def composed_body(body: str) -> str:
    """Return a body with its text and its own addresses in NFC; code and addresses of other sites stay as they are."""
    may_encode = _MAY_ENCODE.search(body) is not None
    if not may_encode and unicodedata.is_normalized("NFC", body):
        return body
    places = code_places(body, parse_blocks(body))
    starts = [*accumulate((len(line) + 1 for line in body.split("\n")), initial=0)]
    for address in addresses_in(body):
        start = starts[address.line] + address.column - 1
        if _is_foreign(address) and body.startswith(address.text, start):
            places[start : start + len(address.text)] = b"\x01" * len(address.text)
    text = "".join(_pieces(body, places))
    return _with_addresses(text) if may_encode else text


def _is_foreign(address: Address) -> bool:
    try:
        parts = urlsplit(address.text)
    except ValueError:  # brackets that are no IPv6 address
        return True
    return address.form not in _WIKI and bool(parts.scheme or parts.netloc)


def _pieces(body: str, places: bytearray) -> Iterator[str]:
    start = 0
    for is_kept, run in groupby(places[: len(body)]):
        end = start + sum(1 for _place in run)
        piece = body[start:end]
        yield piece if is_kept else _NOT_SYNTAX.sub(lambda found: composed(found[0]), piece)
        start = end


def _with_addresses(body: str) -> str:
    lines = body.split("\n")
    for address in reversed(addresses_in(body)):
        line, start = lines[address.line], address.column - 1
        if not _is_foreign(address) and line.startswith(address.text, start):
            end = start + len(address.text)
            lines[address.line] = line[:start] + composed_address(address.text) + line[end:]
    return "\n".join(lines)


def composed_address(address: str) -> str:
    """Return an address within the site in NFC, its percent signs decoded and encoded again where they hide a name."""
    return composed(_ENCODED.sub(_encoded, address))


def _encoded(found: re.Match[str]) -> str:
    text = unquote(found[0])
    return found[0] if "%" not in found[0] or composed(text) == text else quote(composed(text), safe="")
