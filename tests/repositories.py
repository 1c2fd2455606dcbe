"""Small git repositories for tests: each commit on a given day, by nobody in particular."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

ROADMAP = """\
title: T
statuses: {planned: planned, doing: active, done: done, dropped: dropped}
collections:
  tracks: {label: Tracks, role: track}
  projects: {label: Projects}
  milestones: {label: Milestones, role: milestone}
"""


@dataclass(frozen=True)
class Repo:
    """A git repository whose content/ is that of a project."""

    folder: Path

    def git(self, *arguments: str, **environment: str) -> str:
        command = ["git", "-c", "protocol.file.allow=always", *arguments]
        env = {**os.environ, **environment}
        return subprocess.run(command, cwd=self.folder, env=env, capture_output=True, check=True).stdout.decode()

    def write(self, files: Mapping[str, str | None]) -> None:
        """Write files below content/; None deletes one."""
        for path, text in files.items():
            target = self.folder / "content" / path
            if text is None:
                target.unlink()
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf-8", newline="")

    def commit(self, day: str, files: Mapping[str, str | None], *options: str) -> str:
        """Commit files at noon of a day, and return the commit's id."""
        self.write(files)
        self.git("add", "-A")
        when = day if " " in day or "T" in day else f"{day}T12:00:00+0900"
        self.git("commit", "-q", "-m", "x", *options, GIT_AUTHOR_DATE=when, GIT_COMMITTER_DATE=when)
        return self.head

    def merge(self, day: str, *options: str) -> str:
        when = f"{day}T12:00:00+0900"
        self.git("merge", "-q", "--no-ff", "-m", "x", *options, GIT_AUTHOR_DATE=when, GIT_COMMITTER_DATE=when)
        return self.head

    @property
    def head(self) -> str:
        return self.git("rev-parse", "HEAD").strip()


def repository(folder: Path) -> Repo:
    folder.mkdir(parents=True, exist_ok=True)
    found = Repo(folder)
    found.git("init", "-q", "-b", "main")
    found.write({"roadmap.yml": ROADMAP})
    return found


def item(status: str, *tasks: str, **fields: str) -> str:
    """Return an item's file: `item("doing", "x write", " test", due="2025-03")`."""
    lines = [f"status: {status}", *(f"{name}: {value}" for name, value in fields.items())]
    return "\n".join(["---", *lines, "---", *(f"- [{task[0]}] {task[1:].strip()}" for task in tasks), ""])


FIRST, LAST = date(2023, 11, 6), "2025-04-10"


def lived(folder: Path, title: str = "Item {number}") -> Repo:
    """Make a repository with eighteen months of work: commits every few days, due dates that move, things dropped."""
    found = repository(folder)
    found.write({"tracks/work.md": "---\ntitle: Work\n---\n"})
    for step in range(130):
        day = FIRST + timedelta(days=step * 4 + step % 3)
        found.commit(day.isoformat(), {**_items(step, title), **_milestones(step)}, "--allow-empty")
    return found


def _items(step: int, title: str) -> dict[str, str | None]:
    """Return the files of the items after some steps: each is planned for a quarter, and worked on in turn."""
    files: dict[str, str | None] = {}
    for number in range(min(8 + step // 4, 38)):
        begun, took = number * 3, 4 + number * 7 % 11
        done = max(min(step - begun, took) + 1, 0)
        slipped = sum(step > begun + late for late in (2, 6, 9)) if number % 3 == 0 else 0
        due = FIRST + timedelta(
            days=4 * (begun + took) + 31 * slipped - (20 if number % 7 == 5 and step > begun else 0)
        )
        tasks = [f"{'x' if task < done else ' '}task {task}" for task in range(took + 1)]
        status = "done" if done > took else "doing" if done else "planned"
        status = "dropped" if number % 10 == 9 and step > begun + 3 else status
        fields = {"title": title.format(number=number), "due": due.isoformat(), "track": "work", "milestone": "beta"}
        files[f"projects/item-{number:02}.md"] = item(status, *tasks, **fields)
    if step > 60:
        files["projects/item-04.md"] = None
    return {path: text for path, text in files.items() if text or step == 61}


def _milestones(step: int) -> dict[str, str | None]:
    status, due = ("done", "2024-06") if step > 75 else ("planned", "2024-03" if step < 20 else "2024-06")
    later = "2025-Q1" if step < 70 else "2025-Q3"
    return {
        "milestones/beta.md": f"---\ntitle: Beta\nstatus: {status}\ndue: {due}\n---\n",
        "milestones/release.md": f"---\ntitle: Release\nstatus: planned\ndue: {later}\n---\n",
    }
