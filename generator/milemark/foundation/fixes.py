"""Corrections of findings: the place of a wrong text, and the text to write instead.

A finding suggests one by its values `wrong` and `right`, so that caches keep it and audiences see it as the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from milemark.foundation.dates import parse_date
from milemark.foundation.diagnostics import Diagnostic, Span
from milemark.foundation.suggestions import plain_name, skeleton

_BOX = re.compile(r"(?:[-+*] ?)?\[[ xX]\](?: \S+)?")


class Fix(NamedTuple):
    """A correction of a finding: the place of the wrong text, and the right text.

    `is_certain` if nothing else can be meant: another spelling of a word, another form of a date, or a checkbox.
    Otherwise the text is the likeliest one.
    """

    span: Span
    text: str
    is_certain: bool


def fix_of(finding: Diagnostic, lines: Sequence[str]) -> Fix | None:
    """Return the correction of a finding in a file of these lines; None if its text is not there exactly once."""
    wrong, right = finding.values.get("wrong", ""), finding.values.get("right", "")
    span = finding.span
    if not wrong or not right or wrong == right or not 0 < span.line <= len(lines):
        return None
    written = lines[span.line - 1][span.column - 1 :][: max(span.width, len(wrong))]
    if written.count(wrong) != 1:
        return None
    place = span._replace(column=span.column + written.index(wrong), width=len(wrong))
    return Fix(place, right, _is_same(wrong, right))


def _is_same(wrong: str, right: str) -> bool:
    is_form = parse_date(right) is not None or _BOX.fullmatch(right) is not None
    return is_form or skeleton(plain_name(wrong)) == skeleton(plain_name(right))


def apart(fixes: Iterable[Fix]) -> list[Fix]:
    """Return fixes of one file from its end to its begin, without those that overlap."""
    kept: list[Fix] = []
    for each in sorted(fixes, key=lambda fix: fix.span, reverse=True):
        end = each.span.line, each.span.column + each.span.width
        if not kept or end <= (kept[-1].span.line, kept[-1].span.column):
            kept.append(each)
    return kept
