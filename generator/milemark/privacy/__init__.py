"""A loaded roadmap to the same roadmap as an audience may see it."""

PUBLIC = (
    "attachments",
    "audience",
    "hidden",
    "public_file",
    "redact",
)
