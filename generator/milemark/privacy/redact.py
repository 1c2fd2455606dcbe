"""Texts without what leads to private files: the author's words stay, addresses, names and titles go.

What is in code is treated alike, since an address tells as much there.
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote, urlsplit

from milemark.foundation.identifiers import key_of
from milemark.foundation.layout import CONTENT
from milemark.privacy.hidden import Hidden, folders_of

GAP = "…"
_ANY = frozenset({"index", "readme"})
_SHORT = 2  # letters of a name that may stand in any word
_MAY_LEAD = re.compile(r"[\[<]|://|8<|\.(?:md|base)\b")
_TEXT = r"\[(?P<text>(?:[^\[\]\\]++|\\.|\[[^\[\]]{0,200}\]){0,300}+)\]"
_TITLE = r"(?:\"[^\"]{0,1000}\"|'[^']{0,1000}'|\([^()]{0,1000}\))"
_TO = r"(?P<to><[^<>\n]*>|[^\s()<]*(?:(?:\([^\s()]*\)|[ \t]++(?![\"'(]))[^\s()<]*)*)"
_INLINE = re.compile(rf"(?P<image>!?){_TEXT}\(\s*{_TO}(?:\s+{_TITLE})?\s*\)(?:\{{[^{{}}\n]*\}})?")
_REST = re.compile(rf"\]\(\s*{_TO}(?:\s+{_TITLE})?\s*\)")  # of a link whose text is no such text
_DEFINITION = re.compile(
    rf"^(?P<head>[ \t>]*)\[(?P<label>[^\]\n]+)\]:[ \t]*\n?[ \t]*(?P<to><[^<>\n]*>|\S+)"
    rf"(?:[ \t]*\n?[ \t]*{_TITLE})?[ \t]*$",
    re.MULTILINE,
)
_BY_LABEL = re.compile(rf"(?P<image>!?){_TEXT}(?:\[(?P<label>[^\]\n]*)\])?(?![(:])")
_WIKILINK = re.compile(r"!?\[\[(?P<to>[^\[\]|#\n\\]+)(?:#[^\[\]|\n\\]*)?(?:\\?\|(?P<text>[^\[\]\n]*))?\]\]")
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
    """Knows what is hidden, and takes it out of texts."""

    hidden: Hidden

    @cached_property
    def _paths(self) -> dict[str, str]:
        """Every form of an address below content/ in which a private file may be named, with the file's path."""
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
        """Finds a private file or folder that an absolute address speaks of; one name alone may be anybody's."""
        names = sorted(self._paths, key=len, reverse=True)
        known = [re.escape(name) if "/" in name else f"{CONTENT}/{re.escape(name)}" for name in names]
        return re.compile(rf"/(?P<name>{'|'.join(known) or '(?!)'})(?=$|[/?#.])")

    def target(self, path: str, address: str) -> str:
        """Return the private file that an address in a file leads to, or nothing."""
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
        if way.startswith("/"):  # of content/, or of the host, below which the site may stand anywhere
            found = self._within.search(key_of(way))
            return self._private(way) or (self._paths[found["name"].removeprefix(f"{CONTENT}/")] if found else "")
        bases = [posixpath.dirname(path)]
        if not way.endswith(".md"):  # as a browser reads it, to which a page is a folder
            bases.append(path.removesuffix(".md"))
        ways = (posixpath.normpath(posixpath.join(base, way)) for base in bases)
        return next(filter(None, map(self._private, ways)), "")

    def _private(self, path: str) -> str:
        """Return the private file, or the folder that holds nothing else, of a path as somebody wrote it."""
        key = key_of(_UP.sub("", posixpath.normpath(path)).strip("/"))
        if key in self._paths or key in self._shown:
            return self._paths.get(key, "")
        return next((folder for folder in folders_of(key) if folder in self._folders), "")

    def named(self, text: str) -> bool:
        """Whether a reference names something private: `secret`, `[[secret]]`, `[[plans/secret|label]]`."""
        name = re.split(r"[|#]", text.strip().removeprefix("[[").removesuffix("]]"))[0].strip().lstrip("/")
        keys = {key_of(name), key_of(posixpath.basename(name)), key_of(posixpath.basename(name).removesuffix(".md"))}
        return not keys.isdisjoint(self.hidden.names) or bool("/" in name and self._private(name))

    def _said(self, text: str, target: str) -> str:
        """Return the text of a link that leads nowhere now: the author's own words, or a gap for a private name."""
        plain = key_of(_MARKUP.sub("", text))
        stem = posixpath.basename(target).removesuffix(".md")
        words = {key_of(word) for word in (*self.hidden.words.get(target, ()), stem, target)}
        is_overridden = plain.strip() in words or any(word in plain for word in words if len(word) > _SHORT)
        return GAP if is_overridden or not plain.strip() else text

    def without(self, path: str, text: str) -> str:
        """Return a text of a file in which nothing leads to what is private; its lines stay where they are."""
        if not self.hidden or not _MAY_LEAD.search(text):
            return text
        text = _WIKILINK.sub(self._wikilink, text)
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
        """The names of private files, by which links in double brackets find them."""
        return frozenset(key_of(posixpath.basename(path).removesuffix(".md")) for path in self.hidden.paths) - _ANY

    def _is_file(self, name: str) -> bool:
        """Whether a name, with or without its folder, is that of a private file."""
        return key_of(posixpath.basename(name).removesuffix(".md")) in self._stems

    def _wikilink(self, found: re.Match[str]) -> str:
        name = found["to"].strip()
        if not self.named(name) and not self._is_file(name):
            return found[0]
        target = self._private(name) or next(
            (path for path, words in self.hidden.words.items() if key_of(name) in map(key_of, words)), name
        )
        return self._said(found["text"] or "", target)

    def _inline(self, path: str, found: re.Match[str]) -> str:
        target = self.target(path, found["to"])
        if not target:  # an image in it may lead to something else
            inner = _INLINE.sub(lambda inner: self._inline(path, inner), found["text"])
            return found[0] if inner == found["text"] else found[0].replace(found["text"], inner, 1)
        lines = "\n" * found[0].count("\n")
        if found["image"]:
            return lines
        said = self._said(found["text"], target)
        return said + "\n" * (len(lines) - said.count("\n"))

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
        return "" if found["image"] else self._said(found["text"], target)

    def _tag(self, path: str, found: re.Match[str]) -> str:
        values = ("".join(filter(None, each)) for each in _VALUE.findall(found["attributes"]))
        if not any(self.target(path, address) for value in values for address in _addresses(value)):
            return found[0]
        lines = "\n" * found[0].count("\n")
        return f"<{found['name']}>{lines}" if found["name"].lower() == "a" else lines


def _forms(path: str) -> Iterator[str]:
    """Yield what a page may be called in an address: `a/b.md`, `a/b`, `a/b.html`, and `a` for `a/index.md`."""
    stem = path.removesuffix(".md")
    yield from map(key_of, (path, stem, f"{stem}.html"))
    if posixpath.basename(stem).lower() in _ANY:
        yield key_of(posixpath.dirname(stem))


def _addresses(value: str) -> Iterator[str]:
    """Yield the addresses of an attribute: the whole, or the entries of a `srcset`."""
    yield value
    yield from (entry.split()[0] for entry in value.split(",") if "," in value and entry.split())


def _label(text: str) -> str:
    return key_of(" ".join(text.split()))
