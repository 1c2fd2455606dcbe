"""Inline rules beyond CommonMark, and a parser that tries only the rules of the sign that it meets."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from markdown_it import MarkdownIt, rules_inline
from markdown_it.common.utils import normalizeReference, unescapeAll
from markdown_it.helpers import parseLinkLabel
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from milemark.markdown.rendering.attributes import INLINE, parse_attributes
from milemark.markdown.rendering.autolinks import link_emails, read_url, read_www
from milemark.markdown.rendering.pairs import close_pairs, read_pair
from milemark.markdown.wikilinks import wikilink_at

_Rule = Callable[[StateInline, bool], bool]
_FORMULA = re.compile(
    r"\$\$(?P<block>(?:[^$\\`]|\\.)+)\$\$|\$`(?P<ticks>[^`]+)`\$"
    r"|\$(?![\s$])(?P<text>(?:[^$\\`]|\\.)*(?:[^$\\`\s]|\\.))\$(?![A-Za-z0-9$])",
    re.DOTALL,
)
_KEY = r"""(?:[\w-]+|"[^"\n]+"|'[^'\n]+')"""
_KEYS = re.compile(rf"\+\+(?P<keys>{_KEY}(?:\+{_KEY})*)\+\+(?!\+)")
_ICON = re.compile(r":(?:material|fontawesome|octicons|simple)(?:-[a-z0-9]+)+:")
_EMOJI = re.compile(r":(?!(?:https?|mailto|xmpp):)[a-z0-9+-][a-z0-9_+-]{0,60}:")
_FOOTNOTE = re.compile(r"\[\^(?P<label>[^\]\s\[]{1,200})\]")
OPAQUE = ("script", "style", "textarea", "title", "iframe", "noembed", "noframes")  # elements without HTML in them
_OPENS_OPAQUE = re.compile(rf"<({'|'.join(OPAQUE)})\b[^<>]*>")
_WORD = re.compile(r"[A-Za-z0-9]")


class InlineParser(ParserInline):
    """markdown-it's inline parser with one list of rules for each sign, so that most text costs one search."""

    def __init__(self) -> None:
        super().__init__()
        self.rules = _rules()
        self.terminator_re = re.compile(
            r"[\n\\`~*_\[\]<]|!(?=\[)|&(?=[#A-Za-z])|\$(?=\S)|=(?==)|\+(?=\+)|\^(?=\[)|:(?=[a-z0-9+/-])|w(?=ww\.)"
        )
        emphasis = rules_inline.emphasis.postProcess
        self.finishers = (rules_inline.link_pairs, close_pairs, emphasis, rules_inline.fragments_join)

    def tokenize(self, state: StateInline) -> None:
        """Read the text up to its end, sign by sign."""
        end, source, search = state.posMax, state.src, self.terminator_re.search
        is_deep = state.level >= state.md.options.maxNesting
        while state.pos < end:
            found = search(source, state.pos, end)
            start = found.start() if found else end
            if start > state.pos:
                state.append_pending(source[state.pos : start])
                state.pos = start
            if found and (is_deep or not self._reads(state, silent=False)):
                state.append_pending(source[start])
                state.pos += 1
        if state.pending:
            state.pushPending()

    def skipToken(self, state: StateInline) -> None:  # noqa: N802  the name of markdown-it
        """Go to the end of the token at this place, without making it."""
        place = state.pos
        if place in state.cache:
            state.pos = state.cache[place]
            return
        if state.level >= state.md.options.maxNesting:
            state.pos = state.posMax
        elif not self._skips(state):
            state.pos = place + 1
        state.cache[place] = state.pos

    def _skips(self, state: StateInline) -> bool:
        place = state.pos
        found = self.terminator_re.search(state.src, place, state.posMax)
        if found is None or found.start() > place:
            state.pos = found.start() if found else state.posMax
            return True
        state.level += 1
        is_read = self._reads(state, silent=True)
        state.level -= 1
        return is_read

    def _reads(self, state: StateInline, *, silent: bool) -> bool:
        for rule in self.rules[state.src[state.pos]]:  # noqa: SIM110  a generator takes twice the time
            if rule(state, silent):
                return True
        return False

    def parse(self, src: str, md: MarkdownIt, env: object, tokens: list[Token]) -> list[Token]:
        """Return the tokens of a text."""
        if "@" not in src and self.terminator_re.search(src) is None:
            tokens += [Token("text", "", 0, content=src)] if src else []
            return tokens
        state = StateInline(src, md, env, tokens)  # type: ignore[arg-type]
        self.tokenize(state)
        if state.delimiters or any(state.tokens_meta):
            for finish in self.finishers:
                finish(state)
        _attributes(state)
        link_emails(state)
        return state.tokens


