"""The declarations of roadmap.yml as frozen values: stages, roles, fields, collections, policies, settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any

from milemark.foundation.content_folder import shown_in
from milemark.foundation.dates import PartialDate
from milemark.foundation.diagnostics import Span
from milemark.foundation.globs import matcher
from milemark.foundation.i18n import _

ASSIGNEE = "assignee"  # the field of the people who work on an item
COMMITS = "commits"  # that a measure of success may count, as it does collections


class Stage(StrEnum):
    """The meaning of a status. Users choose their own words for statuses; code compares stages."""

    PLANNED = "planned"
    ACTIVE = "active"
    PAUSED = "paused"
    DONE = "done"
    DROPPED = "dropped"

    @property
    def is_closed(self) -> bool:
        """Whether no work is left: done or dropped."""
        return self in CLOSED


CLOSED: frozenset[str] = frozenset({Stage.DONE, Stage.DROPPED})  # equal to their texts, which the history keeps


# A collection declares its role. Rejected: guessing it from the name of the collection.
class Role(StrEnum):
    """The kind of files in a collection. Only items count in progress."""

    ITEM = "item"
    TRACK = "track"
    MILESTONE = "milestone"
    RECORD = "record"
    PERSON = "person"


STAGE_NAMES = (_("planned"), _("active"), _("paused"), _("done"), _("dropped"))
# Files that a site needs at fixed addresses, though no page links to them.
ASSETS = ("/CNAME", "/robots.txt", "/favicon.*", "/.well-known/**")
PAGES = ("full", "index")  # of a roadmap within a documentation site
DERIVATIONS = ("words", "files", "none")  # of numbers on the public site: in words, down to files and lines, or not
TASK_MARKS: Mapping[str, Stage] = {" ": Stage.PLANNED, "x": Stage.DONE, "X": Stage.DONE}


ANYTHING = "anything"  # the type of entries that cannot be declared: texts, lists and objects


@dataclass(frozen=True, slots=True)
class Field:
    """One declared field. `type` is a JSON Schema type name, `date`, `reference` or `url`.

    In roadmap.yml: `priority: {label: 우선순위, choices: [높음, 낮음]}`.
    """

    name: str
    type: str = "string"
    label: str = ""
    choices: tuple[str, ...] = ()
    required: bool = False
    default: str = ""
    item_type: str = "string"
    description: str = ""

    @property
    def entry(self) -> Field:
        """The declaration of an entry of a list or an object; lists and objects within it may hold anything."""
        choices = self.choices if self.type == "array" else ()
        return Field(self.name, self.item_type, choices=choices, item_type=ANYTHING)


@dataclass(frozen=True, slots=True)
class Match:
    """How items of a collection are recognised: by a folder, a tag, or a field with a value (empty: any value)."""

    folders: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Collection:
    """A folder with declared fields: a table whose rows are files. Only the owner sees its `private` fields.

    `level` is the level of the headings that are its items; 0 if its files are.
    With `match`, its files are those that it recognises, in any folder. `names` has the names that its files give to
    fields of milemark, `due: deadline`; everything else here has milemark's names. `is_inline`: fields are also written
    in the text, as `due:: 2025-03-01`. With `prefix`, the item `BACK-7` is also found as `task-7`. `has_people`:
    `assignee` names items of a collection with the role `person`.
    """

    name: str
    label: str
    role: Role = Role.ITEM
    description: str = ""
    group: str = ""
    columns: tuple[str, ...] = ()
    fields: Mapping[str, Field] = field(default_factory=dict)
    private: tuple[str, ...] = ()
    is_private: bool = False
    level: int = 0
    match: Match | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    is_inline: bool = False
    prefix: str = ""
    has_people: bool = False

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders of its files; `.` is the folder of all files."""
        return (self.name,) if self.match is None else self.match.folders

    def own_name(self, name: str) -> str:
        """Return the name that files give to a field: `deadline` for `due`."""
        return self.names.get(name, name)

    def other_name(self, id_: str) -> str:
        """Return the name by which other files may know the item of an id, or an empty text."""
        word, sign, number = id_.rpartition("-")
        is_numbered = self.prefix and sign and word.isalpha() and number.replace(".", "").isdecimal()
        return f"{self.prefix}{number}" if is_numbered and f"{word}-".casefold() != self.prefix else ""

    def core_name(self, written: str) -> str:
        """Return milemark's name of a field as files name it: `due` for `deadline`."""
        return next((name for name, own in self.names.items() if own == written), written)

    @property
    def shown(self) -> tuple[str, ...]:
        """The columns of its table: as declared, else the title and each field but objects."""
        names = [each.name for each in self.fields.values() if each.type != "object"]
        return self.columns or tuple(dict.fromkeys(["title", *(names or ["status", "track", "due"])]))


