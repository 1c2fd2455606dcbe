"""No byte of a public output is private, wherever the private text stands; the outputs of the owner have all of it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaks import (
    PLANTS,
    PUBLIC_FILES,
    RELATIONS,
    Plan,
    Plant,
    everything_of,
    planted,
    traces,
    traces_below,
    with_files_below,
)
from milemark.app.agent_server.changes import AgentChange, carry_out, revision_for
from milemark.app.options import Options, ReadOptions
from milemark.app.project import read_project
from milemark.foundation.errors import UserError
from milemark.foundation.layout import PUBLIC
from milemark.output.export.formats import FORMATS
from milemark.publish.publishers import PUBLISHERS
from outputs import DAY, leaks, outputs
from repositories import Repo
from support import ROOT, cli, sampled, write_content

PLACED = st.lists(st.tuples(st.sampled_from(PLANTS), st.sampled_from(PUBLIC_FILES)), min_size=1, max_size=8)


@settings(deadline=None, max_examples=20)
@given(PLACED, st.booleans())
def test_no_public_output_holds_anything_private(placed: list[tuple[Plant, str]], count_private: bool) -> None:
    plan = Plan(count_private=count_private)
    for plant, place in placed:
        plant(plan, place)
    assert leaks(outputs(plan, "public"), plan.words) == {}


@pytest.mark.parametrize("plant", sampled(PLANTS, 4), ids=[plant.__name__ for plant in PLANTS])
def test_each_private_place_is_hidden_from_the_public_and_shown_to_the_owner(plant: Plant) -> None:
    plan = Plan()
    for place in PUBLIC_FILES[:4]:
        plant(plan, place)
    assert leaks(outputs(plan, "public"), plan.words) == {}
    found = leaks(outputs(plan, "private"), plan.words)
    assert set(plan.words) - plan.unseen - set().union(*found.values()) == set()


def test_a_public_roadmap_equals_one_without_the_private_texts() -> None:
    plan, never = Plan(), Plan()
    for plant in PLANTS[:2]:
        plant(plan, "about.md")
    plan.files["about.md"] = never.files["about.md"]
    never.files["items/two.md"] = never.files["items/two.md"].replace("order: 5", "order: 2")  # no gap tells of a third
    assert outputs(plan, "public") == outputs(never, "public")


def project_of(folder: Path, plan: Plan) -> Repo:
    """Write a project with a history: private texts were public once, and the other way round."""
    repo = Repo(folder)
    for name in plan.repositories:
        (folder.parent / name).mkdir(exist_ok=True)
        Repo(folder.parent / name).git("init", "-q")
    write_content(folder, plan.content())
    nav = "".join(f"      - {path}\n" for path in plan.nav)
    config = (ROOT / "generator/milemark/app/starter_files/mkdocs.yml").read_text("utf-8")
    kept = [line for line in config.splitlines() if "/index.md" not in line or "*" in line]
    sections = f"  - Plan:\n      - items/index.md\n{nav}  - {plan.new(is_seen=False).title}:\n{nav}" if nav else ""
    text = "\n".join(kept) + (f"\nnav:\n  - index.md\n{sections}" if sections else "")
    (folder / "mkdocs.yml").write_text(f"site_url: https://example.org/plan/\n{text}\n", "utf-8")
    return repo


def with_past(repo: Repo, plan: Plan) -> None:
    """Commit a history in which private files were public first, and public ones private."""
    now = {path: (repo.folder / "content" / path).read_text("utf-8") for path in plan.content()}
    message = plan.new(is_seen=False)
    was_private = plan.new()
    repo.git("init", "-q", "-b", "main")
    two = f"---\ntitle: {was_private.title}\naudience: private\nstatus: doing\n---\n- [x] {was_private.slug}\n"
    earlier = {path: text.replace("audience: private\n", "") for path, text in now.items() if path != "roadmap.yml"}
    repo.commit("2024-12-01", {**earlier, "roadmap.yml": now["roadmap.yml"].replace("    audience: private\n", "")})
    repo.commit("2024-12-10", {"items/two.md": two})
    repo.commit("2024-12-20", now)
    private = [path for path in now if path.startswith("items/qvx")]
    for number, path in enumerate(private[:3]):
        repo.commit(
            f"2025-01-{10 + number}", {path: f"{now[path]}\n- [x] {message.title} {number}\n"}, "-m", message.title
        )


def run(folder: Path, *arguments: str) -> bytes:
    done = cli(folder, "--as-of", "2025-02-01", *arguments)
    assert not done.exception or isinstance(done.exception, SystemExit), done.exception
    return done.output.encode()


PRINTED = (
    *(("check", "--audience", "public", "--format", name) for name in ("text", "json", "github", "sarif")),
    *(("history", "--audience", "public", "--format", name) for name in ("text", "json", "csv")),
    *(("history", "--format", name) for name in ("json", "csv")),
    *(
        ("report", "--since", since, "--format", name)
        for name in ("md", "json")
        for since in ("2024-12-05", "2025-01-11")
    ),
    ("report", "--since", "2024-12-15", "--audience", "public"),
    ("explain", "roadmap", "--audience", "public"),
    ("explain", "main", "--audience", "public"),
    ("show", "one", "--audience", "public"),
    ("show", "two", "--audience", "public", "--format", "json"),
    *(("query", everything_of(name), "--audience", "public", "--format", "json") for name in RELATIONS),
    ("list", "--audience", "public", "--columns", "id, title, status, depends_on"),
    ("query", everything_of("forecasts"), "--audience", "public", "--format", "json"),
    *(("forecast", "--format", name) for name in ("json", "md")),
    *(("forecast", "--audience", "public", *what) for what in ((), ("--drop", "one"), ("--first", "two"))),
    ("forecast", "--format", "json", "--add", "More=5", "--scope", "+20%"),
    ("generate",),
    ("generate",),
    ("generate", "--into", "out/host"),
    ("generate", "--into", "out/page", "--pages", "index"),
    ("host", "out/host"),
    *(("export", name, "-o", f"out/{name}") for name in FORMATS),
)


@pytest.fixture(scope="module", params=sampled([False, True], 2), ids=["not counted", "counted"])
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Plan]:
    folder = tmp_path_factory.mktemp("leaks")
    plan = planted(count_private=request.param)
    with_past(project_of(folder, plan), plan)
    return folder, plan


def test_no_command_prints_or_writes_anything_private_for_the_public(
    project: tuple[Path, Plan], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder, plan = project
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    run(folder, "report", "--since", "2024-12-05")  # the owner's caches are full
    run(folder, "history")
    printed = {" ".join(each): run(folder, *each) for each in PRINTED}
    assert leaks(printed, plan.words) == {}
    assert traces_below(folder / "build", plan.words) == {}
    assert traces_below(folder / "out", plan.words) == {}
    assert len([*(folder / "out").rglob("*")]) > 15


EDITS = (
    *(
        AgentChange("set", id_, assignments=[given])
        for id_ in ("one", "two")
        for given in ("due=2025-05", "salary=", "x=1")
    ),
    AgentChange("set", "two", assignments=["parent=three", "tags+=new"]),
    AgentChange("tick", "one", text="b"),
    AgentChange("tick", "one", text="nothing like it"),
    *(AgentChange(action, id_) for action in ("done", "untick") for id_ in ("one", "two", "nothing")),
    *(AgentChange("rename", id_, text="second") for id_ in ("one", "two", "main", "stone")),
    AgentChange("new", "items", text="New", assignments=["status=doing", "track=main", "milestone=stone"]),
    AgentChange("new", "elsewhere", text="New", assignments=["nothing=1"]),
)


def answer(options: Options, change: AgentChange, *, is_dry: bool) -> bytes:
    """Return the answer to an agent of the public, also if it is a refusal."""
    try:
        project = read_project(options.root(), options.today, options.as_of, read_options=ReadOptions(PUBLIC))
        known = {each.id: each for each in project.loaded.roadmap.items}.get(change.target)
        revision = revision_for(project, known) if known else ""
        return json.dumps(carry_out(options, PUBLIC, replace(change, revision=revision), is_dry=is_dry)).encode()
    except UserError as error:
        return str(error).encode()


def test_no_answer_to_an_agent_of_the_public_has_anything_private(
    project: tuple[Path, Plan], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder, plan = project
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    options = Options(copy, DAY)
    said = {f"{each} {is_dry}": answer(options, each, is_dry=is_dry) for each in EDITS for is_dry in (True, False)}
    assert leaks(said, plan.words) == {}
    assert sum(b'"written": true' in each for each in said.values()) > 5
    assert leaks(outputs(with_files_below(plan, copy / "content"), "public"), plan.words) == {}


def test_public_history_has_no_commit_of_private_files_only(
    project: tuple[Path, Plan], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder, _plan = project
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert b"2025-01" in run(folder, "history", "--audience", "private", "--format", "json")
    assert b"2025-01-1" not in run(folder, "history", "--format", "json")


@pytest.mark.slow
def test_the_owner_sees_everything(project: tuple[Path, Plan], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder, plan = project
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    run(folder, "generate", "--audience", "private")
    found = traces_below(folder / "build/docs-private", plan.words)
    commit_and_past = set(plan.words[-2:])
    assert set(plan.words) - plan.unseen - commit_and_past - set().union(*found.values()) == set()
    assert leaks({"history": run(folder, "history", "--format", "json", "--audience", "private")}, plan.words)
    assert leaks({"check": run(folder, "check")}, plan.words)


@pytest.mark.slow
@pytest.mark.parametrize("publisher", PUBLISHERS)
def test_no_byte_of_a_published_site_is_private_with_any_publisher(
    publisher: str, project: tuple[Path, Plan], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder, plan = project
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    words = plan.words
    for audience in ("private", "public", "private", "public"):  # each with what the other one has left
        command = [sys.executable, "-m", "milemark", "-C", str(folder), "build", "--publisher", publisher]
        done = subprocess.run([*command, "--audience", audience], capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        if audience == "public":
            assert traces(done.stderr + done.stdout, words) == set()
    site = folder / "site"
    assert traces_below(site, words) == {}
    assert traces_below(folder / "build/docs", words) == {}
    assert len([*site.rglob("*.html")]) > 8
    private = traces_below(folder / "site-private", words)
    assert set(words) - plan.unseen - set(words[-2:]) - set().union(*private.values()) == set()
    for path in (folder / "site-private").rglob("*.html"):
        assert b'<meta name="robots" content="noindex' in path.read_bytes(), path
