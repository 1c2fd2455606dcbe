"""Canaries in private places of a roadmap, and the search for them in whatever was made of it.

A plant puts words into a small public roadmap, each of which only its owner may ever see.
"""

from __future__ import annotations

import gzip
import html
import io
import json
import unicodedata
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from copy import copy
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from pyarrow import parquet

from milemark.query.sql.block import VIEWS
from milemark.query.tables.table import CORE, HISTORY_TABLES

Files = MutableMapping[str, str]

ROADMAP = """\
title: Plan
goal: Something good
statuses: {planned: planned, doing: active, done: done%(statuses)s}
policies: {active_limit: 2%(policies)s}
repositories: [.%(repositories)s]
autolink: true
forecast: public
owner: {name: Kim, photo: picture.png%(owner)s}
marks: {"/": active}
collections:
  tracks: {label: Tracks, role: track}
  items:
    label: Items
    columns: [title, status%(columns)s]
    private: [salary, offered%(private)s]
    fields:
      size: {choices: [small, large%(choices)s]}
      salary: {label: Pay}
      offered: {type: date}
      near: {type: reference}
      file: {type: url}
%(fields)s
  milestones: {label: Milestones, role: milestone}
  skills: {label: Skills, role: record}
  work:
    label: Work
    role: record
    private: [pay, current, unit]
    fields: {pay: {}, company: {}, highlights: {type: array}}
%(collections)s
"""
# A public page that asks for everything there is.
RELATIONS = (*CORE, *HISTORY_TABLES, "items_items", "skills")


def everything_of(relation: str) -> str:
    return f"select * from {relation}"  # noqa: S608  our own names


ASKING = "\n\n".join(
    [
        "---\ntitle: Asking\n---",
        "`milemark: group_concat(title) from items` `milemark: count(*) from tasks` `milemark: goal from roadmap`",
        *(f"```milemark\nsql: {everything_of(name)}\n```" for name in RELATIONS),
        *(f"```milemark\nview: {view}\nfrom: items\n```" for view in VIEWS),
        "```milemark\nview: tasks\n```",
        "```milemark\nview: chart\ngroup: status\n```",
        """\
```base
formulas: {all: 'file.properties.toString() + file.links + file.backlinks + file.tags'}
views: [{type: table, name: all, order: [file.path, title, status, tags, depends_on, formula.all]}]
```""",
    ]
)
SLOTS = ("statuses", "policies", "columns", "private", "choices", "fields", "collections", "owner", "repositories")
BASE: Mapping[str, str] = {
    "index.md": "---\ntitle: Home\n---\nWelcome.\n",
    "about.md": "---\ntitle: About\n---\nAbout this plan.\n\nIt is [good](items/one.md).\n",
    "tracks/main.md": "---\ntitle: Main\n---\nThe main track.\n",
    "items/one.md": "---\ntitle: One\ntrack: main\nstatus: doing\norder: 1\ndue: 2025-03\n---\n1\n\n- [x] a\n- [ ] b\n",
    "items/two.md": "---\ntitle: Two\ntrack: main\nstatus: planned\norder: 5\nmilestone: stone\n---\n2\n\n- [ ] c\n",
    "items/three.md": "---\ntitle: Three\nparent: two\nstatus: done\nfinished: 2025-01\n---\nThird.\n",
    "milestones/stone.md": "---\ntitle: Stone\ndue: 2025-06\n---\n",
    "skills/python.md": "---\ntitle: Python\nstatus: done\n---\n",
    "work/acme.md": "---\ntitle: Engineer\ncompany: Acme\nstart: 2020\nhighlights: [a]\n---\nWork.\n",
    "parts/next.md": "---\ntitle: Next\n---\nA part. `milemark: count(*) from items`\n",
    "asking.md": ASKING,
    "picture.png": "no picture, yet",
}
PUBLIC_FILES = ("about.md", "tracks/main.md", "items/one.md", "items/two.md", "milestones/stone.md", "skills/python.md")
ITEMS = ("items/one.md", "items/two.md")


class Word(NamedTuple):
    """One canary. `slug` may be a file name or an id; `title` has capitals, other letters and a blank."""

    slug: str
    title: str


def word(number: int) -> Word:
    return Word(f"qvx{number}kanari", f"Qvx{number}Kanari 까마귀{number}Ünï")


