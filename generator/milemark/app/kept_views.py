"""The public versions of files, kept until the file or anything private changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from milemark.app.kept_files import keep, key_of_file, records_in
from milemark.foundation.cache import Index, with_index
from milemark.privacy.audience import Seeing
from milemark.privacy.public_file import PublicView
from milemark.roadmap.file_record import pack, unpack
from milemark.roadmap.load import File, with_document

_SAME = "="  # stands for a file without anything private


class KeptViews:
    """Makes the public versions of the files of a folder, `files` by path, or takes them from the user's cache folder.

    A version is kept by the key of its view, which covers everything private, and by the path and bytes of its file.
    """

    def __init__(self, folder: Path, files: Mapping[str, bytes], *, use_index: bool = True) -> None:
        self._files = files
        self._folder = folder if use_index else None

    def __call__(self, view: PublicView, files: Sequence[File]) -> Sequence[File]:
        """Return the public versions of files, in their order."""
        if not view.hidden or not self._folder:  # nothing to look for: faster than a record
            return view.files(files)
        return with_index(self._folder, "public", lambda index: self._seen(index, view, files))

    def _seen(self, index: Index | None, view: PublicView, files: Sequence[File]) -> Sequence[File]:
        known, fresh = records_in(index), dict[str, str]()
        keys = [key_of_file(view.key, each.document.path, self._files[each.document.source]) for each in files]
        seen = []
        for key, file in zip(keys, files, strict=True):
            record = known.get(key)
            seen.append(_file(view, file, record) if record else view.file(file))
            if not record:
                fresh[key] = _record(view, file, seen[-1])
        keep(index, known, fresh, keys)
        return seen


class ViewMemory:
    """Makes a public version again only if the file or anything private has changed."""

    def __init__(self) -> None:
        self._key = ""
        self._seen: dict[str, tuple[File, File]] = {}

    def through(self, make: Seeing) -> Seeing:
        """Return `make` for the files that have changed since the last call."""

        def seen(view: PublicView, files: Sequence[File]) -> Sequence[File]:
            known = self._seen if view.key == self._key else {}
            changed = [each for each in files if known.get(each.document.path, (None,))[0] is not each]
            made = {each.document.path: (each, own) for each, own in zip(changed, make(view, changed), strict=True)}
            every = {**known, **made}
            self._key, self._seen = view.key, {each.document.path: every[each.document.path] for each in files}
            return [own for _file, own in self._seen.values()]

        return seen


def _file(view: PublicView, file: File, record: str) -> File:
    if record == _SAME:
        return file
    document, found = file.document, unpack(view.shown, file.document.source, b"", record)
    own = replace(found.document, path=document.path, within=document.within, start=document.start)
    return with_document(found, own)


def _record(view: PublicView, file: File, seen: File) -> str:
    """Return the record of a public version; an empty text for one that would not come back the same."""
    record = _SAME if seen is file else pack(seen, b"")
    return record if record and _file(view, file, record) == seen else ""
