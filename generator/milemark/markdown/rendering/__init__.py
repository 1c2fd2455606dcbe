"""Renders bodies: one parser for blocks and inline text, HTML as themes for Material expect it, and the page tree's text.

`parser` gives the tokens of a body, `html` renders them, and `page` writes the HTML so that no publisher reads it again.
"""
