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


def _no_labels(_text: str, _mark: str) -> tuple[str, str] | None:
    return None


def _no_mathml(_source: str, _is_displayed: bool) -> str:  # noqa: FBT001  as `formula` below
    return ""


@dataclass(frozen=True, slots=True)
class Hooks:
    """Functions of a project. Each but `link` returns HTML, or None to show the text as any other Markdown.

    `link` turns an address as written into the one of the page. `view` gets a query block, or an embed on a line of its
    own; its HTML may hold headings in Markdown and stands on the page as it is. `code` gets the text between single
    backticks, `icon` and `emoji` a name without its colons, `mention` a word such as `#12`, `#tag` or `@name`.
    `task` gets the end of a task's text and the mark of its box; it returns the text without the marks of tools, and
    HTML to show behind it.
    `formula` gets the source of a formula, and whether it stands in a line of its own; it returns MathML, or an empty
    text.
    """

    link: Callable[[str, Form], str] = _as_written
    view: Callable[[Token | Wikilink], str | None] = _nothing
    wikilink: Callable[[Wikilink], str | None] = _nothing
    code: Callable[[str], str | None] = _nothing
    icon: Callable[[str], str | None] = _nothing
    emoji: Callable[[str], str | None] = _nothing
    mention: Callable[[str], str | None] | None = None
    task: Callable[[str, str], tuple[str, str] | None] = _no_labels
    formula: Callable[[str, bool], str] = _no_mathml


NO_HOOKS = Hooks()
