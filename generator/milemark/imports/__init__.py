"""Turns what other tools export into items, and items into files that a later import may update."""

PUBLIC = (
    "backlog",
    "csv_file",
    "github",
    "imported",
    "kanban",
    "one_file",
    "plan",
    "split",
)
