"""Command line arguments to an exit code. The only wing that composes the others."""

PUBLIC = ("cli",)
