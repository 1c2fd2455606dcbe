"""The text of a page: a publisher shows it as it is, whatever its extensions, and makes the same contents of it."""

from __future__ import annotations

import re
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from html import unescape
from pathlib import Path

import markdown
import nh3
import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it.token import Token
from pymdownx.slugs import slugify

from milemark.markdown.front_matter import parse_document
from milemark.markdown.outline import read_outline
from milemark.markdown.private_sections import without_private
from milemark.markdown.rendering.headings import heading_ids
from milemark.markdown.rendering.hooks import Hooks
from milemark.markdown.rendering.ids import ids_in
from milemark.markdown.rendering.page import for_embed, for_page
from milemark.markdown.rendering.parser import read_blocks
from milemark.markdown.wikilinks import Wikilink
from support import ROOT, cpu_within

STARTER = ROOT / "generator/milemark/app/starter_files/mkdocs.yml"
# All that a mkdocs.yml may enable; Python-Markdown's own attribute lists are enough for the ids.
PLAIN = ("attr_list",)
EVERY = (
    *("extra", "admonition", "attr_list", "md_in_html", "meta", "nl2br", "sane_lists", "smarty", "toc", "wikilinks"),
    *("codehilite", "pymdownx.arithmatex", "pymdownx.b64", "pymdownx.betterem", "pymdownx.caret", "pymdownx.critic"),
    *("pymdownx.details", "pymdownx.emoji", "pymdownx.escapeall", "pymdownx.fancylists", "pymdownx.highlight"),
    *("pymdownx.inlinehilite", "pymdownx.keys", "pymdownx.magiclink", "pymdownx.mark", "pymdownx.progressbar"),
    *("pymdownx.saneheaders", "pymdownx.smartsymbols", "pymdownx.snippets", "pymdownx.superfences"),
    *("pymdownx.tabbed", "pymdownx.tasklist", "pymdownx.tilde", "pymdownx.blocks.html", "pymdownx.blocks.admonition"),
)
PIECES = (
    *("# h *a* `b` <b>c</b> {#x__y__}", '## __init__ a--b "q" (c) 1/2 --> {.a_b_ .c}', "Title\n=====", "Sub\n---"),
    *(
        "- [ ] a",
        "- [x] b",
        "  - c",
        "3. x",
        "> q",
        "> [!todo]- T\n> x",
        '!!! note "x"\n    - [ ] y',
        '=== "T"\n\n    x',
    ),
    *("```py title='a'\nx = 1\n```", "~~~\n", "    code", "\tcode", "`", "``", "| a | b |\n|---|:-:|\n| c | `d` |"),
    *("Term\n: def", "*[HTML]: x", "HTML", "[^1]", "[^1]: note\n", "$x$", "$$\na\n- b\n$$", "++ctrl+a++"),
    *(
        ":material-check:",
        ":smile:",
        "==m==",
        "~~d~~",
        "^^a^^",
        "a^2^",
        "H~2~O",
        "(c)",
        "=> x",
        "--",
        "...",
        "'q' \"q\"",
    ),
    *("[[a#b|c]]", "![[x.png|30]]", "^abc", "http://a.b/c_d", "www.x.org", "a@b.co", "[l](x.md 't')", "![i](y.png)"),
    *("[r]", "[r]: z.md", "](", "![", "<", ">", "{: .x #y}", "{{ x }}", "{% y %}", "--8<-- 'x'", "[TOC]", "::: x"),
    *(
        "/// html | div\nx\n///",
        "[=50% 'x']",
        "{--a--}",
        "{==a==}{>>b<<}",
        "\x02wzxhzdk:0\x03",
        "\x00",
        "\u2028",
        "\ud800",
    ),
    *("<details>", "</details>", "<p align=center>", "<pre>\nx\n", "</pre>", "<br>", "<a name='x'/>", "<div markdown>"),
    *("<!-- x -->", "<!--", "<textarea>", "<svg><path d='M1 2'/></svg>", "<style>\na{b:c}\n\n</style>", "&amp;", "\\*"),
    *("가나다", "한글 **강조**를", "---", "***", "a  ", "*", "**", "_", "__", "\\"),
)
HEADINGS = ("a b", "a", "*a*", "A & B", "`a_b`", "값: 1", "a_1", "_1", "", "!", "[a](b)", "é")
HOSTILE = (
    *("[", "![[a", "[^", "**a ", "`a", "$a", "$$a\n", "~a", "http:", "http://a_", "<a ", "<div>\n", "</b>"),
    *("[^a]: ", "> ", "<script>", "- ", "a\n: "),
)
BETWEEN = ("", " ", "\n", "\n\n")
bodies = st.lists(st.tuples(st.sampled_from(PIECES) | st.text(max_size=8), st.sampled_from(BETWEEN)), max_size=7).map(
    lambda pieces: "".join(part for piece in pieces for part in piece)
)


