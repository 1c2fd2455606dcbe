"""Dates, findings, escaping, messages, files and one disposable cache. Knows no Markdown and no item."""

PUBLIC = (
    "cache",
    "dates",
    "diagnostics",
    "disk",
    "errors",
    "escaping",
    "i18n",
    "identifiers",
    "layout",
    "pool",
    "rules",
    "suggestions",
)
