"""Model pages: pages of marks, which the publisher builds so that frames are learnt from them and proved by them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from milemark.publish.contents import MODEL_LEVELS, entries
from milemark.publish.frame import Values
from milemark.publish.tree_page import PageHeading, TreePage, read_tree_page

_INDEX = ("index", "README")
# All that a publisher might change within HTML: addresses, the signs of Markdown and of templates, attributes.
_HTML = (
    '<div class="q{0}"><p>q{0} <a href="../q/?a=1&amp;b#c">x</a> <img alt="" src="q.png"> <code>{{{{ x }}}} {{% y %}}'
    "</code> :smile: [[z]] ==m== ++k++ $f$ &amp;amp; &#42;</p><pre><code>a\n  b</code></pre>"
    '<p data-search-exclude="q">q</p></div>'
)
_OTHER_LEVELS = (2, 4, 3, 5, 5, 2, 6, 2, 3)  # steps that the first model does not take


class Kind(NamedTuple):
    """The pages that share a frame. `page` is the path of a page that has one of its own, else empty.

    `contents` says what the table of contents needs: no heading, a title, lines, or lines below a title.
    """

    folder: str
    page: str
    hidden: tuple[str, ...]
    has_title_tag: bool
    contents: str

    @property
    def has_title(self) -> bool:
        """Whether its pages begin with a title."""
        return self.contents.startswith("title")


@dataclass(frozen=True, slots=True)
class ModelPage:
    """A model page: its path and its text in the tree, and the values of which `marks` can be other ones."""

    path: str
    text: str
    values: Values
    marks: tuple[str, ...]

    @property
    def fields(self) -> Mapping[str, Any]:
        """Its front matter."""
        page = read_tree_page(self.text)
        return page.fields if page else {}


def kind_of(path: str, page: TreePage, *, is_in_nav: bool) -> Kind:
    """Return the kind of a page of the tree."""
    place = PurePosixPath(path)
    headings = page.headings
    title = "title" if headings and headings[0].level == 1 else "headings" if headings else ""
    contents = f"{title} {'lines' if entries(headings) else ''}".strip()
    has_tag = any(each.level == 1 for each in headings) or any("<h1" in str(part) for part in page.parts)
    own = path if is_in_nav or place.stem in _INDEX else ""
    return Kind(place.parent.as_posix(), own, page.hidden, has_tag, contents)


def values_of(path: str, page: TreePage) -> Values:
    """Return what a page shows in its frame."""
    return Values(str(page.fields["title"]), str(page.fields["description"]), PurePosixPath(path).stem, page.parts)


def model_of(kind: Kind, head: str, number: int, *, is_second: bool) -> ModelPage:
    """Return the model of a kind: the first one, of which a frame is learnt, or the second one, which proves it.

    `head` is the front matter of a page in the navigation, since other pages show its title.
    """
    word = "second" if is_second else "first"
    title, description = (f"q{word}{name} &amp; &quot;&lt;" for name in ("title", "description"))
    stem = PurePosixPath(kind.page).stem if kind.page else f"q{word}-페이지 {number}"
    values = Values(title, description, stem, _parts(kind, word, _OTHER_LEVELS if is_second else MODEL_LEVELS))
    marks = () if head else ("title", "description", *(() if kind.page else ("stem",)))
    path = kind.page or (PurePosixPath(kind.folder) / f"{stem}.md").as_posix()
    fields = {"title": title, "description": description, **({"hide": kind.hidden} if kind.hidden else {})}
    own = "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in fields.items())
    body = "\n\n".join(_written(part) if isinstance(part, PageHeading) else part.strip() for part in values.parts)
    return ModelPage(path, f"---\n{head or own}---\n\n{body}\n", values, marks)


def _parts(kind: Kind, word: str, levels: tuple[int, ...]) -> tuple[PageHeading | str, ...]:
    shown = [1] * kind.has_title + [*levels] * kind.contents.endswith("lines")
    if kind.contents == "title":
        shown.append(1)
    headings = [_heading(word, number, level) for number, level in enumerate(shown)]
    blocks = [_HTML.format(word), *(["<h1>q</h1>"] * (kind.has_title_tag and not kind.has_title))]
    return (*headings[:1], *(f"{block}\n" for block in blocks), *headings[1:])


def _heading(word: str, number: int, level: int) -> PageHeading:
    html = f"q{word}heading{number}q<em>z</em> <code>&#95;</code> &#43; &quot;"
    return PageHeading(level, html, f"q{word}id{number}q", "qa qb" if number == 1 else "", 0)


def _written(heading: PageHeading) -> str:
    classes = "".join(f" .{name}" for name in heading.classes.split())
    return f"{'#' * heading.level} {heading.html} {{#{heading.id}{classes}}}"
