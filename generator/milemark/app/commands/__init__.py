"""The commands, each with what only it needs."""