@cache
def _rules() -> dict[str, tuple[_Rule, ...]]:
    return {
        "\n": (rules_inline.newline,),
        "\\": (rules_inline.escape,),
        "`": (rules_inline.backtick,),
        "~": (read_pair,),
        "=": (read_pair,),
        "*": (rules_inline.emphasis.tokenize,),
        "_": (rules_inline.emphasis.tokenize,),
        "[": (_footnote, rules_inline.link, _wikilink),
        "!": (rules_inline.image, _wikilink),
        "]": (),
        "<": (rules_inline.autolink, _opaque, rules_inline.html_inline),
        "&": (rules_inline.entity,),
        "$": (_formula,),
        "+": (_keys,),
        "^": (_inline_footnote,),
        ":": (_icon, _emoji, read_url),
        "w": (read_www,),
    }


def _is_in_word(state: StateInline) -> bool:
    return state.pos > 0 and _WORD.match(state.src[state.pos - 1]) is not None


def _leaf(state: StateInline, silent: bool, type_: str, found: re.Match[str] | None) -> Token | None:  # noqa: FBT001
    """Go behind a match, and return its token unless only its end is needed."""
    if found is None or found.end() > state.posMax:
        return None
    token = Token(type_, "", 0) if silent else state.push(type_, "", 0)
    token.content = found[0]
    state.pos = found.end()
    return token


def _formula(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  markdown-it calls it
    """Read `$a$`, `` $`a`$ `` and `$$a$$`; `$5 and $10` and `US$5` are text."""
    found = None if _is_in_word(state) else _FORMULA.match(state.src, state.pos)
    token = _leaf(state, silent, "formula", found)
    if found is None or token is None:
        return False
    token.markup = "$$" if found["block"] else "$"
    token.content = (found["block"] or found["ticks"] or found["text"]).strip()
    return True


def _keys(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  markdown-it calls it
    """Read `++ctrl+alt+del++`."""
    if _is_in_word(state):
        return False
    return _leaf(state, silent, "keys", _KEYS.match(state.src, state.pos)) is not None


def _icon(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  markdown-it calls it
    """Read `:material-check:`."""
    if _is_in_word(state):
        return False
    return _leaf(state, silent, "icon", _ICON.match(state.src, state.pos)) is not None


def _emoji(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  markdown-it calls it
    """Read `:smile:`; a name that is no emoji stays text."""
    if _is_in_word(state):
        return False
    return _leaf(state, silent, "emoji", _EMOJI.match(state.src, state.pos)) is not None


def _opaque(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  markdown-it calls it
    """Read `<script>…</script>` as one piece of HTML: what is in it is no text."""
    found = _OPENS_OPAQUE.match(state.src, state.pos)
    if found is None or state.html_terminator_last(f"</{found[1]}>") < found.end():
        return False
    end = state.src.index(f"</{found[1]}>", found.end()) + len(f"</{found[1]}>")
    if end > state.posMax:
        return False
    if not silent:
        state.push("html_inline", "", 0).content = state.src[state.pos : end]
    state.pos = end
    return True


def _wikilink(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  markdown-it calls it
    """Read `[[note#heading|text]]` and `![[picture.png|300]]`, unless the name in the brackets is a defined link.

    The text of a link holds no wikilink, as it holds no URL.
    """
    link = None if silent or state.linkLevel else wikilink_at(state.src, state.pos)
    if link is None or link.end > state.posMax:
        return False
    if not link.is_embed and normalizeReference(state.src[state.pos + 2 : link.end - 2]) in state.env["references"]:
        return False
    token = state.push("wikilink", "", 0)
    token.content = state.src[state.pos : link.end]
    target, heading, text = map(unescapeAll, link[:3])
    token.meta = {"link": link._replace(target=target, heading=heading, text=text)}
    state.pos = link.end
    return True


def _footnote(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  markdown-it calls it
    """Read `[^1]` if the text defines this footnote."""
    found = _FOOTNOTE.match(state.src, state.pos) if state.env["footnotes"] else None
    if found is None or found["label"] not in state.env["footnotes"] or state.linkLevel:
        return False
    token = _leaf(state, silent, "footnote_ref", found)
    if token:
        token.meta = {"label": found["label"]}
    return token is not None


def _inline_footnote(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  markdown-it calls it
    """Read `^[a footnote]`."""
    end = parseLinkLabel(state, state.pos + 1)
    if end < 0 or state.linkLevel:
        return False
    if not silent:
        token = state.push("footnote_ref", "", 0)
        token.content = state.src[state.pos + 2 : end]
        token.children = state.md.inline.parse(token.content, state.md, state.env, [])
    state.pos = end + 1
    return True


_TAKES_ATTRIBUTES = frozenset({"image", "code_inline", "icon", "formula", "keys"})


def _attributes(state: StateInline) -> None:
    """Move the attribute lists behind elements to them: `[a](b){.c}`."""
    if "{" not in state.src:
        return
    opened: list[Token] = []
    before: Token | None = None
    for token in state.tokens:
        if token.nesting > 0:
            opened.append(token)
        elif token.nesting < 0:
            before = opened.pop() if opened else None
            continue
        elif before and token.type == "text" and (found := INLINE.match(token.content)):
            before.attrs = {**before.attrs, **parse_attributes(found["list"])}
            token.content = token.content[found.end() :]
        before = token if token.type in _TAKES_ATTRIBUTES else None
