"""Sanitise the HTML of untrusted bodies, and tell which untrusted files a browser runs.

A filter over the Markdown would have to guess what a parser makes of it; the rendered HTML is what a browser reads.
nh3, a binding to ammonia, sanitises it; bleach is no longer maintained.
"""

from __future__ import annotations

import posixpath
import re

from milemark.foundation.escaping import safe_url

_TAGS = {
    *("a", "abbr", "b", "bdi", "bdo", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del"),
    *("details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i"),
    *("img", "input", "ins", "kbd", "label", "li", "mark", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp"),
    *("small", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead"),
    *("time", "tr", "u", "ul", "var", "wbr"),
}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "img": {"alt", "height", "src", "title", "width"},
    "input": {"checked"},
    "ol": {"start"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan", "scope"},
    "time": {"datetime"},
    "details": {"class", "open"},
    **{name: {"class"} for name in ("code", "div", "kbd", "p", "li", "label", "pre", "span")},
}
_BOX = {"input": {"type": "checkbox", "disabled": ""}}  # any <input> becomes a disabled checkbox
_KINDS = {
    *("abstract", "bug", "danger", "example", "failure", "info", "note", "question", "quote", "success", "tip"),
    "warning",
}
_CLASSES = frozenset(
    (
        *("task-list-item", "task-list-control", "task-list-indicator", "admonition", "admonition-title"),
        *(
            "arithmatex",
            "footnote",
            "highlight",
            "keys",
            "mm-embed",
            "mm-embed-title",
            "mm-task-label",
            "mm-mark",
            *_KINDS,
        ),
    )
)
_TOKEN_CLASS = re.compile(r"[a-z]{1,2}\d?|key-[\w-]+")  # of highlighted code and of keys
# Files in which a browser runs no script, opened directly or within a page.
_PASSIVE = re.compile(
    r"\.(?:png|jpe?g|gif|webp|avif|bmp|ico|mp[34]|m4[av]|webm|og[agv]|wav|flac|txt|csv|tsv|json|pdf|zip)", re.IGNORECASE
)
_HAS_SCHEME = re.compile(r"[^/?#]*:")


def is_passive(path: str) -> bool:
    """Whether an untrusted file may be published: pictures except SVG, media, plain text, PDF; no HTML, no script."""
    return _PASSIVE.fullmatch(posixpath.splitext(path)[1]) is not None


def cleaned(html: str) -> str:
    """Return HTML without anything that a browser could run: `<p>x</p>` for `<p onclick=a>x<script>y</script></p>`."""
    import nh3  # only `untrusted` needs it

    return nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags={"script", "style", "template", "noscript", "iframe", "object", "svg", "math", "title"},
        attributes=_ATTRIBUTES,
        attribute_filter=_allowed,
        set_tag_attribute_values=_BOX,
        generic_attribute_prefixes=set(),
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener noreferrer",
    )


def _allowed(_tag: str, name: str, value: str) -> str | None:
    """Return the allowed value of an attribute, or None; pictures on other hosts could track readers."""
    if name == "class":
        return " ".join(word for word in value.split() if word in _CLASSES or _TOKEN_CLASS.fullmatch(word)) or None
    if name == "src":
        return None if _HAS_SCHEME.match(value) or re.match(r"\s*[/\\]{2}", value) else safe_url(value) or None
    return value
