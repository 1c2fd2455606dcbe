"""The examples of CommonMark and of GitHub's Markdown give the HTML of their specifications on the published page."""

from __future__ import annotations

from pathlib import Path

import pytest

from milemark.markdown.rendering.page import for_page
from publishing import html_of
from specifications import DIFFERENT, examples, is_as_specified, unwrapped


@pytest.mark.parametrize("name", DIFFERENT)
def test_every_example_is_shown_as_specified(real_markdown: Path, name: str) -> None:
    different = {
        number
        for number, (body, html) in examples(real_markdown, name).items()
        if not is_as_specified(unwrapped(html_of(for_page(body))), html)
    }
    assert different == set(DIFFERENT[name])
