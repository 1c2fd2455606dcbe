"""The front matter of pages, escaped for MkDocs and its themes.

Themes print a page's title, description, author, tags and other fields unescaped. So milemark escapes the text
of every field: a field that only a project's own theme uses still works, and shows its text as written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from milemark.foundation.escaping import head_text, html_text, safe_url
from milemark.foundation.i18n import Language, _
from milemark.foundation.layout import PRIVATE
from milemark.markdown.document import Document, Node, Scalar, Sequence
from milemark.markdown.document import Mapping as Written
from milemark.markdown.private_labels import Labels, marked
from milemark.markdown.rendering.headings import unique_ids
from milemark.markdown.rendering.page import attribute_list
from milemark.publish.tree_page import read_tree_page
from milemark.roadmap.model import Roadmap

# Characters: a longer generated page repeats the text of other pages. It would slow the search down, and Zensical
# rejects fields of more than 16,384 words.
_LARGE = 100_000
_UNSEARCHED = {"search": "{exclude: true}"}
_WIDE = {"hide": "[navigation, toc]"}
_PAGE = _("This page is private: the public site does not have it.")
_SITE = _("This site shows private content. Do not publish it.")
_BEGIN, _END, _PRIVATE = _("private from here"), _("public again"), _("private")
_FRONT = "---\n"


# The fields that untrusted pages keep: none that selects a template, redirects or names a file.
_STRANGERS = frozenset({"title", "description", "author", "subtitle", "tags", "hide", "search"})
_TEXTS = frozenset(
    {"title", "description", "author", "subtitle"}
)  # always text, never a number, a date, a boolean or a list
_TEMPLATE = re.compile(r"[\w./-]+\.html")  # of the theme
_NAME = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)
# Values that need no quotes, since they cannot hold markup: `true`, `2.5`, `2025-01-12`.
_HARMLESS = re.compile(r"~|[+-]?\.?[A-Za-z0-9][\w.+-]*(?::[\w.+-]+)*", re.ASCII)


def own_front_matter(document: Document, title: str, description: str, *, is_untrusted: bool = False) -> str:
    """Return the front matter of a hand-written page, adding a title and a description if they are missing.

    Without them, MkDocs would use the first text or the file name.
    """
    return _written(_head(title, description) | _own(document, is_untrusted=is_untrusted))


def _head(title: str, description: str) -> dict[str, str]:
    return {"title": head_text(title), "description": head_text(description)}


def _own(document: Document | None, *, is_untrusted: bool) -> dict[str, str]:
    """Return the fields of a hand-written page, each as one line."""
    return {
        key.text: _of(key.text, node)
        for key, node in (document.fields.entries if document else ())
        if (not is_untrusted or key.text in _STRANGERS) and _is_for_theme(key.text, node)
    }


def _is_for_theme(name: str, node: Node) -> bool:
    """Whether a field is for a theme: with a `template` of another tool, such as `[[Daily]]`, MkDocs fails to build."""
    return name != "template" or (isinstance(node, Scalar) and _TEMPLATE.fullmatch(node.text) is not None)


def _written(head: Mapping[str, str]) -> str:
    return "\n".join(["---", *(f"{_key(name)}: {value}" for name, value in head.items()), "---", "", ""])


def _of(name: str, node: Node) -> str:
    """Return a field of a page as one line."""
    if name in _READ:
        return _READ[name](node)
    return head_text(node.text) if name in _TEXTS and isinstance(node, Scalar) else _value(node)


def _value(node: Node) -> str:
    if isinstance(node, Sequence):
        return f"[{', '.join(map(_value, node.items))}]"
    if isinstance(node, Written):
        return f"{{{', '.join(f'{_key(key.text)}: {_value(value)}' for key, value in node.entries)}}}"
    is_plain = node.is_plain and _HARMLESS.fullmatch(node.text) is not None
    return "" if node.is_empty else node.text if is_plain else head_text(node.text)


def _key(name: str) -> str:
    return name if _NAME.fullmatch(name) else head_text(name)


def _location(node: Node) -> str:
    """Return the address of a redirect page, which the theme prints in an attribute and in a script."""
    return head_text(safe_url(node.text) if isinstance(node, Scalar) else "")


_READ: Mapping[str, Callable[[Node], str]] = {"location": _location}


class PageHead(NamedTuple):
    """The title and the description of a generated page; a wide one has no sidebars."""

    title: str
    description: str
    is_wide: bool = False


def generated_page(
    page: PageHead, body: str, introduction: Document | None = None, *, is_untrusted: bool = False
) -> str:
    """Return a generated page. The fields of the text that the author wrote for its path win."""
    head = _head(page.title, page.description) | ({} if len(body) < _LARGE else _UNSEARCHED)
    head |= _WIDE if page.is_wide else {}
    return _written(head | _own(introduction, is_untrusted=is_untrusted)) + body


def rest_page(title: str, description: str, body: str) -> str:
    """Return a page of the rest of a group; the search finds its items by their own pages."""
    return _written(_head(title, description) | _UNSEARCHED) + body


def with_ids(text: str) -> str:
    """Return a page with an id for each heading of its template, so that no anchor depends on the publisher."""
    page = read_tree_page(text)
    headings = page.headings if page else ()
    ids = unique_ids([each.id for each in headings], [each.words for each in headings])
    for heading, id_ in reversed([*zip(headings, ids, strict=True)]):
        if not heading.id:
            text = f"{text[: heading.end]} {attribute_list(id_)}{text[heading.end :]}"
    return text


# Markdown with HTML in it, not a theme's template, since every publisher shows it.
def with_banner(roadmap: Roadmap, language: Language, path: str, text: str) -> str:
    """Add the banner of the private site below the front matter of a page; public pages stay unchanged."""
    if roadmap.audience != PRIVATE:
        return text
    notice = language.gettext(_PAGE if path in roadmap.private else _SITE)
    title = language.gettext(_("Private"))
    banner = f'<div class="mm-banner" role="note"><strong>{html_text(title)}</strong> {html_text(notice)}</div>'
    end = text.find(f"\n{_FRONT}", len(_FRONT) - 1) + len(_FRONT) + 1 if text.startswith(_FRONT) else 0
    return f"{text[:end]}\n{banner}\n\n{text[end:]}"


def with_sections(roadmap: Roadmap, language: Language, body: str) -> str:
    """Mark the private sections of a body on the private site; public bodies stay unchanged."""
    if roadmap.audience != PRIVATE:
        return body
    begin, end = (f'<p class="mm-section">{html_text(language.gettext(text))}</p>' for text in (_BEGIN, _END))
    badge = f'<span class="mm-private">{html_text(language.gettext(_PRIVATE))}</span>'
    return marked(body, Labels(begin, end, f'<span class="mm-section">{badge} ', "</span>"))