@dataclass(frozen=True, slots=True)
class Policies:
    """The rules that a plan sets for itself; None means that a rule is not set.

    `active_limit`: how many items may be active at once; `stale_days`: how many days an active item may be overdue;
    `evidence`: the collection whose done records must appear in the `stack` of an item; `count_private`: whether
    private items count in the public progress of tracks and of the whole; `least_chance`: the smallest chance, in
    percent, with which a due date may be kept.
    """

    active_limit: int | None = None
    stale_days: int | None = None
    evidence: str = ""
    count_private: bool = False
    least_chance: int | None = None


@dataclass(frozen=True, slots=True)
class Owner:
    """The person whose portfolio the site is. Only the owner sees the fields that `private` names.

    `photo` is a file below content/; `photo_span` is its place in roadmap.yml.
    """

    name: str = ""
    role: str = ""
    headline: str = ""
    email: str = ""
    links: Mapping[str, str] = field(default_factory=dict)
    location: str = ""
    photo: str = ""
    languages: tuple[str, ...] = ()
    looking_for: str = ""
    since: PartialDate | None = None
    private: tuple[str, ...] = ()
    photo_span: Span | None = None

    def public(self) -> Owner | None:
        """Return the owner without private fields; None if nothing is left that says who it is."""
        hidden: dict[str, Any] = {
            each.name: getattr(NO_OWNER, each.name) for each in fields(self) if self.hides(each.name)
        }
        shown = replace(self, **hidden, private=())
        return shown if replace(shown, photo_span=None) != NO_OWNER else None

    def hides(self, name: str) -> bool:
        """Whether only the owner sees a field."""
        return name in self.private


