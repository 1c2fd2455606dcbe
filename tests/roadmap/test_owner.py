"""The owner of a roadmap is read from roadmap.yml; a wrong value is reported, and in doubt nothing of it is public."""

from __future__ import annotations

from pathlib import Path

import pytest

from milemark.app.project import read_project
from milemark.foundation.layout import PRIVATE, PUBLIC
from milemark.privacy.audience import for_audience
from milemark.roadmap.dead_links import dead_links_of
from milemark.roadmap.settings import OWNER_FIELDS, Owner
from milemark.roadmap.settings_file import parse_settings
from support import DAY, load_texts, write_content

OWNER = """\
owner:
  name: 김하나
  role: Data engineer
  headline: I build pipelines
  email: hana@example.org
  links: {GitHub: https://github.com/hana}
  location: Seoul
  photo: me.jpg
  languages: [Korean, English]
  looking_for: A data team
  since: 2019
"""


def owner_of(yaml: str) -> tuple[Owner | None, list[str]]:
    settings, found = parse_settings(yaml.encode())
    return settings.owner, [f"{each.rule.code} {each.span.line}:{each.span.column}" for each in found]


def test_each_field_of_the_owner_is_read_as_it_was_written() -> None:
    owner, found = owner_of(OWNER)
    assert owner
    assert found == []
    assert (owner.name, owner.role, owner.headline) == ("김하나", "Data engineer", "I build pipelines")
    assert (owner.email, owner.location, owner.photo) == ("hana@example.org", "Seoul", "me.jpg")
    assert (owner.links, owner.languages) == ({"GitHub": "https://github.com/hana"}, ("Korean", "English"))
    assert (owner.looking_for, str(owner.since and owner.since.text)) == ("A data team", "2019")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("email: hana at example", "MM502"),
        ("email: 'x@y.z?bcc=a'", "MM502"),
        ("photo: https://example.org/me.jpg", "MM502"),
        ("photo: //example.org/me.jpg", "MM502"),
        ("links: {Blog: 'javascript:alert(1)'}", "MM209"),
        ("since: some day", "MM206"),
        ("nane: Hana", "MM503"),
        ("private: [emial]", "MM503"),
    ],
)
def test_a_wrong_value_of_the_owner_is_reported_at_its_place(line: str, code: str) -> None:
    found = owner_of(f"owner:\n  {line}\n")[1]
    assert [each.split(":")[0] for each in found] == [f"{code} 2"]


@pytest.mark.parametrize("name", OWNER_FIELDS)
def test_a_private_field_of_the_owner_is_not_public(name: str) -> None:
    loaded = load_texts({"roadmap.yml": f"{OWNER}  private: {name}\n", "a.md": "# A\n"})
    public = for_audience(loaded, PUBLIC).roadmap.settings.owner
    own = for_audience(loaded, PRIVATE).roadmap.settings.owner
    assert public
    assert own
    assert not getattr(public, name)
    assert all(getattr(public, other) for other in OWNER_FIELDS if other != name)
    assert getattr(own, name)
    assert own.hides(name)
    assert public.private == ()


@pytest.mark.parametrize("line", ["audience: private", "audience: privat", "private: [name, emial]"])
def test_an_owner_who_is_private_or_in_doubt_is_not_public(line: str) -> None:
    loaded = load_texts({"roadmap.yml": f"{OWNER}  {line}\n", "a.md": "---\naudience: private\n---\n"})
    assert for_audience(loaded, PUBLIC).roadmap.settings.owner is None


def test_a_picture_that_is_not_there_is_a_finding_for_photo_and_cover() -> None:
    files = {"roadmap.yml": f"{OWNER}collections: {{work: {{}}}}\n", "work/a.md": "---\ncover: a.png\n---\n# A\n"}
    found = [f"{each.rule.code} {each.span}" for each in dead_links_of(load_texts(files), ["work/b.png"])]
    assert sorted(found) == ["MM305 roadmap.yml:8:10", "MM305 work/a.md:2:8"]
    assert [*dead_links_of(load_texts(files), ["me.jpg", "work/a.png"])] == []


def test_a_cover_from_another_host_is_a_finding() -> None:
    loaded = load_texts(
        {"roadmap.yml": "collections: {work: {}}\n", "work/a.md": "---\ncover: https://x.org/a.png\n---\n"}
    )
    assert [each.rule.code for each in loaded.diagnostics if each.span.line == 2] == ["MM203"]


@pytest.mark.parametrize(("private", "is_public"), [("", True), ("  private: [photo, links]\n", False)])
def test_the_files_of_the_owner_are_published_unless_they_are_private(
    tmp_path: Path, private: str, is_public: bool
) -> None:
    owner = OWNER.replace("https://github.com/hana", "files/cv.pdf")
    write_content(tmp_path, {"roadmap.yml": owner + private, "a.md": "# A\n", "me.jpg": "x", "files/cv.pdf": "x"})
    assert read_project(tmp_path, DAY).attachments == (("files/cv.pdf", "me.jpg") if is_public else ())
