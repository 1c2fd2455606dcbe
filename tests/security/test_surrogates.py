"""Half of a surrogate pair, and names that are not UTF-8, end no command with a traceback."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
import yaml

from milemark.foundation.i18n import Language
from milemark.markdown import yaml as reader
from milemark.markdown.document import Scalar
from milemark.output.site.renderer import Renderer
from milemark.query.sql.engine import Engine
from milemark.query.tables.roadmap import roadmap_tables
from support import cli, load_texts, run, sampled, write_content, write_files

HALF = "\ud800"
NOT_UTF8 = os.fsdecode(b"\xff")
CONTENT = {"roadmap.yml": "collections: {projects: {}}\n", "projects/a.md": "---\ntitle: A\nstatus: plannd\n---\n"}
COMMANDS = (
    ["show", NOT_UTF8],
    ["explain", NOT_UTF8],
    ["query", f"select '{NOT_UTF8}' as [{NOT_UTF8}]"],
    ["query", f"select {NOT_UTF8}"],
    ["list", "--where", f"title = '{NOT_UTF8}'"],
    ["list", "--columns", NOT_UTF8],
    ["list", "--from", NOT_UTF8],
    ["list", "--order", NOT_UTF8],
    ["schema", NOT_UTF8],
    ["report", "--since", NOT_UTF8],
    ["serve", "--address", f"{NOT_UTF8}:1"],
    ["serve", "--address", "a..b:1"],
    ["check", NOT_UTF8],
    ["init", NOT_UTF8],
)


@pytest.mark.parametrize("arguments", sampled(COMMANDS, 4), ids=lambda each: " ".join(each).replace(NOT_UTF8, "ÿ"))
def test_an_argument_that_is_not_utf8_ends_in_words(tmp_path: Path, arguments: list[str]) -> None:
    write_content(tmp_path, CONTENT)
    write_files(tmp_path, {"mkdocs.yml": "site_name: x\ndocs_dir: build/docs\n"})
    done = run("milemark", *arguments, cwd=tmp_path)
    assert done.returncode in {0, 2}
    assert "Traceback" not in done.stderr
    assert all(line.isprintable() for line in (done.stdout + done.stderr).splitlines())


@pytest.mark.skipif(sys.platform == "darwin", reason="file names are UTF-8 there")
@pytest.mark.parametrize("format_", ["text", "json", "github", "sarif"])
def test_a_folder_whose_name_is_not_utf8_is_checked_in_every_format(tmp_path: Path, format_: str) -> None:
    folder = write_content(tmp_path / f"x{NOT_UTF8}", CONTENT)
    write_files(folder / "content", {f"d{NOT_UTF8}/b.md": "# B\n"})
    whole = run("milemark", "check", f"x{NOT_UTF8}/content", "--format", format_, cwd=tmp_path)
    assert (whole.returncode, "Traceback" in whole.stderr) == (1, False)
    assert ("plannd" in whole.stdout, "MM101" in whole.stdout) == (True, True)
    part = run("milemark", "check", f"content/d{NOT_UTF8}/b.md", "--format", format_, cwd=folder)
    assert (part.returncode, "plannd" in part.stdout, "MM101" in part.stdout) == (1, False, True)


def test_a_site_is_built_in_a_folder_whose_name_is_not_utf8(tmp_path: Path) -> None:
    folder = write_content(tmp_path / f"x{NOT_UTF8}", CONTENT)
    write_files(folder, {"mkdocs.yml": "site_name: x\ndocs_dir: build/docs\n"})
    done = run("milemark", "build", cwd=folder)
    assert (done.returncode, (folder / "site/projects/a/index.html").is_file()) == (0, True), done.stderr


def test_a_yaml_escape_is_a_replacement_character_and_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "Loader", yaml.SafeLoader)  # libyaml refuses it
    root, found = reader.read_yaml("a.md", 'title: "\\ud800"\n')
    value = root.get("title") if root else None
    assert isinstance(value, Scalar)
    assert (value.text, [each.rule.code for each in found]) == ("\ufffd", ["MM103"])


def test_a_query_that_makes_no_character_has_a_result() -> None:
    roadmap = load_texts(CONTENT).roadmap
    engine = Engine(roadmap_tables(roadmap.settings), roadmap)
    for sql in ("select char(55296)", "select json_extract('\"\\ud800\"', '$')", "select cast(x'ff' as text)"):
        ((cell,),) = engine.run(sql).rows
        assert set(str(cell)) == {"\ufffd"}
    assert engine.run(f"select '{HALF}'").rows == (("\ufffd",),)


def test_a_template_with_such_an_escape_gives_a_page(tmp_path: Path) -> None:
    write_files(tmp_path, {"x.md.jinja": '{{ "\\ud800" }}{{ "a" }}\n'})
    page = Renderer((tmp_path,), Language("en"), is_directory=True).body(["x.md.jinja"], {})
    assert page.endswith("a\n")
    page.encode()


def test_an_unknown_item_with_such_a_name_is_reported(tmp_path: Path) -> None:
    done = cli(write_content(tmp_path, CONTENT), "show", HALF)
    assert (done.exit_code, done.stdout) == (2, "")
