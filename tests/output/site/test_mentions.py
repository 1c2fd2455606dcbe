"""With `autolink: true`, mentions in a body are links to the repository, and nothing else is."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from milemark.markdown.rendering.hooks import Hooks
from milemark.markdown.rendering.page import for_page
from milemark.markdown.sanitize import cleaned
from milemark.output.site.mentions import mentions_of
from milemark.output.urls import RepositoryUrls
from support import cli, write_content

GITHUB = RepositoryUrls("https://github.com/o/r")


def links(body: str, repository: RepositoryUrls = GITHUB, *, is_untrusted: bool = False) -> list[tuple[str, str]]:
    mentions = mentions_of(repository, is_wanted=True)
    assert mentions
    html = unescape(for_page(body, Hooks(mention=mentions.link), clean=cleaned if is_untrusted else None))
    return re.findall(r'<a href="([^"]*)"[^>]*>([^<]*)</a>', html)


@pytest.mark.parametrize(
    ("body", "address"),
    [
        ("#12", "o/r/issues/12"),
        ("이슈 #12를 본다", "o/r/issues/12"),
        ("(#12).", "o/r/issues/12"),
        ("- [ ] fix #12", "o/r/issues/12"),
        ("**#12**", "o/r/issues/12"),
        ("## Fix #12", "o/r/issues/12"),
        ("octo/site#12", "octo/site/issues/12"),
        ("@ann님이", "ann"),
        ("1f2e3d4에서", "o/r/commit/1f2e3d4"),
        ("octo/site@1234567", "octo/site/commit/1234567"),
    ],
)
def test_a_mention_leads_to_the_repository(body: str, address: str) -> None:
    for is_untrusted in (False, True):
        assert [each for each, _text in links(body, is_untrusted=is_untrusted)] == [f"https://github.com/{address}"]


@pytest.mark.parametrize(
    "body",
    [
        "`#12` `@ann` `1f2e3d4`",
        "<code>#12</code>",
        "<div>#12</div>",
        "    #12",
        r"\#12",
        "a#12 a/b/c#12",
        "#12a #tag",
        "@types/node",
        "20250301 1234567",
        "defaced",
        "app.1f2e3d4.js",
        "550e8400-e29b-41d4-a716-a716446655ab",
        "#fff1234",
    ],
)
def test_other_words_stay_text(body: str) -> None:
    assert links(body) == []


def test_a_mention_in_a_link_belongs_to_the_link() -> None:
    assert links("[#12](https://example.org/x)") == [("https://example.org/x", "#12")]
    assert links("<a href='https://example.org/x'>#12</a>") == [("https://example.org/x", "#12")]


def test_the_id_of_a_heading_does_not_change() -> None:
    assert "{#fix-12}" in for_page("## Fix #12\n", Hooks(mention=lambda word: f"<a>{word}</a>"))


def test_a_long_commit_id_is_shown_with_seven_digits() -> None:
    id_ = "1f2e3d40aa" * 4
    assert links(id_) == [(f"https://github.com/o/r/commit/{id_}", "1f2e3d4")]


@pytest.mark.parametrize(
    "repository",
    [
        RepositoryUrls("https://gitlab.com/g/s/r/"),
        RepositoryUrls("https://git.example.org/g/s/r", "-/edit/main/"),
    ],
)
def test_gitlab_has_its_own_addresses(repository: RepositoryUrls) -> None:
    host = repository.url[: repository.url.index("/g/")]
    found = [each for each, _text in links("#12 1f2e3d4 @ann", repository)]
    assert found == [f"{host}/g/s/r/-/issues/12", f"{host}/g/s/r/-/commit/1f2e3d4", f"{host}/ann"]


@pytest.mark.parametrize(
    "url", ["", "git@github.com:o/r", "javascript:alert(1)//x", "https://[x/y", "https://github.com"]
)
def test_without_an_address_on_the_web_nothing_is_linked(url: str) -> None:
    assert mentions_of(RepositoryUrls(url), is_wanted=True) is None


def test_nothing_is_linked_unless_the_project_wants_it() -> None:
    assert mentions_of(GITHUB, is_wanted=False) is None


def test_a_site_links_mentions_and_check_reports_a_missing_address(tmp_path: Path) -> None:
    write_content(tmp_path, {"roadmap.yml": "title: T\nautolink: true\n", "a.md": "# A\n\nSee #12.\n"})
    config = tmp_path / "mkdocs.yml"
    config.write_text("site_name: T\ndocs_dir: build/docs\n")
    result = cli(tmp_path, "check")
    assert "roadmap.yml:2:11" in result.output
    assert "MM504" in result.output
    config.write_text("site_name: T\ndocs_dir: build/docs\nrepo_url: https://github.com/o/r\n")
    assert "MM504" not in cli(tmp_path, "check").output
    cli(tmp_path, "generate")
    assert "https://github.com/o/r/issues/12" in unescape((tmp_path / "build/docs/a.md").read_text())
