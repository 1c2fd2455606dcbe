"""Every rule of `milemark check`, by code.

MM1xx file and YAML, MM2xx fields, MM3xx references, MM4xx plan and numbers, MM5xx roadmap.yml, MM6xx
queries. Codes are stable.
"""

from __future__ import annotations

from milemark.foundation.diagnostics import Rule, Severity
from milemark.foundation.i18n import _

_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTE

UNREADABLE = Rule("MM101", "unreadable-file", _E, _("cannot read this file: {reason}"), _("check its permissions"))
NOT_UTF8 = Rule(
    "MM102", "not-utf8", _E, _("this file is not UTF-8 text: byte {byte} at offset {offset}"), _("save it as UTF-8")
)
CONTROL_CHARACTER = Rule(
    "MM103", "control-character", _E, _("control character {name} in the text"), _("delete this character")
)
INVALID_YAML = Rule("MM104", "invalid-yaml", _E, _("{what} is not valid YAML: {problem}"), _("quote the value"))
UNCLOSED = Rule(
    "MM105",
    "unclosed-front-matter",
    _E,
    _("front matter is opened here and never closed"),
    _("add a closing line: ---"),
)
NOT_A_MAPPING = Rule(
    "MM106",
    "not-key-value",
    _E,
    _("{what} does not consist of `key: value` lines"),
    _("write each field as `key: value`"),
)
DUPLICATE_KEY = Rule(
    "MM107", "duplicate-key", _E, _("line {line} already sets the field {key}"), _("keep only one of them")
)
KEY_NOT_TEXT = Rule("MM108", "key-not-text", _E, _("a field name must be plain text"), _("write it as `name: value`"))
ALIAS = Rule(
    "MM109",
    "yaml-alias",
    _E,
    _("YAML anchors and aliases are not allowed"),
    _("write the value out, or quote it if & or * belongs to the text"),
)
TOO_DEEP = Rule("MM110", "too-deep", _E, _("values are nested more than {limit} levels deep"), _("flatten the value"))
TOO_LARGE = Rule("MM111", "too-large", _E, _("{what} is larger than {limit}"), _("move long text into the body"))
YAML_TAG = Rule(
    "MM112",
    "yaml-tag",
    _E,
    _("YAML tags such as {tag} are not allowed"),
    _("delete the tag, or quote the value if ! belongs to the text"),
)
OTHER_FRONT_MATTER = Rule(
    "MM113", "other-front-matter", _E, _("milemark ignores {kind}"), _("write it as YAML between two `---` lines")
)

CONFLICT = Rule(
    "MM114", "merge-conflict", _E, _("unresolved git merge conflict"), _("resolve the conflict and delete its markers")
)
DEEP_LIST = Rule(
    "MM115",
    "deep-list",
    _E,
    _("lists are nested more than {limit} levels deep: deeper tasks may not count"),
    _("move the inner list into a separate item"),
)
UNCLOSED_FENCE = Rule(
    "MM116",
    "unclosed-fence",
    _W,
    _("unclosed code block: tasks inside it do not count ({count})"),
    _("add a closing line: {fence}"),
)
SAME_NAME = Rule(
    "MM117",
    "same-name",
    _W,
    _("this name differs from {other} only in letter case or Unicode normalization"),
    _("rename one of them: other systems treat them as the same file"),
)
TASK_ELSEWHERE = Rule(
    "MM118",
    "task-elsewhere",
    _W,
    _("not counted as a task: Markdown parses this line as HTML or a heading"),
    _("add an empty line between this line and the HTML or the hyphen"),
)
TAKEN_PLACE = Rule(
    "MM119",
    "taken-place",
    _W,
    _("this file and {other} have the same address on the site"),
    _("rename this file, or move its text into {other}"),
)
UNSAFE_LINK = Rule(
    "MM120",
    "unsafe-link",
    _W,
    _('the site does not link "{address}": a browser would run it as code'),
    _("use http, https, mailto or a relative path; to show it as text, put it in backticks"),
)


