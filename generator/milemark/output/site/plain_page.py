"""The text of a site for agents: each page as plain Markdown, and llms.txt, which leads to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from milemark.foundation.escaping import github_text
from milemark.foundation.i18n import Language, _
from milemark.output.site.navigation import navigation
from milemark.roadmap.metrics.progress import percent_text, progress_of, whole
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.page_titles import page_titles

if TYPE_CHECKING:
    from html_to_markdown import ConversionOptions

_FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_ID = re.compile(r"\s\{[#.][^{}]*\}(?=</h\d>)")  # the attribute list of a heading
_BOX = re.compile(r'<label class="task-list-control">(<input [^>]*>)<span[^>]*></span></label>')
_TASK = re.compile(r'(<li class="mm-task( mm-done)?"[^>]*>)<span class="mm-box"[^>]*></span>')
_LEFT_OUT = ("nav", "button", "svg", "script", "style", "template", ".mm-hidden")


def plain_markdown(page: str) -> str:
    """Return a page of the tree as Markdown without HTML and without front matter; its links lead where they led."""
    from html_to_markdown import convert  # only a build needs it

    html = _ID.sub("", _parser().render(_FRONT.sub("", page)))
    html = _TASK.sub(lambda task: f'{task[1]}<input type="checkbox"{" checked" if task[2] else ""}>', html)
    text = convert(_BOX.sub(r"\1", html), _options()).content or ""
    return f"{text.strip()}\n"


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": True})


@cache
def _options() -> ConversionOptions:
    from html_to_markdown import ConversionOptions

    return ConversionOptions(bullets="-", compact_tables=True, exclude_selectors=list(_LEFT_OUT))


def llms_text(roadmap: Roadmap, language: Language, pages: Container[str], address: Callable[[str], str]) -> str:
    """Return llms.txt: the goal, the progress, and links to the pages, the tracks and the featured work."""
    settings = roadmap.settings
    parts = [f"# {github_text(settings.title)}"]
    if settings.goal:
        parts.append(f"> {github_text(settings.goal)}")
    total = whole(roadmap)
    parts.append(f"{language.gettext(_('Overall progress'))}: {percent_text(total.value)}")
    titles = page_titles(roadmap)
    for entry in navigation(roadmap, language):
        for title, found in entry.items():
            paths = [found] if isinstance(found, str) else found
            links = [f"- [{github_text(titles[path])}]({address(path)})" for path in paths if path in pages]
            parts += _section(title, links)
    tracks = [f"{_link(each.track, address)}: {percent_text(each.rollup.value)}" for each in total.tracks]
    parts += _section(language.gettext(_("Tracks")), tracks)
    works = [each for each in roadmap.items if each.values.get("featured") is True]
    parts += _section(language.gettext(_("Featured work")), [_work(roadmap, each, address) for each in works])
    return "\n\n".join(parts) + "\n"


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    text = "\n".join(lines)
    if text:
        yield f"## {github_text(title)}\n\n{text}"


def _work(roadmap: Roadmap, item: Item, address: Callable[[str], str]) -> str:
    about = item.text("result") or item.text("summary") or percent_text(progress_of(roadmap, item).value)
    return f"{_link(item, address)}: {github_text(about)}"


def _link(item: Item, address: Callable[[str], str]) -> str:
    return f"- [{github_text(item.title)}]({address(item.path)})"
