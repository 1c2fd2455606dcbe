"""Private files, fields and sections, and the public roadmap, history and site without them."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from milemark.foundation.i18n import Language
from milemark.history.model import Figures, Snapshot
from milemark.history.simplify import equals, simplified
from milemark.markdown.private_labels import Labels, marked
from milemark.markdown.private_sections import read_sections, without_private
from milemark.privacy.attachments import AttachmentFiles, left_out
from milemark.privacy.audience import doubtful_files, for_audience, hidden_in, owned_files
from milemark.privacy.hidden import Hidden
from milemark.privacy.redact import Redactor
from milemark.publish.build import SiteOptions, job_of
from milemark.publish.publishers import PUBLISHERS
from milemark.roadmap.load import Loaded, load
from milemark.roadmap.metrics.explain import Explainer, as_lines
from milemark.roadmap.metrics.health import unmet
from milemark.roadmap.metrics.progress import whole
from milemark.roadmap.model import Roadmap
from repositories import Repo, item, repository
from support import cli, load_texts, write_content

DAY = date(2025, 2, 1)
ROADMAP = """\
statuses: {planned: planned, doing: active, done: done}
collections:
  tracks: {role: track}
  items: {private: [pay], fields: {pay: {}}}
  plans: {audience: private}
  plans/inner: {}
  milestones: {role: milestone}
