"""Adding a roadmap's state of a day to a dataset: all of its files, or none."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from milemark.foundation.errors import UserError
from milemark.foundation.escaping import visible
from milemark.foundation.identifiers import key_of
from milemark.output.export.dataset import MAIN, is_repository_name
from milemark.publish.staging import in_turn

_HIVE = "repository="
_WAITING = "another command is writing this repository into the dataset: waiting for it to finish"
_LOCKS = ".locks"  # engines skip names that begin with a dot


def repository_name(root: Path, given: str | None) -> str:
    """Return the name of a repository in a dataset, by default that of its folder. Raises UserError for a bad one."""
    name = given or root.resolve().name
    if is_repository_name(name):
        return name
    raise UserError(
        f"{visible(name)} cannot name a repository in a dataset\n"
        "  = give it a name of letters, digits, - _ and .: --repository payments"
    )


def add_to_dataset(
    folder: Path, repository: str, files: Mapping[str, bytes], echo: Callable[[str], None]
) -> tuple[Path, ...]:
    """Write the files of one state, in their order, in place of those of the same repository and day.

    Every file is complete before the first takes its place. Writers of the same repository take turns.
    """
    _refuse_same_name(folder, repository)
    lock = folder / _LOCKS / f"{key_of(repository)}.lock"
    with in_turn(lock, lambda: echo(_WAITING)):
        places = {folder / path: data for path, data in files.items()}
        _replace_all(places)
        for each in _older(folder, places):
            each.unlink()
    return tuple(places)


def _refuse_same_name(folder: Path, repository: str) -> None:
    """Refuse a name that differs from another only by case: some systems keep both in one folder."""
    for each in (folder / MAIN).glob(f"{_HIVE}*"):
        name = each.name.removeprefix(_HIVE)
        if name != repository and key_of(name) == key_of(repository):
            raise UserError(
                f"the dataset has a repository {visible(name)}, which differs from {visible(repository)} only by case\n"
                f"  = write --repository {visible(name)}, or choose another name"
            )


def _replace_all(places: Mapping[Path, bytes]) -> None:
    prepared = {place: place.with_name(f".{place.name}.{os.getpid()}.tmp") for place in places}
    try:
        for place, temporary in prepared.items():
            place.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(places[place])
        for place, temporary in prepared.items():
            temporary.replace(place)
    finally:
        for temporary in prepared.values():
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def _older(folder: Path, places: Mapping[Path, bytes]) -> Iterator[Path]:
    """Yield the files of the same repository and day that this state lacks, such as those of a newer version."""
    partition = next(iter(places)).parent.relative_to(folder).parts[1:]
    for relation in folder.iterdir():
        yield from (path for path in relation.joinpath(*partition).glob("*.parquet") if path not in places)
