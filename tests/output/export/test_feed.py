"""The feeds of what was finished, as a feed reader understands them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import feedparser
import pytest

import roadmaps
from milemark.foundation.i18n import Language
from milemark.output.export.feed import feeds, finished_days
from milemark.output.urls import Addresses
from support import load_texts

DAY = date(2025, 6, 15)
HEAD = """\
title: "{title}"
statuses: {{open: active, done: done}}
collections: {{items: {{}}, milestones: {{role: milestone}}, skills: {{role: record}}}}
"""
SITE = Addresses("https://example.org/plan")


def made(items: Mapping[str, str], title: str = "Plan", site: Addresses = SITE) -> tuple[Any, Any]:
    """Return the Atom feed and the JSON feed, as they are read."""
    files = {"roadmap.yml": HEAD.format(title=title), **{path: f"---\n{text}\n---\n" for path, text in items.items()}}
    roadmap = load_texts(files, DAY).roadmap
    found = feeds(roadmap, Language("en"), site, finished_days(roadmap))
    return parsed(found["feed.xml"]), json.loads(found["feed.json"])


def parsed(data: bytes) -> Any:
    found = feedparser.parse(data, sanitize_html=False)
    assert not found.bozo, found.get("bozo_exception")
    assert found.version == "atom10"
    return found


ITEMS = {
    "items/old.md": "title: Old\nstatus: done\nfinished: 2024-12-01\ntags: [a, b]\nsummary: It is old",
    "items/new.md": "title: New\nstatus: done\nfinished: 2025-02",
    "items/open.md": "title: Open\nstatus: open\nfinished: 2025-01-01",
    "items/undated.md": "title: Undated\nstatus: done",
    "milestones/stone.md": "title: Stone\nstatus: done\nfinished: 2025-Q2",
    "skills/skill.md": "title: Skill\nstatus: done\nfinished: 2025-01-01",
}


def test_both_feeds_tell_what_is_done_and_when_newest_first() -> None:
    atom, feed = made(ITEMS)
    expected = [
        ("Stone", "2025-06-15T00:00:00Z", "https://example.org/plan/milestones/stone/"),
        ("New", "2025-02-28T00:00:00Z", "https://example.org/plan/items/new/"),
        ("Old", "2024-12-01T00:00:00Z", "https://example.org/plan/items/old/"),
    ]
    assert [(each.title, each.updated, each.link) for each in atom.entries] == expected
    assert [(each["title"], each["date_published"], each["url"]) for each in feed["items"]] == expected
    assert [each.id for each in atom.entries] == [each["id"] for each in feed["items"]]
    assert (atom.entries[2].content[0].value, feed["items"][2]["content_text"]) == ("It is old", "It is old")
    assert ([tag.term for tag in atom.entries[2].tags], feed["items"][2]["tags"]) == (["a", "b"], ["a", "b"])


def test_a_finish_in_the_future_is_no_entry_yet() -> None:
    atom, _feed = made({"items/one.md": "title: One\nstatus: done\nfinished: 2025-07"})
    assert atom.entries == []


def test_both_feeds_say_what_they_are() -> None:
    atom, feed = made(ITEMS)
    assert (atom.feed.title, atom.feed.updated, atom.feed.author) == (
        "Plan · Finished",
        "2025-06-15T00:00:00Z",
        "Plan",
    )
    assert {each.rel: each.href for each in atom.feed.links} == {
        "self": "https://example.org/plan/feed.xml",
        "alternate": "https://example.org/plan/",
    }
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert (feed["title"], feed["home_page_url"]) == ("Plan · Finished", "https://example.org/plan/")
    assert feed["feed_url"] == "https://example.org/plan/feed.json"


def test_an_entry_keeps_its_id_when_its_file_title_or_date_changes() -> None:
    first = made({"items/one.md": "title: One\nstatus: done\nfinished: 2025-01"})
    second = made({"items/x/one.md": "title: Two\nstatus: done\nfinished: 2025-02-03"})
    assert first[0].entries[0].id == second[0].entries[0].id
    assert (
        made({"items/two.md": "title: One\nstatus: done\nfinished: 2025-01"})[0].entries[0].id != first[0].entries[0].id
    )


def test_without_the_address_of_the_site_a_feed_has_no_links() -> None:
    atom, feed = made(ITEMS, site=Addresses())
    assert "links" not in atom.feed
    assert [each.link for each in atom.entries] == [each.id for each in atom.entries]  # how the reader says: none
    assert not [each for each in (feed, *feed["items"]) if {"url", "home_page_url", "feed_url"} & set(each)]


def test_a_feed_with_nothing_finished_is_a_feed() -> None:
    atom, feed = made({})
    assert (atom.entries, atom.feed.updated, feed["items"]) == ([], "2025-06-15T00:00:00Z", [])


def test_a_feed_holds_the_fifty_newest() -> None:
    items = {f"items/i{n:03}.md": f"status: done\nfinished: {date.fromordinal(739000 + n)}" for n in range(80)}
    atom, feed = made(items)
    assert [each.title for each in atom.entries] == [f"i{n:03}" for n in range(79, 29, -1)]
    assert len(feed["items"]) == 50


@pytest.mark.parametrize("name", roadmaps.HOSTILE)
def test_a_hostile_word_is_a_word_in_both_feeds(name: str) -> None:
    word = roadmaps.HOSTILE[name]
    said = json.dumps(word, ensure_ascii=False)
    fields = f"title: {said}\nstatus: done\nfinished: 2025-01-01\nsummary: {said}\ntags: [{said}]"
    atom, feed = made({"items/one.md": fields})
    (entry,), (item,) = atom.entries, feed["items"]
    assert (entry.title, entry.title_detail.type, entry.content[0].type) == (word, "text/plain", "text/plain")
    assert (entry.tags[0].term, item["title"], item["tags"]) == (word, word, [word])
    assert entry.content[0].value == item["content_text"]


@pytest.mark.parametrize("escape", ["\\x0b", "\\x00", "\\uffff", "]]>", "\\r\\n", "\\x85"])
def test_what_xml_cannot_hold_is_left_out(escape: str) -> None:
    atom, feed = made({"items/one.md": f'title: "One{escape}two"\nstatus: done\nfinished: 2025'}, title=f"x{escape}")
    assert atom.entries[0].title == feed["items"][0]["title"]
    assert atom.entries[0].title.startswith("One")
