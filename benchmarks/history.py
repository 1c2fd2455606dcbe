"""Benchmark the commands that read a history, as whole processes, for the owner and for the public: `make bench`.

It measures the first run, a second run, and a run after one more commit. For `--project`, it measures a clone.

    python benchmarks/history.py                # a generated history of 750 commits
    python benchmarks/history.py --project DIR
    python benchmarks/history.py --bundle FILE  # a repository with one folder, which becomes content/
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench import Cost, run
from make_items import write_items
from rich.console import Console
from rich.table import Table

ITEMS, COMMITS = 300, 750
COMMANDS = (
    ("history",),
    ("history", "--audience", "public"),
    ("history", "--format", "json", "--audience", "private"),
    ("history", "--format", "json"),
    ("generate", "--audience", "private"),
    ("generate",),
)
CONFIG = "site_name: Benchmark\n"
REAL_ROADMAP = "statuses: {To Do: planned, In Progress: active, Done: done}\ncollections: {tasks: {label: Tasks}}\n"
NOBODY = {
    "GIT_AUTHOR_NAME": "Nobody",
    "GIT_AUTHOR_EMAIL": "nobody@example.org",
    "GIT_COMMITTER_NAME": "Nobody",
    "GIT_COMMITTER_EMAIL": "nobody@example.org",
}


def git(place: Path, *arguments: str, when: int = 0) -> str:
    """Run git, with `when` as the commit time unless it is 0, and return the output."""
    times = {"GIT_AUTHOR_DATE": f"{when} +0000", "GIT_COMMITTER_DATE": f"{when} +0000"} if when else {}
    command = ["git", "-c", "gc.auto=0", *arguments]
    done = subprocess.run(command, cwd=place, env=os.environ | NOBODY | times, capture_output=True, check=True)
    return done.stdout.decode()


def write_history(place: Path) -> None:
    """Write a project with a commit every twelve hours that changes three items."""
    write_items(place / "content", ITEMS)
    git(place, "init", "-q")
    paths = sorted((place / "content/items").glob("*.md"))
    for number in range(COMMITS):
        for path in (paths[(number * 3 + step) % len(paths)] for step in range(3)):
            text = path.read_text("utf-8")
            path.write_text(text.replace("[ ]", "[x]", 1) + f"\n- [ ] task {number}\n", "utf-8")
        git(place, "add", "-A")
        git(place, "commit", "-q", "-m", "x", when=1_700_000_000 + number * 43_200)


def write_real_history(bundle: Path, place: Path) -> None:
    """Write a project whose content/ is the folder of a git bundle, with its history."""
    git(place.parent, "clone", "-q", "-b", "main", str(bundle.resolve()), str(place))
    [folder] = [path for path in place.iterdir() if path.is_dir() and path.name != ".git"]
    git(place, "mv", folder.name, "content")
    (place / "content/roadmap.yml").write_text(REAL_ROADMAP, "utf-8")
    git(place, "add", "-A")
    git(place, "commit", "-q", "-m", "x")


def measured(place: Path, command: Sequence[str], cache: str) -> Cost:
    """Run a command of milemark in a project."""
    arguments = [sys.executable, "-m", "milemark", "-C", str(place), *command]
    return run(arguments, XDG_CACHE_HOME=str(place / ".git" / cache))


def commit_one_more(place: Path, number: int) -> None:
    """Commit one more item."""
    (place / f"content/one-more-{number}.md").write_text("---\nstatus: done\n---\n- [x] one\n", "utf-8")
    git(place, "add", "-A")
    git(place, "commit", "-q", "-m", "x")


def costs_of(place: Path, command: Sequence[str], times: int) -> dict[str, list[Cost]]:
    """Return the costs of the first run of a command, of the next one, and of one after each further commit."""
    found = {
        "first run": [measured(place, command, f"cache{number}") for number in range(times)],
        "second run": [measured(place, command, "cache0") for _ in range(times)],
        "one more commit": [],
    }
    for number in range(times):
        commit_one_more(place, number)
        found["one more commit"].append(measured(place, command, "cache0"))
    git(place, "reset", "-q", "--hard", f"HEAD~{times}")
    for number in range(times):
        shutil.rmtree(place / f".git/cache{number}", ignore_errors=True)
    return found


def main() -> None:
    """Run the benchmark and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--project", type=Path, help="a project in a git repository")
    parser.add_argument("--bundle", type=Path, help="a git bundle with one folder of items")
    parser.add_argument("--times", type=int, default=3, help="runs per measurement")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="milemark-bench-") as folder:
        place = Path(folder) / "project"
        if options.project:
            git(Path(folder), "clone", "-q", str(options.project.resolve()), str(place))
        elif options.bundle:
            write_real_history(options.bundle, place)
        else:
            place.mkdir()
            write_history(place)
        if not (place / "mkdocs.yml").exists():
            (place / "mkdocs.yml").write_text(CONFIG, "utf-8")
        (place / ".git/info/exclude").write_text("/build\nmkdocs.yml\n", "utf-8")
        rows = {" ".join(command): costs_of(place, command, options.times) for command in COMMANDS}
        print_costs(rows, git(place, "rev-list", "--count", "HEAD").strip())


def print_costs(rows: Mapping[str, Mapping[str, Sequence[Cost]]], commits: str) -> None:
    """Print the minimum CPU time and the minimum time of each command."""
    kinds = [*next(iter(rows.values()))]
    table = Table("milemark", *kinds, title=f"Seconds of CPU for {commits} commits, and seconds of time")
    for name, costs in rows.items():
        pairs = ((min(each.cpu for each in costs[kind]), min(each.seconds for each in costs[kind])) for kind in kinds)
        table.add_row(name, *(f"{cpu:.2f} ({seconds:.2f})" for cpu, seconds in pairs))
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
