"""The pages of a site: the same bytes every time, in the user's language, with data as text and nothing else."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import markdown
import pytest
import yaml
from bs4 import BeautifulSoup, Tag
from mkdocs.utils.yaml import yaml_load

from milemark.foundation.i18n import Language
from milemark.output.site.pages import pages
from milemark.output.site.renderer import Renderer
from milemark.roadmap.load import load
from support import ROOT, cli, sampled, write_content

CONFIG = "site_name: T\ndocs_dir: build/docs\n"
DASHBOARDS = {"index.md", "progress.md", "timeline.md", "checklists.md", "board.md", "tags.md"}


def generate(folder: Path, content: Mapping[str, str]) -> dict[str, str]:
    """Write content to a folder, and return the pages made of it."""
    write_content(folder, content)
    (folder / "content").mkdir(parents=True, exist_ok=True)
    (folder / "mkdocs.yml").write_text(CONFIG)
    done = cli(folder, "--as-of", "2025-01-12", "generate")
    assert done.exit_code == 0, done.output
    docs = folder / "build" / "docs"
    return {path.relative_to(docs).as_posix(): path.read_text("utf-8") for path in docs.rglob("*.md")}


def extensions() -> tuple[list[str], dict[str, Any]]:
    """Return the Markdown extensions of our mkdocs.yml, and their settings."""
    with (ROOT / "mkdocs.yml").open("rb") as file:
        written = yaml_load(file)["markdown_extensions"]
    settings = {name: value for each in written if isinstance(each, dict) for name, value in each.items()}
    return [each if isinstance(each, str) else next(iter(each)) for each in written], settings


NAMES, SETTINGS = extensions()
PUBLISHER = markdown.Markdown(extensions=NAMES, extension_configs=SETTINGS)


def published(page: str) -> BeautifulSoup:
    """Return a page as a publisher renders it, without its front matter."""
    body = page.split("---\n", 2)[2]
    soup = BeautifulSoup(PUBLISHER.reset().convert(body), "html.parser")
    for anchor in soup.select("a.headerlink"):  # these are the publisher's
        anchor.decompose()
    return soup


def words_of(page: str) -> str:
    """Return all that a reader sees or hears of a page, its head included."""
    soup = published(page)
    for place in soup.select(".mm-file"):  # names of files are no words
        place.decompose()
    labels = [
        str(tag[name]) for tag in soup.find_all() for name in ("aria-label", "data-label", "title") if tag.get(name)
    ]
    head = yaml.safe_load(page.split("---\n")[1])
    return "\n".join([*(str(head[name]) for name in ("title", "description")), soup.get_text(" "), *labels])


# --- the same bytes ------------------------------------------------------------------------------


def test_two_runs_make_the_same_tree_whatever_the_machine(tmp_path: Path) -> None:
    trees = []
    for name, settings in (
        ("one", {"PYTHONHASHSEED": "1", "TZ": "Asia/Seoul", "LC_ALL": "C.UTF-8"}),
        ("two", {"PYTHONHASHSEED": "2", "TZ": "America/Los_Angeles", "LC_ALL": "C"}),
    ):
        folder = tmp_path / name
        shutil.copytree(ROOT / "content", folder / "content")
        shutil.copy(ROOT / "mkdocs.yml", folder)
        command = [sys.executable, "-m", "milemark", "-C", str(folder), "generate"]
        subprocess.run(command, env=os.environ | settings, capture_output=True, check=True)
        docs = folder / "build" / "docs"
        trees.append({path.relative_to(docs): path.read_bytes() for path in docs.rglob("*") if path.is_file()})
    assert len(trees[0]) > 80
    assert trees[0] == trees[1]


# --- one language --------------------------------------------------------------------------------

PLAN = {
    "roadmap.yml": """\
