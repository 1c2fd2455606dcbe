"""`milemark show`: one item in the terminal and as JSON, with all that belongs to it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.cells import cell_len

from milemark.app.cli import group
from milemark.foundation.i18n import Language
from milemark.output.text.item import as_json, as_text, sections
from milemark.roadmap.load import load
from milemark.roadmap.metrics.explain import Explainer
from milemark.roadmap.references import find_item

CONTENT = {
    "roadmap.yml": """\
title: T
locale: {locale}
as_of: 2025-01-12
statuses: {{doing: active, planned: planned, 완료: done}}
collections:
  tracks: {{label: Tracks, role: track}}
  projects:
    label: Projects
    fields: {{area: {{label: 분야}}, steps: {{type: object}}}}
  skills: {{label: Skills, role: record}}
""",
    "tracks/work.md": "---\ntitle: Work\nallocation: 100\n---\n",
    "projects/base.md": "---\ntitle: Base\nstatus: 완료\n---\n",
    "projects/shop.md": """\
---
title: The shop
aliases: [store]
area: "[bold]커머스[/bold]"
track: work
status: doing
due: 2025-Q1
progress: 70
depends_on: [base]
stack: [Django, Celery]
links: {repository: https://example.org/shop}
steps: {first: think}
---
- [x] plan **it**
- [ ] build
    - [ ] tests
""",
    "projects/part.md": "---\ntitle: A part\nstatus: planned\nparent: shop\n---\n- [ ] rest\n",
    "projects/later.md": "---\ntitle: Later\nstatus: planned\ndepends_on: [shop]\n---\n",
    "index.md": "See [the shop](projects/shop.md).\n",
}
ENGLISH = """\
The shop

id          shop
Source      content/projects/shop.md:1
Collection  Projects
분야        [bold]커머스[/bold]
Steps       first: think
Track       Work (work)
Status      doing (active)
Due         Q1 2025
Depends on  Base (base): 완료
Stack       Django
            Celery
Links       repository: https://example.org/shop
Progress    70%
            as its author states it: 70%  content/projects/shop.md:8:11
            ticked tasks: 1 / 4 = 25%
Tasks       [x] plan it  content/projects/shop.md:14
            [ ] build  content/projects/shop.md:15
              [ ] tests  content/projects/shop.md:16
Parts       A part (part): planned
Needed by   Later (later): planned
"""


def write(folder: Path, locale: str = "en") -> Path:
    for path, text in CONTENT.items():
        target = folder / "content" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text.format(locale=locale) if path == "roadmap.yml" else text, "utf-8")
    return folder


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(group, ["show", "-C", str(folder), *arguments])


@pytest.mark.parametrize("asked", ["shop", "SHOP", "store", "content/projects/shop.md"])
def test_an_item_is_shown_with_all_that_belongs_to_it(tmp_path: Path, asked: str) -> None:
    shown = run(write(tmp_path), asked)
    assert (shown.exit_code, shown.stderr) == (0, "")
    head, _, links = shown.stdout.partition("Linked from")
    assert " ".join(head.split()) == " ".join(ENGLISH.split())
    assert "content/index.md" in links


@pytest.mark.parametrize("locale", ["en", "ko"])
def test_values_stand_in_one_column_whatever_the_width_of_their_labels(tmp_path: Path, locale: str) -> None:
    lines = run(write(tmp_path, locale), "shop").stdout.splitlines()[2:]
    starts = {
        line[: line.index(value)] for line in lines for value in ("Django", "Celery", "[x] plan") if value in line[:40]
    }
    assert len({cell_len(start) for start in starts}) == 1
    assert not [line for line in lines if line.endswith(" ")]


@pytest.mark.parametrize("width", [40, 60, 80])
def test_a_terminal_is_never_too_narrow(width: int) -> None:
    files = {
        path: text.format(locale="ko").encode() if path == "roadmap.yml" else text.encode()
        for path, text in CONTENT.items()
    }
    roadmap = load(files, date(2025, 1, 12)).roadmap
    item = find_item(roadmap, "shop")
    text = as_text(item, sections(Explainer(roadmap, Language("ko")), item), width)
    assert max(map(cell_len, text.splitlines())) <= width
    assert "커머스" in text


def test_json_holds_what_is_written_and_what_is_derived(tmp_path: Path) -> None:
    found = json.loads(run(write(tmp_path), "shop", "--format", "json").stdout)
    assert (found["id"], found["path"], found["stage"]) == ("shop", "content/projects/shop.md", "active")
    assert found["fields"]["due"] == "2025-Q1"
    assert found["fields"]["depends_on"] == ["base"]
    assert found["progress"] == {"value": 70, "basis": "claimed", "claimed": 70, "done": 1, "total": 4}
    assert found["tasks"][2] == {"text": "tests", "mark": " ", "stage": "planned", "depth": 1, "line": 16}
    assert (found["parts"], found["dependents"]) == (["part"], ["later"])
    assert found["linked_from"] == [{"path": "content/index.md", "field": ""}]


@pytest.mark.parametrize("locale", ["en", "ko"])
def test_the_progress_of_a_track_is_that_of_its_items(tmp_path: Path, locale: str) -> None:
    write(tmp_path, locale)
    assert "The shop: 70% × 1  content/projects/shop.md" in run(tmp_path, "work").stdout
    found = json.loads(run(tmp_path, "work", "--format", "json").stdout)["progress"]
    assert (found["value"], found["basis"]) == (70, "items")


@pytest.mark.parametrize(
    ("asked", "hint"),
    [("shopp", 'did you mean "shop"?'), ("zzz", "an id is the name of a file, without .md")],
)
def test_an_id_that_does_not_exist_is_answered_with_the_nearest(tmp_path: Path, asked: str, hint: str) -> None:
    refused = run(write(tmp_path), asked)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr == f'error: there is no item "{asked}": {hint}\n'


def test_every_item_of_the_example_is_shown(root: Path) -> None:
    content = root / "content"
    files = {path.relative_to(content).as_posix(): path.read_bytes() for path in content.rglob("*") if path.is_file()}
    roadmap = load(files, date(2025, 1, 12)).roadmap
    for item in roadmap.items:
        shown = as_text(item, sections(Explainer(roadmap, Language("ko")), item), 100)
        assert shown.startswith(f"{item.title}\n")
        assert json.loads(as_json(roadmap, item))["id"] == item.id
