"""Private sections, private blocks and comments of Obsidian are in no public output, in any form and container."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import date

import pytest
from hypothesis import given, settings
from markdown_it.token import Token

from compositions import PRIVATE_WORD, PUBLIC_WORD, bodies
from leaks import Plan
from milemark.markdown import containers, private_fences
from milemark.markdown.outline import parse_blocks
from milemark.markdown.private_labels import Labels, marked
from milemark.markdown.private_sections import read_sections, without_private
from milemark.privacy.audience import for_audience
from outputs import leaks, outputs
from support import ROOT, load_texts, sampled

DAY = date(2025, 2, 1)
# S0, S1, S2 … stand for private words; `after` is public.
GIVEN: dict[str, str] = json.loads((ROOT / "tests/data/private_sections.json").read_text("utf-8"))["bodies"]
FENCES = {
    "task": "- [ ] ```private\n  S1\n  ```\n- [ ] after",
    "nested task": "- [ ] a\n    - [ ] b\n\n        ```private\n        - [ ] S1\n        ```\n\n    - [ ] after",
    "numbered": "10. a\n\n    ~~~private\n    S1\n    ~~~\n\n    after",
    "definition": "Term\n:   ```private\n    S1\n    ```\n\n    after",
    "footnote below its first line": "x[^1]\n\n[^1]: y\n\n    ```private\n    S1\n    ```\n\nafter",
    "roman": "iv) ```private\n    S1\n    ```\n\nafter",
    "callout": "> [!note] x\n> ```private\n> S1\n> ```\n> after",
    "callout in a list": "- > [!note]\n  > ```private\n  > S1\n  > ```\n  > after",
    "details": "<details>\n```private\nS1\n```\n</details>\n\nafter",
    "details with Markdown": "<details markdown>\n<summary>x</summary>\n\n```private\nS1\n```\n\nafter\n</details>",
    "tab": '=== "T"\n\n    ```private\n    S1\n    ```\n\n    after',
    "math": "$$\nx\n$$\n```private\nS1\n$$\n```\nafter",
    "table": "| a |\n|---|\n| ```private |\nS1\n```\nafter",
    "heading": "## ```private\nS1\n```\nafter",
    "four ticks": "````private\n```\nS1\n```\nS2\n````\nafter",
    "tildes": "~~~private\n```\nS1\n```\n~~~\nafter",
    "example in a block": "````md\n```private\nS1\n```\n````\nafter",
    "longer end": "```private\nS1\n````\nS2\n```\nafter",
    "deeper end": "```private\nS1\n ```\nS2\n```\nafter\n\n```sh\nx\n```",
    "tab before an end": "- ```private\n  S1\n  \t```\n  S2\n  ```\n\nafter",
    "bare block in it": "```private\nS1\n```\nS2\n```\nafter",
    "two blocks": "```private\nS0\n```\nS1\n```\nafter\n```private\nS2\n```\nafter",
    "tagged block in it": "```private\nS1\n```sh\nS2\n```\nS3\n```\nafter\n\n```sh\nx\n```",
    "zero width": "``\u200b`private\nS1\n```\nafter",
    "line separator": "a\u2028```private\nS1\n```\nafter",
    "paragraph separator": "> a\u2029```private\n> S1\n> ```\n\nafter",
    "vertical tab": "\x0b```private\nS1\n```\nafter",
    "no-break space": "\u00a0```private\nS1\n```\nafter",
    "class": '```{.txt class="private"}\nS1\n```\nafter',
    "misspelt": "```privat\nS1\n```\nafter",
    "digit": "```pr1vate\nS1\n```\nafter",
    "accent": "```PRÍVATE\nS1\n```\nafter",
    "Greek": "```ρriναte\nS1\n```\nafter",
    "Korean": "```text 비공개\nS1\n```\nafter",
    "tick in the info": "```private `note`\nS1\n```\nafter",
    "behind text": "Notes: ```private\nS1\n```\nafter",
    "CRLF": "- ```private\r\n  S1\r\n  ```\r\n- after",
}
COMMENTS = {
    "dashes": "<!– private –>\nS1\n<!— /private —>\nafter",
    "one dash": "<!- private ->\nS1\n<!- /private ->\nafter",
    "three dashes": "<!--- private --->\nS1\n<!--- /private --->\nafter",
    "soft hyphen": "<!-- pri\u00advate -->\nS1\n<!-- /pri\u00advate -->\nafter",
    "separator in the word": "<!-- pri\x0bvate -->\nS1\n<!-- /private -->\nafter",
    "full width": "<!-- ｐｒｉｖａｔｅ -->\nS1\n<!-- ／ｐｒｉｖａｔｅ -->\nafter",
    "Korean": "<!-- 비공개 -->\nS1\n<!-- 비공개 끝 -->\nafter",
    "one word": "<!-- beginprivate -->\nS1\n<!-- endprivate -->\nafter",
    "sentence": "<!-- private until the end of May -->\nS1\n<!-- /private -->\nafter",
    "lines": "<!--\nprivate\n-->\nS1\n<!--\n/private\n-->\nafter",
    "comment in it": "<!-- /* private */ -->\nS1\n<!-- /private -->\nafter",
    "two slashes": "a\n\n<!-- // private -->\nS1\n<!-- /private -->\nafter",
    "bang": "<!-- private --!>\nS1\n<!-- /private --!>\nafter",
    "backslash": "<!-- private -->\nS1\n<!-- \\private -->\nafter",
    "code in it": "<!-- `private` -->\nS1\n<!-- /private -->\nafter",
    "in a line": "a <!-- private --> S1 <!-- /private --> b\nafter",
    "heading": "# a <!-- private -->\nS1\n<!-- /private -->\nafter",
    "tasks": "- [ ] a\n    - [ ] b <!-- private -->\n    - [ ] S1\n<!-- /private -->\n- [ ] after",
    "footnote": "[^1]: a\n\n    <!-- private -->\n    S1\n    <!-- /private -->\n\nafter",
    "cells": "| a | b |\n|---|---|\n| ` | <!-- private --> ` |\n| S1 | c |\n<!-- /private -->\nafter",
    "tag with a tick": 'a <i title="`"> <!-- private --> <i title="`">\nS1\n<!-- /private -->\nafter',
    "HTML": "<div>\n`<!-- private -->`\nS1\n`<!-- /private -->`\n</div>\nafter",
    "code": "```yaml\nuser: x\n<!-- private -->\npassword: S1\n<!-- /private -->\n```\nafter",
    "end in code": "<!-- private -->\n```md\n<!-- /private -->\n```\nS1\n<!-- /private -->\nafter",
    "Obsidian": "%% <!-- private --> %%\nS1\n%% <!-- /private --> %%\nafter",
    "Obsidian in a list": "- %% private: pay %%\n- S1\n- %% /private %%\n- after",
    "note at the end": "<!-- private -->\nS0\n<!-- /private --> <!-- x\nS1\n-->\nafter",
    "end without a beginning": "S1\n<!-- /private -->\nafter",
    "CRLF": "> <!-- private -->\r\n> S1\r\n> <!-- /private -->\r\n> after",
}
NOTES = {
    "inline": "a %%S1%% after",
    "task": "- [ ] a %%S1%%\n- [x] %%S2%% after",
    "lines": "a %%S0\nS1%% after",
    "paragraphs": "a %%S0\n\n- [ ] S1\n\n# S2\n%% after",
    "block": "%%\nS0 #S1 [[S2]] [x](S1.md)\n%%\nafter",
    "code in it": "%%\nS0\n```sh\n%% S1\n```\nS2\n%%\nafter",
    "callout": "> [!note]\n> %%\n> S1\n> %%\n> after",
    "list": "- a\n  %%\n  S1\n  %%\n- after",
    "table": "| a | b |\n|---|---|\n| %%S1%% | after |",
    "heading": "## a %%S1%%\nafter",
    "footnote": "[^1]: a\n\n    %%\n    S1\n    %%\n\nafter",
    "two": "%%S0%%%%S1%% after %% S2 %%",
    "Kanban": '- [ ] after\n\n%% kanban:settings\n```\n{"S0": "S1"}\n```\n%%',
    "section in it": "%%\n<!-- private -->\nS0\n<!-- /private -->\nS1\n%%\nafter",
    "odd in a section": "<!-- private -->\n100%% S0\n<!-- /private -->\nafter %%S1%% b",
    "odd in code": "`100%%` a %%S1%% after",
    "odd in a block": "```sh\n%% x\n```\na %%S1%% after",
    "odd in HTML": "<div>\n</div>\n```sh\n%% x\n```\n%%S0\nS1%%\n\nafter",
    "odd in a comment": "<!-- 50%% -->\nafter %%S1%%",
    "unclosed": "after\n\n%% S0\n\n- [ ] S1",
    "a note in it": "a %%<!-- %% S0 --> after",
    "new fence": "``%%S0%%`private\nS1\n```\nafter",
    "CRLF": "%%\r\nS1\r\n%%\r\nafter",
}
BOXES = {
    "callout of a kind": "> [!private] S0\n> S1\n>\n> - [ ] S2\n\nafter",
    "folded callout": "> [!PRIVATE]- x\n> S1\nS2\n\nafter",
    "callout with a look": "> [!my-private|wide]\n> S1\n\nafter",
    "Korean callout": "> [!비공개]\n> S1\n\nafter",
    "misspelt callout": "> [!privat]\n> S1\n\nafter",
    "callout in a quote": "> after\n>\n> > [!private]\n> > S1\n>\n> after",
    "callout in a task": "- [ ] after\n  > [!private]\n  > S1\n- [ ] after",
    "admonition": '!!! private "S0"\n    S1\n\n    ```\n    S2\n    ```\n\nafter',
    "admonition of two kinds": "??? note private\n    S1\n\nafter",
    "admonition in a tab": '=== "T"\n\n    ???+ private\n        S1\n\n    after',
    "admonition with a fence in it": "!!! private\n    ```private\n    S1\n    ```\n    S2\n\nafter",
    "callout around a section": "> [!private]\n> <!-- private -->\n> S1\n> <!-- /private -->\n> S2\n\nafter",
}
# Blocks that other tools, HTML or a label make private, and the marks of other tools.
BLOCKS = {
    "colons": "::: private\nS1\n\n- [ ] S2\n:::\nafter",
    "colons in colons": ":::: private\n::: note\nS1\n:::\nS2\n::::\nafter",
    "colons that close less": ":::: private\nS1\n:::\nS2\n::::\nafter",
    "class of colons": "::: {.box .private}\nS1\n:::\nafter",
    "directive": ":::{private} x\nS1\n:::\nafter",
    "option of a directive": ":::{admonition} x\n:class: private\nS1\n:::\nafter",
    "label of colons": ":::note[Private]\nS1\n:::\nafter",
    "colons in a quote": "> ::: private\n> S1\n> :::\n> after",
    "option below another": ":::{note}\n:name: x\n:class: a private\nS1\n:::\nafter",
    "audience of a directive": ":::{note}\n:audience: private\nS1\n:::\nafter",
    "option of a fence": "- ```{note} x\n  :name: x\n  :class: private\n  S1\n  ```\n- after",
    "YAML of a fence": "~~~{admonition}\n---\nname: x\nclass: private\n---\nS1\n~~~\nafter",
    "quoted end": "::: private\n> :::\nS1\n:::\nafter",
    "code with an end": "::: private\n```\n:::\n```\nS1\n:::\nafter",
    "colons without an end": "after\n\n::: private\nS1\n\n# S2",
    "slashes": "/// private | x\nS1\n///\nafter",
    "title of slashes": "/// details | Private\n    type: note\nS1\n///\nafter",
    "type of slashes": "/// details | x\n    type: private\nS1\n///\nafter",
    "selector of slashes": "/// html | div.box.private\nS1\n///\nafter",
    "selector with a value": "/// html | p[class='private']\nS1\n///\nafter",
    "element": '<div class="private">\n\nS1\n\n<div>\nS2\n</div>\n- [ ] S3\n</div>\n\nafter',
    "element without quotes": "<section class=private>\nS1\n</section>\nafter",
    "element of capitals": "<DIV CLASS='x Private'>\nS1\n</div>\nafter",
    "element over lines": '<div\n  id="x"\n  class="private"\n>\nS1\n</div>\nafter',
    "element in a line": 'a <span class="private">S1</span> after',
    "element in a cell": '| a | b |\n|---|---|\n| after | <b class="private">S1</b> |',
    "element in a list": '- a\n  <div class="private">\n\n  - S1\n\n  </div>\n- after',
    "indented element": '<section>\n\n    <div class="private">\n    S1\n    </div>\n\n</section>\n\nafter',
    "entity in a class": '<div class="priv&#97;te">\nS1\n</div>\nafter',
    "class of JSX": '<div className="private">\nS1\n</div>\nafter',
    "audience of an element": '<div data-audience="private">\nS1\n</div>\nafter',
    "type of an element": '<Aside type="private">\nS1\n</Aside>\nafter',
    "attribute without a value": "<div private>\nS1\n</div>\nafter",
    "element without an end": 'after\n<div class="private">\nS1\n\n# S2',
    "summary": "<details>\n<summary><b>🔒 Private</b></summary>\n\nS1\n</details>\n\nafter",
    "tag": "<private>\nS1\n</private>\nafter",
    "tag in a line": "a <private>S1</private>\nafter",
    "end tag alone": "S1\n</private>\nafter",
    "class of a heading": "## S0 {.private}\nS1\n\n### S2\n\n## after",
    "class of an underlined heading": "S0 {.private}\n------\nS1\n\n## after",
    "class of a heading of two lines": "S0\nS1 {.private}\n======\nS2\n\n# after",
    "class of an underlined heading in a quote": "> S0 {.private}\n> ---\n> S1\n\nafter",
    "class of a paragraph": "S1\nS2 {: .private }\n\nafter",
    "class below a paragraph": "S1\nS2\n{: .private}\n\nafter",
    "class above a list": "{: .private}\n- S1\n- S2\n\nafter",
    "class of a task": "- a\n- [ ] S1 {.private}\n    - S2\n- after",
    "class of words": "[S1]{.private} S2\n\nafter",
    "label of a tab": '=== "Private"\n\n    S1\n\n=== "B"\n\n    after',
    "label of an admonition": '!!! note "Private"\n    S1\n\nafter',
    "label of a callout": "> [!note]- 🔒 Private notes\n> S1\n\nafter",
    "shortcode in a label": "> [!note] :lock: Private\n> S1\n\nafter",
    "shortcode behind a label": '=== "Private :material-lock:"\n\n    S1\n\nafter',
    "label of a definition": "[private]: #\nS1\n[/private]: #\nafter",
    "label of a definition with a title": "[private-begin]: # (S0)\nS1\n[private-end]: <> (x)\nafter",
    "instruction": "<?private?>\nS1\n<?/private?>\nafter",
    "declaration": "<!private>\nS1\n<! /private>\nafter",
    "definition": "[//]: # (private)\nS1\n[//]: # (/private)\nafter",
    "definition in quotes": '[comment]: <> "private"\nS1\n\n[comment]: <> "end private"\nafter',
    "Liquid": "{% private %}\nS1\n{% endprivate %}\nafter",
    "Liquid in a line": "after {% private %}S1{%- endprivate -%}\n- {% private %}S2\n- S3{% endprivate %}\n\nafter",
    "comments of CriticMarkup": "after {>>S1<<} and {>> S2\nS2 <<}\n\n{>>private<<}\nS3\n{>>/private<<}\nafter",
    "Hugo": "{{< private >}}\nS1\n{{< /private >}}\nafter",
    "MDX": "{/* private */}\nS1\n{/* /private */}\nafter",
    "directive of reStructuredText": "after\n\n.. private::\n\n   S1\n\nS2",
    "signs and the word": "after\n\n> ^^^private\n> S1\n> ^^^\n\nS2\n\n@private\nS3",
    "directive in a line": "after :private[S1 [S2](b)]{.x} and ::private{S3} after",
    "directive without an end": "after :private[S1 S2\n\nafter",
    "command of LaTeX": "- after \\private{S1 {S2}}\n- \\begin{x} \\privatenote[S3]{S0}",
    "role of MyST": "after {private}`S1` and {private}``S2 ` S3``",
    "Jinja": "{# private #}\nS1\n{# /private #}\nafter",
    "LaTeX": "\\begin{private}\nS1\n\\end{private}\nafter",
    "braces": "{private}\nS1\n{/private}\nafter",
    "brackets": "[private]\nS1\n[/private]\nafter",
    "brackets in a line": "x [private]S1[/private]\nafter",
    "notes of other tools": "[//]: # (S0)\n\nafter {# S1 #} {/* S2 */}\n\n{% comment %}\nS3\n{% endcomment %}",
}
# A `%%` may be one of a pair or not: both readings hide.
HIDDEN_AFTER = {"odd in HTML", "odd in a comment", "odd in a section", "a note in it"}
FORMS = [(name, body) for forms in (GIVEN, FENCES, COMMENTS, NOTES, BOXES, BLOCKS) for name, body in forms.items()]


@pytest.mark.parametrize(("name", "body"), sampled(FORMS, 10), ids=[name for name, _body in FORMS])
def test_no_public_output_holds_a_private_section_in_any_form(name: str, body: str) -> None:
    plan = Plan()
    words = [plan.new() for _ in range(4)]
    plan.body("items/one.md", re.sub(r"S(\d)", lambda found: words[int(found[1])].slug, body))
    found = outputs(plan, "public")
    assert leaks(found, words) == {}
    assert (b"after" in found["items/one.md"]) is (name not in HIDDEN_AFTER)


@pytest.mark.parametrize(
    "body",
    [
        "`<!-- private -->` begins a section, `%%` a comment, ```` ```private ```` a block",
        "Use ```` ```private ```` for private things.",
        "A class has private and public members.",
        "```mermaid\n%%{init: {}}%%\ngraph LR %% x\n```",
        "- a\n\n    ```tex\n    %% x\n    ```",
        "    %% an indented block\n",
        '```java title="PrivateKey.java"\nprivate int x;\n```',
        "```html\n<!-- Private routes -->\n```",
        "a private `%%` of 100% %",
        "~~~\n```sh\n~~~",
        '!!! note "Private lessons"\n    a\n\n=== "Private beaches"\n\n    b',
        "## Private\n\na\n\n## Private methods\n\nb",
        "[private]: #sec\n[Private]: https://example.org\n\nsee [private]",
        "<!DOCTYPE html>\n\n<?xml private-key='x'?>\n\n```{code} java\n:name: x\nprivate int x;\n```",
        "The [private] flag, `<private>`, `{.private}`, ssh -i <private_key.pem>, see [private](a.md)",
        '<a href="private">a</a> <a id="private-methods"></a> <img src="private.png" alt="private">',
        '<div data-private="false">\na\n</div>\n\n::: warning Private keys\na\n:::\n\n/// note | Private keys\na\n///',
        '```html\n<div class="private">\n```\n\n```\n::: private\n```\n\n`[//]: # (private)`',
        "{{ private_key }} {% if private_repo %} $\\text{private}$ {private}",
        "<details>\n<summary>Private keys</summary>\n\na\n</details>",
        "> [!note] private lessons\n> a",
        "`> [!private]` begins a callout\n\n    !!! private\n",
        "`:private[a]` and `.. private::`\n\n: private\n\n... private lessons\n\nC:\\private, at 10:private_key [a]",
    ],
)
def test_text_about_private_things_is_public(body: str) -> None:
    assert without_private(body) == body
    assert read_sections("a.md", body, 1).diagnostics == ()


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ("- a\n  ```private\n  b\n ```\n  c\n  ```\nd", ["MM132 2:3"]),
        ("```private\na\n```sh\nb\n```\nc\n```\nd", ["MM132 1:1"]),
        ("> ```private\n> a\nb", ["MM131 1:3"]),
        ("x ```private\na", ["MM131 1:3"]),
        ("a\n100%%\nb", ["MM131 2:4"]),
        ("<!-- audience: private -->\na\n<!-- /audience -->", ["MM132 1:1", "MM132 3:1"]),
        ("<!-- private -->\na\n<!-- end -->\nb", ["MM132 3:1"]),
        ('a\n\n<div class="private">\nb', ["MM131 3:1"]),
        ("a\n\n::: private\nb", ["MM131 3:1"]),
        ("a <private>b</private>", ["MM132 1:3", "MM132 1:13"]),
        ("<!-- private -->\na\n<!-- note -->\n<!-- end -->\nb", ["MM131 1:1"]),
    ],
)
def test_a_doubtful_end_is_reported_at_its_place(body: str, codes: list[str]) -> None:
    found = read_sections("a.md", body, 1).diagnostics
    assert [f"{each.rule.code} {each.span.line}:{each.span.column}" for each in found] == codes


def public_facts(body: str) -> str:
    """Return the public body of an item, and everything that milemark derives from it."""
    files = {
        "roadmap.yml": "statuses: {planned: planned}\ncollections: {items: {}}\n",
        "items/a.md": f"---\ntitle: A\nstatus: planned\n---\n{body}\n",
    }
    public = for_audience(load_texts(files, DAY), "public")
    document = public.roadmap.items[0].document
    return repr([document.body, document.tasks, document.headings, document.paragraph, public.diagnostics])


def test_what_a_private_part_holds_is_no_public_task_heading_or_paragraph() -> None:
    body = "%%\nS\n\n# S\n\n- [ ] S\n%%\n\n- [ ] a %%S%%\n\n```private\n- [ ] S\n```\n\nafter"
    files = {"roadmap.yml": "collections: {items: {}}\n", "items/a.md": f"---\ntitle: A\n---\n{body}\n"}
    document = for_audience(load_texts(files, DAY), "public").roadmap.items[0].document
    assert [(each.text, each.span.line) for each in document.tasks] == [("a", 12)]
    assert (document.headings, document.paragraph) == ((), "after")


@settings(deadline=None, max_examples=150)
@given(bodies(is_noisy=True))
def test_no_composition_of_containers_shows_private_text(lines: Iterable[str]) -> None:
    assert PRIVATE_WORD not in public_facts("\n".join(lines))


@settings(deadline=None, max_examples=150)
@given(bodies(is_noisy=True))
def test_lines_keep_their_numbers_and_nothing_is_left_to_hide(lines: Iterable[str]) -> None:
    body = "\n".join(lines)
    left = without_private(body)
    assert left.count("\n") == body.count("\n")
    assert without_private(left) == left
    for one, other in zip(left.split("\n"), body.split("\n"), strict=True):
        assert one.count(PUBLIC_WORD) <= other.count(PUBLIC_WORD)


@settings(deadline=None, max_examples=50)
@given(bodies(is_noisy=False, depth=0))
def test_public_text_around_plain_private_parts_is_shown(lines: Iterable[str]) -> None:
    body = "\n".join(lines)
    assert without_private(body).count(PUBLIC_WORD) == body.count(PUBLIC_WORD)


LONG = (
    *("<!--", "%%", "%%\n", "%%a ", "%% private %%\n", "`", "``` ", "> ", "- ", "a. ", "[^1]: ", "<- ", "(a", "\u200b"),
    *("<!-- private -->", "<!-- /private -->\n", "<!-- private -->\nx\n<!-- /private -->\n", "`<!-- private -->` "),
    *(
        "```private\n",
        "x ```private\n",
        "x ```private\n```\n",
        "```private\nx\n```\n",
        "a ```private ",
        "> ```private\n",
    ),
    *("```private\nx\n ```\n", "- ```private\n", "<div>\n", "|-", "\\`", "`a` <b ", "<a `", "рг", "[", "~"),
    *('<b class="private">', '<b class="private" x=\'', "::: private\n", "::: private\n:::\n", "a {.private}\n\n"),
    *("{# ", "{% comment %}", "{/* ", "[private]\n", "{% private %}\n", "<private>", "[a]: # (", "<details> "),
)


@pytest.mark.slow
@pytest.mark.parametrize("text", LONG, ids=map(repr, LONG))
@pytest.mark.parametrize("before", ["", "%%\n", "~~~~\n", "```private\n", "<!-- private -->"], ids=repr)
def test_a_long_body_is_parsed_a_few_times_only(before: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []

    def parse(text: str) -> list[Token]:
        parsed.append(text)
        return parse_blocks(text)

    for module in (containers, private_fences):
        monkeypatch.setattr(module, "parse_blocks", parse)
    body = before + text * (60_000 // len(text))
    left = without_private(body)
    marked(body, Labels("a", "b", "c", "d"))
    assert left.count("\n") == body.count("\n")
    assert len(parsed) < 30
