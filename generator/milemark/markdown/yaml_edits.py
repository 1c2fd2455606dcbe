"""Edits of front matter as splices of its bytes: each takes the style of the place where it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from milemark.markdown.byte_tree import BLOCK_STYLES, ByteNode, Source
from milemark.markdown.edits import (
    AddEntry,
    FieldEdit,
    Path,
    Place,
    RemoveField,
    SetField,
    Splice,
    Splices,
    TakeEntry,
    place_of,
    refused,
)
from milemark.markdown.scalar_styles import block_text, has_header_comment, reads_as_text, scalar_text

_PLAIN_KEY = re.compile(r"[^\W\d][\w -]*[\w]|[^\W\d]")
_INDENT = 2


def field_splices(source: Source, edit: FieldEdit) -> Splices:
    """Return the splices of an edit; none if the file has the value already. Raises EditRefusedError."""
    root = source.root
    if root is None:
        return _without_root(source, edit)
    place = place_of(source, root, edit.path)
    if isinstance(edit, RemoveField):
        return () if place.key is None or place.rest else _removed_pair(source, place)
    if isinstance(edit, SetField):
        return _set(source, place, edit)
    return _add(source, place, edit) if isinstance(edit, AddEntry) else _take(source, place, edit.number)


def _without_root(source: Source, edit: FieldEdit) -> Splices:
    """Return the splices for a file without fields: the first field, in front matter that may be new."""
    if isinstance(edit, RemoveField | TakeEntry):
        return ()
    lines = source.lines
    newline = lines.line_end(1)
    entry = _entry(edit.path, _new_value(source, edit, newline), newline, 0) + newline
    if source.closing_line:
        return (_insertion(lines.start(source.closing_line), entry),)
    return (_insertion(lines.start(1), b"---" + newline + entry + b"---" + newline),)


def _insertion(offset: int, new: bytes) -> Splice:
    return Splice(offset, offset, new)


# --- a value


def _set(source: Source, place: Place, edit: SetField) -> Splices:
    if place.value is None or place.rest:
        return _new_pair(source, place, edit)
    if isinstance(edit.value, tuple):
        return _set_list(source, place, edit, place.value)
    if not place.value.is_scalar:
        new = scalar_text(edit.value, is_text=edit.is_text, is_flow=place.parent.is_flow)
        return _instead_of_collection(source, place, new.encode())
    return _set_scalar(source, place, edit.value, place.value, is_text=edit.is_text)


def _set_scalar(source: Source, place: Place, text: str, old: ByteNode, *, is_text: bool) -> Splices:
    if old.text.rstrip("\n") == text and not old.is_null:
        return ()
    if old.is_missing:
        style = "" if not is_text else usual_quotes(source, text)
        new = scalar_text(text, style, is_text=is_text, is_flow=place.parent.is_flow)
        return _at_missing_value(source, place, new.encode())
    is_text = is_text and (old.style != "" or old.is_null or reads_as_text(old.text))
    return (replaced_scalar(source, old, text, is_text=is_text, is_flow=place.parent.is_flow),)


def replaced_scalar(source: Source, old: ByteNode, text: str, *, is_text: bool = True, is_flow: bool = False) -> Splice:
    """Return the splice that writes a text in place of a scalar, in its style. Raises EditRefusedError."""
    if old.style in BLOCK_STYLES:
        return Splice(old.start, old.end, _block(source, old, text, source.data[old.start : old.end].decode()))
    style = old.style or usual_quotes(source, text)
    new = scalar_text(text, style, is_text=is_text, is_flow=is_flow)
    if not old.style:  # a plain value stays plain if it can
        new = scalar_text(text, "", is_text=is_text, is_flow=is_flow)
    return Splice(old.start, old.end, new.encode())


def usual_quotes(source: Source, text: str) -> str:
    """Return the quotes that the values of a file usually have, for a text that needs some; empty if it needs none."""
    plain = scalar_text(text)
    if plain == text or source.root is None:
        return ""
    found = [leaf.style for leaf in source.root.leaves() if leaf.style in {"'", '"'}]
    return "'" if found.count("'") > found.count('"') else '"'


def _block(source: Source, old: ByteNode, text: str, written: str) -> bytes:
    newline = source.lines.line_end(source.lines.line_of(old.start)).decode()
    written = re.sub(r"\r\n?", "\n", written)
    new = block_text(text, written)
    if new is None and has_header_comment(written):
        raise refused(source, old.start, "a comment stands in this value: edit it by hand")
    return (new.replace("\n", newline) if new else scalar_text(text, '"')).encode()


def _at_missing_value(source: Source, place: Place, new: bytes) -> Splices:
    """Return the splice that writes a value behind a key without one, and behind the blanks if nothing follows them."""
    assert place.key is not None and place.value is not None, "the place has a key"  # noqa: S101, PT018
    start = place.value.start
    end = source.lines.end(source.lines.line_of(start))
    behind = source.data[start:end]
    if behind and not behind.strip(b" \t"):
        return (_insertion(end, new),)
    before = source.data[place.key.end : start]
    colon = b"" if b":" in before else b":"
    blank = b"" if before[-1:] in {b" ", b"\t"} else b" "
    return (_insertion(start, colon + blank + new),)


def _instead_of_collection(source: Source, place: Place, new: bytes) -> Splices:
    """Return the splice that writes a single value or brackets in place of a list or an object."""
    assert place.key is not None and place.value is not None, "the place has a key"  # noqa: S101, PT018
    start = source.data.index(b":", place.key.end) + 1
    value = place.value
    if source.has_comment(start, value.end, value):
        raise refused(source, value.start, "a comment stands in this value: edit it by hand")
    return (Splice(value.start, value.end, new) if value.is_flow else Splice(start, value.end, b" " + new),)


# --- a list


def _set_list(source: Source, place: Place, edit: SetField, old: ByteNode) -> Splices:
    values = edit.value
    if old.is_missing:
        return _at_missing_value(source, place, flow_list(values, is_text=edit.is_text))
    if old.is_scalar:
        return (Splice(old.start, old.end, flow_list(values, is_text=edit.is_text)),)
    if old.style != "-" or not values:
        return _instead_of_collection(source, place, flow_list(values, is_text=edit.is_text))
    if source.has_comment(old.start, old.end, old):
        raise refused(source, old.start, "comments stand between these entries: use += and -=")
    marker, newline = _dash(source, old, old.parts[0]), source.lines.line_end(source.lines.line_of(old.start))
    entries = [_entry_text(source, each, is_text=edit.is_text) for each in values]
    return (Splice(old.start, old.end, (newline + marker).join(entries).join((marker.lstrip(), b""))),)


def flow_list(values: Sequence[str] | str, *, is_text: bool) -> bytes:
    """Return a list in brackets."""
    return f"[{', '.join(scalar_text(each, is_text=is_text, is_flow=True) for each in values)}]".encode()


def _entry_text(
    source: Source, text: str, *, is_text: bool, like: ByteNode | None = None, is_flow: bool = False
) -> bytes:
    style = like.style if like and like.is_scalar and like.style not in BLOCK_STYLES else ""
    is_text = is_text and not (like and like.is_scalar and not style and not reads_as_text(like.text))
    return scalar_text(text, style or usual_quotes(source, text), is_text=is_text, is_flow=is_flow).encode()


def _dash(source: Source, owner: ByteNode, entry: ByteNode) -> bytes:
    """Return the indentation, the hyphen and the blanks before the entries of a list in block style."""
    line = source.lines.line_of(owner.start)
    indent = len(source.data[source.lines.start(line) : owner.start].decode())
    before = source.data[source.lines.start(source.lines.line_of(entry.start)) : entry.start]
    blanks = before[len(before.rstrip(b" ")) :] if before.rstrip(b" ").endswith(b"-") else b" "
    return b" " * indent + b"-" + (blanks or b" ")


def _add(source: Source, place: Place, edit: AddEntry) -> Splices:
    old = place.value
    if old is None or place.rest:
        return _new_pair(source, place, edit)
    if old.is_missing:
        return _at_missing_value(source, place, flow_list([edit.text], is_text=edit.is_text))
    if old.is_mapping:
        raise refused(source, old.start, "this is a set of `name: value` lines, not a list")
    if old.is_null:
        return (Splice(old.start, old.end, flow_list([edit.text], is_text=edit.is_text)),)
    if old.is_scalar:
        return _as_two_entries(source, old, edit)
    new = _entry_text(
        source, edit.text, is_text=edit.is_text, like=old.parts[-1] if old.parts else None, is_flow=old.is_flow
    )
    if old.is_flow:
        return (_in_brackets(source, old, new),)
    line = source.lines.line_of(old.end)
    return (_insertion(source.lines.end(line), source.lines.line_end(line) + _dash(source, old, old.parts[-1]) + new),)


def _as_two_entries(source: Source, old: ByteNode, edit: AddEntry) -> Splices:
    if old.style in BLOCK_STYLES:
        raise refused(source, old.start, "this is a text, not a list")
    new = _entry_text(source, edit.text, is_text=edit.is_text, like=old, is_flow=True)
    first = source.data[old.start : old.end]
    if not old.style:
        first = scalar_text(old.text, is_text=False, is_flow=True).encode()
    return (Splice(old.start, old.end, b"[" + first + b", " + new + b"]"),)


def _in_brackets(source: Source, owner: ByteNode, new: bytes) -> Splice:
    """Return the splice that adds an entry to a list or an object in brackets, parted as its entries are."""
    if not owner.parts:
        return _insertion(owner.start + 1, new)
    step = 2 if owner.is_mapping else 1
    between = b", "
    if len(owner.parts) > step:
        gap = source.data[owner.parts[-step - 1].end : owner.parts[-step].start]
        between = gap if not gap.strip(b", \t\r\n") else between
    last = owner.parts[-1]
    return _insertion(last.end, between + new)


def _take(source: Source, place: Place, number: int) -> Splices:
    old = place.value
    if old is None or place.rest or old.is_missing:
        return ()
    if old.is_scalar:
        return (Splice(old.start, old.end, b"[]"),)
    entry = old.parts[number]
    if old.is_flow:
        return (_out_of_brackets(source, old, number, 1),)
    if len(old.parts) == 1:
        return _instead_of_collection(source, place, b"[]")
    return (_removed_lines(source, _dash_of(source, old, number), entry.end),)


def _dash_of(source: Source, owner: ByteNode, number: int) -> int:
    """Return the byte of the hyphen of an entry in block style."""
    if number == 0:
        return owner.start
    return source.data.rindex(b"-", owner.parts[number - 1].end, max(owner.parts[number].start, owner.start + 1))


def _out_of_brackets(source: Source, owner: ByteNode, number: int, step: int) -> Splice:
    """Return the splice that removes an entry, `step` nodes from `number`, with the comma that parts it."""
    first, last = owner.parts[number], owner.parts[number + step - 1]
    if number:
        start, end = owner.parts[number - 1].end, last.end
    elif len(owner.parts) > step:
        start, end = first.start, owner.parts[step].start
    else:
        start, end = first.start, last.end
    if source.has_comment(start, end, *owner.parts[number : number + step]):
        raise refused(source, first.start, "a comment stands beside this entry: edit it by hand")
    return Splice(start, end, b"")


def _removed_lines(source: Source, start: int, end: int) -> Splice:
    """Return the splice that removes whole lines, with a comment behind the last value."""
    first = source.lines.start(source.lines.line_of(start))
    if source.data[first:start].strip():
        raise refused(source, start, "it shares its line with another value: edit it by hand")
    return Splice(first, source.lines.start(source.lines.line_of(end) + 1), b"")


# --- a field


def _removed_pair(source: Source, place: Place) -> Splices:
    key, value = place.key, place.value
    assert key is not None and value is not None, "the place has a key"  # noqa: S101, PT018
    if place.parent.is_flow:
        return (_out_of_brackets(source, place.parent, place.parent.parts.index(key), 2),)
    if source.has_comment(source.lines.end(source.lines.line_of(key.start)), value.end, value) and not value.is_scalar:
        raise refused(source, key.start, "comments stand in this value: remove it by hand")
    if len(place.parent.parts) == 2 and place.parent is not source.root:  # noqa: PLR2004  a key and its value
        raise refused(source, key.start, "it is the only entry: remove the field that holds it")
    return (_removed_lines(source, key.start, max(key.end, value.end)),)


def _new_value(
    source: Source, edit: SetField | AddEntry, newline: bytes, *, is_flow: bool = False, is_top: bool = True
) -> bytes:
    """Return a value for a new field; a list is written as the last list of the file is."""
    value = edit.value if isinstance(edit, SetField) else (edit.text,)
    if isinstance(value, str):
        quotes = usual_quotes(source, value) if edit.is_text else ""
        return scalar_text(value, quotes, is_text=edit.is_text, is_flow=is_flow).encode()
    like = _other_list(source) if is_top else None
    if like and value:
        marker = newline + _dash(source, like, like.parts[0])
        return b"".join(marker + _entry_text(source, each, is_text=edit.is_text) for each in value)
    return flow_list(value, is_text=edit.is_text)


def _other_list(source: Source) -> ByteNode | None:
    """Return the last list of a file if it is in block style: a new list is written like it."""
    values = [value for _key, value in source.root.pairs if value.is_list and value.parts] if source.root else []
    return values[-1] if values and values[-1].style == "-" else None


def _new_pair(source: Source, place: Place, edit: SetField | AddEntry) -> Splices:
    """Return the splice that writes a new field, in a mapping or below a key without a value."""
    parent, rest = place.parent, place.rest
    if place.key is not None:
        return _below_key(source, place, edit)
    newline = source.lines.line_end(source.lines.line_of(parent.end))
    is_top = parent is source.root and not parent.is_flow and not rest[1:]
    value = _new_value(source, edit, newline, is_flow=parent.is_flow, is_top=is_top)
    if parent.is_flow:
        nested = value
        for name in reversed(rest[1:]):
            nested = b"{" + _key(name) + b": " + nested + b"}"
        return (_in_brackets(source, parent, _key(rest[0]) + b": " + nested),)
    before = _pair_before(parent, edit.after)
    line = source.lines.line_of(max(before[0].end, before[1].end))
    column = len(source.data[source.lines.start(source.lines.line_of(parent.start)) : parent.start].decode())
    entry = _entry(rest, value, newline, column, _alignment(source, parent, before))
    return (_insertion(source.lines.end(line), source.lines.line_end(line) + entry),)


def _below_key(source: Source, place: Place, edit: SetField | AddEntry) -> Splices:
    key, value = place.key, place.value
    assert key is not None and value is not None, "the place has a key"  # noqa: S101, PT018
    line = source.lines.line_of(key.start)
    newline, end = source.lines.line_end(line), source.lines.end(line)
    column = len(source.data[source.lines.start(line) : key.start].decode())
    if place.parent.is_flow:
        raise refused(source, key.start, "write this value by hand: it stands in brackets")
    entry = _entry(place.rest, _new_value(source, edit, newline, is_top=False), newline, column + _INDENT)
    return (_insertion(end, newline + entry),)


def _pair_before(parent: ByteNode, after: Sequence[str]) -> tuple[ByteNode, ByteNode]:
    """Return the pair behind which a new one stands: that of the last name in `after`, else the last."""
    by_name = {key.text: (key, value) for key, value in parent.pairs}
    return next((by_name[name] for name in reversed(after) if name in by_name), parent.pairs[-1])


class _Alignment(NamedTuple):
    """The columns of the colons and of the values of a block of lines; 0 where they do not stand below each other."""

    colon: int = 0
    value: int = 0


def _alignment(source: Source, parent: ByteNode, before: tuple[ByteNode, ByteNode]) -> _Alignment:
    """Return the alignment of the lines around a new one."""
    number = parent.pairs.index(before)
    near = parent.pairs[max(number - 1, 0) : number + 2]
    near = [pair for pair in near if pair[1].is_scalar and not pair[1].is_missing and pair[1].style not in BLOCK_STYLES]
    if len({len(key.text) for key, _value in near}) < 2:  # noqa: PLR2004  equal keys are aligned by chance
        return _Alignment()
    colons = {_column(source, source.data.index(b":", key.end)) - _column(source, key.start) for key, _value in near}
    values = {_column(source, value.start) - _column(source, key.start) for key, value in near}
    return _Alignment(colons.pop() if len(colons) == 1 else 0, values.pop() if len(values) == 1 else 0)


def _column(source: Source, offset: int) -> int:
    return source.lines.span("", offset).column


def _entry(path: Path, value: bytes, newline: bytes, column: int, aligned: _Alignment = _Alignment()) -> bytes:  # noqa: B008
    """Return the lines of a new field, without the last line end; the names of `path` are nested."""
    name, *rest = path
    key = _key(name)
    if rest:
        below = _entry(tuple(rest), value, newline, column + _INDENT)
        return b" " * column + key + b":" + newline + below
    head = key + b" " * max(aligned.colon - len(key.decode()), 0) + b":"
    if value.startswith((b"\r", b"\n")):
        return b" " * column + head + value
    return b" " * column + head + b" " * max(aligned.value - len(head.decode()), 1) + value


def _key(name: str) -> bytes:
    return (name if _PLAIN_KEY.fullmatch(name) and reads_as_text(name) else scalar_text(name, '"')).encode()
