"""Remove links to private files from texts: the author's words stay; addresses, names and titles are removed.

Text in code is redacted too, since an address in it reveals just as much.
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote, urlsplit

from milemark.foundation.identifiers import key_of, word_key
from milemark.foundation.layout import CONTENT
from milemark.markdown.links import Wikilink, parse_reference, replace_wikilinks
from milemark.privacy.hidden import Hidden, folders_of

GAP = "…"
_ANY = frozenset({"index", "readme"})
_SHORT = 2  # a name this short may be part of any word
_MAY_LEAD = re.compile(r"[\[<]|://|8<|\.(?:md|base)\b")
_TEXT = r"\[(?P<text>(?:[^\[\]\\]++|\\.|\[[^\[\]]{0,200}\]){0,300}+)\]"
_TITLE = r"(?:\"[^\"]{0,1000}\"|'[^']{0,1000}'|\([^()]{0,1000}\))"
_TO = r"(?P<to><[^<>\n]*>|[^\s()<]*(?:(?:\([^\s()]*\)|[ \t]++(?![\"'(]))[^\s()<]*)*)"
_INLINE = re.compile(rf"(?P<image>!?){_TEXT}\(\s*{_TO}(?:\s+{_TITLE})?\s*\)(?:\{{[^{{}}\n]*\}})?")
_REST = re.compile(rf"\]\(\s*{_TO}(?:\s+{_TITLE})?\s*\)")  # of a link whose text holds more brackets
_DEFINITION = re.compile(
    rf"^(?P<head>[ \t>]*)\[(?P<label>[^\]\n]+)\]:[ \t]*\n?[ \t]*(?P<to><[^<>\n]*>|\S+)"
    rf"(?:[ \t]*\n?[ \t]*{_TITLE})?[ \t]*$",
    re.MULTILINE,
)
_BY_LABEL = re.compile(rf"(?P<image>!?){_TEXT}(?:\[(?P<label>[^\]\n]*)\])?(?![(:])")
_TAG = re.compile(r"<(?P<name>[A-Za-z][\w-]*)\b(?P<attributes>(?:\"[^\"]*\"|'[^']*'|[^<>\"'])*+)>")
_VALUE = re.compile(r"=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_ADDRESS = re.compile(r"<?\bhttps?://[^\s<>\"'\]]+>?")
_FILE = re.compile(r"(?<![^\s<>()\[\]\"'`|])[^\s<>()\[\]\"'`|]+\.md\b")
_BASE = re.compile(r"(?<![^\s<>()\[\]\"'`|])(?P<to>[^\s<>()\[\]\"'`|#]+\.base\b)(?:#[^\n\"'\]]*)?")
_SNIPPET = re.compile(r"^.*-8<-.*$", re.MULTILINE)
_MARKUP = re.compile(r"[*_`\\]")
_UP = re.compile(r"^(?:\.\./)+")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


@dataclass(frozen=True)
class Redactor:
    """Removes links to hidden files from texts."""

    hidden: Hidden

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

    @cached_property
    def _within(self) -> re.Pattern[str]:
        """Matches a private path in an absolute address; a name without a folder matches only below content/."""
        names = sorted(self._paths, key=len, reverse=True)
        known = [re.escape(name) if "/" in name else f"{CONTENT}/{re.escape(name)}" for name in names]
        return re.compile(rf"/(?P<name>{'|'.join(known) or '(?!)'})(?=$|[/?#.])")

    def target(self, path: str, address: str) -> str:
        """Return the private path to which an address in a file leads, or an empty text."""
        address = _ESCAPED.sub(r"\1", html.unescape(address.strip("<>").strip()))
        try:
            parts = urlsplit(address)
        except ValueError:  # brackets that are no IPv6 address
            return ""
        way = unquote(parts.path)
        if parts.scheme or parts.netloc:
            found = self._within.search(key_of(way)) if parts.scheme in {"http", "https", ""} else None
            return self._paths[found["name"].removeprefix(f"{CONTENT}/")] if found else ""
        if not way:
            return ""
        if way.startswith("/"):  # from content/, or from the host: the site may be in any folder of it
            found = self._within.search(key_of(way))
            return self._private(way) or (self._paths[found["name"].removeprefix(f"{CONTENT}/")] if found else "")
        bases = [posixpath.dirname(path)]
        if not way.endswith(".md"):  # in a browser, a page is a folder
            bases.append(path.removesuffix(".md"))
        ways = (posixpath.normpath(posixpath.join(base, way)) for base in bases)
        return next(filter(None, map(self._private, ways)), "")

    def _private(self, path: str) -> str:
        """Return the private file or folder for a path as written, or an empty text."""
        key = key_of(_UP.sub("", posixpath.normpath(path)).strip("/"))
        if key in self._paths or key in self._shown:
            return self._paths.get(key, "")
        return next((folder for folder in folders_of(key) if folder in self._folders), "")

    def named(self, text: str) -> bool:
        """Whether a reference leads to a private file: `secret`, `[[secret]]`, `[[plans/secret|label]]`."""
        names = (parse_reference(text).path, text.strip())  # without brackets, `C#` is a whole name
        return any(map(self._is_name, names))

    def _is_name(self, name: str) -> bool:
        last = posixpath.basename(name)
        keys = {key_of(name), key_of(last), key_of(last.removesuffix(".md"))}
        return not keys.isdisjoint(self.hidden.names) or bool("/" in name and self._private(name))

    def _text_left(self, text: str, target: str) -> str:
        """Return the text of a removed link, or `…` if the text itself holds a private name."""
        plain = key_of(_MARKUP.sub("", text))
        stem = posixpath.basename(target).removesuffix(".md")
        words = {key_of(word) for word in (*self.hidden.words.get(target, ()), stem, target)}
        is_overridden = plain.strip() in words or any(word in plain for word in words if len(word) > _SHORT)
        return GAP if is_overridden or not plain.strip() else text

    def without(self, path: str, text: str) -> str:
        """Return a text of the file `path` without links to private files; every line keeps its number."""
        if not self.hidden or not _MAY_LEAD.search(text):
            return text
        text = replace_wikilinks(text, self._wikilink)
        for _nested in range(2):  # an image within a link
            text = _INLINE.sub(lambda found: self._inline(path, found), text)
        text = _REST.sub(lambda found: self._rest(path, found), text)
        labels: dict[str, str] = {}
        text = _DEFINITION.sub(lambda found: self._definition(path, found, labels), text)
        text = _BY_LABEL.sub(lambda found: self._by_label(found, labels), text) if labels else text
        text = _TAG.sub(lambda found: self._tag(path, found), text)
        text = _SNIPPET.sub(lambda found: "" if any(each in found[0] for each in self.hidden.paths) else found[0], text)
        text = _ADDRESS.sub(lambda found: GAP if self.target(path, found[0]) else found[0], text)
        text = _FILE.sub(
            lambda found: GAP if self.target(path, found[0]) or self._private(found[0]) else found[0], text
        )
        return _BASE.sub(lambda found: GAP if self._is_file(found["to"]) else found[0], text)

    @cached_property
    def _stems(self) -> frozenset[str]:
        """The file names of private files, as wikilinks use them."""
        return frozenset(key_of(posixpath.basename(path).removesuffix(".md")) for path in self.hidden.paths) - _ANY

    def _is_file(self, name: str) -> bool:
        """Whether a name, with or without a folder, is the name of a private file."""
        return key_of(posixpath.basename(name).removesuffix(".md")) in self._stems

    def _wikilink(self, link: Wikilink) -> str | None:
        name = link.target
        if not self._is_name(link.path) and not self._is_file(name):
            return None
        target = self._private(name) or next(
            (path for path, words in self.hidden.words.items() if key_of(name) in map(key_of, words)), name
        )
        return self._text_left(link.text, target)

    def _inline(self, path: str, found: re.Match[str]) -> str:
        target = self.target(path, found["to"])
        if not target:  # an image in it may lead to something else
            inner = _INLINE.sub(lambda inner: self._inline(path, inner), found["text"])
            return found[0] if inner == found["text"] else found[0].replace(found["text"], inner, 1)
        lines = "\n" * found[0].count("\n")
        if found["image"]:
            return lines
        left = self._text_left(found["text"], target)
        return left + "\n" * (len(lines) - left.count("\n"))

    def _rest(self, path: str, found: re.Match[str]) -> str:
        return "]" + "\n" * found[0].count("\n") if self.target(path, found["to"]) else found[0]

    def _definition(self, path: str, found: re.Match[str], labels: dict[str, str]) -> str:
        target = self.target(path, found["to"])
        if not target:
            return found[0]
        labels[_label(found["label"])] = target
        return found["head"].rstrip() + "\n" * found[0].count("\n")

    def _by_label(self, found: re.Match[str], labels: dict[str, str]) -> str:
        target = labels.get(_label(found["label"] or found["text"]))
        if not target:
            return found[0]
        return "" if found["image"] else self._text_left(found["text"], target)

    def _tag(self, path: str, found: re.Match[str]) -> str:
        values = ("".join(filter(None, each)) for each in _VALUE.findall(found["attributes"]))
        if not any(self.target(path, address) for value in values for address in _addresses(value)):
            return found[0]
        lines = "\n" * found[0].count("\n")
        return f"<{found['name']}>{lines}" if found["name"].lower() == "a" else lines


def _forms(path: str) -> Iterator[str]:
    """Yield the forms of a page in an address: `a/b.md`, `a/b`, `a/b.html`, and `a` for `a/index.md`."""
    stem = path.removesuffix(".md")
    yield from map(key_of, (path, stem, f"{stem}.html"))
    if posixpath.basename(stem).lower() in _ANY:
        yield key_of(posixpath.dirname(stem))


def _addresses(value: str) -> Iterator[str]:
    """Yield the addresses of an attribute: the whole, or the entries of a `srcset`."""
    yield value
    yield from (entry.split()[0] for entry in value.split(",") if "," in value and entry.split())


def _label(text: str) -> str:
    return word_key(text)
