"""Renders bodies: one parser for blocks and inline text, HTML with Material's classes, and the text of a page.

`parser` gives the tokens of a body, `html` renders them, and `page` writes them for a publisher.
"""