@cache
def converter(extensions: tuple[str, ...]) -> markdown.Markdown:
    return markdown.Markdown(extensions=[*extensions], extension_configs={"pymdownx.snippets": {"base_path": ["/"]}})


def published(text: str, extensions: tuple[str, ...]) -> str:
    return converter(extensions).reset().convert(text)


@settings(deadline=None, max_examples=300)
@given(bodies)
def test_a_page_is_shown_as_it_is_with_any_extension(body: str) -> None:
    text = for_page(body)
    shown = published(text, PLAIN)
    assert published(text, EVERY) == shown
    assert [run for run in text.split("\n\n") if run.startswith("<div>") and run not in shown] == []


@settings(deadline=None, max_examples=200)
@given(bodies)
def test_a_body_within_another_is_one_line_of_balanced_html(body: str) -> None:
    text = for_embed(body, "", "x-") or ""
    assert "\n" not in text
    assert published(f"<div>{text}</div>", EVERY) == f"<div>{text}</div>"


@settings(deadline=None, max_examples=300)
@given(st.lists(bodies | st.sampled_from(["> # q\n", "- # h\n  ^x\n", "# h {#a+é}\n", "- b {#z}\n"]), max_size=3))
def test_the_ids_that_links_may_name_are_those_of_the_published_page(texts: list[str]) -> None:
    body = "".join(texts)
    page = BeautifulSoup(published(for_page(body), (*PLAIN, "toc")), "html.parser")
    named = {
        str(tag[name])
        for tag in page.find_all(True)
        for name in ("id", "name")[: 1 + (tag.name == "a")]
        if tag.get(name)
    }
    blocks = read_blocks(body)
    assert set(ids_in(blocks, body, heading_ids(blocks).values())) == named


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(("a b", "a", "*a*", "A & B", "`a_b`", "값: 1", "a_1", "_1", "", "!", "[a](b)", "é")), max_size=6
    )
)
def test_headings_have_the_ids_that_publishers_give(texts: list[str]) -> None:
    body = "".join(f"## {text}\n" for text in texts)
    toc = markdown.Markdown(extensions=["toc"], extension_configs={"toc": {"slugify": slugify(case="lower")}})
    toc.convert(re.sub(r" \{#.*\}$", "", for_page(body), flags=re.MULTILINE))
    assert [*heading_ids(read_blocks(body)).values()] == [token["id"] for token in vars(toc)["toc_tokens"]]


@pytest.mark.parametrize(
    ("heading", "id_"),
    [
        ("## 다음 {/*next-steps*/}", "next-steps"),
        ("## Next {/* #계획 */} ##", "계획"),
        ("Next {/*next*/}\n---", "next"),
        ("- ## Next {/*next*/}", "next"),
        ("## Next {/*next*/} {#own}", "own"),
        ("## Next {/*Ask Kim*/}", "next"),
        ("## Next {/* ask */} now", "next-now"),
        ("## Next {/*ASK*/}", "next"),
        ("## Next <!-- ask --> now", "next-now"),
        ("## Next %%ask%%", "next"),
        ("## Next :private[ask]", "next"),
        ("## `{/*next*/}`", "next"),
    ],
)
def test_a_heading_has_the_same_id_for_the_public(heading: str, id_: str) -> None:
    for body in (heading, without_private(heading)):
        assert [*heading_ids(read_blocks(body)).values()] == [id_]


def test_a_comment_that_ends_no_heading_is_no_id() -> None:
    assert without_private("a {/*b*/}\n\n| c {/*d*/}\n") == "a \n\n| c \n"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("", ""),
        ("*a*\n\n# b", "<div><p><em>a</em></p></div>\n\n# b {#b}"),
        ("## a *b* `c_d` & <e@f.g>", None),
        ("# \n", "# &#8203; {#_1}"),
        ("# a {#b__c .d_e}", "# a {#b\\_\\_c .d\\_e}"),
        ("# a {#_b .c_}", "# a {#\\_b .c\\_}"),
        ("# a {#x}\n# x", "# a {#x}\n\n# x {#x_1}"),
        ("> # a\n\n- # b", '<div><blockquote><h1 id="a">a</h1></blockquote><ul><li><h1 id="b">b</h1></li></ul></div>'),
        ("<div>\n\n# a\n\n</div>\n\n# b", '<div><div> <h1 id="a">a</h1></div> </div>\n\n# b {#b}'),
        ("<p align=center>\n\n# a", '<div><p align="center"> </p></div>\n\n# a {#a}'),
        ("{{ x }} *[a]* --8<--", None),
        ("<!-- a\n\nb -->\n", ""),
    ],
)
def test_the_text_of_a_page(body: str, text: str | None) -> None:
    assert text is None or for_page(body) == text