class Plan:
    """The files of a roadmap that grows private parts. `mkdocs` are entries of its nav."""

    def __init__(self, *, count_private: bool = False) -> None:
        self.files: dict[str, str] = dict(BASE)
        self.slots = dict.fromkeys(SLOTS, "")
        self.slots["policies"] = ", count_private: true" if count_private else ""
        self.words: list[Word] = []
        self.unseen: set[Word] = set()  # in places that no page shows, not even the owner's
        self.nav: list[str] = []
        self.repositories: list[str] = []  # beside the project

    def new(self, *, is_seen: bool = True) -> Word:
        found = word(len(self.words) + 1)
        self.words.append(found)
        if not is_seen:
            self.unseen.add(found)
        return found

    def field(self, path: str, line: str) -> None:
        self.files[path] = self.files[path].replace("\n---\n", f"\n{line}\n---\n", 1)

    def body(self, path: str, text: str) -> None:
        self.files[path] += f"\n{text}\n"

    def content(self) -> dict[str, bytes]:
        """Return all files below content/."""
        return {path: text.encode() for path, text in {**self.files, "roadmap.yml": ROADMAP % self.slots}.items()}


def with_files_below(plan: Plan, content: Path) -> Plan:
    """Return a plan with the files that stand in a folder by now."""
    found = copy(plan)
    files = (each for each in content.rglob("*") if each.is_file() and each.name != "roadmap.yml")
    found.files = {each.relative_to(content).as_posix(): each.read_text("utf-8") for each in files}
    return found


Plant = Callable[[Plan, str], None]


def private_item(plan: Plan, place: str) -> None:
    """Plant an item, with words in every field and everything that leads to it."""
    name, title, tag, alias, task = (plan.new() for _ in range(5))
    status = plan.new()
    plan.slots["statuses"] += f", {status.slug}: active"
    plan.slots["choices"] += f", {status.slug}"
    plan.files[f"items/{name.slug}.md"] = (
        f"---\ntitle: {title.title}\naudience: private\ntrack: main\nstatus: {status.slug}\n"
        f"order: 3\nsize: {status.slug}\n"
        f"tags: [{tag.title}]\nstack: [{tag.slug}, python]\naliases: [{alias.slug}]\nprogress: 37\ndue: 2025-02-17\n"
        f"milestone: stone\nlinks: {{{tag.title}: https://example.org/{tag.slug}}}\nreason: {tag.title}\n"
        f"featured: true\nresult: {tag.title}\nproblem: {tag.title}\nrole: {tag.slug}\ncover: {tag.slug}.png\n"
        f"counts: [commits, {tag.slug}]\ncurrent: 4711\ntarget: 4712\nunit: {tag.slug}\n"
        f"source: 'github:{tag.slug}/x#1' # {alias.slug}\n"
        f"evidence: [{{url: 'https://example.org/{tag.slug}', note: {tag.title}}}]\n---\n"
        f"{title.title} and [one](one.md).\n\n- [ ] {task.title}\n- [x] {task.slug}\n"
    )
    path = f"{'../' * place.count('/')}items/{name.slug}.md"
    if place.startswith("items/"):
        plan.field(place, f"depends_on: [three, {alias.slug}]\nnear: {name.slug}\nfile: {name.slug}.md")
    plan.body(
        place,
        f'See [my words]({path} "{title.title}"), [{title.title}]({path}#x), [[{name.slug}]], [[{alias.slug}|there]], '
        f'<a href="{path}" title="{title.title}">here</a>, [by label][{alias.slug}], [{alias.slug}], '
        f"https://example.org/blob/main/content/items/{name.slug}.md, [{title.title}][].\n\n"
        f'[{alias.slug}]: {path}\n  "{title.title}"\n[{title.title}]: <{path}>\n',
    )


