"""Commands that read change no file of the folder: neither a note nor a time, and they leave nothing in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import cli, must, write_files

FILES = {
    "Vault/.obsidian/app.json": "{}\n",
    "Vault/tasks/a b.md": "\ufeff---\r\ntitle: 첫째\r\nstatus:  doing # now\r\ndue: 2025-1-3\r\n---\r\n\r\n- [x] one",
    "Vault/tasks/broken.md": "---\nassignee: @kim\n---\n# B\n",
    "Vault/board.md": "---\nkanban-plugin: board\n---\n\n## Doing\n\n- [ ] card\n",
    "Vault/PLAN.md": "---\nitems: headings\n---\n# Plan\n\n## ✅ One\n\n- [x] a\n\n## Two\n",
    "Vault/picture.png": "x",
    "table.csv": "Title,Status\nA,doing\n",
    "docs/index.md": "# Docs\n",
    "mkdocs.yml": "site_name: S\nnav: [index.md]\n",
}
ROADMAP = "content: Vault\nstatuses: {doing: active, done: done}\ncollections: {tasks: {}}\n"
READING = [
    ["check"],
    ["check", "-v"],
    ["check", "Vault", "--audience", "public"],
    ["check", "--fix", "--suggested", "--dry-run"],
    ["list"],
    ["show", "one"],
    ["query", "select * from tasks"],
    ["explain", "roadmap"],
    ["explain", "MM204"],
    ["report"],
    ["history"],
    ["forecast"],
    ["schema"],
    ["doctor"],
    ["instructions"],
    ["adopt", "Vault"],
    ["adopt", "Vault", "--format", "json"],
    ["init", "--dry-run"],
    ["host", "docs/roadmap"],
    ["import", "csv", "table.csv", "--dry-run"],
    ["import", "kanban", "Vault/board.md", "--dry-run", "--format", "json"],
    ["split", "Vault/PLAN.md"],
    ["split", "Vault/PLAN.md", "--into", "plans", "--format", "json"],
    ["join", "Vault/tasks/ALL.md", "Vault/tasks"],
    ["set", "one", "due=2025-03", "--dry-run"],
    ["new", "tasks", "Another", "--dry-run"],
]


def state(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return the bytes and the time of each file, git's own left out."""
    found = (path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns) for path in found}


@pytest.mark.slow
@pytest.mark.parametrize("roadmap", [ROADMAP, ""], ids=["a project", "no project"])
def test_reading_leaves_a_folder_as_it_is(tmp_path: Path, roadmap: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "own files"
    write_files(folder, FILES | ({"roadmap.yml": roadmap} if roadmap else {}))
    who = {f"GIT_{role}_{part}": "a@b.c" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
    must("git", "init", "-q", cwd=folder)
    must("git", "add", "-A", cwd=folder)
    must("git", "commit", "-qm", "notes", cwd=folder, **who)
    monkeypatch.chdir(folder)
    before = state(folder)
    for arguments in READING:
        done = cli(folder, *arguments)
        assert state(folder) == before, arguments
        assert done.exit_code in {0, 1, 2}
        assert done.output.strip(), arguments
