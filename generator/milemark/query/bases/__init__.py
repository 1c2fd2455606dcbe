"""Obsidian's bases: .base files to views over the files of a roadmap."""