def private_track(plan: Plan, place: str) -> None:
    """Plant a track with what belongs to it: items, their parts, a milestone."""
    track, item, part, stone = (plan.new() for _ in range(4))
    plan.files[f"tracks/{track.slug}.md"] = f"---\ntitle: {track.title}\naudience: private\nallocation: 40\n---\n"
    plan.files[f"items/{item.slug}.md"] = f"---\ntitle: {item.title}\ntrack: {track.slug}\nstatus: done\n---\n- [x] t\n"
    plan.files[f"items/{part.slug}.md"] = f"---\ntitle: {part.title}\nparent: {item.slug}\nstatus: doing\n---\n"
    plan.files[f"milestones/{stone.slug}.md"] = f"---\ntitle: {stone.title}\ntrack: {track.slug}\ndue: 2025-02\n---\n"
    plan.body(place, f"[[{item.slug}]]")


def private_milestone(plan: Plan, place: str) -> None:
    """Plant a milestone that a public item is due for."""
    stone = plan.new()
    plan.files[f"milestones/{stone.slug}.md"] = f"---\ntitle: {stone.title}\naudience: private\ndue: 2025-05\n---\n"
    if place in ITEMS and "milestone:" not in plan.files[place]:
        plan.field(place, f"milestone: {stone.slug}")


def private_person(plan: Plan, place: str) -> None:
    """Plant a private person whom a public item names by id, alias, login and title."""
    person, alias, team = (plan.new() for _ in range(3))
    if "  people:" not in plan.slots["collections"]:
        plan.slots["collections"] += "  people: {label: People, role: person}\n"
    plan.files["people/lee.md"] = "---\ntitle: Lee\ncapacity: 1\n---\n"
    plan.files[f"people/{person.slug}.md"] = (
        f"---\ntitle: {person.title}\naudience: private\naliases: [{alias.slug}]\nteam: {team.title}\n---\n"
    )
    if place in ITEMS and "assignee:" not in plan.files[place]:
        plan.field(place, f'assignee: ["@{person.slug}", lee, "{alias.slug}", "{person.title}"]')
    plan.body(place, f"Ask [[{person.slug}]].")


def private_people(plan: Plan, place: str) -> None:
    """Plant a private collection of people; no name of them may become a plain text."""
    folder, person = plan.new(), plan.new()
    plan.slots["collections"] += f"  {folder.slug}: {{label: {folder.title}, role: person, audience: private}}\n"
    plan.files[f"{folder.slug}/{person.slug}.md"] = f"---\ntitle: {person.title}\ncapacity: 1\n---\n"
    if place in ITEMS and "assignee:" not in plan.files[place]:
        plan.field(place, f'assignee: "{person.title}"')


def private_assignees(plan: Plan, place: str) -> None:
    """Plant names in a private `assignee` that no collection knows."""
    is_planted = place in ITEMS and "assignee:" not in plan.files[place]
    name = plan.new(is_seen=is_planted)
    if ", assignee" not in plan.slots["private"]:
        plan.slots["private"] += ", assignee"
    if is_planted:
        plan.field(place, f"assignee: [{name.title}, '@{name.slug}']")


def private_collection(plan: Plan, place: str) -> None:
    """Plant a collection with its settings, index and files, an attachment, an entry of the nav, and a measure."""
    name, label, declared, page, file, attachment = (plan.new() for _ in range(6))
    plan.slots["collections"] += (
        f"  {name.slug}:\n    label: {label.title}\n    description: {label.title}\n    audience: private\n"
        f"    fields: {{{declared.slug}: {{label: {declared.title}}}}}\n"
    )
    plan.files[f"{name.slug}/index.md"] = f"---\ntitle: x\n---\n{page.title}\n"
    plan.files[f"{name.slug}/{file.slug}.md"] = (
        f"---\ntitle: {file.title}\nstatus: done\ntrack: main\n{declared.slug}: {declared.title}\n---\n"
    )
    plan.files[f"{name.slug}/deep/{attachment.slug}.txt"] = attachment.title
    plan.nav.append(f"{name.slug}/index.md")
    if place in ITEMS:
        plan.field(place, f"counts: [items, {name.slug}]")
    up = "../" * place.count("/")
    plan.body(place, f"![{attachment.title}]({up}{name.slug}/deep/{attachment.slug}.txt) [all of it]({up}{name.slug}/)")