title: {title}
goal: {title}
locale: {locale}
statuses: {{{a}: active, {b}: done, {c}: dropped}}
collections:
  tracks: {{label: {label}, role: track}}
  items:
    label: {label}
    description: {title}
    fields: {{site: {{type: url, label: {a}}}, ok: {{type: boolean, label: {b}}}}}
  milestones: {{label: {label}, role: milestone}}
  portfolio: {{label: {label}}}
  empty: {{label: {label}}}
""",
    "index.md": "# {title}\n\n{title}\n",
    "tracks/t.md": "---\ntitle: {title}\nsummary: {a}\nallocation: 60\n---\n{title}\n",
    "tracks/u.md": "---\ntitle: {title}\ngoal: {a}\n---\n",
    "items/one.md": "---\ntitle: {title}\nstatus: {a}\ntrack: t\nstart: 2025-01\ndue: 2025-Q2\nprogress: 40\nok: yes\n"
    "priority: {a}\nmilestone: m\nweight: 2\ntags: [{a}, {b}]\nstack: [{a}]\nlinks: {{{a}: /x}}\nsummary: {b}\n"
    "---\n- [x] {a}\n- [ ] {b}\n    - {c}\n",
    "items/two.md": "---\ntitle: {title}\nstatus: {b}\nfinished: 2025-01-05\ntrack: t\ndepends_on: [one]\n---\n",
    "items/part.md": "---\ntitle: {title}\nparent: one\nstart: 2025-W05\ndue: 2025-W05\nok: no\n---\n- [x] {a}\n",
    "items/loose.md": "---\ntitle: {title}\nstatus: {c}\n---\n",
    "milestones/m.md": "---\ntitle: {title}\ndue: 2025-03-01\n---\n",
    "portfolio/p.md": "---\ntitle: {title}\nstatus: {a}\n---\n- [ ] {a}\n",
}
ENGLISH = {"locale": "en", "title": "Learn things", "label": "Group", "a": "doing", "b": "finished", "c": "left"}
KOREAN = {"locale": "ko", "title": "배울 것", "label": "묶음", "a": "하는 중", "b": "끝", "c": "그만둠"}
# Names of files and of the site's own classes are no words.
HANGUL, LATIN = re.compile("[ㄱ-ㅎㅏ-ㅣ가-힣]+"), re.compile("[A-Za-z]{2,}")


def plan(words: Mapping[str, str]) -> dict[str, str]:
    return {path: text.format(**words) for path, text in PLAN.items()}


@pytest.mark.parametrize(
    ("words", "foreign", "expected"),
    [
        (
            ENGLISH,
            HANGUL,
            {"progress.md": "Overall progress", "timeline.md": "January 2025", "index.md": "Finished lately"},
        ),
        (KOREAN, LATIN, {"progress.md": "전체 진행도", "timeline.md": "2025년 1분기", "index.md": "최근에 끝낸 일"}),
    ],
)
def test_every_word_of_every_page_is_in_the_users_language(
    tmp_path: Path, words: Mapping[str, str], foreign: re.Pattern[str], expected: Mapping[str, str]
) -> None:
    made = generate(tmp_path, plan(words))
    assert {
        path: foreign.findall(words_of(page)) for path, page in made.items() if foreign.search(words_of(page))
    } == {}
    for path, phrase in expected.items():
        assert phrase in words_of(made[path]), path


def test_the_same_content_speaks_english_once_its_locale_is_english(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "content", tmp_path / "content")
    settings = tmp_path / "content" / "roadmap.yml"
    settings.write_text(settings.read_text("utf-8").replace("locale: ko", "locale: en"), "utf-8")
    made = generate(tmp_path, {})
    korean = {"전체 진행도", "단계별", "할 일", "잰 것 없음", "분기"}
    data = "\n".join(path.read_text("utf-8") for path in (tmp_path / "content").rglob("*.*"))
    for path in ("progress.md", "timeline.md"):
        words = words_of(made[path])
        assert not {phrase for phrase in korean if phrase in words and phrase not in data}, path
    assert "Overall progress" in words_of(made["progress.md"])
    assert "Q1 2025" in words_of(made["timeline.md"])


CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


# --- data is text --------------------------------------------------------------------------------

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</a></td></table></div><h1>x",
    "x" * 200,
    "가나다 " * 50,
    "مرحبا \u202e abc",
    "🚀 👩‍💻 e\u0301",
    "`code` `` ` ``",
    "```",
    "~~~ python",
    "{{ x }} {% include 'x' %} {# y #}",
    "---",
    "===",
    "| a | b |",
    "# heading",
    "- [ ] task",
    "1. one",
    "> quote",
    "[a](javascript:alert(1)) ![](x)",
    "[^1] [ref]: x",
    "&lt;b&gt; &amp; &#42;",
    "{: #x onclick=alert(1) }",
    "{ .x onclick=alert(1) }",
    "++ctrl+c++ :smile: $x$",
    "*[abbr]: long",
    "!!! note",
    "??? note",
    '=== "tab"',
    ": definition",
    "**bold** __init__ _x_ ~~y~~",
    "\\*back\\slash\\",
    "http://example.org <https://example.org>",
    "<!-- comment -->",
    '--8<-- ".git/config"',
    "#!python x",
    "    indented",
    "markdown=1 <div markdown>",
    "%(done)s %s {0} {x}",
    "a\u0007b\u0000c\u001bd",
    "\u0002wzxhzdk:0\u0003",
)
MANY_LINES = (
    "one\n\ntwo",
    "one\n\n```\n<b>two</b>\n```\n",
    "one\n# two\n\n- [ ] three\n",
    "one\n\n    two\n",
    "one\n\n</div>\n\n# two",
    "one\n\n!!! note\n    two",
)
TOLD = """\
title: {x}
goal: {x}
statuses: {{{x}: active, held: done}}
policies: {{evidence: skills}}
collections:
  tracks: {{label: {x}, description: {x}, role: track, fields: {{builds: {{type: object, label: {x}}}}}}}
  items:
    label: {x}
    group: kind
    fields: {{kind: {{label: {x}}}, list: {{type: array, label: {x}}}, pairs: {{type: object}}}}
  milestones: {{label: {x}, role: milestone}}
  portfolio: {{label: {x}}}
  skills: {{label: {x}, role: record, fields: {{category: {{label: {x}}}}}}}
