"""Small git repositories for tests: each commit on a given day, by nobody in particular."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
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
        when = day if " " in day else f"{day}T12:00:00+0900"
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
