"""What publishes by itself: the workflow that `init` writes, ours, the file for GitLab and the plain script."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from milemark.app.cli import group
from milemark.app.starter import start
from support import ACTIONS, ROOT, cli, must, run, tool, write_files

DAY = date(2026, 11, 23)
OURS = ROOT / ".github/workflows/roadmap.yml"
STARTER = ROOT / "generator/milemark/app/starter_files/github-workflow.yml"
GUIDE = (ROOT / "docs/publishing.md").read_text("utf-8")
WORKFLOWS = pytest.mark.parametrize("path", [OURS, STARTER], ids=["ours", "starter"])


# What was looked up, with its version, in a dozen public repositories that agree.
def read(path: Path) -> Any:
    return yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506  `on` stays a text


def block(language: str) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)
    return str(found)


def steps_of(path: Path, job: str) -> list[dict[str, Any]]:
    return list(read(path)["jobs"][job]["steps"])


def commands_in(text: str) -> Iterator[list[str]]:
    """Yield the arguments of each call of milemark in a shell script."""
    for line in text.splitlines():
        if found := re.match(r"\s*(?:- )?milemark (.*?)(?: >> .*)?$", line):
            yield shlex.split(found[1].replace("$format", "ics"))


# --- what the files say --------------------------------------------------------------------------------


def test_our_workflow_is_that_of_new_projects_but_for_where_milemark_comes_from() -> None:
    ours, theirs = read(OURS), read(STARTER)
    theirs.pop("env")
    for job in (*ours["jobs"].values(), *theirs["jobs"].values()):
        job["steps"] = [step for step in job["steps"] if "milemark" not in step["name"]]
    assert ours == theirs


def test_a_new_project_gets_the_workflow(tmp_path: Path) -> None:
    start(tmp_path, None, DAY)
    assert read(tmp_path / ".github/workflows/roadmap.yml")["jobs"] == read(STARTER)["jobs"]


@pytest.mark.parametrize(
    ("path", "attributes", "is_fetched"),
    [
        (".gitattributes", "*.png filter=lfs diff=lfs merge=lfs -text\n", True),
        (".gitattributes", "* text=auto\n*.mp4\tfilter=lfs\n", True),
        ("content/.gitattributes", "*.png filter=lfs\n", True),
        (".gitattributes", "# *.png filter=lfs\n*.png -filter\n*.x filter=lfsx\n", False),
        ("../.gitattributes", "*.png filter=lfs\n", False),
    ],
)
def test_the_workflow_fetches_large_files_where_git_stores_them_apart(
    tmp_path: Path, path: str, attributes: str, *, is_fetched: bool
) -> None:
    root = tmp_path / "repository"
    write_files(root, {path: attributes, ".git/HEAD": "ref: refs/heads/main\n"})
    start(root, None, DAY)
    jobs = read(root / ".github/workflows/roadmap.yml")["jobs"]
    fetching = [step["with"] for job in ("change", "build") for step in jobs[job]["steps"] if "checkout@" in str(step)]
    assert [each.get("lfs") for each in fetching] == ["true" if is_fetched else None] * 2


def test_a_workflow_that_is_there_is_kept(tmp_path: Path) -> None:
    written = tmp_path / ".github/workflows/roadmap.yml"
    written.parent.mkdir(parents=True)
    written.write_text("mine", "utf-8")
    steps = {step.path: step.is_new for step in start(tmp_path, None, DAY)}
    assert (written.read_text("utf-8"), steps[written]) == ("mine", False)


@WORKFLOWS
def test_every_action_is_pinned_to_the_commit_of_a_known_version(path: Path) -> None:
    used = re.findall(r"uses: (\S+)(?: # (\S+))?", path.read_text("utf-8"))
    assert used
    assert dict(used) == ACTIONS


@WORKFLOWS
def test_a_pull_request_has_no_rights_and_none_of_its_code_runs(path: Path) -> None:
    workflow = read(path)
    assert set(workflow["on"]) == {"push", "pull_request", "schedule", "workflow_dispatch"}
    assert workflow["permissions"] == {}
    job = workflow["jobs"]["change"]
    assert job["if"] == "github.event_name == 'pull_request'"
    assert job["permissions"] == {"contents": "read"}
    assert "environment" not in job
    assert not re.search(r"\$\{\{[^}]*secrets", path.read_text("utf-8"))
    fetched = [step["with"] for step in job["steps"] if step.get("uses", "").startswith("actions/checkout@")]
    assert fetched[-1] == {"path": "change", "fetch-depth": "0", "persist-credentials": "false"}
    assert [each["ref"] for each in fetched[:-1]] == ["${{ github.event.pull_request.base.sha }}"] * (len(fetched) - 1)
    read_only = {name for step in job["steps"] for call in commands_in(step.get("run", "")) for name in call[2:3]}
    assert read_only == {"check", "report"}  # neither runs a publisher or a template
    assert all(
        "change" not in step["run"] or step["run"].startswith("milemark -C change ")
        for step in job["steps"]
        if "run" in step
    )


@WORKFLOWS
def test_only_the_job_that_publishes_may_publish(path: Path) -> None:
    jobs = read(path)["jobs"]
    assert jobs["build"]["permissions"] == {"contents": "read"}
    assert jobs["build"]["if"] == "github.event_name != 'pull_request'"
    assert jobs["deploy"]["permissions"] == {"pages": "write", "id-token": "write"}
    assert (jobs["deploy"]["needs"], len(jobs["deploy"]["steps"])) == ("build", 1)
    for job in jobs.values():
        assert int(job["timeout-minutes"]) <= 20
    for step in (step for job in jobs.values() for step in job["steps"]):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] == "false"
        assert "${{" not in step.get("run", "")  # nobody's words become a part of a script


@WORKFLOWS
def test_the_site_is_built_each_week_of_the_whole_history_and_never_cut_short(path: Path) -> None:
    workflow = read(path)
    (week,) = workflow["on"]["schedule"]
    assert re.fullmatch(r"\d+ \d+ \* \* [0-6]", week["cron"])
    assert workflow["jobs"]["build"]["steps"][0]["with"]["fetch-depth"] == "0"
    assert workflow["concurrency"]["cancel-in-progress"] == "${{ github.event_name == 'pull_request' }}"
    assert yaml.safe_load(block("yaml"))["variables"]["GIT_DEPTH"] == "0"


def test_our_file_for_gitlab_is_that_of_the_guide_but_for_where_milemark_comes_from() -> None:
    ours, theirs = yaml.safe_load((ROOT / ".gitlab-ci.yml").read_text("utf-8")), yaml.safe_load(block("yaml"))
    assert "milemark doctor" in theirs["variables"].pop("MILEMARK")
    for job in ("check", "pages"):
        installs = [found[job]["script"].pop(0) for found in (ours, theirs)]
        assert all(each.startswith("pip install ") for each in installs)
        assert installs[1] == 'pip install "$MILEMARK"'
    assert ours == theirs


@pytest.mark.parametrize(
    "text", [STARTER.read_text("utf-8").replace("run: milemark", "\n milemark"), block("yaml"), block("sh")]
)
def test_every_call_of_milemark_is_one_that_it_understands(text: str) -> None:
    calls = list(commands_in(text))
    assert len(calls) >= 3
    for call in calls:
        name, *arguments = [word for word in call if word not in {"-C", "change"}]
        command = group.get_command(click.Context(group), name)
        assert command, name
        command.make_parser(click.Context(command)).parse_args(list(arguments))


# --- what tools say ------------------------------------------------------------------------------------


@WORKFLOWS
def test_the_security_linter_finds_nothing(path: Path) -> None:
    must(tool("zizmor"), "--offline", "--no-config", "--persona=pedantic", "--no-progress", path)


@WORKFLOWS
def test_the_workflow_linter_finds_nothing(path: Path) -> None:
    must(tool("actionlint"), path)


@WORKFLOWS
def test_a_workflow_is_what_github_reads(path: Path) -> None:
    must(tool("check-jsonschema"), "--builtin-schema", "vendor.github-workflows", path)


def test_the_file_for_gitlab_is_what_gitlab_reads(tmp_path: Path) -> None:
    (tmp_path / "guide.yml").write_text(block("yaml"), "utf-8")
    options = ("--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci")
    must(tool("check-jsonschema"), *options, ROOT / ".gitlab-ci.yml", tmp_path / "guide.yml")


# --- what they do --------------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a new project in git, whose second commit finishes a task."""
    folder = tmp_path / "change"
    start(folder, None, DAY)
    must("git", "init", "--quiet", "--initial-branch=main", cwd=folder)
    for message in ("begin", "go on"):
        must("git", "add", "--all", cwd=folder)
        must("git", "commit", "--quiet", "--message", message, cwd=folder)
        (folder / "content/projects/new.md").write_text("---\ntitle: New\nstatus: planned\n---\n- [ ] a\n", "utf-8")
    return folder