"""
HIDDEN = Hidden(
    frozenset({"secret", "codename"}),
    frozenset({"items/secret.md", "items/the offer.md", "items/the-offer.md", "notes.md"}),
    frozenset({"plans"}),
    {"items/secret.md": ("The Offer", "secret", "codename")},
)


def loaded(files: Mapping[str, str], roadmap: str = ROADMAP) -> Loaded:
    return load_texts({"roadmap.yml": roadmap, **files}, DAY)


def public(files: Mapping[str, str], roadmap: str = ROADMAP) -> Roadmap:
    return for_audience(loaded(files, roadmap), "public").roadmap


def file(**fields: str) -> str:
    return "\n".join(["---", *(f"{name}: {value}" for name, value in fields.items()), "---", ""])


def paths(roadmap: Roadmap) -> set[str]:
    return {item.path for item in roadmap.items} | {page.path for page in roadmap.pages}


@pytest.mark.parametrize(
    ("files", "shown"),
    [
        ({"items/a.md": file(audience="private"), "items/b.md": file()}, {"items/b.md"}),
        ({"items/a.md": file(audience="public"), "page.md": file(audience="private")}, {"items/a.md"}),
        (
            {"tracks/t.md": file(audience="private"), "items/a.md": file(track="T"), "items/b.md": file(parent="a")},
            set(),
        ),
        ({"items/a.md": file(audience="private"), "items/b.md": file(parent="a", audience="public")}, set()),
        ({"items/a.md": file(audience="private", aliases="[x]"), "items/b.md": file(parent="x")}, set()),
        ({"items/a.md": file(parent="b"), "items/b.md": file(parent="a", audience="private")}, set()),
        ({"plans/a.md": file(audience="public"), "plans/index.md": "Text\n", "plans/inner/b.md": file()}, set()),
        ({"milestones/m.md": file(audience="private"), "items/a.md": file(milestone="m")}, {"items/a.md"}),
        ({"items/a.md": file(audience="privat")}, set()),
        ({"items/a.md": file(audience="[public]")}, set()),
        ({"items/a.md": file(Audience="private")}, set()),
        ({"items/a.md": file(audiance="private")}, set()),
        ({"items/a.md": file(private="true"), "items/b.md": file(private="no")}, {"items/b.md"}),
        ({"items/a.md": "---\naudience: public\naudience: private\n---\n"}, set()),
        ({"items/a.md": "---\ntitle: [x\naudience: private\n---\n"}, set()),
        ({"items/a.md": "---\ntitle: [x\n---\n"}, {"items/a.md"}),
        ({"items/a.md": "---\ntitle: x\npay: 100\n\ntext\n"}, set()),  # never closed: its fields would be shown
        ({"items/a.md": "---\ntitle: x\n---\n---\npay: 100\n---\n"}, set()),
        ({"items/a.md": "+++\naudience = 'private'\n+++\n"}, set()),
        ({"items/a.md": "<!-- draft -->\n---\ntitle: x\naudience: private\n---\n"}, set()),
        ({"items/a.md": file(ａｕｄｉｅｎｃｅ="private"), "items/b.md": file(рrivate="true")}, set()),
        ({"items/a.md": file(meta="{audience: private}"), "items/b.md": file(links="{private: x}")}, {"items/b.md"}),
    ],
)
def test_a_file_is_private_if_it_belongs_to_a_private_one_or_may_be_private(
    files: Mapping[str, str], shown: set[str]
) -> None:
    assert paths(public(files)) == shown


def test_an_undecodable_file_is_not_published_since_it_may_be_private() -> None:
    everything = load(
        {"items/a.md": "---\naudience: private\n---\n".encode("utf-16"), "roadmap.yml": ROADMAP.encode()}, DAY
    )
    assert paths(for_audience(everything, "public").roadmap) == set()


def test_references_to_private_items_are_removed_without_a_finding() -> None:
    found = for_audience(
        loaded(
            {
                "items/a.md": file(depends_on="[b, c]", status="planned", milestone="m", counts="[items, plans]"),
                "items/b.md": file(audience="private", status="planned"),
                "items/c.md": file(status="done", parent="b2"),
                "milestones/m.md": file(audience="private"),
                "items/b2.md": file(title="B"),
            }
        ),
        "public",
    )
    first = found.roadmap.by_id["a"]
    assert first.texts("depends_on") == ("c",)
    assert (first.text("milestone"), first.texts("counts")) == ("", ("items",))
    assert unmet(found.roadmap, first) == ()
    assert not [each for each in found.diagnostics if each.rule.code in {"MM302", "MM202"}]


@pytest.mark.parametrize("name", ["C#", "C|D"])
def test_a_reference_to_a_private_name_with_a_number_sign_or_a_bar_is_gone(name: str) -> None:
    files = {"items/a.md": file(audience="private", id=f'"{name}"'), "items/b.md": file(depends_on=f'["{name}"]')}
    (only,) = public(files).items
    assert only.document.fields.entries == ()


@pytest.mark.parametrize("written", ["The offer", "'[[the OFFER]]'", "'[[The offer|x]]'"])
def test_a_reference_to_the_title_of_a_private_item_is_gone(written: str) -> None:
    files = {
        "items/a.md": file(audience="private", title="The offer"),
        "items/b.md": file(depends_on=f"[{written}]", milestone=written) + "\n[[The offer]]\n",
    }
    (only,) = public(files).items
    assert only.document.fields.entries == ()
    assert "offer" not in only.document.body.lower()


def test_a_private_field_is_removed_in_every_spelling_with_its_declaration() -> None:
    found = public({"items/a.md": file(pay="1", Pay="2", title="A")})
    assert dict(found.by_id["a"].values) == {"title": "A"}
    assert found.settings.collections["items"].private == ()
    assert "plans" not in found.settings.collections


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[my words](secret.md)", "my words"),
        ("[my words](secret.md 'The Offer'){target=_blank}", "my words"),
        ("[about The Offer](./secret.md#part)", "…"),
        ("[**SECRET**](../items/secret)", "…"),
        ("[a](secret.html) [b](/items/secret/) [c](../plans/) [d](../plans/x/y.png)", "a b c d"),
        ("![alt](../plans/x.png) [![alt](../plans/x.png)](other.md)", " [](other.md)"),
        ("[![alt](x.png)](secret.md)", "![alt](x.png)"),
        ("[[secret]] [[Codename|it]] [[items/secret#x|The offer]]", "… it …"),
        ("| [[secret\\|it]] | ![[secret#x\\|The Offer]] | [[other\\|b]] |", "| it | … | [[other\\|b]] |"),  # in a table
        ("[[secret|the [first] offer]] [[secret|a [b]]", "the [first] offer a [b"),
        (
            "[a][r] [r] [r][] [other][o]\n\n[R]: <secret.md>\n  'The Offer'\n[o]: x.md",
            "a r r [other][o]\n\n\n\n[o]: x.md",
        ),
        ('<a href="secret.md" title="The Offer">x</a> <img alt="a" src=../plans/x.png>', "<a>x</a> "),
        ('<img srcset="x.png 1x, ../plans/x.png 2x"> <img src="x.png">', ' <img src="x.png">'),
        (
            "https://example.org/blob/main/content/items/secret.md https://example.org/secret",
            "… https://example.org/secret",
        ),
        ("`items/secret.md` and secret.md", "`…` and …"),
        ('--8<-- "content/items/secret.md"', '--8<-- "…"'),
        (
            "[a](other.md) [[other]] [secret](https://example.org)",
            "[a](other.md) [[other]] [secret](https://example.org)",
        ),
        ("[a](../items/s%65cret.md) [b](SECRET.md)", "a b"),
        ("[a](s&#101;cret.md) [b](the\\-offer.md) [c](the offer.md 'The Offer')", "a b c"),
        ("[a](../secret/) [b](../../items/secret/) [c](../../../items/secret/#x)", "a b c"),  # as a browser reads it
        ("[a](/any/where/items/secret/) [b](/items/other/)", "a [b](/items/other/)"),
        ('<img src="../../plans/x.png"><a title="a > b" href="../secret/">x</a>', "<a>x</a>"),
        (f"[{'word ' * 100}](secret.md 'The Offer')", "word " * 100),
        ("[a [b [c] d] e](secret/ 'The Offer')", "a [b [c] d] e"),
        ("- [ ] [a](secret.md)\n- [x] b", "- [ ] a\n- [x] b"),
    ],
)
def test_a_removed_link_leaves_the_words_of_the_author(text: str, expected: str) -> None:
    found = Redactor(HIDDEN).without("items/a.md", text)
    assert found == expected
    assert found.count("\n") == text.count("\n")


@pytest.mark.parametrize(
    ("body", "shown", "codes"),
    [
        ("a\n<!-- private -->\nb\n<!-- /private -->\nc", "a\n\n\n\nc", []),
        ("a\n<!--PRIVATE-->\nb\n  <!--/Private-->  \nc", "a\n\n\n\nc", []),
        ("> <!-- private -->\n> b\n> <!-- /private -->\nc", "\n\n\nc", []),
        ("- x\n    <!-- private -->\n    - b\n    <!-- /private -->\n- c", "- x\n\n\n\n- c", []),
        ("<!-- private -->\na\n<!-- private -->\nb\n<!-- /private -->\nc\n<!-- /private -->\nd", "\n\n\n\n\n\n\nd", []),
        ("```private\na\n```\nb", "\n\n\nb", []),
        ("``` {.private}\na\n```\nb", "\n\n\nb", []),
        ("~~~~ Private note\na\n```\n~~~\n~~~~\nb", "\n\n\n\n\nb", []),
        ("- x\n\n  ```private\n  a\n  ```\n- b", "- x\n\n\n\n\n- b", []),
        ("a\n<!-- private -->\nb", "a\n\n", ["MM131 2:1"]),
        ("a\n```private\nb", "a\n\n", ["MM131 2:1"]),
        ("a\n<!-- /private -->\nb", "\n\nb", ["MM132 2:1"]),
        ("a <!-- private -->\nb\n<!-- /private -->\nc", "\n\n\nc", ["MM132 1:3"]),
        ("<!-- private -->\nb\n<!-- /private --> x\nc", "\n\n\nc", ["MM132 3:1"]),
        ("<!-- privat -->\nb\n<!-- /private -->\nc", "\n\n\nc", ["MM132 1:1"]),
        ("<!-- private -->\nb\n<!-- /pirvate -->\nc", "\n\n\nc", ["MM132 3:1"]),
        ("<!--\nprivate\n-->\nb\n<!-- /private -->\nc", "\n\n\n\n\nc", ["MM132 1:1"]),
        ("a\n<!-- private start -->\nb\n<!-- private end -->\nc", "a\n\n\n\nc", ["MM132 2:1", "MM132 4:1"]),
        ("a\n<!-- begin private -->\nb\n<!-- /private -->\nc", "a\n\n\n\nc", ["MM132 2:1"]),
        ("<!--- private --->\nb\n<!-- /private -->\nc", "\n\n\nc", ["MM132 1:1"]),
        ("a\n<!-- private: pay -->\nb\n<!-- /private: pay -->", "a\n\n\n", ["MM132 2:1", "MM132 4:1"]),
        ("see `<!-- private -->` there", "see `<!-- private -->` there", []),
        ("a\n<!-- a private remark -->\nb", "a\n\n", ["MM132 2:1", "MM131 2:1"]),
        ("a %%b%% c", "a  c", []),
        ("a\n%%\nb\n\n```\n%%\n```\n%%\nc", "a\n\n\n\n\n\n\n\nc", []),
        ("a\n%%\nb", "a\n\n", ["MM131 2:1"]),
        ("`%%` a\n\n    %%\n\n```\n%%\n```", "`%%` a\n\n    %%\n\n```\n%%\n```", []),
    ],
)
def test_a_section_hides_its_lines_and_a_faulty_one_hides_more(body: str, shown: str, codes: list[str]) -> None:
    found = read_sections("a.md", body, 1)
    assert without_private(body) == shown
    assert [f"{each.rule.code} {each.span.line}:{each.span.column}" for each in found.diagnostics] == codes


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("- a\n\n<!-- x -->\n\n- b", "- a\n\n<!---->\n\n- b"),
        ("> - a\n> <!-- x\n> y -->\n> - b", "> - a\n> <!--\n> -->\n> - b"),
        ("- <!-- x --> y", "- <!----> y"),
        ("- [ ] <!-- x --> y <!-- z -->", "- [ ]  y "),
        ("<!-- %%x%% -->\n%%\n<!-- y\n%%\nz -->", "\n\n\n\n"),
    ],
)
def test_a_comment_without_its_text_ends_the_block_above(body: str, shown: str) -> None:
    assert without_private(body) == shown


def test_html_comments_are_not_public() -> None:
    body = "a <!-- x\ny --> b\n\n`<!-- code -->`\n\n```html\n<!-- code -->\n```\n<!-- open"
    assert without_private(body) == "a \n b\n\n`<!-- code -->`\n\n```html\n<!-- code -->\n```\n"


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (
            "a\n<!-- private -->\nb\n<!-- /private -->\n```private\nc\n```",
            ["a", "<p>from</p>", "b", "<p>to</p>", "<p>from</p>", "```private", "c", "```", "<p>to</p>"],
        ),
        ("a <!-- private -->\nb\n<!-- /private --> c\nd", ["<p>from</p>", "a ", "b", " c", "<p>to</p>", "d"]),
        ("> a\n> %%\n> b\n> %%", ["> a", "> <p>from</p>", "> b", "> <p>to</p>"]),
        ("a %%b\n\nc%% d", ["a ", "<p>from</p>", "b", "c", "<p>to</p>", " d"]),
        ("- [ ] a %% b %%\n%% c %%", ["- [ ] a <i>b</i>", "<p>from</p>", " c ", "<p>to</p>"]),
        ("a\n\n%% kanban:settings\n```\n{}\n```\n%%", ["a"]),
        ("a\n%% private %%\nb\n%% /private %%", ["a", "<p>from</p>", "b", "<p>to</p>"]),
        ("a\n\n> [!private] b\n> c\n\nd", ["a", "<p>from</p>", "> [!private] b", "> c", "<p>to</p>", "d"]),
        (
            "> a\n>\n> > [!private]\n> > c",
            ["> a", "> <p>from</p>", "> > [!private]", "> > c", "> <p>to</p>"],
        ),
    ],
)
def test_the_owner_sees_where_private_parts_begin_and_end(body: str, shown: list[str]) -> None:
    lines = marked(body, Labels("<p>from</p>", "<p>to</p>", "<i>", "</i>")).split("\n")
    assert [line for line in lines if line.strip("> ")] == shown


COUNTED = {
    "tracks/t.md": file(title="T"),
    "tracks/u.md": file(title="U"),
    "items/a.md": file(track="t", status="done", title="A"),
    "items/b.md": file(track="t", status="planned", title="B", audience="private")
    + "- [x] one\n- [ ] two\n- [ ] three\n",
    "items/c.md": file(track="u", status="done", title="C"),
}
COUNTING = f"{ROADMAP}policies: {{count_private: true}}\n"


def progress(roadmap: Roadmap) -> dict[str, Decimal | None]:
    everything = whole(roadmap)
    return {"": everything.value, **{each.track.id: each.rollup.value for each in everything.tracks}}


def test_private_items_count_only_with_the_policy_and_only_in_whole_percents() -> None:
    assert progress(public(COUNTED)) == {"": 100, "t": 100, "u": 100}
    assert progress(public(COUNTED, COUNTING)) == {"": 83, "t": 67, "u": 100}
    assert whole(public(COUNTED, COUNTING)).counts.total == 0  # of tasks, nothing is told


def test_an_explanation_mentions_private_items_whether_or_not_there_are_any() -> None:
    roadmap = public(COUNTED, COUNTING)
    explainer, everything = Explainer(roadmap, Language("en")), whole(roadmap)
    for track in everything.tracks:
        lines = [*as_lines(explainer.track(track.track, track.rollup), roadmap.settings)]
        assert len(lines) == 3
        assert lines[-1] == "  and private items"
    assert [*as_lines(explainer.whole(everything), roadmap.settings)][-1] == "  and private items"


def test_statuses_and_choices_that_only_private_items_use_are_not_public() -> None:
    roadmap = "statuses: {planned: planned, signed: done}\ncollections:\n  items: {fields: {size: {choices: [s, m]}}}\n"
    files = {"items/a.md": file(status="signed", size="m", audience="private"), "items/b.md": file(size="s")}
    settings = public(files, roadmap).settings
    assert [*settings.statuses] == ["planned"]
    assert settings.collections["items"].fields["size"].choices == ("s",)


def test_order_has_no_gap_where_a_private_item_was() -> None:
    files = {f"items/{n}.md": file(order=str(n), **({"audience": "private"} if n == 2 else {})) for n in (1, 2, 7)}
    assert [each.number("order") for each in public(files).items] == [1, 2]


def test_the_owner_sees_everything_with_private_files_marked() -> None:
    found = for_audience(loaded(COUNTED), "private").roadmap
    assert found.private == {"items/b.md"}
    assert {each.path for each in found.items} == set(COUNTED)


def test_hidden_has_the_same_key_in_any_order() -> None:
    assert Hidden(frozenset("abc")).key == Hidden(frozenset("cba")).key
    assert Hidden(frozenset("abc")).key != Hidden(frozenset("ab")).key


def project(folder: Path, files: Mapping[str, str], nav: str = "") -> Path:
    write_content(folder, {**files, "roadmap.yml": ROADMAP})
    (folder / "mkdocs.yml").write_text(f"site_name: x\ndocs_dir: build/docs\n{nav}", "utf-8")
    return folder


def run(folder: Path, *arguments: str) -> str:
    return cli(folder, "--as-of", "2025-02-01", *arguments).output


@pytest.mark.parametrize(
    ("arguments", "is_overridden"),
    [
        (["check"], True),
        (["check", "--audience", "public"], False),
        (["check", "--format", "json"], True),
        (["show", "a"], True),
        (["explain", "a"], True),
        (["history"], True),
        (["history", "--format", "json"], False),
        (["history", "--format", "json", "--audience", "private"], True),
        (["report", "--since", "2025-01-01"], True),
        (["report", "--since", "2025-01-01", "--audience", "public"], False),
        (["report", "--since", "2025-01-01", "--format", "md"], False),
        (["report", "--since", "2025-01-01", "--format", "json", "--audience", "private"], True),
        (["export", "json"], False),
        (["export", "json", "--audience", "private"], True),
    ],
)
def test_published_output_is_public_and_printed_output_is_for_the_owner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], is_overridden: bool
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    repo = repository(tmp_path / "p")
    project(repo.folder, {})
    private = item("doing", "x hidden task", title="Hidden item", audience="private", progress="12")
    repo.commit("2025-01-20", {"items/a.md": private, "items/b.md": item("doing", " seen task"), "tracks/t.md": file()})
    output = run(repo.folder, *arguments)
    # `history` as a text has numbers alone
    assert any(word in output for word in ("Hidden item", "hidden task", "items/a.md", "1 / 2")) is is_overridden, (
        output
    )


def test_a_private_name_is_unknown_to_public_commands(tmp_path: Path) -> None:
    folder = project(
        tmp_path, {"items/secret.md": file(audience="private"), "items/a.md": file(depends_on="[secrett]")}
    )
    assert "secret.md" in run(folder, "show", "secret")
    assert 'there is no item "secret"' in run(folder, "show", "secret", "--audience", "public")
    said = run(folder, "check", "--audience", "public")
    assert "secrett" in said
    assert 'did you mean "secret"' not in said


def test_a_public_check_reveals_nothing_of_a_broken_roadmap_yml(tmp_path: Path) -> None:
    folder = project(tmp_path, {"items/a.md": file(titel="x")})
    (folder / "content/roadmap.yml").write_text("collections: {plans: {audience: privat}}\n")
    assert "plans" not in run(folder, "check", "--audience", "public")
    assert "MM502" in run(folder, "check")


@pytest.mark.parametrize(
    "arguments", [["history", "--format", "json"], ["report", "--since", "2025-01-01", "--format", "md"]]
)
def test_public_history_is_refused_while_roadmap_yml_is_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    repo = repository(tmp_path / "p")
    (repo.folder / "mkdocs.yml").write_text("site_name: x\n")
    repo.commit("2025-01-05", {"items/a.md": item("doing", title="Hidden")})
    repo.write({"roadmap.yml": "collections: {items: {private: {title: x}}}\n"})
    assert run(repo.folder, *arguments) == (
        "error: roadmap.yml has errors (see `milemark check`), so milemark cannot tell what is private\n"
    )


def test_private_output_has_its_own_folder(tmp_path: Path) -> None:
    folder = project(tmp_path, {"items/a.md": file(audience="private")})
    run(folder, "generate")
    run(folder, "generate", "--audience", "private")
    run(folder, "generate")
    assert not (folder / "build/docs/items/a.md").exists()
    page = (folder / "build/docs-private/items/a.md").read_text("utf-8")
    assert "This page is private" in page
    assert "mm-banner" in (folder / "build/docs-private/progress.md").read_text("utf-8")
    assert "mm-banner" not in (folder / "build/docs/progress.md").read_text("utf-8")


NAV = """\
nav:
  - index.md
  - Work: [items/index.md, plans/index.md]
  - Secret: {More: plans/index.md}
  - plans/
