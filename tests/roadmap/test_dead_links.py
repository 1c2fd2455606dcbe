"""A link, picture or wikilink that leads nowhere is found, with the address that its author meant."""

from __future__ import annotations

import pytest

from milemark.foundation.diagnostics import Diagnostic
from milemark.roadmap.dead_links import dead_links_of
from support import DAY, cpu_within, load_texts

ROADMAP = "statuses: {planned: planned}\ncollections: {projects: {}, notes: {}}\n"
FILES = {
    "roadmap.yml": ROADMAP,
    "projects/shop.md": "---\ntitle: Web shop\nstatus: planned\naliases: [store]\n---\n## Next steps\n",
    "notes/결제.md": "# 결제 설계\n\n<a id=old></a>\n\n## Why? {#why}\n\nA line ^block\n\nx[^1]\n\n[^1]: note\n",
    "about.md": "# About\n",
}
PICTURES = ("img/scan.png", "img/화면 1.png")


def found(text: str, **files: str) -> list[Diagnostic]:
    return [*dead_links_of(load_texts({**FILES, "projects/a.md": text, **files}, DAY), PICTURES)]


@pytest.mark.parametrize(
    "text",
    [
        "[x](shop.md) [x](../about.md) [x](./shop.md?a=b) [x](https://example.org/x.md) [x](mailto:a@b.c)",
        "[x](../notes/결제.md) [x](../notes/%EA%B2%B0%EC%A0%9C.md) ![x](../img/화면%201.png) ![x](<../img/화면 1.png>)",
        "[x](shop.md#next-steps) [x](shop.md#web-shop) [x](../notes/결제.md#결제-설계)",
        "[x](../notes/결제.md#why) [x](../notes/결제.md#old) [x](../notes/결제.md#fn:1)",
        "## Mine\n\n[x](#mine) [x](# ) <a href='#mine'>x</a>",
        "[x](../index.md) [x](../board.md#anything) [x](index.md) [x](../notes/index.md) [x](../history.md)",
        "[[shop]] [[store]] [[projects/shop]] [[Shop.md]] [[결제#결제 설계]] [[결제#^block]] ![[scan.png|9]] [[about]]",
        "[x](/about.md) [x](/notes/결제.md#why) ![x](/img/scan.png)",
        "[[#Mine]] ![[#mine]]\n\n## Mine",
        "[[결제#why]] [[shop#next-steps]] [[/about]] [x](//cdn.org/x)",
        "[[../projects/shop]] [[../notes/결제]] [[../about.md]] [[store#Next steps]]",
        '<img src="../img/scan.png"> <img src="../../img/scan.png"> <a href="../shop/">x</a> <a href="shop.md">x</a>',
        '<a href="https://example.org"> <img src="data:image/png;base64,x">',
        "`[x](gone.md)` and ``` `[[gone]]` ```\n\n```\n[x](gone.md)\n```\n",
    ],
)
def test_an_address_that_works_on_the_site_or_in_obsidian_is_no_finding(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "code", "nearest"),
    [
        ("[x](shpo.md)", "MM305", "shop.md"),
        ("[x](Shop.md)", "MM305", "shop.md"),  # addresses of a site tell letter case apart
        ("[x](about.md)", "MM305", "../about.md"),
        ("[x](../projects/about.md#about)", "MM305", "../about.md#about"),
        ("![x](scan.png)", "MM305", "../img/scan.png"),
        ("![x](../img/scan.jpg)", "MM305", ""),
        ("[x](../board/)", "MM305", "../board.md"),
        ("[x](/abuot.md)", "MM305", "../about.md"),
        ('<a href="/about/">x</a>', "MM305", "../about.md"),
        ("[x](/projects/shop/#plan)", "MM305", "shop.md#plan"),
        ("[x](../notes/)", "MM305", "../notes/index.md"),
        ("[x](shop)", "MM305", "shop.md"),
        ("[x][r]\n\n[r]: gone/x.md", "MM305", ""),
        ('<img src="../img/scn.png">', "MM305", "../img/scan.png"),
        ("[x](shop.md#next-step)", "MM306", "next-steps"),
        ("[x](#nowhere-at-all)", "MM306", ""),
        ("[x](../notes/결제.md#결제설계)", "MM306", "결제-설계"),
        ("[[shpo]]", "MM307", "shop"),
        ("![[scan.jpeg]]", "MM307", "scan.png"),
        ("[[#Next step]]\n\n# Next steps", "MM307", "Next steps"),
        ("[[shop#Next step]]", "MM307", "Next steps"),
    ],
)
def test_a_dead_address_is_reported_with_the_one_that_was_meant(text: str, code: str, nearest: str) -> None:
    (finding,) = found(text)
    assert (finding.rule.code, finding.values["nearest"]) == (code, nearest)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[x](../drafts/a.md)", "the link leads to ../drafts/a.md, which roadmap.yml excludes"),
        ("[x](../drafts/a.md#part)", "the link leads to ../drafts/a.md#part, which roadmap.yml excludes"),
        ("![x](../img/a.mdx)", "the picture leads to ../img/a.mdx, which is not published"),
        ("[x](../notes/odd.md)", "the link leads to ../notes/odd.md, which cannot be read"),
        ("[x](../notes/odder.md)", "the link leads to ../notes/odder.md, which does not exist"),
    ],
)
def test_a_dead_link_to_a_file_that_is_there_says_why(text: str, message: str) -> None:
    files = {**FILES, "roadmap.yml": f"{ROADMAP}exclude: [drafts/**]\n", "projects/a.md": text}
    absent = ("drafts/a.md", "img/a.mdx", "notes/odd.md")
    (finding,) = dead_links_of(load_texts(files, DAY), PICTURES, absent)
    assert finding.message_in(str) == message