"""
HOSTILE_PLAN = {
    "roadmap.yml": TOLD,
    "tracks/t.md": "---\ntitle: {x}\nsummary: {x}\ngoal: {x}\nallocation: 60\n---\n",
    "items/one.md": "---\ntitle: {x}\nstatus: {x}\ntrack: t\ndue: 2025-01\nkind: {x}\nlist: [{x}, {x}]\n"
    "pairs: {{{x}: {x}}}\ntags: [{x}]\nlinks: {{{x}: /a}}\nsummary: {x}\npriority: {x}\nprogress: 40\n"
    "featured: yes\nproblem: {x}\nresult: {x}\nreason: {x}\nstack: [{x}]\n---\n- [x] a\n",
    "items/two.md": "---\ntitle: {x}\ntrack: t\ndepends_on: [one]\nparent: one\ndescription: {x}\n---\n[a](one.md)\n",
    "items/three.md": "---\ntitle: {x}\ncounts: [items]\nstatus: held\n---\n",
    "skills/s.md": "---\ntitle: {x}\ncategory: {x}\nstatus: held\n---\n",
    "skills/bare.md": "---\ntitle: nothing shows it\ncategory: {x}\nstatus: held\n---\n",
    "milestones/m.md": "---\ntitle: {x}\ndue: 2025-01-20\n---\n",
    "portfolio/p.md": "---\ntitle: {x}\n---\n- [ ] open\n",
}


Shape = tuple[str, tuple[str, ...]]


def shape(page: str) -> list[Shape]:
    """Return the tags of a page and their attributes, without the values, in an order of their own."""
    return sorted((tag.name, tuple(sorted(tag.attrs))) for tag in published(page).find_all())


RENDERER = Renderer((), Language("en"), is_directory=True)


@cache
def pages_about(text: str) -> Mapping[str, str]:
    """Return the pages of a roadmap in which every text is this one."""
    quoted = re.sub("[\x7f-\x9f]", lambda found: f"\\x{ord(found[0]):02x}", json.dumps(text, ensure_ascii=False))
    files = {path: content.format(x=quoted).encode() for path, content in HOSTILE_PLAN.items()}
    loaded = load(files, date(2025, 1, 12))
    assert {each.rule.code for each in loaded.diagnostics if each.is_error} <= {"MM103"}, loaded.diagnostics
    return {page.path: page.text for page in pages(loaded.roadmap, RENDERER, Language("en"))}


@cache
def harmless_shapes() -> Mapping[str, list[Shape]]:
    return {path: shape(page) for path, page in pages_about("harmless").items()}


@pytest.mark.parametrize("text", sampled([*HOSTILE, *MANY_LINES], 6))
def test_data_is_text_on_every_page_and_makes_no_tag_and_no_attribute(text: str) -> None:
    assert {path: shape(page) for path, page in pages_about(text).items()} == harmless_shapes()
    title = published(pages_about(text)["items/one.md"]).h1
    assert isinstance(title, Tag)
    assert " ".join(title.get_text().split()) == " ".join(CONTROL.sub("\ufffd", text).split())


@pytest.mark.parametrize("text", ["a\u0007b\u0000c\u001bd", "\u0002wzxhzdk:0\u0003", "a\x7fb\x9fc"])
def test_no_control_character_reaches_a_page(text: str) -> None:
    for path, page in pages_about(text).items():
        assert not CONTROL.search(page), path
        head = yaml.safe_load(page.split("---\n")[1])
        assert not CONTROL.search("".join(map(str, head.values()))), path


# --- every page, always --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        {"roadmap.yml": "# nothing yet\n"},
        {"roadmap.yml": "title: Empty\n"},
        {"roadmap.yml": "locale: ko\ncollections: {tracks: {role: track}, items: {}, m: {role: milestone}}\n"},
        {"roadmap.yml": "collections: {items: {}}\n", "items/x.md": ""},
        {"roadmap.yml": "collections: {items: {group: status}}\n", "items/x.md": "---\nstatus: dropped\n---\n"},
        {"roadmap.yml": "# nothing yet\n", "index.md": "only an introduction\n", "about.md": "a page\n"},
    ],
    ids=["only a comment", "title", "empty collections", "empty item", "all dropped", "pages only"],
)
def test_an_empty_roadmap_has_every_dashboard(tmp_path: Path, content: dict[str, str]) -> None:
    made = generate(tmp_path, content)
    assert made.keys() >= DASHBOARDS
    for path in DASHBOARDS:
        assert published(made[path]).get_text().strip(), path


def test_hand_written_text_stands_on_generated_pages_and_on_its_own(tmp_path: Path) -> None:
    content = {
        "roadmap.yml": "collections: {items: {label: Work}}\n",
        "index.md": "---\ntitle: Home\n---\nHello *there*.\n",
        "items/index.md": "About the work.\n",
        "items/deep/index.md": "---\ntitle: Deep\n---\nA page of its own.\n",
        "about.md": "TODO: buy milk ![](pic.svg)\n",
        "pic.svg": "<svg/>",
    }
    made = generate(tmp_path, content)
    assert "Hello there." in published(made["index.md"]).get_text()
    assert "About the work." in published(made["items/index.md"]).get_text()
    assert "A page of its own." in published(made["items/deep/index.md"]).get_text()
    assert "TODO: buy milk" in published(made["about.md"]).get_text()
    assert (tmp_path / "build/docs/pic.svg").read_text() == "<svg/>"


def test_every_file_of_a_collection_has_a_page_linked_from_its_table(tmp_path: Path) -> None:
    made = generate(tmp_path, plan(ENGLISH))
    links = {str(a["href"]) for a in published(made["items/index.md"]).find_all("a", href=True)}
    assert {"../items/one/", "../items/two/", "../items/part/", "../items/loose/"} <= links
    assert {path for path in PLAN if path.endswith(".md")} <= made.keys()


@pytest.mark.parametrize(
    "text",
    [
        "# The heading\n\nText.",
        "The heading\n===========\n\nText.",
        "The\nheading\n=======\nText.",
        "---\ntitle: The heading\n---\nText.",
        "---\ntitle: The heading\n---\n# The heading\n\nText.",
        "---\ntitle: The heading\n---\n#  the *Heading* #\n\nText.",
        "---\ntitle: The heading\n---\nText.\n\nThe heading\n===\n",
    ],
)
def test_a_title_stands_once_on_its_page(tmp_path: Path, text: str) -> None:
    made = generate(tmp_path, {"roadmap.yml": "collections: {items: {}}\n", "items/x.md": text})
    soup = published(made["items/x.md"])
    for derivation in soup.select("details"):  # it names what it derives
        derivation.decompose()
    assert soup.get_text().lower().count("the heading") == 1
    assert soup.get_text().count("Text.") == 1
    assert len(soup.find_all("h1")) == 1


@pytest.mark.parametrize(
    ("locale", "finished", "event", "due"),
    [("en", "Finished January 9, 2025", "finished", "September"), ("ko", "완료 2025년 1월 9일", "완료", "9월")],
)
def test_done_work_is_shown_with_the_day_it_was_finished(
    tmp_path: Path, locale: str, finished: str, event: str, due: str
) -> None:
    roadmap = f"locale: {locale}\nstatuses: {{done: done}}\ncollections: {{items: {{}}}}\n"
    item = "---\ntitle: Early\nstatus: done\ndue: 2025-09\nfinished: 2025-01-09\n---\n- [x] a\n"
    made = generate(tmp_path, {"roadmap.yml": roadmap, "items/x.md": item})
    for path in ("board.md", "checklists.md"):
        assert finished in published(made[path]).get_text(" ", strip=True)
    timeline = published(made["timeline.md"])
    assert [each.get_text() for each in timeline.select(".mm-event")] == [event]
    for path in ("board.md", "checklists.md", "timeline.md"):
        assert due not in made[path].split("mm-events", 1)[-1]


def test_a_heading_that_is_no_title_stays_in_its_place(tmp_path: Path) -> None:
    texts = {
        "items/shelf.md": "Why.\n\n## Goal\n\nIt holds.\n\n# Steps\n",
        "items/shop.md": "---\ntitle: Web shop\n---\n# The web shop of Kim\n\n## Goal\n",
        "items/quote.md": "Why.\n\n> # Quoted\n",
    }
    made = generate(tmp_path, {"roadmap.yml": "collections: {items: {}}\n", **texts})
    for path, title in {"items/shelf.md": "shelf", "items/shop.md": "Web shop", "items/quote.md": "quote"}.items():
        assert made[path].count(f"# {title} {{#") == 1
    assert (
        "<p>Why.</p></div>\n\n## Goal {#goal}\n\n<div><p>It holds.</p></div>\n\n# Steps {#steps}"
        in made["items/shelf.md"]
    )
    assert "# The web shop of Kim {#the-web-shop-of-kim}\n\n## Goal {#goal}" in made["items/shop.md"]
    assert "<blockquote><h1" in made["items/quote.md"]


@pytest.mark.parametrize(
    ("path", "title"), [("items/index.md", "Work"), ("board.md", "Board"), ("index.md", "My plan"), ("index.md", "Hi")]
)
def test_the_title_of_a_generated_page_stands_once(tmp_path: Path, path: str, title: str) -> None:
    roadmap = "title: My plan\ncollections: {items: {label: Work}}\n"
    made = generate(tmp_path, {"roadmap.yml": roadmap, path: f"# {title}\n\nThe text.\n"})
    assert [each.get_text() for each in published(made[path]).find_all("h1")].count(title) == 1
    assert "The text." in made[path]


def test_a_projects_own_style_and_templates_come_before_the_packaged_ones(tmp_path: Path) -> None:
    (tmp_path / "templates/assets").mkdir(parents=True)
    (tmp_path / "templates/assets/milemark.css").write_text("/* mine */")
    (tmp_path / "templates/timeline.md.jinja").write_text("# Mine\n")
    made = generate(tmp_path, plan(ENGLISH))
    assert made["timeline.md"].endswith("# Mine {#mine}\n")
    assert (tmp_path / "build/docs/assets/milemark.css").read_text() == "/* mine */"


@pytest.mark.parametrize("links", ["{}", "{Demo: , Code: }", "{Demo: 'localhost:3000'}", "{'': x}", "{A: /a, B: ''}"])
def test_an_object_without_usable_entries_does_not_end_the_build(tmp_path: Path, links: str) -> None:
    item = f"---\ntitle: P\nstatus: planned\nlinks: {links}\n---\nThe body.\n"
    roadmap = "statuses: {planned: planned}\ncollections: {projects: {}}\n"
    made = generate(tmp_path, {"roadmap.yml": roadmap, "projects/p.md": item, "projects/q.md": item})
    assert "The body." in made["projects/p.md"]
    assert "The body." in made["projects/q.md"]


@pytest.mark.parametrize("path", ["index.md", "board.md", "items/index.md", "items/README.md"])
def test_the_front_matter_of_a_text_above_a_generated_page_is_kept(tmp_path: Path, path: str) -> None:
    front = "title: Mine\nhide: [navigation, toc]\nicon: material/rocket\nsearch: {boost: 2}\nbanner: <b>"
    made = generate(tmp_path, {"roadmap.yml": "collections: {items: {}}\n", path: f"---\n{front}\n---\nHello\n"})
    head = yaml.safe_load(made[path].split("---\n")[1])
    assert (head["title"], head["hide"], head["icon"]) == ("Mine", ["navigation", "toc"], "material/rocket")
    assert (head["search"], head["banner"], bool(head["description"])) == ({"boost": 2}, "&lt;b&gt;", True)


def test_an_untrusted_text_above_a_generated_page_selects_no_template(tmp_path: Path) -> None:
    front = "template: redirect.html\nlocation: https://example.org\nhide: [toc]"
    made = generate(tmp_path, {"roadmap.yml": "untrusted: true\n", "index.md": f"---\n{front}\n---\n"})
    assert set(yaml.safe_load(made["index.md"].split("---\n")[1])) == {"title", "description", "hide"}


def test_a_large_generated_page_is_in_the_search_only_if_its_author_says_so(tmp_path: Path) -> None:
    files = {"roadmap.yml": "title: T\n", "board.md": f"---\nhide: [toc]\n---\n{'word ' * 30_000}\n"}
    made = generate(tmp_path, files)
    assert yaml.safe_load(made["board.md"].split("---\n")[1])["search"] == {"exclude": True}


@pytest.mark.parametrize(
    ("fields", "marks"),
    [
        ("status: active\ndue: 2024-Q4", {"index.md": 1, "board.md": 1, "timeline.md": 2, "checklists.md": 2}),
        ("status: active\nstart: 2024-10\ndue: 2024-12", {"index.md": 1, "board.md": 1, "timeline.md": 2}),
        ("status: active\ndue: 2025-Q1", {"index.md": 0, "board.md": 0, "timeline.md": 0, "checklists.md": 0}),
        ("status: done\ndue: 2024-12", {"index.md": 0, "board.md": 0, "timeline.md": 0}),
    ],
)
def test_overdue_work_has_a_mark_wherever_its_date_is_shown(
    tmp_path: Path, fields: str, marks: Mapping[str, int]
) -> None:
    statuses = "statuses: {active: active, done: done}\ncollections: {items: {}}\n"
    made = generate(tmp_path, {"roadmap.yml": statuses, "items/a.md": f"---\ntitle: A\n{fields}\n---\n- [ ] a\n"})
    found = {path: len(published(made[path]).find_all(class_="mm-mark", string="overdue")) for path in marks}
    assert found == marks