LFS_POINTER = Rule(
    "MM122",
    "lfs-pointer",
    _E,
    _("this is a pointer of Git LFS, not the content of the file"),
    _("run `git lfs pull`; in a workflow, add `lfs: true` to the step that checks out"),
)

TEMPLATE_FAILED = Rule(
    "MM123",
    "template-failed",
    _E,
    _("a template fails on this item: {reason}"),
    _("{page} is made without it; correct {place}"),
)
TEXT_ONLY = _("{page} shows its text only; correct {place}")

UNREAD_SYNTAX = Rule(
    "MM126",
    "unread-syntax",
    _W,
    _("{text} is text on the site: milemark does not know this syntax"),
    _("write it in the Markdown of GitHub or Obsidian"),
)
UNCLOSED_EMPHASIS = Rule(
    "MM127",
    "unclosed-emphasis",
    _W,
    _("{text} is not bold: by Markdown's rules, ** between punctuation and a letter neither opens nor closes"),
    _("put the punctuation outside of the stars, or write <b>…</b>"),
)

UNCLOSED_SECTION = Rule(
    "MM131",
    "unclosed-section",
    _E,
    _("unclosed private section: everything below it is hidden"),
    _("add a closing line: {end}"),
)
STRAY_SECTION = Rule(
    "MM132",
    "stray-section",
    _E,
    _("{found} is not a valid private section marker"),
    _("add <!-- private --> above the private text; until then everything above this line is hidden"),
)
PRIVATE_NAME = Rule(
    "MM133",
    "private-name",
    _E,
    _("the name of a private file: the public site shows … in its place"),
    _("use other words, or link to the file: the public site shows the text of such a link"),
)
PUBLIC_HEADING = Rule(
    "MM134",
    "public-heading",
    _W,
    _('the text below the heading "{found}" is public'),
    _("put the text between <!-- private --> and <!-- /private -->, or choose another heading"),
)

UNKNOWN_FIELD = Rule(
    "MM201",
    "unknown-field",
    _W,
    _('unknown field "{field}"'),
    _("declare it under `fields` of its collection in roadmap.yml"),
)
MISSING_FIELD = Rule("MM202", "missing-field", _E, _('the field "{field}" is required'), _("add a line `{field}: …`"))
WRONG_TYPE = Rule("MM203", "wrong-type", _E, _('"{value}" is not {expected}'), _("for example: {example}"))
UNKNOWN_STATUS = Rule(
    "MM204",
    "unknown-status",
    _E,
    _('unknown status "{value}"'),
    _("write one of {known}, or declare it under `statuses` in roadmap.yml"),
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
    _('YAML treats the text after # as a comment, not as part of "{field}"'),
    _('quote the value: "{value}"'),
)
BAD_URL = Rule(
    "MM209",
    "bad-url",
    _E,
    _('"{value}" is not an allowed link target'),
    _("use http, https, mailto or a relative path"),
)
NO_TITLE = Rule(
    "MM210", "no-title", _W, _("this item has no title"), _("add `title: …`, or a heading `# …` at the top of the body")
)

INVISIBLE = Rule(
    "MM211",
    "invisible-character",
    _W,
    _('the field "{field}" contains an invisible character: {name}'),
    _("delete it: values that look the same would not match"),
)

COMMAS = Rule(
    "MM212",
    "commas-in-one-text",
    _W,
    _('"{field}" is a list, but "{value}" is a single entry'),
    _("write a list: [{list}]; if it is a single entry, quote it"),
)

INTRODUCTION = Rule(
    "MM213",
    "status-of-an-introduction",
    _W,
    _("this file introduces a generated page and is not an item: its `status` does not count"),
    _("delete `status`; if it is an item, rename the file"),
)

