"""Words of proposals: names of other tools for fields of milemark, and lines of a roadmap.yml."""

from __future__ import annotations

from collections.abc import Mapping

from milemark.foundation.escaping import json_text, yaml_text
from milemark.roadmap.settings import Stage
from milemark.roadmap.statuses import LIKELY_MARKS, known_stage

# Names for fields of milemark in other tools, as `plain_name` compares them. They are proposed, never assumed.
SYNONYMS: Mapping[str, str] = {
    "status": "state stage 상태 진행상태",
    "due": "deadline duedate dueby targetdate target 마감 마감일 기한 목표일",
    "start": "startdate started begin scheduled startat 시작 시작일",
    "finished": "completed completeddate completiondate completedat donedate closedat done 완료일",
    "depends_on": "blockedby dependencies dependson depends requires 선행",
    "parent": "parentid parenttaskid parenttask epic 상위",
    "tags": "labels label tag keywords 태그",
    "summary": "excerpt abstract 요약",
    "priority": "prio 우선순위",
    "milestone": "release 마일스톤",
    "weight": "estimate points storypoints size",
}


def names_text(names: Mapping[str, str]) -> str:
    """Return the value of `names`."""
    return f"{{{', '.join(f'{name}: {yaml_text(own)}' for name, own in names.items())}}}"


def mark_line(mark: str, used: str) -> str:
    """Return a line of `marks` with the likely stage of a mark."""
    stage = LIKELY_MARKS.get(mark)
    guess = "" if stage else ": a guess, the mark is not known"
    return f"  {json_text(mark)}: {stage or Stage.PLANNED} # {used}{guess}"


def status_line(word: str, used: str) -> str:
    """Return a line of `statuses` with the likely stage of a word."""
    stage = known_stage(word)
    guess = "" if stage else ": a guess, the word is not known"
    return f"  {yaml_text(word)}: {stage or 'planned'} # {used}{guess}"
