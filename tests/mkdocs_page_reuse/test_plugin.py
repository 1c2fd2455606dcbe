"""Reuse of pages never changes the site or the warnings, whatever changes between builds."""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml

from mkdocs_page_reuse.keys import digest

PUBLISHERS = ("mkdocs", "properdocs")
CONFIG: dict[str, Any] = {
    "site_name": "Site",
    "site_url": "https://example.org/site/",
    "docs_dir": "build/docs",
    "theme": {"name": "material", "language": "en", "font": False, "features": ["navigation.footer"]},
    "plugins": ["search"],
    "markdown_extensions": [
        "admonition",
        "attr_list",
        "footnotes",
        "md_in_html",
        "tables",
        {"toc": {"permalink": True}},
    ],
    "not_in_nav": "/items/*.md\n",
    "validation": {"links": {"not_found": "warn", "anchors": "warn", "absolute_links": "info"}},
}


class Project:
    """A tree of pages that one publisher builds in two ways, with the configuration and the day of the build."""

    def __init__(self, root: Path, publisher: str, pages: int, **config: Any) -> None:
        self.root, self.publisher = root, publisher
        self.docs, self.site, self.cache = root / "build/docs", root / "site", root / "build/cache"
        self.config: dict[str, Any] = yaml.safe_load(yaml.safe_dump(CONFIG)) | config
        self.day = 1_750_000_000
        self.taken = 0  # pages that were reused in all builds
        (root / "secret").write_bytes(b"of this user")
        self.write("index.md", "# Home\n\n[One](items/item-1.md)\n")
        for number in range(pages):
            before = f"[before](item-{number - 1}.md#part)" if number else "[home](../index.md)"
            self.write(f"items/item-{number}.md", f"---\ntitle: Item {number}\n---\n\n## Part\n\nText, {before}\n")

    def write(self, path: str, text: str) -> None:
        (self.docs / path).parent.mkdir(parents=True, exist_ok=True)
        (self.docs / path).write_text(text, "utf-8")

    def run(self, prefix: list[str], site: Path, *options: str) -> tuple[int, list[str]]:
        """Build; return the exit code and the output without progress messages."""
        (self.root / "mkdocs.yml").write_text(yaml.safe_dump(self.config, sort_keys=False), "utf-8")
        environment = {**os.environ, "SOURCE_DATE_EPOCH": str(self.day), "NO_MKDOCS_2_WARNING": "1"}
        command = [sys.executable, "-m", *prefix, "build", "--config-file", "mkdocs.yml", "--site-dir", str(site)]
        done = subprocess.run(
            [*command, *options], cwd=self.root, env=environment, capture_output=True, text=True, check=False
        )
        self.output = done.stdout + done.stderr
        return done.returncode, [line for line in self.output.splitlines() if not line.startswith("INFO")]

    def build(self, *options: str) -> tuple[int, list[str]]:
        """Build with reuse of pages, and replace the site."""
        staging = self.root / "build/staging"
        code, said = self.run(["mkdocs_page_reuse", self.publisher, "build/cache", "secret", "site"], staging, *options)
        self.taken += max(0, self.reused())
        if not code:
            shutil.rmtree(self.site, ignore_errors=True)
            staging.rename(self.site)
        return code, said

    def assert_same(self, *options: str) -> None:
        """Assert that builds with and without reuse have the same output and site."""
        clean = self.root / "clean"
        built, expected = self.build(*options), self.run([self.publisher], clean, *options)
        assert built == expected
        if not built[0]:
            assert tree(self.site) == tree(clean)

    def reused(self) -> int:
        """Return the number of pages that the last build reused."""
        told = [line for line in self.output.splitlines() if "pages are reused" in line]
        return int(told[0].split("milemark: ")[1].split()[0]) if told else -1


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(params=PUBLISHERS)
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Project:
    return Project(tmp_path, request.param, pages=4)


def test_only_edited_pages_are_rendered_again(project: Project) -> None:
    project.assert_same()
    project.build()
    assert project.reused() == 5
    project.write("items/item-2.md", "# Other\n")
    project.build()
    assert project.reused() == 4


