"""What a collection in roadmap.yml may mean to be private, though its settings are misspelt or of another form.

Such a roadmap.yml ends a build. Its commit stays in the history, whose public side must not show what it meant to hide.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from milemark.foundation.layout import AUDIENCE, PRIVATE
from milemark.foundation.suggestions import resembles
from milemark.markdown.document import Mapping, Node, Scalar, Sequence
from milemark.markdown.private_words import is_private_word
from milemark.roadmap import setting_table
from milemark.roadmap.schema import CORE_FIELDS

_FALSE = frozenset({"", "false", "no", "off", "0", "public"})
_FLAGS = (PRIVATE, "draft")


def may_be_private(node: Node) -> bool:
    """Whether a collection may be private as a whole: `audiense: private`, `visibility: private`, `private: true`."""
    if not isinstance(node, Mapping):
        return any(map(is_private_word, _words(node)))
    own = node.get(PRIVATE)
    is_flag = isinstance(own, Scalar) and own.text.strip().casefold() in {"true", "yes", "on"}
    return is_flag or any(_says_private(key, each) for key, each in _unknown(node))


def private_names(node: Mapping, written: Iterable[str], fields: Iterable[str]) -> Collection[str]:
    """Return the private fields of a collection: those `written` as documented, and those that it may mean."""
    own = (node.get(PRIVATE), *(each for key, each in _unknown(node) if resembles(key.text, (PRIVATE,))))
    words = [word for each in own if each for word in _words(each)]
    wrong = {*words}.difference(fields, CORE_FIELDS)
    meant = (name for name in fields if wrong and resembles(name, wrong))
    return dict.fromkeys((*written, *words, *meant, *_fields(node)))


def _fields(node: Mapping) -> Iterator[str]:
    """Yield the fields whose own settings say that they are private."""
    declared = node.get("fields")
    for key, each in declared.entries if isinstance(declared, Mapping) else ():
        options = each.entries if isinstance(each, Mapping) else ()
        if any(_says_private(option, value) for option, value in options if option.text not in setting_table.FIELD):
            yield key.text


def _unknown(node: Mapping) -> Iterator[tuple[Scalar, Node]]:
    return ((key, each) for key, each in node.entries if key.text not in setting_table.COLLECTION)


def _says_private(key: Scalar, node: Node) -> bool:
    word = node.text.strip().casefold() if isinstance(node, Scalar) else ""
    is_named = resembles(key.text, (AUDIENCE,)) or key.text.casefold() in _FLAGS
    return (is_named and word not in _FALSE) or is_private_word(word)


def _words(node: Node) -> Iterator[str]:
    """Yield the texts in a value of any form: `a, b`, `[a, [b]]`, `{a: true}`."""
    if isinstance(node, Mapping):
        yield from (key.text for key, _value in node.entries)
    elif isinstance(node, Sequence):
        yield from (word for each in node.items for word in _words(each))
    else:
        yield from filter(None, (word.strip() for word in node.text.split(",")))
