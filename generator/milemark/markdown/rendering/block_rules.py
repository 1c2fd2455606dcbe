"""Block rules for markdown-it: formulas, abbreviations, footnotes and definition lists."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote.index import footnote_def

_Rule = Callable[[StateBlock, int, int, bool], bool]
_BREAKS = ["paragraph", "reference", "blockquote", "list"]
_FORMULA = re.compile(r"\$\$|\\\[[ \t]*$|\\begin\{(?P<name>[\w*]+)\}", re.MULTILINE)
_ENDS = {"$": "$$", "[": "\\]"}
_ABBREVIATION = re.compile(r"\*\[(?P<short>[^\]\n]{1,200})\]:[ \t]*(?P<long>.*\S)")


def add_block_rules(parser: MarkdownIt) -> None:
    """Add the rules to a parser."""
    parser.block.ruler.before("fence", "formula", _formula, {"alt": _BREAKS})
    parser.block.ruler.before("list", "abbreviation", _abbreviation, {"alt": _BREAKS})
    parser.block.ruler.before("reference", "footnote", footnote_def, {"alt": ["paragraph", "reference"]})
    parser.block.ruler.before("paragraph", "deflist", _definition_list, {"alt": _BREAKS[:3]})


def _formula(state: StateBlock, line: int, end: int, silent: bool) -> bool:  # noqa: FBT001  markdown-it calls it
    r"""Read `$$ … $$`, `\[ … \]` or `\begin{…} … \end{…}`, up to the line that ends so; an empty line is none of it."""
    begin = state.bMarks[line] + state.tShift[line]
    found = _FORMULA.match(state.src, begin, state.eMarks[line])
    if found is None or state.is_code_block(line):
        return False
    closing = f"\\end{{{found['name']}}}" if found["name"] else _ENDS[found[0][0].replace("\\", "[")]
    last = _formula_end(state, line, end, found.end(), closing)
    if last < 0 or silent:
        return last >= 0
    token = state.push("formula", "", 0)
    text = state.getLines(line, last + 1, state.blkIndent, keepLastLF=False).strip()
    token.content = text if found["name"] else text[2:-2].strip()
    token.map = [line, last + 1]
    state.line = last + 1
    return True


def _formula_end(state: StateBlock, line: int, end: int, after: int, closing: str) -> int:
    """Return the line of the closing sign, or -1. A failed search is remembered, so that no text is searched twice."""
    failed = state.env.setdefault("formulas", {})
    if line < failed.get(closing, -1):
        return -1
    for number in range(line, end):
        begin = after if number == line else state.bMarks[number] + state.tShift[number]
        if state.isEmpty(number) or (number > line and state.sCount[number] < state.blkIndent):
            break
        text = state.src[begin : state.eMarks[number]].rstrip()
        if text.endswith(closing):
            return number
        if number == line and closing in text:
            return -1  # `$$a$$ and more` is a formula within a paragraph
    else:
        number = end
    failed[closing] = number
    return -1


def _abbreviation(state: StateBlock, line: int, _end: int, silent: bool) -> bool:  # noqa: FBT001  markdown-it calls it
    """Read `*[HTML]: HyperText Markup Language`."""
    begin = state.bMarks[line] + state.tShift[line]
    found = _ABBREVIATION.match(state.src, begin, state.eMarks[line])
    if found is None or state.is_code_block(line):
        return False
    if not silent:
        state.env.setdefault("abbreviations", {}).setdefault(found["short"].strip(), found["long"])
        state.line = line + 1
    return True


def _definition_list(state: StateBlock, line: int, end: int, silent: bool) -> bool:  # noqa: FBT001  markdown-it calls it
    """Read a term and the definitions below it, each after a colon; the plugin would take a tilde as well."""
    if silent:
        return _starts_with_colon(state, line) and _plugin()(state, line, end, silent)
    below = next((number for number in (line + 1, line + 2) if number < end and not state.isEmpty(number)), None)
    return below is not None and _starts_with_colon(state, below) and _plugin()(state, line, end, silent)


def _starts_with_colon(state: StateBlock, line: int) -> bool:
    return state.src.startswith((": ", ":\t"), state.bMarks[line] + state.tShift[line])


@cache
def _plugin() -> _Rule:
    parser = MarkdownIt("zero")
    deflist_plugin(parser)
    parser.block.ruler.enableOnly(["deflist"])
    return parser.block.ruler.getRules("")[0]
