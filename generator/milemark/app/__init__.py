"""The command line: turns arguments into an exit code. The only wing that composes the others."""

PUBLIC = ("cli",)
