"""Every rule of `milemark check`, by code.

MM1xx file and YAML, MM2xx fields, MM3xx references, MM4xx plan and numbers, MM5xx roadmap.yml, MM6xx
queries. Codes are stable.
"""

from __future__ import annotations

from milemark.foundation.diagnostics import Rule, Severity
from milemark.foundation.i18n import _

_E, _W = Severity.ERROR, Severity.WARNING

UNREADABLE = Rule("MM101", "unreadable-file", _E, _("cannot read this file: {reason}"), _("check its permissions"))
NOT_UTF8 = Rule(
    "MM102", "not-utf8", _E, _("this file is not UTF-8 text: byte {byte} at offset {offset}"), _("save it as UTF-8")
)
CONTROL_CHARACTER = Rule(
    "MM103", "control-character", _E, _("control character {name} in the text"), _("delete this character")
)
INVALID_YAML = Rule("MM104", "invalid-yaml", _E, _("{what} is not valid YAML: {problem}"), _("quote the value"))
UNCLOSED = Rule(
    "MM105", "unclosed-front-matter", _E, _("front matter is opened here and never closed"), _("end it with a line ---")
)
NOT_A_MAPPING = Rule(
    "MM106",
    "not-key-value",
    _E,
    _("{what} is not a list of `key: value` lines"),
    _("write each field as `key: value`"),
)
DUPLICATE_KEY = Rule(
    "MM107", "duplicate-key", _E, _("the field {key} is already written in line {line}"), _("keep one of the two")
)
KEY_NOT_TEXT = Rule("MM108", "key-not-text", _E, _("a field name must be plain text"), _("write it as `name: value`"))
ALIAS = Rule(
    "MM109",
    "yaml-alias",
    _E,
    _("YAML anchors and aliases are not allowed"),
    _("write the value out, or quote it if & or * belongs to the text"),
)
TOO_DEEP = Rule("MM110", "too-deep", _E, _("values are nested more than {limit} deep"), _("flatten the value"))
TOO_LARGE = Rule("MM111", "too-large", _E, _("{what} is larger than {limit}"), _("move long text into the body"))
YAML_TAG = Rule(
    "MM112",
    "yaml-tag",
    _E,
    _("YAML tags such as {tag} are not allowed"),
    _("delete the tag, or quote the value if ! belongs to the text"),
)
OTHER_FRONT_MATTER = Rule(
    "MM113", "other-front-matter", _E, _("{kind} is not read"), _("write it as YAML between two lines ---")
)

CONFLICT = Rule(
    "MM114", "merge-conflict", _E, _("this is a conflict marker of git"), _("resolve the merge, then delete the marker")
)
DEEP_LIST = Rule(
    "MM115",
    "deep-list",
    _E,
    _("lists are nested more than {limit} deep: tasks below may not be counted"),
    _("move the inner list into an item of its own"),
)
UNCLOSED_FENCE = Rule(
    "MM116",
    "unclosed-fence",
    _W,
    _("this code block is never closed, and tasks in it are not counted: {count}"),
    _("end it with a line {fence}"),
)
SAME_NAME = Rule(
    "MM117",
    "same-name",
    _W,
    _("this name and {other} differ in letter case or Unicode form only"),
    _("rename one of them: other systems take them for one file"),
)
TASK_ELSEWHERE = Rule(
    "MM118",
    "task-elsewhere",
    _W,
    _("this is not counted as a task: to Markdown it is HTML, or a heading"),
    _("put an empty line between the two"),
)
TAKEN_PLACE = Rule(
    "MM119",
    "taken-place",
    _W,
    _("this file would stand on the site where {other} stands"),
    _("give it another name, or write its text into {other}"),
)
UNSAFE_LINK = Rule(
    "MM120",
    "unsafe-link",
    _W,
    _('"{address}" is not linked on the site: a browser would run it'),
    _("link to http, https, mailto or a relative path; to show it, put it between backticks"),
)

