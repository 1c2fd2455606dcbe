"""An item with another name: with --rewrite, every reference names it, and all links lead where they led."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from milemark.app.cli import group
from milemark.app.options import ReadOptions
from milemark.app.project import Project, read_project
from milemark.app.renaming import moved, renamed
from milemark.app.write_plan import plan_of
from milemark.foundation.errors import UserError
from milemark.foundation.layout import PRIVATE
from milemark.history.lifecycle import lifecycles
from milemark.history.read import read_history
from milemark.roadmap.model import Item
from repositories import item, repository
from support import DAY, cli, write_content

ROADMAP = """\
# settings
publish: ["/projects/shop.md", "/projects/**", "/notes/**", "/plan.md"]
statuses: {To do: planned, Active: active, Done: done}
collections:
  projects:
    fields: {title: , next: {type: reference, default: shop}, about: {}}  # shop comes first
  ideas: {}
"""
SHOP = """\
---
title: Shop
status: Active
aliases: [store]
cover: ../notes/a.png
---
[a](api.md) [p](<../notes/my plan.md>) [me](shop.md#h)

## h
"""
# The text of a file beside shop.md; `rename shop market --rewrite` writes market in place of each «name», and no more.
REFERENCES = {
    "a field": "---\ndepends_on: «shop»  # first\n---\n",
    "a field with a path": '---\nparent: "projects/«Shop».md"\n---\n',
    "a list": "---\ndepends_on:\n  - '[[«shop»]]'\n  # x\n---\n",
    "bare brackets": "---\ndepends_on: [[«shop»]]\n---\n",
    "a link in a field": '---\nabout: "[s](«shop».md) [[«shop»|S]]"\n---\n',
    "a text": "---\ntitle: shop\n---\nshop `[[shop]]` \\[[shop]]\n\n    [[shop]]\n",
    "an alias": "---\ntitle: a\n---\n[[store]]\n",
    "links": "[a](«shop».md) [shop.md](<«shop».md#h>) [c]( ./«shop».md 't') ![d](../projects/«sho%70».md)\r\n",
    "a link from the root": "[a](/projects/«shop».md?x#h)",
    "definitions": "[a][s] 한글 📅\n\n[s]: «shop».md 't'\n",
    "wikilinks": "[[«Shop»#h|S]] ![[ «shop» ]] [[projects/«shop»]] [[../projects/«shop».md]]\n",
    "a table": "| a | b |\n|-|-|\n| [[«shop»\\|S]] | `[[shop]]` |\n",
    "HTML": "<a href='«shop».md'>a</a> <a href=\"../«shop»/#h\">b</a>\n",
    "code": "`[s](shop.md)` [s](«shop».md)\n\n```\n[[shop]]\n```\n",
    "a byte order mark": "\ufeff---\nparent: «shop»\n---\n- [ ] [s](«shop».md)",
    "headings": "---\nitems: headings\n---\n## A\ndepends_on: «shop», api · parent: [[«shop»]]\n",
    "a table of fields": "---\nitems: headings\n---\n## B\n| field | value |\n|--|--|\n| depends_on | «shop» |\n",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    files = {"roadmap.yml": ROADMAP, "projects/shop.md": SHOP}
    pages = {"projects/api.md": "---\ntitle: API\n---\n", "notes/my plan.md": "# Plan\n", "notes/a.png": "x"}
    return write_content(tmp_path / "project", files | pages)


def run(project: Path, *arguments: str) -> Result:
    return CliRunner().invoke(group, ["-C", str(project), *arguments])


def written(project: Path, path: str) -> str:
    return (project / "content" / path).read_bytes().decode()


def test_a_reference_by_the_title_stays(project: Path) -> None:
    (project / "content/projects/shop.md").write_text(SHOP.replace("title: Shop", "title: The big shop"))
    text = "---\ndepends_on: The big shop\n---\n[[the big shop]] [[shop]]\n"
    (project / "content/projects/other.md").write_text(text)
    done = run(project, "rename", "shop", "market", "--rewrite", "--yes")
    assert done.exit_code == 0, done.output
    assert written(project, "projects/other.md") == text.replace("[[shop]]", "[[market]]")


@pytest.mark.parametrize("text", REFERENCES.values(), ids=REFERENCES)
def test_every_reference_names_the_item(project: Path, text: str) -> None:
    old, new = re.sub("[«»]", "", text), re.sub("«.*?»", "market", text)
    (project / "content/projects/other.md").write_bytes(old.encode())
    done = run(project, "rename", "shop", "market", "--rewrite", "--yes")
    assert done.exit_code == 0, done.output
    assert written(project, "projects/other.md") == new
    assert not (project / "content/projects/shop.md").exists()
    assert "aliases: [store, shop]" in written(project, "projects/market.md")
    assert run(project, "undo").exit_code == 0
    assert written(project, "projects/other.md") == old
    assert written(project, "projects/shop.md") == SHOP


def test_settings_and_bases_name_it_and_queries_are_listed(project: Path) -> None:
    base = 'filters:\n  and:\n    - \'file.hasLink("shop")\'  # x\n    - file.name != "shop.md" || status == "shop"\n'
    block = "```milemark\nfrom: items\nwhere: id = 'shop'\n```\n`milemark: count(*) from items where id = 'shop'`\n"
    write_content(project, {"all.base": base, "plan.md": f"# Plan\n\n{block}"})
    (project / "mkdocs.yml").write_text("site_name: x\nnav:\n  - projects/shop.md\n", "utf-8")
    done = run(project, "rename", "shop", "market", "--rewrite", "--yes")
    assert written(project, "all.base") == base.replace('("shop")', '("market")').replace('"shop.md"', '"market.md"')
    new = ROADMAP.replace("/projects/shop.md", "/projects/market.md").replace("default: shop", "default: market")
    assert written(project, "roadmap.yml") == new
    assert written(project, "plan.md") == f"# Plan\n\n{block}"
    listed = [line.strip().partition(": ")[0] for line in done.stderr.splitlines() if "shop" in line]
    assert listed == ["content/plan.md:5", "content/plan.md:7", "mkdocs.yml:3"]


def test_several_files_need_an_answer_and_a_dry_run_writes_nothing(project: Path) -> None:
    write_content(project, {"plan.md": "[[shop]]\n"})
    assert "files change" in run(project, "rename", "shop", "market", "--rewrite").stderr
    assert "+[[market]]" in run(project, "rename", "shop", "market", "--rewrite", "--dry-run").stdout
    assert written(project, "plan.md") == "[[shop]]\n"


def test_a_name_that_pages_have_is_not_taken_from_them(project: Path) -> None:
    write_content(project, {"notes/market.md": "# Market\n", "plan.md": "[[market]]\n"})
    done = run(project, "rename", "shop", "market", "--rewrite", "--yes")
    assert "content/plan.md:1:3: this would lead elsewhere" in done.stderr
    assert (project / "content/projects/shop.md").exists()


def test_the_links_of_a_moved_file_lead_where_they_led(project: Path) -> None:
    write_content(project, {"plan.md": "[s](projects/shop.md) [[projects/shop]] [[shop]]\n"})
    done = run(project, "move", "shop", "--collection", "ideas")
    assert done.exit_code == 1, "the link of plan.md is broken"
    assert done.stderr.count("-->") == 2
    body = "[a](../projects/api.md) [p](<../notes/my plan.md>) [me](shop.md#h)"
    assert body in written(project, "ideas/shop.md")
    run(project, "undo")
    done = run(project, "move", "shop", "--collection", "ideas", "--rewrite", "--yes")
    assert done.exit_code == 0, done.output
    assert body in written(project, "ideas/shop.md")
    assert written(project, "plan.md") == "[s](ideas/shop.md) [[ideas/shop]] [[shop]]\n"


def test_a_heading_gets_another_id_and_all_references_follow(project: Path) -> None:
    more = "## More\ndepends_on: sync · parent: sync\n\n[me](#sync) [[#Sync]]\n"
    plan = f"---\nitems: headings\n---\n## Sync\n- [ ] a\n\n{more}"
    other = "---\ndepends_on: sync\n---\n[[sync]] [a](plan.md#sync) [b](sync.md) [[plan#sync]] [[plan#Sync]]\n"
    write_content(project, {"projects/plan.md": plan, "projects/other.md": other})
    done = run(project, "rename", "sync", "merge", "--rewrite", "--yes")
    assert done.exit_code == 0, done.output
    new = plan.replace("## Sync\n", "## Sync {#merge}\n\naliases: sync\n\n").replace("on: sync", "on: merge")
    assert written(project, "projects/plan.md") == new.replace("parent: sync", "parent: merge").replace(
        "(#sync", "(#merge"
    )
    assert "depends_on: merge" in written(project, "projects/other.md")
    assert "[[merge]] [a](plan.md#merge) [b](merge.md)" in written(project, "projects/other.md")


@pytest.mark.parametrize("arguments", [[], ["--rewrite", "--yes"]], ids=["alias", "rewrite"])
def test_the_past_follows_a_renamed_item(tmp_path: Path, arguments: list[str]) -> None:
    folder = tmp_path / "project"
    repo = repository(folder)
    files = {"roadmap.yml": "collections: {items: {}}\n", "items/a.md": item("active", "x one", " two")}
    repo.commit("2025-01-06", files)
    assert run(folder, "rename", "a", "z", *arguments).exit_code == 0
    repo.commit("2025-01-11", {})
    since = ["--since", "2025-01-07", "--as-of", "2025-01-12"]
    report = json.loads(cli(folder, "report", *since, "--format", "json").stdout)
    assert not any(report["items"].values()), report["items"]
    assert not any(report["tasks"].values()), report["tasks"]
    found = lifecycles(read_history(folder, DAY))
    assert [(each.id.item, each.id.text, str(each.added)) for each in found.tasks] == [
        ("z", "one", "2025-01-06"),
        ("z", "two", "2025-01-06"),
    ]


SAID = re.compile("cannot be read|by hand|lead elsewhere")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["backlog-md", "johngrib-wiki", "eips"])
def test_items_of_real_folders_are_renamed_and_moved(real_markdown: Path, name: str, tmp_path: Path) -> None:
    """Every link and reference leads where it led, or the command says which one does not."""
    shutil.copytree(real_markdown / name, tmp_path / "files", symlinks=True)
    (tmp_path / "roadmap.yml").write_text("content: files\ncollections: {all: {match: {folder: .}}}\n", "utf-8")
    project = read_project(tmp_path, DAY, None, None, ReadOptions(PRIVATE))
    items = project.loaded.roadmap.items
    said = [text for each in items[:: len(items) // 2] for text in refusals(project, each)]
    assert not [text for text in said if not SAID.search(text)]
    assert len(said) <= 3


def refusals(project: Project, item: Item) -> Iterator[str]:
    """Yield the messages where an item cannot get another name or place."""
    for planner in (
        lambda read: renamed(read, item, "zz new (이름)", is_everywhere=True),
        lambda read: moved(read, item, "zz/deep/er.md", is_everywhere=True),
    ):
        try:
            assert plan_of(project, planner).files
        except UserError as error:
            yield str(error)
