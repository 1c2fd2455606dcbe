"""With `body_tags: true`, tags in bodies are tags of their items, and links to the page of tags."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest

from support import cli, load_texts, write_content

WANTED = "title: T\nbody_tags: true\ncollections: {notes: {}}\n"


def tags_of(body: str, front: str = "") -> tuple[str, ...]:
    found = load_texts({"roadmap.yml": WANTED, "notes/a.md": f"---\ntitle: A\n{front}---\n{body}\n"})
    return found.roadmap.items[0].texts("tags")


@pytest.mark.parametrize(
    ("body", "tags"),
    [
        ("#project/alpha at the beginning, and #urgent.", ("project/alpha", "urgent")),
        ("- [ ] pay #집안일 📅 2025-03-01", ("집안일",)),
        ("#Urgent #urgent #y1984 #in-box #a_b", ("Urgent", "y1984", "in-box", "a_b")),
        ("# Heading with #tag\n> [!note]\n> | a |\n> |---|\n> | #cell |", ("tag", "cell")),
        ("#1984 # text a#b https://example.org/#x \\#no C# `#no` [#no](a.md) <b title='#no'>x</b>", ()),
        ("```\n#no\n```\n\n    #no\n\n<!-- #no -->", ()),
    ],
)
def test_tags_are_read_as_obsidian_reads_them(body: str, tags: tuple[str, ...]) -> None:
    assert tags_of(body) == tags


def test_tags_of_a_body_follow_those_of_the_front_matter() -> None:
    assert tags_of("#b #Go #c", "tags: [go, b]\n") == ("go", "b", "c")
    assert tags_of("#b", "tags: go\n") == ("go", "b")


def test_without_the_setting_tags_in_bodies_are_text() -> None:
    found = load_texts({"roadmap.yml": WANTED.replace("true", "false"), "notes/a.md": "# A\n\n#b\n"})
    assert found.roadmap.items[0].texts("tags") == ()


def test_a_site_links_the_tags_of_bodies_and_no_private_one(tmp_path: Path) -> None:
    notes = {
        "notes/a.md": "# A\n\n#go and (#go), #12\n\n<!-- private -->\n#geheim\n<!-- /private -->\n",
        "notes/b.md": "---\naudience: private\n---\n# B\n\n#hidden\n",
        "plan.md": "# Plan\n\n#go #other\n",
    }
    write_content(tmp_path, {"roadmap.yml": WANTED, **notes})
    (tmp_path / "mkdocs.yml").write_text("site_name: T\ndocs_dir: build/docs\n", "utf-8")
    assert cli(tmp_path, "generate").exit_code == 0
    pages = {path.name: unescape(path.read_text("utf-8")) for path in (tmp_path / "build/docs").rglob("*.md")}
    links = {name: re.findall(r'<a class="mm-tag" href="([^"]*)">([^<]*)</a>', pages[name]) for name in pages}
    assert links["a.md"] == [("../../tags/#tag-go", "#go")] * 2
    assert links["plan.md"] == [("../tags/#tag-go", "#go")]
    assert "geheim" not in "".join(pages.values())
    assert "hidden" not in pages["tags.md"]
    assert 'id="tag-go"' in pages["tags.md"]
    found = cli(tmp_path, "list", "--from", "tags", "--format", "json").stdout
    assert {each["tag"] for each in json.loads(found)["rows"]} == {"go", "geheim", "hidden"}
