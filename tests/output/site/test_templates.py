"""The documentation of templates is true: every template, all that it sees, its blocks, the filters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import jinja2
import pytest
from click.testing import Result

from milemark.foundation.i18n import Language
from milemark.history.model import Figures, History, Snapshot
from milemark.output.site.page import SiteInputs
from milemark.output.site.pages import pages
from milemark.output.site.renderer import Renderer
from milemark.output.urls import NO_REPOSITORY
from milemark.query.load import load_with_bases
from milemark.query.sql.block import PARTS, VIEWS
from support import ROOT, cli, write_files

GUIDE = (ROOT / "docs/templates.md").read_text("utf-8")
CODE = re.compile(r"`([^`]+)`")


def table(heading: str) -> list[list[set[str]]]:
    """Return the rows of the table whose first column is this: of each cell, the names in it."""
    lines = GUIDE.split(f"| {heading} |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    return [[set(CODE.findall(cell)) for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


TEMPLATES = {row[0].pop(): (row[2], row[3]) for row in table("template")}
EVERY_PAGE = {name for row in table("name") for name in row[0]}


class Recorder(Renderer):
    """Notes what templates are given."""

    def __init__(self) -> None:
        super().__init__((), Language("en"), is_directory=True)
        self.seen: list[tuple[list[str], set[str]]] = []

    def body(self, names: list[str], values: Mapping[str, Any]) -> str:
        self.seen.append((names, set(values)))
        return super().body(names, values)


@pytest.fixture(scope="module")
def recorder() -> Recorder:
    content = ROOT / "content"
    files = {path.relative_to(content).as_posix(): path.read_bytes() for path in content.rglob("*.*")}
    files["a.base"] = b"views: [{type: table, name: A}]"
    files["roadmap.yml"] += b"" if b"\nowner:" in files["roadmap.yml"] else b"\nowner: {name: Kim}\n"
    files["roadmap.yml"] = files["roadmap.yml"].replace(
        b"\ncollections:", b"\ncollections:\n  people: {role: person}", 1
    )
    files["people/kim.md"] = b"# Kim"
    files["base.md"] = b"![[a.base]]\n\n![[no.base]]\n"
    files["parts.md"] = "\n\n".join(f"```milemark\npart: {part}\n```" for part in PARTS).encode()
    files["views.md"] = "\n\n".join(f"```milemark\nview: {view}\n```" for view in VIEWS).encode()
    recorder = Recorder()
    moment = Snapshot("a", (), datetime(2024, 12, 1, tzinfo=UTC), Figures(None, 1, 2, {}), {}, {})
    loaded = load_with_bases(files, date(2025, 1, 12))
    inputs = SiteInputs("", lambda _path, _key: None, History((moment,), date(2025, 1, 12)), loaded.bases)
    assert list(pages(loaded.roadmap, recorder, Language("en"), NO_REPOSITORY, inputs))
    return recorder


def test_the_guide_lists_every_template() -> None:
    folder = ROOT / "templates"
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*.jinja")}
    of_portfolios = {name for name in found if name.startswith("portfolio/")}  # named as those that they stand before
    assert found - of_portfolios == set(TEMPLATES)


def test_the_guide_lists_all_that_a_template_sees(recorder: Recorder) -> None:
    documented = set()
    for names, seen in recorder.seen:
        for name in TEMPLATES.keys() & set(names):
            if name.startswith(("views/", "home/")):  # what the page sees, and what the block shows
                assert seen >= TEMPLATES[name][0], name
            else:
                assert seen == EVERY_PAGE | TEMPLATES[name][0], name
            documented.add(name)
    assert set(TEMPLATES) - documented == {"macros.html.jinja"}


def test_the_guide_lists_the_blocks_of_each_template(recorder: Recorder) -> None:
    for name, (_, blocks) in TEMPLATES.items():
        assert set(recorder.environment.get_template(name).blocks) == blocks, name


def test_the_guide_lists_our_filters(recorder: Recorder) -> None:
    own = set(recorder.environment.filters) - set(jinja2.Environment(autoescape=True).filters)
    assert {name for row in table("filter") for name in row[0]} == own


# --- a project's own templates -------------------------------------------------------------------


def generate(folder: Path, name: str, template: str) -> Result:
    files = {
        "content/roadmap.yml": "collections: {items: {}, tracks: {role: track}}\n",
        "content/items/one.md": "---\ntitle: One\n---\nThe body.\n",
        "content/tracks/two.md": "---\ntitle: Two\n---\nThe track.\n",
        "mkdocs.yml": "site_name: T\ndocs_dir: build/docs\n",
        f"templates/{name}": template,
    }
    write_files(folder, files)
    return cli(folder, "generate")


@pytest.mark.parametrize(
    ("name", "template", "page", "words"),
    [
        ("item.md.jinja", "# Mine\n", "items/one.md", ("# Mine", "The body.")),
        ("items/items.md.jinja", "# Mine\n", "items/one.md", ("# Mine", "The body.")),
        ("items/items.md.jinja", "# Mine\n", "tracks/two.md", ("The track.", "# Mine")),
        ("collections/items.md.jinja", "{{ collection.label }}!\n", "items/index.md", ("items!", "mm-table")),
        (
            "item.md.jinja",
            '{% extends "milemark/item.md.jinja" %}{% block head %}<p>Mine</p>{% endblock %}',
            "items/one.md",
            ("<p>Mine</p>", "mm-fields"),
        ),
        (
            "items/items.md.jinja",
            '{% extends "item.md.jinja" %}{% block body %}Mine{% endblock %}',
            "items/one.md",
            ("Mine", "The body."),
        ),
        (
            "timeline.md.jinja",
            '{% import "macros.html.jinja" as mm with context %}<p>{{ mm.link(roadmap.items[0]) }}</p>',
            "timeline.md",
            ('<p><a href="../items/one/">One</a></p>', "mm-events"),
        ),
    ],
)
def test_one_template_can_be_replaced_or_built_upon(
    tmp_path: Path, name: str, template: str, page: str, words: tuple[str, str]
) -> None:
    done = generate(tmp_path, name, template)
    assert done.exit_code == 0, done.output
    text = (tmp_path / "build/docs" / page).read_text("utf-8").split("---\n", 2)[2]
    assert words[0] in text
    assert words[1] not in text


@pytest.mark.parametrize(
    ("template", "line", "reason"),
    [
        ("# x\n{{ item.titel }}\n", 2, "titel"),
        ("\n\n{{ nothing }}\n", 3, "'nothing' is undefined"),
        ("{{ item|nofilter }}\n", 1, "nofilter"),
        ("{% if item is notest %}{% endif %}\n", 1, "notest"),
        ("\n{% if item %}\n", 2, "end of template"),
        ('\n{% import "nothing.jinja" as m %}\n', 2, "there is no template nothing.jinja"),
        ('{% import "macros.html.jinja" as mm %}\n{{ mm.nothing() }}\n', 2, "nothing"),
        ('{% extends "item.md.jinja" %}\n', 1, "made of itself"),
        ("\n{{ viewer.cell(item) }}\n", 2, "TypeError: "),
        ("{{ 1|percent }}\n", 1, "AttributeError: "),
        ("{{ roadmap.by_id['nobody'].title }}\n", 1, "nobody"),
    ],
)
def test_a_wrong_template_is_one_line_with_its_place(tmp_path: Path, template: str, line: int, reason: str) -> None:
    failed = generate(tmp_path, "item.md.jinja", template)
    assert failed.exit_code == 2
    (said,) = [each for each in failed.stderr.splitlines() if each.startswith("error")]
    assert f"templates/item.md.jinja:{line}: " in said
    assert reason in said
    assert not (tmp_path / "build/docs").exists()
    assert isinstance(failed.exception, SystemExit)


# --- the examples of the guide -------------------------------------------------------------------


def examples(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)


def test_the_examples_of_the_guide_are_templates(tmp_path: Path) -> None:
    part, folded = examples("jinja")
    assert generate(tmp_path / "a", "item.md.jinja", part).exit_code == 0
    assert "was last seen" in (tmp_path / "a/build/docs/items/one.md").read_text("utf-8")
    shown = f'{{% import "macros.html.jinja" as mm with context %}}{folded.replace("MILESTONE", "ITEM")}'
    assert generate(tmp_path / "b", "timeline.md.jinja", shown).exit_code == 0
    assert '<li><a href="../items/one/">One</a></li>' in re.sub(
        r"\s*\n\s*", "", (tmp_path / "b/build/docs/timeline.md").read_text("utf-8")
    )


def test_the_error_of_the_guide_is_what_is_said(tmp_path: Path) -> None:
    (expected,) = examples("text")
    said = generate(tmp_path, "item.md.jinja", "\n\n\n{{ item.titel }}\n").stderr
    assert expected in said.replace(f"{tmp_path}/", "")


def expressions() -> Iterator[str]:
    """Yield what the guide says of the variables of every page and of an item, as expressions over one item."""
    text = GUIDE.split("## Variables of every page", 1)[1].split("| filter |", 1)[0]
    for part in re.findall(r"^\| `.*\|$|^An item has .*(?:\n.+)*", text, re.MULTILINE):
        base = ""
        for span in CODE.findall(part):
            if span in EVERY_PAGE:
                base = {"workloads": "workloads['kim'].x", "categories": "categories[0].x"}.get(span, "")
            elif span.startswith("."):
                yield f"{base.rpartition('.')[0]}{span}"
            elif (
                re.split(r"\W", span)[0] in {*EVERY_PAGE, "item"}
                and span != "roadmap.yml"
                and re.match(r"\w+[.(\[]", span)
            ):
                yield (base := span.replace("[…]", "[item.id]"))


# They need a history, or a value that only some templates have.
OF_OTHERS = ("forecast.", "explain.track(", "explain.measure(", "home.finished[", "home.life.")


def test_what_the_guide_says_of_variables_is_there(tmp_path: Path) -> None:
    found = [each for each in expressions() if not each.startswith(OF_OTHERS)]
    assert len(found) > 50
    values = "".join(
        f"{{% set x = {each.replace('skills[item.id]', 'skills.python')} %}}{{{{ x }}}}\n" for each in found
    )
    names = "{% set path, line, collection = item.path, 1, item.collection %}"
    files = {
        "content/roadmap.yml": "statuses: {Done: done}\nowner: {name: Kim, links: {CV: files/cv.pdf}}\n"
        "collections: {items: {}, skills: {role: record}, people: {role: person}}\n",
        "content/items/one.md": "---\ntitle: One\nassignee: kim\nstack: [Python]\nstatus: Done\n---\n",
        "content/people/kim.md": "# Kim\n",
        "content/skills/python.md": "---\ntitle: Python\nstatus: Done\ncategory: Code\n---\n",
        "content/files/cv.pdf": "",
        "mkdocs.yml": "docs_dir: build/docs\nrepo_url: https://github.com/me/plan\nedit_uri: edit/main/\n",
        "templates/items/items.md.jinja": f"{names}\n{values}",
    }
    write_files(tmp_path, files)
    done = cli(tmp_path, "generate")
    assert done.exit_code == 0, done.output
