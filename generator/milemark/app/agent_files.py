"""The files by which agents learn to work with a roadmap: a part of AGENTS.md between markers, and a skill."""

from __future__ import annotations

from pathlib import Path

from milemark.app.file_writes import FileWrite
from milemark.foundation.disk import bytes_if_there
from milemark.foundation.errors import UserError

_BEGIN, _END = "<!-- milemark -->", "<!-- /milemark -->"
_SKILL = Path(".claude/skills/milemark/SKILL.md")
_STEPS = """\
- `milemark instructions` says what this roadmap declares, and how to read and change it. Read it first.
- Read with `milemark list`, `show ID --format json` and `query "select …" --format json`.
- Change with `milemark set`, `tick`, `done`, `new` and `rename`, and give `--if-revision` the revision that `show`
  printed. They change one value only; text that you write yourself goes into the body of a file.
- Run `milemark check` after each change. `milemark undo` takes the last one back.
- Never guess an id, a field or a status. Never publish private text, delete an item, or edit `build/` and `site/`.
"""
_BLOCK = f"""\
{_BEGIN}
## Roadmap

The Markdown files of this roadmap are a database that milemark reads.

{_STEPS}{_END}
"""
_SKILL_TEXT = f"""\
---
name: milemark
description: Read and change the roadmap of this project (items, tasks, dates, progress) with milemark.
---

# The roadmap of this project

{_STEPS}"""


def agent_files(root: Path) -> list[FileWrite]:
    """Return the files to write; those that hold the text already are left out. Raises UserError for half a block."""
    agents, skill = root / "AGENTS.md", root / _SKILL
    old = bytes_if_there(agents)
    known = bytes_if_there(skill)
    writes = [FileWrite(agents, old, _with_block(old)), FileWrite(skill, known, _SKILL_TEXT.encode())]
    return [each for each in writes if each.before != each.after]


def _with_block(old: bytes | None) -> bytes:
    """Return AGENTS.md with the block in place of its older one, else at its end."""
    if old is None:
        return f"# Instructions for agents\n\n{_BLOCK}".encode()
    try:
        text = old.decode("utf-8")
    except UnicodeDecodeError:
        raise UserError("AGENTS.md is not UTF-8: save it as UTF-8 first") from None
    end = "\r\n" if "\r\n" in text else "\n"
    block = _BLOCK.replace("\n", end)
    if text.count(_BEGIN) != text.count(_END) or text.count(_BEGIN) > 1 or text.find(_END) < text.find(_BEGIN):
        raise UserError(f"AGENTS.md needs one line {_BEGIN} and one line {_END} below it: mend it by hand")
    if _BEGIN in text:
        before, _sign, rest = text.partition(_BEGIN)
        _old, _sign, after = rest.partition(_END)
        return (before + block.removesuffix(end) + after).encode()
    gap = "" if not text or text.endswith(end * 2) else end if text.endswith(end) else end * 2
    return (text + gap + block).encode()
