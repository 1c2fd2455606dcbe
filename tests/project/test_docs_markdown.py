"""The page about Markdown is true: each syntax that it names does on the site as the page says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape

import pytest

from support import ROOT, cli, write_content, write_files

GUIDE = (ROOT / "docs/markdown.md").read_text("utf-8")
CANARY = "canary"
ENDS = {"<!-- /private -->", "[//]: # (/private)", "%% /private %%"}  # of the marks of HIDDEN
WORDS = {"mkdocs.yml", "check"}  # that the page marks as code, and that are no syntax
# For each syntax of the page: Markdown that has it, and a part of the page that it makes (a regular expression).
SHOWN: Mapping[str, tuple[str, str]] = {
    "> [!NOTE]": ("> [!NOTE]\n> text", "(?s)admonition note.*text"),
    "$a^2$": ("$a^2$", r'class="arithmatex"'),
    "$$ … $$": ("$$\na^2\n$$", r'class="arithmatex"'),
    ":smile:": (":smile:", "😄"),
    ":+1:": (":+1:", "👍"),
    "mermaid": ("```mermaid\ngraph TD\n```", 'class="mermaid"'),
    "[[note]]": ("[[note]]", r'<a href="\.\./note/?[^"]*">'),
    r"[[note\|text]]": ("[[note|text]]", r'<a href="\.\./note[^"]*">text</a>'),
    "[[note#heading]]": ("[[note#heading]]", r'href="\.\./note/?[^"]*#heading"'),
    "[[#heading]]": ("# A\n\n## Heading\n\n[[#heading]]", r'href="\.\./shown-\d+/#heading"'),
    "[[note#^block]]": ("[[note#^block]]", r'href="\.\./note/?[^"]*#\^?block"'),
    r"![[picture.png\|300]]": ("![[picture.png|300]]", r'<img[^>]*width="300"'),
    "![[clip.mp4]]": ("![[clip.mp4]]", "<video"),
    "![[note]]": ("![[note]]", "(?s)text of the note.*text of the section"),
    "![[note#heading]]": ("![[note#heading]]", "text of the section"),
    "![[next.base#Next]]": ("![[next.base#Next]]", "Shop"),
    "> [!todo]- Title": ("> [!todo]- Title\n> text", "(?s)<details[^>]*>.*Title"),
    "==mark==": ("==mark==", "<mark>mark</mark>"),
    "^block-id": ("text ^block-id", r'id="\^?block-id"'),
    "📅 2025-03-01": ("- [ ] a 📅 2025-03-01", "March 1, 2025"),
    "⏫": ("- [ ] a ⏫", "mm-"),
    "🔁 every week": ("- [ ] a 🔁 every week", "every week"),
    "[key:: value]": ("- [ ] a [due:: 2025-03-01]", "March 1, 2025"),
    "@done(2025-03-01)": ("- [x] a @done(2025-01-01)", "January 1, 2025"),
    "#project/alpha": ("text #project/alpha", "#project/alpha"),
    "%% comment %%": (f"a %% {CANARY} %% b", "a  ?b"),
    "> [!private]": (f"> [!private]\n> {CANARY}\n\nb", "b"),
    "!!! private": (f"!!! private\n    {CANARY}\n\nb", "b"),
    "!!! note": ("!!! note\n    text", "admonition note"),
    "??? note": ("??? note\n    text", '<details[^>]*class="note'),
    "???+ note": ("???+ note\n    text", "<details[^>]* open"),
    '=== "Tab"': ('=== "Tab"\n    text', "tabbed-set"),
    "*[HTML]: …": ("HTML\n\n*[HTML]: Hypertext", '<abbr title="Hypertext">'),
    "{#id .class}": ("## A {#id .class}", r"\{#id .class\}"),
    "++ctrl+c++": ("++ctrl+c++", "<kbd"),
    ":material-git:": (":material-git:", "<svg"),
    "markdown": ("<div markdown>\n\n**bold**\n\n</div>", "<strong>bold</strong>"),
    'title="…"': ('```py title="a.py"\nx\n```', "a.py"),
    'linenums="1"': ('```py linenums="1"\nx\n```', "(?i)linenos|linenum"),
    'hl_lines="2-3"': ('```py hl_lines="2-3"\nx\ny\nz\n```', "hll"),
    "--8<--": ('--8<-- "docs/x.md"', "--8"),
    "[TOC]": ("[TOC]", r"\[TOC\]"),
    "{:toc}": ("text\n{:toc}", "text"),
    "/// note": ("/// note\ntext\n///", "///"),
}
LINKED = {
    "note.md": "# Note\n\ntext of the note ^block\n\n## Heading\n\ntext of the section\n",
    "next.base": "views: [{type: table, name: Next, order: [file.name]}]\n",
    "projects/shop.md": "---\ntitle: Shop\nstatus: Active\n---\n",
    "picture.png": "",
    "clip.mp4": "",
    "roadmap.yml": "title: T\nautolink: true\nbody_tags: true\nstatuses: {Active: active}\ncollections: {projects: }\n",
}
# Markdown that hides the canary; `b` stays.
HIDDEN: Mapping[str, str] = {
    "<!-- private -->": "<!-- private -->\n\n{}\n\n<!-- /private -->\n\nb",
    "[//]: # (private)": "[//]: # (private)\n\n{}\n\n[//]: # (/private)\n\nb",
    "%% private %%": "%% private %%\n\n{}\n\n%% /private %%\n\nb",
    "{% private %}": "{% private %}\n\n{}\n\n{% /private %}\n\nb",
    "{{< private >}}": "{{< private >}}\n\n{}\n\n{{< /private >}}\n\nb",
    "{/* private */}": "{/* private */}\n\n{}\n\n{/* /private */}\n\nb",
    "<private>": "<private>\n\n{}\n\n</private>\n\nb",
    "[private]": "[private]\n\n{}\n\n[/private]\n\nb",
    ".. private::": "b\n\n.. private::\n\n   {}",
    "^^^private": "b\n\n^^^private\n\n{}",
    "@private": "b\n\n@private\n\n{}",
    "```private": "```private\n{}\n```\n\nb",
    "::: private": "::: private\n{}\n:::\n\nb",
    ":::{private}": ":::{private}\n{}\n:::\n\nb",
    "/// private": "/// private\n{}\n///\n\nb",
    ":private[text]": ":private[{}] b",
    r"\private{text}": r"\private{{}} b",
    "{private}`text`": "{private}`{}` b",
    "> [!private]": "> [!private]\n> {}\n\nb",
    "!!! private": "!!! private\n    {}\n\nb",
    "??? note private": "??? note private\n    {}\n\nb",
    '<div class="private">': '<div class="private">\n\n{}\n\n</div>\n\nb',
    '<section data-audience="private">': '<section data-audience="private">\n\n{}\n\n</section>\n\nb',
    "## Plans {.private}": "b\n\n## Plans {.private}\n\n{}",
    "text {.private}": "{} {.private}\n\nb",
    "- [ ] task {.private}": "- [ ] {} {.private}\n- [ ] b",
    "%% comment %%": "%% {} %% b",
    "{# … #}": "{# {} #} b",
    "{/* … */}": "{/* {} */} b",
    "[//]: # (…)": "[//]: # ({})\n\nb",
    "{% comment %}": "{% comment %}{}{% endcomment %} b",
    "{>> … <<}": "{>>{}<<} b",
    "> [!note] Private": "> [!note] Private\n> {}\n\nb",
    '!!! note "Private"': '!!! note "Private"\n    {}\n\nb',
    '=== "Private"': '=== "Private"\n    {}\n\nb',
    ":::note[Private]": ":::note[Private]\n{}\n:::\n\nb",
    "<summary>Private</summary>": "<details>\n<summary>Private</summary>\n\n{}\n\n</details>\n\nb",
}
AUTOLINKED: Mapping[str, str] = {
    "#12": "me/plan/issues/12",
    "owner/repo#12": "owner/repo/issues/12",
    "@name": "github.com/name",
    "1f2e3d4": "me/plan/commit/1f2e3d4",
    "owner/repo@1f2e3d4": "owner/repo/commit/1f2e3d4",
}


def named(heading: str) -> Iterator[str]:
    """Yield the syntaxes in the first columns of the tables below a heading of the page."""
    section = GUIDE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    for row in re.findall(r"^\| (.*?) (?<!\\)\|", section, re.MULTILINE):
        yield from (text.strip() for _ticks, text in re.findall(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", row))
    if heading == "Material for MkDocs":
        yield from (
            text.strip()
            for _ticks, text in re.findall(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", section.replace("\n", " "))
        )


@pytest.mark.parametrize(
    ("heading", "known"),
    [
        ("GitHub", SHOWN),
        ("Obsidian", SHOWN),
        ("Material for MkDocs", SHOWN),
        ("Private text", HIDDEN),
        ("Links", AUTOLINKED),
    ],
)
def test_each_syntax_of_the_page_is_tried(heading: str, known: Mapping[str, object]) -> None:
    found = set(named(heading)) - ENDS - WORDS
    assert len(found) > 4
    assert found - known.keys() == set()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Return the text of a public page for each example."""
    texts = {f"shown-{at}": text for at, (text, _part) in enumerate(SHOWN.values())}
    texts |= {f"hidden-{at}": text.replace("{}", CANARY, 1) for at, text in enumerate(HIDDEN.values())}
    texts |= {f"linked-{at}": f"see {text} here" for at, text in enumerate(AUTOLINKED)}
    root = tmp_path_factory.mktemp("markdown")
    write_files(root, {"mkdocs.yml": "docs_dir: build/docs\nrepo_url: https://github.com/me/plan\n"})
    write_content(root, LINKED | {f"{name}.md": f"---\ntitle: T\n---\n\n{text}\n" for name, text in texts.items()})
    assert cli(root, "generate").exit_code == 0
    return {name: unescape((root / f"build/docs/{name}.md").read_text("utf-8")) for name in texts}


@pytest.mark.parametrize(("at", "name"), list(enumerate(SHOWN)), ids=str)
def test_a_syntax_is_on_the_site_as_the_page_says(pages: Mapping[str, str], at: int, name: str) -> None:
    text = pages[f"shown-{at}"]
    assert re.search(SHOWN[name][1], text), text
    assert CANARY not in text


@pytest.mark.parametrize(("at", "name"), list(enumerate(HIDDEN)), ids=str)
def test_private_text_is_not_on_the_site(pages: Mapping[str, str], at: int, name: str) -> None:
    text = pages[f"hidden-{at}"]
    assert CANARY not in text, name
    assert re.search(r"\bb\b", text.split("---\n", 2)[2])


@pytest.mark.parametrize(("at", "name"), list(enumerate(AUTOLINKED)), ids=str)
def test_a_mention_is_a_link(pages: Mapping[str, str], at: int, name: str) -> None:
    assert f'{AUTOLINKED[name]}"' in pages[f"linked-{at}"]
