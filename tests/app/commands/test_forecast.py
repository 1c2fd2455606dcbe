"""`milemark forecast`: the days of each item at the pace of the past, and what changes of the plan would move."""

from __future__ import annotations

import json
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from repositories import Repo, item, repository
from support import cli

TODAY = "2025-06-30"
ROADMAP = """\
title: T
statuses: {planned: planned, doing: active, paused: paused, done: done}
capacity: {mon: 4, tue: 6}
collections:
  tracks: {label: Tracks, role: track}
  projects: {label: Projects, fields: {priority: {choices: [high, low]}}}
  milestones: {label: Milestones, role: milestone}
"""
LATER = {
    "projects/one.md": item("planned", *(f" one {n}" for n in range(4)), priority="low"),
    "projects/two.md": item("planned", *(f" two {n}" for n in range(4)), priority="high", due="2025-07-01"),
    "projects/three.md": item("planned", " three", depends_on="[ice]"),
    "projects/ice.md": item("paused", " ice", audience="private"),
    "projects/guess.md": item("planned", estimate="2", milestone="beta", due="2025-12"),
    "milestones/beta.md": "---\ntitle: Beta\ndue: 2026-01\n---\n",
}


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """Return a project in which every week two tasks were finished, for ten weeks."""
    found = repository(tmp_path_factory.mktemp("forecast") / "project")
    for number in range(11):
        tasks = [f"{'x' if task < 2 * number else ' '}task {task:02}" for task in range(22)]
        files = {"roadmap.yml": ROADMAP, "projects/now.md": item("doing", *tasks), **LATER}
        found.commit((date(2025, 4, 14) + timedelta(weeks=number)).isoformat(), files)
    return found


def forecast(repo: Repo, *arguments: str) -> str:
    return cli(repo.folder, "forecast", "--as-of", TODAY, *arguments).output


def days(repo: Repo, *arguments: str) -> dict[str, tuple[str | None, int | None]]:
    found = json.loads(forecast(repo, "--format", "json", "--audience", "private", *arguments))
    return {each["id"]: (each["p85"], each["chance"]) for each in found["items"]}


def test_items_land_in_the_order_of_the_plan(repo: Repo) -> None:
    """`now` is under way and has two tasks left; `two` has priority; `three` waits for a paused item."""
    found = days(repo)
    assert list(found) == ["now", "two", "one", "guess", "beta", "ice", "three"]
    assert found["now"] == ("2025-07-07", None)
    assert found["two"] == ("2025-07-21", 0)
    assert found["one"] == ("2025-08-04", None)
    assert found["guess"] == found["beta"] == ("2025-08-11", 100)
    assert found["ice"][0] is found["three"][0] is None


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            ("two",),
            ["Forecast: 50% chance by July 2025", "in half of the runs it is done by: 2025-07", "open tasks: 4"],
        ),
        (("roadmap",), ["Overall progress", "Forecast: ", "in 85 of 100 runs it is done by"]),
        (("ice",), ["it is paused"]),
        (("two", "--audience", "public"), []),
    ],
)
def test_explain_derives_the_forecast_too(repo: Repo, arguments: tuple[str, ...], expected: list[str]) -> None:
    text = cli(repo.folder, "--as-of", TODAY, "explain", *arguments).output
    assert [part for part in expected if part not in text] == []
    assert ("Forecast" in text) == bool(expected)


def noted(repo: Repo, policies: str, *arguments: str) -> list[tuple[str, str]]:
    """Return the paths and severities of findings about unlikely dates, with more lines in roadmap.yml."""
    ignored = "" if "ignore" in policies else "ignore: [MM210]\n"
    repo.write({"roadmap.yml": f"{ROADMAP}{ignored}{policies}\n"})
    found = cli(repo.folder, "check", "--strict", "--as-of", TODAY, "--format", "json", *arguments)
    repo.write({"roadmap.yml": ROADMAP})
    assert found.exit_code == 0, found.output
    return [(each["path"], each["severity"]) for each in json.loads(found.stdout)["diagnostics"]]


@pytest.mark.parametrize(
    ("policies", "arguments", "paths"),
    [
        ("policies: {least_chance: 10}", (), ["content/projects/two.md"]),
        ("policies: {least_chance: 10}", ("content/projects/guess.md",), []),
        ("policies: {least_chance: 0}", (), []),
        ("policies: {active_limit: 1}", (), []),
        ("policies: {least_chance: 10}\nignore: [MM210, MM411]", (), []),
        ("policies: {least_chance: 10}", ("--audience", "public"), []),
        ("policies: {least_chance: 10}\nforecast: public", ("--audience", "public"), ["content/projects/two.md"]),
    ],
)
def test_a_due_date_with_too_small_a_chance_is_a_note(
    repo: Repo, policies: str, arguments: tuple[str, ...], paths: list[str]
) -> None:
    assert noted(repo, policies, *arguments) == [(path, "note") for path in paths]


