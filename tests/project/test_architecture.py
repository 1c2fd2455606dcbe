"""The architecture's rules that import-linter does not know: public modules, sizes, names, and a pure core."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from support import ROOT

PACKAGE = ROOT / "generator" / "milemark"
WINGS = (
    "foundation",
    "markdown",
    "publish",
    "roadmap",
    "imports",
    "privacy",
    "history",
    "query",
    "output",
    "editor",
    "app",
)
BESIDE_WINGS = {"__init__.py", "__main__.py", "py.typed", "locale", "manual"}
MODULES = sorted(PACKAGE.rglob("*.py"))

LONGEST_FUNCTION = 50
LONGEST_MODULE = 400
TABLES = {"foundation/rules.py"}  # one entry for each rule
FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "service"}
CLOCKS = {
    *(f"{name}.{method}" for name in ("datetime", "date") for method in ("now", "today", "utcnow")),
    *(f"time.{name}" for name in ("time", "time_ns", "localtime", "gmtime", "ctime", "strftime")),
}
# The command line reads the day; caches compare times of files as git's index does.
CLOCK_READERS = {"app/options.py", "app/check.py", "app/check_index.py", "app/query_cache.py"}
PURE = ("markdown", "roadmap", "imports", "privacy", "output")


def path_of(module: Path) -> str:
    return module.relative_to(PACKAGE).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports_of(tree: ast.AST) -> Iterator[str]:
    """Yield the dotted names that a module imports, wherever in it the statement stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def calls_of(tree: ast.AST) -> Iterator[str]:
    """Yield the names of the functions that a module calls: `print`, `date.today`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ".".join(ast.unparse(node.func).split(".")[-2:])


def public_of(wing: str) -> frozenset[str]:
    return frozenset(import_module(f"milemark.{wing}").PUBLIC)


def is_module(dotted: str) -> bool:
    return (PACKAGE.parent / dotted.replace(".", "/")).with_suffix(".py").is_file()


def test_the_package_holds_the_wings_and_nothing_else() -> None:
    names = {path.name for path in PACKAGE.iterdir() if path.name != "__pycache__"}
    assert names == {*WINGS, *BESIDE_WINGS}


@pytest.mark.parametrize("wing", WINGS)
def test_a_wing_says_which_of_its_modules_others_may_import(wing: str) -> None:
    folder = PACKAGE / wing
    (docstring, *rest) = tree_of(folder / "__init__.py").body
    assert isinstance(docstring, ast.Expr)
    assert [type(node) for node in rest] == [ast.Assign], "a wing's __init__.py holds its docstring and PUBLIC"
    assert {name for name in public_of(wing) if not is_module(f"milemark.{wing}.{name}")} == set()


def test_other_wings_import_public_modules_only() -> None:
    wrong = set()
    for module in MODULES:
        own = path_of(module).split("/")[0]
        for name in imports_of(tree_of(module)):
            package, _dot, rest = name.partition(".")
            wing, _dot, inner = rest.partition(".")
            if package == "milemark" and wing in WINGS and wing != own and is_module(name):
                wrong |= {f"{path_of(module)} imports {name}"} if inner not in public_of(wing) else set()
    assert wrong == set()


def test_public_names_only_what_another_wing_imports() -> None:
    imported = {
        name.removeprefix("milemark.")
        for module in MODULES
        for name in imports_of(tree_of(module))
        if is_module(name) and name.split(".")[1] != path_of(module).split("/")[0]
    }
    assert {f"{wing}.{name}" for wing in WINGS for name in public_of(wing)} - imported <= {"app.cli"}


def test_nothing_imports_the_source_root() -> None:
    wrong = [
        path_of(path) for path in MODULES if any(x.split(".")[0] == "generator" for x in imports_of(tree_of(path)))
    ]
    assert wrong == []


def test_modules_are_short() -> None:
    lengths = {path_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {path: length for path, length in lengths.items() if length > LONGEST_MODULE and path not in TABLES} == {}


def test_functions_are_short() -> None:
    lengths = {
        f"{path_of(path)}:{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in MODULES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}


def test_names_say_what_a_module_is_for() -> None:
    assert {
        path_of(path) for path in MODULES if FORBIDDEN_NAMES & {*Path(path_of(path)).with_suffix("").parts}
    } == set()


def test_a_class_name_means_one_thing() -> None:
    seen: dict[str, list[str]] = {}
    for path in MODULES:
        for node in tree_of(path).body:
            if isinstance(node, ast.ClassDef):
                seen.setdefault(node.name, []).append(path_of(path))
    assert {name: paths for name, paths in seen.items() if len(paths) > 1} == {}


def test_the_core_reads_no_clock() -> None:
    readers = {path_of(path) for path in MODULES if CLOCKS & {*calls_of(tree_of(path))}}
    assert readers == CLOCK_READERS


def test_nothing_prints_but_the_echo_of_the_command_line() -> None:
    assert {path_of(path) for path in MODULES if "print" in {*calls_of(tree_of(path))}} == set()


def test_the_core_opens_no_file() -> None:
    core = [path for path in MODULES if path_of(path).startswith(PURE)]
    assert {path_of(path) for path in core if "open" in {*calls_of(tree_of(path))}} == set()


@pytest.mark.parametrize(
    ("code", "reading", "expected"),
    [
        ("from datetime import date\ndate.today()", calls_of, "date.today"),
        ("import datetime\ndatetime.datetime.now()", calls_of, "datetime.now"),
        ("print('x')", calls_of, "print"),
        ("def f():\n    import milemark.app.cli", imports_of, "milemark.app.cli"),
        ("from milemark.app import cli", imports_of, "milemark.app.cli"),
        ("from generator.milemark import cli", imports_of, "generator.milemark"),
    ],
)
def test_the_rules_see_what_they_look_for(
    code: str, reading: Callable[[ast.AST], Iterator[str]], expected: str
) -> None:
    assert expected in {*reading(ast.parse(code))}
