"""A roadmap stands in a documentation site that someone has: its configuration, theme and files stay as they are."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from support import ROOT, cli, must, write_files

ROADMAP = "title: Acme\ncollections: {projects: {}}\nstatuses: {active: active, done: done}\n"
FILES = {
    "mkdocs.yml": "site_name: Acme\nnav:\n  - index.md\n",
    "docs/index.md": "# Acme\n",
    "content/roadmap.yml": ROADMAP,
    "content/projects/shop.md": "---\ntitle: Shop\nstatus: active\n---\n## 할 일\n\n- [ ] A task\n\nSee [[blog]].\n",
    "content/projects/blog.md": "---\ntitle: Blog\nstatus: done\n---\n",
    "content/projects/secret.md": "---\ntitle: Hidden plan\nstatus: done\naudience: private\n---\n",
}
THEMES = ("mkdocs", "readthedocs", "material")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_files(tmp_path, FILES)


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_pages_are_written_below_the_folder_alone(project: Path) -> None:
    before = files_of(project)
    done = cli(project, "generate", "--into", str(project / "docs/roadmap"))
    assert done.exit_code == 0, done.output
    after = files_of(project)
    new = {path for path in after if path not in before and not path.startswith(("build/", ".cache/"))}
    assert {path: after[path] for path in before} == before
    assert "docs/roadmap/projects/shop/index.md" in new
    assert all(path.startswith(("docs/roadmap/", "docs/.roadmap-milemark.json")) for path in new)


def test_private_content_is_left_out(project: Path) -> None:
    cli(project, "generate", "--into", str(project / "docs/roadmap"))
    made = files_of(project / "docs")
    assert not any(b"Hidden plan" in data or b"secret" in data for data in made.values())
    assert not any("secret" in path for path in made)


@pytest.mark.parametrize(
    ("folder", "words"),
    [
        ("docs", "milemark did not write"),
        (".", "holds the project itself"),
        ("content/pages", "is in content/"),
        ("build/pages", "is in build/"),
        ("templates", "is in templates/"),
    ],
)
def test_a_folder_of_the_users_own_is_refused_with_a_better_one(project: Path, folder: str, words: str) -> None:
    before = files_of(project / "docs") | files_of(project / "content")
    done = cli(project, "generate", "--into", str(project / folder))
    assert done.exit_code == 2
    assert words in done.output
    assert "docs/roadmap" in done.output
    assert files_of(project / "docs") | files_of(project / "content") == before


def test_roadmap_yml_names_the_folder_and_the_number_of_pages(project: Path) -> None:
    write_files(project, {"content/roadmap.yml": f"{ROADMAP}into: docs/roadmap\npages: index\n"})
    assert cli(project, "generate").exit_code == 0
    made = files_of(project / "docs/roadmap")
    assert {path for path in made if path.endswith(".md")} == {"index.md"}
    assert made["index.md"].decode().startswith('---\ntitle: "Acme"\n')
    done = cli(project, "build")
    assert done.exit_code == 2
    assert "milemark generate" in done.output


@pytest.mark.parametrize("folder", ["../elsewhere", "/tmp/elsewhere", "docs/../../x"])  # noqa: S108  never written
def test_roadmap_yml_cannot_name_a_folder_outside_the_project(project: Path, folder: str) -> None:
    write_files(project, {"content/roadmap.yml": f"{ROADMAP}into: {folder}\n"})
    done = cli(project, "generate")
    assert done.exit_code == 1
    assert "roadmap.yml:4:7" in done.output


def test_a_check_finds_each_file_that_is_out_of_date_and_writes_nothing(project: Path) -> None:
    write_files(project, {"content/roadmap.yml": f"{ROADMAP}into: docs/roadmap\n"})
    assert cli(project, "generate", "--check").exit_code == 1
    assert not (project / "docs/roadmap").exists()
    cli(project, "generate")
    assert cli(project, "generate", "--check").exit_code == 0
    write_files(project, {"content/projects/shop.md": "---\ntitle: Shop\nstatus: done\n---\n"})
    before = files_of(project / "docs")
    done = cli(project, "generate", "--check")
    assert done.exit_code == 1
    assert "projects/shop/index.md" in done.output
    assert files_of(project / "docs") == before


@pytest.mark.parametrize("content", [".", "docs"])
def test_pages_within_a_folder_of_content_are_not_read_as_content(project: Path, content: str) -> None:
    write_files(project, {"roadmap.yml": f"content: {content}\ninto: docs/roadmap\nexclude: [content/]\n"})
    (project / "content/roadmap.yml").unlink()
    assert cli(project, "generate").exit_code == 0
    first = files_of(project / "docs/roadmap")
    assert cli(project, "generate", "--check").exit_code == 0
    assert not any(path.startswith("roadmap/") or "/roadmap/" in path for path in first)


def test_options_of_a_host_need_a_host(project: Path) -> None:
    assert "--into DIR" in cli(project, "generate", "--check").output
    assert cli(project, "generate", "--pages", "index").exit_code == 2


@pytest.mark.parametrize(
    ("config", "shown"),
    [
        ("nav:\n  - index.md\n", ["# below nav:\n  - Roadmap: roadmap/index.md", "not_in_nav: |\n  /roadmap/**"]),
        ("", ["nav:\n  - Roadmap: roadmap/index.md"]),
        ("nav: [a.md]\nnot_in_nav: /x/**\n", ["# below not_in_nav:\n  /roadmap/**"]),
        ("nav:\n  - R: [roadmap/index.md]\nnot_in_nav: /roadmap/*/**\n", ["mkdocs.yml shows the pages"]),
        ("exclude_docs: /roadmap\n", ["warning: exclude_docs leaves roadmap/ out"]),
        ("not_in_nav: /ROADMAP/**\n", ["# below not_in_nav:\n  /roadmap/**"]),
        ("plugins: [search, awesome-nav]\n", ["warning: the plugin awesome-nav reads the menu from its own file"]),
        ("plugins:\n  - literate-nav: {nav_file: n.md}\n", ["warning: the plugin literate-nav"]),
        ("docs_dir: pages\n", ["docs/roadmap is not a folder below docs_dir: name"]),
    ],
)
def test_host_prints_the_lines_to_paste_and_names_each_clash(project: Path, config: str, shown: list[str]) -> None:
    write_files(project, {"mkdocs.yml": f"site_name: Acme\n{config}"})
    before = files_of(project)
    done = cli(project, "host", str(project / "docs/roadmap"))
    assert done.exit_code == 0
    assert all(part in done.output for part in shown), done.output
    assert files_of(project).keys() - before.keys() <= {path for path in files_of(project) if ".cache" in path}


@pytest.mark.parametrize(
    ("folder", "is_refused", "words"),
    [
        ("docs/roadmap", False, "there is no folder"),
        ("docs/계획/로드맵", False, "docs/계획/로드맵` writes the pages"),
        ("docs", True, "has files that milemark did not write"),
        ("docs/guide", True, "has files that milemark did not write"),
        ("docs/written", False, "written/index.md"),
    ],
)
def test_host_takes_a_folder_for_the_pages_alone(project: Path, folder: str, is_refused: bool, words: str) -> None:
    write_files(project, {"docs/guide/index.md": "# 안내\n"})
    cli(project, "generate", "--into", str(project / "docs/written"))
    before = files_of(project / "docs")
    done = cli(project, "host", str(project / folder))
    assert (done.exit_code, words in done.output) == (2 if is_refused else 0, True), done.output
    assert ("nav" in done.stdout) != is_refused
    assert files_of(project / "docs") == before


def test_a_page_at_the_address_of_the_folder_is_a_clash(project: Path) -> None:
    write_files(project, {"docs/roadmap.md": "# Plans\n"})
    assert "have one address" in cli(project, "host", str(project / "docs/roadmap")).output


def build_with(theme: str, project: Path) -> Path:
    """Build a host strictly, with no setting but its theme and the lines that `milemark host` prints."""
    config = (
        f"site_name: Acme\nsite_url: https://example.org/acme/\ntheme: {{name: {theme}}}\n"
        'nav:\n  - index.md\n  - Roadmap: roadmap/index.md\nnot_in_nav: "/roadmap/**"\n'
    )
    write_files(project, {"mkdocs.yml": config})
    return project / "site"


def dead_links(site: Path) -> set[tuple[str, str]]:
    """Return the page and the address of each link within a site that leads nowhere, anchors included."""
    found = set()
    for page in site.rglob("roadmap/**/*.html"):
        place = f"https://example.org/{page.relative_to(site).as_posix()}"
        for address in re.findall(r'<(?:a|link|script|img)\b[^>]*?\s(?:href|src)="([^"]*)"', page.read_text("utf-8")):
            url = urlsplit(urljoin(place, unescape(address)))
            target = site / unquote(url.path).lstrip("/")
            target = target / "index.html" if target.is_dir() else target
            if url.netloc == "example.org" and not url.path.startswith("/acme/"):
                part = unquote(url.fragment)
                is_there = target.is_file() and (not part or f'id="{part}"' in unescape(target.read_text("utf-8")))
                found |= set() if is_there else {(place, address)}
    return found


@pytest.mark.slow
@pytest.mark.parametrize("theme", [*THEMES, "zensical"])
@pytest.mark.parametrize("pages", ["full", "index"])
def test_the_career_roadmap_stands_in_a_site_of_any_theme_with_every_link_alive(
    tmp_path: Path, theme: str, pages: str
) -> None:
    write_files(tmp_path, {"docs/index.md": "# Acme\n"})
    (tmp_path / "content").symlink_to(ROOT / "content")
    site = build_with("material" if theme == "zensical" else theme, tmp_path)
    must("milemark", "-C", tmp_path, "generate", "--into", "docs/roadmap", "--pages", pages, cwd=tmp_path)
    must(*(["zensical", "build"] if theme == "zensical" else ["mkdocs", "build", "--strict"]), cwd=tmp_path)
    assert dead_links(site) == set()
    home = (site / "roadmap/index.html").read_text("utf-8")
    assert "mm-page" in home
    assert "{#" not in home
