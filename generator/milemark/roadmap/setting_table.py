"""Every setting of roadmap.yml: type, meaning, example and words, for the reader and for the reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from milemark.foundation.i18n import LOCALES
from milemark.foundation.layout import AUDIENCES, PRIVATE, PUBLIC
from milemark.roadmap.field_types import TYPES
from milemark.roadmap.presets import PRESETS
from milemark.roadmap.settings import DERIVATIONS, OWNER_FIELDS, PAGES, Role

_FLAG = "boolean"


@dataclass(frozen=True, slots=True)
class Setting:
    """One key of roadmap.yml. `example` is its value as YAML; `words` are the only values it takes, if there are some.

    `default` describes the value without the key, where that is none of its words or is computed.
    """

    name: str
    type: str
    description: str
    example: str
    words: tuple[str, ...] = ()
    default: str = ""


def _table(*settings: Setting) -> Mapping[str, Setting]:
    return {each.name: each for each in settings}


ROADMAP = _table(
    Setting("title", "text", "The title of the roadmap and of its site.", "My roadmap"),
    Setting(
        "goal", "text", "The purpose, in one sentence: below the title, and the description of the site.", "A new job"
    ),
    Setting("locale", "word", "The language of the site.", "ko", LOCALES),
    Setting("content", "folder", "The folder of the files, in a roadmap.yml in the project's root.", "Vault"),
    Setting("as_of", "day", "The day to build for.", "2025-01-12", default="today"),
    Setting(
        "statuses",
        "mapping",
        "Your words for `status`, each with its stage: planned, active, paused, done or dropped.",
        "{todo: planned, doing: active, waiting: paused, finished: done}",
        default="common English and Korean words",
    ),
    Setting("collections", "mapping", "A collection for each folder of files.", "{projects: {label: Projects}}"),
    Setting("owner", "mapping", "The person whose portfolio this is.", "{name: Alex Morgan}"),
    Setting(
        "policies", "mapping", "Limits for your plan, which `check` and the progress page watch.", "{active_limit: 2}"
    ),
    Setting("marks", "mapping", "Further marks of tasks, each with its stage: `- [/] half done`.", '{"/": active}'),
    Setting("ignore", "list", "Rules to turn off, by code or by name.", "[MM402, unknown-field]"),
    Setting(
        "exclude", "patterns", "Files that milemark does not read. Patterns are those of .gitignore.", "[Templates/]"
    ),
    Setting("publish", "patterns", "The only files that may be public.", "[projects/, about.md]", default="all files"),
    Setting(
        "assets", "patterns", "Attachments that are published although no page leads to them.", '[/CNAME, "*.pdf"]'
    ),
    Setting("into", "folder", "Write the pages into this folder of a documentation site.", "docs/roadmap"),
    Setting("pages", "word", "With `into`: all pages, or one page with home and timeline.", "index", PAGES),
    Setting("autolink", _FLAG, "Link `#12`, `@name` and commit ids in bodies to the `repo_url` of mkdocs.yml.", "true"),
    Setting("body_tags", _FLAG, "Words such as `#idea` in the body of an item are its tags.", "true"),
    Setting(
        "repositories",
        "list",
        "Further git folders whose commits a measure with `counts: commits` counts.",
        "[../shop]",
    ),
    Setting(
        "sources",
        "mapping",
        "Other roadmaps by name, for references such as payments/ledger-export: folders, or files of JSON exports.",
        "{payments: ../payments}",
    ),
    Setting("derivations", "word", "How the public site explains numbers.", "files", DERIVATIONS),
    Setting("capacity", "mapping", "Your hours of work for each weekday, for forecasts.", "{mon: 2, sat: 6}"),
    Setting("forecast", "word", "Who may see forecasts of items.", "public", (PRIVATE, PUBLIC)),
    Setting("names", "mapping", "The names that your files give to milemark's fields.", "{due: deadline}"),
    Setting("like", "word", "The tool whose field names your files have.", "tasknotes", tuple(PRESETS)),
    Setting("untrusted", _FLAG, "Untrusted authors may write here: milemark sanitises bodies.", "true"),
)
COLLECTION = _table(
    Setting("label", "text", "The name of the collection on the site.", "Projects", default="the name of its folder"),
    Setting("description", "text", "One sentence below the title of its page.", "Side projects since 2019"),
    Setting(
        "role",
        "word",
        "The kind of its files: items count in progress, tracks group them, milestones are dates, records are facts, "
        "people work on items.",
        "track",
        tuple(Role),
    ),
    Setting(
        "fields",
        "mapping",
        "Fields of its files, each with the keys of a field, or with none.",
        "{priority: {choices: [high, low]}}",
    ),
    Setting("columns", "list", "The columns of its table.", "[title, status, due]", default="the title and its fields"),
    Setting("group", "field", "One table for each value of this field.", "status"),
    Setting("private", "list", "Fields that only you see.", "[priority]"),
    Setting("audience", "word", "`private` hides the collection: files, page, label and fields.", "private", AUDIENCES),
    Setting(
        "items",
        "word",
        "`headings` makes an item of each second-level heading of a file; or name the level.",
        "headings",
        ("headings", *(f"h{level}" for level in range(1, 7))),
        "each file is an item",
    ),
    Setting(
        "match", "mapping", "Recognise its files by `folder`, `tag` or `field` instead of by its name.", "{tag: task}"
    ),
    Setting("names", "mapping", "The names that its files give to milemark's fields.", "{due: deadline}"),
    Setting("like", "word", "The tool whose field names its files have.", "backlog", tuple(PRESETS)),
)
FIELD = _table(
    Setting("type", "word", "The type of its values.", "number", TYPES),
    Setting("label", "text", "Its name on the site.", "Priority", default="its name"),
    Setting("choices", "list", "The only values it takes.", "[high, low]"),
    Setting("required", _FLAG, "`check` reports an item without it.", "true"),
    Setting("default", "text", "The value of items that have none.", "low"),
    Setting(
        "items",
        "mapping",
        "The type of the entries of an `array` or `object`.",
        "{type: reference}",
        default="`{type: string}`",
    ),
    Setting("description", "text", "What it holds: editors and SQL schemas show this.", "How soon it is needed"),
)
POLICIES = _table(
    Setting("active_limit", "integer", "How many items may be active at once; a part counts with its parent.", "1"),
    Setting("stale_days", "integer", "How many days an active item may be past its due date.", "14"),
    Setting(
        "least_chance",
        "integer",
        "`check` notes a due date that the forecast keeps with a smaller chance, in percent.",
        "10",
    ),
    Setting(
        "evidence", "collection", "Each done record of this collection must stand in the `stack` of an item.", "skills"
    ),
    Setting("count_private", _FLAG, "Private items count in the public progress of tracks and of the whole.", "true"),
)
OWNER = _table(
    *(
        Setting(name, each.type, each.description, example)
        for (name, each), example in zip(
            OWNER_FIELDS.items(),
            (
                "Alex Morgan",
                "Backend engineer",
                "I make slow services fast",
                "alex@example.org",
                '{GitHub: "https://github.com/alex"}',
                "Seoul",
                "me.jpg",
                "[English, Korean]",
                "A platform team",
                "2019",
            ),
            strict=True,
        )
    ),
    Setting("private", "list", "Fields of the owner that only you see.", "[email]"),
    Setting("audience", "word", "`private` hides all of them.", "private", AUDIENCES),
)
