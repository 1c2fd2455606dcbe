"""The expression language of Obsidian Bases: parses, checks and evaluates expressions for a file."""
