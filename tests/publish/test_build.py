"""A build replaces the whole site or keeps the last one; it never replaces sources."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from support import cli, write_content

CONFIG = "site_name: T\ntheme: mkdocs\ndocs_dir: build/docs\nsite_dir: site\nplugins: []\n"
CONTENT = {
    "roadmap.yml": "title: T\ncollections: {items: {}}\n",
    "items/one.md": "---\ntitle: One\nstatus: active\n---\n- [x] a\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_content(tmp_path, CONTENT)
    (tmp_path / "mkdocs.yml").write_text(CONFIG, "utf-8")
    return tmp_path


def run(project: Path, *arguments: str) -> Result:
    return cli(project, *arguments)


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def break_config(project: Path) -> None:
    (project / "mkdocs.yml").write_text(CONFIG + "theme: {name: nosuchtheme}\n", "utf-8")


def break_yaml(project: Path) -> None:
    (project / "mkdocs.yml").write_text("site_name: [", "utf-8")


def break_template(project: Path) -> None:
    (project / "templates").mkdir()
    (project / "templates" / "item.md.jinja").write_text("{{ nothing }}", "utf-8")


def break_extension(project: Path) -> None:
    (project / "mkdocs.yml").write_text(CONFIG + "markdown_extensions: [no.such.extension]\n", "utf-8")


def remove_config(project: Path) -> None:
    (project / "mkdocs.yml").unlink()


BREAKS = (break_config, break_yaml, break_template, break_extension, remove_config)


def test_a_build_that_fails_leaves_the_last_good_site_and_the_next_one_replaces_it(project: Path) -> None:
    assert run(project, "build").exit_code == 0
    good = tree(project / "site")
    assert b"One" in good["items/one/index.html"]

    (project / "content/items/one.md").write_text("---\ntitle: Two\nstatus: active\n---\n", "utf-8")
    break_extension(project)
    failed = run(project, "build")
    assert failed.exit_code == 2
    assert "milemark keeps the last site" in failed.stderr
    assert tree(project / "site") == good

    (project / "mkdocs.yml").write_text(CONFIG, "utf-8")
    assert run(project, "build").exit_code == 0
    assert b"Two" in (project / "site/items/one/index.html").read_bytes()
    assert {path.name for path in (project / "build").iterdir() if not path.name.startswith(".")} == {"docs"}


@pytest.mark.parametrize("damage", BREAKS)
def test_a_build_error_is_a_message_without_traceback(project: Path, damage: Callable[[Path], None]) -> None:
    (project / "site").mkdir()
    (project / "site/index.html").write_text("the last good one")
    damage(project)
    failed = run(project, "build")
    assert failed.exit_code == 2
    assert failed.stderr.startswith("error: ")
    assert "Traceback" not in failed.output
    assert tree(project / "site") == {"index.html": b"the last good one"}


def test_a_missing_configuration_is_reported_in_one_line(project: Path) -> None:
    remove_config(project)
    failed = run(project, "build")
    assert failed.stderr.splitlines() == [f"error: there is no mkdocs.yml in {project}: `milemark init` writes one"]


def test_strict_publishes_nothing_if_content_has_errors(project: Path) -> None:
    (project / "content/items/two.md").write_text("---\ntitle: Two\ndue: soon\n---\n", "utf-8")
    failed = run(project, "build", "--strict")
    assert failed.exit_code == 1
    assert "content/items/two.md:3:6" in failed.output
    assert not (project / "site").exists()


@pytest.mark.parametrize(
    ("setting", "folder"),
    [
        ("site_dir", "content"),
        ("site_dir", "content/items"),
        ("site_dir", "."),
        ("site_dir", ".."),
        ("site_dir", "/"),
        ("site_dir", ""),
        ("site_dir", "templates"),
        ("site_dir", "build"),
        ("site_dir", "build/docs"),
        ("site_dir", "thesis"),
        ("docs_dir", "content"),
        ("docs_dir", "."),
        ("docs_dir", "content/pages"),
        ("docs_dir", "thesis"),
    ],
)
def test_an_output_folder_with_sources_is_refused(project: Path, setting: str, folder: str) -> None:
    (project / "thesis").mkdir()
    (project / "thesis/years.txt").write_text("of work")
    (project / "templates").mkdir()
    lines = [line for line in CONFIG.splitlines() if not line.startswith(setting)]
    (project / "mkdocs.yml").write_text("\n".join([*lines, f"{setting}: '{folder}'"]), "utf-8")
    before = tree(project)
    failed = run(project, "build")
    assert failed.exit_code == 2
    first, *hint = failed.stderr.splitlines()
    assert first.startswith("error: ")
    assert all(line.startswith("  = ") for line in hint)
    (project / "build/.milemark.lock").unlink(missing_ok=True)
    assert tree(project) == before


def test_a_file_at_the_path_of_the_site_is_not_replaced(project: Path) -> None:
    (project / "site").write_text("mine")
    failed = run(project, "build")
    assert failed.exit_code == 2
    assert "is a file: move it away" in failed.stderr
    assert (project / "site").read_text() == "mine"


def test_an_empty_roadmap_yml_keeps_the_site(project: Path) -> None:
    assert run(project, "build").exit_code == 0
    good = tree(project / "site")
    (project / "content/roadmap.yml").write_text("\n")
    failed = run(project, "build")
    assert failed.exit_code == 1
    assert "content/roadmap.yml" in failed.stderr
    assert tree(project / "site") == good


def test_a_template_that_is_not_utf8_is_named(project: Path) -> None:
    (project / "templates").mkdir()
    (project / "templates/item.md.jinja").write_bytes(b"\xff\xfe")
    failed = run(project, "build")
    assert failed.exit_code == 2
    assert "templates/item.md.jinja: this file is not UTF-8 text" in failed.stderr


def test_files_at_fixed_addresses_are_on_the_site_though_no_page_links_to_them(project: Path) -> None:
    for path in ("CNAME", ".well-known/security.txt", "other.txt"):
        (project / "content" / path).parent.mkdir(exist_ok=True)
        (project / "content" / path).write_text("x")
    assert run(project, "build").exit_code == 0
    site = tree(project / "site")
    assert {"CNAME", ".well-known/security.txt"} <= site.keys()
    assert "other.txt" not in site