UNCLOSED_SECTION = Rule(
    "MM131",
    "unclosed-section",
    _E,
    _("this private section never ends, and all below it is hidden"),
    _("end it with a line {end}"),
)
STRAY_SECTION = Rule(
    "MM132",
    "stray-section",
    _E,
    _("{found} is no proper mark of a private section"),
    _("put <!-- private --> above what it shall hide; until then all above it is hidden"),
)

UNKNOWN_FIELD = Rule(
    "MM201",
    "unknown-field",
    _W,
    _('unknown field "{field}"'),
    _("declare it under `fields` of its collection in roadmap.yml"),
)
MISSING_FIELD = Rule("MM202", "missing-field", _E, _('the field "{field}" is required'), _("add a line `{field}: …`"))
WRONG_TYPE = Rule("MM203", "wrong-type", _E, _('"{value}" is not {expected}'), _("expected for example {example}"))
UNKNOWN_STATUS = Rule(
    "MM204", "unknown-status", _E, _('unknown status "{value}"'), _("declare it under `statuses` in roadmap.yml")
)
UNKNOWN_CHOICE = Rule("MM205", "unknown-choice", _E, _('unknown {field} "{value}"'), _("choose one of: {known}"))
BAD_DATE = Rule(
    "MM206", "bad-date", _E, _('"{value}" is not a date'), _("write 2025-02-14, 2025-02, 2025-W07, 2025-Q1 or 2025")
)
OUT_OF_RANGE = Rule("MM207", "out-of-range", _E, _("{value} is out of range"), _("write a number from {low} to {high}"))
COMMENTED_OUT = Rule(
    "MM208",
    "commented-out",
    _W,
    _('text after # is a comment and not part of "{field}"'),
    _('quote the value: "{value}"'),
)
BAD_URL = Rule(
    "MM209",
    "bad-url",
    _E,
    _('"{value}" is not an address that may be linked'),
    _("use http, https, mailto or a relative path"),
)
NO_TITLE = Rule(
    "MM210", "no-title", _W, _("this item has no title"), _("add `title: …`, or a heading at the top of the body")
)

INVISIBLE = Rule(
    "MM211",
    "invisible-character",
    _W,
    _('the field "{field}" holds an invisible character, {name}'),
    _("delete it: two texts that look alike are not"),
)

COMMAS = Rule(
    "MM212",
    "commas-in-one-text",
    _W,
    _('"{field}" is a list, and "{value}" is read as one entry of it'),
    _("write a list: [{list}]; where it is one entry, quote it"),
)

DUPLICATE_ID = Rule(
    "MM301", "duplicate-id", _E, _('the id "{id}" is also used by {other}'), _("give one of them another `id`")
)
UNKNOWN_REFERENCE = Rule(
    "MM302",
    "unknown-reference",
    _E,
    _('{field} refers to "{value}", which does not exist'),
    _("use the id of an item: its field `id`, or else the name of its file without .md"),
)
CYCLE = Rule("MM303", "cycle", _E, _("{field} runs in a circle: {cycle}"), _("remove one of these references"))
LOOKALIKE_ID = Rule(
    "MM304",
    "lookalike-id",
    _W,
    _('the id "{id}" looks like "{nearest}" and is another one'),
    _("letter {place} is {own} here and {there} there: type it anew, or give one of them another `id`"),
)

ENDS_BEFORE_START = Rule(
    "MM401", "ends-before-start", _E, _("due {due} is before start {start}"), _("move one of the two dates")
)
CLAIM_DIFFERS = Rule(
    "MM402",
    "claim-differs",
    _W,
    _("progress claims {claimed}%, the tasks say {measured}% ({done} of {total})"),
    _("tick the tasks that are done, or delete `progress`"),
)
DONE_WITH_OPEN_TASKS = Rule(
    "MM403",
    "done-with-open-tasks",
    _W,
    _("this item is done, yet has open tasks: {open}"),
    _("tick or delete them"),
)
DID_YOU_MEAN_BOX = _("did you mean {meant}?")
NEARLY_A_TASK = Rule("MM404", "nearly-a-task", _W, _("{found} is not counted as a task"), DID_YOU_MEAN_BOX)

