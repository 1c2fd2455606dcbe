"""What a project adds to the HTML of its bodies: addresses, wikilinks, query blocks and icons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from markdown_it.token import Token

from milemark.markdown.addresses import Form
from milemark.markdown.wikilinks import Wikilink


def _as_written(address: str, _form: Form) -> str:
    return address


def _nothing(_given: object) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Hooks:
    """Functions of a project. Each but `link` returns HTML, or None to show the text as any other Markdown.

    The HTML of `view` may hold headings in Markdown; it stands on the page as it is.
    """

    view: Callable[[Token | Wikilink], str | None] = _nothing  # a query block, or an embed on a line of its own
    link: Callable[[str, Form], str] = _as_written  # an address as written → the one of the page
    wikilink: Callable[[Wikilink], str | None] = _nothing
    code: Callable[[str], str | None] = _nothing  # the code between single backticks
    icon: Callable[[str], str | None] = _nothing  # the name without colons → SVG


NO_HOOKS = Hooks()
