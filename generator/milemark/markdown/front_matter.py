"""Parse the bytes of one Markdown file into a Document: front matter with places, body with its outline."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import replace
from typing import NamedTuple

from milemark.foundation import rules
from milemark.foundation.cache import digest
from milemark.foundation.diagnostics import Diagnostic, Span
from milemark.foundation.disk import is_lfs_pointer
from milemark.foundation.i18n import _
from milemark.foundation.layout import MAX_FILE, MAX_LINES
from milemark.markdown.document import Document, Mapping, Scalar
from milemark.markdown.encoding import decode, refused_text
from milemark.markdown.lint import is_link
from milemark.markdown.outline import read_outline
from milemark.markdown.private_sections import read_sections
from milemark.markdown.yaml import read_yaml

_FENCE = re.compile(r"---[ \t]*")
# First lines that people write instead of ---: another number of dashes, the dashes of a word processor, blanks and
# invisible characters before them, or a code block. Fields and a closing line of the same kind follow.
_DASHES = r"[\s\u200b\ufeff]*[-‐-―−﹣－][\s‐-―−﹣－-]*"
_NEARLY = re.compile(rf"(?:(?P<dashes>{_DASHES})|```\s*(?:ya?ml|md|markdown)?)\s*")
_KEY = r"[^\W\d][\w -]*:(?:[ \t].*)?\n"
_ALMOST_CLOSED = re.compile(rf"{_KEY}(?:{_KEY}|[ \t]+.*\n|#.*\n|- .*\n){{,200}}(?:{_DASHES}|```)[ \t]*(?:\n|$)")
_UNFENCED = re.compile(r"(?:title|status):[ \t]+\S.*\n")
_END = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_FIELD = re.compile(r"\s*(?:#[^\n]*\n\s*)*[^\s:#-][^\n:]*[:：](?:\s|$)")
_SECOND = re.compile(r"---[ \t]*\n(?:[A-Za-z_][\w-]*:[ \t][^\n]*\n)+---[ \t]*(?:\n|$)")
_COMMENT = re.compile(r"\s(#[^\s#].*)$")
# Possessive: with backtracking, many comments would take exponential time.
_BELOW_COMMENTS = re.compile(r"(?>\s*<!--.*?-->)++\s*\n(?=---[ \t]*\n)", re.DOTALL)


_OPEN = _("begin the file with a line of three hyphens, ---, and end the fields with another one")


class _Parts(NamedTuple):
    """A text in its parts: its front matter with the lines around it, the text between them, and its body."""

    front: str
    fields: str
    body: str

    @property
    def body_line(self) -> int:
        """The number of the body's first line."""
        return self.front.removesuffix("\n").count("\n") + 2


def _split(text: str) -> _Parts | None:
    """Part a text at the front matter from `---` on its first line to the next line that is only `---` or `...`."""
    start = text.find("\n") + 1
    end = _END.search(text, start) if start else None
    if end is None:
        return None
    place = end.end() + 1
    return _Parts(text[:place], text[start : end.start()], text[place:])


def _read_fields(path: str, text: str) -> tuple[Mapping | None, list[Diagnostic]]:
    if refused := refused_text(path, text, first_line=2):
        return None, [refused]
    fields, diagnostics = read_yaml(path, text, first_line=2)
    return fields, diagnostics + (_commented_out(fields, text.split("\n")) if fields else [])


def _commented_out(fields: Mapping, lines: list[str]) -> list[Diagnostic]:
    """Report values that lost text to a `#`: `tags: #study`, `title: C# #1`. A comment has a blank after its `#`."""
    findings: list[Diagnostic] = []
    for key, node in fields.entries:
        if not isinstance(node, Scalar) or not node.is_plain:
            continue
        line = lines[node.span.line - 2] if 0 <= node.span.line - 2 < len(lines) else ""
        match = _COMMENT.search(line, key.span.column + key.span.width - 1)
        if match and "\n" not in node.text:
            value = line[key.span.column + key.span.width :].strip()
            span = Span(node.span.path, node.span.line, match.start(1) + 1, len(match[1]))
            findings.append(Diagnostic(rules.COMMENTED_OUT, span, {"field": key.text, "value": value}))
    return findings


def parse_document(path: str, data: bytes, marks: Container[str] = "") -> tuple[Document, list[Diagnostic]]:
    r"""Read one file, for example `---\ntitle: Redis\n---\n- [ ] install it`. Never raises.

    Unreadable front matter is reported and sets `is_broken`; the body is read in any case. `marks` are letters that
    mark a task, besides x.
    """
    if limit := _exceeded(data):
        return _broken(path, Diagnostic(rules.TOO_LARGE, Span(path), {"what": _("this file"), "limit": limit}))
    if is_lfs_pointer(data):
        return _broken(path, Diagnostic(rules.LFS_POINTER, Span(path)))
    text, diagnostics = decode(path, data)
    if text is None:
        return _broken(path, *diagnostics)
    document, findings = _parse_text(path, text, marks)
    return replace(document, revision=digest(data)), diagnostics + findings


