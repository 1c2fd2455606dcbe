"""The addresses and tags of a body: links, pictures, HTML attributes, wikilinks and embeds, each with its place.

Blocks and inline text are read by the parser, so an address in code or in a comment is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from html.parser import HTMLParser
from typing import Any, NamedTuple

from markdown_it.token import Token

from milemark.markdown.private_words import seen
from milemark.markdown.rendering.autolinks import BARE
from milemark.markdown.rendering.parser import NO_BLOCKS, Blocks, inline_text, inline_texts, parse_inline, read_blocks
from milemark.markdown.wikilinks import Wikilink

_MAY_LEAD = re.compile(r"\]\(|\[\[|\]:|<\w")
_MAY_REFER = re.compile(r"\]\(|\]\[|\[\[|<\w")
_ATTRIBUTES = frozenset({"href", "src", "poster", "data", "xlink:href"})
_CSS = re.compile(r"url\(\s*['\"]?([^'\")]+)")
_SPACED = re.compile(
    r"(?P<mark>!?)\[[^\[\]]*\]\((?P<to>[^\s()<>]+(?:[ \t]+[^\s()<>\"']+)+)\)"
)  # text by CommonMark, a link in Python-Markdown
_TAG = re.compile(r"(?<!\S)#([\w/-]+)")
_SOURCE = re.compile(r"[^\s,]\S*[^\s,]|[^\s,]")


class Form(StrEnum):
    """The syntax of an address."""

    LINK = "link"
    PICTURE = "picture"
    HTML = "html"
    WIKILINK = "wikilink"
    EMBED = "embed"


class Address(NamedTuple):
    """An address as written, such as `tracks/oss.md#plan`; `line` counts from 0 in the body, `column` from 1.

    `is_text` if the page shows it as text, since it has blanks and no angle brackets: `[a](my plan.md)`.
    """

    text: str
    form: str
    line: int
    column: int
    is_text: bool = False

    @property
    def is_wiki(self) -> bool:
        """Whether it is written in double brackets, so that a name alone is enough."""
        return self.form in {Form.WIKILINK, Form.EMBED}

    @property
    def is_embed(self) -> bool:
        """Whether a reader sees the file itself: a picture, or `![[redis]]`."""
        return self.form in {Form.PICTURE, Form.EMBED}


def addresses_in(body: str) -> tuple[Address, ...]:
    """Return the addresses of a body in their order."""
    return tuple(_Reader(body).read()) if _MAY_LEAD.search(body) else ()


def link_of(text: str) -> str:
    """Return the address of a text that is a single link, else an empty text: `plan.md` for `[the plan](plan.md)`."""
    tokens = parse_inline(text.strip(), NO_BLOCKS) if "](" in text else []
    links = [token for token in tokens if token.type == "link_open"]
    is_whole = len(links) == 1 and tokens[0] is links[0] and tokens[-1].type == "link_close"
    return str(links[0].attrs.get("href", "")) if is_whole else ""


def links_in(body: str) -> Iterator[str | Wikilink]:
    """Yield the links of a body: addresses as written, such as `tracks/oss.md`, and wikilinks."""
    return _references(body, "link_open", "href") if _MAY_LEAD.search(body) else iter(())


def embeds_in(body: str) -> Iterator[str | Wikilink]:
    """Yield the files that a body shows: addresses of pictures, and embeds such as `![[redis]]`."""
    found = _references(body, "image", "src") if "![" in body else ()
    return (each for each in found if isinstance(each, str) or each.is_embed)


def _references(body: str, type_: str, attribute: str) -> Iterator[str | Wikilink]:
    for token in _inline(body):
        if token.type == type_ and token.info != BARE:
            yield str(token.attrs.get(attribute, ""))
        elif token.type == "wikilink" and token.meta["link"].target:
            yield token.meta["link"]


def tags_in(body: str) -> Iterator[str]:
    """Yield the tags of a text without their `#`: letters, digits, `_`, `-` and `/`, but not digits alone."""
    for _block, tags in tags_by_block(read_blocks(body)) if "#" in body else ():
        yield from tags


def tags_by_block(blocks: Blocks) -> Iterator[tuple[Token, tuple[str, ...]]]:
    """Yield the blocks of text of a body, each with its tags."""
    for block, text in inline_texts(blocks):
        yield block, tuple(_tags(text.tokens))


def _tags(tokens: Iterable[Token]) -> Iterator[str]:
    links = 0
    for token in tokens:
        links += token.nesting if token.type.startswith("link_") else 0
        if token.type == "text" and not links:
            yield from (found[1] for found in _TAG.finditer(seen(token.content)) if not found[1].isdecimal())


def _inline(body: str) -> Iterator[Token]:
    for _block, text in inline_texts(read_blocks(body)):
        yield from text.tokens


class _Reader:
    """Finds the place of each address by searching its block, from the place of the one before."""

    def __init__(self, body: str) -> None:
        self.lines = body.split("\n")
        self.body = body
        self.line = self.column = 0
        self.used: dict[str, Form] = {}  # labels of definitions
        self.open = Token("", "", 0)  # the link that the tokens are in

    def read(self) -> Iterator[Address]:
        blocks = read_blocks(self.body)
        for block in blocks.tokens:
            self._begin(block.map[0] if block.map else 0)
            if block.type == "html_block":
                yield from self._html(block, block)
            elif block.type == "inline" and (
                _MAY_REFER.search(block.content) or (blocks.definitions and "]" in block.content)
            ):
                for token in inline_text(block, blocks).tokens:
                    yield from self._token(token, block)
        for label, form in self.used.items():
            yield self._definition(blocks.definitions[label], form)

    def _begin(self, line: int) -> None:
        if line > self.line:
            self.line, self.column = line, 0

    def _token(self, token: Token, block: Token) -> Iterator[Address]:
        if token.type == "link_open":
            self.open = token
        elif token.type == "link_close" and self.open.info != BARE:
            yield from self._link(self.open, "href", Form.LINK, block)  # its address follows its text
        elif token.type == "image":
            yield from self._link(token, "src", Form.PICTURE, block)
        elif token.type == "html_inline":
            yield from self._html(token, block)
        elif token.type == "wikilink":
            link = token.meta["link"]
            yield self._placed(link.address, Form.EMBED if link.is_embed else Form.WIKILINK, block)
        elif token.type == "footnote_ref":
            for inner in token.children or ():
                yield from self._token(inner, block)
        elif token.type == "text":
            for found in _SPACED.finditer(token.content):
                form = Form.PICTURE if found["mark"] else Form.LINK
                yield self._placed(found["to"], form, block)._replace(is_text=True)

    def _link(self, token: Token, attribute: str, form: Form, block: Token) -> Iterator[Address]:
        label = token.meta.get("label")
        if not label:
            yield self._placed(str(token.attrs.get(attribute, "")), form, block)
        else:
            self.used.setdefault(label, form)

    def _html(self, token: Token, block: Token) -> Iterator[Address]:
        yield from (self._placed(text, Form.HTML, block) for text in html_addresses(token.content))

    def _placed(self, text: str, form: Form, block: Token) -> Address:
        """Return an address with the next place at which its block holds it, else with the place of the block."""
        first, end = block.map or (0, len(self.lines))
        for line in range(max(first, self.line), min(end, len(self.lines))):
            column = self.lines[line].find(text, self.column if line == self.line else 0)
            if text and column >= 0:
                self.line, self.column = line, column + len(text)
                return Address(text, form, line, column + 1)
        return Address(text, form, first, 1)

    def _definition(self, definition: dict[str, Any], form: Form) -> Address:
        text, line = definition["href"], definition["map"][0]
        return Address(text, form, line, max(self.lines[line].find(text), 0) + 1)


class _AttributeReader(HTMLParser):
    """Collects the addresses in the attributes of HTML tags."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            replace_addresses(name, value or "", self._collect)

    def _collect(self, address: str, _form: Form) -> str:
        self.found += [address] if address else []
        return address


def _is_size(text: str) -> bool:
    """Whether a part of a `srcset` is a width or a density: `640w`, `2x`."""
    return text[-1] in "wx" and text[:-1].replace(".", "", 1).isdecimal()


def replace_addresses(name: str, value: str, link: Callable[[str, Form], str]) -> str:
    """Return the value of an HTML attribute with `link(address, Form.HTML)` for each address in it."""
    if name in _ATTRIBUTES:
        return link(value.strip(), Form.HTML)
    if name == "srcset":
        return _SOURCE.sub(lambda found: found[0] if _is_size(found[0]) else link(found[0], Form.HTML), value)
    if name == "style":
        return _CSS.sub(lambda found: found[0].replace(found[1], link(found[1], Form.HTML)), value)
    return value


def html_addresses(text: str) -> list[str]:
    """Return the addresses in the attributes of an HTML or SVG text."""
    reader = _AttributeReader()
    reader.feed(text)
    return reader.found
