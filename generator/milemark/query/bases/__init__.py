"""Obsidian Bases: reads .base files into views over the files of a roadmap."""