def test_a_sanitiser_sees_everything_but_the_publisher_finds_no_markdown_in_its_answer() -> None:
    body = "<b onclick=x>a_b_</b> *c* <script>x</script>\n\n# d <i onclick=y>e</i>\n"
    assert for_page(body, clean=nh3.clean) == "<div><p><b>a&#95;b&#95;</b> <em>c</em> </p></div>\n\n# d <i>e</i> {#d-e}"


NOTE = """\
a[^1] ^one

# A

b

## B: *c*

- d ^two
  - e
- f

> q

^three

# A

g

## B c

[^1]: Note
"""


@pytest.mark.parametrize(
    ("part", "html"),
    [
        ("^one", '<p id="x-^one">a<sup id="fnref:x-1"><a class="footnote-ref" href="#fn:x-1">1</a></sup></p>'),
        ("^two", '<ul><li id="x-^two">d<ul><li>e</li></ul></li></ul>'),
        ("^three", '<span id="x-^three"></span><blockquote><p>q</p></blockquote>'),
        ("A#B c", '<h2 id="x-b-c">B: <em>c</em></h2><ul><li id="x-^two">d<ul><li>e</li></ul></li><li>f</li></ul>'),
        ("a_1", '<h1 id="x-a_1">A</h1><p>g</p><h2 id="x-b-c_1">B c</h2>'),
        ("b-c_1", '<h2 id="x-b-c_1">B c</h2>'),
        ("^four", None),
        ("A#C", None),
    ],
)
def test_a_part_of_a_body_is_shown_within_another(part: str, html: str | None) -> None:
    text = for_embed(NOTE, part, "x-")
    found = re.sub(r"&#(\d+);", lambda entity: unescape(entity[0]), text) if text else text
    assert (found is None) == (html is None)
    assert html is None or (found or "").startswith(html)


@pytest.mark.slow
@pytest.mark.parametrize("part", HOSTILE)
def test_a_hostile_body_takes_time_in_proportion_to_its_length(part: str) -> None:
    with cpu_within(40):
        for_page(part * 20_000)


ITEM = re.compile(
    r"<li(?P<names>[^>]*)>(?:<p[^>]*>)?(?:<label[^>]*><input [^>]*?(?P<done> checked)?"
    r'(?: aria-label="[^"]*")?>)?|</li>'
)


def shown_tasks(text: str) -> list[tuple[str, int]]:
    """Return mark and depth of the tasks in the HTML of a page."""
    found: list[tuple[str, int]] = []
    opened: list[bool] = []
    for item in ITEM.finditer(text):
        if item[0] == "</li>":
            opened.pop()
            continue
        is_task = "task-list-item" in item["names"]
        if is_task:
            mark = re.search('data-task="([^"]*)"', item["names"])
            found.append((unescape(mark[1]) if mark else "x" if item["done"] else " ", sum(opened)))
        opened.append(is_task)
    return found


def difference(path: Path) -> str:
    document, _ = parse_document(path.name, path.read_bytes())
    counted = [(task.mark.lower(), task.depth) for task in read_outline(path.name, document.body, 1).tasks]
    return "" if counted == shown_tasks(for_page(document.body)) else f"{path}"


@pytest.mark.slow
def test_the_tasks_of_every_real_file_are_shown_as_they_are_counted(real_markdown: Path) -> None:
    paths = [path for path in sorted(real_markdown.rglob("*.md")) if b"[" in path.read_bytes()]
    with ProcessPoolExecutor(2) as pool:
        assert [*filter(None, pool.map(difference, paths, chunksize=64))] == []


SITE = """\
# Top & *em* `c_d_e` "q" -- it's (c)

- [ ] a
  1. [x] b

```py title="x"
a = "{{ b }}"
```

## 한글 제목: 값?

=== "A"

    > [!tip] T
    > $x_1$ ==m== [l](https://example.org/a_b)[^1]

## __init__ method

| a |
|---|
| `b\\|c` |

[^1]: Note
"""


