"""A publisher's own command line, with pages reused: `python -m mkdocs_page_reuse mkdocs CACHE LAST build …`.

CACHE is a folder for what is kept between builds, LAST the site that the last build made (empty where each build
replaces it in place, as `serve` does). The rest is for MkDocs or ProperDocs, and means what it means there.
"""

from __future__ import annotations

import importlib
import io
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


class _LastGood:
    """Goes on with the last mkdocs.yml that could be loaded: a server that fails at one answers nobody any more."""

    def __init__(self, publisher: str) -> None:
        self._log = logging.getLogger(f"{publisher}.milemark")
        self._text: bytes | None = None

    def load(self, load: Callable[..., Any], config_file: Any, named: dict[str, Any]) -> Any:
        """Load a configuration. Raises what the publisher raises where there was none before."""
        path = Path(getattr(config_file, "name", config_file) or "mkdocs.yml")
        try:
            config = load(config_file, **named)
        except (Exception, SystemExit) as error:
            if self._text is None:
                raise
            self._log.error("%s cannot be used, and the last one that could still is: %s", path.name, error)
            file = io.BytesIO(self._text)
            file.name = str(path)
            return load(file, **named)
        self._text = path.read_bytes() if path.is_file() else None
        return config


def main(publisher: str, cache: str, last: str, *arguments: str) -> None:
    """Run `mkdocs` or `properdocs` in this process, with a plugin that mkdocs.yml does not name."""
    command = importlib.import_module(f"{publisher}.__main__").cli
    loader: Any = importlib.import_module(f"{publisher}.config")
    original, last_good = loader.load_config, _LastGood(publisher)

    def load_config(config_file: Any = None, **named: Any) -> Any:
        from mkdocs_page_reuse.plugin import accelerate  # noqa: PLC0415  for ProperDocs: after it has become `mkdocs`

        config = last_good.load(original, config_file, named)
        accelerate(config, Path(cache).absolute(), Path(last).absolute() if last else None)
        return config

    loader.load_config = load_config  # before its commands are imported
    command(arguments, prog_name=publisher)


if __name__ == "__main__":
    main(*sys.argv[1:])
