"""Parses the bytes of a Markdown file into a Document with findings, and rewrites bodies for publishers."""

PUBLIC = (
    "addresses",
    "code",
    "composed",
    "comments",
    "document",
    "encoding",
    "front_matter",
    "link_places",
    "links",
    "rendering.hooks",
    "rendering.page",
    "rendering.headings",
    "wikilinks",
    "outline",
    "private_labels",
    "private_sections",
    "sanitize",
    "task_marks",
    "yaml",
)
