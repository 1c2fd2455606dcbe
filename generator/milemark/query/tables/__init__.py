"""A roadmap as named tables of plain rows."""
