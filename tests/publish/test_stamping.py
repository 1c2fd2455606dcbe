"""A site that milemark stamps is the one of the publisher, byte for byte; in doubt, the publisher builds it."""

from __future__ import annotations

import os
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from markdown import Markdown
from markdown.extensions.toc import nest_toc_tokens

from milemark.markdown.rendering.page import for_page
from milemark.publish.build import SiteOptions, publish
from milemark.publish.contents import entries
from milemark.publish.errors import PublishError
from milemark.publish.publishers import PUBLISHERS, Publisher
from milemark.publish.site_index import in_order
from milemark.publish.tree_page import PageHeading, read_tree_page
from support import DAY, sampled, write_files

CONFIG: dict[str, Any] = {
    "site_name": "Plan & more",
    "site_url": "https://example.org/plan/",
    "docs_dir": "build/docs",
    "theme": {"name": "material", "font": False},
    "plugins": ["search"],
    "markdown_extensions": ["attr_list", "md_in_html", {"toc": {"permalink": True}}],
    "nav": ["index.md", {"Work": ["items/index.md"]}],
    "not_in_nav": "/*/**\n!/*/index.md\n",
}
BODIES = (
    "# One\n\nText with *emphasis*, `code` and [a link](../x.md).\n\n## Two\n\n- [x] done\n- open\n\n### Three\n\n> q",
    "No heading.\n\n```python\n# a comment\n\ndef f(): pass\n```\n",
    '## Later & "more" <b>x</b>\n\n#### Deep\n\n## 한글 제목 {#own .quiet}\n\n| a | b |\n|---|---|\n| 1 | 2 |\n',
    "# First\n\n# Second\n\n## Below it\n\n$$\nx < y\n$$\n",
    "<details><summary>More</summary>\n\nInside\n\n</details>\n\n## Footnotes[^1]\n\n[^1]: Why.\n",
    "# Only a title\n\n!!! note\n    Body {{ x }} {% y %} :smile: ++ctrl+c++ ==mark==\n",
)


def page(title: str, body: str, **fields: object) -> str:
    head = yaml.safe_dump({"title": title, "description": f"{title} &amp; more", **fields}, allow_unicode=True)
    return f"---\n{head}---\n\n{for_page(body)}\n"


def pages() -> dict[str, str]:
    found = {f"items/item-{number}.md": page(f"Item {number}", body) for number, body in enumerate(BODIES)}
    found |= {f"deep/er/항목 {number}.md": page("A &lt;b&gt; 'c'", body) for number, body in enumerate(BODIES[:3])}
    return {
        "index.md": page("Home", BODIES[0]),
        "items/index.md": page("Items", BODIES[2], hide=["navigation"]),
        "items/hidden.md": page("Hidden", BODIES[0], hide=["toc", "footer"], search={"exclude": True}),
        "deep/index.md": page("Deep", BODIES[1]),
        "assets/a.css": "p { color: red }\n",
        "deep/picture.png": "not a picture",
        **found,
    }


@dataclass
class Site:
    """A page tree with mkdocs.yml, built in both ways."""

    root: Path
    publisher: Publisher
    config: dict[str, Any] = field(default_factory=lambda: dict(CONFIG))
    day: date = DAY
    author: str = ""

    def write(self, files: dict[str, str]) -> None:
        write_files(self.root / "build/docs", files)

    def build(self, *, is_full: bool, is_strict: bool = False) -> dict[str, bytes]:
        (self.root / "mkdocs.yml").write_text(yaml.safe_dump(self.config, allow_unicode=True), "utf-8")
        author = f'<meta name="author" content="{self.author}"></head>'
        options = SiteOptions("en", self.day, finish=lambda _path, html: html.replace("</head>", author))
        site = publish(self.root, self.publisher, options, is_strict=is_strict, is_full=is_full).folder
        return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}

    def assert_same(self, *, is_strict: bool = False) -> None:
        stamped = _failure_or(lambda: self.build(is_full=False, is_strict=is_strict))
        full = _failure_or(lambda: self.build(is_full=True, is_strict=is_strict))
        assert sorted(stamped) == sorted(full)
        assert [path for path, data in stamped.items() if full[path] != data] == []


def _failure_or(build: Callable[[], dict[str, bytes]]) -> dict[str, bytes]:
    try:
        return build()
    except PublishError:
        return {}


