"""What the owner's site says of itself: a banner on each page, and marks around what is private in a text."""

from __future__ import annotations

from milemark.foundation.escaping import html_text
from milemark.foundation.i18n import Language, _
from milemark.foundation.layout import PRIVATE
from milemark.markdown.private_sections import marked
from milemark.roadmap.model import Roadmap

_PAGE = _("This page is private: the public site does not have it.")
_SITE = _("This site shows what is private, too. Do not publish it.")
_BEGIN, _END = _("private from here"), _("public again")
_FRONT = "---\n"


def bannered(roadmap: Roadmap, language: Language, path: str, text: str) -> str:
    """Return a page of the owner's site with its banner below the front matter; any other page as it is."""
    if roadmap.audience != PRIVATE:
        return text
    told = language.gettext(_PAGE if path in roadmap.private else _SITE)
    title = language.gettext(_("Private"))
    banner = f'<div class="mm-banner" role="note"><strong>{html_text(title)}</strong> {html_text(told)}</div>'
    end = text.find(f"\n{_FRONT}", len(_FRONT) - 1) + len(_FRONT) + 1 if text.startswith(_FRONT) else 0
    return f"{text[:end]}\n{banner}\n\n{text[end:]}"


def with_sections(roadmap: Roadmap, language: Language, body: str) -> str:
    """Return a body of the owner's site whose private sections are marked; any other body as it is."""
    if roadmap.audience != PRIVATE:
        return body
    begin, end = (f'<p class="mm-section">{html_text(language.gettext(text))}</p>' for text in (_BEGIN, _END))
    return marked(body, begin, end)
