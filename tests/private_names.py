"""Forms in which public texts name a private file, projects that hold them, and the search for the name in outputs."""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from urllib.parse import unquote

from milemark.foundation.i18n import Language
from milemark.output.export.formats import FORMATS, ExportInput
from milemark.output.site.page import NO_INPUTS
from milemark.output.site.pages import pages
from milemark.output.site.renderer import Renderer
from milemark.output.text.diagnostics import FORMATS as RENDERINGS
from milemark.output.text.diagnostics import FormatContext
from milemark.output.urls import NO_REPOSITORY, Addresses
from milemark.query.load import checked_for_audience, load_with_bases
from milemark.roadmap.load import Loaded
from support import ROOT, in_content

DAY = date(2025, 2, 1)
ENGLISH = Language("en")
DISTINCT = ("qvx7-kanari", "kanari_7q", "비밀-까마귀", "Kanari 7 까마귀", "q7.kanari", "Ünï-kanari")
PLAIN = ("kanariplan", "까마귀계획", "go", "2031-07")
CARRIERS = json.loads((ROOT / "tests/security/leak_carriers.json").read_text("utf-8"))
NEIGHBOURS: Mapping[str, Mapping[str, str]] = {
    "body": {
        "alt": "![see {N}](pic.png)",
        "tab": '=== "{N}"\n    x',
        "mermaid": "```mermaid\ngraph TD\n  A[{N}] --> B\n```",
        "math": "$${N}$$ and \\({N}\\)",
        "footnote": "x[^{N}]\n\n[^{N}]: note",
        "abbreviation": "*[{N}]: a plan\n\n{N} it is",
        "srcset": '<source srcset="../{N}.webp 2x, a.png 1x">',
        "data": '<div data-item="{N}" data-json=\'{{"a":"{N}"}}\'>x</div>',
        "style": "<style>#{N} {{ color: red }} .a::after {{ content: '{N}' }}</style>",
        "heading": "## About {N}\n\n[there](#about-{N})",
        "setext": "{N}\n===\n",
        "table": "| {N} | b |\n|---|---|\n| [[{N}\\|c]] | `{N}` |",
        "attributes": "# x {{ .{N} data-x='{N}' title=\"{N}\" }}",
        "fence": '```{N} title="{N}" hl_lines=1\n{N}\n```',
        "critic": "{{++{N}++}} {{>>{N}<<}} ==items/{N}.md==",
        "emoji": ":{N}: ++ctrl+{N}++",
        "link label": "[{N}][{N}]\n\n[{N}]: https://example.org",
        "link title": '[a](https://example.org "see {N}")',
        "picture reference": "![a][p]\n\n[p]: ../{N}.png '{N}'",
        "uri": "<https://example.org/{N}?a={N}#{N}> tel:{N} vscode://file/{N}",
        "entity": "<a href='&period;&period;&sol;{N}&sol;'>x</a>",
        "details": "<details id={N}><summary>{N}</summary></details>",
        "svg": '<svg><title>{N}</title><use xlink:href="#{N}"/></svg>',
        "iframe": '<iframe srcdoc="&lt;a href=../{N}/&gt;x"></iframe>',
        "task": "- [ ] {N} 📅 2025-03-01 #{N} ^{N}\n  - note {N}",
        "comment in code": "```html\n<!-- {N} -->\n```",
        "inline query": "`milemark: count(*) from items where parent = '{N}' or title like '%{N}%'`",
        "query caption": "```milemark\nview: list\nfrom: items\ncaption: {N}\n```",
        "sql": "```milemark\nsql: select '{N}' as \"{N}\"\n```",
        "line break": "see {N}\\\n{N}  \n{N}<br>{N}",
        "quote": "> see {N}\n>\n> [x](<../items/{N}.md> 'a\n> b')",
        "definition list": "{N}\n:   {N}",
        "callout": "> [!note] {N}\n> [[{N}|{N}]]",
        "block id": "text ^{N}\n\n![[one#^{N}]]",
        "obsidian comment": "%% {N} %%",
        "windows": "..\\items\\{N}.md and \\\\server\\share\\{N}",
    },
    "front": {
        "description": "description: all about {N}",
        "author": "author: '{N}'",
        "tags": "tags: [a, 'x/{N}', '#{N}']",
        "aliases": "aliases: ['{N} too']",
        "stack": "stack: ['{N}', python]",
        "counts": "counts: [{N}]",
        "links": "links: {{site: 'https://example.org/{N}', repo: '{N}.md'}}",
        "nested": "meta: {{a: [{{b: '{N}'}}], '{N}': [x]}}",
        "social": "social: {{cards_layout_options: {{title: '{N}'}}}}",
        "og": '"og:title": "{N}"',
        "block": "reason: |\n  it waits\n  for {N}.",
        "reference": "parent: '[[{N}|x]]'\nmilestone: {N}\ntrack: '{N}.md'",
        "list of links": "see: ['[x](../items/{N}.md)', '<{N}.md>']",
        "comment": "# {N}\norder: 2 # {N}",
        "quoted key": "'{N} ': 1",
        "css class": "cssclasses: [{N}]",
        "date": "due: {N}\nstart: '{N}'",
        "status": "status: {N}",
    },
}
# Forms in which a single word is a word and not the name of a file: in prose, as a tag, or as a part of another name.
WORDS = {
    *("css-url", "wiki-pdf", "img-folder", "srcset", "a-tab", "query-title", "pi", "comment-list-code", "comment-bang"),
    "comment-fence-open",
    *("links-key-id", "tags-id", "cover", "a-entity-slash", "dep-url"),
}
ROADMAP = """\
title: Plan
statuses: {planned: planned, doing: active, done: done}
collections:
  items: {label: Items}
  tracks: {role: track}
  skills: {label: Skills, role: record}
"""