def test_the_warnings_of_a_reused_page_are_logged_again(project: Project) -> None:
    project.write("items/item-2.md", "# Two\n\n[lost](nowhere.md) [part](item-1.md#nothing) [far](/x)\n")
    first = project.build()
    assert sum(line.startswith("WARNING") for line in first[1]) == 3  # item 3 links to its part, too
    assert project.build() == first
    assert project.reused() == 5
    project.assert_same("--strict")


def test_a_page_is_rendered_again_when_a_linked_file_changes(project: Project) -> None:
    project.build()
    (project.docs / "items/item-1.md").unlink()
    project.assert_same()
    project.write("items/item-1.md", "# Back\n")
    project.assert_same()


def test_a_page_shows_the_new_title_of_another(project: Project) -> None:
    project.build()
    project.write("index.md", "# Welcome\n")
    project.write("about.md", "# About\n")
    project.assert_same()
    assert b"Welcome" in (project.site / "items/item-1/index.html").read_bytes()


@pytest.mark.slow
def test_a_template_of_the_user_may_show_other_pages(project: Project) -> None:
    project.config["theme"] = {**CONFIG["theme"], "custom_dir": "own"}
    (project.root / "own").mkdir()
    for text in ("one", "two", "{% for file in pages %}{{ file.page.title }} {% endfor %}"):
        block = '{% extends "base.html" %}{% block announce %}' + text + "{% endblock %}"
        (project.root / "own/main.html").write_text(block, "utf-8")
        project.assert_same()
    project.write("items/item-2.md", "# Something else\n")
    project.assert_same()
    assert b"Something else" in (project.site / "items/item-1/index.html").read_bytes()


DAMAGES: Mapping[str, Callable[[Project], object]] = {
    "no cache": lambda project: shutil.rmtree(project.cache),
    "an empty file": lambda project: (project.cache / "pages.sqlite").write_bytes(b""),
    "no database": lambda project: (project.cache / "pages.sqlite").write_bytes(b"other" * 5000),
    "half of it": lambda project: os.truncate(project.cache / "pages.sqlite", 20_480),
    "zeros within": lambda project: overwrite(project.cache / "pages.sqlite", 12_000),
    "another page in a row": lambda project: change_rows(
        project, "UPDATE kept SET data = (SELECT max(data) FROM kept)"
    ),
    "a cache of another user": lambda project: forge(project, b"of another user"),
    "a cache without a signature": lambda project: forge(project, b""),
    "another secret": lambda project: (project.root / "secret").write_bytes(b"new"),
    "no secret": lambda project: (project.root / "secret").unlink(),
    "a view": lambda project: change_rows(
        project, "ALTER TABLE kept RENAME TO rows; CREATE VIEW kept AS SELECT * FROM rows"
    ),
    "an endless view": lambda project: change_rows(
        project,
        "DROP TABLE kept; CREATE VIEW kept AS WITH RECURSIVE more(x) AS (SELECT 1 UNION ALL SELECT x FROM more)"
        " SELECT x AS kind, x AS name, x AS key, x AS data, x AS signature FROM more",
    ),
    "a trigger": lambda project: change_rows(
        project, "CREATE TRIGGER t AFTER INSERT ON kept BEGIN UPDATE kept SET data = 'x'; END"
    ),
    "a table of an earlier version": lambda project: change_rows(
        project, "DROP TABLE kept; CREATE TABLE kept (kind, name, key, data, checksum, PRIMARY KEY (kind, name))"
    ),
    "another table": lambda project: change_rows(project, "ALTER TABLE kept RENAME TO lost"),
    "a page of the site changed": lambda project: (project.site / "items/item-1/index.html").write_text("mine"),
    "no site": lambda project: shutil.rmtree(project.site),
}


def overwrite(path: Path, place: int) -> None:
    with path.open("r+b") as file:
        file.seek(place)
        file.write(bytes(6000))


def forge(project: Project, secret: bytes) -> None:
    """Change what every row shows, and sign it with another secret."""
    with closing(sqlite3.connect(project.cache / "pages.sqlite")) as database:
        for kind, name, key, data in database.execute("SELECT kind, name, key, data FROM kept").fetchall():
            forged = data.replace(b"Text", b"Forged").replace(b"Part", b"Forged")
            values = (forged, digest(kind, name, key, forged, secret=secret), kind, name)
            database.execute("UPDATE kept SET data = ?, signature = ? WHERE kind = ? AND name = ?", values)
        database.commit()


