"""Zensical's own cache, `.cache` next to mkdocs.yml: it is used only as the last build of this user left it.

Zensical takes the HTML of pages from it without a check, so a cache that came with a repository could show anything.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from milemark.foundation.cache import digest, secret

_CACHE = ".cache"
_SEAL = "zensical-cache"


def is_own_cache(root: Path, build: Path) -> bool:
    """Whether the cache is missing, or as `sign_cache` found it. `build` is the folder of the signature."""
    with suppress(OSError):
        return not (root / _CACHE).exists() or (build / _SEAL).read_text("utf-8") == _signature(root)
    return False


def sign_cache(root: Path, build: Path) -> None:
    """Sign the cache after a build."""
    with suppress(OSError):
        build.mkdir(parents=True, exist_ok=True)
        (build / _SEAL).write_text(_signature(root), "utf-8")


def _signature(root: Path) -> str:
    files = sorted(path for path in (root / _CACHE).rglob("*") if not path.is_dir())
    status = ((path, path.lstat()) for path in files)
    identities = [(str(path), each.st_size, each.st_mtime_ns, each.st_ctime_ns, each.st_ino) for path, each in status]
    return digest(identities, secret=secret(root))
