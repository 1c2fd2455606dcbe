"""milemark: a Markdown-as-database static site generator for roadmaps and portfolios."""

__version__ = "0.1.0"
