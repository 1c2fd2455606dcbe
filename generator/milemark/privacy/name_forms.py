"""The names of private files, and the patterns of those that are found anywhere.

The names of a private file are its id, its aliases, its path, and its file name with or without `.md`. A folder of
private files has a name, too. Where a name is found depends on what it is:

- A distinct name is found wherever it stands as a whole word: `q7-plan` in `see q7-plan`, `q7-plan.pdf`, `#q7-plan`.
  It has at least three letters, and a digit, a dash, a dot, a blank or another sign. Words with capitals, as in
  `Reading List.md`, may stand in lower case in a sentence (`phrases.py`).
- A plain name is one that people use anyway: a single word of any script (`go`, `data`, `회사`), or a number, a date
  or a label with fewer than three letters (`2026`, `2025-Q1`, `v2`). It is found where it stands as the name of the
  file: with its ending (`go.md`), below its folder (`items/go`), in a wikilink (`[[go]]`); in texts of an author also
  after dots (`../go/`) and as an identifier (`id = 'go'`, `?file=go`, `{#go}`). `items/go.png` is another file.

Particles may follow a name in Korean and other scripts without blanks: `비밀-회사는`.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from milemark.foundation.layout import BASE_ENDING

_ANY = frozenset({"index", "readme"})  # names of the page of a folder
_LETTERS = 3  # a name with fewer is a number, a date or a label
# Scripts whose words end without a blank: Thai, Lao, Burmese, Khmer, kana, Chinese characters, Hangul.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
LETTER = rf"[^\W_{_UNSPACED}]"
_BLANKS = re.compile(r"[\s+_-]+")
_RUN = re.compile(rb"[a-z0-9]+|[\x80-\xff]+")
ENDING = r"\.(?:md|markdown|base(?:#[^\n\"'\]|]*)?)(?![a-z0-9])"  # a base may name a view
OTHER_FILE = r"(?!\.[a-z0-9])(?![/\\](?!index\.html?)[\w.%-])"


class NameForm(NamedTuple):
    """The pattern of a distinct name or of a path, for folded texts.

    A text without `core`, a word of the name in UTF-8, without one of its `words`, or without all of the texts `needs`,
    does not hold it. For a name that `has_blanks`, compare the last with the text `between_blanks`.
    """

    pattern: str
    core: bytes
    words: tuple[bytes, ...]
    needs: tuple[str, ...]
    has_blanks: bool

    def is_in(self, text: str) -> bool:
        """Whether a text holds one of the texts that the name needs."""
        return any(each in text for each in self.needs)


class Names(NamedTuple):
    """All names to find, folded, and the forms of distinct ones and of paths."""

    all: frozenset[str]
    plain: frozenset[str]
    forms: tuple[NameForm, ...]


def names_of(names: frozenset[str], paths: frozenset[str], folders: frozenset[str], shown: frozenset[str]) -> Names:
    """Return the names of private files and folders, without those that public files have, too."""
    words = frozenset((*names, *map(stem_of, paths), *map(posixpath.basename, folders))) - shown - {""}
    plain = frozenset(filter(is_plain, words))
    ways = {way: OTHER_FILE for path in paths for way in path_forms(path)} | dict.fromkeys(folders, "")
    runs = Counter(run for name in words for run in {*_runs(name)})
    forms = [_path(way, after, runs) for way, after in ways.items() if "/" in way and way not in shown]
    forms += [_distinct(name, runs) for name in words - plain]
    return Names(words, plain, tuple(form for form in forms if form.core))


def path_forms(path: str) -> Iterator[str]:
    """Yield the forms of a page in an address without ending: `a/b` for `a/b.md`, and `a` for `a/index.md`."""
    stem = path.removesuffix(".md").removesuffix(BASE_ENDING)
    yield stem
    if posixpath.basename(stem).lower() in _ANY:
        yield posixpath.dirname(stem)


def stem_of(path: str) -> str:
    """Return the name of a file without its ending; the page of a folder has the name of the folder."""
    return posixpath.basename([*path_forms(path)][-1])


def _path(way: str, after: str, runs: Counter[bytes]) -> NameForm:
    """Return the form of a path below content/, with any slashes; its folder is private as well."""
    parts = way.split("/")
    written = r"[/\\]+".join(map(_escaped, parts))
    name = parts[-1]
    pattern = rf"{_left(way)}{written}(?:\.html?|{ENDING})?{_right(way, '-_')}{after}"
    has_blanks = _has_blank(way)
    needs = (with_blanks(name),) if has_blanks else (f"/{name}", f"\\{name}")
    return NameForm(pattern, _core(name, runs), (*_runs(name),), needs, has_blanks)


def _distinct(name: str, runs: Counter[bytes]) -> NameForm:
    pattern, has_blanks = f"{whole(name)}(?:{ENDING})?", _has_blank(name)
    needs = (with_blanks(name) if has_blanks else name,)
    return NameForm(pattern, _core(name, runs), (*_runs(name),), needs, has_blanks)


def is_plain(name: str) -> bool:
    """Whether people use a name anyway: a single word, or a number, a date or a label of hardly any letters."""
    letters = [each for each in name if unicodedata.category(each)[0] == "L"]
    marks = [each for each in name if unicodedata.category(each)[0] == "M"]
    return len(letters) < _LETTERS or len(letters) + len(marks) == len(name)


def with_blanks(text: str) -> str:
    """Return a name with one blank for everything that a blank in it may become."""
    return _BLANKS.sub(" ", text)


def between_blanks(text: str) -> str:
    """Return a text as `with_blanks`, with a blank at both ends; several times as fast for a long one."""
    return f" {' '.join(text.replace('+', ' ').replace('_', ' ').replace('-', ' ').split())} "


def _has_blank(name: str) -> bool:
    return any(map(str.isspace, name))


def _core(name: str, runs: Counter[bytes]) -> bytes:
    """Return the word of a name that the fewest names have; of those the longest."""
    return max(_runs(name), key=lambda run: (-runs[run], len(run)), default=b"")


def _runs(name: str) -> list[bytes]:
    return _RUN.findall(name.encode("utf-8", "surrogatepass"))


def _escaped(name: str) -> str:
    """Return the pattern of a name; a blank may be a line break, `+`, or the dash of an anchor."""
    return _BLANKS.pattern.join(map(re.escape, name.split()))


def whole(name: str) -> str:
    """Return the pattern of a name as a whole word in a folded text."""
    return f"{_left(name)}{_escaped(name)}{_right(name)}"


def _left(name: str, signs: str = "") -> str:
    """Return the pattern of the place before a name: neither a letter, if the name begins with one, nor a sign."""
    return (f"(?<!{LETTER})" if re.match(LETTER, name) else "") + (f"(?<![{signs}])" if signs else "")


def _right(name: str, signs: str = "") -> str:
    return (f"(?!{LETTER})" if re.match(LETTER, name[-1:]) else "") + (f"(?![{signs}])" if signs else "")


def longest_first(names: Iterable[str]) -> list[str]:
    """Return names or patterns in the order of an alternation: a longer one comes before its beginning."""
    return sorted(names, key=lambda name: (-len(name), name))
