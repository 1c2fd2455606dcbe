"""No command prints or writes the name of a private file for the public, and a strict build says so."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import pytest

from milemark.privacy.guard import GAP
from milemark.publish import build as publishing
from milemark.publish.publishers import PUBLISHERS, Job
from private_names import CARRIERS, INTERFACE, NEIGHBOURS, ROADMAP, carriers, decodings, holds, private_file
from repositories import Repo
from support import cli, write_content, write_files

CONFIG = "site_name: A plan\ndocs_dir: build/docs\ntheme: {name: material, font: false}\n"
WITHOUT_FRAMES = CONFIG + "hooks: [own.py]\n"  # the publisher builds every page


def project(folder: Path, files: Mapping[str, str | bytes], config: str = CONFIG) -> Path:
    write_content(folder, {"roadmap.yml": ROADMAP, "index.md": "# Home\n", **files})
    return write_files(folder, {"mkdocs.yml": config})


def publish_names(_publisher: object, job: Job, _environment: object, *, is_strict: bool) -> str:
    """Stand in for a publisher: the site has the name from mkdocs.yml, and the pages of the tree."""
    name = job.config.read_text("utf-8").split("\n")[0].partition(": ")[2]
    write_files(job.site, {"index.html": f"<title>{name}</title>", f"{quote(name)}/index.html": "x" * is_strict})
    return ""


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(publishing, "run", publish_names)
    return tmp_path / "p"


def test_the_name_of_a_private_file_in_mkdocs_yml_is_not_in_the_site(published: Path) -> None:
    folder = project(published, private_file("q7-plan"), WITHOUT_FRAMES.replace("A plan", "The q7-plan"))
    for _again in range(2):
        done = cli(folder, "build")
        assert done.exit_code == 0
        assert "mkdocs.yml:1:16" in done.stderr
        assert "MM133" in done.stderr
        assert "q7" not in done.stderr
        assert (folder / "site/index.html").read_text("utf-8") == f"<title>The {GAP}</title>"
        assert [path.name for path in (folder / "site").iterdir() if path.is_dir()] == []


def test_a_strict_build_keeps_the_last_site_if_mkdocs_yml_has_a_private_name(published: Path) -> None:
    folder = project(published, private_file("q7-plan"), WITHOUT_FRAMES)
    assert cli(folder, "build", "--strict").exit_code == 0
    last = (folder / "site/index.html").read_bytes()
    write_files(folder, {"mkdocs.yml": WITHOUT_FRAMES.replace("A plan", "The q7-plan")})
    done = cli(folder, "build", "--strict")
    assert done.exit_code == 1
    assert "nothing published" in done.stderr
    assert (folder / "site/index.html").read_bytes() == last


def test_a_strict_build_publishes_nothing_if_a_text_has_a_private_name(published: Path) -> None:
    folder = project(
        published,
        {**private_file("q7-plan"), "about.md": "a\n\nSee q7-plan and [it](items/q7-plan.md).\n"},
        WITHOUT_FRAMES,
    )
    done = cli(folder, "build", "--strict")
    assert done.exit_code == 1
    assert "content/about.md:3:5" in done.stderr
    assert "q7" not in done.stderr
    assert not (folder / "site").exists()
    assert cli(folder, "build").exit_code == 0


def test_an_ignored_finding_about_a_private_name_leaves_the_name_blank(published: Path) -> None:
    about = "See q7-plan.\n"
    folder = project(
        published, {**private_file("q7-plan"), "about.md": about}, WITHOUT_FRAMES.replace("A plan", "The q7-plan")
    )
    write_content(folder, {"roadmap.yml": f"{ROADMAP}ignore: [MM133]\n"})
    done = cli(folder, "build", "--strict")
    assert (done.exit_code, "MM133" in done.stderr) == (0, False)
    assert (folder / "site/index.html").read_text("utf-8") == f"<title>The {GAP}</title>"
    assert f"See {GAP}." in (folder / "build/docs/about.md").read_text("utf-8")
    assert "MM133" not in cli(folder, "check", "--audience", "public").output


def test_a_link_to_a_private_file_is_no_finding(published: Path) -> None:
    links = "[it](items/q7-plan.md) [[q7-plan]] [a][b] <a href='items/q7-plan.md'>x</a>\n\n[b]: items/q7-plan.md 'x'\n"
    folder = project(published, {**private_file("q7-plan"), "about.md": links}, WITHOUT_FRAMES)
    assert cli(folder, "build", "--strict").exit_code == 0
    assert "q7" not in (folder / "build/docs/about.md").read_text("utf-8")


def test_a_template_of_the_project_puts_no_private_name_on_a_page(published: Path) -> None:
    folder = project(published, private_file("q7-plan"), WITHOUT_FRAMES)
    write_files(folder, {"templates/assets/own.js": "var a = 'q7\\u002dplan';\n"})
    done = cli(folder, "generate")
    assert "build/docs/assets/own.js:1:10" in done.stderr
    assert (folder / "build/docs/assets/own.js").read_text("utf-8") == f"var a = '{GAP}';\n"


def test_without_private_files_nothing_is_searched(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise AssertionError

    monkeypatch.setattr("milemark.privacy.guard.readings", fail)
    folder = project(
        published, {"items/a.md": "---\ntitle: A\nstatus: doing\n---\nitems/b.md, [[c]], a-1\n"}, WITHOUT_FRAMES
    )
    assert cli(folder, "build", "--strict").exit_code == 0


def test_the_public_check_points_to_a_private_name_and_does_not_print_it(tmp_path: Path) -> None:
    about = "---\ntitle: a\nsee: q7-plan\n---\none q7-plan\n\n- two items/q7%2Dplan.md\n"
    folder = project(tmp_path, {**private_file("q7-plan"), "about.md": about})
    done = cli(folder, "check", "--audience", "public", "--format", "json")
    assert [(each["code"], each["line"], each["column"]) for each in json.loads(done.stdout)["diagnostics"]] == [
        ("MM133", 3, 6),
        ("MM133", 5, 5),
        ("MM133", 7, 7),
    ]
    assert "q7" not in done.stdout
    assert done.exit_code == 1
    assert "MM133" not in cli(folder, "check").output


def test_the_history_has_no_private_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    repo = Repo(project(tmp_path / "p", {}))
    repo.git("init", "-q", "-b", "main")
    one = "---\ntitle: One q7-plan\nstatus: doing\n---\n- [{}] ask q7-plan &#113;7-plan\n"
    repo.commit("2024-12-01", {"items/one.md": one.format(" "), **private_file("q7-plan")})
    repo.commit("2025-01-01", {"items/one.md": one.format("x")})
    for command in (
        *(("history", "--format", name) for name in ("json", "csv")),
        *(("report", "--since", "2024-12-15", "--format", name) for name in ("json", "md")),
        ("query", "select * from items", "--audience", "public"),
        ("list", "--audience", "public", "--columns", "id, title"),
        ("show", "one", "--audience", "public"),
        ("explain", "roadmap", "--audience", "public"),
    ):
        done = cli(repo.folder, "--as-of", "2025-02-01", *command)
        assert done.exit_code == 0, done.output
        assert "one" in done.stdout.casefold(), command
        assert not holds(done.output, "q7-plan"), command


@pytest.mark.slow
@pytest.mark.parametrize("publisher", PUBLISHERS)
def test_no_file_of_a_site_has_a_private_name_with_any_publisher(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, publisher: str
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    name = "qvx7-kanari"
    config = CONFIG.replace("A plan", f"All of {name}") + f"extra: {{a: {name}}}\ncopyright: by {name}\n"
    forms = {part: {**CARRIERS[part], **NEIGHBOURS[part]} for part in ("body", "front")}
    folder = project(tmp_path / "p", carriers(name, forms), config)
    command = [sys.executable, "-m", "milemark", "-C", str(folder), "build", "--publisher", publisher]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    files = [path for path in (folder / "site").rglob("*") if path.is_file()]
    assert len([path for path in files if path.suffix == ".html"]) > 200
    for path in files:
        data = path.read_bytes()
        data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
        text = data.decode("utf-8", "replace")
        assert "kanari" not in text.casefold() or not holds(text, name), path
        assert not any("kanari" in each.casefold() for each in decodings(text) if path.suffix == ".html"), path


@pytest.mark.slow
@pytest.mark.parametrize("publisher", PUBLISHERS)
def test_a_private_file_with_a_word_of_the_interface_changes_no_file_of_a_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, publisher: str
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    sites = []
    one = "---\ntitle: One\nstatus: done\n---\n- [x] a[^1]\n\n[^1]: b\n\n!!! note\n    c\n\n```py\nx = 1\n```\n"
    for number, words in enumerate((INTERFACE, ("zebra-9",))):
        named = {path: each for word in words for path, each in private_file(word).items()}
        folder = project(tmp_path / str(number) / "p", {"items/one.md": one, **named})
        command = [sys.executable, "-m", "milemark", "-C", str(folder), "build", "--publisher", publisher]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert "MM133" not in done.stderr
        site = folder / "site"
        sites.append({path.relative_to(site): path.read_bytes() for path in site.rglob("*") if path.is_file()})
    assert sites[0] == sites[1]