def private_fields(plan: Plan, place: str) -> None:
    """Plant fields of a public item, one of them misspelt, one declared as a list of any."""
    place = place if place in ITEMS else ITEMS[0]
    if "salary:" in plan.files[place]:
        return
    pay, slip, extra = plan.new(), plan.new(), plan.new()
    plan.slots["private"] += f", {extra.slug}"
    plan.slots["columns"] += f", {extra.slug}"
    plan.slots["fields"] += f"      {extra.slug}: {{label: {extra.title}, type: array, choices: [{extra.title}]}}\n"
    plan.field(
        place,
        f"salary: {pay.title}\noffered: {slip.slug}\nsalery: {slip.title}\n{extra.slug}: [{extra.title}] # {pay.title}",
    )
    plan.body(
        place,
        f"salary:: {pay.title}\n- **Salary**::{slip.title}\n"
        f"- see [salary:: [{pay.title}]({pay.slug})] (salery:: {slip.slug})\n\n"
        f"> offered :: {slip.slug}\n\n- [ ] shown [salary:: [[{pay.slug}]]]\n- [x] shown offered:{slip.slug}\n"
        f"- [ ] shown @salary({pay.slug}) x\n\n[^1]: {extra.slug}:: {extra.title}\n",
    )


def private_fields_of_pages(plan: Plan, _place: str) -> None:
    """Plant private fields in pages of a collection that are no items: its index, and a file of headings."""
    front, text, other, above = (plan.new() for _ in range(4))
    number = len(plan.words)
    plan.files.setdefault("items/index.md", f"---\ntitle: All\nsalary: {front.title}\n---\nsalary:: {text.title}\n")
    plan.files[f"items/several{number}.md"] = (
        f"---\nitems: headings\nsalary: {other.title}\n---\n# Several\n\nsalary:: {above.title}\n\n## Part {number}\n"
    )
    if plan.files["items/index.md"].find(front.title) < 0:
        plan.unseen |= {front, text}


def private_owner(plan: Plan, _place: str) -> None:
    """Plant fields of the owner."""
    if plan.slots["owner"]:
        return
    role, headline, email, link, place, language = (plan.new() for _ in range(6))
    plan.slots["owner"] = (
        f", role: {role.title}, headline: {headline.title}, email: {email.slug}@example.org, location: {place.title}"
        f", links: {{{link.title}: https://example.org/{link.slug}}}, languages: [{language.title}]"
        f", private: [role, headline, email, location, links, languages]"
    )


def private_works(plan: Plan, place: str) -> None:
    """Plant what a résumé, a card and the tags of a shared link would show, and parts that other sites include."""
    job, company, pay, edition, part, section, repository = (plan.new(is_seen=False) for _ in range(7))
    plan.files[f"work/{job.slug}.md"] = (
        f"---\ntitle: {job.title}\naudience: private\ncompany: {company.title}\nstart: 2021\n"
        f"highlights: ['{company.slug}']\nurl: https://example.org/{company.slug}\n---\n{company.title}\n"
    )
    plan.files[f"work/job{len(plan.words)}.md"] = (
        f"---\ntitle: Job\ncompany: Acme\nstart: 2019\npay: {pay.title}\npy: {pay.slug}\n"
        f"current: 4711\nunit: {pay.slug}\n---\n"
        f"<!-- private -->\n{section.title}\n<!-- /private -->\n"
    )
    plan.files[f"resume/{edition.slug}.md"] = f"---\ntitle: {edition.title}\n---\n{edition.title}\n"
    plan.files[f"parts/{part.slug}.md"] = f"---\ntitle: {part.title}\naudience: private\n---\n{part.title}\n"
    plan.files["parts/next.md"] += f"\n%% {section.title} %%\n\n[[{job.slug}]] and `{job.slug}.md`\n"
    plan.files[f"items/shown{len(plan.words)}.md"] = (
        f"---\ntitle: Shown\nstatus: done\nfeatured: true\nresult: it has {job.slug}.md and [[{part.slug}]]\n"
        f"stack: [python, {job.slug}]\nlinks: {{{job.slug}: 'https://example.org/{job.slug}'}}\nsalary: {pay.title}\n"
        f"cover: ../work/{job.slug}.png\nevidence: [{{url: '../parts/{part.slug}.md', note: {part.slug}}}]\n---\n"
        f"![[{part.slug}]]\n"
    )
    plan.files[f"work/{job.slug}.png"] = job.title
    plan.repositories.append(repository.slug)
    plan.slots["repositories"] += f", ../{repository.slug}"
    up = "../" * place.count("/")
    plan.body(place, f"[[{job.slug}|a job]] [x]({up}parts/{part.slug}.md) [y]({up}resume/{edition.slug}.md)")


