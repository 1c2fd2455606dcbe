"""A Roadmap to tables, SQL to rows, and the query blocks of a page to findings."""

PUBLIC = (
    "bases.ast",
    "bases.formulas.dates",
    "bases.formulas.evaluation",
    "bases.formulas.operators",
    "bases.formulas.run",
    "bases.formulas.summaries",
    "bases.formulas.values",
    "bases.parser",
    "bases.vault",
    "check",
    "finder",
    "load",
    "sql.block",
    "sql.engine",
    "sql.errors",
    "tables.history",
    "tables.roadmap",
    "tables.sqlite",
    "tables.table",
    "tables.values",
)
