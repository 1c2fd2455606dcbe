"""Write the reference pages of docs/reference/ from the code: python documentation/reference.py."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import chdir
from datetime import date
from inspect import cleandoc
from pathlib import Path
from unittest.mock import patch

import click
from click.testing import CliRunner

from milemark.app.cli import group
from milemark.app.command import COMMAND_MODULES
from milemark.app.command_help import EXAMPLES, EXIT_CODES, groups
from milemark.app.command_help import PAGES as GUIDES
from milemark.foundation.rules import RULES
from milemark.query.sql.block import OPTIONS, VIEWS
from milemark.query.tables.history import history_tables
from milemark.query.tables.roadmap import roadmap_tables
from milemark.roadmap import setting_table
from milemark.roadmap.field_types import PROOF_FIELDS
from milemark.roadmap.schema import CORE_FIELDS
from milemark.roadmap.setting_table import Setting
from milemark.roadmap.settings import Collection, Field, Policies, Settings

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "docs/reference"
SAMPLE = Path(__file__).parent / "sample"
DAY = date(2025, 1, 12)
_WRITTEN = "<!-- Made by `make docs` from the code: change it there. -->\n\n"
UNSHOWN = {"serve", "build", "portfolio", "doctor"}  # they serve, take seconds, or depend on the machine
_NAMES = {"string": "text", "url": "address"}  # of types
_ENTRIES = {"string": "texts", "url": "addresses", "proof": "evidence"}
_GLOBAL = ("start_in", "as_of", "help")
_ENVIRONMENT = {
    "SOURCE_DATE_EPOCH": "1736640000",  # DAY
    "TZ": "UTC",
    "LANG": "C.UTF-8",
    "LANGUAGE": "",
    "LC_ALL": "",
    **{f"GIT_{who}_{what}": "sample@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    **dict.fromkeys(("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"), "/dev/null"),
    "GIT_AUTHOR_DATE": "2025-01-02T12:00:00Z",
    "GIT_COMMITTER_DATE": "2025-01-02T12:00:00Z",
}
_RULE_GROUPS = {
    "MM1": "Files and YAML",
    "MM2": "Fields",
    "MM3": "References and links",
    "MM4": "The plan and its numbers",
    "MM5": "roadmap.yml",
    "MM6": "Queries",
}


def pages() -> Mapping[str, str]:
    """Return the text of each reference page by its file name."""
    return {
        "roadmap-yml.md": _settings(),
        "front-matter.md": _front_matter(),
        "commands.md": _commands(),
        "rules.md": _rules(),
        "relations.md": _relations(),
    }


def _page(title: str, *parts: str) -> str:
    return f"# {title}\n\n{_WRITTEN}" + "\n\n".join(parts).strip() + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    names = tuple(head)
    lines = [names, ["---"] * len(names), *(tuple(map(_cell, row)) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


# --- roadmap.yml ------------------------------------------------------------------------------------------


def _settings() -> str:
    parts = [
        ("The file", setting_table.ROADMAP, Settings(), "{name}: {example}", ""),
        (
            "A collection",
            setting_table.COLLECTION,
            Collection("", ""),
            "collections:\n  projects:\n    {name}: {example}",
            "`collections` has one entry for each folder below content/, with these keys:",
        ),
        (
            "A field",
            setting_table.FIELD,
            Field(""),
            "collections:\n  projects:\n    fields:\n      priority:\n        {name}: {example}",
            "`fields` of a collection has one entry for each field of its files, with these keys:",
        ),
        ("Policies", setting_table.POLICIES, Policies(), "policies:\n  {name}: {example}", ""),
        ("The owner", setting_table.OWNER, object(), "owner:\n  {name}: {example}", ""),
    ]
    return _page(
        "roadmap.yml",
        "`content/roadmap.yml`, or `roadmap.yml` in the root of a project, declares your words, collections and "
        "limits. Every key is optional; `milemark check` reports an unknown key or a wrong value with its place.",
        *(
            part
            for title, table, defaults, example, text in parts
            for part in (
                f"## {title}",
                *filter(None, [text]),
                *(_setting(each, defaults, example) for each in table.values()),
            )
        ),
    )


def _setting(setting: Setting, defaults: object, example: str) -> str:
    kind = " or ".join(f"`{word}`" for word in setting.words) if setting.words else setting.type
    facts = f"{kind}; default: {setting.default or _default(setting.name, defaults)}"
    declared = f"collections:\n  {setting.example}: {{role: record}}\n" if setting.type == "collection" else ""
    shown = declared + example.format(name=setting.name, example=setting.example)
    return f"### `{setting.name}`\n\n{setting.description}\n\n*{facts}*\n\n```yaml\n{shown}\n```"


def _default(name: str, defaults: object) -> str:
    value = getattr(defaults, name, None)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple) and value:
        return f"`[{', '.join(value)}]`"
    return f"`{value}`" if isinstance(value, str) and value else "none"


# --- front matter -----------------------------------------------------------------------------------------


def _front_matter() -> str:
    rows = ((f"`{each.name}`", _kind(each), each.description) for each in CORE_FIELDS.values())
    proof = ((f"`{each.name}`", _kind(each)) for each in PROOF_FIELDS.values())
    return _page(
        "Front matter",
        "One file is one item, with YAML between two `---` lines at its beginning. Every item may have these "
        "fields, and those that its collection declares ([roadmap.yml](roadmap-yml.md#fields)).",
        _table(("field", "type", "meaning"), rows),
        "A **date** is as precise as you know it: `2025`, `2025-Q1`, `2025-02`, `2025-W07` or `2025-02-14`. A start "
        "means its first day, a due date its last. A **reference** is an id, an alias, a file name, a path, a title "
        "or a link such as `[[projects/api]]`. A list of one may omit its brackets. Text stays as written: `no`, "
        "`012` and `1:30` are text in a text field.",
        "## Evidence",
        "`evidence` is a list of addresses, or of objects with these keys:",
        _table(("key", "type"), proof),
        "```yaml\nevidence: [{url: https://example.org/pull/12, kind: pr, date: 2025-03, note: Retries}]\n```",
    )


def _kind(field: Field) -> str:
    if field.choices:
        return " or ".join(f"`{word}`" for word in field.choices)
    entries = _ENTRIES.get(field.item_type, f"{field.item_type}s")
    names = {"array": f"list of {entries}", "object": f"`name: value` lines, {entries}"}
    return names.get(field.type, _NAMES.get(field.type, field.type))


# --- commands ---------------------------------------------------------------------------------------------


def _commands() -> str:
    found = groups(tuple(COMMAND_MODULES))
    every = _table(
        ("option", "meaning"), map(_option, (each for each in group.params if isinstance(each, click.Option)))
    )
    codes = _table(("code", "meaning"), ((str(code), text) for code, text in EXIT_CODES.items()))
    index = (
        (f"**{title}**", ", ".join(f"[`{name}`](#milemark-{name})" for name in names)) for title, names in found.items()
    )
    return _page(
        "Commands",
        _table(("purpose", "commands"), index),
        "The outputs below are those of a small project on 2025-01-12. Every command takes these options, before its "
        "name or after it:",
        every,
        "## Exit codes",
        codes,
        *(part for names in found.values() for name in names for part in _command(name)),
    )


def _option(option: click.Option) -> tuple[str, str]:
    names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    context = click.Context(click.Command("x"))
    value = "" if option.is_flag or option.opts == ["--help"] else f" `{option.make_metavar(context)}`"
    return f"{names}{value}", option.help or ""


def _command(name: str) -> Iterator[str]:
    command = group.get_command(click.Context(group), name) or group
    yield f"## milemark {name}"
    yield _prose(command.help or "")
    if isinstance(command, click.Group):
        for each in command.commands.values():
            yield f"### milemark {name} {each.name}"
            yield f"```text\n{_usage(each, f'milemark {name} {each.name}')}\n```"
            yield _prose(each.help or "")
            yield from _options(each)
    else:
        yield f"```text\n{_usage(command, f'milemark {name}')}\n```"
        yield from _options(command)
    yield from _examples(name)
    if name in GUIDES:
        yield f"More: [{_title(GUIDES[name])}](../{GUIDES[name]})"


def _title(page: str) -> str:
    """Return the title of a page of docs/."""
    (title,) = re.findall(r"^# (.+)$", (ROOT / "docs" / page).read_text("utf-8"), re.MULTILINE)[:1]
    return str(title)


def _usage(command: click.Command, path: str) -> str:
    return " ".join((path, *command.collect_usage_pieces(click.Context(command))))


def _prose(text: str) -> str:
    """Return a help text as Markdown; click keeps the lines of a paragraph that begins with a backspace."""
    parts = text.split("\n\n")
    return "\n\n".join(
        f"```sh\n{cleandoc(part.strip()[1:])}\n```" if part.strip().startswith("\b") else " ".join(part.split())
        for part in parts
    )


def _options(command: click.Command) -> Iterator[str]:
    own = [each for each in command.params if isinstance(each, click.Option) and each.name not in _GLOBAL]
    if own:
        yield _table(("option", "meaning"), map(_option, own))


def _examples(name: str) -> Iterator[str]:
    lines = EXAMPLES.get(name, ())
    if not lines:
        return
    if name in UNSHOWN:
        yield "```sh\n" + "\n".join(lines) + "\n```"
        return
    output = _output_beside(lines[0]) if name == "init" else _output(lines[0])
    yield f"```console\n$ {lines[0]}\n{_short(output)}```"
    if lines[1:]:
        yield "Other examples:"
        yield "```sh\n" + "\n".join(lines[1:]) + "\n```"


def _short(text: str, limit: int = 40) -> str:
    lines = text.splitlines()
    return "".join(f"{line}\n" for line in (lines if len(lines) <= limit else [*lines[: limit - 5], "…"]))


def _output(line: str) -> str:
    """Return the output of a command in a fresh copy of the sample."""
    return with_sample(lambda _folder: run(line).output)


def _output_beside(line: str) -> str:
    """Return the output of a command in an empty repository: the sample has a roadmap already."""

    def use(sample: Path) -> str:
        empty = sample.with_name("code")
        shutil.copytree(sample / ".git", empty / ".git")
        with chdir(empty):
            return run(line).output.replace(str(empty), "~/code")

    return with_sample(use)


def run(line: str) -> click.testing.Result:
    """Run a line with a command of milemark in the current folder."""
    arguments = shlex.split(line.removeprefix("milemark "))
    with patch.dict("os.environ", _ENVIRONMENT):
        return CliRunner().invoke(group, arguments, prog_name="milemark")


def with_sample(use: Callable[[Path], str]) -> str:
    """Return what a function makes of a copy of the sample, as a git repository of one commit."""
    with tempfile.TemporaryDirectory() as place, patch.dict("os.environ", _ENVIRONMENT):
        folder = Path(place).resolve() / "plan"
        shutil.copytree(SAMPLE, folder)
        for arguments in (
            ("init", "--quiet", "--initial-branch=main"),
            ("add", "--all"),
            ("commit", "--quiet", "-m", "begin"),
        ):
            subprocess.run(
                ["git", "-c", "core.autocrlf=false", "-c", "core.fsync=none", *arguments], cwd=folder, check=True
            )
        with patch.dict("os.environ", {"XDG_CACHE_HOME": f"{place}/cache"}), chdir(folder):
            run("milemark set notes summary=Short")  # `undo` has a write to take back
            return re.sub(re.escape(str(folder)), "~/plan", use(folder))


# --- rules ------------------------------------------------------------------------------------------------


def _rules() -> str:
    return _page(
        "Rules",
        "`milemark check` reports these. Each code leads to a page with an example and the way out; "
        "`milemark explain MM204` prints it, and [`ignore`](roadmap-yml.md#ignore) in roadmap.yml turns a rule off.",
        *(
            part
            for prefix, title in _RULE_GROUPS.items()
            for part in (
                f"## {title}",
                _table(
                    ("rule", "name", "severity", "finding"),
                    (
                        (
                            f"[{rule.code}](../../generator/milemark/manual/{rule.code}.md)",
                            rule.name,
                            str(rule.severity),
                            rule.message.replace("{what}", "…").replace("{", "‹").replace("}", "›"),
                        )
                        for rule in RULES
                        if rule.code.startswith(prefix)
                    ),
                ),
            )
        ),
    )


# --- relations --------------------------------------------------------------------------------------------


def _relations() -> str:
    tables = (*roadmap_tables(Settings()), *history_tables(lambda: None))
    views = _table(("view",), ((f"`{name}`",) for name in VIEWS))
    options = _table(("option",), ((f"`{name}`",) for name in OPTIONS))
    return _page(
        "Relations",
        "`milemark query`, `milemark list --from`, query blocks and the exports as csv, sqlite and parquet have these "
        "tables, and one for each collection with its own fields. [Queries](../queries.md) has examples.",
        *(
            part
            for table in tables
            for part in (
                f"## {table.name}",
                f"{table.description[0].upper()}{table.description[1:]}.",
                _table(
                    ("column", "type", "meaning"),
                    (
                        (
                            f"`{each.name}`",
                            each.type,
                            f"{each.description}{f' (of `{each.refers_to}`)' if each.refers_to else ''}",
                        )
                        for each in table.columns
                    ),
                ),
            )
        ),
        "## Query blocks",
        "The views and options of a query block:",
        views,
        options,
    )


def main() -> None:
    """Write the pages."""
    PAGES.mkdir(exist_ok=True)
    for name, text in pages().items():
        (PAGES / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