def private_section(plan: Plan, place: str) -> None:
    """Plant a section of a text between comments, with what an outline takes from it; and a fence."""
    text, fence, image = plan.new(), plan.new(), plan.new()
    plan.files[f"{image.slug}.png"] = image.title
    up = "../" * place.count("/")
    section = (
        f"<!-- private -->\n\n## {text.title}\n\n{text.title}\n\n- [ ] {text.title}\n- [x] done {text.slug}\n\n"
        f"![{image.title}]({up}{image.slug}.png)\n<!-- /private -->\n\n```private\n{fence.title}\n```\n"
    )
    head, front, body = plan.files[place].partition("\n---\n")
    plan.files[place] = f"{head}{front}{section}\n{body}"


def unclosed_section(plan: Plan, place: str) -> None:
    """Plant a section that its author forgot to end."""
    text = plan.new()
    plan.body(place, f"<!-- Private -->\n\n- [ ] {text.title}\n")


def private_page(plan: Plan, place: str) -> None:
    """Plant a page that is no item, and an attachment that only it leads to."""
    page, attachment = plan.new(), plan.new()
    plan.files[f"notes/{page.slug}.md"] = (
        f"---\ntitle: {page.title}\naudience: private\n---\n{page.title}\n\n[file](<{attachment.title}.pdf>)\n"
    )
    plan.files["notes/public.md"] = "---\ntitle: Note\n---\nA note.\n"
    plan.files[f"notes/{attachment.title}.pdf"] = attachment.slug
    up = "../" * place.count("/")
    plan.body(
        place,
        f"[a note]({up}notes/{page.slug}.md) and <{up}notes/{page.slug}.md>, `{up}notes/{page.slug}.md`, "
        f"[[{page.slug}]], [[notes/{page.slug}|it]], [{page.title}]({up}notes/{page.slug}/)",
    )


def private_base(plan: Plan, place: str) -> None:
    """Plant a base in a folder in which all is private, and a page that shows it."""
    folder, name, view = plan.new(), plan.new(), plan.new(is_seen=place in PUBLIC_FILES[:1])
    plan.files[f"{folder.slug}/note.md"] = f"---\ntitle: {folder.title}\naudience: private\n---\n"
    plan.files[f"{folder.slug}/{name.slug}.base"] = f"views:\n  - type: list\n    name: {view.title}\n"
    plan.body(place, f"![[{name.slug}.base]]\n\n```milemark\nbase: {folder.slug}/{name.slug}.base#{view.title}\n```\n")


def canvas(plan: Plan, _place: str) -> None:
    """Plant a text file that nothing leads to, which names a private item."""
    item = plan.new()
    plan.files[f"items/{item.slug}.md"] = f"---\ntitle: {item.title}\naudience: private\n---\n"
    plan.files["maps/all.canvas"] = f'{{"nodes": [{{"file": "items/{item.slug}.md", "text": "{item.title}"}}]}}'


def attachments(plan: Plan, place: str) -> None:
    """Plant attachments that a private text names alone, in HTML and in a field, and one that nothing names."""
    item = plan.new()
    pictures = [plan.new() for _ in range(6)]
    for picture in pictures:
        plan.files[f"files/{picture.slug}.png"] = picture.title
    embed, size, source, href, field, _none = (f"{each.slug}.png" for each in pictures)
    plan.files[f"items/{item.slug}.md"] = (
        f'---\ntitle: {item.title}\nprivate: true\ncover: "[[{field}]]"\n---\n![[{embed}]] ![[{size}|300]]\n\n'
        f"<img srcset='../files/{source} 2x'> <a href=../files/{href}>x</a>\n"
    )
    plan.files["files/shown.png"] = "shown"
    plan.body(place, "![[shown.png]]")


def texts_of_other_kinds(plan: Plan, place: str) -> None:
    """Plant texts that are no Markdown files for milemark, with private words in their fields and sections."""
    up = "../" * place.count("/")
    for ending in ("mdx", "qmd", "txt", "markdown"):
        fields = plan.new(is_seen=False)
        plan.files[f"notes/{fields.slug}.{ending}"] = f"---\ntitle: {fields.title}\naudience: private\n---\n# x\n"
    section, name = plan.new(), f"notes/{len(plan.words)}.txt"
    plan.files[name] = f"x\n\n<!-- private -->\n{section.title}\n<!-- /private -->\n"
    plan.body(place, f"[x]({up}{name})")


