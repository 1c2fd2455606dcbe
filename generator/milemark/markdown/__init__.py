"""Bytes of a Markdown file to a Document with places and findings; bodies as publishers read them."""

PUBLIC = (
    "code",
    "document",
    "encoding",
    "front_matter",
    "links",
    "normalize",
    "outline",
    "private_sections",
    "sanitize",
    "yaml",
)
