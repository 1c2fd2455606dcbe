"""Dates, findings, escaping, messages, files and one disposable cache. Knows nothing of Markdown or items."""

PUBLIC = (
    "cache",
    "content_folder",
    "date_forms",
    "dates",
    "diagnostics",
    "disk",
    "errors",
    "escaping",
    "exchange",
    "finding_rows",
    "fixes",
    "globs",
    "i18n",
    "identifiers",
    "layout",
    "navigation",
    "pool",
    "rules",
    "suggestions",
)