def _exceeded(data: bytes) -> str:
    if len(data) > MAX_FILE:
        return f"{MAX_FILE // 1024**2} MiB"
    return f"{MAX_LINES:,} lines" if max(data.count(b"\n"), data.count(b"\r")) > MAX_LINES else ""


def _broken(path: str, *diagnostics: Diagnostic) -> tuple[Document, list[Diagnostic]]:
    return Document(path, Mapping((), Span(path)), is_broken=True), list(diagnostics)


def _parse_text(path: str, text: str, marks: Container[str]) -> tuple[Document, list[Diagnostic]]:
    first_line, _, rest = text.partition("\n")
    if not _FENCE.fullmatch(first_line):
        return _without_fields(path, text, _other_front_matter(path, text), marks)
    parts = _split(text)
    if parts is None:
        unclosed = [Diagnostic(rules.UNCLOSED, Span(path, width=3))] if _FIELD.match(rest) else []
        return _without_fields(path, text, unclosed, marks)
    fields, diagnostics = _read_fields(path, parts.fields)
    given = fields or Mapping((), Span(path))
    document = Document(path, given, parts.body, parts.body_line, is_broken=fields is None, front=parts.front)
    document, found = with_outline(document, marks)
    twice = _second_front_matter(path, parts) if fields else []
    return document, [*diagnostics, *twice, *found]


def _without_fields(
    path: str, text: str, diagnostics: list[Diagnostic], marks: Container[str]
) -> tuple[Document, list[Diagnostic]]:
    document, found = with_outline(Document(path, Mapping((), Span(path)), text, is_broken=bool(diagnostics)), marks)
    return document, diagnostics + found


def _other_front_matter(path: str, text: str) -> list[Diagnostic]:
    if found := _nearly_front_matter(path, text):
        return [found]
    kind = _("TOML front matter") if re.match(r"\+\+\+\s*\n.*?^\+\+\+\s*$", text, re.DOTALL | re.MULTILINE) else ""
    kind = kind or (_("JSON front matter") if re.match(r'\{\s*"[^"\n]+"\s*:', text) else "")
    if kind:
        return [Diagnostic(rules.OTHER_FRONT_MATTER, Span(path, width=3), {"kind": kind})]
    if text[:1].isspace() and re.match(r"\s*\n---[ \t]*\n", text) and _FIELD.match(text.split("---", 1)[1]):
        line = text[: text.index("---")].count("\n") + 1
        hint = _("delete the empty lines above it")
        return [
            Diagnostic(
                rules.OTHER_FRONT_MATTER,
                Span(path, line, width=3),
                {"kind": _("front matter below an empty line")},
                hint,
            )
        ]
    return _below_comments(path, text)


def _below_comments(path: str, text: str) -> list[Diagnostic]:
    """Report front matter below HTML comments: other tools do not read it there."""
    above = _BELOW_COMMENTS.match(text) if text.lstrip().startswith("<!--") else None
    if not above or not _ALMOST_CLOSED.match(text, text.index("\n", above.end()) + 1):
        return []
    span, kind = Span(path, text.count("\n", 0, above.end()) + 1, width=3), _("front matter below a comment")
    return [Diagnostic(rules.OTHER_FRONT_MATTER, span, {"kind": kind}, _("move it to the top of the file"))]


def _nearly_front_matter(path: str, text: str) -> Diagnostic | None:
    """Return the finding for fields at the top of a file whose first line is not quite `---`, or is missing."""
    first_line, _newline, rest = text.partition("\n")
    span = Span(path, width=max(len(first_line), 1))
    opener = _NEARLY.fullmatch(first_line)
    if opener and _ALMOST_CLOSED.match(rest):
        is_code = opener["dashes"] is None
        kind = _("front matter in a code block") if is_code else _("front matter below a line that is not quite ---")
        return Diagnostic(rules.OTHER_FRONT_MATTER, span, {"kind": kind}, _OPEN)
    if _UNFENCED.match(text):
        return Diagnostic(rules.OTHER_FRONT_MATTER, span, {"kind": _("front matter without its --- lines")}, _OPEN)
    return None


def _second_front_matter(path: str, parts: _Parts) -> list[Diagnostic]:
    """Report a second front matter block right below the first: a paste, or two merged files."""
    if not _SECOND.match(parts.body):
        return []
    span = Span(path, parts.body_line, width=3)
    kind = {"kind": _("a second front matter block")}
    return [Diagnostic(rules.OTHER_FRONT_MATTER, span, kind, _("move its fields into the first, or delete it"))]


def with_outline(document: Document, marks: Container[str] = "") -> tuple[Document, list[Diagnostic]]:
    """Return a document with the outline of its body, and the findings about the body."""
    outline = read_outline(document.source, document.body, document.body_line, marks)
    found = [each for each in outline.diagnostics if not is_link(each, document.body)]
    found += read_sections(document.source, document.body, document.body_line).diagnostics
    read = replace(document, tasks=outline.tasks, headings=outline.headings, paragraph=outline.paragraph)
    return read, found