def private_file(name: str) -> dict[str, str]:
    return {f"items/{name}.md": f"---\ntitle: T {name}\nstatus: planned\naudience: private\n---\nsecret\n"}


def carriers(name: str, forms: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return a project with an item and a page for each form in which the private item `name` may be named."""
    files = {"roadmap.yml": ROADMAP, "tracks/main.md": "---\ntitle: Main\n---\n", **private_file(name)}
    for part, found in forms.items():
        for number, text in enumerate(found.values()):
            written = text.format(N=name, U=name.upper())
            front, body = (written, "") if part == "front" else ("", written)
            stated = "" if front.startswith("status") else "status: doing\n"
            for folder, status in (("items", stated), ("notes", "")):
                files[f"{folder}/{part}-{number}.md"] = f"---\ntitle: One\n{status}{front}\n---\nx\n\n{body}\n"
    return files


def read(files: Mapping[str, str | bytes]) -> Loaded:
    return load_with_bases(
        {path: each.encode() if isinstance(each, str) else each for path, each in files.items()}, DAY
    )


def outputs(files: Mapping[str, str]) -> dict[str, str]:
    """Return all public outputs of a project that are texts and need no publisher and no history."""
    loaded = checked_for_audience(read(files), "public")
    renderer, inputs = Renderer((), ENGLISH, is_directory=True), replace(NO_INPUTS, bases=loaded.bases)
    found = {page.path: page.text for page in pages(loaded.roadmap, renderer, ENGLISH, NO_REPOSITORY, inputs)}
    source = ExportInput(loaded.roadmap, ENGLISH, Addresses("https://example.org/plan/"))
    for name in ("json", "csv", "ics", "feed", "badge"):
        found |= {f"{name} {path}": data.decode() for path, data in FORMATS[name].make(source).items()}
    context = FormatContext(lambda _path: b"", str, in_content)
    return found | {f"check {name}": render(loaded.diagnostics, context) for name, render in RENDERINGS.items()}


# --- the decoding of a reader, written without that of milemark ----------------------------------------


def _escapes(text: str) -> str:
    text = re.sub(r"\\u\{([0-9a-fA-F]{1,6})\}", lambda found: chr(int(found[1], 16)), text)
    text = re.sub(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))", lambda found: chr(int(found[1] or found[2], 16)), text)
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)


def _css(text: str) -> str:
    return re.sub(r"\\([0-9a-fA-F]{1,5})\s?", lambda found: chr(int(found[1], 16)), text)


STEPS: tuple[Callable[[str], str], ...] = (html.unescape, unquote, _escapes)


def decodings(text: str) -> Iterator[str]:
    yield text
    yield _css(text)
    yield re.sub("\r?\n[ \t]", "", text)  # folded lines of a calendar
    for _time in range(4):
        for step in STEPS:
            text = step(text)
            yield text


def plain(text: str) -> str:
    """Return a text without case, forms of characters, characters without width, and signs for blanks."""
    text = re.sub("[\u00ad\u200b-\u200f\u2060\ufeff]", "", text)
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    return re.sub(r"[\s+]+", " ", text)


def holds(text: str, name: str) -> bool:
    found = plain(name)
    return any(found in plain(each) for each in decodings(text))


def stands_as_a_name(text: str, name: str) -> bool:
    """Whether a text holds the name of a file as such: with its ending, below its folder, or in a wikilink."""
    found = re.escape(plain(name))
    forms = rf"(?<![\w.-]){found}\.md\b|items[/\\]{found}(?![\w-])|\[\[\s*{found}\s*[\]|#^?]"
    return any(re.search(forms, plain(each)) for each in decodings(text))


INTERFACE = (
    *("search", "index", "timeline", "done", "projects", "2026", "home", "next", "h2", "utf-8", "en", "text", "class"),
    *("mm-task", "mm-stage", "in-progress", "font-size", "stroke-width", "md-search", "md-nav", "no-js", "script"),
    *("2025-02", "2025-q1", "2025-w05", "task-list", "back-to-top", "page-title", "svg", "json", "items-2"),
)
