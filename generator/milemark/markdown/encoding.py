"""Decode the bytes of a file as UTF-8, with a finding for every other encoding and for control characters."""

from __future__ import annotations

import re
import unicodedata

from milemark.foundation import rules
from milemark.foundation.diagnostics import Diagnostic, Span
from milemark.foundation.i18n import _

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")  # U+0085 ends a line
_LINE_END = re.compile(r"\r\n?")
BOM = b"\xef\xbb\xbf"
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
_CONFLICT = re.compile(r"^<{7} .*", re.MULTILINE)
_ODD_BREAK = re.compile("[\x85\u2028\u2029]")


def decode(path: str, data: bytes) -> tuple[str | None, list[Diagnostic]]:
    r"""Return the text with `\n` line ends and without a byte order mark, or None if the bytes are not UTF-8.

    The first control character is reported. All are read as U+FFFD: places stay right, and none reaches a page.
    """
    try:
        text = data.removeprefix(BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        return None, [_not_utf8(path, data, error)]
    text = _LINE_END.sub("\n", text) if "\r" in text else text
    found = _control_characters(path, text)
    return _CONTROL.sub("\ufffd", text) if found else text, found


def _not_utf8(path: str, data: bytes, error: UnicodeDecodeError) -> Diagnostic:
    start = error.start + len(data) - len(error.object)  # bytes of the byte order mark
    before = _LINE_END.sub("\n", error.object[: error.start].decode("utf-8"))
    line = before.count("\n") + 1
    values = {"byte": f"0x{data[start]:02x}", "offset": str(start)}
    column = len(before) - before.rfind("\n")
    return Diagnostic(rules.NOT_UTF8, Span(path, line, column), values, _guess_hint(data))


def _guess_hint(data: bytes) -> str:
    if data.startswith(_UTF16_BOMS):
        return _("it is UTF-16: save it as UTF-8")
    if _as_cp949(data) is None:
        return ""
    return _("it looks like CP949 (EUC-KR): open it as such and save it as UTF-8")


def _as_cp949(data: bytes) -> str | None:
    try:
        return data.decode("cp949")
    except UnicodeDecodeError:
        return None


def is_text(data: bytes) -> bool:
    """Whether bytes are a text in any encoding: they have a byte order mark of UTF-16, or no zero byte."""
    return data.startswith(_UTF16_BOMS) or b"\0" not in data


def readable(data: bytes) -> str:
    """Return bytes as text to show in a message, decoded line by line where they are not UTF-8."""
    if data.startswith(_UTF16_BOMS):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _line_by_line(data)


def _line_by_line(data: bytes) -> str:
    """Decode each line by itself: a program may have appended to a file in another encoding."""
    return "\n".join(_readable_line(line) for line in data.removeprefix(BOM).replace(b"\r\n", b"\n").split(b"\n"))


def _readable_line(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return _as_cp949(line) or line.decode("utf-8", "replace")


def _control_characters(path: str, text: str) -> list[Diagnostic]:
    found = _CONTROL.search(text)
    if not found:
        return []
    start = found.start()
    span = Span(path, text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start))
    return [Diagnostic(rules.CONTROL_CHARACTER, span, {"name": _name_of(found[0])})]


def _name_of(character: str) -> str:
    return unicodedata.name(character, f"U+{ord(character):04X}")


def refused_text(path: str, text: str, first_line: int = 1) -> Diagnostic | None:
    """Return a finding for a merge conflict or an invisible line break: both would make YAML errors misleading."""
    found = _CONFLICT.search(text) or _ODD_BREAK.search(text)
    if found is None:
        return None
    line = first_line + text.count("\n", 0, found.start())
    span = Span(path, line, found.start() - text.rfind("\n", 0, found.start()), len(found[0]))
    if len(found[0]) > 1:
        return Diagnostic(rules.CONFLICT, span)
    return Diagnostic(rules.CONTROL_CHARACTER, span, {"name": f"U+{ord(found[0]):04X}"})
