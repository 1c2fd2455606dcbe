"""milemark reads mkdocs.yml as MkDocs does: tags, environment variables and inherited files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from mkdocs.config import load_config
from mkdocs.exceptions import MkDocsException

from milemark.foundation.errors import UserError
from milemark.privacy.hidden import Hidden
from milemark.publish.build import SiteOptions, job_of
from milemark.publish.errors import PublishError
from milemark.publish.mkdocs_config import config_files, read_publisher_settings
from milemark.publish.publishers import PUBLISHERS, Publisher, build_command
from support import DAY, cli, run, write_content, write_files

NAMES = ("docs_dir", "site_dir", "use_directory_urls", "repo_url", "edit_uri", "site_url")
SAME: tuple[Mapping[str, str], ...] = (
    {"mkdocs.yml": ""},
    {"mkdocs.yml": 'site_url: !ENV [CANONICAL, "https://roadmap.example.org/"]\nrepo_url: !ENV [REPO]'},
    {"mkdocs.yml": "site_url: !ENV [NO_SUCH_VARIABLE, ADDRESS, fallback]\nrepo_url: !ENV ADDRESS"},
    {"mkdocs.yml": "site_dir: !ENV OUT\ndocs_dir: !ENV [NO_SUCH_VARIABLE, tree]"},
    {"mkdocs.yml": "site_dir: !ENV NO_SUCH_VARIABLE\nsite_url: !ENV [NO_SUCH_VARIABLE, null]"},
    {"mkdocs.yml": "use_directory_urls: !ENV [FLAG, true]"},
    {"mkdocs.yml": "use_directory_urls: !ENV [NO_SUCH_VARIABLE, false]"},
    {"mkdocs.yml": "use_directory_urls: off\nsite_dir: 'public/'\nedit_uri: ''"},
    {"mkdocs.yml": "INHERIT: base.yml", "base.yml": "docs_dir: tree\nsite_dir: out"},
    {"mkdocs.yml": "INHERIT: base.yml\ndocs_dir: own", "base.yml": "docs_dir: tree\nsite_dir: out"},
    {"mkdocs.yml": "INHERIT: base.yml\nsite_dir:", "base.yml": "site_dir: out"},
    {
        "mkdocs.yml": "INHERIT: up/base.yml",
        "up/base.yml": "INHERIT: ../last.yml\nsite_dir: out",
        "last.yml": "docs_dir: t",
    },
    {"mkdocs.yml": "INHERIT: !ENV [NO_SUCH_VARIABLE, base.yml]", "base.yml": "site_url: !ENV ADDRESS"},
    {"mkdocs.yml": "extra: &x {site_dir: out}\n<<: *x\ndocs_dir: &d tree"},
    {"mkdocs.yml": "site_dir: one\nsite_dir: two"},
    {"mkdocs.yml": "site_dir: 2025"},
    {"mkdocs.yml": "site_dir: !ENV NUMBER"},
    {"mkdocs.yml": "docs_dir: [a]"},
    {"mkdocs.yml": "use_directory_urls: 'false'"},
    {"mkdocs.yml": "site_url: {a: b}"},
    {"mkdocs.yml": "INHERIT: missing.yml"},
    {"mkdocs.yml": "site_url: !unknown x"},
)
VARIABLES = {
    "ADDRESS": "https://env.example/",
    "OUT": "public",
    "FLAG": "no",
    "NUMBER": "2025",
    "REPO": "https://r.example/x",
}


@pytest.fixture
def _variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)


def by_mkdocs(folder: Path) -> dict[str, object] | None:
    """Return the settings as MkDocs reads them, its folders below this one; None if it refuses them."""
    for name in ("docs", "tree", "own", "t", "a"):
        (folder / name).mkdir(exist_ok=True)
    try:
        found = load_config(str(folder / "mkdocs.yml"))
    except MkDocsException:
        return None
    values = {name: found[name] if name == "use_directory_urls" else found[name] or "" for name in NAMES}
    for name in ("docs_dir", "site_dir"):
        values[name] = Path(values[name]).relative_to(folder.resolve()).as_posix()
    return values


@pytest.mark.usefixtures("_variables")
@pytest.mark.parametrize("files", SAME, ids=lambda files: files["mkdocs.yml"])
def test_a_setting_is_what_mkdocs_reads(tmp_path: Path, files: Mapping[str, str]) -> None:
    write_files(tmp_path, {path: text + "\nsite_name: x\n" * (path == "mkdocs.yml") for path, text in files.items()})
    expected = by_mkdocs(tmp_path)
    if expected is None:
        with pytest.raises(PublishError):
            read_publisher_settings(tmp_path)
        return
    settings = read_publisher_settings(tmp_path)
    assert {name: getattr(settings, name) for name in NAMES} | {"edit_uri": expected["edit_uri"]} == expected


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"mkdocs.yml": "a: 1\nINHERIT: no.yml"}, "mkdocs.yml:2:10: `INHERIT` names no file: there is no "),
        ({"mkdocs.yml": "INHERIT: b.yml", "b.yml": "INHERIT: mkdocs.yml"}, "b.yml:1:10: `INHERIT` is circular: "),
        ({"mkdocs.yml": "INHERIT: b.yml", "b.yml": "- a"}, "b.yml:1:1: this is not a list of `name: value` lines"),
        ({"mkdocs.yml": "INHERIT: b.yml", "b.yml": "a: [b"}, "b.yml:1:4: this is not valid YAML"),
        ({"mkdocs.yml": "INHERIT: b.yml", "b.yml": "site_dir: 5"}, "b.yml:1:11: `site_dir` must be a text"),
        ({"mkdocs.yml": "site_url: !relative x"}, "mkdocs.yml:1:11: milemark cannot read `site_url`"),
        ({"mkdocs.yml": "site_url: !ENV {a: b}"}, "mkdocs.yml:1:11: milemark cannot read `site_url`"),
        ({"mkdocs.yml": "site_url: 2025-13-45"}, "mkdocs.yml:1:11: milemark cannot read `site_url`"),
        ({"mkdocs.yml": "INHERIT: 5"}, "mkdocs.yml:1:10: `INHERIT` names no file"),
        ({"mkdocs.yml": "INHERIT: b.yml\na: &a {b: *a}", "b.yml": "a: &a {b: *a}"}, "values are nested too deeply"),
        ({"mkdocs.yml": "? {a: b}\n: c\nsite_dir: content"}, "site_dir in "),
    ],
)
def test_a_setting_that_cannot_be_read_is_an_error_with_its_place(
    tmp_path: Path, files: Mapping[str, str], message: str
) -> None:
    write_files(tmp_path, files)
    with pytest.raises(UserError) as error:
        read_publisher_settings(tmp_path)
    assert f"{tmp_path}/{message}" in str(error.value) or message in str(error.value)


def test_the_inherited_files_are_known_even_if_one_is_broken(tmp_path: Path) -> None:
    write_files(tmp_path, {"mkdocs.yml": "INHERIT: b.yml", "b.yml": "a: b"})
    assert config_files(tmp_path / "mkdocs.yml") == (tmp_path / "mkdocs.yml", tmp_path / "b.yml")
    write_files(tmp_path, {"b.yml": "a: ["})
    assert config_files(tmp_path / "mkdocs.yml") == (tmp_path / "mkdocs.yml",)


@pytest.mark.parametrize("publisher", PUBLISHERS.values(), ids=PUBLISHERS)
def test_an_inherited_nav_has_no_private_page(tmp_path: Path, publisher: Publisher) -> None:
    base = "nav:\n  - index.md\n  - Secret plan: plans/a.md\nextra: {a: 1, b: {c: 2}}\nsite_dir: out\n"
    write_files(tmp_path, {"mkdocs.yml": "INHERIT: base.yml\nextra: {b: {d: !ENV X}}\n", "base.yml": base})
    hidden = Hidden(folders=frozenset({"plans"}))
    job = job_of(tmp_path, tmp_path / "s", tmp_path / "t", SiteOptions("en", DAY, "public", hidden.has_page))
    with build_command(publisher, job) as command:
        text = Path(command[command.index("--config-file") + 1]).read_text("utf-8")
    assert "Secret" not in text
    assert "INHERIT" not in text  # Zensical would append the inherited nav
    written = yaml.safe_load(re.sub(r"!ENV|!!python\S+", "", text))
    extensions = written.pop("markdown_extensions", {})
    assert [each for each in extensions if each.startswith("milemark")] == (
        ["milemark.publish.zensical_addresses"] if publisher.name == "zensical" else []
    )
    assert written == {
        "nav": ["index.md"],
        "extra": {"a": 1, "b": {"c": 2, "d": "X"}},
        "site_dir": "s",
    }


def test_a_site_with_inherited_settings_and_variables_is_built_in_their_folders(tmp_path: Path) -> None:
    write_content(tmp_path, {"roadmap.yml": "title: Plan\nlocale: ko\n", "index.md": "Welcome\n"})
    base = (
        "docs_dir: build/docs\nsite_dir: !ENV OUT\nsite_url: !ENV [NO_SUCH_VARIABLE, 'https://roadmap.example.org/']\n"
    )
    write_files(tmp_path, {"mkdocs.yml": "INHERIT: up/base.yml\nsite_name: x\n", "up/base.yml": base})
    done = run("milemark", "-C", tmp_path, "build", "--publisher", "mkdocs", OUT="public")
    assert done.returncode == 0, done.stderr
    assert "https://roadmap.example.org/" in (tmp_path / "public/index.html").read_text("utf-8")
    assert {path.name for path in tmp_path.iterdir()} == {"build", "content", "mkdocs.yml", "public", "up"}
    exported = cli(tmp_path, "export", "ics", env={"OUT": "public"})
    assert (exported.exit_code, exported.stderr) == (0, "")