def drafts(plan: Plan, _place: str) -> None:
    """Plant items and pages that are private by words of other tools, or a misspelling of one."""
    for field in (
        "draft: true",
        "publish: false",
        "published: no",
        "private: yes",
        "unlisted: true",
        "drfat: true",
        "meta: {draft: on}",
    ):
        item, page = plan.new(), plan.new()
        plan.files[f"items/{item.slug}.md"] = f"---\ntitle: {item.title}\nstatus: doing\n{field}\n---\n{item.title}\n"
        plan.files[f"drafts/{page.slug}.md"] = f"---\ntitle: {page.title}\n{field}\n---\n{page.title}\n"


def drafts_of_other_formats(plan: Plan, _place: str) -> None:
    """Plant drafts whose fields are not between `---`."""
    for head in (
        "Draft: true",
        "#+PRIVATE: yes",
        ":audience: private",
        ";;;\n{'draft': true}",
        "===\npublish: no\n===",
    ):
        item, page = plan.new(), plan.new()
        plan.files[f"items/{item.slug}.md"] = f"Title: {item.title}\n{head}\n\n{item.title}\n"
        plan.files[f"drafts/{page.slug}.md"] = f"{head}\n\n{page.title}\n"


def named_in_texts(plan: Plan, place: str) -> None:
    """Plant an item whose name stands in a text and in fields without any link."""
    item = plan.new()
    name, letters = item.slug, "".join(f"&#{ord(letter)};" for letter in item.slug)
    percent, invisible = f"%{ord(name[0]):x}{name[1:]}", f"{name[:2]}\u200b{name[2:]}"
    plan.files[f"items/{name}.md"] = f"---\ntitle: x\naudience: private\n---\n{item.title}\n"
    plan.field(place, f"related: {name}\nlinks: {{{name}: 'https://example.org/{name}'}}\n{name}: about {name}")
    plan.body(
        place,
        f"## See {name.upper()}\n\nIt is `items/{name}.md`, {letters}, {percent}, {invisible}"
        f' or obsidian://open?file={name}. <div data-item="{name}" style="background: url(../{name}.png)">x</div>\n\n'
        f"```json\n{json.dumps({'a': name})}\n```\n\n- [ ] ask {name}\n",
    )


def doubtful_files(plan: Plan, _place: str) -> None:
    """Plant files whose fields cannot be read, or say it with a slip."""
    for front in ("audience: privat", "audiense: private", "title: [x\naudience: private", 'title: "x\nx: private'):
        name, text = plan.new(), plan.new()
        plan.files[f"items/{name.slug}.md"] = f"---\nstatus: planned\n{front}\n---\n# {text.title}\n"


def private_headings(plan: Plan, place: str) -> None:
    """Plant items that are headings of one file: private by a field, a section, a track, or since the file is."""
    item, task, track, above, below, other, page = (plan.new() for _ in range(7))
    plan.files[f"tracks/{track.slug}.md"] = f"---\ntitle: {track.title}\naudience: private\n---\n"
    plan.files[f"items/many{len(plan.words)}.md"] = (
        f"---\nitems: headings\n---\n# Many\n\nIntroduction.\n\n## Shown {len(plan.words)}\n\n- [ ] shown\n\n"
        f"## {item.title} {{#{item.slug}}}\n\nstatus: doing · audience: private · tags: {task.title}\n\n"
        f"- [ ] {task.slug}\n\n"
        f"<!-- private -->\n\n## {above.title}\n\n- [x] {above.slug}\n\n### {above.title} (Q1 2025)\n\n"
        f"## {below.title}\n\n{below.slug}\n<!-- /private -->\n\n## Last {len(plan.words)} (2025)\n\nLast.\n\n"
        f"## {other.title} {{#{other.slug}}}\n\ntrack:: {track.slug}\n\n{other.title}\n"
    )
    plan.files[f"items/all{len(plan.words)}.md"] = (
        f"---\nitems: headings\naudience: private\n---\n## {page.title}\nstatus: done\n\n{page.slug}\n"
    )
    up = "../" * place.count("/")
    plan.body(place, f"[x]({up}items/many{len(plan.words)}.md#{item.slug}) [[{other.slug}]] [[{item.slug}|it]]")


