"""The design's rules that no linter knows: who may import whom, sizes, names, and a core without a world."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "generator" / "milemark"

# A module imports only from rows above its own. ARCHITECTURE.md says what each is for.
ROWS: tuple[tuple[str, ...], ...] = (
    (
        "layout",
        "messages",
        "dates",
        "index",
        "problem",
        "lookalikes",
        "pagecache",
        "pagekeys",
        "workers",
        "escapes",
        "filenames",
    ),
    ("repository", "diagnostic", "folders", "fragments", "git", "history", "sqltext", "queryrights", "declared"),
    ("rules", "document", "options", "htmlpages", "moments", "journeys", "base"),
    (
        "encoding",
        "yamltree",
        "blocks",
        "containers",
        "model",
        "places",
        "accelerator",
        "forecast",
        "pagehead",
        "unsafelinks",
        "sections",
    ),
    ("outline", "listlines", "pymarkdown", "fields", "language", "formats", "statuses", "accelerated", "relation"),
    (
        "source",
        "dialect",
        "schema",
        "manual",
        "queryplaces",
        "querywords",
        "database",
        "tables",
        "stranger",
        "parquet",
        "owner",
    ),
    ("config", "facts", "metrics", "evidence", "queryslips", "querypieces", "formulas"),
    ("graph", "timeline", "jsonschema", "charts", "board", "standing", "itemfacts", "query"),
    (
        "checks",
        "tags",
        "views",
        "derivation",
        "home",
        "links",
        "itemrows",
        "snapshot",
        "chronicle",
        "basefile",
        "queryblock",
        "privacy",
    ),
    ("relations", "queryviews", "listing", "vault", "unlinked"),
    ("states", "questions", "basecells"),
    (
        "annals",
        "load",
        "worklist",
        "show",
        "reuse",
        "staging",
        "publishers",
        "badge",
        "outlook",
        "activity",
        "promises",
        "slips",
        "baseviews",
    ),
    ("insertions", "render", "disk", "site", "publish", "report", "retrospect", "attachments", "public"),
    ("rows", "pages", "scan", "watch", "addresses", "reporting", "audience"),
    ("past", "summary", "calendar_file", "feed", "public_check"),
    ("project", "earlier", "starter", "export", "answers"),
    ("serve", "askable", "console"),
    ("commands",),
    ("cli",),
)
ENTRIES = ("__init__", "__main__")  # stand outside the order; no module imports them
# These may touch the world.
SHELL = (
    *("disk", "index", "options", "scan", "site", "publish", "starter", "project", "staging", "publishers", "watch"),
    *("serve", "console", "commands", "cli"),
    *("pagecache", "pagekeys", "workers", "htmlpages", "accelerator"),
    *("git", "past", "rows"),
    "askable",
    *("database", "query", "queryrights", "querywords"),  # in memory only
)

CLOCK_READERS = (
    "options",
    "scan",
    "askable",
    "query",
)  # what day it is; and when files were read, as git's index keeps it

LONGEST_FUNCTION = 50
LONGEST_MODULE = 300
FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "service"}
CLOCKS = {
    *(f"{name}.{method}" for name in ("datetime", "date") for method in ("now", "today", "utcnow")),
    *(f"time.{name}" for name in ("time", "time_ns", "localtime", "gmtime", "ctime", "strftime")),
}
WORLD = {"http", "os", "shutil", "socket", "sqlite3", "subprocess", "tempfile", "urllib.request"}

MODULES = sorted(PACKAGE.rglob("*.py"))
each_module = pytest.mark.parametrize("path", MODULES, ids=[path.relative_to(PACKAGE).as_posix() for path in MODULES])


def name_of(path: Path) -> str:
    """Return the part of a module's name that the rows speak of: `a` for milemark.a and milemark.a.b."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports_of(tree: ast.AST) -> Iterator[str]:
    """Yield the dotted names a module imports, wherever in it the statement stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def siblings_of(path: Path) -> set[str]:
    """Return the package's own modules that a module imports, itself left out."""
    dotted = (name.split(".") for name in imports_of(tree_of(path)))
    found = {parts[1] for parts in dotted if parts[0] == "milemark" and len(parts) > 1}
    known = {name_of(module) for module in MODULES}
    return (found & known) - {name_of(path)}


def row_of(name: str) -> int:
    """Return a module's row; one that has none yet comes last, and another test asks for its row."""
    return next((number for number, row in enumerate(ROWS) if name in row), len(ROWS))


def calls_of(tree: ast.AST) -> Iterator[str]:
    """Yield what is called, as far as it is a name: `print`, `date.today`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ".".join(ast.unparse(node.func).split(".")[-2:])


def test_rows_hold_every_module_once() -> None:
    names = [name for row in ROWS for name in row]
    assert sorted(names) == sorted({name_of(path) for path in MODULES} - {*ENTRIES})


@each_module
def test_imports_go_up_the_rows(path: Path) -> None:
    if name_of(path) in ENTRIES:
        return
    own = row_of(name_of(path))
    wrong = {name for name in siblings_of(path) if name in ENTRIES or row_of(name) >= own}
    assert not wrong, f"{name_of(path)} (row {own}) imports {sorted(wrong)}"


@each_module
def test_nothing_imports_the_source_root(path: Path) -> None:
    assert not [name for name in imports_of(tree_of(path)) if name.split(".")[0] == "generator"]


@each_module
def test_modules_are_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


@each_module
def test_functions_are_short(path: Path) -> None:
    functions = (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    lengths = {node.name: (node.end_lineno or 0) - node.lineno + 1 for node in functions}
    assert {name for name, length in lengths.items() if length > LONGEST_FUNCTION} == set()


@each_module
def test_names_say_what_a_module_is_for(path: Path) -> None:
    assert not FORBIDDEN_NAMES & {*path.relative_to(PACKAGE).with_suffix("").parts}


@each_module
def test_the_core_reads_no_clock(path: Path) -> None:
    if name_of(path) not in CLOCK_READERS:
        assert not CLOCKS & {*calls_of(tree_of(path))}


@each_module
def test_nothing_prints(path: Path) -> None:
    if name_of(path) != "cli":
        assert "print" not in {*calls_of(tree_of(path))}


@each_module
def test_only_the_shell_touches_the_world(path: Path) -> None:
    if name_of(path) in {*SHELL, *ENTRIES}:
        return
    names = {*imports_of(tree_of(path))}
    assert not WORLD & (names | {name.split(".")[0] for name in names})
    assert "open" not in {*calls_of(tree_of(path))}


@pytest.mark.parametrize(
    ("code", "reading", "expected"),
    [
        ("from datetime import date\ndate.today()", calls_of, "date.today"),
        ("import datetime\ndatetime.datetime.now()", calls_of, "datetime.now"),
        ("print('x')", calls_of, "print"),
        ("def f():\n    import milemark.cli", imports_of, "milemark.cli"),
        ("from milemark import cli", imports_of, "milemark.cli"),
        ("from generator.milemark import cli", imports_of, "generator.milemark"),
    ],
)
def test_the_rules_see_what_they_look_for(
    code: str, reading: Callable[[ast.AST], Iterator[str]], expected: str
) -> None:
    assert expected in {*reading(ast.parse(code))}


def test_the_architecture_page_shows_these_rows() -> None:
    page = (PACKAGE.parents[1] / "ARCHITECTURE.md").read_text("utf-8")
    rows = re.findall(r"^\| \d+ \| (.*) \|$", page, re.MULTILINE)
    assert [tuple(re.findall(r"`(\w+)`", row)) for row in rows] == list(ROWS)