def test_the_hours_of_a_week_may_stand_in_the_schedule(copy: Repo) -> None:
    hours = {"schedule/study.md": "---\ntitle: Study\ndays: Mon-Fri\nhours: 2\n---\n"}
    without = ROADMAP.replace("capacity: {mon: 4, tue: 6}\n", "")
    copy.write({"roadmap.yml": without, **hours})
    assert "--hours needs your hours" in forecast(copy, "--hours", "+10")
    copy.write({"roadmap.yml": f"{without}  schedule: {{label: Week, role: record}}\n"})
    assert "20 instead of 10 hours a week" in forecast(copy, "--hours", "+10")


def test_the_text_says_how_to_read_it_and_by_what_it_was_made(repo: Repo) -> None:
    text = " ".join(forecast(repo).split())
    for part in (
        "three – – it waits for ice: it is paused",
        "This plan would end in August 2025, and with a chance of 85% by August 2025.",
        "An 85% chance: of seven such items, about one will be later.",
        "a copy of one of your last 10 weeks",
        "at most 1 at a time",
        "Paused items, and items that wait for them, are not in the plan: 2.",
    ):
        assert part in text, part


@pytest.mark.parametrize(
    ("arguments", "shift"),
    [
        (["--drop", "two"], {"two": None, "one": "2025-07-21", "guess": "2025-07-28"}),
        (["--first", "guess"], {"guess": "2025-07-07", "beta": "2025-07-07", "now": "2025-07-14"}),
        (["--hours", "+10"], {"now": "2025-07-04", "two": "2025-07-11"}),
        (["--scope", "-50%"], {"two": "2025-07-11"}),
        (["--away", "2025-07-01..2025-07-07"], {"now": "2025-07-14", "two": "2025-07-28"}),
        (["--active", "2"], {"two": "2025-07-21"}),
        (["--add", "New shop=2"], {None: "2025-08-18"}),
    ],
)
def test_a_change_prints_only_what_moves(repo: Repo, arguments: list[str], shift: dict[str, str | None]) -> None:
    found = json.loads(forecast(repo, "--format", "json", "--audience", "private", *arguments))["moves"]
    after = {each["id"]: each["after"] and each["after"]["p85"] for each in found if each["title"]}
    assert all(each["before"] != each["after"] for each in found)
    if arguments[0] == "--active":
        assert "two" not in after or after["two"]
        return
    assert {id_: after.get(id_) for id_ in shift} == shift


def test_without_a_change_nothing_moves(repo: Repo) -> None:
    assert forecast(repo, "--scope", "0%").startswith("Item")
    assert forecast(repo, "--first", "now").startswith("Nothing moves.")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["--hours", "many"], "--hours many: write a number of hours, such as +5"),
        (["--hours", "-10"], "--hours leaves no hour in the week"),
        (["--away", "soon"], "--away soon: write two days, such as 2025-02-10..2025-02-23"),
        (["--add", "Shop"], "--add Shop: write a title and a number of tasks, such as New shop=6"),
        (["--active", "0"], "--active 0: write a number, such as 1"),
        (["--drop", "gues"], 'did you mean "guess"?'),
        (["--format", "json"], "the public sees no forecasts"),
    ],
)
def test_a_wrong_change_says_how_to_write_it(repo: Repo, arguments: list[str], error: str) -> None:
    assert error in forecast(repo, *arguments)


def test_a_young_project_gets_a_reason_instead(repo: Repo) -> None:
    text = cli(repo.folder, "forecast", "--as-of", "2025-05-20").output
    assert text == "No forecast: a forecast needs 8 whole weeks of history; so far: 4\n"


def test_the_public_forecast_is_that_of_the_public_items(repo: Repo, tmp_path: Path) -> None:
    """The same bytes with and without a private item: neither its size nor its place shows."""
    repo = Repo(Path(shutil.copytree(repo.folder, tmp_path / "project")))
    repo.write({"roadmap.yml": ROADMAP + "forecast: public\npolicies: {least_chance: 50}\n"})
    before = public_texts(repo)
    assert "two.md" in before[-1]
    assert [text for text in before if "ice" in text] == []
    secret = item("doing", *(f" secret {n}" for n in range(9)), priority="high", audience="private")
    repo.commit("2025-06-25", {"projects/canary.md": secret})
    assert public_texts(repo) == before
    assert "canary" in forecast(repo)


