"""Keys of item pages: a page is rendered again only if something it shows has changed.

Pages with equal keys are equal. A key covers the item, everything that its packaged template shows of other items, and
the inputs of all pages: settings, templates, language, day, versions. Tracks and measures depend on too much of the
roadmap to be worth a key; query blocks and a project's own templates may show anything. These pages have no key.

Rejected: recording the values that a template reads, since each would need a wrapper.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from types import MappingProxyType

from milemark.foundation.cache import digest
from milemark.query.finder import has_blocks
from milemark.roadmap.metrics.backlinks import Backlink
from milemark.roadmap.metrics.skills import Skill
from milemark.roadmap.metrics.tags import tags
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.schema import reference_fields, title_of
from milemark.roadmap.settings import Role

_LARGE = 300  # items, from which on the numbers in lists are links: with derivations, long pages would be slow
_LINK = re.compile(r"\]\(|\[\[|\]:|<\w")


def _shows_others(body: str) -> bool:
    """Whether a body may show the content of other files: by queries, or embedded."""
    return has_blocks(body) or "![[" in body


class Keys:
    """The keys of a roadmap's pages. `shared` is the digest of the inputs of all pages; if empty, no page has a key."""

    def __init__(  # noqa: PLR0913, PLR0917  each is a part of the keys
        self,
        roadmap: Roadmap,
        skills: Mapping[str, Skill],
        backlinks: Mapping[str, tuple[Backlink, ...]],
        shared: str,
        attachments: tuple[str, ...] = (),
        landings: Mapping[str, object] = MappingProxyType({}),
    ) -> None:
        self.roadmap, self.skills, self.backlinks = roadmap, skills, backlinks
        self.is_large = len(roadmap.items) > _LARGE
        self.shared = shared and digest(shared, self.is_large)
        self.attachments, self.landings = attachments, landings
        self._known, self._digests = dict[str, str](), dict[str, str]()

    def of(self, item: Item) -> str:
        """Return the key of an item's page, or an empty text for a page that is always rendered."""
        if item.path not in self._known:
            self._known[item.path] = self._key(item)
        return self._known[item.path]

    def _key(self, item: Item) -> str:
        is_summed = item.role in {Role.TRACK, Role.PERSON} or item.texts("counts")
        if not self.shared or is_summed or _shows_others(item.document.body):
            return ""
        skill = self.skills.get(item.id)
        links = [(link.path, link.title, link.field) for link in self.backlinks.get(item.path, ())]
        shown = [(relation, self._digest(each)) for relation, each in self._shown(item, skill)]
        names = self._names if _LINK.search(item.document.body) or item.text("cover") else ""
        words = self._tags if "#" in item.document.body else ()
        return digest(self.shared, item.path, links, skill is not None, shown, names, words, self.landings.get(item.id))

    @cached_property
    def _names(self) -> str:
        """A digest of the names to which bodies link, and of the titles that wikilinks show."""
        items = [(item.path, item.id, item.title, item.texts("aliases")) for item in self.roadmap.items]
        pages = [(page.path, title_of(page)) for page in self.roadmap.pages]
        return digest(items, pages, self.attachments)

    @cached_property
    def _tags(self) -> tuple[str, ...]:
        """The tags to which bodies link."""
        return tuple(tag.key for tag in tags(self.roadmap.items)) if self.roadmap.settings.body_tags else ()

    def _digest(self, item: Item) -> str:
        """Return a digest of an item: its file, and the values derived from other files."""
        if item.id not in self._digests:
            said = (item.document.front, item.document.body, sorted(item.values.items()))
            self._digests[item.id] = digest(item.id, item.path, item.path in self.roadmap.private, *said)
        return self._digests[item.id]

    def _shown(self, item: Item, skill: Skill | None) -> Iterator[tuple[str, Item]]:
        """Yield the items that a page shows, each with its parts, whose tasks count in its progress."""
        yield from self._with_parts("", item)
        for each in self._needed(item):
            yield from self._with_parts("needs", each)
        for each in self.roadmap.dependents(item):
            yield from self._with_parts("needed by", each)
        for each in skill.proofs if skill else ():
            yield from self._with_parts("shown by", each)

    def _needed(self, item: Item) -> Iterable[Item]:
        for field in reference_fields(item.collection):
            value = item.values.get(field.name)
            for id_ in value if isinstance(value, tuple) else (value,):
                if isinstance(id_, str) and id_ in self.roadmap.by_id:
                    yield self.roadmap.by_id[id_]

    def _with_parts(self, relation: str, item: Item) -> Iterator[tuple[str, Item]]:
        waiting = [item]
        while waiting:
            each = waiting.pop()
            yield relation, each
            waiting += self.roadmap.children(each)
