"""Statuses: the words that roadmap.yml declares, the default ones, and the likely stages of other words.

Likely stages are only proposed, in the first roadmap.yml of a folder: `Accepted` ends the discussion of a decision, but
begins the work on a feature.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from milemark.foundation import rules
from milemark.foundation.diagnostics import Diagnostic, correction
from milemark.foundation.i18n import _
from milemark.foundation.suggestions import declared_word, meant, nearest
from milemark.markdown.document import Scalar
from milemark.roadmap.field_types import unknown_word
from milemark.roadmap.settings import Collection, Role, Settings, Stage

_YOUR_WORD = _('write "{nearest}", your word for {meant}')

DEFAULT_STATUSES: Mapping[str, Stage] = {
    word: stage
    for stage, words in {
        Stage.PLANNED: ("planned", "to do", "To Do", "todo", "backlog", "예정"),
        Stage.ACTIVE: ("active", "in progress", "In Progress", "doing", "진행 중"),
        Stage.PAUSED: ("paused", "blocked", "on hold", "보류"),
        Stage.DONE: ("done", "Done", "completed", "완료"),
        Stage.DROPPED: ("dropped", "cancelled", "중단"),
    }.items()
    for word in words
}
# Words of proposals (EIP, KEP, PEP, ADR), issue trackers and Korean plans, without blanks, which are not compared.
_LIKELY: Mapping[str, Stage] = {
    word: stage
    for stage, words in {
        Stage.PLANNED: "draft proposed provisional idea new open implementable ready icebox notstarted "
        "할일 시작전 초안 제안 대기 계획 준비",
        Stage.ACTIVE: "review inreview lastcall wip started ongoing testing 진행 검토 검토중 개발중 작업중",
        Stage.PAUSED: "deferred stagnant waiting hold postponed suspended 연기 대기중 중지",
        Stage.DONE: "final accepted living implemented merged closed resolved fixed finished complete shipped released "
        "published approved stable 최종 승인 배포 종료 끝",
        Stage.DROPPED: "withdrawn rejected superseded moved deprecated obsolete abandoned canceled declined replaced "
        "wontfix wontdo duplicate 폐기 취소 철회 반려 포기",
    }.items()
    for word in words.split()
}
# Marks of the plugin Tasks of Obsidian and of its themes; they are proposed, too.
LIKELY_MARKS: Mapping[str, Stage] = {
    **dict.fromkeys("/", Stage.ACTIVE),
    **dict.fromkeys("-", Stage.DROPPED),
    **dict.fromkeys("><?!", Stage.PLANNED),
}
# Words above the items of a roadmap in one file, without blanks. They are no statuses of an item itself.
_GROUPS: Mapping[str, Stage] = {
    **dict.fromkeys(("now", "지금", "현재"), Stage.ACTIVE),
    **dict.fromkeys(
        ["next", "upnext", "later", "someday", "future", "다음", "나중", "나중에", "언젠가"], Stage.PLANNED
    ),
}
_NO_LETTER = re.compile(r"[\W_]+")


def likely_stage(word: str) -> Stage:
    """Return the likely stage of a status: `Final` is done, `Withdrawn` dropped, an unknown word planned."""
    return known_stage(word) or Stage.PLANNED


def known_stage(word: str) -> Stage | None:
    """Return the likely stage of a status, or None for a word that is not known here."""
    defaults = {_plain(each): stage for each, stage in DEFAULT_STATUSES.items()}
    return {**_LIKELY, **defaults}.get(_plain(word))


def group_stage(word: str) -> Stage | None:
    """Return the stage that a heading tells the items below it by a word that is no status: `Now`, `나중`."""
    return _GROUPS.get(_plain(word))


def declared_status(settings: Settings, collection: Collection, status: Scalar) -> tuple[str, list[Diagnostic]]:
    """Return a status as roadmap.yml writes it, whatever its case: `In Progress` is `in progress`.

    A record is no work: a word of its own, such as `accepted`, needs no stage. One like a declared word is a mistake.
    """
    word = status.text.strip()
    if declared := declared_word(word, settings.statuses):
        return declared, []
    if collection.role is Role.RECORD and not meant(word, tuple(settings.statuses))[0]:
        return word, []
    stage = known_stage(word)
    same = tuple(each for each, its in settings.statuses.items() if its == stage)
    if stage and same and not nearest(word, same):
        values = {"value": status.text, "meant": stage.value, "nearest": same[0]}
        values |= correction(word, same[0])
        return word, [Diagnostic(rules.UNKNOWN_STATUS, status.span, values, _YOUR_WORD)]
    return word, unknown_word(rules.UNKNOWN_STATUS, status, tuple(settings.statuses))[1]


def _plain(word: str) -> str:
    return _NO_LETTER.sub("", word).casefold()
