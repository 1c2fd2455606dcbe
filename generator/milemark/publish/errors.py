"""The error of publishing."""

from milemark.foundation.errors import UserError


class PublishError(UserError):
    """The site could not be published; the message says why. The previous site is kept."""
