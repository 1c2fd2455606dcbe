"""The marks of tools behind a task are small labels in words, and all other text of a task stays as it is."""

from __future__ import annotations

import re
from datetime import date
from functools import partial
from html import unescape
from pathlib import Path

import pytest

from milemark.foundation.i18n import Language
from milemark.markdown.rendering.hooks import Hooks
from milemark.markdown.rendering.page import for_page
from milemark.markdown.sanitize import cleaned
from milemark.output.site.task_labels import task_labels
from support import cli, load_texts, write_content


def shown(body: str, locale: str = "en", *, is_untrusted: bool = False) -> tuple[str, list[str]]:
    """Return the HTML of a task behind its box, and the texts of its labels."""
    hooks = Hooks(task=partial(task_labels, Language(locale), load_texts({}, date(2025, 2, 1)).roadmap))
    html = for_page(body, hooks, clean=cleaned if is_untrusted else None)
    text = re.split(r"</label> ", html)[1].partition("</li>")[0]
    labels = [unescape(each) for each in re.findall(r'<span class="mm-task-label">([^<]*)</span>', text)]
    return text.partition(" <span")[0], labels


@pytest.mark.parametrize(
    ("task", "text", "labels"),
    [
        ("Pay rent 📅 2025-03-01", "Pay rent", ["due March 1, 2025"]),
        (
            "Pay ⏫ 🔁 every month 🛫 2025-02-01",
            "Pay",
            ["priority high", "repeats every month", "start February 1, 2025"],
        ),
        ("Pay [due:: 2025-03-01] [effort:: 3 h]", "Pay", ["due March 1, 2025", "effort 3 h"]),
        ("Pay @done(2025-03-01)", "Pay", ["finished March 1, 2025"]),
        ("**Pay** the `rent` ✅ 2025-03-01", "<strong>Pay</strong> the <code>rent</code>", ["finished March 1, 2025"]),
        ("Pay #home ✅", "Pay #home", ["finished"]),
        ("Pay note:x #home", "Pay note:x #home", []),
        ("Read 📅 and ✅ signs", "Read 📅 and ✅ signs", []),
        ("`📅 2025-03-01`", "<code>📅 2025-03-01</code>", []),
        ("Pay [x](a.md)", '<a href="a.md"', []),
        ("Pay [due:: <b>soon</b>]", "", []),
    ],
)
def test_marks_at_the_end_of_a_task_are_labels(task: str, text: str, labels: list[str]) -> None:
    for is_untrusted in (False, True):
        found, shown_labels = shown(f"- [ ] {task}\n", is_untrusted=is_untrusted)
        assert shown_labels == labels
        assert text in found.replace("&#35;", "#").replace("&#58;", ":")


def test_labels_are_in_the_language_of_the_roadmap() -> None:
    assert shown("- [ ] 월세 ⏫ 📅 2025-03-01\n", "ko")[1] == ["우선순위 높음", "마감 2025년 3월 1일"]
    assert shown("- [ ] 월세 [priority:: high]\n", "ko")[1] == ["우선순위 높음"]


def test_a_value_is_text() -> None:
    assert shown('- [ ] Pay [note:: a & b "c"]\n')[1] == ['note a & b "c"']


def test_checklists_show_the_labels_of_tasks(tmp_path: Path) -> None:
    item = "---\ntitle: Rent\n---\n- [ ] Pay {{ x }} 📅 2025-03-01\n- [x] Call 📅 2025-03-02\n- [ ] plain\n"
    write_content(tmp_path, {"roadmap.yml": "collections: {items: {}}\n", "items/rent.md": item})
    (tmp_path / "mkdocs.yml").write_text("site_name: T\ndocs_dir: build/docs\n", "utf-8")
    assert cli(tmp_path, "generate", "--as-of", "2025-03-03").exit_code == 0
    page = (tmp_path / "build/docs/checklists.md").read_text("utf-8")
    assert 'Pay &#123;&#123; x &#125;&#125; <span class="mm-mark">overdue March 1, 2025</span>' in page
    assert 'Call <span class="mm-task-label">due March 2, 2025</span>' in page
    assert "📅" not in page
    assert 'class="mm-mark">overdue March 1, 2025<' in (tmp_path / "build/docs/items/rent.md").read_text("utf-8")