def change_rows(project: Project, statement: str) -> None:
    database = sqlite3.connect(project.cache / "pages.sqlite")
    database.executescript(statement)
    database.commit()
    database.close()


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_damage_of_the_cache_does_not_change_the_site(tmp_path: Path, damage: Callable[[Project], object]) -> None:
    project = Project(tmp_path, "mkdocs", pages=4, theme={"name": "mkdocs"})
    project.build()
    good = tree(project.site)
    damage(project)
    assert project.build() == (0, [])
    assert tree(project.site) == good
    project.build()
    assert project.reused() == (5 if (project.root / "secret").exists() else 0)


def test_no_cache_holds_code(tmp_path: Path) -> None:
    project = Project(tmp_path, "mkdocs", pages=2)
    project.build()
    with closing(sqlite3.connect(project.cache / "pages.sqlite")) as database:
        rows = database.execute("SELECT kind, data FROM kept").fetchall()
    assert {kind for kind, _data in rows} == {"fragment", "page"}
    assert all(isinstance(json.loads(data), dict | list) for _kind, data in rows)


UNKNOWN: Mapping[str, dict[str, Any]] = {
    "a hook": {"hooks": ["hook.py"]},
    "a plugin that is not known": {"plugins": ["search", "material/meta"]},
    "an extension that reads files": {"markdown_extensions": ["pymdownx.snippets"]},
}


@pytest.mark.slow
@pytest.mark.parametrize("config", UNKNOWN.values(), ids=UNKNOWN)
def test_unknown_inputs_disable_the_reuse_of_pages(tmp_path: Path, config: dict[str, Any]) -> None:
    project = Project(tmp_path, "mkdocs", 2, **config)
    (tmp_path / "hook.py").write_text(
        "def on_page_markdown(markdown, **_): return markdown.replace('Text', 'Hooked')\n"
    )
    for _ in range(2):
        project.assert_same()
    project.build()
    assert "no page is reused" in project.output
    assert not project.cache.exists()


def test_pages_of_a_site_that_is_overwritten_are_reused_too(tmp_path: Path) -> None:
    project = Project(tmp_path, "mkdocs", 4, theme={"name": "mkdocs"})
    for reused in (0, 5):
        project.run(["mkdocs_page_reuse", "mkdocs", "build/cache", "secret", ""], project.site)
        assert project.reused() == reused
    project.run(["mkdocs"], tmp_path / "clean")
    assert tree(project.site) == tree(tmp_path / "clean")
    assert not (tmp_path / "site-last").exists()


def edit_page(project: Project, random_: random.Random) -> None:
    path = random_.choice(sorted(project.docs.rglob("*.md")))
    target = random_.choice(
        ["item-1.md", "../items/item-2.md#part", "../index.md#nothing", "lost.md", "/x", "#part", "a.png"]
    )
    extra = random_.choice(
        [f"[link]({target})", f"## New {random_.random()}", "Note[^1]\n\n[^1]: why", "!!! note\n\n    x"]
    )
    path.write_text(f"{path.read_text('utf-8')}\n{extra}\n", "utf-8")


def edit_front_matter(project: Project, random_: random.Random) -> None:
    path = random_.choice(sorted(project.docs.rglob("*.md")))
    line = random_.choice(
        ["title: 제목", "tags: [a, b]", "search: {exclude: true}", "icon: material/star", "day: 2025-01-01"]
    )
    path.write_text(f"---\n{line}\nhide: [toc]\n---\n# Page {random_.random()}\n", "utf-8")


def add_page(project: Project, random_: random.Random) -> None:
    project.write(
        f"{random_.choice(['', 'items/', 'deep/er/'])}new-{random_.randrange(9)}.md", "# New\n\n[home](index.md)\n"
    )


def remove_page(project: Project, random_: random.Random) -> None:
    random_.choice(sorted(project.docs.rglob("*-*.md"))).unlink()


def rename_page(project: Project, random_: random.Random) -> None:
    path = random_.choice(sorted(project.docs.rglob("*-*.md")))
    path.rename(path.with_name(f"renamed-{random_.randrange(99)}.md"))


def change_asset(project: Project, random_: random.Random) -> None:
    path = project.docs / random_.choice(["items/a.png", "a.png", "style.css"])
    path.unlink() if path.exists() else path.write_text(str(random_.random()))


