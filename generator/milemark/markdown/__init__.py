"""Parses the bytes of a Markdown file into a Document with findings, and rewrites bodies for publishers."""

PUBLIC = (
    "addresses",
    "code",
    "comments",
    "composed",
    "document",
    "encoding",
    "front_matter",
    "link_places",
    "outline",
    "private_labels",
    "private_sections",
    "rendering.anchors",
    "rendering.headings",
    "rendering.hooks",
    "rendering.page",
    "rendering.parser",
    "sanitize",
    "task_marks",
    "wikilinks",
    "yaml",
)
