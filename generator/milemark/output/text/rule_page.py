"""The page of each rule: meaning, an example with its output, and the fix. Tests run every example."""

from __future__ import annotations

import re
from importlib import resources

from milemark.foundation.errors import UserError
from milemark.foundation.rules import RULES
from milemark.foundation.suggestions import nearest

_BLOCK_TITLE = re.compile(r'^(`{3,}\w+) title="([^"]+)"$', re.MULTILINE)
_WIDEST = 100  # columns: longer lines are hard to read
_SOURCE = "en"  # the language of the pages directly below manual/; the others have a folder
_CODE = re.compile(r"MM\d+", re.IGNORECASE)
_BY_CODE = {rule.code: rule for rule in RULES}


def rule_page(code: str, locale: str = _SOURCE) -> str:
    """Return the page of a rule as Markdown, by its code (`MM204`) or its name (`unknown-status`)."""
    names = {rule.name: rule.code for rule in RULES}
    known = names.get(code.lower(), code.upper())
    if known not in _BY_CODE:
        near = nearest(code, (*_BY_CODE, *names))
        hint = f'did you mean "{near}"?' if near else f"rules are {RULES[0].code} to {RULES[-1].code}"
        raise UserError(f'there is no rule "{code}": {hint}')
    folder = resources.files("milemark") / "manual"
    return ((folder if locale == _SOURCE else folder / locale) / f"{known}.md").read_text("utf-8")


def is_rule(text: str) -> bool:
    """Whether a text is the code or the name of a rule."""
    return _CODE.fullmatch(text) is not None or text.lower() in {rule.name for rule in RULES}


def show_page(page: str) -> None:
    """Show a rule page on a terminal, with each example under the name of its file."""
    from rich.console import Console  # heavy, and only a terminal needs it
    from rich.markdown import Markdown

    console = Console()
    titled = _BLOCK_TITLE.sub(r"**\2**\n\n\1", page)
    console.print(Markdown(titled, code_theme="ansi_dark"), width=min(console.width, _WIDEST))
