"""Benchmark `milemark history` as a whole process: `make bench`.

It measures the first run, a second run, and a run after one more commit. For `--project`, it measures a clone.

    python benchmarks/history.py                # a generated history of 750 commits
    python benchmarks/history.py --project DIR
"""

from __future__ import annotations

import argparse
import os
import statistics
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


def read(place: Path, cache: str) -> Cost:
    """Run `milemark history` in a project."""
    command = [sys.executable, "-m", "milemark", "-C", str(place), "history"]
    return run(command, XDG_CACHE_HOME=str(place / ".git" / cache))


def read_one_more(place: Path, number: int) -> Cost:
    """Commit one more item, and run `milemark history`."""
    (place / f"content/one-more-{number}.md").write_text("---\nstatus: done\n---\n- [x] one\n", "utf-8")
    git(place, "add", "-A")
    git(place, "commit", "-q", "-m", "x")
    return read(place, "cache0")


def main() -> None:
    """Run the benchmark and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--project", type=Path, help="a project in a git repository")
    parser.add_argument("--times", type=int, default=5, help="runs per measurement")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="milemark-bench-") as folder:
        place = Path(folder) / "project"
        if options.project:
            git(Path(folder), "clone", "-q", str(options.project.resolve()), str(place))
        else:
            place.mkdir()
            write_history(place)
        rows = {
            "first run": [read(place, f"cache{number}") for number in range(options.times)],
            "second run": [read(place, "cache0") for _ in range(options.times)],
            "after one more commit": [read_one_more(place, number) for number in range(options.times)],
        }
        print_costs(rows, git(place, "rev-list", "--count", "HEAD", "--", "content").strip())


def print_costs(rows: Mapping[str, Sequence[Cost]], commits: str) -> None:
    """Print the minimum and median time and the minimum CPU time of each."""
    table = Table("milemark history", "minimum", "median", "CPU seconds", title=f"Seconds for {commits} commits")
    for name, costs in rows.items():
        seconds = [cost.seconds for cost in costs]
        figures = (min(seconds), statistics.median(seconds), min(cost.cpu for cost in costs))
        table.add_row(name, *(f"{figure:.2f}" for figure in figures))
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
