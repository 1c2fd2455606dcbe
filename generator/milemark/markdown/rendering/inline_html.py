"""Render inline tokens to HTML that no publisher reads as Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from markdown_it.token import Token

from milemark.foundation.escaping import body_url, page_attribute, page_code, page_text
from milemark.markdown.addresses import Form
from milemark.markdown.rendering.code_html import code_span
from milemark.markdown.rendering.footnotes import Footnotes
from milemark.markdown.rendering.hooks import Hooks
from milemark.markdown.rendering.keys import keys_html
from milemark.markdown.rendering.raw import RawHtml, finished_html
from milemark.markdown.rendering.words import words_of

# A word of ASCII ends before a Korean particle: `#12를`. A number or a word without a digit is no commit id.
_END = r"(?![A-Za-z0-9_/-]|\.[A-Za-z0-9])"
_COMMIT = rf"[0-9a-f]{{7,40}}{_END}"
_MENTION = (
    rf"(?<![\w/#@&.-])(?:[A-Za-z0-9_-]+/[A-Za-z0-9_.-]+(?:#[0-9]+{_END}|@{_COMMIT})"
    rf"|#[0-9]+{_END}|#[\w/-]+|@[A-Za-z0-9][A-Za-z0-9-]*{_END}|@[\w/-]+"
    rf"|(?=[0-9]*[a-f])(?=[a-f]*[0-9]){_COMMIT})"
)
_NO_MENTIONS = frozenset(("a", "code", "kbd", "pre", "samp", "script", "style", "textarea"))
_SIZE = re.compile(r"\|(?P<width>\d{1,5})(?:x(?P<height>\d{1,5}))?$")


def attributes_html(attributes: Mapping[str, str | int | float]) -> str:
    """Return the attributes of a tag, each after a blank."""
    return "".join(
        f' {name}="{page_attribute(str(value))}"' if value != "" else f" {page_attribute(name)}"
        for name, value in attributes.items()
    )


def mathml_of(hooks: Hooks, formula: Token) -> dict[str, str]:
    """Return the attribute with the MathML of a formula, or none if the project has none for it."""
    found = hooks.formula(formula.content, formula.markup != "$")
    return {"data-mathml": found} if found else {}


class InlineRenderer:
    """Renders the texts of one body; `raw` and `footnotes` go on from text to text."""

    def __init__(self, hooks: Hooks, raw: RawHtml, footnotes: Footnotes, abbreviations: Mapping[str, str]) -> None:
        self.hooks, self.raw, self.footnotes = hooks, raw, footnotes
        self.abbreviations = abbreviations
        words = sorted(abbreviations, key=len, reverse=True)
        patterns = [rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)"] if words else []
        patterns += [_MENTION] if hooks.mention else []
        self._words = re.compile("|".join(patterns)) if patterns else None
        self._links = 0  # open links
        self._leaves: Mapping[str, Callable[[Token], str]] = {
            "softbreak": lambda _token: " ",
            "hardbreak": lambda _token: "<br>",
            "text_special": lambda token: page_text(token.content),
            "code_inline": self._code,
            "image": self._image,
            "wikilink": self._wikilink,
            "formula": self._formula,
            "keys": lambda token: keys_html(token.content),
            "icon": self._icon,
            "emoji": lambda token: page_text(self.hooks.emoji(token.content.strip(":")) or token.content),
            "footnote_ref": self.footnotes.reference,
        }

    def render(self, tokens: Sequence[Token], depth: int) -> str:
        """Return the HTML of a text that stands at this depth of elements; every tag in it is closed."""
        written: list[str] = []
        raw, inner = self.raw, depth
        for token in tokens:
            if token.type == "text":
                written.append(self._text(token.content) if self._words else page_text(token.content))
            elif token.nesting > 0:
                written.append(self._opener(token))
                inner += 1
            elif token.nesting < 0:
                written.append(f"{raw.close(inner) if raw.opened else ''}</{token.tag}>")
                inner -= 1
                self._links -= token.type == "link_close"
            elif token.type == "html_inline":
                written.append(raw.rewrite(token.content, inner))
            else:
                written.append(self._leaves[token.type](token))
        if raw.opened:
            written.append(raw.close(depth))
        return "".join(written)

    def _opener(self, token: Token) -> str:
        if token.type != "link_open":
            return f"<{token.tag}{attributes_html(token.attrs)}>" if token.attrs else f"<{token.tag}>"
        self._links += 1
        href = body_url(self.hooks.link(str(token.attrs.get("href", "")), Form.LINK))
        return f"<a{attributes_html({**token.attrs, 'href': href})}>"

    def _image(self, token: Token) -> str:
        alt = words_of(token.children or ())
        size = _SIZE.search(alt)
        source = body_url(self.hooks.link(str(token.attrs.get("src", "")), Form.PICTURE), is_picture=True)
        sizes = {name: value for name, value in size.groupdict().items() if value} if size else {}
        alt = alt[: size.start()] if size else alt
        others = {name: value for name, value in token.attrs.items() if name not in {"alt", "src"}}
        return f'<img alt="{page_attribute(alt)}"{attributes_html({"src": source, **sizes, **others})}>'

    def _code(self, token: Token) -> str:
        shown = self.hooks.code(token.content) if token.markup == "`" else None
        if shown is not None:
            return finished_html(shown)
        written = code_span(token.content)
        return written.replace("<code", f"<code{attributes_html(token.attrs)}", 1) if token.attrs else written

    def _wikilink(self, token: Token) -> str:
        shown = self.hooks.wikilink(token.meta["link"])
        return page_text(token.content) if shown is None else finished_html(shown)

    def _icon(self, token: Token) -> str:
        shown = self.hooks.icon(token.content.strip(":"))
        if shown is None:
            return page_text(token.content)
        classes = f"twemoji {token.attrs.get('class', '')}".strip()
        return f"<span{attributes_html({**token.attrs, 'class': classes})}>{finished_html(shown)}</span>"

    def _formula(self, token: Token) -> str:
        begin, end = ("\\[", "\\]") if token.markup == "$$" else ("\\(", "\\)")
        classes = f"arithmatex {token.attrs.get('class', '')}".strip()
        named = attributes_html({**mathml_of(self.hooks, token), **token.attrs, "class": classes})
        return f"<span{named}>{page_code(begin + token.content + end)}</span>"

    def _text(self, text: str) -> str:
        return "".join(self._pieces(text))

    def _pieces(self, text: str) -> Iterator[str]:
        place = 0
        for found in self._words.finditer(text) if self._words else ():
            yield page_text(text[place : found.start()])
            yield self._word(found[0])
            place = found.end()
        yield page_text(text[place:])

    def _word(self, word: str) -> str:
        """Return an abbreviation with its meaning, or a mention as the project shows it."""
        if word in self.abbreviations:
            return f'<abbr title="{page_attribute(self.abbreviations[word])}">{page_text(word)}</abbr>'
        is_shown = not self._links and _NO_MENTIONS.isdisjoint(name for name, _depth in self.raw.opened)
        shown = self.hooks.mention(word) if self.hooks.mention and is_shown else None
        return page_text(word) if shown is None else finished_html(shown)