@pytest.mark.slow
def test_three_publishers_show_the_same_body(tmp_path: Path) -> None:
    settings_ = re.sub(
        r"(?m)^(?:nav|not_in_nav|extra_css|extra_javascript):(?:.*\n)(?:[ -].*\n)*", "", STARTER.read_text("utf-8")
    )
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/index.md").write_text(for_page(SITE), "utf-8")
    shown: dict[str, tuple[str, list[str]]] = {}
    for name, command in (("mkdocs", "build -q"), ("properdocs", "build -q"), ("zensical", "build")):
        text = settings_.replace("docs_dir: build/docs", "docs_dir: docs").replace(
            "site_dir: site", f"site_dir: {name}"
        )
        (tmp_path / f"{name}.yml").write_text(text, "utf-8")
        program = [sys.executable, "-m", name, *command.split(), "-f", f"{name}.yml"]
        done = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        page = (tmp_path / name / "index.html").read_text("utf-8")
        article = page[page.index("<div><ul>") : page.index("</article>")].rstrip()
        contents = BeautifulSoup(page, "html.parser").select(".md-nav--secondary .md-nav__link")
        shown[name] = article, [str(link["href"]) for link in contents if link.get("href")]
    assert shown["mkdocs"] == shown["properdocs"] == shown["zensical"]
    assert {*shown["mkdocs"][1]} == {"#한글-제목-값", "#init-method"}


def test_a_view_stands_on_the_page_as_it_is_and_only_outside_of_other_blocks() -> None:
    hooks = Hooks(
        view=lambda query: "## Done\n\n<p>1</p>" if isinstance(query, Token) and query.info == "milemark" else None
    )
    body = "a\n\n```milemark\nx\n```\n\n- ```milemark\n  x\n  ```\n\n```py\nx\n```\n"
    text = for_page(body, hooks)
    assert text.startswith("<div><p>a</p></div>\n\n## Done\n\n<p>1</p>\n\n<div><ul>")
    assert text.count("## Done") == 1


def test_an_embed_on_a_line_of_its_own_may_be_a_view() -> None:
    hooks = Hooks(view=lambda query: "VIEW" if isinstance(query, Wikilink) else None)
    assert for_page("![[a.base]]\n\nx ![[a.base]]\n", hooks).split("\n\n")[0] == "VIEW"
    assert for_page("![[a.base]]\n\nx ![[a.base]]\n", hooks).count("VIEW") == 1


_LIST = "- [ ] one\n  - [x] two\n    note\n"


@pytest.mark.parametrize(
    ("body", "order"),
    [
        (f"## Tasks\n{_LIST}## Problem\ntext\n", "Problem Tasks"),
        (f"text\n\n## Tasks\n{_LIST}## More tasks\n1. [x] one\n\n## Problem\ntext\n", "Problem Tasks More-tasks"),
        (f"## Tasks\n{_LIST}### Later\n{_LIST}## Problem\ntext\n### Later\ntext\n", "Problem Later_1 Tasks Later"),
        (f"## Problem\ntext\n\n## Tasks\n{_LIST}", "Problem Tasks"),
        (f"## Monday\n{_LIST}## Notes\ntext\n\n## Tuesday\n{_LIST}## Notes\ntext\n", "Monday Notes Tuesday Notes_1"),
        (f"## Tasks\n{_LIST}\ntext\n\n## Problem\ntext\n", "Tasks Problem"),
        ("## Tasks\n- [ ] one\n- two\n\n## Problem\ntext\n", "Tasks Problem"),
        (f"{_LIST}\n## Problem\ntext\n", "Problem"),
        (f"## Tasks\n{_LIST}## Problem\ntext[^1]\n\n[^1]: note\n", "Tasks Problem"),
        (f"## Empty\n\n## Tasks\n{_LIST}", "Empty Tasks"),
        ("> ## Quote\n> text\n\n## Tasks\n- [ ] one\n\n## Problem\ntext\n", "Problem Tasks"),
    ],
)
def test_a_page_that_presents_a_work_has_its_tasks_last_where_its_text_allows_that(body: str, order: str) -> None:
    shown = for_page(body, has_tasks_last=True)
    found = re.findall(r"(?m)^#+ .*\{#(\S+)\}$", shown)
    assert found == order.lower().split()
    assert sorted(shown.split("\n\n")) == sorted(for_page(body).split("\n\n"))
