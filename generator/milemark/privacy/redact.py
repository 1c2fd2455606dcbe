"""Remove links to private files from texts: the words of the author stay, addresses and names go.

A link becomes its text, a picture nothing; the guard blanks the names that stand elsewhere. Code is redacted, too,
since an address in it reveals just as much.
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from urllib.parse import unquote, urlsplit

from markdown_it.common.html_re import attribute, open_tag

from milemark.foundation.identifiers import key_of
from milemark.markdown.link_places import WrittenLink, written_links
from milemark.markdown.wikilinks import Wikilink, parse_reference, replace_wikilinks
from milemark.privacy.guard import GAP, Blanked, Guard, guard_of
from milemark.privacy.hidden import Hidden, folders_of
from milemark.privacy.name_forms import path_forms

_DEEPEST = 40  # folders in an address
_SHORT = 2  # a name this short may be part of any word
_NESTED = 4  # links within the text of links
_TAG = re.compile(open_tag)
_VALUE = re.compile(r"\s*=\s*(?P<quote>[\"']?)(?P<value>.*)(?P=quote)", re.DOTALL)
_EMPTY_TAGS = frozenset({"area", "embed", "img", "input", "link", "meta", "source", "track"})
_ATTRIBUTES = re.compile(r"\{[^{}\n]*\}")
_MARKUP = re.compile(r"[*_`\\]")
_UP = re.compile(r"^(?:\.\./)+")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_DROPPED = re.compile(r"[\t\n\r]")  # a browser drops these from an address
_BLOCK = re.compile(r"\^.*")  # `[[redis^block]]`


@dataclass(frozen=True)
class Redactor:
    """Removes links to hidden files from texts, and blanks their names."""

    hidden: Hidden

    @cached_property
    def guard(self) -> Guard:
        """The guard of the hidden names."""
        return guard_of(self.hidden)

    @cached_property
    def _paths(self) -> dict[str, str]:
        """The private path for each form of its address below content/."""
        found = {key_of(folder): folder for folder in self.hidden.folders}
        found |= {form: path for path in sorted(self.hidden.paths) for form in _forms(path)}
        return {form: path for form, path in found.items() if form not in self._shown}

    @cached_property
    def _shown(self) -> frozenset[str]:
        return frozenset(form for path in self.hidden.generated for form in _forms(path))

    @cached_property
    def _folders(self) -> frozenset[str]:
        return frozenset(map(key_of, self.hidden.folders))

    def target(self, path: str, address: str) -> str:
        """Return the private path to which an address in a file leads, or an empty text."""
        if not self.hidden:
            return ""
        address = _ESCAPED.sub(r"\1", html.unescape(address.strip("<>").strip()))
        try:
            parts = urlsplit(_DROPPED.sub("", address).strip())
        except ValueError:  # brackets that are no IPv6 address
            return ""
        way = unquote(parts.path)
        if parts.scheme or parts.netloc:
            return self._within(way) if parts.scheme in {"http", "https", ""} else ""
        if way.startswith("/"):  # from content/, or from the host: the site may be in any folder of it
            return self._private(way) or self._within(way)
        bases = [posixpath.dirname(path)] if way else []
        if way and not way.endswith(".md"):  # in a browser, a page is a folder
            bases.append(path.removesuffix(".md"))
        ways = (posixpath.normpath(posixpath.join(base, way)) for base in bases)
        return next(filter(None, map(self._private, ways)), "")

    def _within(self, way: str) -> str:
        """Return the private path that is a part of an absolute way; a name without a folder counts below content/."""
        parts = key_of(way).strip("/").split("/")[:_DEEPEST]
        top = key_of(posixpath.basename(self.hidden.content))
        for start, end in combinations(range(len(parts) + 1), 2):
            found = self._paths.get("/".join(parts[start:end]))
            if found and (end - start > 1 or top in {".", *parts[:start][-1:]}):
                return found
        return ""

    def _private(self, path: str) -> str:
        """Return the private file or folder for a path as written, or an empty text."""
        key = key_of(_UP.sub("", posixpath.normpath(path)).strip("/"))
        if key in self._paths or key in self._shown:
            return self._paths.get(key, "")
        return next((folder for folder in folders_of(key) if folder in self._folders), "")

    def named(self, text: str) -> bool:
        """Whether a reference leads to a private file: `secret`, `[[secret]]`, `[[plans/secret|label]]`."""
        if not self.hidden:
            return False
        names = (parse_reference(text).path, text.strip())  # without brackets, `C#` is a whole name
        return any(map(self._is_name, names)) or self.guard.finds(text)

    def _is_name(self, name: str) -> bool:
        last = posixpath.basename(name)
        keys = {key_of(name), key_of(last), key_of(last.removesuffix(".md"))}
        is_named = key_of(name) in self.hidden.titles or not keys.isdisjoint(self.hidden.names)
        return is_named or bool("/" in name and self._private(name))

    def _text_left(self, text: str, target: str) -> str:
        """Return the text of a removed link, or `…` if the text itself holds a private name."""
        plain = key_of(_MARKUP.sub("", text))
        stem = posixpath.basename(target).removesuffix(".md")
        words = {key_of(word) for word in (*self.hidden.words.get(target, ()), stem, target)} - {""}
        is_overridden = plain.strip() in words or any(word in plain for word in words if len(word) > _SHORT)
        return GAP if is_overridden or not plain.strip() else text

    def without(self, path: str, text: str) -> str:
        """Return a text of the file `path` without links to private files and without their names."""
        return self.blanked(path, text).text

    def blanked(self, path: str, text: str) -> Blanked:
        """Return a text as `without` does, with the places of the names that stood outside links."""
        return self.guard.blanked(self._unlinked(path, text)) if self.hidden else Blanked(text)

    def _unlinked(self, path: str, text: str) -> str:
        """Return a text without links to private files; every line keeps its number."""
        if "[" in text:
            text = replace_wikilinks(text, self._wikilink)
            labels: dict[str, str] = {}
            for _time in range(_NESTED):
                links = self._private_links(path, text, labels)
                if not links:
                    break
                text = self._without_links(text, links)
        return _TAG.sub(lambda found: self._tag(path, found), text) if "<" in text else text

    def _wikilink(self, link: Wikilink) -> str | None:
        name = _BLOCK.sub("", link.target).strip()
        path = name.strip("/")
        if not self._is_name(path) and not self.guard.finds(f"[[{link.target}]]"):
            return None
        target = self._private(path) or next(
            (path for path, words in self.hidden.words.items() if key_of(name) in map(key_of, words)), name
        )
        return self._text_left(link.text, target)

    def _private_links(self, path: str, text: str, labels: dict[str, str]) -> list[tuple[WrittenLink, str]]:
        """Return the outermost links that lead to private files, with these; adds the labels that do."""
        links = [(link, self._leads(path, link.address)) for link in written_links(text)]
        labels |= {link.label: target for link, target in links if target and link.is_definition}
        found = [(link, target or labels.get(link.label, "")) for link, target in links]
        outer: list[tuple[WrittenLink, str]] = []
        for link, target in sorted(found, key=lambda pair: (pair[0].start, -pair[0].end)):
            is_inner = bool(outer) and link.start < outer[-1][0].end
            if target and not is_inner:
                outer.append((link, target))
        return outer

    def _leads(self, path: str, address: str) -> str:
        """Return the private path to which an address leads; the address itself if it only holds a private name."""
        return address and (self.target(path, address) or (address if self.guard.finds(address) else ""))

    def _without_links(self, text: str, links: list[tuple[WrittenLink, str]]) -> str:
        kept, last = [], 0
        for link, target in links:
            after = None if link.is_definition else _ATTRIBUTES.match(text, link.end)
            end = after.end() if after else link.end
            is_text = not link.is_definition and not link.is_image
            left = self._text_left(text[link.text], target) if is_text else ""
            lines = text.count("\n", link.start, end) - left.count("\n")
            kept += [text[last : link.start].rstrip(" \t") if link.is_definition else text[last : link.start]]
            kept += [left, "\n" * lines]
            last = end
        return "".join([*kept, text[last:]])

    def _tag(self, path: str, found: re.Match[str]) -> str:
        """Return an HTML tag without its attributes if one of them leads to a private file."""
        name, *_rest = re.split(r"[\s/>]", found[0][1:], maxsplit=1)
        values = (each["value"] for each in _values(found[0]))
        if not any(self.target(path, address) for value in values for address in _addresses(value)):
            return found[0]
        lines = "\n" * found[0].count("\n")
        return lines if name.lower() in _EMPTY_TAGS else f"<{name}>{lines}"


def _values(tag: str) -> Iterator[re.Match[str]]:
    """Yield the values of the attributes of a tag."""
    for each in re.finditer(attribute, tag):
        if found := _VALUE.search(each[0]):
            yield found


def _forms(path: str) -> Iterator[str]:
    """Yield the forms of a page in an address: `a/b.md`, `a/b`, `a/b.html`, and `a` for `a/index.md`."""
    yield from map(key_of, (path, f"{path.removesuffix('.md')}.html", *path_forms(path)))


def _addresses(value: str) -> Iterator[str]:
    """Yield the addresses of an attribute: the whole, or the entries of a `srcset`."""
    yield value
    yield from (entry.split()[0] for entry in value.split(",") if "," in value and entry.split())
