r"""The page of every rule: its example is run, and what it advises works.

A page holds `## Example`, with fenced blocks of files and what `milemark check` prints about them, and `## What to do`,
whose blocks replace files of the example. `manual/ko` has the same pages in Korean, with the same files. A block's
title is the path, and may go on:

- `path, saved as cp949`: the bytes are in that encoding;
- `path, with escapes`: `\u200b` is that character, and `⟦text ×3⟧` is the text three times;
- `path, a link to target`: a symbolic link, and the block is empty;
- `path, instead of other`: the other file is deleted;
- `path, a task ticked each week from 2024-10-28`: git has the example since that day, when no task was done, and a
  commit for each week since, with one task more.

A page that shows no content/roadmap.yml has `ROADMAP`, but for that of MM501.
`PYTHONPATH=tests python tests/output/text/test_rule_page.py` writes the outputs again.
"""

from __future__ import annotations

import itertools
import re
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from milemark.app.cli import group
from milemark.foundation.diagnostics import Rule
from milemark.foundation.rules import NO_ROADMAP, RULES
from repositories import Repo
from support import ROOT, cli

MANUAL = ROOT / "generator" / "milemark" / "manual"
CODES = [rule.code for rule in RULES]
HEADINGS = {"en": ("## Example", "## What to do"), "ko": ("## 예", "## 고치는 법")}
each_language = pytest.mark.parametrize("language", HEADINGS)
ROADMAP = """\
title: 이직 로드맵
as_of: 2025-01-12
statuses: {예정: planned, 진행 중: active, 보류: paused, 완료: done}
collections: {projects: {}, skills: {role: record}}
"""
_BLOCK = re.compile(
    r'^(?P<fence>`{3,})(?P<language>\w+) title="(?P<title>[^"]+)"\n(?P<text>.*?)^(?P=fence)$', re.DOTALL | re.MULTILINE
)
_TITLE = re.compile(
    r"(?P<path>[^,]+)"
    r"(?:, (?P<how>saved as|with escapes|a link to|instead of|a task ticked each week from) ?(?P<what>.*))?"
)
_ESCAPE = re.compile(r"\\u([0-9a-f]{4})")
_REPEAT = re.compile(r"⟦(.*?)×(\d+)⟧")
_OUTPUT = re.compile(
    r'^```text title="milemark (?P<command>check|generate)(?P<options>[ a-z-]*)"\n(?P<text>.*?)^```$',
    re.DOTALL | re.MULTILINE,
)


class Block(NamedTuple):
    """A file of an example."""

    path: str
    how: str
    what: str
    text: str

    def write(self, root: Path) -> None:
        """Make the file as the title says."""
        target = root / self.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        if self.how == "a link to":
            target.symlink_to(self.what)
            return
        if self.how == "instead of":
            (root / self.what).unlink()
        text = unescaped(self.text) if self.how == "with escapes" else self.text
        target.write_bytes(text.encode(self.what if self.how == "saved as" else "utf-8"))

    def commit(self, root: Path) -> None:
        """Make the history of the file, if it has one."""
        if not self.how.startswith("a task ticked"):
            return
        repository, day, ticked = Repo(root), date.fromisoformat(self.what), self.text.count("[x]")
        repository.git("init", "-q")
        for week in range(ticked + 1):
            earlier = "- [ ]".join(self.text.rsplit("- [x]", ticked - week))
            repository.commit(f"{day + timedelta(weeks=week)}", {self.path.removeprefix("content/"): earlier})


def unescaped(text: str) -> str:
    text = _REPEAT.sub(lambda found: found[1] * int(found[2]), text)
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)


def path_of(code: str, language: str = "en") -> Path:
    return (MANUAL if language == "en" else MANUAL / language) / f"{code}.md"


def page_of(code: str, language: str = "en") -> str:
    return path_of(code, language).read_text("utf-8")


def parts_of(code: str, language: str = "en") -> tuple[str, str, str]:
    """Return the introduction, the example and the advice of a page."""
    above_example, above_advice = HEADINGS[language]
    introduction, rest = page_of(code, language).split(f"\n{above_example}\n")
    example, advice = rest.split(f"\n{above_advice}\n")
    return introduction, example, advice


def blocks_of(part: str) -> Iterator[Block]:
    for found in _BLOCK.finditer(part):
        title = _TITLE.fullmatch(found["title"])
        assert title, found["title"]
        if title["path"].startswith(("content/", "templates/", "mkdocs.yml")):
            yield Block(title["path"], title["how"] or "", title["what"] or "", found["text"])


def write_example(code: str, root: Path) -> None:
    if code != NO_ROADMAP.code:
        Block("content/roadmap.yml", "", "", ROADMAP).write(root)
    blocks = list(blocks_of(parts_of(code)[1]))
    for block in blocks:
        block.write(root)
    for block in blocks:
        block.commit(root)


def output_of(code: str, language: str = "en") -> re.Match[str]:
    (found,) = _OUTPUT.finditer(page_of(code, language))
    return found


def check(root: Path, code: str, language: str = "en") -> str:
    """Return the findings of the command that the page names; those of `generate` are on stderr, before its summary."""
    output, spoken = output_of(code, language), {"LC_ALL": language}
    if output["command"] == "check":
        options = ("--no-index", *output["options"].split())
        return cli(root, "--as-of", "2025-01-12", "check", *options, env=spoken).stdout
    (root / "mkdocs.yml").write_text("site_name: x\ndocs_dir: build/docs\n", "utf-8")
    printed = cli(root, "--as-of", "2025-01-12", "generate", env=spoken).stderr
    return "".join(printed.replace(f"{root}/", "").splitlines(keepends=True)[:-1])


