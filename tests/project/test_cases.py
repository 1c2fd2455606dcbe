"""What people get wrong in Markdown files: each is answered at its place, and hides nothing else.

A folder of tests/cases/ is one case of the project's table of failures: its files are content/, `expected.txt` is what
`milemark check` prints. Content that git or an editor would not keep as it is (bytes, links, huge files) comes from
`BUILDERS`. A case without a roadmap.yml gets tests/cases/roadmap.yml.
`PYTHONPATH=tests python tests/project/test_cases.py` writes every expected.txt again; review the diff.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milemark.app.check import check_folder
from milemark.app.commands.check import _bytes_of
from milemark.foundation.diagnostics import Diagnostic, in_order
from milemark.foundation.disk import read_content
from milemark.foundation.layout import PRIVATE
from milemark.markdown.front_matter import parse_document
from milemark.output.text.diagnostics import FormatContext, as_text
from milemark.query.load import checked_for_audience, load_with_bases
from milemark.roadmap.dead_links import dead_links_of
from milemark.roadmap.load import Loaded
from milemark.roadmap.metrics.progress import whole
from milemark.roadmap.model import Counts, Item
from support import ROOT, in_content

CASES = ROOT / "tests" / "cases"
DAY = date(2025, 1, 12)
LIMIT = 1 << 30  # bytes of address space
NEIGHBOUR = "---\ntitle: 이웃\n---\n- [x] 하나\n- [ ] 둘\n"
FRONT = "---\ntitle: StoreBridge\nstatus: 진행 중\n---\n"
ITEM = "projects/storebridge.md"
Builder = Callable[[Path], None]

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links, pipes and odd names exist on POSIX only")


def write(files: Mapping[str, str | bytes], folder: Path) -> None:
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode() if isinstance(text, str) else text)


def files(**named: str | bytes) -> Builder:
    """Make items; `cp949="…"` is projects/cp949.md."""
    return partial(write, {f"projects/{name}.md": text for name, text in named.items()})


def fields(text: str) -> str:
    return f"---\n{text}\n---\n- [x] 남는 할 일\n"


def nested(depth: int) -> str:
    return FRONT + "".join("  " * level + f"- [x] {level}\n" for level in range(depth))


def links(folder: Path) -> None:
    for name, target in {
        "passwd.md": "/etc/passwd",
        "etc": "/etc",
        "loop.md": "loop.md",
        "gone.md": "nowhere.md",
        "sibling.md": "neighbour.md",
        "up": "..",
    }.items():
        (folder / "projects").mkdir(exist_ok=True)
        (folder / "projects" / name).symlink_to(target)


def no_files(folder: Path) -> None:
    """Make what is named as a Markdown file and is none."""
    files(empty=b"", blank=" \n\t\n\u3000\n")(folder)
    os.mkfifo(folder / "projects/pipe.md")
    write({"projects/folder.md/inside.md": FRONT}, folder)
    here = Path.cwd()
    os.chdir(folder / "projects")  # the path of a socket may not be long
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.md")
    os.chdir(here)


def odd_names(folder: Path) -> None:
    names = ("a b", "a%20b", "a#b", "a?b", "a,b", "100%", "'따옴표'", "[x]", "`백틱`")
    files(**dict.fromkeys(names, FRONT))(folder)


def no_text_name(folder: Path) -> None:
    (folder / "projects").mkdir(exist_ok=True)
    Path(os.fsdecode(os.fsencode(folder) + b"/projects/\xc7\xd2\xc0\xcf.md")).write_text(FRONT)


def huge(folder: Path) -> None:
    """Make a file of 3 GiB that takes no place on the disk."""
    files(huge=b"")(folder)
    os.truncate(folder / "projects/huge.md", 3 << 30)


CONTROLS = {
    "nul": "\0",
    "backspace": "\b",
    "escape": "\x1b[31m",
    "delete": "\x7f",
    "noncharacter": "\ufffe",
    "next-line": "\x85",
    "c1": "\x9b31m",
    "line-separator": "\u2028",
    "paragraph-separator": "\u2029",
}
PATHOLOGICAL = {
    "brackets": "[" * 5_000,
    "images": "![" * 3_000,
    "emphasis": "*a_ " * 50_000,
    "links": "[a](" * 50_000,
    "quotes": "> " * 50_000 + "- [x] tief",
    "backticks": "".join("e" + "`" * count for count in range(500)),
    "comments": "<!--" * 50_000,
    "dashes": "- " * 50_000 + "x",
    "references": "[a]: b\n" * 5_000,
}
MIXED = FRONT.replace("\n", "\r\n") + "- [x] 하나\n- [ ] 둘\r- [x] 셋"
KOREAN = "---\ntitle: 할일 관리\n---\n- [x] 한글\n"

BUILDERS: Mapping[str, Builder] = {
    "Y-04-nested": files(
        brackets=fields("a: " + "[" * 32_000),
        brackets_5k=fields("a: " + "[" * 5_000),
        braces=fields("a: " + "{a: " * 15_000),
        dashes=fields("- " * 32_000),
        brackets_200k=fields("a: " + "[" * 200_000),
        dashes_200k=fields("- " * 200_000),
        questions=fields("? " * 30_000),
    ),
    "Y-09-byte-order-mark": files(
        storebridge=b"\xef\xbb\xbf" + FRONT.encode(), broken=b"\xef\xbb\xbf" + b"---\ndue: x\n---\n"
    ),
    "Y-10-utf-16": files(little=b"\xff\xfe" + FRONT.encode("utf-16-le"), big=b"\xfe\xff" + FRONT.encode("utf-16-be")),
    "Y-11-control-characters": files(
        **{name: f"---\ntitle: 가{text}나\n---\n" for name, text in CONTROLS.items()},
        body=FRONT + "- [x] 하나\n- [ ] 둘\0셋\n",
        surrogate=b"---\ntitle: \xed\xa0\x80\n---\n",
    ),
    "Y-27-large": files(
        front=fields("\n".join(f"k{number}: {'x' * 60}" for number in range(1_000))),
        scalar=fields("title: " + "가" * 500_000),
        keys=fields("\n".join(f"k{number}: v" for number in range(90_000))),
        fits=fields("title: x\nsummary: " + "가" * 60_000),
    ),
    "M-01-nested-lists": files(ten=nested(10), fifty=nested(50), hundred=nested(100)),
    "M-02-very-deep-lists": files(a250=nested(250), a1000=nested(1_000)),
    "M-03-M-04-pathological": files(
        **{name: FRONT + text for name, text in PATHOLOGICAL.items()},
        braces="{" + " \n" * 50_000 + "# x",
        comments_in_front="---\n" + "# c\n\n" * 5_000,
    ),
    "M-10-line-ends": files(
        crlf=FRONT.replace("\n", "\r\n") + "- [x] 하나\r\n- [ㅌ] 둘\r\n",
        mixed=MIXED,
        unended=FRONT + "- [x] 하나\n- [ ] 둘",
        mark=b"\xef\xbb\xbf" + MIXED.encode(),
        ended_by_fence="---\ntitle: x\n---",
    ),
    "M-12-large-files": files(
        line=FRONT + "- [x] " + "가" * 65_315 + "\n- [ ] 둘\n",
        megabyte=FRONT + "a" * 1_000_000 + "\n- [x] 하나\n",
        tasks=FRONT + "- [x] 하나\n" * 5_000,
        fifty=b"a\n" * 25_000_000,
        slip=FRONT + "a " * 1_000 + "\n- [ㅌ] " + "나" * 2_000 + "\n",
    ),
    "M-12-larger-than-memory": huge,
    "F-01-cp949": files(
        cp949=KOREAN.encode("cp949"),
        euc=KOREAN.encode("euc-kr"),
        latin="---\ntitle: Café au lait, déjà vu ÿ\n---\n".encode("latin-1"),
        mixed=KOREAN.encode() + "- [ ] 뒤만 CP949\n".encode("cp949"),
        body=b"# \xc7\xd1\n",
    ),
    "F-03-unicode-forms": files(
        **{unicodedata.normalize(form, "할일"): f"---\ntitle: {form}\n---\n" for form in ("NFC", "NFD")},
        refers=f"---\ntitle: x\nparent: {unicodedata.normalize('NFD', '할일')}\n---\n",
    ),
    "F-04-letter-case": partial(
        write, {f"notes/{name}.md": f"# {name}\n" for name in ("Inj", "inj", "Straße", "STRASSE", "ﬁn", "fin")}
    ),
    "F-10-taken-places": partial(
        write,
        {f"{path}.md": f"# {path}\n" for path in ("README", "board/index", "projects", "notes", "notes/README", "404")},
    ),
    "F-07-names": odd_names,
    "F-08-links": links,
    "F-11-no-files": no_files,
    "F-15-name-that-is-no-text": no_text_name,
    "D-09-ten-megabytes": files(field=fields("title: x\nsummary: " + "x" * 10_500_000)),
}
# Read in a process of its own first, with a gigabyte and a minute: what breaks here must not take the tests with it.
NASTY = {
    "Y-01-billion-laughs",
    "Y-02-merge-keys",
    "Y-03-recursive-alias",
    "Y-04-nested",
    "Y-27-large",
    "M-02-very-deep-lists",
    "M-03-M-04-pathological",
    "M-12-large-files",
    "M-12-larger-than-memory",
    "F-11-no-files",
    "D-09-ten-megabytes",
}
NAMES = sorted({path.name for path in CASES.iterdir() if path.is_dir() and path.name != "formats"} | {*BUILDERS})

# What is read although it looks odd: case, item, field, value.
READ: tuple[tuple[str, str, str, object], ...] = (
    ("Y-01-billion-laughs", ITEM, "tasks", (1, 1)),
    ("Y-04-nested", "projects/brackets.md", "tasks", (1, 1)),
    ("Y-05-duplicate-key", ITEM, "status", "예정"),
    ("Y-05-duplicate-key", ITEM, "due", "2025-02"),
    ("Y-06-tab", "projects/after.md", "title", "StoreBridge"),
    ("Y-07-unclosed", ITEM, "tasks", (1, 2)),
    ("Y-08-horizontal-rule", "projects/body.md", "tasks", (1, 1)),
    ("Y-08-horizontal-rule", "projects/dots.md", "status", "진행 중"),
    ("Y-08-horizontal-rule", "projects/blanks.md", "status", "진행 중"),
    ("Y-08-horizontal-rule", "projects/block.md", "summary", "위\n---\n아래"),
    ("Y-08-horizontal-rule", "projects/quoted.md", "title", "따옴표 안 --- 가로줄"),
    ("Y-09-byte-order-mark", ITEM, "title", "StoreBridge"),
    ("Y-11-control-characters", "projects/nul.md", "title", "가\ufffd나"),
    ("Y-11-control-characters", "projects/body.md", "tasks", (1, 2)),
    ("Y-12-impossible-date", ITEM, "status", "진행 중"),
    ("Y-12-impossible-date", ITEM, "due", ""),
    ("Y-13-sexagesimal", ITEM, "title", "1:30"),
    ("Y-13-sexagesimal", ITEM, "code", "12:30:45"),
    ("Y-13-sexagesimal", ITEM, "tags", ("10:00", "1:30")),
    ("Y-14-booleans", ITEM, "title", "no"),
    ("Y-14-booleans", ITEM, "code", "NO"),
    ("Y-14-booleans", ITEM, "tags", ("yes", "on", "off", "Y")),
    ("Y-14-booleans", ITEM, "featured", "true"),
    *(
        ("Y-15-numbers-as-text", f"projects/{name}.md", field, value)
        for name, value in zip(
            "abcdefgh", ("007", "012", "0x1F", "1e3", "1_000", "1.10", "20250301", "+5"), strict=True
        )
        for field in ("id", "code")
    ),
    ("Y-15-numbers-as-text", "projects/i.md", "depends_on", ("007", "012", "1.10")),
    ("Y-16-dates-otherwise", "projects/f.md", "due", "2025-03"),
    *(("Y-17-dates-with-times", f"projects/{name}.md", "due", "2025-03-01") for name in "abcd"),
    ("Y-20-hash", "projects/fine.md", "title", "C#"),
    ("Y-20-hash", "projects/fine.md", "tags", ("C#", "#학습")),
    ("Y-20-hash", "projects/fine.md", "status", "진행 중"),
    ("Y-21-wikilinks", ITEM, "parent", "database"),
    ("Y-21-wikilinks", ITEM, "depends_on", ("queue", "database")),
    ("Y-21-wikilinks", "projects/label.md", "parent", "database"),
    ("Y-21-wikilinks", "projects/label.md", "depends_on", ("queue", "database")),
    ("Y-21-wikilinks", "projects/one.md", "depends_on", ("queue",)),
    ("Y-22-colon", "projects/url.md", "title", "http://localhost:8000"),
    ("Y-24-no-mapping", "projects/list.md", "tasks", (1, 1)),
    ("Y-24-no-mapping", "projects/text.md", "tasks", (1, 1)),
    ("Y-24-no-mapping", "projects/empty.md", "title", "빈 머리말"),
    ("Y-24-no-mapping", "projects/comments.md", "title", "주석뿐"),
    ("Y-25-keys", "projects/yes.md", "yes", "x"),
    ("Y-26-tags", "projects/python.md", "code", ""),
    ("Y-28-other-front-matter", "projects/toml.md", "tasks", (1, 1)),
    ("Y-28-other-front-matter", "projects/twice.md", "status", ""),
    ("Y-29-nearly-front-matter", "projects/list.md", "title", "온전함"),
    ("Y-29-nearly-front-matter", "projects/dash.md", "tasks", (1, 1)),
    ("Y-30-required", "projects/null.md", "title", "null"),
    ("Y-30-required", "projects/quoted.md", "title", "null"),
    ("Y-30-required", "projects/quoted.md", "id", "quoted"),
    ("Y-30-no-title", "projects/tilde.md", "title", "tilde"),
    ("Y-30-no-title", "projects/heading.md", "title", "제목"),
    ("Y-31-commas", "projects/text.md", "tags", ("가, 나",)),
    ("Y-31-commas", "projects/quoted.md", "aliases", ("Kim, Minsu",)),
    ("Y-31-commas", "projects/entry.md", "tags", ("하나, 둘", "셋")),
    ("Y-31-types", "projects/int.md", "depends_on", ("20",)),
    ("Y-31-types", "projects/list.md", "depends_on", ("165", "214")),
    ("Y-31-types", "projects/single.md", "tags", ("Kafka",)),
    ("M-01-nested-lists", "projects/ten.md", "tasks", (10, 10)),
    ("M-01-nested-lists", "projects/fifty.md", "tasks", (50, 50)),
    ("M-01-nested-lists", "projects/hundred.md", "tasks", (100, 100)),
    ("M-05-boxes-elsewhere", ITEM, "tasks", (4, 5)),
    ("M-05-boxes-in-html", ITEM, "tasks", (2, 3)),
    ("M-06-unclosed-fence", ITEM, "tasks", (1, 1)),
    ("M-07-marks", ITEM, "tasks", (1, 1)),
    ("M-07-marks-declared", ITEM, "tasks", (1, 2)),
    ("M-07-letters-declared", ITEM, "tasks", (1, 2)),
    ("M-08-slips", ITEM, "tasks", (3, 3)),
    ("M-08-letters", ITEM, "tasks", (0, 0)),
    ("M-09-identical", ITEM, "tasks", (1, 3)),
    ("M-10-line-ends", "projects/crlf.md", "tasks", (1, 1)),
    ("M-10-line-ends", "projects/mixed.md", "tasks", (2, 3)),
    ("M-10-line-ends", "projects/mark.md", "tasks", (2, 3)),
    ("M-10-line-ends", "projects/mark.md", "status", "진행 중"),
    ("M-10-line-ends", "projects/unended.md", "tasks", (1, 2)),
    ("M-10-line-ends", "projects/ended_by_fence.md", "title", "x"),
    ("M-11-conflict", "projects/code.md", "title", "git merge"),
    ("M-12-large-files", "projects/line.md", "tasks", (1, 2)),
    ("M-12-large-files", "projects/megabyte.md", "tasks", (1, 1)),
    ("M-12-large-files", "projects/tasks.md", "tasks", (5_000, 5_000)),
    ("F-03-unicode-forms", "projects/refers.md", "parent", "할일"),
    ("F-07-names", "projects/a b.md", "id", "a b"),
    ("F-07-names", "projects/a%20b.md", "id", "a%20b"),
    ("F-07-names", "projects/a#b.md", "id", "a#b"),
    ("F-11-no-files", "projects/folder.md/inside.md", "status", "진행 중"),
    ("D-01-same-id", ITEM, "id", "projects/storebridge"),
    ("D-01-same-id", ITEM, "title", "새 것"),
    ("D-02-dangling", "projects/focus-reader.md", "depends_on", ("storebridge",)),
    ("D-03-cycles", "projects/x.md", "parent", ""),
    ("D-04-progress", "projects/a.md", "progress", ""),
    *(("D-04-progress", f"projects/{name}.md", "progress", "50") for name in "cd"),
    ("D-06-time", "projects/c.md", "due", ""),
    ("D-09-large-values", "projects/nul.md", "title", "a\ufffdb"),
)


def build(name: str, folder: Path) -> Path:
    """Make the content/ of a case."""
    source = CASES / name
    if source.is_dir():
        shutil.copytree(source, folder, ignore=shutil.ignore_patterns("expected.txt"))
    folder.mkdir(exist_ok=True)
    if name in BUILDERS:
        BUILDERS[name](folder)
    if not (folder / "roadmap.yml").exists():
        shutil.copy(CASES / "roadmap.yml", folder)
    write({"projects/neighbour.md": NEIGHBOUR}, folder)
    return folder


def printed(folder: Path) -> str:
    """Return what `milemark check` prints about a folder content/."""
    return shown(check_folder(folder, DAY, use_index=False).diagnostics, folder)


def shown(found: Iterable[Diagnostic], folder: Path) -> str:
    text = as_text(found, FormatContext(lambda path: _bytes_of(folder / path), str, in_content))
    return text + "\n" if text else ""


def snapshot(folder: Path) -> dict[str, tuple[int, ...]]:
    status = {str(path): path.lstat() for path in folder.rglob("*")}
    return {path: (each.st_mode, each.st_size, each.st_mtime_ns) for path, each in status.items()}


def load_case(folder: Path) -> Loaded:
    content = read_content(folder)
    loaded = checked_for_audience(load_with_bases(content.files, DAY), PRIVATE)
    dead = dead_links_of(loaded, content.assets)
    return Loaded(loaded.roadmap, in_order([*content.diagnostics, *loaded.diagnostics, *dead]))


def value(item: Item, name: str) -> object:
    """Return a field as it is compared: texts, lists as tuples, tasks as (done, total)."""
    if name in {"id", "title"}:
        return getattr(item, name)
    if name == "tasks":
        return item.counts.done, item.counts.total
    return item.texts(name) or item.text(name)


def check_bounded(folder: Path) -> str:
    """Check a folder in a process of its own that has a gigabyte and a minute."""
    program = (
        f"import resource as r; r.setrlimit(r.RLIMIT_AS, ({LIMIT}, {LIMIT})); from milemark.app.cli import main; main()"
    )
    command = [sys.executable, "-c", program, "-C", str(folder.parent), "--as-of", str(DAY), "check", "--no-index"]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "generator")}
    done = subprocess.run(command, capture_output=True, check=False, timeout=60, env=environment)
    assert done.returncode in {0, 1}, done.stderr.decode()
    return done.stdout.decode()


@pytest.mark.parametrize("name", NAMES)
def test_every_mistake_is_answered_at_its_place_and_hides_nothing_else(tmp_path: Path, name: str) -> None:
    folder = build(name, tmp_path / "content")
    before = snapshot(folder)
    expected = (CASES / name / "expected.txt").read_text("utf-8")
    assert (check_bounded if name in NASTY else printed)(folder) == expected
    assert snapshot(folder) == before
    loaded = load_case(folder)
    neighbour = next(item for item in loaded.roadmap.items if item.path == "projects/neighbour.md")
    assert (neighbour.title, neighbour.counts) == ("이웃", Counts(1, 2))
    assert shown(loaded.diagnostics, folder) == expected


def test_every_case_has_its_expected_output_and_no_other() -> None:
    assert [name for name in NAMES if not (CASES / name / "expected.txt").is_file()] == []
    assert {*BUILDERS} | NASTY | {row[0] for row in READ} <= {*NAMES}


@pytest.mark.parametrize("name", sorted({row[0] for row in READ} - NASTY))
def test_values_are_what_was_written(tmp_path: Path, name: str) -> None:
    roadmap = load_case(build(name, tmp_path / "content")).roadmap
    items = {item.path: item for item in roadmap.items}
    expected = [row for row in READ if row[0] == name]
    assert [(case, path, field, value(items[path], field)) for case, path, field, _ in expected] == expected


@pytest.mark.parametrize("name", sorted({row[0] for row in READ} & NASTY))
def test_values_beside_what_is_hostile_are_read(tmp_path: Path, name: str) -> None:
    test_values_are_what_was_written(tmp_path, name)


def test_a_page_without_front_matter_keeps_its_first_line(tmp_path: Path) -> None:
    roadmap = load_case(build("Y-29-no-front-matter", tmp_path / "content")).roadmap
    assert [page.body for page in roadmap.pages] == ["TODO: buy milk\n\n- [ ] 우유\n"]


@pytest.mark.parametrize("path", ["notes/four.md", "notes/rule-first.md"])
def test_a_line_in_a_page_is_no_item(tmp_path: Path, path: str) -> None:
    roadmap = load_case(build("Y-08-horizontal-rule", tmp_path / "content")).roadmap
    assert path in {page.path for page in roadmap.pages}


def test_a_tag_runs_nothing(tmp_path: Path) -> None:
    printed(build("Y-26-tags", tmp_path / "content"))
    assert not Path("/tmp/owned").exists()  # noqa: S108  what the case would make


@pytest.mark.parametrize(
    ("name", "expected"), [("D-05-nothing-counts", [None, None]), ("D-08-decimals", [Decimal("33.3")])]
)
def test_figures_are_exact_or_none(tmp_path: Path, name: str, expected: list[Decimal | None]) -> None:
    figures = whole(load_case(build(name, tmp_path / "content")).roadmap)
    assert [track.rollup.value for track in figures.tracks] == expected
    assert figures.value == expected[0]


def test_nesting_needs_no_stack() -> None:
    """A thread of 512 KiB reads 200,000 levels: the C parser alone would end the process."""
    program = (
        "import threading\nfrom milemark.markdown.front_matter import parse_document as p\n"
        "from milemark.markdown.yaml import read_yaml as y\n"
        "texts = ['[' * 200_000, '- ' * 200_000, '{a: ' * 200_000, '? ' * 200_000, '[' * 60_000, '- ' * 32_000]\n"
        "def run():\n    for t in texts:\n        p('a.md', f'---\\na: {t}\\n---\\n'.encode())\n"
        "        p('a.md', f'---\\n{t}\\n---\\n{t}'.encode())\n        y('a.yml', t)\n    print('alive')\n"
        "threading.stack_size(512 * 1024)\nt = threading.Thread(target=run)\nt.start()\nt.join()\n"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT / "generator")}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=environment)
    assert (done.returncode, done.stdout) == (0, "alive\n"), done.stderr


def test_a_file_that_vanishes_while_it_is_read_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = build("Y-29-no-front-matter", tmp_path / "content")
    write({"projects/gone.md": FRONT}, folder)
    opened = open

    def vanish(path: str | Path, *arguments: Any, **options: Any) -> object:
        if Path(path).name == "gone.md":
            Path(path).unlink(missing_ok=True)
        return opened(path, *arguments, **options)

    monkeypatch.setattr("builtins.open", vanish)
    (found,) = check_folder(folder, DAY, use_index=False).diagnostics
    assert (found.rule.code, str(found.span)) == ("MM101", "projects/gone.md:1:1")
    assert found.hint == "it was moved or deleted while milemark read it: run the command again"


def test_a_changed_file_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same size at the same time: the bytes decide."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = build("Y-29-no-front-matter", tmp_path / "content")
    write({ITEM: FRONT}, folder)
    place = folder / ITEM
    status = place.stat()
    assert check_folder(folder, DAY).diagnostics == ()
    place.write_text(FRONT.replace("status: 진행 중", "status: 진핸 중"), "utf-8")
    os.utime(place, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert [each.rule.code for each in check_folder(folder, DAY).diagnostics] == ["MM204"]


DAMAGES: tuple[Callable[[bytes], bytes], ...] = (
    lambda data: b"\xef\xbb\xbf" + data,
    lambda data: data.replace(b"\n", b"\r\n"),
    lambda data: data.decode().encode("cp949", "replace"),
    lambda data: data.replace(b"---\n", b"", 2)[:-1],
    lambda data: data.replace(b"\n---\n", b"\n", 1),
    lambda data: data.replace(b"title:", b"title: x\ntitle:", 1),
    lambda data: data.replace(b": ", b":\t", 1),
    lambda data: data.replace(b"\n", b"\n\t", 2),
    lambda data: unicodedata.normalize("NFD", data.decode()).encode(),
    lambda data: data.replace(b"\n", b"\0\n", 3),
)
REAL = tuple(path.read_bytes() for path in sorted((ROOT / "content").rglob("*.md")))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(REAL), st.sampled_from(DAMAGES), st.data())
def test_a_real_file_may_be_damaged_in_any_way(
    data: bytes, damage: Callable[[bytes], bytes], choice: st.DataObject
) -> None:
    broken = bytearray(damage(data))
    for _ in range(choice.draw(st.integers(0, 3))):
        broken[choice.draw(st.integers(0, len(broken) - 1))] = choice.draw(st.integers(0, 255))
    cut = bytes(broken[: choice.draw(st.integers(0, len(broken)))])
    document, found = parse_document("a.md", cut)
    lines = cut.count(b"\n") + cut.count(b"\r") + 2
    assert all(1 <= each.span.line <= lines and each.span.column >= 1 for each in found)
    assert all(each.message_in(str) and each.hint_in(str) for each in found)
    assert len(document.tasks) <= cut.count(b"[") + 1


def cases() -> Iterator[tuple[str, str]]:
    """Yield the name of every case and what is printed about it now."""
    for name in NAMES:
        with tempfile.TemporaryDirectory() as folder:
            yield name, printed(build(name, Path(folder) / "content"))


if __name__ == "__main__":
    for case, text in cases():
        (CASES / case).mkdir(exist_ok=True)
        (CASES / case / "expected.txt").write_text(text, "utf-8", newline="")


def test_a_text_of_many_comments_is_read_at_once() -> None:
    """A reader that tries each end of each comment for all others would not end."""
    body = "<!-- a -->\n" * 5_000 + "text\n"
    document, found = parse_document("a.md", body.encode())
    assert (document.body, found) == (body, [])
