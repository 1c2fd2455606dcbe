"""Parses the bytes of a Markdown file into a Document with findings, and rewrites bodies for publishers."""

PUBLIC = (
    "addresses",
    "code",
    "comments",
    "document",
    "encoding",
    "front_matter",
    "link_places",
    "links",
    "normalize",
    "outline",
    "private_labels",
    "private_sections",
    "sanitize",
    "task_marks",
    "yaml",
)