def public_texts(repo: Repo) -> list[str]:
    """Return what each command tells the public about forecasts."""
    asked = ("forecast --format json", "forecast --format md", "report --format md", "explain two", "explain roadmap")
    texts = [cli(repo.folder, "--as-of", TODAY, *each.split(), "--audience", "public").stdout for each in asked]
    return [*texts, cli(repo.folder, "--as-of", TODAY, "check", "--audience", "public").stdout]


QUERY = "select item, forecast_p50, forecast_p85, chance, reason from forecasts order by forecast_p85 limit 3"


def test_queries_have_the_days_and_chances(repo: Repo) -> None:
    found = json.loads(cli(repo.folder, "query", QUERY, "--as-of", TODAY, "--format", "json").stdout)["rows"]
    assert [tuple(each.values()) for each in found] == [
        ("ice", None, None, None, "it is paused"),
        ("three", None, None, None, "it waits for ice: it is paused"),
        ("now", "2025-07-07", "2025-07-07", None, None),
    ]


def test_the_public_can_query_forecasts_only_where_roadmap_yml_says_so(repo: Repo, tmp_path: Path) -> None:
    repo = Repo(Path(shutil.copytree(repo.folder, tmp_path / "project")))

    def public() -> str:
        query = ("query", QUERY, "--as-of", TODAY, "--format", "csv", "--audience", "public")
        return cli(repo.folder, *query).stdout

    assert len(public().splitlines()) == 1
    repo.write({"roadmap.yml": ROADMAP + "forecast: public\n"})
    assert '"now","2025-07-07"' in public()
    assert "ice" not in public()


# On the site.

PLAN_B = """\
# Plan B

```milemark
view: forecast
drop: [two, gone]
away: 2025-07-01..2025-07-07
```

```milemark
view: forecast
from: milestones
```
"""


def site(repo: Repo, audience: str, files: dict[str, str]) -> dict[str, str]:
    repo.write(files)
    done = cli(repo.folder, "--as-of", TODAY, "generate", "--audience", audience)
    assert done.exit_code == 0, done.output
    docs = repo.folder / "build" / ("docs" if audience == "public" else "docs-private")
    return {path.relative_to(docs).as_posix(): path.read_text("utf-8") for path in sorted(docs.rglob("*.md"))}


@pytest.fixture
def copy(repo: Repo, tmp_path: Path) -> Repo:
    found = Repo(Path(shutil.copytree(repo.folder, tmp_path / "project")))
    (found.folder / "mkdocs.yml").write_text("site_name: T\ndocs_dir: build/docs\nsite_dir: site\n", "utf-8")
    return found


def test_the_owner_sees_forecasts_on_every_page(copy: Repo) -> None:
    pages = site(copy, "private", {"planb.md": PLAN_B, "projects/one.md": LATER["projects/one.md"]})
    assert "<dt>Forecast</dt><dd>50% chance by July 2025, 85% by July 2025" in pages["projects/two.md"]
    assert "in time: 0%" in pages["projects/two.md"]
    assert "<dt>Forecast</dt><dd>it is paused" in pages["projects/ice.md"]
    assert "in 85 of 100 runs it is done by: <strong>2025-08-11" in pages["milestones/beta.md"]
    assert "This plan would end in August 2025" in pages["progress.md"]
    assert pages["timeline.md"].count('<span class="mm-g-whisker" style') == 3
    assert 'title="' not in pages["timeline.md"].split("mm-g-whisker", 1)[1].split("</li>", 1)[0]
    history = pages["history.md"]
    assert '<td class="mm-title" data-label="Item"><a href="../milestones/beta/">Beta</a>' in history
    assert "No earlier forecast could be tested yet." in history
    first, second = pages["planb.md"].split("</table>", 1)
    assert "gone: no open item, so nothing of it can change." in first
    assert "Compared with the plan as it is: without two; away from 2025-07-01 to 2025-07-07." in first
    assert "-1.0 weeks" in first
    assert "Jul 28, 2025" in first
    assert second.count("<tr><td") == 1


def test_a_plan_b_says_each_change_in_words(copy: Repo) -> None:
    changes = "first: one\nadd: New=1\nscope: -20%\nhours: +5\nactive: 2"
    page = site(copy, "private", {"planb.md": f"# B\n\n```milemark\nview: forecast\n{changes}\n```\n"})["planb.md"]
    assert "one first; New added, 1 task; open work -20%; +5 hours a week; 2 at a time." in page


def test_one_milestone_has_one_day_everywhere(copy: Repo) -> None:
    """The page of the milestone, the history page, the report, the command and the relation."""
    pages = site(copy, "private", {})
    day, month = "2025-08-11", "Aug 2025"
    assert days(copy)["beta"][0] == day
    assert f"<strong>{day}</strong>" in pages["milestones/beta.md"]
    assert f'data-label="85% chance by"><time datetime="2025-08">{month}' in pages["history.md"]
    asked = ("--as-of", TODAY, "report", "--format", "json", "--audience", "private")
    report = json.loads(cli(copy.folder, *asked).stdout)["forecast"]
    assert [(each["id"], each["p85"]) for each in report["items"]] == [("beta", day)]
    text = " ".join(cli(copy.folder, "--as-of", TODAY, "report").stdout.split())
    assert "Beta 50% chance by August 2025, 85% by August 2025 100% in time" in text


