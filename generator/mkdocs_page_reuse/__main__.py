"""The command line of a publisher, with reuse of pages: `python -m mkdocs_page_reuse mkdocs CACHE SECRET LAST build …`.

CACHE is the folder of the page cache, and SECRET a file with the user's key, which signs it; without that file, no page
is reused. LAST is the site of the last build; it is empty if each build overwrites its own site, as `serve` does.
MkDocs or ProperDocs reads the other arguments.
"""

from __future__ import annotations

import importlib
import io
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


class _LastGood:
    """Falls back to the last valid mkdocs.yml, since a development server ends at an invalid one."""

    def __init__(self, publisher: str) -> None:
        self._log = logging.getLogger(f"{publisher}.milemark")
        self._text: bytes | None = None

    def load(self, load: Callable[..., Any], config_file: Any, named: dict[str, Any]) -> Any:
        """Load a configuration, or the last valid one. Raises the publisher's error if there is none."""
        path = Path(getattr(config_file, "name", config_file) or "mkdocs.yml")
        try:
            config = load(config_file, **named)
        except (Exception, SystemExit) as error:
            if self._text is None:
                raise
            self._log.error("%s is invalid; the last valid one stays in use: %s", path.name, error)
            file = io.BytesIO(self._text)
            file.name = str(path)
            return load(file, **named)
        self._text = path.read_bytes() if path.is_file() else None
        return config


def _key(secret: str) -> bytes:
    """Return the user's key, or one of this run, with which nothing was signed before."""
    try:
        return Path(secret).read_bytes() or os.urandom(32)
    except OSError:
        return os.urandom(32)


def main(publisher: str, cache: str, secret: str, last: str, *arguments: str) -> None:
    """Run `mkdocs` or `properdocs` in this process, with a plugin that is not in mkdocs.yml."""
    command = importlib.import_module(f"{publisher}.__main__").cli
    loader: Any = importlib.import_module(f"{publisher}.config")
    original, last_good = loader.load_config, _LastGood(publisher)

    def load_config(config_file: Any = None, **named: Any) -> Any:
        from mkdocs_page_reuse.plugin import accelerate  # noqa: PLC0415  after ProperDocs has registered itself as `mkdocs`

        config = last_good.load(original, config_file, named)
        accelerate(config, Path(cache).absolute(), _key(secret), Path(last).absolute() if last else None)
        return config

    loader.load_config = load_config  # before the publisher imports its commands
    command(arguments, prog_name=publisher)


if __name__ == "__main__":
    main(*sys.argv[1:])
