"""Derivations of numbers are the same in the terminal and on the site."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from milemark.foundation.i18n import Language
from milemark.roadmap.load import load
from milemark.roadmap.metrics.explain import Explainer, as_lines
from milemark.roadmap.metrics.progress import whole
from support import cli, write_content

CONTENT = {
    "roadmap.yml": """\
statuses: {planned: planned, active: active, done: done, dropped: dropped}
collections: {tracks: {role: track}, work: {}, goals: {role: record}}
derivations: files
""",
    "tracks/t.md": "---\ntitle: Track\nallocation: 60\n---\n",
    "tracks/u.md": "---\ntitle: Other\nallocation: 40\n---\n",
    "work/claimed.md": "---\ntitle: Claimed\nstatus: active\ntrack: t\nprogress: 40\nweight: 3\n---\n"
    "- [x] **one** <b>\n- [ ] two\n",
    "work/part.md": "---\ntitle: Part\nparent: claimed\ntrack: t\nstatus: planned\n---\n- [ ] three\n",
    "work/gone.md": "---\ntitle: Gone\nparent: claimed\nstatus: dropped\n---\n- [x] four\n",
    "work/done.md": "---\ntitle: Done\nstatus: done\ntrack: t\n---\n",
    "work/bare.md": "---\ntitle: Bare\nstatus: planned\ntrack: u\n---\n",
    "work/loose.md": "---\ntitle: Loose\nstatus: planned\n---\n- [x] a\n- [ ] b\n- [ ] c\n",
    "goals/finish.md": "---\ntitle: Finish\ncounts: [work]\n---\n",
    "goals/fast.md": "---\ntitle: Fast\ncurrent: 1320\ntarget: 200\nunit: ms\n---\n",
    "goals/read.md": "---\ntitle: Read\ntarget: 40\nunit: '%'\n---\n",
}

EXPLAINED = {
    "roadmap": [
        "Overall progress: 33%",
        "  Track: 55% × 60%  content/tracks/t.md:3:13",
        "  Other: 0% × 40%  content/tracks/u.md:3:13",
        "  No track, so not part of overall progress: 33.3%",
    ],
    "t": [
        "Track: 55%  content/tracks/t.md:1:1",
        "  Claimed: 40% × 3  content/work/claimed.md:1:1",
        "  Done: 100% × 1  content/work/done.md:1:1",
    ],
    "claimed": [
        "Claimed: 40%  content/work/claimed.md:1:1",
        "  as its author states it: 40%  content/work/claimed.md:5:11",
        "  ticked tasks: 1 / 3 = 33%",
        "    one <b>: [x]  content/work/claimed.md:8:3",
        "    two: [ ]  content/work/claimed.md:9:3",
        "    Part: 0 / 1  content/work/part.md:1:1",
        "      three: [ ]  content/work/part.md:7:3",
    ],
    "done": [
        "Done: 100%  content/work/done.md:1:1",
        "  finished, because its status is “done”: 100%  content/work/done.md:3:9",
    ],
    "bare": ["Bare: –  content/work/bare.md:1:1", "  not measured: no claim and no tasks"],
    "fast": [
        "Fast: 1,320 ms, target: 200 ms  content/goals/fast.md:1:1",
        "  as its author states it: 1,320 ms  content/goals/fast.md:3:10",
        "  target: 200 ms  content/goals/fast.md:4:9",
    ],
    "read": ["Read: target: 40%  content/goals/read.md:1:1", "  target: 40%  content/goals/read.md:3:9"],
    "finish": [
        "Finish: 1 / 5  content/goals/finish.md:3:9",
        "  Bare: planned  content/work/bare.md:3:9",
        "  Claimed: active  content/work/claimed.md:3:9",
        "  Done: done  content/work/done.md:3:9",
        "  Loose: planned  content/work/loose.md:3:9",
        "  Part: planned  content/work/part.md:5:9",
    ],
}
PAGES = {
    "roadmap": ["index.md", "progress.md"],
    "t": ["index.md", "progress.md", "tracks/t.md"],
    "claimed": ["work/claimed.md"],
    "done": ["work/done.md"],
    "bare": ["work/bare.md"],
    "finish": ["progress.md", "goals/finish.md"],
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("explained")
    write_content(folder, CONTENT)
    (folder / "mkdocs.yml").write_text("site_name: T\ndocs_dir: build/docs\n")
    assert cli(folder, "generate").exit_code == 0
    return folder


def lines_of(details: Tag, depth: int = -1) -> list[str]:
    """Return a disclosure as indented lines, as the terminal prints a derivation."""
    lines: list[str] = []
    for entry in details.find_all("li", recursive=False):
        inner = entry.find("ul", recursive=False)
        below = lines_of(inner, depth + 1) if isinstance(inner, Tag) else []
        if isinstance(inner, Tag):
            inner.extract()
        place = entry.select_one(".mm-file")
        where = f"  {place.extract().get_text()}" if place else ""
        lines += ["  " * (depth + 1) + " ".join(entry.get_text().split()) + where, *below]
    return lines


def disclosures(page: Path) -> list[list[str]]:
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    return [lines_of(each) for each in soup.select("details.mm-why > ul")]


@pytest.mark.parametrize("subject", EXPLAINED)
def test_the_terminal_explains_a_number_down_to_files_and_lines(project: Path, subject: str) -> None:
    asked = cli(project, "explain", subject)
    assert asked.exit_code == 0
    assert asked.stdout.splitlines() == EXPLAINED[subject]


@pytest.mark.parametrize(("subject", "page"), [(subject, page) for subject in PAGES for page in PAGES[subject]])
def test_a_page_and_the_terminal_say_the_same(project: Path, subject: str, page: str) -> None:
    asked = cli(project, "explain", subject)
    assert asked.stdout.splitlines() in disclosures(project / "build/docs" / page)


def test_an_unknown_name_leads_to_the_progress_of_the_whole(project: Path) -> None:
    asked = cli(project, "explain", "progress")
    assert (asked.exit_code, asked.stdout) == (2, "")
    assert "`roadmap` is the overall progress" in asked.stderr


def test_a_row_of_the_progress_page_explains_without_listing_tasks(project: Path) -> None:
    assert EXPLAINED["claimed"][:3] in disclosures(project / "build/docs/progress.md")


def test_items_without_a_track_are_explained(project: Path) -> None:
    expected = ["No track: 33.3%", "  Loose: 33.3% × 1  content/work/loose.md:1:1"]
    assert expected in disclosures(project / "build/docs/progress.md")


@pytest.mark.parametrize(("name", "near"), [("claimd", '"claimed"'), ("Roadmpa", '"roadmap"'), ("xyzzy", None)])
def test_an_unknown_name_gives_the_nearest_one(project: Path, name: str, near: str | None) -> None:
    asked = cli(project, "explain", name)
    assert (asked.exit_code, len(asked.stderr.splitlines())) == (2, 1)
    assert f'there is no item "{name}"' in asked.stderr
    assert (near or "did you mean") in asked.stderr or near is None


def test_deeply_nested_parts_are_explained_by_their_numbers_only() -> None:
    chain = {
        f"work/p{n:03}.md": f"---\ntitle: P{n}\n{f'parent: p{n - 1:03}' if n else ''}\n---\n- [ ] x\n".encode()
        for n in range(600)
    }
    loaded = load({"roadmap.yml": CONTENT["roadmap.yml"].encode(), **chain}, date(2025, 1, 12))
    explainer = Explainer(loaded.roadmap, Language("en"))
    lines = list(as_lines(explainer.any(loaded.roadmap.by_id["p000"], whole(loaded.roadmap)), loaded.roadmap.settings))
    assert lines[1] == "  ticked tasks: 0 / 600 = 0%"
    assert lines[-1].strip().startswith("P5: 0 / 595")
