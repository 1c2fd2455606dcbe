"""A site without `nav` is grouped by itself: progress, plan, work, portfolio, and pages of the author."""

from __future__ import annotations

from milemark.foundation.i18n import Language
from milemark.foundation.layout import PUBLIC
from milemark.output.site.navigation import navigation
from milemark.privacy.audience import for_audience
from support import load_texts

ROADMAP = """\
collections:
  tracks: {role: track}
  work: {}
  goals: {role: milestone}
  rules: {role: record}
  skills: {role: record}
  secret: {audience: private}
"""
FILES = {
    "roadmap.yml": ROADMAP,
    "about.md": "# About\n",
    "work/a.md": "---\ntags: [x]\n---\n# A\n",
    "board.md": "# Mine\n",
    "deep/note.md": "# Note\n",
    "hidden.md": "---\naudience: private\n---\n# Hidden\n",
}


def test_pages_and_collections_are_grouped_and_private_ones_are_not_named() -> None:
    roadmap = for_audience(load_texts(FILES), PUBLIC).roadmap
    assert navigation(roadmap, Language("en")) == (
        {"Home": "index.md"},
        {"Progress": ["progress.md", "now.md", "board.md", "checklists.md", "history.md", "tags.md"]},
        {"Plan": ["timeline.md", "tracks/index.md", "goals/index.md", "rules/index.md"]},
        {"Projects": ["work/index.md"]},
        {"Portfolio": ["skills/index.md", "resume.md"]},
        {"More": ["about.md"]},
    )


def test_the_groups_speak_the_language_of_the_roadmap() -> None:
    found = navigation(load_texts(FILES).roadmap, Language("ko"))
    assert [next(iter(each)) for each in found] == ["홈", "진행도", "계획", "프로젝트", "포트폴리오", "더 보기"]
