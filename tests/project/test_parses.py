"""Each text is parsed once per run: for its outline, its links, its anchors and its page."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from milemark.markdown.rendering import parser
from support import ROOT, cli, write_files

FILES = {
    "roadmap.yml": "statuses: {planned: planned}\ncollections: {items: {}}\n",
    "items/a.md": "---\nstatus: planned\n---\n# Item A\n\n- [ ] one [b](b.md#part)\n\n![[b#Part]] [[note#Note]]\n",
    "items/b.md": "---\ntitle: Item B\nstatus: planned\n---\n## Part\n\nText[^1] %%x%%\n\n[^1]: y\n",
    "note.md": "# Note\n\n`sql: select count(*) from items`\n\n> # Quoted\n",
}


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Return a counter of the texts that are parsed from now on."""
    counts: Counter[str] = Counter()
    parse = parser._parsed

    def counting(text: str) -> parser.Blocks:
        counts[text] += 1
        return parse(text)

    monkeypatch.setattr(parser, "_parsed", counting)
    monkeypatch.setattr(parser, "_READ", parser._ReadTexts())
    return counts


@pytest.mark.parametrize("audience", ["public", "private"])
@pytest.mark.parametrize("name", ["content", "small"])
def test_a_run_parses_each_text_once(tmp_path: Path, parsed: Counter[str], audience: str, name: str) -> None:
    if name == "content":
        shutil.copytree(ROOT / "content", tmp_path / "content")
    else:
        write_files(tmp_path / "content", FILES)
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    result = cli(tmp_path, "generate", "--audience", audience, env={"XDG_CACHE_HOME": str(tmp_path / "cache")})
    assert result.exit_code == 0, result.output
    assert len(parsed) > 3
    assert [text for text, count in parsed.items() if count > 1] == []


def test_only_the_last_texts_are_kept(parsed: Counter[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser, "_KEPT", 1_000)
    for number in [*range(12), 11, 0, 11]:
        parser.read_blocks(f"text {number}")
    assert {number: parsed[f"text {number}"] for number in (0, 1, 11)} == {0: 2, 1: 1, 11: 1}
    assert parser._READ.size == sum(len(text) + parser._COST for text in parser._READ.blocks)
