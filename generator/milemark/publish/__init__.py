"""A tree of pages and mkdocs.yml to a site. Knows no roadmap."""

PUBLIC = (
    "build",
    "errors",
    "frame_key",
    "frames",
    "host",
    "host_config",
    "live",
    "missing_page",
    "mkdocs_config",
    "programs",
    "publishers",
    "staging",
    "tree",
    "tree_page",
)