@pytest.fixture(params=["mkdocs", "properdocs"])
def site(tmp_path: Path, request: pytest.FixtureRequest) -> Site:
    publisher = PUBLISHERS[request.param]
    if not publisher.is_installed:
        pytest.skip(f"{publisher.title} is not installed")
    made = Site(tmp_path, publisher)
    made.write(pages())
    return made


def test_a_stamped_site_is_the_one_of_the_publisher(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.assert_same()
    site.write({"items/item-1.md": page("Changed", BODIES[4]), "items/new.md": page("New", BODIES[3])})
    site.assert_same()
    assert "builds every page" not in capsys.readouterr().err


@pytest.mark.parametrize("extensions", sampled([None, [], ["md_in_html"], {"toc": {"permalink": True}}, ["extra"]], 5))
def test_headings_have_their_ids_whatever_extensions_the_project_lists(tmp_path: Path, extensions: object) -> None:
    site = Site(tmp_path, PUBLISHERS["mkdocs"], {**CONFIG, "markdown_extensions": extensions})
    site.config = {key: value for key, value in site.config.items() if value is not None}
    site.write({"index.md": page("Home", "# Home\n\n## 한글 제목 {#own .quiet}\n")})
    site.assert_same()
    assert '<h2 class="quiet" id="own">한글 제목' in site.build(is_full=True)["index.html"].decode()


def test_an_edit_starts_no_publisher(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.build(is_full=False)

    def refuse(*_arguments: object, **_options: object) -> str:
        raise AssertionError("the publisher was started")

    monkeypatch.setattr("milemark.publish.frames.run", refuse)
    monkeypatch.setattr("milemark.publish.build.run", refuse)
    site.write({"items/item-1.md": page("Changed", BODIES[4]), "index.md": page("Home", BODIES[0] + BODIES[2])})
    found = site.build(is_full=False)
    assert b"Changed" in found["items/item-1/index.html"]
    assert b"Changed" in found["search/search_index.json"]
    (site.root / "build/docs/items/item-2.md").unlink()
    assert "items/item-2/index.html" not in site.build(is_full=False)


def test_a_build_that_is_killed_leaves_no_page_in_an_older_frame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = Site(tmp_path, PUBLISHERS["mkdocs"])
    site.write(pages())
    site.build(is_full=False)
    site.config = {**CONFIG, "nav": ["index.md", {"New menu": ["items/index.md"]}]}

    def kill(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr("milemark.publish.stamping._write_site", kill)
        with pytest.raises(KeyboardInterrupt):
            site.build(is_full=False)
    found = site.build(is_full=False)
    shown = [path for path, data in found.items() if path.endswith(".html") and b"New menu" not in data]
    assert shown == [path for path in shown if path == "404.html"]


def test_an_edit_writes_only_the_pages_that_change_and_those_that_someone_has_spoilt(tmp_path: Path) -> None:
    site = Site(tmp_path, PUBLISHERS["mkdocs"])
    site.write(pages())
    first = site.build(is_full=False)
    names = ("items/item-1/index.html", "items/item-2/index.html", "items/item-3/index.html")
    changed, spoilt, same = (tmp_path / "site" / name for name in names)
    spoilt.write_text("spoilt", "utf-8")
    written = same.stat().st_mtime_ns
    site.write({"items/item-1.md": page("Changed", BODIES[4])})
    found = site.build(is_full=False)
    assert {path for path, data in found.items() if first[path] != data} == {names[0], "search/search_index.json"}
    assert b"Changed" in changed.read_bytes()
    assert same.stat().st_mtime_ns == written
    site.author = "Kim"
    assert b"Kim" in site.build(is_full=False)[names[2]]
    site.config |= {"site_name": "Another"}
    assert b"Another" in site.build(is_full=False)[names[2]]


@pytest.mark.slow
def test_a_damaged_or_foreign_cache_changes_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    site = Site(tmp_path / "project", PUBLISHERS["mkdocs"])
    site.write(pages())
    first = site.build(is_full=False)
    kept = next((tmp_path / "cache/milemark").glob("*.sqlite"))
    data = kept.read_bytes()
    place = data.index(b"qfirst")
    for damaged in (b"", data[: len(data) // 2], data[:place] + b"Q" + data[place + 1 :], b"no database"):
        kept.write_bytes(damaged)
        assert site.build(is_full=False) == first
    with closing(sqlite3.connect(kept)) as connection:
        types = {type(value) for row in connection.execute("SELECT * FROM meta") for value in row}
    assert types == {str, int}  # JSON, and no code


UNKNOWN: dict[str, tuple[dict[str, Any], str]] = {
    "a plugin": ({"plugins": ["search", "tags"]}, "does not know the plugin tags"),
    "a hook": ({"hooks": ["hook.py"]}, "mkdocs.yml has `hooks`"),
    "a theme": ({"theme": {"name": "mkdocs"}}, "its theme is not Material"),
    "every page in the navigation": ({"nav": None, "not_in_nav": None}, "each page stands in the navigation"),
    "pages left out": ({"exclude_docs": "deep/"}, "mkdocs.yml has `exclude_docs`"),
    "an extension": ({"markdown_extensions": ["own"]}, "does not know the Markdown extension own"),
    "words for all pages": (
        {"markdown_extensions": ["attr_list", {"pymdownx.snippets": {"auto_append": ["words.md"]}}]},
        "`auto_append` adds text to each page",
    ),
    "a frame that counts": ({"theme": {"name": "material", "custom_dir": "counts"}}, "its theme shows more of"),
    "a frame without the body": ({"theme": {"name": "material", "custom_dir": "empty"}}, "does not show its body"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", UNKNOWN)
def test_an_unknown_input_leaves_the_site_to_the_publisher(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    setting, reason = UNKNOWN[name]
    block = '{% extends "base.html" %}{% block content %}'
    extension = """
from markdown import Extension
class Own(Extension):
    def extendMarkdown(self, md): pass
def makeExtension(**options): return Own(**options)
"""
    files = {
        "hook.py": "def on_page_content(html, **_): return html.upper()\n",
        "own.py": extension,
        "words.md": "*[Item]: a thing\n",
        "counts/main.html": block + "{{ page.content | length }}{{ page.content }}{% endblock %}",
        "empty/main.html": block + "{{ page.content | replace('pre', 'xmp') }}{% endblock %}",
    }
    write_files(tmp_path, files)
    site = Site(tmp_path, PUBLISHERS["mkdocs"], {**CONFIG, **setting})
    site.config = {key: value for key, value in site.config.items() if value is not None}
    if name == "a theme":
        site.config["plugins"] = []
    site.write(pages())
    site.assert_same()
    assert reason in capsys.readouterr().err


def test_a_page_with_other_markdown_or_fields_is_rendered_by_the_publisher(site: Site) -> None:
    site.write(
        {
            "items/markdown.md": "---\ntitle: Markdown\ndescription: x\n---\n\n# Markdown\n\n*Own*: `x`.\n\n- a\n",
            "items/fields.md": page("Fields", BODIES[0], icon="material/star", tags=["a", "b"]),
            "items/untitled.md": "## No front matter\n",
        }
    )
    site.assert_same()


SETTINGS: tuple[dict[str, Any], ...] = (
    {"site_name": "Other"},
    {"use_directory_urls": False},
    {"site_url": ""},
    {"nav": [{"Start": "index.md"}, {"Two": [{"Item": "items/item-2.md"}, {"Out": "https://example.org"}]}]},
    {"nav": [{"Start": "index.md"}, {"Lost": "lost.md"}]},
    {"repo_url": "https://github.com/o/r", "edit_uri": "edit/main/content/"},
    {"theme": {**CONFIG["theme"], "language": "ko"}},
    {"theme": {**CONFIG["theme"], "language": {"$env": "LANGUAGE_OF_SITE"}}},
    {"theme": {**CONFIG["theme"], "features": ["navigation.tabs", "navigation.path"], "custom_dir": "overrides"}},
    {"theme": {**CONFIG["theme"], "features": ["toc.integrate", "navigation.footer", "content.action.edit"]}},
    {"markdown_extensions": ["pymdownx.superfences", "pymdownx.tasklist", {"toc": {"toc_depth": 2}}]},
    {
        "markdown_extensions": [
            "abbr",
            "smarty",
            "pymdownx.smartsymbols",
            {"toc": {"permalink": "#", "anchorlink": True}},
        ]
    },
    {"plugins": []},
    {"plugins": [{"search": {"lang": "de"}}]},
    {"extra": {"generator": False}, "extra_css": ["assets/a.css"]},
)


def change_page(site: Site, random_: random.Random) -> None:
    path = random_.choice(sorted((site.root / "build/docs").rglob("*.md")))
    hide: dict[str, object] = random_.choice([{}, {"hide": ["toc"]}, {"search": {"exclude": True}}])
    path.write_text(page(f"Title {random_.random()}", "\n\n".join(random_.choices(BODIES, k=2)), **hide), "utf-8")


def add_page(site: Site, random_: random.Random) -> None:
    folder = random_.choice(["", "items/", "deep/er/", "more/"])
    site.write({f"{folder}new {random_.randrange(9)}.md": page("New", random_.choice(BODIES))})


def remove_page(site: Site, random_: random.Random) -> None:
    random_.choice([*(site.root / "build/docs").rglob("item*.md"), site.root / "build/docs/deep/index.md"]).unlink(
        missing_ok=True
    )


def change_asset(site: Site, random_: random.Random) -> None:
    path = site.root / "build/docs" / random_.choice(["deep/picture.png", "assets/a.css", "b.svg"])
    path.unlink() if path.exists() else path.write_text(str(random_.random()))


def change_setting(site: Site, random_: random.Random) -> None:
    setting = random_.choice(SETTINGS)
    site.config = {**CONFIG, **setting} if random_.random() < 0.5 else {**site.config, **setting}


def change_override(site: Site, random_: random.Random) -> None:
    text = random_.choice(["{{ page.title }} one", "two", "{% for file in pages %}{{ file.page.title }}{% endfor %}"])
    block = f'{{% extends "base.html" %}}{{% block announce %}}{text}{{% endblock %}}'
    write_files(site.root, {"overrides/main.html": block})


def change_day(site: Site, random_: random.Random) -> None:
    site.day += timedelta(days=random_.randrange(3))


def damage_site(site: Site, random_: random.Random) -> None:
    files = sorted(path for path in (site.root / "site").rglob("*") if path.is_file())
    for path in random_.sample(files, k=min(3, len(files))):
        path.write_bytes(b"!")


CHANGES = (
    *(change_page, change_page, change_page, add_page, remove_page, change_asset, change_setting, change_setting),
    *(change_override, change_day, damage_site),
)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_after_random_changes_both_ways_give_one_site(site: Site, seed: int) -> None:
    random_ = random.Random(f"{seed} {os.environ.get('MILEMARK_SEED', '0')}")  # noqa: S311  test data
    (site.root / "overrides").mkdir()
    for _ in range(10):
        for change in random_.choices(CHANGES, k=random_.randrange(1, 4)):
            change(site, random_)
        site.assert_same(is_strict=random_.random() < 0.2)


levels = st.lists(st.integers(1, 6), max_size=12)


@given(levels)
def test_the_table_of_contents_lists_the_headings_as_python_markdown_nests_them(shown: list[int]) -> None:
    headings = [PageHeading(level, f"h{number}", f"i{number}", "", 0) for number, level in enumerate(shown)]
    tokens = nest_toc_tokens([{"level": each.level, "id": each.id, "name": each.html} for each in headings])
    listed = tokens[0]["children"] if tokens and tokens[0]["level"] == 1 else tokens

    def flat(found: Any, depth: int = 0) -> list[tuple[str, int, bool]]:
        rows = []
        for each in found:
            rows += [(each["id"], depth, bool(each["children"])), *flat(each["children"], depth + 1)]
        return rows

    assert [(each.heading.id, each.depth, each.is_parent) for each in entries(headings)] == flat(listed)


parts = st.lists(
    st.sampled_from([*BODIES, "* a\n* b\n", "<div>\n\n# x\n\n</div>\n", "[x]: y\n", "a\n***\nb\n"]), max_size=5
)


@given(parts)
def test_a_page_of_the_tree_is_the_html_that_the_publisher_makes_of_it(bodies: list[str]) -> None:
    text = for_page("\n\n".join(bodies))
    read = read_tree_page(text)
    assert read is not None
    shown = [
        f"<h{part.level}{f' class={chr(34)}{part.classes}{chr(34)}' * bool(part.classes)} "
        f'id="{part.id}">{part.html}</h{part.level}>'
        if isinstance(part, PageHeading)
        else part
        for part in read.parts
    ]
    assert "\n".join(shown).strip() == Markdown(extensions=["attr_list", "md_in_html", "toc"]).convert(text)


def test_pages_are_listed_in_the_order_of_the_publisher() -> None:
    order = ["index.md", "C.md", "b.md", "a/README.md", "a/z.md", "a/b/c.md", "a-b/x.md"]
    assert in_order(reversed(order)) == order
