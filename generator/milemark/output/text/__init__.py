"""Text for terminals, pull requests and programs."""
