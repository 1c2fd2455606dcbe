"""Diagnostics as people and programs read them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping

from milemark.diagnostic import Diagnostic

Translate = Callable[[str], str]


def as_text(diagnostics: Iterable[Diagnostic], files: Mapping[str, bytes], translate: Translate, folder: str) -> str:
    """Return the findings with the line each is about, and carets under the value; `folder` is put before paths."""
    return "\n".join(_text(each, files, translate, folder) for each in diagnostics)


def _text(found: Diagnostic, files: Mapping[str, bytes], translate: Translate, folder: str) -> str:
    head = f"{found.rule.severity}[{found.rule.code}]: {visible(found.message_in(translate))}"
    lines = [head, f"  --> {visible(folder)}/{visible(str(found.span))}"]
    source = _source_line(files.get(found.span.path, b""), found.span.line)
    if source.strip():
        lines += [f"   | {visible(source)}", f"   | {_carets(source, found)}"]
    return "\n".join([*lines, f"   = {visible(found.hint_in(translate))}", ""])


def _source_line(data: bytes, number: int) -> str:
    lines = data.decode("utf-8-sig", "replace").splitlines()
    return lines[number - 1][:400] if number <= len(lines) else ""


def _carets(source: str, found: Diagnostic) -> str:
    start = found.span.column - 1
    marked = source[start : start + found.span.width]
    return " " * _columns(source[:start]) + "^" * max(_columns(marked), 1)


def _columns(text: str) -> int:
    """Return the width of a text in a terminal: Hangul and other wide characters take two columns."""
    return sum(
        2 if unicodedata.east_asian_width(each) in "WF" else 0 if unicodedata.combining(each) else 1 for each in text
    )


def visible(text: str) -> str:
    """Return a text that a terminal prints as it is: control and format characters are spelled out."""
    return "".join(each if each == " " or each.isprintable() else _spelled(each) for each in text)


def _spelled(character: str) -> str:
    return " " if character == "\t" else f"\\u{ord(character):04x}"
