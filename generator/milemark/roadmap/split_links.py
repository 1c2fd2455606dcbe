"""The links to headings of a file that become files of their own: each leads to the new file."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

from milemark.foundation.escaping import url_part
from milemark.markdown.addresses import Address
from milemark.markdown.reference_edits import new_references
from milemark.roadmap.content_paths import Destination, destination_of
from milemark.roadmap.link_targets import LinkTargets, targets_of
from milemark.roadmap.load import Loaded
from milemark.roadmap.page_anchors import HeadingPages


@dataclass(frozen=True)
class SplitLinks:
    """The links of a roadmap in which the items of the file `source` get files of their own at their paths.

    `others` are the paths of files that are no Markdown.
    """

    loaded: Loaded
    source: str
    others: tuple[str, ...] = ()

    @cached_property
    def _targets(self) -> LinkTargets:
        return targets_of(self.loaded, self.others)

    @cached_property
    def _headings(self) -> HeadingPages:
        items = (each for each in self.loaded.roadmap.items if each.document.source == self.source)
        return HeadingPages((each.path, self.source, each.title) for each in items)

    def rewritten(self, files: Iterable[tuple[str, bytes]], places: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
        """Yield each file whose links change, with its new bytes. `places` are the paths of the new files.

        Their keys are the paths that the items have as headings; a file at one of these was a part of the source.
        """
        was = dict.fromkeys(places.values(), self.source)
        for path, data in files:
            new_address = partial(self._address, places, was.get(path, path), path)
            found = new_references(path, data, lambda _written: None, new_address)
            if found.data != data:
                yield path, found.data

    def _address(self, places: Mapping[str, str], base: str, here: str, address: Address) -> str | None:
        """Return an address in the file `here`, which leads where it led from `base`, or None if the old one does."""
        target = Destination(*address.text.partition("#")[::2]) if address.is_wiki else destination_of(address.text)
        found = self._targets.of(base, address)
        if target is None or not found:
            return None
        page = self._headings.page(found, target.part) if target.part else ""
        if address.is_wiki:
            return self.loaded.roadmap.file_names.id_of[page] if page in places else None
        rest = "" if page else address.text[len(re.split("[?#]", address.text, maxsplit=1)[0]) :]
        goal = places.get(page or found, page or found)
        is_kept = goal == found and posixpath.dirname(here) == posixpath.dirname(base)
        if is_kept or target.is_absolute or not (page or target.way):
            return None
        return url_part(posixpath.relpath(goal, posixpath.dirname(here) or ".")) + rest
