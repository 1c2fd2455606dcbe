"""References to items of other repositories: found, unknown, and those that cannot be looked up now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from milemark.app.options import ReadOptions
from milemark.app.project import Project, read_project
from milemark.foundation.layout import AUDIENCES
from milemark.roadmap.elsewhere import elsewhere
from support import cli, write_content, write_files

DAY = date(2026, 11, 28)
PAYMENTS: Mapping[str, str] = {
    "roadmap.yml": "title: Payments\nas_of: 2026-11-20\nstatuses: {open: active}\n"
    "collections: {items: {}, own: {audience: private}}\n",
    "items/ledger-export.md": "---\ntitle: Ledger & export\nstatus: open\ndue: 2026-Q4\naliases: [le]\n---\nBody\n",
    "items/hush.md": "---\ntitle: Qvx1Kanari\naudience: private\n---\n",
    "own/hidden.md": "---\ntitle: Qvx2Kanari\n---\n",
}
SHOP = "title: Shop\nstatuses: {open: active}\nsources: {payments: %s}\ncollections: {items: {}}\n"


def write(folder: Path, references: str, place: str = "../payments", more: str = "") -> Path:
    write_content(folder / "payments", PAYMENTS)
    write_files(folder, {"payments/mkdocs.yml": "site_name: x\nsite_url: https://pay.example.org/\n"})
    item = f"---\ntitle: Checkout\ndepends_on: [{references}]\n---\n"
    shop = {
        "roadmap.yml": SHOP % place + more,
        "items/checkout.md": item,
        "items/payments/own.md": "---\ntitle: O\n---\n",
    }
    write_content(folder / "shop", shop)
    write_files(folder, {"shop/mkdocs.yml": "site_name: x\ndocs_dir: build/docs\n"})
    return folder / "shop"


def read(root: Path, audience: str = "public") -> Project:
    return read_project(root, DAY, read_options=ReadOptions(audience))


def codes(project: Project) -> list[str]:
    return [each.rule.code for each in project.diagnostics]


def found_in(project: Project) -> list[str]:
    roadmap = project.loaded.roadmap
    return [each.text for each in elsewhere(roadmap, roadmap.by_id["checkout"])]


@pytest.mark.parametrize(
    ("reference", "code", "public", "private"),
    [
        ("payments/ledger-export", None, True, True),
        ("payments/Ledger-Export", None, True, True),
        ("payments/le", None, True, True),
        ('"[[payments/ledger-export]]"', None, True, True),
        ("payments/ledger", "MM311", False, True),
        ("payments/hush", "MM311", False, True),
        ("payments/hidden", "MM311", False, True),
        ("payments/own", None, False, False),
        ("other/ledger-export", "MM302", False, False),
        ("payments", "MM302", False, False),
    ],
)
def test_a_reference_is_looked_up_in_what_is_public_elsewhere(
    tmp_path: Path, reference: str, code: str | None, public: bool, private: bool
) -> None:
    root = write(tmp_path, reference)
    for audience, is_shown in zip(AUDIENCES, (public, private), strict=True):
        project = read(root, audience)
        assert codes(project) == ([code] if code else [])
        assert bool(found_in(project)) == is_shown
    checked = cli(root, "check", "--format", "json")
    assert [each["code"] for each in json.loads(checked.stdout)["diagnostics"]] == ([code] if code else [])


def test_values_are_shown_as_of_the_day_of_the_other_repository(tmp_path: Path) -> None:
    root = write(tmp_path, "payments/le")
    assert cli(root, "generate").exit_code == 0
    (page,) = (root / "build/docs/items").glob("checkout.md")
    text = page.read_text("utf-8")
    assert 'href="https://pay.example.org/items/ledger-export/">Ledger &amp; export</a>' in text
    assert "as of November 20, 2026" in text
    asked = cli(root, "query", "select source, needs, title, stage, due_day, as_of from elsewhere", "--format", "json")
    assert '"2026-12-31"' in asked.stdout
    assert '"2026-11-20"' in asked.stdout


@pytest.mark.parametrize(
    ("place", "problem"),
    [
        ("../gone", "there is no roadmap at its place"),
        ("../gone.json", "there is no roadmap at its place"),
        ("../private.json", "it is not an export for the public"),
        ("../old.json", "it cannot be read"),
        ("../broken.json", "it cannot be read"),
        ("../nested.json", "it cannot be read"),
        ("../list.json", "it cannot be read"),
        ("../wrong", "its roadmap.yml has errors"),
    ],
)
def test_a_source_that_cannot_be_read_now_is_told_apart(tmp_path: Path, place: str, problem: str) -> None:
    root = write(tmp_path, "payments/ledger-export", place)
    exported = {"as_of": "2026-11-20", "audience": "private", "items": []}
    write_files(
        tmp_path,
        {
            "private.json": json.dumps(exported),
            "old.json": json.dumps({"as_of": "2026-11-20", "items": []}),
            "broken.json": "{",
            "nested.json": "[" * 100_000,
            "list.json": "[]",
            "wrong/content/roadmap.yml": "collections: 3\n",
        },
    )
    for audience in AUDIENCES:
        project = read(root, audience)
        (finding,) = project.diagnostics
        assert (finding.rule.code, finding.values["problem"]) == ("MM312", problem)
        assert found_in(project) == (["payments/ledger-export"] if audience == "private" else [])


def test_the_published_export_of_a_repository_is_a_source(tmp_path: Path) -> None:
    root = write(tmp_path, "payments/ledger-export, payments/hush", "../payments.json")
    assert cli(tmp_path / "payments", "export", "json", "-o", str(tmp_path / "payments.json")).exit_code == 0
    project = read(root)
    assert codes(project) == ["MM311"]
    assert found_in(project) == ["payments/ledger-export"]


@pytest.mark.parametrize("ignored", ["MM311", "MM312"])
def test_each_of_the_two_is_ignored_by_itself(tmp_path: Path, ignored: str) -> None:
    root = write(tmp_path, "payments/nothing, gone/nothing", "../payments, gone: ../gone", f"ignore: [{ignored}]\n")
    assert codes(read(root)) == [{"MM311": "MM312", "MM312": "MM311"}[ignored]]


def test_two_repositories_may_name_each_other(tmp_path: Path) -> None:
    root = write(tmp_path, "payments/ledger-export")
    (tmp_path / "payments/content/roadmap.yml").write_text(
        f"{PAYMENTS['roadmap.yml']}sources: {{shop: ../shop}}\n", "utf-8"
    )
    assert codes(read(root)) == []


def test_a_build_sees_that_the_other_repository_changed(tmp_path: Path) -> None:
    root, page = write(tmp_path, "payments/ledger-export"), "build/docs/items/checkout.md"
    assert cli(root, "generate").exit_code == 0
    other = tmp_path / "payments/content/items/ledger-export.md"
    other.write_text(other.read_text("utf-8").replace("Ledger &", "Book"), "utf-8")
    assert cli(root, "generate").exit_code == 0
    assert "Book export" in (root / page).read_text("utf-8")


@pytest.mark.parametrize("more", ["untrusted: true\n", ""])
def test_no_private_word_of_another_repository_reaches_the_public(tmp_path: Path, more: str) -> None:
    root = write(tmp_path, "payments/ledger-export, payments/hush, payments/hidden", more=more)
    assert cli(root, "generate").exit_code == 0
    for name in ("json", "csv"):
        assert cli(root, "export", name, "-o", f"out/{name}").exit_code == 0
    made = [path for folder in ("build", "out") for path in (root / folder).rglob("*") if path.is_file()]
    text = "\n".join(path.read_text("utf-8", "replace") for path in made)
    assert "Kanari" not in text
    assert "payments/hush" not in text
    assert ("Ledger" in text) == (not more)


def test_a_private_field_takes_its_references_with_it(tmp_path: Path) -> None:
    root = write(tmp_path, "payments/ledger-export")
    roadmap = root / "content/roadmap.yml"
    roadmap.write_text(roadmap.read_text("utf-8").replace("items: {}", "items: {private: [depends_on]}"), "utf-8")
    assert found_in(read(root)) == []
    assert found_in(read(root, "private")) == ["payments/ledger-export"]


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("3", "a folder or file for each name"),
        ("{a/b: ../x}", "a name without /"),
        ("{a: https://example.org/x.json}", "a folder, or the file of a JSON export"),
        ("{a: }", "a folder, or the file of a JSON export"),
    ],
)
def test_a_wrong_source_is_named(tmp_path: Path, written: str, message: str) -> None:
    write_content(tmp_path, {"roadmap.yml": f"sources: {written}\n"})
    found = cli(tmp_path, "check")
    assert message in found.stdout
    assert found.exit_code == 1
