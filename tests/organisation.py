"""An organisation of five repositories: people, dependencies between them, private parts, and states of two weeks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from support import cli, write_content, write_files

DAYS = ("2026-11-14", "2026-11-21", "2026-11-28")
_PEOPLE = {
    "people/kim.md": "---\ntitle: Kim Min-su\nteam: Platform\ncapacity: 2\n---\n",
    "people/ada.md": "---\ntitle: Ada Byron\nteam: Data\n---\n",
    "people/quiet.md": "---\ntitle: Qvx1Kanari\naudience: private\n---\n",
}
_ROADMAP = """\
title: {title}
goal: {goal}
statuses: {{planned: planned, active: active, paused: paused, done: done}}
sources: {{{sources}}}
collections:
  items: {{private: [budget], fields: {{budget: {{}}}}}}
  milestones: {{role: milestone}}
  people: {{role: person}}
  secret: {{audience: private}}
"""
_SECRET = {
    "secret/plan.md": "---\ntitle: Qvx2Kanari\nstatus: active\n---\n- [ ] Qvx3Kanari\n",
    "items/quiet.md": "---\ntitle: Qvx4Kanari\naudience: private\nassignee: quiet\ndepends_on: []\n---\nQvx5Kanari\n",
}


_CHECKOUT = "depends_on: [shop/checkout]\n"


def _item(title: str, status: str, more: str = "", tasks: str = "") -> str:
    return f"---\ntitle: {title}\nstatus: {status}\nbudget: Qvx6Kanari\n{more}---\n{tasks}"


def _milestone(title: str, due: str, more: str = "") -> str:
    return f"---\ntitle: {title}\nstatus: planned\ndue: {due}\n{more}---\n"


def repositories(day: str) -> Mapping[str, Mapping[str, str]]:
    """Return the content of each repository on one of `DAYS`: work goes on, one date slips, one item is finished."""
    week = DAYS.index(day)
    done = "- [x] a\n" * (1 + week) + "- [ ] b\n" * (3 - week)
    return {
        "payments": {
            "items/ledger-export.md": _item(
                "Ledger export", "active", "due: 2026-11-20\nassignee: [kim, ada, quiet]\nmilestone: v2\n", done
            ),
            "items/refunds.md": _item(
                "Refunds", "done" if week == 2 else "active", "finished: 2026-11-26\n" if week == 2 else "", done
            ),
            "milestones/v2.md": _milestone("Payments 2", ("2026-12-05", "2026-12-05", "2026-12-19")[week]),
        },
        "shop": {
            "items/checkout.md": _item(
                "Checkout",
                "active",
                "due: 2027-01-10\nassignee: kim\nmilestone: launch\n"
                "depends_on: [payments/ledger-export, payments/quiet]\n",
                done,
            ),
            "items/search.md": _item("Search & <b>find</b>", "planned", "milestone: launch\n", "- [ ] index\n"),
            "milestones/launch.md": _milestone("Shop launch", "2027-01-31"),
        },
        "analytics": {
            "items/reports.md": _item(
                "Reports", "active", "assignee: ada\nmilestone: q1\ndepends_on: [shop/checkout]\n", done
            ),
            "milestones/q1.md": _milestone("Quarterly reports", "2027-03-31", "depends_on: [shop/launch]\n"),
        },
        "mobile": {
            "items/app.md": _item(
                "App", "paused", "assignee: kim\nmilestone: beta\ndepends_on: [shop/checkout]\n", done
            ),
            "milestones/beta.md": _milestone("App beta", "2027-02-15"),
        },
        "docs": {"items/guide.md": _item("Guide", "active", "assignee: ada\ndue: 2026-12-01\n", done)},
    }


def write_repositories(folder: Path, day: str = DAYS[-1]) -> None:
    """Write the repositories as they are on a day, side by side."""
    for name, content in repositories(day).items():
        others = ", ".join(f"{other}: ../{other}" for other in repositories(day) if other != name)
        roadmap = _ROADMAP.format(title=name.title(), goal=f"What {name} needs", sources=others)
        write_content(folder / name, {"roadmap.yml": roadmap, **_PEOPLE, **_SECRET, **content})
        write_files(folder, {f"{name}/mkdocs.yml": f"site_name: x\nsite_url: https://example.org/{name}/\n"})


def write_dataset(folder: Path, audience: str = "public") -> Path:
    """Write the repositories, and a dataset with their states on all days."""
    dataset = folder / "dataset"
    for day in DAYS:
        write_repositories(folder, day)
        for name in repositories(day):
            found = cli(
                folder / name, "--as-of", day, "export", "parquet", "--into", str(dataset), "--audience", audience
            )
            assert found.exit_code == 0, found.stderr
    return dataset
