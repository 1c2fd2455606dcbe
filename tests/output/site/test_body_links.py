"""Links of bodies lead to the pages of the site, wherever the file stands."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote, urljoin

import pytest
from bs4 import BeautifulSoup

from milemark.markdown.rendering.hooks import Hooks
from milemark.markdown.rendering.page import for_page
from milemark.output.site.body_links import BodyLinks
from support import DAY, load_texts

FILES = {
    "roadmap.yml": "collections: {items: {}, tracks: {}}\n",
    "items/a.md": "---\ntitle: A\n---\n",
    "items/b.md": "---\ntitle: The b\naliases: [other]\n---\n## Next *steps*\n## Next steps\n## C {#own}\nx ^abc\n",
    "tracks/t.md": "---\ntitle: T\n---\n",
    unicodedata.normalize("NFD", "items/할일.md"): "---\ntitle: 할일\n---\n",
}
LINKS = BodyLinks(load_texts(FILES, DAY).roadmap, ("index.md", "files/a b.png", "files/clip.mp4"), is_directory=True)


def soup_of(body: str, path: str = "items/a.md") -> BeautifulSoup:
    def wikilink(link: object) -> str | None:
        return LINKS.wikilink(path, link, LINKS.target(path, link))  # type: ignore[arg-type]

    hooks = Hooks(link=lambda address, _form: LINKS.href(path, path, address), wikilink=wikilink)
    return BeautifulSoup(for_page(body, hooks), "html.parser")


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("b.md", "../b/"),
        ("../tracks/t.md#part", "../../tracks/t/#part"),
        ("../tracks/t.md?x=1#part", "../../tracks/t/?x=1#part"),
        ("b.md#next-steps-1", "../b/#next-steps_1"),  # GitHub's number
        ("b.md?a=1#OWN", "../b/?a=1#own"),
        ("../index.md", "../../"),
        ("#here", "#here"),
        ("https://example.org/x.md", "https://example.org/x.md"),
        ("../files/a%20b.png", "../../files/a%20b.png"),
        ("gone.md", "gone.md"),
        ("할일.md#제목", f"../{quote('할일')}/#{quote('제목')}"),
        (unicodedata.normalize("NFD", "할일.md#제목"), f"../{quote('할일')}/#{quote('제목')}"),
        (quote(unicodedata.normalize("NFD", "할일.md")), f"../{quote('할일')}/"),
    ],
)
def test_links_lead_where_they_lead_from_the_file(address: str, target: str) -> None:
    base = "https://example.org/items/a/"
    assert [urljoin(base, str(link["href"])) for link in soup_of(f"[a]({address})").select("a")] == [
        urljoin(base, target)
    ]


@pytest.mark.parametrize(
    ("link", "href", "text"),
    [
        ("[[b]]", "../../items/b/", "The b"),
        ("[[other|shown]]", "../../items/b/", "shown"),
        ("[[items/b#Next steps]]", "../../items/b/#next-steps", "The b › Next steps"),
        ("[[b#next-steps_1]]", "../../items/b/#next-steps_1", "The b › next-steps_1"),
        ("[[b#C]]", "../../items/b/#own", "The b › C"),
        ("[[b#^abc]]", "../../items/b/#^abc", "The b"),
        ("[[B.md]]", "../../items/b/", "The b"),
        ("[[#Plan]]", "../../items/a/#Plan", "Plan"),
        ("[[t]]", "../../tracks/t/", "T"),
    ],
)
def test_a_wikilink_leads_to_its_file_and_shows_its_title(link: str, href: str, text: str) -> None:
    found = soup_of(link).a
    assert found is not None
    assert (found["href"], found.get_text()) == (href, text)


def test_a_link_within_an_embedded_note_leads_to_the_page_of_the_note() -> None:
    assert LINKS.href("items/a.md", "items/b.md", "#own") == "../../items/b/#own"


def test_an_embed_is_a_picture_with_its_size_or_a_player() -> None:
    soup = soup_of("![[a b.png|300x200]] ![[clip.mp4]] [[gone]]")
    assert soup.img is not None
    assert soup.video is not None
    assert (soup.img["src"], soup.img["width"], soup.img["height"]) == ("../../files/a%20b.png", "300", "200")
    assert soup.video["src"] == "../../files/clip.mp4"
    assert "[[gone]]" in soup.get_text()
