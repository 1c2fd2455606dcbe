"""The page of a plan with changes: a query block of the view `forecast`, with the changes as its options."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from milemark.app.item_names import refuse_existing
from milemark.app.project import Project
from milemark.app.write_plan import Planner, WriteChanges
from milemark.foundation.errors import UserError
from milemark.foundation.escaping import yaml_text
from milemark.history.what_if import REPEATED


def plan_page_planner(path: str, changes: Sequence[tuple[str, str]]) -> Planner:
    """Return the planner of a page at a path below the content folder."""

    def planner(project: Project) -> WriteChanges:
        place = _below(project, path)
        refuse_existing(project, place)
        is_public = project.loaded.roadmap.settings.is_forecast_public
        return WriteChanges({place: _page(place, changes, is_public=is_public).encode()})

    return planner


def _below(project: Project, path: str) -> str:
    """Return a path below the content folder, which may be written with it. Raises UserError."""
    place = PurePosixPath(path.replace("\\", "/"))
    shown = PurePosixPath(project.folder.shown("."))
    place = place.relative_to(shown) if shown.name and place.is_relative_to(shown) else place
    if place.is_absolute() or place.suffix != ".md" or any(part.startswith((".", "_")) for part in place.parts):
        raise UserError(f"--save {path}: name a Markdown file below {project.folder.shown('.')}, such as plans/b.md")
    return place.as_posix()


def _page(path: str, changes: Sequence[tuple[str, str]], *, is_public: bool) -> str:
    name = PurePosixPath(path).stem.replace("-", " ").replace("_", " ")
    front = [] if is_public else ["audience: private"]
    lines = ["---", f"title: {yaml_text(f'Plan {name}')}", *front, "---", ""]
    return "\n".join([*lines, "```milemark", "view: forecast", *_options(changes), "```", ""])


def _options(changes: Sequence[tuple[str, str]]) -> list[str]:
    values: dict[str, list[str]] = {}
    for name, value in changes:
        values.setdefault(name, []).append(yaml_text(value))
    lists = {name: f"[{', '.join(each)}]" if name in REPEATED else each[-1] for name, each in values.items()}
    return [f"{name}: {text}" for name, text in lists.items()]
