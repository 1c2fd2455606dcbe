"""Tags in bodies, such as `#project/alpha`, as quiet links to the page of tags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from milemark.foundation.escaping import page_attribute, page_text, url_part
from milemark.foundation.identifiers import word_key
from milemark.output.site.folding import MOST
from milemark.output.site.renderer import relative_url
from milemark.roadmap.metrics.tags import Tag, tags
from milemark.roadmap.model import Roadmap
from milemark.roadmap.site_paths import TAGS_PAGE


@dataclass(frozen=True, slots=True)
class BodyTags:
    """The tags of a roadmap by their keys."""

    tags: Mapping[str, Tag]
    is_directory: bool

    def link(self, page: str, word: str) -> str | None:
        """Return a word such as `#idea` as a link on a page, or None if the roadmap has no such tag."""
        tag = self.tags.get(word_key(word[1:])) if word.startswith("#") and not word[1:].isdecimal() else None
        if tag is None:
            return None
        address = relative_url(TAGS_PAGE, page, is_directory=self.is_directory) + self._part(tag)
        return f'<a class="mm-tag" href="{page_attribute(address)}">{page_text(word)}</a>'

    def _part(self, tag: Tag) -> str:
        return f"#{url_part(tag.anchor)}" if len(self.tags) <= MOST else ""  # the page of many tags is folded


def body_tags_of(roadmap: Roadmap, *, is_directory: bool) -> BodyTags | None:
    """Return the tags of a roadmap whose bodies may hold tags."""
    if not roadmap.settings.body_tags:
        return None
    return BodyTags({tag.key: tag for tag in tags(roadmap.items)}, is_directory)
