"""Changes of files as a diff that `git apply` takes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher, unified_diff

_QUOTED = re.compile(r'["\\\x00-\x1f\x7f]')
_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_NO_FILE = "/dev/null"


def diff_of(path: str, before: bytes | None, after: bytes | None) -> str:
    """Return the change of a file as a unified diff; None stands for no file. Lines keep their line ends."""
    old, new = (_lines(data or b"") for data in (before, after))
    names = (_name("a", path, before), _name("b", path, after))
    return "".join(_marked(line) for line in unified_diff(old, new, *names, lineterm="\n"))


def _lines(data: bytes) -> list[str]:
    """Return lines as git counts them: only a line feed ends a line."""
    return re.findall(r"[^\n]*\n|[^\n]+", data.decode("utf-8", "surrogateescape"))


def _name(side: str, path: str, data: bytes | None) -> str:
    if data is None:
        return _NO_FILE
    if _QUOTED.search(path):
        return f'"{side}/{_QUOTED.sub(_escape, path)}"'
    return f"{side}/{path}\t" if " " in path else f"{side}/{path}"


def _escape(found: re.Match[str]) -> str:
    return _ESCAPES.get(found[0], f"\\{ord(found[0]):03o}")


def _marked(line: str) -> str:
    return line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def changed_lines(before: bytes | None, after: bytes | None) -> Iterator[str]:
    """Yield the lines that a change removes and adds, each behind its sign, without their line ends."""
    old, new = ([line.rstrip("\r\n") for line in _lines(data or b"")] for data in (before, after))
    for kind, first, end, start, stop in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            yield from (f"- {line}" for line in old[first:end])
            yield from (f"+ {line}" for line in new[start:stop])
