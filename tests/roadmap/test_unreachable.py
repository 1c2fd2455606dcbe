"""A reader finds each page of the site by its navigation or by links, or its author gets a finding."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from support import cli, write_content, write_files

_NAV = "nav:\n  - index.md\n  - notes/listed.md\n"
_ITEM = "---\nstatus: active\n---\n# Shop\n"
_SETTINGS = "title: Plan\nstatuses: {active: active}\ncollections: {projects: {}}\n"
_FEW = {f"n{number:02}.md": "# Note\n" for number in range(20)}

CASES: Mapping[str, tuple[str | None, Mapping[str, str], str]] = {
    "in no list and in no link": ("", {"notes/a.md": "# A\n"}, "notes/a.md"),
    "beside roadmap.yml": ("", {"a.md": "# A\n"}, ""),
    "the 21st beside roadmap.yml": ("", {**_FEW, "z.md": "# Z\n"}, "z.md"),
    "linked by the home page": ("", {"index.md": "[A](notes/a.md)\n", "notes/a.md": "# A\n"}, ""),
    "linked by a page that is linked": (
        "",
        {"projects/index.md": "[[b]]\n", "notes/b.md": '<a href="../a/">A</a>\n', "notes/a.md": "# A\n"},
        "",
    ),
    "linked by an item": ("", {"projects/shop.md": f"{_ITEM}[A](../notes/a.md)\n", "notes/a.md": "# A\n"}, ""),
    "links to an item, whose page lists it": ("", {"projects/shop.md": _ITEM, "notes/a.md": "[[shop]]\n"}, ""),
    "two that link to each other": ("", {"notes/a.md": "[[b]]\n", "notes/b.md": "[[a]]\n"}, "notes/a.md, notes/b.md"),
    "in code": ("", {"index.md": "`[A](notes/a.md)`\n", "notes/a.md": "# A\n"}, "notes/a.md"),
    "in a collection that is not in nav": (_NAV, {"projects/shop.md": _ITEM, "projects/index.md": "# All\n"}, ""),
    "in nav": (_NAV, {"notes/listed.md": "# A\n"}, ""),
    "beside roadmap.yml, but not in nav": (_NAV, {"a.md": "# A\n"}, "a.md"),
    "nav of a plugin": ("plugins: [awesome-nav]\n", {"notes/a.md": "# A\n"}, ""),
    "no site": (None, {"notes/a.md": "# A\n"}, ""),
    "beside a base": ("", {"notes/a.md": "# A\n", "notes.base": "views: [{type: table}]\n"}, ""),
    "excluded": ("", {"roadmap.yml": f"{_SETTINGS}exclude: [notes/]\n", "notes/a.md": "# A\n"}, ""),
    "ignored": ("", {"roadmap.yml": f"{_SETTINGS}ignore: [MM506]\n", "notes/a.md": "# A\n"}, ""),
    "pages in place of generated ones": ("", {"now.md": "# Mine\n", "resume.md": "# Mine\n"}, ""),
    "a résumé to send": ("", {"resume/acme.md": "---\naudience: public\n---\n# Acme\n"}, ""),
    "many in one folder": (
        "",
        {f"notes/{name}.md": "# A\n" for name in "abcdefg"},
        "notes/a.md, notes/b.md, notes/c.md, notes/d.md, notes/e.md, …",
    ),
}


def project(folder: Path, config: str | None, files: Mapping[str, str]) -> Path:
    write_content(folder, {"roadmap.yml": _SETTINGS, **files})
    return folder if config is None else write_files(folder, {"mkdocs.yml": f"site_name: Plan\n{config}"})


def lost(folder: Path, *options: str) -> str:
    output = cli(folder, "check", *options).stdout
    return "; ".join(re.findall(r"warning\[MM506\]: .* leads to (.*)", output))


@pytest.mark.parametrize("case", CASES)
def test_a_page_that_readers_do_not_find_is_named(case: str, tmp_path: Path) -> None:
    config, files, expected = CASES[case]
    folder = project(tmp_path, config, files)
    assert lost(folder) == expected
    if "a.md" in expected:
        assert lost(folder, "--audience", "public") == expected


def test_a_page_behind_a_private_one_is_lost_in_public_alone(tmp_path: Path) -> None:
    files = {"index.md": "[[diary]]\n", "diary.md": "---\naudience: private\n---\n[[a]]\n", "notes/a.md": "# A\n"}
    folder = project(tmp_path, "", files)
    assert lost(folder) == ""
    assert lost(folder, "--audience", "public") == "notes/a.md"


def test_a_kept_check_follows_the_navigation(tmp_path: Path) -> None:
    folder = project(tmp_path, _NAV, {"notes/a.md": "# A\n"})
    assert lost(folder) == lost(folder) == "notes/a.md"
    (folder / "mkdocs.yml").write_text("site_name: Plan\nnav: [index.md, notes/a.md]\n", "utf-8")
    assert lost(folder) == ""
