"""How the help and the reference present commands: groups by purpose, examples and exit codes."""

from __future__ import annotations

from collections.abc import Mapping

GROUPS: Mapping[str, tuple[str, ...]] = {
    "Start": ("init", "adopt", "import", "doctor"),
    "Check and understand": ("check", "explain", "schema"),
    "See the plan": ("show", "list", "query", "history", "report", "forecast"),
    "Change the plan": ("new", "set", "tick", "untick", "done", "move", "rename", "split", "join", "undo"),
    "Connect": ("lsp", "instructions", "mcp"),
    "Publish": ("serve", "build", "generate", "host", "export", "portfolio"),
}
EXIT_CODES: Mapping[int, str] = {
    0: "done",
    1: "something to correct: an error in `roadmap.yml`, for `check` in any file; for `generate --check` and `doctor`, "
    "something to do",
    2: "wrong use, or a problem of the machine: an unknown option, a missing file, no publisher",
}
# The last lines of each command's help. The reference runs the first and shows its output.
EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "adopt": ("milemark adopt notes", "milemark adopt notes --write"),
    "build": ("milemark build", "milemark build --strict --publisher zensical", "milemark build --audience private"),
    "check": ("milemark check", "milemark check content/projects/shop.md", "milemark check --strict --format github"),
    "doctor": ("milemark doctor",),
    "done": ("milemark done shop", "milemark done shop --on 2025-01-10"),
    "explain": ("milemark explain shop", "milemark explain roadmap", "milemark explain MM204"),
    "export": (
        "milemark export csv -o tables",
        "milemark export ics -o plan.ics",
        "milemark export resume -o resume.json",
        "milemark export parquet --into ../dataset --repository payments",
    ),
    "forecast": ("milemark forecast", "milemark forecast --drop shop --away 2025-02-10..2025-02-23"),
    "generate": ("milemark generate", "milemark generate --into handbook/docs/roadmap"),
    "history": ("milemark history", "milemark history --format csv"),
    "host": ("milemark host handbook/docs/roadmap",),
    "import": ("milemark import csv tasks.csv --dry-run", "milemark import roadmap ROADMAP.md --into plans"),
    "init": (
        "milemark init my-roadmap",
        "milemark init my-roadmap --example career --locale en",
        "milemark init --dry-run",
        "milemark init --dataset acme/roadmaps --dry-run",
    ),
    "instructions": ("milemark instructions", "milemark instructions edit"),
    "join": (
        "milemark join content/ideas/all.md content/ideas/offline.md content/ideas/export.md",
        "milemark join content/ideas/all.md content/ideas --write",
    ),
    "list": ("milemark list", "milemark list --where \"stage = 'active'\" --order due"),
    "lsp": ("milemark lsp",),
    "mcp": ("milemark mcp", "milemark mcp --audience private"),
    "move": ("milemark move shop --collection ideas",),
    "new": ('milemark new projects "Search box"', 'milemark new projects "Search box" --set due=2025-Q3'),
    "portfolio": ("milemark portfolio ../dataset", "milemark portfolio ../dataset --as-of 2026-11-20"),
    "query": ('milemark query "select title, due from items order by due_day"',),
    "rename": ("milemark rename shop storefront",),
    "report": ("milemark report", "milemark report --since 2025-01-01", "milemark report --since HEAD --format md"),
    "schema": ("milemark schema ideas", "milemark schema"),
    "serve": ("milemark serve", "milemark serve --port 9000"),
    "set": ("milemark set shop due=2025-Q3 stack+=Redis", "milemark set shop priority= --dry-run"),
    "show": ("milemark show shop", "milemark show shop --format json"),
    "split": ("milemark split content/later.md", "milemark split content/later.md --write"),
    "tick": ('milemark tick shop "rate limits"',),
    "undo": ("milemark undo",),
    "untick": ('milemark untick shop "design"',),
}
# The page of the documentation about a command, which its help names; the reference has a link to it.
PAGES: Mapping[str, str] = {
    "adopt": "adopt.md",
    "build": "publishing.md",
    "check": "checks.md",
    "export": "exports.md",
    "forecast": "forecast.md",
    "generate": "host.md",
    "history": "explanation/history.md",
    "host": "host.md",
    "import": "imports.md",
    "init": "tutorial.md",
    "instructions": "agents.md",
    "join": "one-file.md",
    "list": "queries.md",
    "lsp": "editors.md",
    "mcp": "agents.md",
    "portfolio": "portfolio.md",
    "query": "queries.md",
    "split": "one-file.md",
    **dict.fromkeys(("done", "move", "new", "rename", "set", "tick", "undo", "untick"), "editing.md"),
}


def groups(names: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    """Return the commands by group, in the order of the help; those of no group come last."""
    grouped = {title: tuple(name for name in members if name in names) for title, members in GROUPS.items()}
    rest = tuple(name for name in names if not any(name in members for members in GROUPS.values()))
    return grouped | ({"More": rest} if rest else {})
