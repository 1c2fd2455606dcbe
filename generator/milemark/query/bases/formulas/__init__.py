"""The expression language of Obsidian's Bases: text to trees, what is wrong with them, and their values for a file."""