UNKNOWN_MARK = Rule(
    "MM405", "unknown-mark", _W, _("unknown task mark {mark}"), _("declare it under `marks` in roadmap.yml")
)
TOO_MANY_ACTIVE = Rule(
    "MM406",
    "too-many-active",
    _W,
    _("active at once: {count}, and at most {limit} shall be: {items}"),
    _("pause or finish one of them"),
)
STALE = Rule(
    "MM407",
    "stale",
    _W,
    _("this item is active, yet it was due {due} (days ago: {days})"),
    _("finish it, pause it, or move `due`"),
)
NO_EVIDENCE = Rule(
    "MM408",
    "no-evidence",
    _W,
    _('the skill "{skill}" is claimed, and no item has it in its `stack`'),
    _("add it to the `stack` of what you made with it"),
)
FINISHED_LATER = Rule(
    "MM409",
    "finished-later",
    _E,
    _("finished {finished} is after the roadmap's day, {as_of}"),
    _("correct the date, or delete it until then"),
)

NO_ROADMAP = Rule(
    "MM501",
    "no-roadmap",
    _W,
    _("there is no roadmap.yml here"),
    _("`milemark init` writes one; without it, defaults are used"),
)
BAD_SETTING = Rule("MM502", "bad-setting", _E, _('"{value}" is not {expected}'), _("expected for example {example}"))
UNKNOWN_SETTING = Rule("MM503", "unknown-setting", _E, _('unknown {what} "{setting}"'), _("known here: {known}"))

QUERY_SYNTAX = Rule("MM601", "query-syntax", _E, _("this is not SQL that can be asked: {word}"), "{about}")
UNKNOWN_COLUMN = Rule("MM602", "unknown-column", _E, _('there is no column "{name}" here'), _("columns here: {known}"))
UNKNOWN_RELATION = Rule("MM603", "unknown-relation", _E, _('there is no relation "{name}"'), _("relations: {known}"))
NOT_ALLOWED = Rule("MM604", "not-allowed", _E, _("a query cannot use {name}"), _("a query only reads the roadmap"))
TOO_EXPENSIVE = Rule(
    "MM605",
    "too-expensive",
    _E,
    _("this query takes too long, or its answer is too large"),
    _("ask for less: add a condition or a `limit`"),
)
BAD_BLOCK = Rule("MM606", "bad-block", _E, "{problem}", "{about}")
UNKNOWN_OPTION = Rule("MM607", "unknown-option", _E, _('unknown {what} "{option}"'), _("known here: {known}"))
BLOCK_ELSEWHERE = Rule(
    "MM608",
    "block-elsewhere",
    _W,
    _("a query block within a list, a quote or a container is not shown"),
    _("begin its first line at the margin"),
)
NOT_ONE_VALUE = Rule(
    "MM609",
    "not-one-value",
    _E,
    _("a value in a sentence is one value, and this answer has {rows} rows and {columns} columns"),
    _("ask for one column, and for one row with `count(*)` or `limit 1`"),
)
BASE_SYNTAX = Rule(
    "MM611", "base-syntax", _E, _("this expression cannot be read: {problem}"), _("`milemark explain MM611` shows how")
)
NOT_IN_BASE = Rule("MM612", "not-in-base", _W, _("{name} is not supported: {reason}"), _("leave it out for the site"))
UNKNOWN_IN_BASE = Rule("MM613", "unknown-in-base", _E, _('unknown {what} "{name}"'), _("known here: {known}"))
FORMULA_CYCLE = Rule(
    "MM614", "formula-cycle", _E, _("formulas run in a circle: {cycle}"), _("remove one of these references")
)
BAD_IN_BASE = Rule("MM615", "bad-in-base", _E, _('"{value}" is not {expected}'), _("expected for example {example}"))

RULES: tuple[Rule, ...] = tuple(value for value in dict(globals()).values() if isinstance(value, Rule))
DID_YOU_MEAN = _('did you mean "{nearest}"?')
DID_YOU_MEAN_ONE_OF = _('did you mean "{nearest}"? possible are: {known}')
LOOKS_LIKE = _('it only looks like "{nearest}": letter {place} is {own} here and {there} there')