def do(path: Path, job: str, folder: Path, summary: Path) -> None:
    """Run the commands of a job as GitHub does, but for those that install milemark."""
    for step in steps_of(path, job):
        if "run" in step and not step["name"].startswith("Install"):
            must("bash", "-e", "-o", "pipefail", "-c", step["run"], cwd=folder, GITHUB_STEP_SUMMARY=str(summary))


def test_the_summary_of_a_pull_request_says_what_it_changes(project: Path, tmp_path: Path) -> None:
    (project / "content/projects/new.md").write_text(
        "---\ntitle: A brand new thing\nstatus: planned\n---\n- [ ] a\n", "utf-8"
    )
    must("git", "add", "--all", cwd=project)
    must("git", "commit", "--quiet", "--message", "change", cwd=project)
    summary = tmp_path / "summary.md"
    do(STARTER, "change", tmp_path, summary)
    assert "A brand new thing" in summary.read_text("utf-8")


@pytest.mark.slow
def test_the_workflow_builds_a_site_with_everything_on_it(project: Path, tmp_path: Path) -> None:
    do(STARTER, "build", project, tmp_path / "summary.md")
    for name in ("index.html", "badge/whole.svg", "badge/whole.json", "roadmap.ics", "feed.xml", "feed.json"):
        assert (project / "site" / name).is_file()
    assert (tmp_path / "summary.md").stat().st_size


