"""The tasks that are shown are the tasks that are counted, in every Markdown file of real people."""

from __future__ import annotations

import re
from concurrent.futures import ProcessPoolExecutor
from itertools import zip_longest
from pathlib import Path

import pytest

from milemark.markdown.front_matter import parse_document
from milemark.markdown.outline import plain_text, read_outline
from milemark.markdown.rendering.page import for_page
from publishing import html_of, shown_tasks
from support import ROOT

BOX = re.compile(rb"\[[ xX]\][ \t]")  # without one a file has no task for us and none for a publisher


def words(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def difference(path: Path) -> tuple[str, str]:
    """Return the first task of a file that is not shown, or not with its text, which is compared up to a tag."""
    document, _ = parse_document(path.name, path.read_bytes())
    tasks = [task for task in read_outline(path.name, document.body, 1).tasks if task.mark in " xX"]
    shown = shown_tasks(for_page(document.body))
    for task, box in zip_longest(tasks, shown):
        if task is None or box is None or (task.is_done, task.depth) != (box[0], box[2]):
            return f"{task} is shown as {box}", ""
    for task, box in zip(tasks, shown, strict=True):
        text = words(plain_text(re.split(r"<|\[\^|\{", task.text, maxsplit=1)[0]))
        if not words(box[1]).startswith(text):
            return "", f"{text} is shown as {box}"
    return "", ""


@pytest.mark.slow
def test_every_task_of_real_files_is_shown_as_it_is_counted(real_markdown: Path) -> None:
    paths = [path for path in sorted(real_markdown.rglob("*.md")) if BOX.search(path.read_bytes())]
    assert len(paths) > 1300
    with ProcessPoolExecutor(2) as pool:
        found = dict(zip(paths, pool.map(difference, paths, chunksize=16), strict=True))
    names = {path: path.relative_to(real_markdown).as_posix() for path in paths}
    assert {names[path]: wrong for path, (wrong, _) in found.items() if wrong} == {}
    assert {names[path]: other for path, (_, other) in found.items() if other} == {}


def test_the_starters_site_is_published_alike() -> None:
    body = "!!! note\n    - [ ] a\n\n<details>\n\n- [x] b\n\n</details>\n"
    text = for_page(body)
    assert html_of(text) == html_of(text, str(ROOT / "generator/milemark/app/starter_files/mkdocs.yml"))
