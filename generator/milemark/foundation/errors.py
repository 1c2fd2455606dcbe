"""The one kind of exception that people see: what keeps a command from doing its work."""

from __future__ import annotations


class UserError(Exception):
    """Something outside the content is wrong (usage, environment, a template); the message says what, and what to do.

    What is wrong with the content is a diagnostic instead, never an exception.
    """
