"""Reduces a loaded roadmap to the parts that an audience may see."""

PUBLIC = (
    "attachments",
    "audience",
    "hidden",
    "public_file",
    "redact",
)