theme: {name: material, language: !ENV [LOCALE, en]}
"""


def test_the_public_nav_has_no_private_page_and_the_private_nav_has_all(tmp_path: Path) -> None:
    folder = project(tmp_path, {}, NAV)
    hidden = Hidden(folders=frozenset({"plans"}))
    public_job = job_of(folder, folder / "s", folder / "t", SiteOptions("en", DAY, "public", hidden.has_page))
    assert "items/index.md" in public_job.changes
    assert not {"plans", "Secret", "More"} & set(public_job.changes.replace("/", " ").replace(":", " ").split())
    owner = job_of(folder, folder / "s", folder / "t", SiteOptions("en", DAY, "private"))
    assert owner.changes.strip() == "docs_dir: build/docs-private"
    assert job_of(folder, folder / "s", folder / "t", SiteOptions("en", DAY)).changes == ""


@pytest.mark.slow
@pytest.mark.parametrize("publisher", PUBLISHERS)
def test_a_nav_with_private_pages_builds_strictly_for_both_audiences(
    tmp_path: Path, root: Path, publisher: str
) -> None:
    files = {"index.md": "Welcome\n", "items/a.md": file(title="A"), "plans/b.md": file(title="B")}
    config = (root / "mkdocs.yml").read_text("utf-8")  # with tags of every kind
    nav = "nav:\n  - index.md\n  - items/index.md\n  - Plans: [plans/index.md]\n"
    project(tmp_path, files)
    (tmp_path / "mkdocs.yml").write_text(f"{config}\n{nav}", "utf-8")
    for audience, folder in (("public", "site"), ("private", "site-private")):
        command = [sys.executable, "-m", "milemark", "-C", str(tmp_path), "build", "--strict"]
        command += ["--publisher", publisher, "--audience", audience]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        html = (tmp_path / folder / "items/index.html").read_text("utf-8")
        assert ("Plans" in html) is (audience == "private")
        assert (tmp_path / folder / "plans").exists() is (audience == "private")


def test_a_generated_page_stays_public_if_the_text_above_it_is_private(tmp_path: Path) -> None:
    files = {
        "index.md": file(audience="private"),
        "items/index.md": file(audience="private"),
        "items/b.md": file(audience="private"),
        "about.md": "[home](index.md) [items](items/index.md) [same](items/) [words](items/b.md) ![x](items/x.png)\n",
    }
    everything = loaded(files)
    hidden = hidden_in(everything)
    (about,) = for_audience(everything, "public").roadmap.pages
    assert about.body.strip() == "[home](index.md) [items](items/index.md) [same](items/) words"
    assert not public_attachments(["items/x.png"], everything)
    folder = project(tmp_path, {}, NAV)
    changes = job_of(folder, folder / "s", folder / "t", SiteOptions("en", DAY, "public", hidden.has_page)).changes
    assert "index.md" in changes
    assert "items/index.md" in changes


def public_attachments(paths: Iterable[str], everything: Loaded, data: bytes = b"\0") -> list[str]:
    files = AttachmentFiles(tuple(paths), lambda _path: data)
    lacking = left_out(files, for_audience(everything, "public"), hidden_in(everything))
    return [path for path in files.paths if path not in lacking]


@pytest.mark.parametrize(
    ("files", "is_public"),
    [
        ({"notes/a.md": file(audience="private")}, False),
        ({"notes/a.md": file(audience="private"), "notes/b.md": "text\n"}, False),
        ({"notes/a.md": "![it](<x y.pdf>)\n"}, True),
        ({"a.md": file(audience="private") + "![x](<notes/x y.pdf>)\n", "b.md": "[it](notes/x%20y.pdf)\n"}, True),
        ({"a.md": "<!-- private -->\n[[notes/x y.pdf]]\n<!-- /private -->\n", "notes/b.md": "text\n"}, False),
        ({"a.md": "![[x y.pdf]] and `![[x y.pdf]]`\n"}, True),
        ({"a.md": "`![[x y.pdf]]`, <!-- ![[x y.pdf]] --> and the file x y.pdf\n"}, False),
        ({"items/a.md": file(links='{cv: "../notes/x%20y.pdf"}')}, True),
        ({"items/a.md": file(pay='"[[x y.pdf]]"')}, False),  # a private field
        ({"a.md": file(meta='{cover: "notes/x y.pdf"}')}, True),
        ({"a.md": file(cv='"[[x y.pdf|my CV]]"')}, True),
        ({"notes/a.md": file(audience="private"), "b.md": "[it](notes/x%20y.pdf)\n"}, False),  # a private folder
        ({"roadmap.yml": "assets: notes/*.pdf\n", "b.md": "text\n"}, True),
        ({"roadmap.yml": "assets: [/CNAME]\n", "b.md": "text\n"}, False),
    ],
)
def test_an_attachment_is_public_only_if_something_public_needs_it(files: Mapping[str, str], is_public: bool) -> None:
    assert bool(public_attachments(["notes/x y.pdf"], loaded(files))) is is_public


@pytest.mark.parametrize(
    "mention",
    [
        "![[스캔 1.png]]",
        "![[스캔 1.png|300]]",
        "[[files/스캔 1.png]]",
        "see ![](<스캔 1.png>) there",
        "![](%EC%8A%A4%EC%BA%94%201.png)",
        "[![a](<../files/스캔 1.png>)](https://example.org)",
        '<img src="../files/스캔 1.png" width="300">',
        '<img src="../../files/스캔 1.png" width="300">',  # from the address of the page
        "<img width=3 srcset='../files/%EC%8A%A4%EC%BA%94%201.png 2x'>",
        '<video controls poster="../files/스캔 1.png">\n</video>',
        '<object data="../files/스캔 1.png"></object>',
        '<div style="background: url(../files/%EC%8A%A4%EC%BA%94%201.png)">x</div>',
        "[x]\n\n[x]: <../files/스캔 1.png> 'a title'",
        "!!! note\n    - [ ] see ![x](../files/스캔%201.png)",
        "| a |\n|---|\n| ![[스캔 1.png\\|300]] |",
        unicodedata.normalize("NFD", "![[스캔 1.png]]"),
        "<a href='../files/&#49828;캔 1.png'>x</a>",
    ],
)
def test_public_and_private_texts_name_an_attachment_in_the_same_syntaxes(mention: str) -> None:
    path = unicodedata.normalize("NFD", "files/스캔 1.png")
    private, public = file(audience="private") + mention + "\n", file() + mention + "\n"
    for text, kept in ((private, []), (public, [path])):
        everything = loaded({"items/a.md": text, "items/other.md": "x\n", "files/b.md": "x\n"})
        assert public_attachments([path], everything) == kept
    both = loaded({"items/a.md": private, "items/other.md": file() + mention + "\n"})
    assert public_attachments([path], both) == [path]


def test_of_several_attachments_of_one_name_only_the_one_in_the_folder_of_the_text_is_meant() -> None:
    paths = ["a/scan.png", "b/scan.png"]
    assert public_attachments(paths, loaded({"a/x.md": "![[scan.png]]\n"})) == ["a/scan.png"]
    assert public_attachments(paths, loaded({"x.md": "![[scan.png]]\n"})) == []
    assert public_attachments(paths, loaded({"x.md": "![[b/scan.png]]\n"})) == ["b/scan.png"]


def test_a_published_stylesheet_or_page_brings_the_files_that_it_needs() -> None:
    texts = {
        "demo/index.html": b"<link rel=stylesheet href=look.css><script src='app.js'></script>",
        "demo/look.css": b"@import 'more.css'; body { background: url(img/back.png) }",
        "demo/app.js": b"import './lib.js'",
        "demo/more.css": b"",
        "demo/lib.js": b"",
        "demo/img/back.png": b"\0",
        "demo/other.png": b"\0",
        "logo.svg": b"<svg><image href='demo/other.png'/></svg>",
    }
    everything = loaded({"a.md": "[demo](demo/index.html)\n"})
    seen, hidden = for_audience(everything, "public"), hidden_in(everything)
    assert [*left_out(AttachmentFiles(tuple(texts), texts.__getitem__), seen, hidden)] == ["demo/other.png", "logo.svg"]
    named = AttachmentFiles(tuple(texts), texts.__getitem__, frozenset({"logo.svg"}))
    assert not left_out(named, seen, hidden)


FIELDS_OF_OTHER_FORMATS = (
    b"Offer\n=====\n\n:audience: private\n\nthe offer\n",
    b"#+TITLE: Offer\n#+DRAFT: yes\n",
    b"= Offer\n:publish: no\n",
    b"# the offer\nprivate = true\n",
    b'{"tags": "private"}',
    b"tags: private\nthe offer\n",
    b"// audience: privte\n",
)
WORDS_OF_OTHER_FORMATS = (
    b":audience: public\n",
    b"published: 2025\n",
    b"private, in style\n",
    b"draft: no\n",
)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"---\naudience: private\nsalary: 9000\n---\n# Offer\n", "it is a text with front matter"),
        (b"\xef\xbb\xbf---\r\na: b\r\n---\r\n", "it is a text with front matter"),
        (b"+++\ndraft = true\n+++\n", "it is a text with front matter"),
        (b"text\n<!-- private -->\nthe offer\n", "it is a text with a private section"),
        (b"```private\nthe offer\n```\n", "it is a text with a private section"),
        (b"text\n%% the offer %%\n", "it is a text with a private section"),
        (b'{"nodes": [{"file": "items/secret.md"}]}', "it is a text that names a private file"),
        (b'{"cells": [{"source": ["---\\n", "audience: private\\n", "---"]}]}', "it is a text with front matter"),
        (b'[{"text": "---\\ndraft: true\\n---\\nx"}]', "it is a text with front matter"),
        (b'{"a": ["x\\n", "\\u003c!-- private --\\u003e\\n", "the offer"]}', "it is a text with a private section"),
        (b'{"a": "---", "b": ["time", 1, null, {"c": "a \\n--- b"}]}', ""),
        (b"[not json", ""),
        (b"see items%2Fsecret.md", "it is a text that names a private file"),
        (b"----\n---\na text\n", ""),
        *((text, "it is a text with a field that makes it private") for text in FIELDS_OF_OTHER_FORMATS),
        *((text, "") for text in WORDS_OF_OTHER_FORMATS),
        (b"\x89PNG\0items/secret.md", ""),
    ],
)
def test_a_text_that_may_hold_private_words_is_not_copied_though_a_public_page_links_to_it(
    data: bytes, reason: str
) -> None:
    everything = loaded({"a.md": "[it](offer.txt)\n", "items/secret.md": file(audience="private")})
    files = AttachmentFiles(("offer.txt",), lambda _path: data)
    found = left_out(files, for_audience(everything, "public"), hidden_in(everything))
    assert found == ({"offer.txt": reason} if reason else {})


def test_two_percent_signs_in_a_file_that_is_no_note_are_no_comment() -> None:
    everything = loaded({"a.md": "[it](plot.eps)\n"})
    files = AttachmentFiles(("plot.eps",), lambda _path: b"%!PS\n%%BoundingBox: 0 0 9 9\n%%EOF\n")
    assert not left_out(files, for_audience(everything, "public"), hidden_in(everything))


# --- other words for private ----------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["items/a.md", "notes/a.md"])
@pytest.mark.parametrize(
    ("field", "is_public"),
    [
        ("draft: true", False),
        ("draft: yes", False),
        ("Draft: True", False),
        ('draft: "true"', False),
        ("draft: until May", False),
        ("private: true", False),
        ("publish: false", False),
        ("published: false", False),
        ("unlisted: true", False),
        ("unlisted: false", True),
        ("unlistd: true", False),
        ("listed: false", False),
        ("listed: true", True),
        ("publish: off", False),
        ("published: soon", False),
        ("drfat: true", False),
        ("drafts: yes", False),
        ("privat: true", False),
        ("pubish: false", False),
        ("publishd: no", False),
        ("meta: {draft: true}", False),
        ("meta: {publish: false}", False),
        ("visibility: private", False),
        ("access: Private", False),
        ("공개: 비공개", False),
        ("tags: [private]", False),
        ("tags: [a, privat]", False),
        ("status: private", False),
        ("meta: {access: private}", False),
        ("dg-publish: false", False),
        ("dg-publish: true", True),
        ("visibility: public", True),
        ("tags: [private-life]", True),
        ("subtitle: private lessons", True),
        ("draft: false", True),
        ("draft:", True),
        ('draft: ""', True),
        ("private: no", True),
        ("publish: true", True),
        ("published: 2026-01-05", True),
        ("published: https://example.org/post", True),
        ("craft: wood", True),
        ("publisher: no", False),  # one letter from `published`: hidden in doubt
        ("publisher: Springer", True),
        ("raft: 2", True),
    ],
)
def test_the_words_of_other_tools_and_their_misspellings_hide_a_file(kind: str, field: str, is_public: bool) -> None:
    everything = loaded({kind: f"---\ntitle: A\n{field}\n---\ntext\n", "items/b.md": file(), "notes/b.md": "x\n"})
    assert hidden_in(everything).holds(kind) is not is_public


@pytest.mark.parametrize(
    ("text", "is_public"),
    [
        ("Title: A\nDraft: true\n\ntext", False),
        ("#+title: A\n#+private: yes\n\ntext", False),
        ("```\n---\naudience: private\n---\n```\n", False),
        ("Title: A\nDraft: false\n\ntext", True),
        ("Status: private beta\n\ntext", True),
        ("# A\n\nDraft: true", True),  # a sentence of the text
    ],
)
def test_fields_at_the_beginning_of_a_file_without_front_matter_hide_it(text: str, is_public: bool) -> None:
    everything = loaded({"notes/a.md": text, "items/b.md": file(), "notes/b.md": "x\n"})
    assert hidden_in(everything).holds("notes/a.md") is not is_public


@pytest.mark.parametrize(
    "text",
    [
        "pay:: 4711",
        "> - **Pay** :: 4711",
        "- [ ] ask (pay:: (4711)) b",
        "- [ ] ask [pay:: [4711](x.md)]",
        "- [x] ask pay:4711",
        "- [ ] ask @pay(4711) b",
        "[base pay:: 4711",
        "| a |\n|---|\n| [pay::4711] |",
    ],
)
def test_a_private_field_in_a_text_is_private_in_any_form(text: str) -> None:
    roadmap = "collections: {items: {private: [pay, base-pay], fields: {pay: {}, base-pay: {}, open: {}}}}\n"
    body = f"{text}\n\nafter [open:: 1] `pay:: 0`\n"
    everything = loaded({"items/a.md": f"---\ntitle: A\n---\n{body}"}, roadmap)
    shown = for_audience(everything, "public").roadmap.items[0].document
    assert "4711" not in repr([shown.body, shown.tasks])
    assert "after [open:: 1] `pay:: 0`" in shown.body
    assert shown.body.count("\n") == body.count("\n")


@pytest.mark.parametrize(
    ("text", "is_public"),
    [
        ("audience:: private", False),
        ("private:: true\n\ntext", False),
        ("text\n\n- [audience:: private]", False),
        ("Publish:: no", False),
        ("draft:: false", True),
        ("the field `audience:: private` hides", True),
        ("```\naudience:: private\n```", True),
        ("in private:: a text", True),
    ],
)
def test_a_field_in_the_text_of_a_file_hides_it(text: str, is_public: bool) -> None:
    everything = loaded({"items/a.md": f"---\ntitle: A\n---\n{text}\n", "items/b.md": file(), "notes/b.md": "x\n"})
    assert hidden_in(everything).holds("items/a.md") is not is_public


def test_a_field_that_a_collection_declares_is_its_own() -> None:
    roadmap = "collections: {items: {fields: {draft: {type: integer}}}}\n"
    assert not hidden_in(loaded({"items/a.md": file(draft="3")}, roadmap))


def test_a_known_word_is_no_unknown_field_and_no_fact_of_a_page(tmp_path: Path) -> None:
    files = {"items/a.md": file(title="A", publish="true"), "items/b.md": file(title="B", pubish="true")}
    assert [each.values["field"] for each in loaded(files).diagnostics] == ["pubish"]
    folder = project(tmp_path, files, "")
    run(folder, "generate")
    assert "publish" not in (folder / "build/docs/items/a.md").read_text("utf-8")


def test_publish_names_the_only_public_files_and_exclude_the_ones_that_are_not_read() -> None:
    files = {
        "roadmap.yml": f"{ROADMAP}publish: [/items/, about.md, '!*-draft.md']\nexclude: [Templates/, '*.tmpl.md']\n",
        "items/a.md": file(title="A"),
        "Items/b.md": file(title="B"),
        "items/c-draft.md": file(title="C"),
        "about.md": "x\n",
        "Daily/2026-01-01.md": "x\n",
        "templates/t.md": file(title="{{title}}", due="<% date %>"),
        "items/d.tmpl.md": file(title="D"),
        "Templates/x.base": "views: 1\n",
    }
    everything = loaded(files)
    assert {each.document.path for each in everything.files} == {
        *("items/a.md", "Items/b.md", "items/c-draft.md", "about.md", "Daily/2026-01-01.md"),
    }
    assert everything.diagnostics == ()
    shown = {each.document.path for each in for_audience(everything, "public").files}
    assert shown == {"items/a.md", "Items/b.md", "about.md"}


@pytest.mark.parametrize("name", ["acme-offer.mdx", "acme-offer.markdown", "acme-offer.txt", "acme-offer"])
def test_the_name_of_a_file_that_is_refused_is_private(tmp_path: Path, name: str) -> None:
    about = f"[the offer](items/{name}), see {name} or `acme-offer`\n"
    folder = project(tmp_path, {"index.md": about, f"items/{name}": "---\naudience: private\n---\nx\n"})
    run(folder, "generate")
    pages = "".join(path.read_text("utf-8") for path in (folder / "build/docs").rglob("*.md"))
    assert ("acme" in pages, "the offer" in pages) == (False, True)
    said = cli(folder, "check", "--audience", "public", "-v").output
    assert said.endswith(f"not public:\n  items/{name}: it cannot be read, so it may be private\n")


def test_links_to_excluded_files_leave_their_words_only(tmp_path: Path) -> None:
    links = "[offer](../Hidden/acme-offer.pdf) ![](../Hidden/acme.plan.png) [t](../Hidden/q7-plan.md) [[q7-plan|p]]\n"
    hidden = {"acme-offer.pdf": "x", "acme.plan.png": "x", "q7-plan.md": "x\n", "go.md": "x\n", "b.base": "views: 1\n"}
    files = {"items/a.md": f"{file(depends_on='q7-plan')}\n{links}", "index.md": "See [[b.base]] and Hidden/b.base.\n"}
    excluded = {f"Hidden/{name}": text for name, text in hidden.items()}
    folder = project(tmp_path, {**files, **excluded})
    write_content(folder, {"roadmap.yml": f"{ROADMAP}exclude: [Hidden/]\n"})
    run(folder, "generate")
    pages = {path: path.read_text("utf-8") for path in (folder / "build/docs").rglob("*.md")}
    words = ("acme", "q7-plan", "b.base", "Hidden/")
    assert {str(path): word for path, text in pages.items() for word in words if word in text} == {}
    assert "<p>offer  t p</p>" in pages[folder / "build/docs/items/a.md"]
    said = cli(folder, "check", "-v").output
    assert "Hidden/acme-offer.pdf: roadmap.yml excludes it\n" in said
    assert "Hidden/q7-plan.md: roadmap.yml excludes it\n" in said


@pytest.mark.parametrize(
    "publish", ["publish: []", "publish:", "publish: {a: b}", "publish: ['!']", "publish: nothing"]
)
def test_a_publish_without_a_usable_pattern_publishes_nothing(publish: str) -> None:
    everything = loaded({"roadmap.yml": f"{ROADMAP}{publish}\n", "items/a.md": file(), "b.md": "x\n"})
    assert for_audience(everything, "public").files == ()


def test_a_vault_is_published_only_where_roadmap_yml_says_which_notes(tmp_path: Path) -> None:
    folder = project(tmp_path, {"items/a.md": file(), "Daily/b.md": "x\n"}, "")
    (folder / "content/.obsidian").mkdir()
    refused = cli(folder, "build")
    assert (refused.exit_code, "publish: [Projects/]" in refused.output) == (2, True)
    assert not (folder / "build/docs").exists()
    run(folder, "generate", "--audience", "private")
    with (folder / "content/roadmap.yml").open("a") as file_:
        file_.write("publish: [items/]\n")
    run(folder, "generate")
    assert (folder / "build/docs/items/a.md").is_file()
    assert not (folder / "build/docs/Daily/b.md").exists()


def test_check_lists_what_is_not_public_and_why(tmp_path: Path) -> None:
    files = {"items/a.md": file() + "![x](../x.png)\n", "items/b.md": file(audience="private") + "![x](../y.png)\n"}
    folder = project(tmp_path, files | {"x.png": "x", "y.png": "y", "notes.txt": "see items/b.md"}, "")
    said = cli(folder, "check", "-v").output
    assert said.endswith(
        "not public:\n  items/b.md: it is private\n"
        "  notes.txt: no public page, field or stylesheet needs it\n"
        "  y.png: no public page, field or stylesheet needs it\n"
    )
    run(folder, "generate", "--audience", "private")
    page = (folder / "build/docs-private/progress.md").read_text("utf-8")
    assert "content/y.png" in page
    assert "content/x.png" not in page
    assert (folder / "build/docs-private/y.png").is_file()


def test_a_named_file_below_one_that_publish_does_not_name_is_hidden_and_the_build_says_so(tmp_path: Path) -> None:
    files = {
        "items/b.md": file(parent="top"),
        "items/c.md": file(parent="secret"),
        "items/secret.md": file(audience="private"),
        "items/goals/top.md": file(),
    }
    folder = project(tmp_path, files)
    with (folder / "content/roadmap.yml").open("a") as settings:
        settings.write("publish: ['/items/*.md']\n")
    said = cli(folder, "check", "-v").output
    assert "  items/b.md: it belongs to a file that is not public: content/items/goals/top.md\n" in said
    assert "  items/c.md: it belongs to a private file: content/items/secret.md\n" in said
    assert "  items/goals/top.md: `publish` in roadmap.yml does not name it\n" in said
    assert "1 file is hidden in doubt" in run(folder, "generate")


def test_the_patterns_of_roadmap_yml_are_no_text_of_the_site() -> None:
    roadmap = ROADMAP + "publish: [/items/]\nexclude: [/items/tmp/]\nassets: [/secret-plan/*.pdf]\n"
    files = {"roadmap.yml": roadmap, "items/a.md": file(title="A"), "secret-plan/secret-plan.md": file()}
    found = for_audience(loaded(files), "public")
    assert [each.rule.code for each in found.diagnostics] == []
    assert found.roadmap.settings.publish == ("/items/",)


# --- the past -------------------------------------------------------------------------------------


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    found = repository(tmp_path / "p")
    (found.folder / "mkdocs.yml").write_text("site_name: x\ndocs_dir: build/docs\n")
    return found


def test_history_omits_what_became_private_and_begins_where_an_item_became_public(repo: Repo) -> None:
    repo.commit("2025-01-01", {"projects/gone.md": item("doing", "x old", " new", title="Gone")})
    repo.commit("2025-01-05", {"projects/come.md": item("doing", "x before", audience="private", title="Was")})
    repo.commit("2025-01-10", {"projects/gone.md": item("done", "x old", "x new", title="Gone", audience="private")})
    repo.commit("2025-01-12", {"projects/come.md": item("doing", "x before", " after", title="Came")})
    for command in (
        ("report", "--since", "2025-01-03", "--format", "md"),
        ("report", "--since", "2025-01-11", "--format", "md"),
        ("history", "--format", "json"),
    ):
        said = run(repo.folder, *command)
        assert "Gone" not in said
        assert "Was" not in said
        assert "Came" in said
    assert "2025-01-05" not in run(repo.folder, "history", "--format", "json")


def test_tasks_and_fields_that_became_private_are_no_change(repo: Repo) -> None:
    repo.write({"roadmap.yml": ROADMAP})
    repo.commit("2025-01-01", {"items/a.md": item("doing", "x hush", " shown", weight="5", due="2025-03", title="A")})
    text = item("doing", " shown", weight="2", due="2025-06", title="A")
    private = ROADMAP.replace("[pay]", "[pay, weight, due]")
    repo.commit(
        "2025-01-10", {"items/a.md": f"{text}<!-- private -->\n- [x] hush\n<!-- /private -->\n", "roadmap.yml": private}
    )
    for command in (("report", "--since", "2025-01-05", "--format", "md"), ("history", "--format", "json")):
        said = run(repo.folder, *command)
        assert "hush" not in said
    report = run(repo.folder, "report", "--since", "2025-01-05", "--format", "md")
    assert not {"weight", "2025-06", "2025-03", "5 →"} & {
        word for word in ("weight", "2025-06", "2025-03", "5 →") if word in report
    }


def test_the_history_of_one_audience_does_not_change_that_of_the_other(repo: Repo) -> None:
    repo.commit("2025-01-01", {"projects/a.md": item("doing", "x one", title="Seen")})
    repo.commit("2025-01-02", {"projects/b.md": item("doing", "x two", title="Unseen", audience="private")})
    first = [run(repo.folder, "history", "--format", "csv", "--audience", each) for each in ("public", "private")]
    again = [run(repo.folder, "history", "--format", "csv", "--audience", each) for each in ("private", "public")]
    assert first == again[::-1]
    assert first[0] != first[1]
    repo.commit("2025-01-03", {"projects/a.md": item("doing", "x one", title="Seen", audience="private")})
    assert ",a," not in run(repo.folder, "history", "--format", "csv")  # what was kept of it is not used


def snapshot(commit: str, parents: str, done: int) -> Snapshot:
    figures = Figures(None, done, done, {})
    return Snapshot(commit, tuple(parents), datetime(2025, 1, 1, tzinfo=UTC), figures, {}, {})


def test_commits_without_a_change_are_skipped() -> None:
    commits = [snapshot("a", "", 0), snapshot("b", "a", 1), snapshot("c", "b", 1), snapshot("d", "c", 2)]
    found = simplified(commits, equals(commits))
    assert [(each.commit, each.parents) for each in found] == [("b", ()), ("d", ("b",))]


def test_no_part_of_the_job_search_is_on_the_public_site_of_our_own_roadmap(root: Path) -> None:
    content = root / "content"
    files = {path.relative_to(content).as_posix(): path.read_bytes() for path in content.rglob("*") if path.is_file()}
    everything = load(files, date(2025, 1, 12))
    hidden = hidden_in(everything)
    risks = {f"principles/{name}.md" for name in ("too-much-at-once", "starting-before-finishing", "postponed-writing")}
    plans = {"milestones/job-search.md", "milestones/technical-interview.md", "portfolio/interview.md"}
    assert hidden.paths == plans | risks
    assert "면접 준비" not in repr(for_audience(everything, "public").roadmap)


def test_public_files_of_a_folder_stay_in_history_after_its_last_file_became_private(repo: Repo) -> None:
    repo.commit(
        "2025-01-01", {"projects/old.md": item("done", "x one", title="Old"), "projects/b.md": item("doing", " x")}
    )
    repo.commit("2025-01-10", {"projects/old.md": None, "projects/b.md": item("doing", " x", audience="private")})
    assert '"Old"' in run(repo.folder, "history", "--format", "json")


def test_an_item_renamed_and_made_private_in_one_commit_is_in_no_public_history(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.git("init", "-q", "-b", "main")
    text = "---\ntitle: New job\nstatus: doing\n{}---\n- [x] call them\n"
    repo.commit(
        "2024-12-01",
        {
            "roadmap.yml": "collections: {items: {label: Items}}\n",
            "items/a.md": text.format(""),
            "items/c.md": "---\ntitle: C\n---\n- [ ] c\n",
        },
    )
    (tmp_path / "content/items/a.md").unlink()
    repo.commit("2024-12-02", {"items/b.md": text.format("audience: private\n")})
    for arguments in (["history", "--format", "json"], ["report", "--since", "2024-12-02", "--format", "md"]):
        done = cli(tmp_path, "--as-of", "2024-12-03", *arguments)
        assert done.exit_code == 0, done.output
        assert not {"New job", "call them"} & {word for word in ("New job", "call them") if word in done.output}


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


@pytest.mark.parametrize(("on_disk", "declared"), [(nfc, nfd), (nfd, nfc)], ids=["NFC on disk", "NFD on disk"])
def test_a_private_collection_hides_its_folder_in_either_unicode_form(
    on_disk: Callable[[str], str], declared: Callable[[str], str]
) -> None:
    private = "---\nstatus: planned\n---\n# Secret plan\n"
    texts = {
        "제안/비밀.md": private,
        "제안/index.md": "# Private\n",
        "제안/더/a.md": "# More\n",
        "projects/a.md": "# A\n",
    }
    files = {on_disk(path): text for path, text in texts.items()}
    roadmap = declared("collections: {제안: {audience: private}, projects: {}}\n")
    everything = load_texts({"roadmap.yml": roadmap, **files})
    assert {item.collection.name for item in everything.roadmap.items} == {"제안", "projects"}
    shown = for_audience(everything, "public")
    assert [file.document.path for file in shown.files] == ["projects/a.md"]
    hidden = hidden_in(everything)
    for form in ("제안/비밀.md", "제안/index.md", "제안/그림.png", "제안"):
        assert not any(hidden.has_page(each(form)) for each in (nfc, nfd))


OWNED = {
    "p/a.md": "---\naudience: private\n---\n# A\n",
    "p/b.md": "---\nparent: a\n---\n# B\n",
    "p/c.md": "---\nparent: '[[b]]'\n---\n# C\n",
    "p/비밀.md": "---\ntrack: t\n---\n# D\n",
    "tracks/t.md": "---\ndraft: true\n---\n# T\n",
    "p/many.md": "---\nitems: headings\n---\n## X {#x}\naudience: private\n\n## Y\nparent: x\n",
    "p/own.md": "---\nparent: a\naudience: private\n---\n# Own\n",
    "p/open.md": "---\nparent: own-less\n---\n# Open\n",
}


def test_a_file_that_is_private_by_what_it_belongs_to_is_named_with_it() -> None:
    roadmap = "title: 계획\ncollections: {p: {}, tracks: {role: track}}\n"
    loaded = load_texts({"roadmap.yml": roadmap, **OWNED})
    hidden = hidden_in(loaded)
    assert owned_files(loaded, hidden) == {
        path: f"it belongs to a private file: content/{owner}"
        for path, owner in {
            "p/b.md": "p/a.md",
            "p/c.md": "p/b.md",
            "p/비밀.md": "tracks/t.md",
            "p/many.md#y": "p/many.md",
        }.items()
    }
    assert doubtful_files(loaded, hidden) == {}
