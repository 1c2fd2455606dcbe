"""A site of many roadmaps, made from a dataset: its states, their rows, and the Markdown files that they become."""
