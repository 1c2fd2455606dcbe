"""The history of items that are headings of one file, and that become files."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from milemark.app.options import ReadOptions
from milemark.app.project import history_of, read_project
from milemark.history.lifecycle import lifecycles
from milemark.history.model import ItemSnapshot, apply
from milemark.history.read import read_history
from repositories import Repo

TODAY = date(2025, 6, 30)
PAGE = "---\nitems: headings\n---\n# Plan\n\n"


def figures(repo: Repo) -> list[tuple[str, dict[str, tuple[str, int, int]]]]:
    """Return the items of each day with their stage and tasks."""
    items: dict[str, ItemSnapshot] = {}
    found = []
    for point in read_history(repo.folder, TODAY).line:
        apply(items, point.snapshot.items)
        found.append((str(point.day)[5:], {id_: (each.stage, each.done, each.total) for id_, each in items.items()}))
    return found


def test_each_item_of_a_file_has_its_own_history_at_each_commit(repo: Repo) -> None:
    repo.commit("2025-01-06", {"projects/plan.md": f"{PAGE}## A\nstatus: doing\n- [ ] a\n"})
    repo.commit("2025-01-07", {"projects/plan.md": f"{PAGE}## A\nstatus: doing\n- [x] a\n\n## B\n- [ ] b\n"})
    repo.commit("2025-01-08", {"projects/plan.md": f"{PAGE}## B\n- [ ] b\n\n## ✅ A\n- [x] a\n"})
    assert figures(repo) == [
        ("01-06", {"a": ("active", 0, 1)}),
        ("01-07", {"a": ("active", 1, 1), "b": ("", 0, 1)}),
        ("01-08", {"a": ("done", 1, 1), "b": ("", 0, 1)}),
    ]
    kept = read_history(repo.folder, TODAY)
    for place in Path(repo.folder.parent / "cache").rglob("*.sqlite"):
        place.unlink()
    assert read_history(repo.folder, TODAY).line == kept.line


def test_the_history_goes_on_where_headings_become_files_and_the_other_way_round(repo: Repo) -> None:
    one = {"projects/plan.md": f"{PAGE}## A\nstatus: doing\n\n- [x] a\n\n## B\n\n- [ ] b\n"}
    two = {
        "projects/plan.md": f"{PAGE}",
        "projects/a.md": "---\ntitle: A\nstatus: doing\n---\n- [x] a\n",
        "projects/b.md": "---\ntitle: B\n---\n- [ ] b\n",
    }
    repo.commit("2025-01-06", one)
    repo.commit("2025-01-07", two)
    repo.commit("2025-01-08", {**one, "projects/a.md": None, "projects/b.md": None})
    items = [each for _day, each in figures(repo)]
    assert items[0] == items[1] == items[2]
    (task,) = (each for each in lifecycles(read_history(repo.folder, TODAY)).tasks if each.id.text == "b")
    assert str(task.added) == "2025-01-06"


def test_a_heading_that_is_private_at_a_commit_is_in_no_public_history(repo: Repo) -> None:
    hidden = "## Canary {#canary}\n\naudience: private\n\n- [x] canary task\n\n"
    repo.commit("2025-01-06", {"projects/plan.md": f"{PAGE}## A\n- [ ] a\n\n{hidden.replace('audience: private', '')}"})
    repo.commit("2025-01-07", {"projects/plan.md": f"{PAGE}## A\n- [x] a\n\n{hidden}"})
    repo.commit(
        "2025-01-08", {"projects/plan.md": f"---\naudience: private\n{PAGE[4:]}## A\n- [ ] a\n\n## B\n- [ ] b\n"}
    )
    repo.commit("2025-01-09", {"projects/plan.md": f"{PAGE}## A\n- [x] a\n\n{hidden}## C\n"})
    public = history_of(read_project(repo.folder, TODAY, read_options=ReadOptions("public")))
    assert public
    assert "canary" not in repr(public.line).casefold()
    assert "canary" in repr(read_history(repo.folder, TODAY).line).casefold()
