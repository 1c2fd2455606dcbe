"""Render untrusted Markdown to sanitised HTML.

Every Markdown character left in the HTML becomes an entity, so that no extension in mkdocs.yml finds a snippet, an
attribute list or a macro in it. Only headings stay Markdown, as plain text, since the publisher makes the table of
contents from them.

A filter over the Markdown would have to guess: the extensions in mkdocs.yml decide what is HTML, code or an attribute.
nh3, a binding to ammonia, sanitises the HTML; bleach is no longer maintained.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Container
from functools import cache
from html.parser import HTMLParser
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from milemark.foundation.escaping import as_entities, markdown_text, one_line, safe_url
from milemark.markdown.admonitions import read_containers
from milemark.markdown.limits import as_plain_text
from milemark.markdown.outline import box_of, plain_text, read_blocks

_MAX_NESTING = 400  # levels of blocks, as in the outline
_MAX_INLINE = 50  # levels of links and emphasis: the parser is recursive
_TAGS = {
    *("a", "abbr", "b", "bdi", "bdo", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del"),
    *("details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i"),
    *("img", "input", "ins", "kbd", "label", "li", "mark", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp"),
    *("small", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead"),
    *("time", "tr", "u", "ul", "var", "wbr"),
}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"alt", "height", "src", "title", "width"},
    "input": {"checked"},
    "ol": {"start"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan", "scope"},
    "time": {"datetime"},
    "details": {"open"},
    **{name: {"class"} for name in ("div", "p", "li", "label", "span")},
}
_BOX = {"input": {"type": "checkbox", "disabled": ""}}  # any <input> becomes a disabled checkbox
_TASK, _CONTROL, _INDICATOR = "task-list-item", "task-list-control", "task-list-indicator"
_KINDS = {
    *("abstract", "bug", "danger", "example", "failure", "info", "note", "question", "quote", "success", "tip"),
    "warning",
}
_CLASSES = frozenset((_TASK, _CONTROL, _INDICATOR, "admonition", "admonition-title", "mm-tab", *_KINDS))
_OPENER = re.compile(r'(!!!|\?\?\?\+?|===[+!]*) ?([\w-]*)[^"\n]*(?:"([^"\n]*)")?')
# Files in which a browser runs no script, opened directly or within a page.
_PASSIVE = re.compile(
    r"\.(?:png|jpe?g|gif|webp|avif|bmp|ico|mp[34]|m4[av]|webm|og[agv]|wav|flac|txt|csv|tsv|json|pdf|zip)", re.IGNORECASE
)
_VOID = frozenset(("br", "col", "hr", "img", "input", "wbr"))
_HAS_SCHEME = re.compile(r"[^/?#]*:")


def is_passive(path: str) -> bool:
    """Whether an untrusted file may be published: pictures except SVG, media, plain text, PDF; no HTML, no script."""
    return _PASSIVE.fullmatch(posixpath.splitext(path)[1]) is not None


def sanitized(body: str, page: str, link: Callable[[str], str], marks: Container[str] = "") -> str:
    """Return a body as safe HTML. `page` is its file; `link` gives the address of another file of content/.

    `sanitized("*a* <script>x</script>", "a.md", …)` is `<div><p><em>a</em> </p></div>`.
    """
    body = as_plain_text(body, read_blocks(body).excess)
    pieces: list[str] = []
    block: list[Token] = []
    tokens = _prepared(_parsed(body), body.split("\n"), page, link, marks)
    for before, token in zip((None, *tokens), tokens, strict=False):
        if before and _is_heading(before):
            text = markdown_text(plain_text(token.content)) or "&#8203;"
            pieces += [*_rendered(block), f"{'#' * int(before.tag[1])} {text}"]
            block = []
        elif not token.type.startswith("heading_") or token.level:
            block.append(token)
    return "\n\n".join([*pieces, *_rendered(block)])


def _is_heading(token: Token) -> bool:
    return token.type == "heading_open" and not token.level


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("js-default", {"maxNesting": _MAX_NESTING, "html": True}).disable("inline")
    read_containers(parser)
    parser.add_render_rule("container_open", _container)
    parser.add_render_rule("container_close", lambda _self, tokens, at, _options, _env: f"</{tokens[at].tag}>")
    return parser


@cache
def _inline_parser() -> MarkdownIt:
    return MarkdownIt("js-default", {"maxNesting": _MAX_INLINE, "html": True})


def _parsed(body: str) -> list[Token]:
    env: dict[str, object] = {}
    tokens = _parser().parse(body, env)
    for token in tokens:
        if token.type == "inline":
            token.children = []
            _inline_parser().inline.parse(token.content, _inline_parser(), env, token.children)
    return tokens


def _prepared(
    tokens: list[Token], lines: list[str], page: str, link: Callable[[str], str], marks: Container[str]
) -> list[Token]:
    """Return the tokens with tasks as a publisher shows them, and with links to the pages of the site."""
    opened: list[str] = []
    for number, token in enumerate(tokens):
        if token.type == "container_open":
            _open(token, lines)
            opened.append(token.tag)
        elif token.type == "container_close":
            token.tag = opened.pop()
        elif token.type == "inline":
            for child in token.children or ():
                _lead(child, page, link)
            if number > 1 and (tokens[number - 2].type, tokens[number - 1].type) == (
                "list_item_open",
                "paragraph_open",
            ):
                _tick(tokens[number - 2], token, marks)
    return tokens


def _open(token: Token, lines: list[str]) -> None:
    """Read the first line of an admonition, of details, or of a tab."""
    found = _OPENER.search(lines[token.map[0]] if token.map else "")
    sign, kind, title = found.groups() if found else ("!!!", "", None)
    token.tag = "details" if sign.startswith("?") else "div"
    token.meta = {"sign": sign, "kind": kind, "title": kind.capitalize() if title is None else title}


def _lead(token: Token, page: str, link: Callable[[str], str]) -> None:
    name = {"link_open": "href", "image": "src"}.get(token.type)
    address = str(token.attrs.get(name, "")) if name else ""
    if name and address and not _HAS_SCHEME.match(address) and not address.startswith(("#", "/", "?")):
        path, sign, rest = re.split(r"([?#]|$)", address, maxsplit=1)
        target = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(path)))
        token.attrs[name] = f"{link(target)}{sign}{rest}"


def _tick(item: Token, token: Token, marks: Container[str]) -> None:
    """Turn a list item that begins with a box into a task."""
    box = box_of(token.content, marks)
    first = (token.children or [Token("text", "", 0)])[0]
    if box is None or first.type != "text" or not first.content.startswith(box[0].rstrip()):
        return
    first.content = first.content[len(box[0].rstrip()) :]
    item.attrJoin("class", _TASK)
    checked = " checked" if box[1] in "xX" else ""
    html = f'<label class="{_CONTROL}"><input{checked}><span class="{_INDICATOR}"></span></label>'
    token.children = [Token("html_inline", "", 0, content=html), *(token.children or ())]


def _container(_self: RendererHTML, tokens: list[Token], at: int, _options: OptionsDict, _env: EnvType) -> str:
    meta, tag = tokens[at].meta, tokens[at].tag
    title = as_entities(one_line(str(meta["title"])))
    if meta["sign"].startswith("="):
        return f'<div><p class="mm-tab"><strong>{title}</strong></p>'
    if tag == "details":
        return f"<details{' open' if meta['sign'].endswith('+') else ''}><summary>{title}</summary>"
    head = f'<p class="admonition-title">{title}</p>' if title else ""
    return f'<div class="admonition {meta["kind"] if meta["kind"] in _KINDS else "note"}">{head}'


def _rendered(tokens: list[Token]) -> list[str]:
    """Return blocks as one line of sanitised HTML without Markdown characters."""
    import nh3  # noqa: PLC0415  only `untrusted` needs it

    if not tokens:
        return []
    clean = nh3.clean(
        _parser().renderer.render(tokens, _parser().options, {}),
        tags=_TAGS,
        clean_content_tags={"script", "style", "template", "noscript", "iframe", "object", "svg", "math", "title"},
        attributes=_ATTRIBUTES,
        attribute_filter=_allowed,
        set_tag_attribute_values=_BOX,
        generic_attribute_prefixes=set(),
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener noreferrer",
    )
    writer = _Writer()
    writer.feed(clean)
    writer.close()
    return [f"<div>{''.join(writer.written)}</div>"]


def _allowed(_tag: str, name: str, value: str) -> str | None:
    """Return the allowed value of an attribute, or None; pictures on other hosts could track readers."""
    if name == "class":
        return " ".join(word for word in value.split() if word in _CLASSES) or None
    if name == "src":
        return None if _HAS_SCHEME.match(value) or re.match(r"\s*[/\\]{2}", value) else safe_url(value) or None
    return value


class _Writer(HTMLParser):
    """Rewrites sanitised HTML in one line, with its text as entities."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.written: list[str] = []
        self._pre = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Write a tag with sorted attributes, since the sanitiser keeps no order; classes are known words."""
        named = "".join(
            f' {name}="{value if name == "class" else as_entities(one_line(value or ""))}"'
            for name, value in sorted(attrs)
        )
        self.written.append(f"<{tag}{named}>")
        self._pre += tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        """Write the end of an element."""
        if tag not in _VOID:
            self.written.append(f"</{tag}>")
            self._pre -= tag == "pre"

    def handle_data(self, data: str) -> None:
        """Write text; line ends and blanks stay only in `<pre>`."""
        if not self._pre:
            self.written.append(as_entities(re.sub(r"\s+", " ", one_line(data))))
            return
        lines = (as_entities(one_line(line.expandtabs(4))) for line in data.split("\n"))
        self.written.append("&#10;".join(lines).replace("  ", " &#32;"))