def shown(output: str) -> str:
    """Return the output as a block holds it: without the empty line at its end."""
    return output.rstrip("\n") + "\n"


@each_language
def test_every_rule_has_a_page_and_every_page_a_rule(language: str) -> None:
    pages = path_of("", language).parent.glob("*.md")
    assert sorted(path.name for path in pages) == sorted(f"{code}.md" for code in CODES)


@each_language
@pytest.mark.parametrize("rule", RULES, ids=CODES)
def test_a_page_says_what_the_rule_is_then_shows_it_then_helps(rule: Rule, language: str) -> None:
    introduction, example, advice = parts_of(rule.code, language)
    title, text = introduction.split("\n", 1)
    assert title == f"# {rule.code} {rule.name}"
    assert (50 if language == "ko" else 100) < len(text) < 800
    assert len(_OUTPUT.findall(example)) == 1
    assert advice.strip()


@each_language
@pytest.mark.parametrize("code", CODES)
def test_an_example_prints_what_its_page_shows(tmp_path: Path, code: str, language: str) -> None:
    write_example(code, tmp_path)
    printed = check(tmp_path, code, language)
    assert shown(printed) == output_of(code, language)["text"]
    assert {*re.findall(r"\[(MM\d+)\]", printed)} == {code}


@pytest.mark.parametrize("code", CODES)
def test_a_korean_page_is_in_korean_and_has_the_same_files(code: str) -> None:
    introduction, *korean = parts_of(code, "ko")
    assert re.search("[가-힣]{2}", re.sub("`[^`]*`", "", introduction))
    for part, english in zip(korean, parts_of(code)[1:], strict=True):
        assert list(blocks_of(part)) == list(blocks_of(english))


@pytest.mark.parametrize("code", CODES)
def test_who_does_what_the_page_advises_has_no_finding_left(tmp_path: Path, code: str) -> None:
    write_example(code, tmp_path)
    advised = list(blocks_of(parts_of(code)[2]))
    assert advised
    for block in advised:
        block.write(tmp_path)
    assert check(tmp_path, code) == ""


@pytest.mark.parametrize("rule", RULES, ids=CODES)
@pytest.mark.parametrize("spelling", ["{0.code}", "{0.name}"])
def test_a_page_is_printed_by_code_and_by_name(rule: Rule, spelling: str) -> None:
    asked = spelling.format(rule)
    for each in (asked, asked.lower(), asked.upper()):
        assert CliRunner(env={"LC_ALL": "en_US.UTF-8"}).invoke(group, ["explain", each]).stdout == page_of(rule.code)


@pytest.mark.parametrize(
    ("terminal", "roadmap", "language"),
    [
        ("ko_KR.UTF-8", "locale: en", "ko"),
        ("en_US.UTF-8", "locale: ko", "en"),
        ("C.UTF-8", "locale: ko", "ko"),
        ("C.UTF-8", "locale: en", "en"),
        ("C.UTF-8", "locale: [", "en"),
        ("ko_KR.UTF-8", None, "ko"),
        ("C.UTF-8", None, "en"),
    ],
)
def test_a_page_speaks_the_language_of_the_terminal_else_of_the_roadmap(
    tmp_path: Path, terminal: str, roadmap: str | None, language: str
) -> None:
    if roadmap is not None:
        Block("content/roadmap.yml", "", "", f"{roadmap}\n").write(tmp_path)
    done = cli(tmp_path, "explain", "MM204", env={"LC_ALL": terminal})
    assert (done.exit_code, done.stdout) == (0, page_of("MM204", language))


@pytest.mark.parametrize(("asked", "meant"), [("MM999", "MM"), ("mm24", "MM204")])
def test_a_code_that_does_not_exist_is_answered_with_the_nearest(asked: str, meant: str) -> None:
    done = CliRunner().invoke(group, ["explain", asked])
    assert (done.exit_code, done.stdout) == (2, "")
    assert f'there is no rule "{asked}"' in done.stderr
    assert meant in done.stderr.split(asked, 1)[1]


def test_a_name_that_is_misspelt_is_answered_with_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    done = cli(tmp_path, "explain", "unknwon-status")
    assert done.exit_code == 2
    assert "unknown-status" in done.stderr


@pytest.mark.parametrize(
    ("written", "meant"), [(r"a\u200bb", "a\u200bb"), ("⟦가 ×3⟧!", "가 가 가 !"), ("C# ⟦x×2⟧", "C# xx")]
)
def test_escapes_stand_for_what_a_block_cannot_hold(written: str, meant: str) -> None:
    assert unescaped(written) == meant


if __name__ == "__main__":
    for each, spoken in itertools.product(CODES, HEADINGS):
        with tempfile.TemporaryDirectory() as folder:
            write_example(each, Path(folder))
            output = shown(check(Path(folder), each, spoken))
        text, old = page_of(each, spoken), output_of(each, spoken)
        path_of(each, spoken).write_text(
            text[: old.start("text")] + output + text[old.end("text") :], "utf-8", newline=""
        )
