"""The texts that a command prints about the history, kept until anything that they are made from changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from milemark.app.input_key import content_key
from milemark.foundation.cache import Index, with_index
from milemark.foundation.content_folder import content_of
from milemark.foundation.disk import read_content


def kept_answer(root: Path, name: str, options: Sequence[object], make: Callable[[], list[str]]) -> list[str]:
    """Return the texts of `make()`, from the user's cache folder if they were made from the same files and options.

    The last answer of each name is kept. `options` are the values besides the project that the answer depends on, such
    as the day.
    """
    folder = content_of(root).path
    inputs = _inputs(root, options)
    kept = with_index(folder, "answers", lambda index: _read(index, name, inputs)) if inputs else None
    if kept is not None:
        return kept
    made = make()
    if inputs and inputs == _inputs(root, options):  # no file changed in the meantime
        with_index(folder, "answers", lambda index: _keep(index, {name: [inputs, made]}))
    return made


def _keep(index: Index | None, answers: Mapping[str, Any]) -> None:
    if index:
        index.write([], [], answers)


def _read(index: Index | None, name: str, inputs: str) -> list[str] | None:
    found = index.meta(name) if index else None
    return [str(text) for text in found[1]] if found and found[0] == inputs else None


def _inputs(root: Path, options: Sequence[object]) -> str:
    return content_key(root, read_content(content_of(root)), options)
