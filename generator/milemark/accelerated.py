"""A publisher's own command line, with pages reused: `python -m milemark.accelerated mkdocs CACHE LAST build …`.

CACHE is a folder for what is kept between builds, LAST the site that the last build made (empty where each build
replaces it in place, as `serve` does). The rest is for MkDocs or ProperDocs, and means what it means there.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any


def main(publisher: str, cache: str, last: str, *arguments: str) -> None:
    """Run `mkdocs` or `properdocs` in this process, with a plugin that mkdocs.yml does not name."""
    command = importlib.import_module(f"{publisher}.__main__").cli
    loader: Any = importlib.import_module(f"{publisher}.config")
    original = loader.load_config

    def load_config(*positional: Any, **named: Any) -> Any:
        from milemark.accelerator import accelerate  # noqa: PLC0415  for ProperDocs: after it has become `mkdocs`

        config = original(*positional, **named)
        accelerate(config, Path(cache).absolute(), Path(last).absolute() if last else None)
        return config

    loader.load_config = load_config  # before its commands are imported
    command(arguments, prog_name=publisher)


if __name__ == "__main__":
    main(*sys.argv[1:])