NO_OWNER = Owner()
OWNER_FIELDS: Mapping[str, Field] = {
    each.name: each
    for each in (
        Field("name", description="Your name."),
        Field("role", description="Your role, below the name."),
        Field("headline", description="One sentence about you."),
        Field("email", description="Your e-mail address."),
        Field("links", "object", item_type="url", description="Your profiles and files: an address for each label."),
        Field("location", description="Where you are."),
        Field("photo", "file", description="Your picture: a file of the project."),
        Field("languages", "array", description="The languages that you speak."),
        Field("looking_for", description="The work that you look for."),
        Field("since", "date", description="The date of your first work, for years of experience."),
    )
}


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of roadmap.yml. `statuses` maps the user's words to stages, `marks` further marks of tasks.

    `names`, `is_inline` and `has_people` are those of a collection, for items in none and for pages; `loose` has them.
    `content` is the folder of the files, from the folder of this roadmap.yml; if empty, the file lies in it.
    `assets`, `exclude` and `publish` are patterns of paths as in .gitignore: attachments that are published although
    no page needs them, files that milemark does not read, and the only files that are public (None: all others).
    `untrusted`: the owner does not trust all authors of content/. `autolink`: mentions such as `#12` in bodies are
    links to the repository. `body_tags`: `#word` in the body of an item is one of its tags. `sources` are the
    places of other roadmaps by the name that references give them. `into` is the folder of a
    documentation site for the pages, `pages` their number: `full` or `index`. `derivations`: how the
    public site explains numbers. `capacity` are the hours of work from Monday to Sunday, or empty;
    `is_forecast_public`: the public sees the forecasts of items. `dataset` is the digest of the dataset that a
    portfolio is made from, `relations` are its tables for queries. `is_adopted` means that there is no
    roadmap.yml, `is_broken` that it could not be read: then nothing is declared, and no word is reported as unknown.
    """

    content: str = ""
    title: str = ""
    goal: str = ""
    locale: str = "en"
    as_of: date | None = None
    statuses: Mapping[str, Stage] = field(default_factory=dict)
    collections: Mapping[str, Collection] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    is_inline: bool = False
    has_people: bool = False
    marks: Mapping[str, Stage] = field(default_factory=dict)
    policies: Policies = Policies()
    ignore: tuple[str, ...] = ()
    assets: tuple[str, ...] = ASSETS
    exclude: tuple[str, ...] = ()
    publish: tuple[str, ...] | None = None
    untrusted: bool = False
    autolink: bool = False
    body_tags: bool = False
    owner: Owner | None = None
    repositories: tuple[str, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    into: str = ""
    pages: str = PAGES[0]
    derivations: str = DERIVATIONS[0]
    capacity: tuple[float, ...] = ()
    is_forecast_public: bool = False
    is_adopted: bool = False
    dataset: str = ""
    relations: tuple[Any, ...] = field(default=(), repr=False, compare=False)
    is_broken: bool = False
    loose: Collection = field(init=False, repr=False, compare=False, default=Collection("", ""))
    _by_folder: Mapping[str, str] = field(init=False, repr=False, compare=False, default_factory=dict)
    _matching: tuple[str, ...] = field(init=False, repr=False, compare=False, default=())

    def __post_init__(self) -> None:
        """Derive the collection of each folder, which is needed once for each file."""
        places = [(folder, each.name) for each in reversed([*self.collections.values()]) for folder in each.folders]
        matching = tuple(each.name for each in self.collections.values() if each.match)
        loose = Collection("", "", names=self.names, is_inline=self.is_inline, has_people=self.has_people)
        object.__setattr__(self, "loose", loose)
        object.__setattr__(self, "_by_folder", dict(places))
        object.__setattr__(self, "_matching", matching)

    @property
    def is_undeclared(self) -> bool:
        """Whether no statuses and collections are declared, since roadmap.yml is missing or broken."""
        return self.is_adopted or self.is_broken

    @property
    def known_statuses(self) -> tuple[str, ...]:
        """The words that a status can be; none if they are not declared."""
        return () if self.is_undeclared else tuple(self.statuses)

    def collection_in(self, folder: str) -> Collection | None:
        """Return the collection of a folder or of the nearest one above it; `.` counts last, after tags and fields."""
        while folder:
            if found := self._by_folder.get(folder):
                return self.collections[found]
            folder = folder.rpartition("/")[0]
        return None

    @property
    def matching(self) -> tuple[Collection, ...]:
        """The collections that recognise items by more than folders."""
        return tuple(self.collections[name] for name in self._matching)

    def shown(self, path: str) -> str:
        """Return the path of a file, seen from the project's root: `content/a.md`."""
        return shown_in(self.content, path)

    def is_excluded(self, path: str) -> bool:
        """Whether milemark does not read a file of content/."""
        return matcher(self.exclude)(path)

    def is_published(self, path: str) -> bool:
        """Whether a file may be public."""
        return self.publish is None or matcher(self.publish)(path)

    def task_stage(self, mark: str) -> Stage | None:
        """Return the stage of a task's mark, or None if the mark is not declared."""
        return TASK_MARKS.get(mark) or self.marks.get(mark)

    def is_closed(self, mark: str) -> bool:
        """Whether the mark of a task leaves no work; a task with an undeclared mark is not counted, and so closed."""
        stage = self.task_stage(mark)
        return stage is None or stage.is_closed