def test_the_public_site_shows_forecasts_only_where_roadmap_yml_says_so(copy: Repo) -> None:
    pages = site(copy, "public", {"planb.md": PLAN_B})
    for text in ("Forecast", "would end", "mm-g-whisker", "mm-forecast", "% chance"):
        assert not [path for path, page in pages.items() if text in page], text


def test_no_private_item_can_be_inferred_from_a_public_site_with_forecasts(copy: Repo) -> None:
    """The same pages with and without a private item of top priority, which a plan B of the owner drops."""
    roadmap = ROADMAP + "forecast: public\n"
    plan = PLAN_B.replace("[two, gone]", "[two]")
    before = site(copy, "public", {"roadmap.yml": roadmap, "planb.md": plan})
    assert "would end in August 2025" in before["progress.md"]
    assert "-1.0 weeks" in before["planb.md"]
    secret = item("doing", *(f" secret {n}" for n in range(9)), priority="high", audience="private")
    copy.commit("2025-06-25", {"projects/canary.md": secret})
    assert site(copy, "public", {}) == before
    owner = site(copy, "private", {})
    assert owner["progress.md"] != before["progress.md"]


def test_a_plan_b_that_names_a_private_item_does_not_name_it_to_the_public(copy: Repo) -> None:
    roadmap = ROADMAP + "forecast: public\n"
    pages = site(copy, "public", {"roadmap.yml": roadmap, "planb.md": PLAN_B.replace("[two, gone]", "[two, ice]")})
    assert "ice" not in pages["planb.md"]
    assert "-1.0 weeks" in pages["planb.md"]


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        ("view: forecast\nscope: much", "MM606"),
        ("view: forecast\nadd: [Shop]", "MM606"),
        ("view: forecast\nhours: [1, 2]", "MM606"),
        ("view: table\ndrop: two", "MM606"),
        ("view: forecast\ndorp: two", "MM607"),
    ],
)
def test_check_finds_a_change_that_cannot_be_read(copy: Repo, block: str, problem: str) -> None:
    copy.write({"planb.md": f"# B\n\n```milemark\n{block}\n```\n"})
    found = json.loads(cli(copy.folder, "check", "--format", "json").stdout)["diagnostics"]
    assert [(each["code"], each["line"]) for each in found if each["path"].endswith("planb.md")] == [(problem, 5)]


@pytest.mark.parametrize("is_public", [False, True])
def test_a_saved_plan_is_a_page_that_each_build_computes(copy: Repo, is_public: bool) -> None:
    changes = ("--drop", "two", "--add", "A: [b] # c=3", "--away", "2025-07-01..2025-07-07", "--scope", "-20%")
    if is_public:
        copy.write({"roadmap.yml": ROADMAP + "forecast: public\n"})
    saved = cli(copy.folder, "--as-of", TODAY, "forecast", *changes, "--save", "content/plans/b.md")
    assert saved.exit_code == 0, saved.output
    text = (copy.folder / "content/plans/b.md").read_text("utf-8")
    assert ("audience: private" in text) is not is_public
    page = site(copy, "private", {})["plans/b.md"]
    end = json.loads(forecast(copy, "--format", "json", "--audience", "private", *changes))["plan"]["p85"]
    assert date.fromisoformat(end).strftime("%b %-d, %Y") in page.split("Overall", 1)[1]
    assert 'data-label="Item">A: [b] # c</td>' in page
    assert ("plans/b.md" in site(copy, "public", {})) is is_public
    again = cli(copy.folder, "--as-of", TODAY, "forecast", "--drop", "two", "--save", "plans/b.md")
    assert again.exit_code != 0
    assert cli(copy.folder, "undo").exit_code == 0
    assert not (copy.folder / "content/plans/b.md").exists()


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["--save", "plans/b.md"], "--save keeps changes of the plan: add one, such as --drop ID"),
        (
            ["--drop", "two", "--save", "../b.md"],
            "--save ../b.md: name a Markdown file below content, such as plans/b.md",
        ),
        (["--drop", "two", "--save", "b.txt"], "--save b.txt: name a Markdown file below content"),
    ],
)
def test_a_plan_is_saved_only_as_a_page_of_the_project(repo: Repo, arguments: list[str], error: str) -> None:
    assert error in forecast(repo, *arguments)
