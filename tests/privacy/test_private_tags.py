"""Hashtags such as `#private` hide the task, the section or the page that they stand in."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import cli, write_content

ROADMAP = "collections: {p: {}}\n"


def _generated(folder: Path, text: str) -> tuple[str, str]:
    """Return all public text of a roadmap with a file `p/x.md`, and what `check -v` says."""
    write_content(folder, {"roadmap.yml": ROADMAP, "p/x.md": text, "p/y.md": "---\ntitle: Y\n---\n"})
    (folder / "mkdocs.yml").write_text("site_name: x\ndocs_dir: build/docs\n")
    assert cli(folder, "generate").exit_code == 0
    pages = sorted((folder / "build/docs").rglob("*.md"))
    return "\n".join(each.read_text() for each in pages), cli(folder, "check", "-v").stderr


@pytest.mark.parametrize(
    ("text", "is_page"),
    [
        ("# Secret #private\n", True),
        ("# Secret #private/pay\n", True),
        ("# Secret #Pri\u200bvate\n", True),
        ("---\ntitle: 'Secret #private'\n---\n", True),
        ("---\ntitle: Secret\ntags: [private/pay]\n---\n", True),
        ("---\ntags: [private]\n---\n# Secret\n", True),
        ("# Secret\n\n- a point #private\n", True),
        ("# Open\n\n## Secret #private\n\nSecret\n\n### Secret\n\n## Other\n", False),
        ("# Open\n\nSecret #private\n---\n\nSecret\n\n## Other\n", False),
        ("# Open\n\n- [ ] Secret #private\n  - [x] Secret\n- [ ] Other\n", False),
        ("---\nitems: headings\n---\n# Open\n\n## Secret #private\n\nSecret\n\n## Other\n", False),
    ],
)
def test_a_hashtag_hides_its_task_its_section_or_its_page(tmp_path: Path, text: str, *, is_page: bool) -> None:
    pages, said = _generated(tmp_path, text)
    assert "Secret" not in pages
    assert is_page or "Other" in pages
    assert ("p/x.md: it has a tag such as `private`" in said) == is_page


@pytest.mark.parametrize(
    "text",
    ["`#private`", "[#private](y.md)", "a \\#private", "<https://a.example/#private>", "    #private", "#privateer"],
)
def test_what_is_no_hashtag_hides_nothing(tmp_path: Path, text: str) -> None:
    assert "Shown" in _generated(tmp_path, f"# Shown\n\n{text}\n")[0]
