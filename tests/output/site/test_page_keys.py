"""A page that is not made again is the page that would have been made, whatever has changed elsewhere."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from milemark.app.build import generate
from milemark.app.project import read_project
from milemark.foundation.i18n import Language
from milemark.output.site.page import NO_INPUTS, SiteInputs
from milemark.output.site.page_keys import Keys
from milemark.output.site.pages import pages
from milemark.output.site.renderer import Renderer
from milemark.output.urls import NO_REPOSITORY
from milemark.roadmap.load import load
from support import load_texts

TODAY = date(2025, 1, 12)
ROADMAP = """\
title: Plan
statuses: {idea: planned, doing: active, waiting: paused, finished: done, dropped: dropped}
policies: {evidence: skills}
collections:
  tracks: {label: Tracks, role: track}
  items: {label: Items, fields: {reviewer: {type: reference}, note: {}}}
  milestones: {label: Milestones, role: milestone, fields: {counts: {type: array}}}
  skills: {label: Skills, fields: {category: {}}}
"""
NAMES = tuple("abcdef")
STATUSES = ("idea", "doing", "waiting", "finished", "dropped", "")
QUESTIONS = (
    "```milemark\nwhere: stage = 'active'\n```",
    "`milemark: count(*) from tasks`",
    "```milemark\nview: board\n```",
)
Content = dict[str, str]
Edit = Callable[[random.Random, Content], None]


def item(chance: random.Random, title: str) -> str:
    """Return an item that names others, some of which do not exist."""
    others = (*NAMES, "nobody", "alias-a")
    front = [
        f"title: {title}",
        f"status: {chance.choice(STATUSES)}",
        f"track: {chance.choice(('t', 'u', ''))}",
        f"parent: {chance.choice(others)}" if chance.random() < 0.5 else "",
        f"depends_on: [{', '.join(chance.sample(others, chance.randint(0, 2)))}]",
        f"reviewer: {chance.choice(others)}" if chance.random() < 0.3 else "",
        f"stack: [{chance.choice(('Python', 'Redis', 'Go/Redis'))}]",
        f"progress: {chance.randint(0, 100)}" if chance.random() < 0.2 else "",
        f"tags: [{chance.choice(('one', 'two'))}]" if chance.random() < 0.3 else "",
        f"start: 2025-0{chance.randint(1, 9)}" if chance.random() < 0.3 else "",
        f"due: 2024-1{chance.randint(0, 2)}" if chance.random() < 0.3 else "",
        f"weight: {chance.randint(1, 3)}" if chance.random() < 0.2 else "",
        "aliases: [alias-a]" if chance.random() < 0.1 else "",
    ]
    tasks = [f"- [{chance.choice(' x')}] task {n}" for n in range(chance.randint(0, 4))]
    link = f"\nSee [it]({chance.choice(NAMES)}.md) and [[{chance.choice(NAMES)}]]." if chance.random() < 0.5 else ""
    asked = f"\n{chance.choice(QUESTIONS)}\n" if chance.random() < 0.15 else ""
    return "\n".join(["---", *filter(None, front), "---", "", *tasks, link, asked, ""])


def beginning(chance: random.Random) -> Content:
    content = {f"items/{name}.md": item(chance, f"Item {name}") for name in NAMES}
    content |= {f"tracks/{name}.md": f"---\ntitle: Track {name}\n---\n" for name in "tu"}
    content |= {"skills/redis.md": "---\ntitle: Redis\nstatus: doing\ncategory: data\n---\n"}
    content |= {"milestones/m.md": "---\ntitle: Measure\ndue: 2025-06\ncounts: [items]\n---\n"}
    return content | {"roadmap.yml": ROADMAP, "notes.md": "# Notes\n\n[a](items/a.md)\n"}


def path_of_one(chance: random.Random, content: Content) -> str:
    return chance.choice(sorted(path for path in content if path.startswith("items/")))


def rewrite(chance: random.Random, content: Content) -> None:
    path = path_of_one(chance, content)
    content[path] = item(chance, chance.choice(("Renamed", f"Item {path}")))


def tick(chance: random.Random, content: Content) -> None:
    path = path_of_one(chance, content)
    content[path] = content[path].replace("- [ ]", "- [x]", 1)


def delete(chance: random.Random, content: Content) -> None:
    del content[path_of_one(chance, content)]


def add(chance: random.Random, content: Content) -> None:
    content[f"items/{chance.choice((*NAMES, 'new'))}.md"] = item(chance, "Added")


def move(chance: random.Random, content: Content) -> None:
    text = content.pop(path_of_one(chance, content))
    content[f"items/below/{chance.choice(NAMES)}.md"] = text


def rename_page(chance: random.Random, content: Content) -> None:
    content["notes.md"] = f"# Notes {chance.randint(1, 9)}\n\n[a](items/{chance.choice(NAMES)}.md)\n"


def configure(chance: random.Random, content: Content) -> None:
    label = chance.choice(("Items", "Things"))
    content["roadmap.yml"] = ROADMAP.replace("label: Items", f"label: {label}")


EDITS: tuple[Edit, ...] = (rewrite, tick, tick, delete, add, move, rename_page, configure)


def made(content: Content, before: SiteInputs) -> dict[str, tuple[str, str]]:
    """Return the text and the key of every page."""
    roadmap = load_texts(content, TODAY).roadmap
    language = Language("en")
    renderer = Renderer((), language, is_directory=True)
    shared = replace(before, shared=before.shared and before.shared + repr(roadmap.settings))
    return {page.path: (page.text, page.key) for page in pages(roadmap, renderer, language, NO_REPOSITORY, shared)}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_pages_that_are_kept_are_those_that_would_be_made(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  a test
    content = beginning(chance)
    kept: dict[tuple[str, str], str] = {}
    found = found_rows = 0
    rows: dict[str, str] = {}

    def row(key: str, render: Callable[[], str]) -> str:
        nonlocal found_rows
        found_rows += key in rows
        return rows[key] if key in rows else rows.setdefault(key, render())

    def text(path: str, key: str) -> str | None:
        nonlocal found
        found += (path, key) in kept
        return kept.get((path, key))

    for _ in range(12):
        incremental = made(content, SiteInputs("shared", text, row=row))
        clean = made(content, NO_INPUTS)
        assert {path: text for path, (text, _) in incremental.items()} == {p: text for p, (text, _) in clean.items()}
        kept |= {(path, key): text for path, (text, key) in incremental.items() if key}
        chance.choice(EDITS)(chance, content)
        if not any(path.startswith("items/") for path in content):
            content = beginning(chance)
    assert found > 5  # or nothing was kept
    assert found_rows > 100


# --- on the disk -----------------------------------------------------------------------------------

MKDOCS = "site_name: T\ndocs_dir: build/docs\nsite_dir: site\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for path, text in beginning(random.Random(1)).items():  # noqa: S311  a test
        target = tmp_path / "content" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    (tmp_path / "mkdocs.yml").write_text(MKDOCS, "utf-8")
    return tmp_path


def tree(project: Path) -> dict[str, bytes]:
    """Write the page tree, and return it."""
    generate(read_project(project, TODAY))
    docs = project / "build/docs"
    return {path.relative_to(docs).as_posix(): path.read_bytes() for path in docs.rglob("*") if path.is_file()}


def damage_page(project: Path) -> None:
    (project / "build/docs/items/a.md").write_text("tampered", "utf-8")


def remove_page(project: Path) -> None:
    (project / "build/docs/items/a.md").unlink()


def forget_keys(project: Path) -> None:
    manifest = project / "build/.docs-milemark.json"
    manifest.write_text(manifest.read_text("utf-8").replace('[\n"', '[\n"x'), "utf-8")


@pytest.mark.parametrize("damage", [damage_page, remove_page, forget_keys])
def test_a_damaged_tree_is_made_whole(project: Path, damage: Callable[[Path], None]) -> None:
    whole = tree(project)
    damage(project)
    assert tree(project) == whole


def test_a_project_with_templates_of_its_own_has_every_page_made(project: Path) -> None:
    before = tree(project)
    (project / "templates").mkdir()
    own = "{% extends 'milemark/item.md.jinja' %}{% block backlinks %}<p>{{ roadmap.items|length }}</p>{% endblock %}"
    (project / "templates/item.md.jinja").write_text(own, "utf-8")
    number = len(list((project / "content").rglob("*/*.md")))
    assert f"<p>{number}</p>".encode() in tree(project)["items/a.md"]
    (project / "content/items/one-more.md").write_text("---\ntitle: One more\n---\n", "utf-8")
    assert f"<p>{number + 1}</p>".encode() in tree(project)["items/a.md"]
    assert b"<p>" not in before["items/a.md"] or f"<p>{number}</p>".encode() not in before["items/a.md"]


@pytest.mark.parametrize(
    "change",
    [
        {"repo_url": "https://example.org/r", "edit_uri": "edit/main/content/"},
        {"use_directory_urls": "false"},
    ],
)
def test_a_changed_configuration_shows_on_every_page(project: Path, change: dict[str, str], tmp_path: Path) -> None:
    tree(project)
    text = MKDOCS + "".join(f"{name}: {value}\n" for name, value in change.items())
    (project / "mkdocs.yml").write_text(text, "utf-8")
    incremental = tree(project)
    for path in (tmp_path / "build").rglob(".*-milemark.json"):
        path.write_text("{}", "utf-8")
    assert tree(project) == incremental


def test_only_what_shows_everything_has_no_key() -> None:
    content = {path: text.encode() for path, text in beginning(random.Random(3)).items()}  # noqa: S311  a test
    roadmap = load(content, TODAY).roadmap
    keys = Keys(roadmap, {}, {}, "shared")
    asking = {each.path for each in roadmap.items if "milemark" in each.document.body}
    assert asking
    assert {each.path for each in roadmap.items if not keys.of(each)} == asking | {
        "tracks/t.md",
        "tracks/u.md",
        "milestones/m.md",
    }
