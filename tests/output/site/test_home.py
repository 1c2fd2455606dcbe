"""The home page, the progress page and the skills tell what is so: of the best work, and of what is missing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from milemark.foundation import rules
from milemark.output.site.cover import Cover, cover_of, initials_of
from milemark.output.site.home import Home, home, is_arranged, link_kind
from milemark.roadmap.load import Loaded, load
from milemark.roadmap.metrics.health import health, measure_counts, measures, rollup_lines, unmet
from milemark.roadmap.metrics.progress import rollup
from milemark.roadmap.metrics.skills import categories, skills, stack_keys
from milemark.roadmap.model import Roadmap
from milemark.roadmap.settings import Role

ROADMAP = """\
statuses: {planned: planned, active: active, paused: paused, done: done, dropped: dropped}
policies: {active_limit: 1, stale_days: 5, evidence: skills}
collections:
  work: {fields: {value: {label: Value}, size: {choices: [S, L]}, parts: {type: array}, weight: {default: 2}}}
  more: {}
  goals: {role: record}
  milestones: {role: milestone}
  skills: {role: record, fields: {category: {choices: [Back, Front]}}}
"""


def loaded(**files: str) -> Loaded:
    paths = {f"{name.replace('__', '/')}.md": f"---\n{text}\n---\n".encode() for name, text in files.items()}
    return load({"roadmap.yml": ROADMAP.encode(), **paths}, date(2025, 1, 12))


def roadmap(**files: str) -> Roadmap:
    return loaded(**files).roadmap


def at_home(**files: str) -> Home:
    return home(roadmap(**files))


# --- featured items -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "part", "told"),
    [
        ("problem: p\napproach: a\nresult: r", "", ["problem", "approach"]),
        ("result: r\ngoal: g", "", ["goal"]),
        ("goal: g\nvalue: v\nsize: S\nsummary: s", "", ["goal", "value"]),
        ("problem: p\ngoal: g\nsummary: s", "value: v\nparts: [x]", ["problem", "goal", "value", "parts"]),
        ("value: v", "value: w", ["value"]),
        ("problem: p\napproach: a\nresult: r\ngoal: g\nvalue: v", "", ["problem", "approach", "goal", "value"]),
        ("status: active", "", []),
    ],
)
def test_a_story_is_problem_approach_and_result_else_what_the_files_say(
    fields: str, part: str, told: list[str]
) -> None:
    found = at_home(work__a=f"featured: yes\n{fields}", work__b=f"parent: a\n{part}")
    assert [row.name for row in found.featured[0].rows] == told


def test_featured_work_stands_in_the_order_of_what_counts_for_a_reader() -> None:
    stages = ("planned", "dropped", "paused", "done", "active")
    found = at_home(**{f"work__{stage}": f"featured: yes\nstatus: {stage}" for stage in stages})
    assert [story.item.id for story in found.featured] == ["active", "done", "paused", "planned", "dropped"]


def test_a_story_shows_the_stack_of_its_parts_once() -> None:
    found = at_home(work__a="featured: yes\nstack: [Go, SQL]", work__b="parent: a\nstack: [SQL, Rust]")
    assert found.featured[0].stack == ("Go", "SQL", "Rust")


@pytest.mark.parametrize(
    ("fields", "headline"),
    [("result: r\nsummary: s\ngoal: g", "r"), ("summary: s\ngoal: g", "s"), ("goal: g", "g"), ("problem: p", "")],
)
def test_the_headline_of_a_story_is_its_result_else_what_it_is_about(fields: str, headline: str) -> None:
    assert at_home(work__a=f"featured: yes\n{fields}").featured[0].headline == headline


def test_the_large_work_is_one_with_a_result() -> None:
    found = at_home(work__a="featured: yes\nstatus: active", work__b="featured: yes\nstatus: done\nresult: r")
    assert [story.item.id for story in found.featured] == ["b", "a"]


@pytest.mark.parametrize(
    ("fields", "column"),
    [
        ("status: active\ndue: 2026", "now"),
        ("status: planned\ndue: 2025-02", "next"),
        ("status: planned\ndue: 2024-12", "next"),
        ("status: planned\nstart: 2025-06-30\ndue: 2026", "next"),
        ("status: planned\ndue: 2025-Q3", "later"),
        ("status: planned", "later"),
        ("status: paused\ndue: 2025-01", "later"),
        ("status: done\ndue: 2025-02", ""),
        ("status: dropped", ""),
    ],
)
def test_open_work_is_now_next_or_later_by_its_stage_and_its_dates(fields: str, column: str) -> None:
    plan = at_home(work__a=fields).plan
    assert [name for name in ("now", "next", "later") if getattr(plan, name)] == ([column] if column else [])


def test_milestones_stand_in_the_plan_in_the_order_of_their_dates() -> None:
    found = at_home(
        milestones__a="due: 2025-06",
        milestones__b="title: no date",
        milestones__c="due: 2025-Q1",
        milestones__d="due: 2025-02\nstatus: done",
        work__e="start: 2025-02\nstatus: planned",
    )
    assert [item.id for item in found.plan.next] == ["e", "c", "a"]
    assert [item.id for item in found.plan.later] == ["b"]


def test_a_part_is_not_listed_beside_its_parent() -> None:
    found = at_home(
        work__a="status: active",
        work__b="status: active\nparent: a",
        work__c="status: paused",
        work__d="status: planned\nparent: c",
    )
    assert ([item.id for item in found.plan.now], [item.id for item in found.plan.later]) == (["a"], ["c"])


def test_the_work_that_was_finished_last_stands_first_and_records_are_no_work() -> None:
    found = at_home(
        work__a="status: done",
        work__b="status: done\nfinished: 2024-12",
        more__c="status: done\nfinished: 2025-01-10",
        work__d="status: active",
        skills__e="status: done",
    )
    assert [item.id for item in found.done] == ["c", "b", "a"]


@pytest.mark.parametrize(
    ("file", "front", "found"),
    [
        ("index", "home: own", []),
        ("index", "home: Own", []),
        ("index", "home:", []),
        ("index", "home: mine", [("MM205", 2, 7)]),
        ("index", "home: [own]", [("MM205", 2, 7)]),
        ("index", "hoem: own", [("MM201", 2, 1)]),
        ("index", "theme: own", []),
        ("notes", "home: mine", []),
    ],
)
def test_a_misspelt_home_own_is_reported(file: str, front: str, found: list[tuple[str, int, int]]) -> None:
    findings = loaded(**{file: f"{front}\ntitle: T"}).diagnostics
    assert [(each.rule.code, each.span.line, each.span.column) for each in findings] == found


@pytest.mark.parametrize(
    ("front", "body", "arranged"),
    [
        ("title: T", "Text", False),
        ("home: own", "Text", True),
        ("home: Own", "", True),
        ("home: other", "", False),
        ("title: T", "```milemark\npart: featured\n```", True),
        ("title: T", "```milemark\nview: table\n```", False),
        ("title: T", "    ```milemark\n    part: featured\n    ```", False),
    ],
)
def test_index_md_is_the_whole_home_page_if_it_says_so_or_names_a_part(front: str, body: str, arranged: bool) -> None:
    found = roadmap(index=f"{front}\n---\n{body}\n")
    assert is_arranged(found.pages[0]) == arranged
    assert not is_arranged(None)


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("mailto:a@example.org", "mail"),
        ("https://www.github.com/a", "code"),
        ("https://github.com.example.org/a", "link"),
        ("cv.PDF", "document"),
        ("https://example.org", "link"),
    ],
)
def test_a_link_has_the_icon_of_where_it_leads(url: str, kind: str) -> None:
    assert link_kind(url) == kind


@pytest.mark.parametrize(
    ("title", "initials"),
    [("StoreBridge", "ST"), ("realtime-crypto-pipeline", "RCP"), ("결제 서버", "결제"), ("!?", ""), ("a b c d", "ABC")],
)
def test_a_drawing_shows_the_initials_of_its_title(title: str, initials: str) -> None:
    assert initials_of(title) == initials


def test_a_cover_is_the_picture_of_the_item_else_a_drawing_that_is_always_the_same() -> None:
    found = roadmap(work__a="cover: a.png", work__b="title: B", work__c="title: C")
    own, b, c = found.items[:3]
    files = {"a.png": "work/a.png"}
    assert cover_of(own, None, lambda _path, address: files.get(address, "")) == Cover("work/a.png")
    one, half = (cover_of(b, Decimal(value), lambda _path, _address: "") for value in (0, 50))
    assert one == cover_of(b, None, lambda _path, _address: "")
    assert (one.bright, len(half.bright.split("M")), len(half.dim.split("M"))) == ("", 85, 85)
    assert cover_of(c, None, lambda _path, _address: "").dim != one.dim


# --- health --------------------------------------------------------------------------------------


def test_active_items_beyond_the_limit_are_named_and_a_part_counts_with_its_parent() -> None:
    within = roadmap(work__a="status: active", work__b="status: active\nparent: a")
    assert (health(within).limit, health(within).over) == (1, ())
    beyond = roadmap(work__a="status: active", work__b="status: active")
    assert [item.id for item in health(beyond).over] == ["b"]


@pytest.mark.parametrize(
    ("fields", "late"),
    [
        ("status: active\ndue: 2025-01-11", (1, False)),
        ("status: active\ndue: 2025-01-01", (11, True)),
        ("status: planned\ndue: 2025-01-01", (11, False)),
        ("status: active\ndue: 2025-01-12", None),
        ("status: active\ndue: 2025-01", None),
        ("status: done\ndue: 2025-01-01", None),
        ("status: dropped\ndue: 2025-01-01", None),
    ],
)
def test_open_work_past_its_due_is_late_and_active_work_stale_after_a_while(
    fields: str, late: tuple[int, bool] | None
) -> None:
    found = health(roadmap(work__a=fields)).late
    assert [(each.days, each.is_stale) for each in found] == ([late] if late else [])


@pytest.mark.parametrize(
    ("own", "needed", "waits"),
    [
        ("planned", "planned", True),
        ("active", "dropped", True),
        ("active", "done", False),
        ("done", "planned", False),
        ("dropped", "planned", False),
    ],
)
def test_open_work_is_blocked_by_what_is_not_done(own: str, needed: str, waits: bool) -> None:
    found = roadmap(work__a=f"status: {own}\ndepends_on: [b]", work__b=f"status: {needed}")
    assert [each.item.id for each in health(found).blocked] == (["a"] if waits else [])
    assert [item.id for item in unmet(found, found.by_id["a"])] == (["b"] if waits else [])


def test_a_measure_counts_what_is_done_in_its_collections() -> None:
    found = roadmap(
        goals__g="counts: [work, more, work]",
        work__a="status: done",
        work__b="status: dropped",
        more__c="status: planned",
        skills__d="status: done",
    )
    (measure,) = measures(found)
    assert (measure.counts.done, measure.counts.total) == (1, 2)
    assert measure_counts(found, measure.item) == measure.counts


def test_a_record_with_a_number_of_its_own_is_a_measure() -> None:
    """Talks have no number yet; a number of an item, or of a record that counts, makes no measure."""
    found = roadmap(
        goals__talks="target: 10\nunit: talks",
        goals__books="current: 3",
        goals__both="counts: [work]\ncurrent: 4",
        work__a="current: 3",
    )
    assert [each.item.id for each in measures(found)] == ["books", "both", "talks"]
    assert [each.id for each in home(found).numbers] == ["books"]


def test_a_number_with_its_unit_is_an_error_that_names_unit() -> None:
    (found,) = loaded(goals__g="title: G\ncurrent: 320 ms").diagnostics
    assert (found.rule, str(found.span)) == (rules.WRONG_TYPE, "goals/g.md:3:10")
    assert "`unit`" in found.hint


def test_a_measure_of_an_undeclared_collection_is_an_error_with_its_place() -> None:
    (found,) = loaded(goals__g="title: G\ncounts: [wrok]").diagnostics
    assert (found.rule, str(found.span)) == (rules.UNKNOWN_CHOICE, "goals/g.md:3:9")
    assert found.values["nearest"] == "work"


def test_a_rollup_lists_collections_with_parts_below_their_parents() -> None:
    found = roadmap(
        work__a="title: A", work__b="parent: a", work__c="parent: b", work__d="parent: a\nstatus: dropped", more__e=""
    )
    lines = rollup_lines(found, rollup(found, found.of_role(Role.ITEM)))
    told = [(line.collection.name, line.progress.item.id, line.depth, line.weight) for line in lines]
    assert told == [("work", "a", 0, 2), ("work", "b", 1, None), ("work", "c", 2, None), ("more", "e", 0, 1)]


@pytest.mark.parametrize(
    ("fields", "differs"),
    [
        ("status: active\nprogress: 40", True),
        ("status: active\nprogress: 50", False),
        ("status: done\nprogress: 40", False),
        ("status: active", False),
    ],
)
def test_a_claim_that_the_tasks_do_not_bear_out_is_marked(fields: str, differs: bool) -> None:
    files = {"roadmap.yml": ROADMAP.encode(), "work/a.md": f"---\n{fields}\n---\n- [x] a\n- [ ] b\n".encode()}
    found = load(files, date(2025, 1, 12)).roadmap
    assert rollup(found, found.items).parts[0][0].differs is differs


# --- skills --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stack", "skill", "is_shown"),
    [
        ("[Go]", "title: Go", True),
        ("[go]", "title: GO", True),
        ("[BigQuery/Snowflake]", "title: Snowflake", True),
        ("[CI / CD]", "title: CI", True),
        ("[CI/CD]", "title: CI/CD", True),
        ("[쿠버네티스]", "title: Kubernetes\naliases: [쿠버네티스]", True),
        ("[s]", "title: By id", True),
        ("[Golang]", "title: Go", False),
        ("[Go 1.22]", "title: Go", False),
        ("[]", "title: Go", False),
    ],
)
def test_a_skill_is_shown_by_what_names_it_in_its_stack(stack: str, skill: str, is_shown: bool) -> None:
    result = loaded(work__a=f"title: A\nstack: {stack}", skills__s=f"{skill}\nstatus: done")
    (found,) = skills(result.roadmap)
    assert bool(found.proofs) is is_shown
    assert found.is_unproven is not is_shown
    assert any(each.rule is rules.NO_EVIDENCE for each in result.diagnostics) is not is_shown  # `check` agrees


@pytest.mark.parametrize(
    ("work", "skill", "expected"),
    [
        ("status: done", "done", (1, False, False)),
        ("status: planned", "done", (1, False, True)),
        ("status: dropped", "done", (0, True, False)),
        ("status: dropped", "planned", (0, False, False)),
    ],
)
def test_what_is_planned_shows_little_and_what_is_dropped_nothing(
    work: str, skill: str, expected: tuple[int, bool, bool]
) -> None:
    (found,) = skills(roadmap(work__a=f"{work}\nstack: [Go]", skills__s=f"title: Go\nstatus: {skill}"))
    assert (len(found.proofs), found.is_unproven, found.is_planned) == expected
    assert found.is_proven is (work == "status: done")


def test_skills_stand_by_category_held_and_wanted() -> None:
    found = categories(
        roadmap(
            skills__a="category: Front\nstatus: done",
            skills__b="category: Back\nstatus: planned",
            skills__c="category: Back\nstatus: done",
            skills__d="category: Back\nstatus: dropped",
            skills__e="status: done",
        )
    )
    told = [(each.title, [s.item.id for s in each.held], [s.item.id for s in each.wanted]) for each in found]
    assert told == [("Back", ["c"], ["b"]), ("Front", ["a"], []), ("", ["e"], [])]


def test_words_of_a_stack_have_no_case_and_no_blanks() -> None:
    assert stack_keys(["A / b", "", "C"]) == {"a / b", "a", "b", "c"}
