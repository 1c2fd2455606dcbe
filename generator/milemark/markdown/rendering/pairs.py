"""Inline rules for pairs of signs: `~~deleted~~`, `~deleted~` and `==marked==`.

A single tilde strikes only whole words, as `_` emphasises them, so that `1~2 days, 3~4 days` stays as written.
"""

from __future__ import annotations

from collections.abc import Iterator

from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter

_TAGS = {"~": "del", "~~": "del", "==": "mark"}
_MARKERS = {signs: 0x110000 + number for number, signs in enumerate(_TAGS)}  # beyond the signs of other rules
_BY_MARKER = {_MARKERS[signs]: tag for signs, tag in _TAGS.items()}


def read_pair(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  markdown-it calls it
    """Read a run of signs as a possible beginning or end; a run of another length is text."""
    if silent:
        return False
    scanned = state.scanDelims(state.pos, canSplitWord=state.src[state.pos + 1 : state.pos + 2] == state.src[state.pos])
    signs = state.src[state.pos] * scanned.length
    state.pos += scanned.length
    if signs not in _TAGS:
        state.append_pending(signs)
        return True
    state.push("text", "", 0).content = signs
    place = len(state.tokens) - 1
    state.delimiters.append(Delimiter(_MARKERS[signs], 0, place, -1, scanned.can_open, scanned.can_close))
    return True


def close_pairs(state: StateInline) -> None:
    """Turn the signs that belong together into tags."""
    for delimiters in _lists(state):
        for opener in delimiters:
            tag = _BY_MARKER.get(opener.marker)
            if tag and opener.end >= 0:
                for place, nesting, end in ((opener.token, 1, "open"), (delimiters[opener.end].token, -1, "close")):
                    token = state.tokens[place]
                    token.type, token.tag, token.content = f"{tag}_{end}", tag, ""
                    token.nesting = 1 if nesting > 0 else -1


def _lists(state: StateInline) -> Iterator[list[Delimiter]]:
    yield state.delimiters
    yield from (meta["delimiters"] for meta in state.tokens_meta if meta and "delimiters" in meta)
