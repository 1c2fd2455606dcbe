"""Adding a roadmap's state of a day to a dataset: all of its files, or none.

The files lie complete beside their places, under hidden names, when one rename of a list of them, the pending state,
makes them count. Whoever comes next, a writer of the same repository or a reader, moves the files of a killed writer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from milemark.foundation.disk import bytes_if_there, replace_file
from milemark.foundation.errors import UserError
from milemark.foundation.escaping import visible
from milemark.foundation.identifiers import key_of
from milemark.output.export.dataset import MAIN, is_repository_name
from milemark.publish.staging import in_turn

_HIVE = "repository="
_WAITING = "another command is writing this repository into the dataset: waiting for it to finish"
_LOCKS = ".locks"  # engines skip names that begin with a dot
_PENDING, _NEW, _OLD = ".pending", "+", "-"  # a list of the files that take their places, and of those that go
_DEPTH = 4  # parts of a path: relation, repository, day and file


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
    """Write the files of one state, in their order, in place of those of the same repository and day: all or none.

    Writers of the same repository take turns.
    """
    _refuse_same_name(folder, repository)
    pending = folder / _LOCKS / f"{key_of(repository)}{_PENDING}"
    with in_turn(pending.with_suffix(".lock"), lambda: echo(_WAITING)):
        _move(folder, pending)
        places = {folder / path: data for path, data in files.items()}
        _prepare(places)
        lines = (*(f"{_NEW}{path}" for path in files), *(f"{_OLD}{path}" for path in _older(folder, places)))
        replace_file(pending, "\n".join(lines).encode())  # from here on, the state is written
        _move(folder, pending)
    return tuple(places)


def complete_states(folder: Path, echo: Callable[[str], None]) -> None:
    """Move the files of states that a killed writer has left pending. A read-only dataset stays as it is."""
    for pending in sorted((folder / _LOCKS).glob(f"*{_PENDING}")):
        with suppress(OSError), in_turn(pending.with_suffix(".lock"), lambda: echo(_WAITING)):
            _move(folder, pending)


def _move(folder: Path, pending: Path) -> None:
    """Move the files of a pending state to their places, remove those that they replace, then the list itself."""
    for line in (bytes_if_there(pending) or b"").decode("utf-8", "replace").splitlines():
        place = folder / line[1:]
        if not _is_partition(Path(line[1:])):
            continue
        if line.startswith(_OLD):
            place.unlink(missing_ok=True)
        elif (temporary := _temporary(place)).exists():
            temporary.replace(place)
    pending.unlink(missing_ok=True)


def _is_partition(path: Path) -> bool:
    """Whether a path in a dataset is that of a file of a state: whoever writes to the dataset names no other."""
    parts = path.parts
    is_inside = len(parts) == _DEPTH and ".." not in parts and not path.is_absolute()
    return is_inside and parts[1].startswith(_HIVE) and path.suffix == ".parquet"


def _temporary(place: Path) -> Path:
    return place.with_name(f".{place.name}.tmp")


def _refuse_same_name(folder: Path, repository: str) -> None:
    """Refuse a name that differs from another only by case: some systems keep both in one folder."""
    for each in (folder / MAIN).glob(f"{_HIVE}*"):
        name = each.name.removeprefix(_HIVE)
        if name != repository and key_of(name) == key_of(repository):
            raise UserError(
                f"the dataset has a repository {visible(name)}, which differs from {visible(repository)} only by case\n"
                f"  = write --repository {visible(name)}, or choose another name"
            )


def _prepare(places: Mapping[Path, bytes]) -> None:
    """Write each file beside its place."""
    try:
        for place, data in places.items():
            place.parent.mkdir(parents=True, exist_ok=True)
            _temporary(place).write_bytes(data)
    except BaseException:
        for place in places:
            with suppress(OSError):
                _temporary(place).unlink(missing_ok=True)
        raise


def _older(folder: Path, places: Mapping[Path, bytes]) -> Iterator[str]:
    """Yield the files of the same repository and day that this state lacks, such as those of a newer version."""
    partition = next(iter(places)).parent.relative_to(folder).parts[1:]
    for relation in folder.iterdir():
        found = (path for path in relation.joinpath(*partition).glob("*.parquet") if path not in places)
        yield from (path.relative_to(folder).as_posix() for path in found)
