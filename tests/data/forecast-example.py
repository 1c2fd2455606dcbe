"""Make the project of docs/forecast.md in the current folder: half a year of commits, each with tasks done."""

import os
import subprocess
from datetime import date, timedelta
from pathlib import Path

DAY = date(2025, 1, 12)
TASKS = {"shop": 33, "search": 9, "blog": 4}
DONE = (1, 0, 2, 0, 1, 0, 0, 3, 0, 1, 2, 0)  # tasks of one week, again and again
FIELDS = {
    "shop": "status: Active\ndue: 2025-05",
    "search": "status: Planned\ndue: 2025-07\ndepends_on: [shop]",
    "blog": "status: Paused",
}
SETTINGS = "title: Plan\nstatuses: {Planned: planned, Active: active, Paused: paused, Done: done}\n"


def git(*arguments: str, day: date = DAY) -> None:
    """Run git as on a day."""
    dates = {f"GIT_{who}_DATE": f"{day}T12:00:00Z" for who in ("AUTHOR", "COMMITTER")}
    subprocess.run(["git", *arguments], env={**os.environ, **dates}, check=True, stdout=subprocess.DEVNULL)


def write(done: int) -> None:
    """Write the files, with the first tasks of the shop done."""
    for name, count in TASKS.items():
        tasks = "".join(f"- [{'x' if name == 'shop' and at < done else ' '}] task {at}\n" for at in range(count))
        text = f"---\ntitle: {name.title()}\n{FIELDS[name]}\n---\n\n{tasks}"
        Path("content/projects", f"{name}.md").write_text(text, "utf-8")


def main() -> None:
    """Commit each week."""
    Path("content/projects").mkdir(parents=True)
    Path("content/roadmap.yml").write_text(f"{SETTINGS}collections: {{projects: {{label: Projects}}}}\n", "utf-8")
    git("init", "--quiet", "--initial-branch=main")
    done = 0
    for week in range(24):
        done += DONE[week % len(DONE)]
        write(done)
        git("add", "--all", day=DAY - timedelta(weeks=24 - week))
        git("commit", "--quiet", "--allow-empty", "-m", "work", day=DAY - timedelta(weeks=24 - week))


if __name__ == "__main__":
    main()
