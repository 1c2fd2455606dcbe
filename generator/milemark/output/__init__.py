"""Turns a Roadmap, its history and rows into pages, exported files and text. Pure functions."""

PUBLIC = (
    "export.dataset",
    "export.formats",
    "export.json",
    "export.json_schema",
    "site.navigation",
    "site.pages",
    "site.plain_page",
    "site.renderer",
    "site.share_card",
    "site.share_tags",
    "text.diagnostics",
    "text.envelope",
    "text.forecast",
    "text.history",
    "text.item",
    "text.query_result",
    "text.report",
    "text.rule_page",
    "text.write_result",
    "urls",
)