DUPLICATE_ID = Rule(
    "MM301", "duplicate-id", _E, _('the id "{id}" is also used by {other}'), _("give one of them another `id`")
)
UNKNOWN_REFERENCE = Rule(
    "MM302",
    "unknown-reference",
    _E,
    _('{field} refers to "{value}", but no item has this name'),
    _("use the id of an item: its `id` field, or its file name without .md"),
)
UNKNOWN_ELSEWHERE = Rule(
    "MM311",
    "unknown-elsewhere",
    _E,
    _('{field} refers to "{value}", but the public roadmap of {source} has no such item'),
    _("use the id of one of its public items, after the name of the source and a slash"),
)
UNREAD_SOURCE = Rule(
    "MM312",
    "unread-source",
    _W,
    _('{field} refers to "{value}", which cannot be looked up now: {problem}'),
    _("correct the place of {source} under `sources` in roadmap.yml, or fetch it before the build"),
)
CYCLE = Rule("MM303", "cycle", _E, _("circular {field}: {cycle}"), _("remove one of these references"))
LOOKALIKE_ID = Rule(
    "MM304",
    "lookalike-id",
    _W,
    _('the id "{id}" looks like "{nearest}" but differs from it'),
    _("letter {place} is {own} here and {there} there: retype it, or give one of them another `id`"),
)
DEAD_LINK = Rule(
    "MM305",
    "dead-link",
    _E,
    _("the {what} leads to {address}, {problem}"),
    _("start from the folder of this file, such as ../notes/plan.md; write other sites with https://"),
)
DEAD_ANCHOR = Rule(
    "MM306", "dead-anchor", _E, _('{file} has no heading or id "{anchor}"'), _("use the anchor of one of its headings")
)
DEAD_WIKILINK = Rule(
    "MM307", "dead-wikilink", _W, _("[[{name}]] leads nowhere"), _("use the name of a file, or an id of an item")
)
AMBIGUOUS_REFERENCE = Rule(
    "MM308",
    "ambiguous-reference",
    _E,
    _('{field} refers to "{value}", which is the name of several files: {files}'),
    _("write the path of one of them, or its id"),
)
SPACED_LINK = Rule(
    "MM309",
    "spaced-link",
    _W,
    _("the {what} to {address} is text on the site: an address with blanks needs angle brackets"),
    _("write <{address}> between the parentheses, or %20 for each blank"),
)
AMBIGUOUS_WIKILINK = Rule(
    "MM310",
    "ambiguous-wikilink",
    _W,
    _("[[{name}]] is the name of several files, and leads to the first: {files}"),
    _("write the path of one of them, or its id"),
)

ENDS_BEFORE_START = Rule(
    "MM401", "ends-before-start", _E, _("`due` {due} is before `start` {start}"), _("correct one of the two dates")
)
CLAIM_DIFFERS = Rule(
    "MM402",
    "claim-differs",
    _W,
    _("`progress` claims {claimed}%, but the tasks show {measured}% ({done} of {total})"),
    _("tick the tasks that are done, or delete `progress`"),
)
DONE_WITH_OPEN_TASKS = Rule(
    "MM403",
    "done-with-open-tasks",
    _W,
    _("this item is done but has open tasks: {open}"),
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
    _("too many active items ({count}, limit {limit}): {items}"),
    _("pause or finish one of them"),
)
STALE = Rule(
    "MM407",
    "stale",
    _W,
    _("this item is still active but was due {due} (days late: {days})"),
    _("finish it, pause it, or move `due`"),
)
NO_EVIDENCE = Rule(
    "MM408",
    "no-evidence",
    _W,
    _('the roadmap claims the skill "{skill}", but no item lists it in `stack`'),
    _("add it to the `stack` of an item that uses it"),
)
TOO_MUCH_WORK = Rule(
    "MM410",
    "too-much-work",
    _W,
    _("too many active items of {person} ({count}, capacity {limit}): {items}"),
    _("pause or finish one of them, or assign it to someone else"),
)
FINISHED_LATER = Rule(
    "MM409",
    "finished-later",
    _E,
    _("finished {finished} is after the roadmap's as-of date, {as_of}"),
    _("correct the date, or use `due` until the work is finished"),
)
UNLIKELY_DATE = Rule(
    "MM411",
    "unlikely-date",
    _N,
    _("at your pace, this item is done by {due} with a chance of {chance}%"),
    _("move `due` or drop other work: `milemark forecast` shows the days"),
)

