"""No public output of the past names anything that was private at a commit or is so today, or depends on it."""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pasts import Extras, Past, commit_all
from repositories import Repo
from support import cli, sampled

CONFIG = "site_name: Plan\nsite_url: https://example.org/\n"
COMMIT = re.compile(r"\b[0-9a-f]{40}\b|\b[0-9a-f]{7}\b")


def project(folder: Path, past: Past, extras: Extras | None = None) -> tuple[Repo, list[str]]:
    repo = Repo(folder)
    folder.mkdir()
    repo.git("init", "-q", "-b", "main")
    (folder / ".gitignore").write_text("/build\n/out\n")
    (folder / "mkdocs.yml").write_text(CONFIG)
    return repo, commit_all(repo, past, extras)


def printed(repo: Repo, since: list[str]) -> Iterator[tuple[str, str]]:
    """Yield what commands print of the past for the public."""
    commands = (
        *(("history", "--audience", "public", "--format", name) for name in ("text", "json", "csv")),
        *(("report", "--since", each, "--format", "json") for each in since),
        ("report", "--since", since[0], "--format", "md"),
        ("report", "--since", since[-1], "--audience", "public"),
    )
    for arguments in commands:
        done = cli(repo.folder, *arguments)
        assert done.exit_code == 0, done.output
        yield " ".join(arguments), done.output


