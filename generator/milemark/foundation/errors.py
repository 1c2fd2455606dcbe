"""The one exception that users see: the reason why a command cannot do its work."""

from __future__ import annotations


class UserError(Exception):
    """Something outside the content is wrong (usage, environment, a template); the message also names a remedy.

    Problems in the content are diagnostics, never exceptions.
    """
