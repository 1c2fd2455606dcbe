"""The error of publishing."""

from milemark.foundation.errors import UserError


class PublishError(UserError):
    """The site could not be published; the message says why. The previous site is kept."""


class PublisherNeededError(UserError):
    """Frames cannot show a page tree, so that the publisher has to build all of it; the message says why."""
