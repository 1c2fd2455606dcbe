"""No page of a public portfolio holds anything private of its repositories, wherever the private text stands."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaks import PLANTS, PUBLIC_FILES, Plan, Plant
from milemark.app.portfolio.project import portfolio_project
from milemark.app.portfolio.rows import PortfolioRows
from milemark.app.portfolio.states import Reader, choose, connect, find_states
from milemark.output.export.dataset import dataset_files
from milemark.output.export.formats import FORMATS, ExportInput
from milemark.output.site.page import NO_INPUTS
from milemark.output.site.pages import pages
from milemark.output.site.renderer import Renderer
from milemark.output.urls import NO_REPOSITORY
from milemark.query.load import checked_for_audience, load_with_bases
from outputs import ADDRESSES, DAY, ENGLISH, leaks
from support import ROOT, sampled, write_files

RENDERER = Renderer((ROOT / "templates/portfolio",), ENGLISH, is_directory=True)
ASKING = "".join(
    f"```milemark\nsql: select * from {name}\n```\n\n"  # noqa: S608  our own names
    for name in ("roadmap", "items", "tasks", "dependencies", "elsewhere", "tags", "links", "assignees", "fields",
                 "item_history", "forecasts", "finished_week", "slipped_week", "history", "repositories", "people")
)  # fmt: skip


def portfolio(folder: Path, plan: Plan, audience: str) -> dict[str, bytes]:
    """Return all that the public portfolio makes of a repository that was exported for an audience."""
    roadmap = checked_for_audience(load_with_bases(plan.content(), DAY), audience).roadmap
    write_files(folder / "dataset", dict(dataset_files(ExportInput(roadmap, ENGLISH, ADDRESSES), "plan")))
    write_files(folder / "site/content", {"asking.md": ASKING})
    chosen = choose(find_states([folder / "dataset"], print), Reader(connect(), "public", print), DAY)
    project = portfolio_project(folder / "site", PortfolioRows(connect(), chosen, DAY), "public", "key")
    inputs = replace(NO_INPUTS, bases=project.loaded.bases)
    made = pages(project.loaded.roadmap, RENDERER, ENGLISH, NO_REPOSITORY, inputs)
    found = {page.path: page.text.encode() for page in made}
    for each in FORMATS.values():
        exported = each.make(ExportInput(project.loaded.roadmap, ENGLISH, ADDRESSES))
        found |= {f"export {name}": data for name, data in exported.items()}
    return found


@pytest.mark.parametrize("plant", sampled(PLANTS, 6), ids=[plant.__name__ for plant in PLANTS])
def test_the_portfolio_has_nothing_private(plant: Plant, tmp_path: Path) -> None:
    plan = Plan()
    for place in PUBLIC_FILES[:4]:
        plant(plan, place)
    found = portfolio(tmp_path, plan, "public")
    assert b"Stone" in found["timeline.md"] + found["index.md"] + found["asking.md"]
    assert leaks(found, plan.words) == {}


def test_the_public_portfolio_has_nothing_of_a_private_export(tmp_path: Path) -> None:
    plan = Plan()
    for plant in PLANTS:
        plant(plan, "items/one.md")
    found = portfolio(tmp_path, plan, "private")
    assert b"Stone" not in found["asking.md"]
    assert leaks(found, plan.words) == {}


@pytest.mark.slow
@settings(deadline=None, max_examples=10)
@given(st.lists(st.tuples(st.sampled_from(PLANTS), st.sampled_from(PUBLIC_FILES)), min_size=1, max_size=8))
def test_the_portfolio_has_nothing_private_of_several_places(placed: list[tuple[Plant, str]]) -> None:
    plan = Plan()
    for plant, place in placed:
        plant(plan, place)
    with TemporaryDirectory() as folder:
        assert leaks(portfolio(Path(folder), plan, "public"), plan.words) == {}
