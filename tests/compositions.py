"""Random bodies with private text in containers, and the search for it in the public version.

Each private line holds `secret` and each public line `shown`, both with a number.
"""

from __future__ import annotations

Lines = tuple[str, ...]
SECRET, SHOWN = "Kanari", "shown"

# Each container as its first line, and the indents of the first and of the other lines in it.
CONTAINERS: tuple[tuple[Lines, str, str], ...] = (
    ((), "", ""),
    ((), "> ", "> "),
    (("> [!note] shown", ">"), "> ", "> "),
    ((), "- ", "  "),
    ((), "1. ", "   "),
    (("- [ ] shown", ""), "  ", "  "),
    (("10) shown", ""), "    ", "    "),
    (("[^1]: shown", ""), "    ", "    "),
    ((), "[^note]: ", "    "),
    (("Term", ":   shown", ""), "    ", "    "),
    (("Term",), ":   ", "    "),
    (("a. shown", ""), "   ", "   "),
    ((), "(iv) ", "    "),
    (("!!! note",), "    ", "    "),
    (('??? note "shown"',), "    ", "    "),
    (('=== "shown"',), "    ", "    "),
    (("<details markdown>", "<summary>shown</summary>", ""), "", ""),
)


def within(container: tuple[Lines, str, str], lines: Lines) -> Lines:
    """Return lines in a container, with empty lines around it."""
    head, first, other = container
    indented = (f"{first if number == 0 else other}{line}".rstrip() for number, line in enumerate(lines))
    return ("", *head, *indented, "")