SETTINGS: tuple[dict[str, Any], ...] = (
    {"site_name": "Other"},
    {"use_directory_urls": False},
    {"nav": [{"Start": "index.md"}, {"Two": [{"Item": "items/item-2.md"}, {"Out": "https://example.org"}]}]},
    {"repo_url": "https://example.org/r", "edit_uri": "edit/main/"},
    {"theme": {"name": "mkdocs"}},
    {"theme": {**CONFIG["theme"], "language": "ko"}},
    {"theme": {**CONFIG["theme"], "features": ["navigation.tabs", "navigation.path"], "custom_dir": "overrides"}},
    {"markdown_extensions": ["pymdownx.superfences", "pymdownx.tasklist", {"toc": {"toc_depth": 1}}]},
    {"validation": {"links": {"not_found": "info", "anchors": "warn", "absolute_links": "relative_to_docs"}}},
    {"plugins": []},
    {"plugins": [{"search": {"lang": "de"}}]},
    {"extra": {"generator": False}, "extra_css": ["style.css"]},
)


def change_setting(project: Project, random_: random.Random) -> None:
    setting = random_.choice(SETTINGS)
    name = next(iter(setting))
    if (project.publisher, setting) == ("properdocs", {"theme": {"name": "mkdocs"}}):
        return  # it has no such theme
    if project.config.get(name) == setting[name]:
        project.config = {key: value for key, value in project.config.items() if key not in setting or key in CONFIG}
        setting = {key: CONFIG[key] for key in setting if key in CONFIG}
    project.config |= setting


def change_override(project: Project, random_: random.Random) -> None:
    text = random_.choice(["{{ page.title }} one", "two", "{% for file in pages %}{{ file.page.title }}{% endfor %}"])
    (project.root / "overrides/main.html").write_text(
        '{% extends "base.html" %}{% block announce %}' + text + "{% endblock %}", "utf-8"
    )


def change_day(project: Project, random_: random.Random) -> None:
    project.day += 86_400 * random_.randrange(3)


def lose_something(project: Project, random_: random.Random) -> None:
    damages = [DAMAGES[name] for name in ("no cache", "no database", "half of it")]
    if (project.cache / "pages.sqlite").exists():
        random_.choice([change_page_of_site, *damages])(project)


def change_page_of_site(project: Project) -> None:
    for path in sorted(project.site.rglob("index.html"))[:3]:
        path.write_bytes(path.read_bytes() + b"!")


CHANGES = (
    *(edit_page, edit_page, edit_page, edit_page, edit_front_matter, add_page, remove_page, rename_page, change_asset),
    *(change_setting, change_setting, change_override, change_day, lose_something),
)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("publisher", PUBLISHERS)
def test_after_random_changes_the_site_equals_that_of_a_clean_build(tmp_path: Path, publisher: str, seed: int) -> None:
    random_ = random.Random(f"{publisher} {seed}")  # noqa: S311  test data
    project = Project(tmp_path, publisher, pages=40)
    (tmp_path / "overrides").mkdir()
    project.assert_same()
    for _ in range(12):
        for change in random_.choices(CHANGES, k=random_.randrange(1, 4)):
            change(project, random_)
        project.assert_same(*random_.choice([(), (), ("--strict",)]))
    assert project.taken


WORKERS = """
import os, signal, sys
from mkdocs_page_reuse import workers
workers.processes_for = lambda tasks: 2
def work(name):
    if name == "broken": raise ValueError
    if name == "killed": os.kill(os.getpid(), signal.SIGKILL)
    return name * 20_000
names = sys.argv[1].split()
crew = workers.Workers(work, names)
print(*((crew.take(name) or "-")[:9] for name in [*names, "unknown"]))
crew.close()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no processes to work ahead")
@pytest.mark.parametrize(
    ("names", "made"),
    [
        ("one two three four", "oneoneone twotwotwo threethre fourfourf -"),
        ("one broken two", "oneoneone - twotwotwo -"),
        ("killed killed one", "- - - -"),
    ],
)
def test_results_of_failed_or_killed_processes_are_none(names: str, made: str) -> None:
    command = [sys.executable, "-c", WORKERS, names]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.stdout.strip(), done.stderr) == (made, "")