def test_a_wikilink_to_an_excluded_note_says_so() -> None:
    files = {**FILES, "roadmap.yml": f"{ROADMAP}exclude: [drafts/**]\n", "drafts/b.md": "# B", "projects/a.md": "[[b]]"}
    loaded = load_texts(files, DAY)
    (finding,) = dead_links_of(loaded, PICTURES, ["drafts/b.md"])
    assert "which roadmap.yml excludes" in finding.hint_in(str)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("[x](../notes/a plan.md)", ["MM309"]),
        ("![x](../img/화면 1.png)", ["MM309"]),
        ("[x](../notes/a plan.md#part two)", ["MM309"]),
        ("[x](<../notes/a plan.md>) [x](../notes/a%20plan.md) `[x](../notes/a plan.md)`", []),
        ("[x](see the notes) [ ](a b c)", []),
    ],
)
def test_an_address_with_blanks_is_text_and_a_finding_if_it_names_a_file(text: str, codes: list[str]) -> None:
    assert [each.rule.code for each in found(text, **{"notes/a plan.md": "# A plan\n"})] == codes


def test_a_finding_has_the_place_of_the_address() -> None:
    (finding,) = found("---\ntitle: A\n---\nfirst line\nsee [it](gone.md)\n")
    assert (finding.span.line, finding.span.column, finding.span.width) == (5, 10, len("gone.md"))


def test_a_composed_address_leads_to_a_decomposed_file_name() -> None:
    decomposed = "notes/화면.md"
    assert found("[x](../notes/화면.md) [[화면]]", **{decomposed: "# x\n"}) == []


def test_a_rule_that_roadmap_yml_ignores_is_not_reported() -> None:
    assert found("[x](gone.md)", **{"roadmap.yml": f"{ROADMAP}ignore: [dead-link]\n"}) == []


NAMED = """# Web shop {#own}

# Plan

## Plan

## 결제 & 정산 (2차)

> ## Quoted `code`

- # In a list {#li+st}

<div id="box"><a name='anchor'></a></div>

<!-- <a id="comment"></a> -->

```html
<a id="code"></a>
```

A line {#no} and [l](a.md){#link} `c`{#inline}
{#para}

A block ^block

=== "Tab"

    ## In a tab

Note[^1] and again[^1], not[^2].

[^1]: ## In a note
[^3]: unused
"""
IDS = (
    *(
        "web-shop",
        "own",
        "plan",
        "plan_1",
        "결제--정산-2차",
        "quoted-code",
        "list",
        "box",
        "anchor",
        "link",
        "inline",
        "para",
    ),
    *("^block", "in-a-tab", "__tabbed_1_1", "in-a-note", "fn:1", "fnref:1", "fnref2:1"),
)
NO_IDS = (
    "web-shop-own",
    "plan-2",
    "comment",
    "code",
    "no",
    "block",
    "fn:2",
    "fn:3",
    "fnref3:1",
    "tab",
    "li+st",
    "top",
)


@pytest.mark.parametrize("anchor", IDS)
def test_an_anchor_that_the_page_has_is_no_finding(anchor: str) -> None:
    assert found(f"[x](b.md#{anchor})", **{"projects/b.md": NAMED}) == []


@pytest.mark.parametrize("anchor", NO_IDS)
def test_an_anchor_that_the_page_lacks_is_a_finding(anchor: str) -> None:
    assert [each.rule.code for each in found(f"[x](b.md#{anchor})", **{"projects/b.md": NAMED})] == ["MM306"]


def test_the_id_of_a_title_is_numbered_if_a_heading_has_it() -> None:
    files = {"projects/b.md": "# Shop\n\n## Shop\n", "own.md": "# Shop\n\n## Shop\n"}
    assert found("[a](b.md#shop) [b](b.md#shop_1) [c](../own.md#shop) [d](../own.md#shop_1)", **files) == []
    assert len(found("[a](b.md#shop_2) [c](../own.md#shop_2) [[b#shop_2]]", **files)) == 3


def test_an_untrusted_page_has_only_the_ids_of_its_headings() -> None:
    files = {"roadmap.yml": f"{ROADMAP}untrusted: true\n", "notes/n.md": "# A\n\n<b id=x>x</b>\n\n> # Q\n"}
    codes = [each.values["anchor"] for each in found("[a](../notes/n.md#a) [b](../notes/n.md#x)", **files)]
    assert codes == ["x"]


@pytest.mark.slow
def test_thousands_of_dead_links_are_answered_within_seconds() -> None:
    line = "[a](gone-{0}.md) [[lost {0}]] [b](big.md#none-{0}) [[big#no {0}]]\n\n"
    links = "".join(line.format(number) for number in range(700))
    files = {f"notes/{number:04}-note.md": "# A\n" for number in range(3_000)}
    files["notes/big.md"] = "".join(f"# Part {number}\n\n" for number in range(2_000))
    files |= {f"notes/x{number}.md": links for number in range(3)}
    loaded = load_texts(files)
    with cpu_within(60):
        assert len([*dead_links_of(loaded, ())]) == 3 * 700 * 4


def test_a_wikilink_with_the_name_of_several_files_is_reported() -> None:
    files = {"home/plan.md": "# A\n", "plans/plan.md": "# B\n"}
    (finding,) = found("[[plan]] [[home/plan]] [[shop]]", **files)
    assert (finding.rule.code, finding.values["files"]) == ("MM310", "home/plan.md, plans/plan.md")
    assert found("[[plan]]", **files, **{"projects/plan.md": "# C\n"}) == []