NO_ROADMAP = Rule(
    "MM501",
    "no-roadmap",
    _W,
    _("there is no roadmap.yml here"),
    _("run `milemark init` to create it; until then milemark uses defaults"),
)
BAD_SETTING = Rule("MM502", "bad-setting", _E, _('"{value}" is not {expected}'), _("for example: {example}"))
UNKNOWN_SETTING = Rule("MM503", "unknown-setting", _E, _('unknown {what} "{setting}"'), _("available: {known}"))
NO_REPOSITORY = Rule(
    "MM504",
    "no-repository",
    _W,
    _("`autolink` links nothing: mkdocs.yml has no address of a repository"),
    _("set `repo_url: https://github.com/…` in mkdocs.yml"),
)
NOT_IN_NAV = Rule(
    "MM505",
    "not-in-nav",
    _W,
    _("`nav` in mkdocs.yml leaves out {name}"),
    _("add `{name}/index.md` to it, or delete `nav`"),
)
UNREACHABLE = Rule(
    "MM506",
    "unreachable-page",
    _W,
    _("neither the navigation nor a page that readers find leads to {names}"),
    _("write a link in a page that readers find"),
)

QUERY_SYNTAX = Rule("MM601", "query-syntax", _E, _("invalid query: {word}"), "{about}")
UNKNOWN_COLUMN = Rule(
    "MM602", "unknown-column", _E, _('there is no column "{name}" here'), _("available columns: {known}")
)
UNKNOWN_RELATION = Rule(
    "MM603", "unknown-relation", _E, _('there is no relation "{name}"'), _("available relations: {known}")
)
NOT_ALLOWED = Rule("MM604", "not-allowed", _E, _("a query cannot use {name}"), _("a query only reads the roadmap"))
TOO_EXPENSIVE = Rule(
    "MM605",
    "too-expensive",
    _E,
    _("this query takes too long or returns too much data"),
    _("narrow the query: add a condition or a `limit`"),
)
BAD_BLOCK = Rule("MM606", "bad-block", _E, "{problem}", "{about}")
UNKNOWN_OPTION = Rule("MM607", "unknown-option", _E, _('unknown {what} "{option}"'), _("available: {known}"))
BLOCK_ELSEWHERE = Rule(
    "MM608",
    "block-elsewhere",
    _W,
    _("query blocks do not work inside a list, a quote or a container"),
    _("move it to the top level of the page, without indentation"),
)
NOT_ONE_VALUE = Rule(
    "MM609",
    "not-one-value",
    _E,
    _("an inline query must return one value (rows returned: {rows}, columns: {columns})"),
    _("select one column, and reduce the rows to one with `count(*)` or `limit 1`"),
)
BASE_SYNTAX = Rule(
    "MM611", "base-syntax", _E, _("invalid expression: {problem}"), _("run `milemark explain MM611` for the syntax")
)
NOT_IN_BASE = Rule(
    "MM612", "not-in-base", _W, _("{name} is not supported: {reason}"), _("remove it, or use it only in Obsidian")
)
UNKNOWN_IN_BASE = Rule("MM613", "unknown-in-base", _E, _('unknown {what} "{name}"'), _("available: {known}"))
FORMULA_CYCLE = Rule("MM614", "formula-cycle", _E, _("circular formulas: {cycle}"), _("remove one of these references"))
BAD_IN_BASE = Rule("MM615", "bad-in-base", _E, _('"{value}" is not {expected}'), _("for example: {example}"))

RULES: tuple[Rule, ...] = tuple(value for value in dict(globals()).values() if isinstance(value, Rule))
DID_YOU_MEAN = _('did you mean "{nearest}"?')
DID_YOU_MEAN_ONE_OF = _('did you mean "{nearest}"? available: {known}')
LOOKS_LIKE = _('it only looks like "{nearest}": letter {place} is {own} here and {there} there')
