"""Reuse of rendered pages in MkDocs and ProperDocs builds. Knows nothing of milemark."""