@pytest.mark.slow
def test_the_script_puts_the_site_in_place_and_leaves_the_last_one_where_it_fails(
    project: Path, tmp_path: Path
) -> None:
    (project / "publish.sh").write_text(block("sh"), "utf-8")
    target = tmp_path / "www" / "roadmap"
    target.parent.mkdir()
    for _ in range(2):
        must("sh", "publish.sh", target, cwd=project)
        assert {"index.html", "roadmap.ics", "feed.xml", "badge"} <= {path.name for path in target.iterdir()}
    (project / "content/projects/new.md").write_text("---\ntitle: [\n---\n", "utf-8")
    assert run("sh", "publish.sh", target, cwd=project).returncode != 0
    assert (target / "index.html").is_file()
    assert [path.name for path in target.parent.iterdir()] == ["roadmap"]


# --- a dataset of many repositories ----------------------------------------------------------------------

DATASET = ROOT / "generator/milemark/app/starter_files/github-dataset.yml"


def test_the_workflow_for_a_dataset_passes_the_linters_and_uses_known_actions() -> None:
    text = DATASET.read_text("utf-8")
    assert dict(re.findall(r"uses: (\S+) # (\S+)", text)).items() <= ACTIONS.items()
    assert (read(DATASET)["permissions"], read(DATASET)["jobs"]["add"]["permissions"]) == ({}, {"contents": "read"})
    assert "pull_request" not in read(DATASET)["on"]  # its secret is for trusted code only
    must(tool("check-jsonschema"), "--builtin-schema", "vendor.github-workflows", DATASET)
    must(tool("zizmor"), "--offline", "--no-config", "--persona=pedantic", "--no-progress", DATASET)


def test_each_repository_adds_its_day_to_the_dataset_in_git(tmp_path: Path) -> None:
    """Two repositories, of which one has an old clone of the dataset when it pushes; then a day without a change."""
    remote = tmp_path / "remote.git"
    must("git", "init", "--quiet", "--bare", "--initial-branch=main", remote)
    first = tmp_path / "first"
    must("git", "clone", "--quiet", remote, first)
    must("git", "commit", "--quiet", "--allow-empty", "--message", "begin", cwd=first)
    must("git", "push", "--quiet", "origin", "HEAD:main", cwd=first)
    for name in ("shop", "payments"):
        write_files(tmp_path / name / "roadmap", {"content/roadmap.yml": f"title: {name}\n"})
        must("git", "clone", "--quiet", remote, tmp_path / name / "dataset")
    for name in ("shop", "payments", "shop"):
        for step in read(DATASET)["jobs"]["add"]["steps"]:
            if "run" in step and not step["name"].startswith("Install"):
                folder = tmp_path / name / step.get("working-directory", ".")
                must("bash", "-e", "-o", "pipefail", "-c", step["run"], cwd=folder, GITHUB_REPOSITORY=f"acme/{name}")
    files = must("git", "ls-tree", "-r", "--name-only", "main", cwd=remote).splitlines()
    assert {path.split("/")[1] for path in files} == {"repository=payments", "repository=shop"}
    assert len(must("git", "log", "--format=%H", "main", cwd=remote).splitlines()) == 3
    assert all(path.endswith(".parquet") for path in files)


def test_init_writes_the_workflow_for_a_dataset_once(tmp_path: Path) -> None:
    write_files(tmp_path, {"content/roadmap.yml": "title: T\n", ".git/HEAD": "ref: refs/heads/main\n"})
    written = tmp_path / ".github/workflows/dataset.yml"
    assert cli(tmp_path, "init", "--dataset", "acme").exit_code == 2
    assert "write " in cli(tmp_path, "init", "--dataset", "acme/roadmaps", "--dry-run").stderr
    assert not written.exists()
    found = cli(tmp_path, "init", "--dataset", "acme/roadmaps")
    assert (found.exit_code, "set MILEMARK in it" in found.stderr) == (0, True), found.stderr
    steps = read(written)["jobs"]["add"]["steps"]
    assert [step["with"]["repository"] for step in steps if "repository" in step.get("with", {})] == ["acme/roadmaps"]
    assert "up to date" in cli(tmp_path, "init", "--dataset", "acme/roadmaps").stderr
    assert "differs" in cli(tmp_path, "init", "--dataset", "acme/others").stderr
    assert cli(tmp_path, "undo").exit_code == 0
    assert not written.exists()


def test_a_workflow_for_a_dataset_needs_the_root_of_a_repository(tmp_path: Path) -> None:
    write_files(tmp_path, {"plan/content/roadmap.yml": "title: T\n", ".git/HEAD": "ref: refs/heads/main\n"})
    found = cli(tmp_path / "plan", "init", "--dataset", "acme/roadmaps")
    assert (found.exit_code, "root of a git repository" in found.stderr) == (2, True)
