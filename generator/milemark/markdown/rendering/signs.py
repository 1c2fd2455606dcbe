"""A ruler for markdown-it that tries only the block rules that the first sign of a line allows.

markdown-it tries every rule at every line, and most lines begin with a letter. The tokens are the same.
"""

from __future__ import annotations

from collections.abc import Mapping

from markdown_it.parser_block import RuleFuncBlockType
from markdown_it.ruler import Rule, Ruler
from markdown_it.rules_block import StateBlock

# The signs that a line of each rule begins with; other rules read any line.
_SIGNS: Mapping[str, str] = {
    "fence": "`~",
    "blockquote": ">",
    "hr": "-*_",
    "list": "-+*0123456789",
    "reference": "[",
    "heading": "#",
    "html_block": "<",
    "marked_html": "<",
    "container": "!?=",
    "formula": "$\\",
    "abbreviation": "*",
    "footnote": "[",
}
_Rules = tuple[RuleFuncBlockType, ...]


class SignRuler(Ruler[RuleFuncBlockType]):
    """Returns one rule for each chain, which looks at the first sign of a line. Its rules must not change any more."""

    def __init__(self, rules: list[Rule[RuleFuncBlockType]]) -> None:
        super().__init__()
        self.__rules__ = rules
        self.chains: dict[str, list[RuleFuncBlockType]] = {}

    def getRules(self, chainName: str = "") -> list[RuleFuncBlockType]:  # noqa: N802, N803  names of markdown-it
        """Return the rule for a chain."""
        if chainName not in self.chains:
            rules = [rule for rule in self.__rules__ if rule.enabled and (not chainName or chainName in rule.alt)]
            self.chains[chainName] = [_by_sign(rules)]
        return self.chains[chainName]


def _by_sign(rules: list[Rule[RuleFuncBlockType]]) -> RuleFuncBlockType:
    others: _Rules = tuple(rule.fn for rule in rules if rule.name not in _SIGNS)
    signs = {sign for rule in rules for sign in _SIGNS.get(rule.name, "")}
    chosen = {sign: tuple(rule.fn for rule in rules if sign in _SIGNS.get(rule.name, sign)) for sign in signs}

    def read(state: StateBlock, line: int, end: int, silent: bool) -> bool:  # noqa: FBT001  markdown-it calls it
        place = state.bMarks[line] + state.tShift[line]
        for rule in chosen.get(state.src[place : place + 1], others):  # noqa: SIM110  a generator takes twice the time
            if rule(state, line, end, silent):
                return True
        return False

    return read