def private_tags(plan: Plan, place: str) -> None:
    """Plant a section, a task, an item of a file and two pages that a hashtag makes private."""
    section, task, item, page, text = (plan.new() for _ in range(5))
    number = len(plan.words)
    plan.body(place, f"- [ ] shown {number}\n- [ ] {task.title} #private\n  - {task.slug}\n")
    plan.body(place, f"### {section.title} #private/pay\n\n{section.slug}\n\n### Below {number}\n")
    plan.files[f"items/tagged{number}.md"] = (
        f"---\nitems: headings\n---\n# Tagged\n\n## Open {number}\n\n## {item.title} #private\n\n{item.slug}\n"
    )
    plan.files[f"items/{page.slug}.md"] = f"# {page.title} #private\n\n{page.title}\n"
    plan.files[f"items/{text.slug}.md"] = f"# {text.title}\n\n{text.title} #private\n"


def comments(plan: Plan, place: str) -> None:
    """Plant comments of a text and of its fields, which nobody shows."""
    note, field, late = (plan.new(is_seen=False) for _ in range(3))
    plan.field(place, f"# {field.title}\nsummary: short # {field.title}")
    plan.body(place, f"Text <!-- {note.title} --> goes on.\n\n<!--\n{late.title}\n\n- [ ] {late.title}\n-->\n")


PLANTS: tuple[Plant, ...] = (
    private_item,
    private_track,
    private_milestone,
    private_person,
    private_people,
    private_assignees,
    private_collection,
    private_fields,
    private_fields_of_pages,
    private_owner,
    private_works,
    private_section,
    private_page,
    private_base,
    canvas,
    attachments,
    texts_of_other_kinds,
    drafts,
    drafts_of_other_formats,
    private_headings,
    private_tags,
    doubtful_files,
    comments,
    unclosed_section,  # hides all that is planted below it
)


def planted(*, count_private: bool = False) -> Plan:
    """Return a plan with every plant in every place."""
    plan = Plan(count_private=count_private)
    for plant in PLANTS[:-1]:
        for place in PUBLIC_FILES[:4]:
            plant(plan, place)
    unclosed_section(plan, "items/two.md")
    return plan


def forms_of(text: str) -> Iterator[bytes]:
    """Yield what a text may look like in an output: composed or not, escaped for an address, JSON or HTML."""
    for each in {text, text.casefold(), text.lower(), text.upper()}:
        for form in (unicodedata.normalize("NFC", each), unicodedata.normalize("NFD", each)):
            yield form.encode()
            yield form.encode("utf-16-le")
            yield json.dumps(form)[1:-1].encode()
            yield quote(form).encode()
            yield quote(form).lower().encode()
            yield html.escape(form).encode()
            yield "".join(f"&#{ord(letter)};" for letter in form).encode()
            yield "".join(f"&#x{ord(letter):x};" for letter in form).encode()


def cores_of(each: Word) -> tuple[str, str]:
    """Return the parts of a word by which it is found whatever became of blanks and other letters."""
    return each.slug, each.title.split()[1][:4]


def traces(data: bytes, words: list[Word]) -> set[Word]:
    """Return the words that are found in bytes, compressed ones included."""
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    if data[:4] == b"PAR1":
        table = parquet.read_table(io.BytesIO(data))
        data += repr([table.to_pylist(), table.schema.metadata, str(table.schema)]).encode()
    folded = data.lower()
    if b"kanari" not in folded and not any(form in data for form in forms_of("까마귀")):
        return set()
    return {
        each
        for each in words
        if any(form in data or form in folded for core in cores_of(each) for form in forms_of(core))
    }


def traces_below(folder: Path, words: list[Word]) -> dict[str, set[Word]]:
    """Return the files below a folder in which, or in whose names, words are found."""
    found: dict[str, set[Word]] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        hits = traces(name.encode(), words) | (traces(path.read_bytes(), words) if path.is_file() else set())
        if hits:
            found[name] = hits
    return found