def outputs(repo: Repo, since: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the public outputs that the past is in."""
    yield from printed(repo, since)
    assert cli(repo.folder, "generate").exit_code == 0
    assert cli(repo.folder, "export", "csv", "-o", "out/csv").exit_code == 0
    assert cli(repo.folder, "export", "feed", "-o", "out/feed").exit_code == 0
    written = [repo.folder / "build/docs/history.md", *(repo.folder / "out").rglob("*history*")]
    written += (repo.folder / "out/feed").rglob("*.*")
    yield from ((str(path.relative_to(repo.folder)), path.read_text("utf-8")) for path in written if path.is_file())


def seeds(count: int) -> list[int]:
    chance = random.Random(os.environ.get("MILEMARK_SEED", "0"))  # noqa: S311  no secret; `make search` draws others
    return [chance.randrange(10**9) for _ in range(count)]


def assert_nothing_private_is_said(folder: Path, seed: int) -> None:
    past = Past.drawn(seed)
    repo, commits = project(folder, past)
    found = dict(outputs(repo, commits[::2]))
    forbidden = past.forbidden()
    hits = {name: {word for word in forbidden if word in text} for name, text in found.items()}
    assert not any(hits.values()), (seed, {name: words for name, words in hits.items() if words})


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


# The last one renames and retitles an item at once, before it is private: only a private task of it stays the same.
@pytest.mark.parametrize("seed", sampled([*range(5), 893296632], 5))
def test_no_public_output_of_the_past_says_anything_that_was_private_once(tmp_path: Path, seed: int) -> None:
    assert_nothing_private_is_said(tmp_path / "project", seed)


@pytest.mark.slow
def test_no_public_output_of_other_pasts_says_anything_that_was_private_once(tmp_path: Path) -> None:
    for seed in seeds(60):
        assert_nothing_private_is_said(tmp_path / str(seed), seed)


def test_the_pasts_of_these_tests_have_things_to_hide_and_to_say(tmp_path: Path) -> None:
    assert sum(len(Past.drawn(seed).forbidden()) for seed in range(8)) > 20
    past = Past.drawn(2)
    repo, commits = project(tmp_path / "project", past)
    text = "".join(text for _, text in outputs(repo, commits[::2]))
    assert sum(word in text for word in past.allowed()) > 2


def named(repo: Repo, text: str) -> str:
    """Return an output with the times of its commits in place of their ids, which private content changes, too."""
    lines = repo.git("log", "--all", "--format=%H %aI").splitlines()
    times = {commit[:size]: when for commit, when in (line.split() for line in lines) for size in (7, 40)}
    return COMMIT.sub(lambda found: times.get(found[0], found[0]), text)


def assert_private_things_change_no_byte(folder: Path, seed: int) -> None:
    past = Past.drawn(seed)
    days = [f"2025-01-{day:02}" for day in (1, 4, 7)]
    found = [
        {name: named(repo, text) for name, text in outputs(repo, days)}
        for repo, _ in (project(folder / "a", past), project(folder / "b", past, Extras(seed)))
    ]
    assert found[0] == found[1], seed


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 5))])
def test_projects_that_differ_in_private_things_only_have_the_same_public_past(tmp_path: Path, seed: int) -> None:
    assert_private_things_change_no_byte(tmp_path, seed)


@pytest.mark.slow
def test_other_projects_that_differ_in_private_things_only_have_the_same_public_past(tmp_path: Path) -> None:
    for seed in seeds(60):
        (tmp_path / str(seed)).mkdir()
        assert_private_things_change_no_byte(tmp_path / str(seed), seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 104))
def test_a_public_past_that_was_cached_bit_by_bit_equals_one_read_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    past = Past.drawn(seed)
    repo, commits = project(tmp_path / "project", past, Extras(seed))
    for commit in commits[2:]:
        repo.git("checkout", "-q", "--detach", commit)
        cli(repo.folder, "history", "--format", "json")
    repo.git("checkout", "-q", "main")
    found = [cli(repo.folder, "history", "--format", "json").output for _ in range(2)]
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "another"))
    assert found == [cli(repo.folder, "history", "--format", "json").output] * 2


def merged_twice(folder: Path, side: str, main: str) -> Repo:
    """Make a project in which two branches finish the same task on different days, with something private on a side."""
    repo, _ = project(folder, Past.drawn(0))
    task = "---\ntitle: T\nstatus: planned\n---\n- [{}] publish the notes\n"
    repo.commit("2025-01-10", {"notes/t.md": task.format(" ")})
    repo.git("checkout", "-q", "-b", "side")
    files = {"notes/t.md": task.format("x")}
    repo.commit("2025-01-11", {**files, **({"notes/p.md": PRIVATE.format(1)} if side else {})})
    repo.git("checkout", "-q", "main")
    repo.commit("2025-01-12", {**files, **({"notes/q.md": PRIVATE.format(2)} if main else {})})
    repo.merge("2025-01-13", "side")
    repo.commit("2025-01-14", {"notes/t.md": task.format("x") + "- [ ] next\n"})
    return repo


PRIVATE = "---\ntitle: P{}\nstatus: planned\naudience: private\n---\n"


@pytest.mark.slow
def test_private_things_do_not_choose_the_side_of_a_merge_that_the_public_past_follows(tmp_path: Path) -> None:
    sides = [("", ""), ("private", ""), ("", "private"), ("private", "private")]
    found: list[dict[str, str]] = []
    for number, (side, main) in enumerate(sides):
        repo = merged_twice(tmp_path / str(number), side, main)
        texts = outputs(repo, ["2025-01-12", "2025-01-13", "2025-01-14"])
        found.append({name: named(repo, text) for name, text in texts})
    assert "publish the notes" in found[0]["out/csv/task_history.csv"]
    assert found[1:] == found[:1] * 3


ROADMAP = """\
statuses: {{planned: planned, doing: active, done: done}}
collections:
  items: {{private: [pay{fields}], fields: {{pay: {{}}}}}}
  milestones: {{role: milestone}}
  plans: {{{audience}}}
"""


def roadmap(fields: str = "", audience: str = "") -> str:
    return ROADMAP.format(fields=fields, audience=audience and f"audience: {audience}")


def item(*lines: str, **fields: str) -> str:
    values = (f"{name}: {value}" for name, value in fields.items())
    return "\n".join(["---", "status: doing", *values, "---", *lines, ""])


PRIVATE_TASK = ("- [ ] b", "", "<!-- private -->", "", "- [ ] kanari", "", "<!-- /private -->")
A = "items/a.md"
CASES: dict[str, tuple[dict[str, str | None], ...]] = {
    "an item that was private and then deleted": (
        {"items/kanari.md": item("- [ ] kanari")},
        {"items/kanari.md": item("- [ ] kanari", audience="private")},
        {"items/kanari.md": None},
    ),
    "an item that was private once, public again, and then deleted": (
        {"items/kanari.md": item("- [ ] kanari", audience="private")},
        {"items/kanari.md": item("- [ ] kanari")},
        {"items/kanari.md": None},
    ),
    "an item that was renamed before it became private": (
        {"items/kanari.md": item("- [ ] kanari", title="T")},
        {"items/kanari.md": None, "items/b.md": item("- [ ] kanari", title="T")},
        {"items/b.md": item("- [ ] kanari", audience="private", title="U")},
    ),
    "an item that was renamed, retitled and made private in one commit": (
        {"items/kanari.md": item("- [ ] kanari", title="kanari")},
        {"items/kanari.md": None, "items/b.md": item("- [ ] kanari", audience="private", title="U")},
    ),
    "an item whose old name is an alias of a private one": (
        {"items/kanari.md": item("- [ ] kanari", title="kanari")},
        {"items/kanari.md": None},
        {"items/b.md": item("", audience="private", aliases="[kanari]", title="U")},
    ),
    "an item that one commit renamed, retitled, rewrote and made private, and that got its old name as alias later": (
        {"items/kanari.md": item("- [ ] kanari", title="kanari")},
        {"items/kanari.md": None, "items/b.md": item("Other words.", audience="private", title="U")},
        {"items/b.md": item("Other words.", audience="private", aliases="[kanari]", title="U")},
    ),
    "an item of a collection that was private once": (
        {"plans/kanari.md": item("- [ ] kanari")},
        {"roadmap.yml": roadmap(audience="private")},
        {"roadmap.yml": roadmap(), "plans/kanari.md": None},
    ),
    "an item that was a part of a private one": (
        {"items/kanari.md": item("- [ ] kanari", parent="b"), "items/b.md": item()},
        {"items/b.md": item(audience="private")},
        {"items/b.md": None, "items/kanari.md": None},
    ),
    "a task that is in a private section today": (
        {A: item("- [ ] b", "- [ ] kanari")},
        {A: item(*PRIVATE_TASK)},
    ),
    "a task that was in a private section once": (
        {A: item("- [ ] b", "- [ ] kanari")},
        {A: item(*PRIVATE_TASK)},
        {A: item("- [ ] b")},
    ),
    "a task that became private with other words and marks": (
        {A: item("- [ ] b", "- [ ] ask kanari about it")},
        {A: item("- [ ] b", "- [ ] ask kanari about them ⏫")},
        {A: item("- [ ] b", "", "```private", "```", "<!-- private -->", "- [x] ask k. about them ✅ 2025-01-02")},
    ),
    "a task of an item that was renamed before": (
        {A: item("- [ ] b", "- [ ] kanari", title="A")},
        {A: None, "items/c.md": item("- [ ] b", "- [ ] kanari", title="A")},
        {"items/c.md": item(*PRIVATE_TASK, title="A")},
    ),
    "a task that moved from a private item to a public one and was deleted": (
        {"items/b.md": item("- [ ] kanari", audience="private"), A: item("- [ ] b")},
        {"items/b.md": None, A: item("- [ ] b", "- [ ] kanari")},
        {A: item("- [ ] b")},
    ),
    "a link to a private page that was deleted": (
        {A: item("- [ ] read [[kanari]]"), "items/index.md": "---\ntitle: I\n---\n"},
        {"items/kanari/x.md": item(audience="private"), "kanari.md": "---\naudience: private\n---\n"},
        {"kanari.md": None, A: item("- [ ] read it")},
    ),
    "a collection whose audience was misspelt in roadmap.yml": (
        {"roadmap.yml": roadmap(), A: item("- [ ] b")},
        {
            "roadmap.yml": roadmap().replace("  plans:", "  other: {audiense: private}\n  plans:"),
            "other/kanari.md": item("- [ ] kanari"),
        },
        {"roadmap.yml": roadmap(), "other/kanari.md": None},
    ),
    "a milestone that was private": (
        {"milestones/kanari.md": item(due="2025-03"), A: item("- [ ] b", milestone="kanari")},
        {"milestones/kanari.md": item(due="2025-04", audience="private")},
        {"milestones/kanari.md": None, A: item("- [ ] b")},
    ),
}


@pytest.mark.parametrize("name", sampled(CASES, 4))
def test_it_is_in_no_public_output_of_the_past(tmp_path: Path, name: str) -> None:
    repo, _ = project(tmp_path / "project", Past.drawn(0, 1))
    start = {"roadmap.yml": roadmap(), "items/z.md": item("- [ ] z")}
    commits = [repo.commit(f"2025-01-0{day}", {**start, **files}) for day, files in enumerate(CASES[name], 1)]
    found = dict(printed(repo, commits))
    assert '"z"' in found["history --audience public --format json"]
    assert {name: text for name, text in found.items() if "kanari" in text} == {}


def test_a_field_that_was_private_once_moves_no_date_in_a_report(tmp_path: Path) -> None:
    """The date before is of a time at which it was private; from then on it is public, and speaks."""
    repo, _ = project(tmp_path / "project", Past.drawn(0, 1))
    days = ("2031-01-01", "2032-01-01", "2033-01-01", "2034-01-01")
    private = (roadmap(), roadmap(", due"), roadmap(), roadmap())
    commits = [
        repo.commit(f"2025-01-0{n}", {"roadmap.yml": settings, A: item("- [ ] b", due=day)})
        for n, (day, settings) in enumerate(zip(days, private, strict=True), 1)
    ]
    found = dict(printed(repo, commits))
    assert {day for day in days[:2] for text in found.values() if day in text} == set()
    assert "2033-01-01" in found[f"report --since {commits[2]} --format json"]


def test_an_item_that_became_public_speaks_from_then_on(tmp_path: Path) -> None:
    repo, _ = project(tmp_path / "project", Past.drawn(0, 1))
    for day, audience in enumerate(("public", "private", "public", "public"), 1):
        repo.commit(f"2025-01-0{day}", {"roadmap.yml": roadmap(), A: item(f"- [ ] b{day}", audience=audience)})
    printed = json.loads(cli(repo.folder, "history", "--format", "json").output)
    assert [(each["day"], sorted(each["items"])) for each in printed["commits"]] == [
        ("2025-01-03", ["a"]),
        ("2025-01-04", ["a"]),
    ]
    assert [each["added"] for each in printed["items"]] == ["2025-01-03"]


def test_what_becomes_private_before_the_next_commit_is_in_no_public_output_either(tmp_path: Path) -> None:
    repo, _ = project(tmp_path / "project", Past.drawn(0, 1))
    shown = item("- [ ] kanari", "- [ ] b", title="kanari")
    other = item("- [ ] kanari", "- [ ] c", title="A")
    first = repo.commit("2025-01-01", {"roadmap.yml": roadmap(), "items/kanari.md": shown, A: other})
    private = item("- [ ] kanari", "- [ ] b", title="T", audience="private")
    repo.write({"items/kanari.md": None, "items/b.md": private, A: item(*PRIVATE_TASK, title="A")})
    found = dict(printed(repo, [first]))
    assert '"A"' in found["history --audience public --format json"]
    assert {name for name, text in found.items() if "kanari" in text} == set()


@pytest.mark.parametrize(
    "change",
    [
        {A: item("- [ ] kanari", title="kanari", audience="private")},
        {"roadmap.yml": roadmap(audience="private").replace("items: {", "items: {audience: private, ")},
        {"roadmap.yml": roadmap() + "publish: [items/z.md]\n"},
    ],
)
def test_what_becomes_private_is_gone_at_once_from_outputs_that_are_kept(
    tmp_path: Path, change: dict[str, str | None]
) -> None:
    repo, _ = project(tmp_path / "project", Past.drawn(0, 1))
    shown = {A: item("- [ ] kanari", title="kanari"), "items/z.md": item("- [ ] z")}
    first = repo.commit("2025-01-01", {"roadmap.yml": roadmap(), **shown})
    before = dict(printed(repo, [first]))
    assert "kanari" in before["history --audience public --format json"]
    assert dict(printed(repo, [first])) == before
    repo.write(change)
    assert {name for name, text in printed(repo, [first]) if "kanari" in text} == set()
