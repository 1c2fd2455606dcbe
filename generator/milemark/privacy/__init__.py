"""Reduces a loaded roadmap to the parts that an audience may see."""

PUBLIC = (
    "attachments",
    "audience",
    "guard",
    "hidden",
    "output_search",
    "public_file",
    "redact",
)
