"""List and read the ordinary files below content/, and write files atomically."""

from __future__ import annotations

import mimetypes
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path

from milemark.foundation import rules
from milemark.foundation.cache import Identity, digest
from milemark.foundation.content_folder import ContentFolder, NoContentError, as_content, no_content
from milemark.foundation.diagnostics import Diagnostic, Span
from milemark.foundation.i18n import _
from milemark.foundation.identifiers import key_of
from milemark.foundation.layout import BASE_ENDING, MAX_FILE, ROADMAP_FILE, WELL_KNOWN

# Files that editors and sync programs create while they save a file, and after a conflict.
_TEMPORARY = re.compile(r".*~|.*\.(?:swp|swx|tmp)|#.*#|4913|.*\.sync-conflict-.*|Thumbs\.db|\..*", re.DOTALL)

# The first key of front matter. A YAML file may begin with `---`, too, so it is none.
_FRONT_MATTER = re.compile(rb"(?:\xef\xbb\xbf)?---[ \t]*\r?\n(?:[ \t]*(?:#[^\n]*)?\r?\n)*[^\s:#-][^:\n]*:(?:\s|$)")
_HEAD = 1024  # bytes
_READ = (".md", BASE_ENDING, ".yml", ".yaml")
_NO_TEXT = ("image/", "video/", "audio/", "font/", "application/pdf", "application/zip")

_LFS_POINTER = b"version https://git-lfs.github.com/spec/"
_LONGEST_POINTER = 1_024  # bytes

_STEP = 1_000  # files between two calls of a listener

RACY = 2_000_000_000  # ns: a file may change twice within this time and keep the same modification time

# Other endings of Markdown files: a publisher would publish them unchecked.
_OTHER_MARKDOWN = re.compile(r"\.(?:markdown|mdown|mkdn?|mkd|(?-i:MD|Md|mD))$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Listing:
    """The files below a folder, not read: identities by path, of Markdown, bases and roadmap.yml, and of assets.

    `links` are the paths of links to folders that were followed.
    """

    identities: dict[str, Identity] = field(default_factory=dict)
    assets: dict[str, Identity] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    @property
    def fingerprint(self) -> str:
        """A digest of the paths, identities and findings, without the content of files."""
        files = [(path, *identity) for path, identity in (*self.identities.items(), *self.assets.items())]
        return digest(files, [(each.rule.code, each.span, dict(each.values)) for each in self.diagnostics])

    def without(self, is_excluded: Callable[[str], bool]) -> Listing:
        """Return the listing without excluded files."""
        identities, assets = (
            {path: each for path, each in part.items() if not is_excluded(path)}
            for part in (self.identities, self.assets)
        )
        found = [each for each in self.diagnostics if not is_excluded(each.span.path)]
        return Listing(identities, assets, found, self.links)

    def is_settled(self, read: int) -> bool:
        """Whether every later change of a file read at `read` (in nanoseconds) shows in its identity."""
        files = (*self.identities.values(), *self.assets.values())
        return all(each.changed < settled_before(read) for each in files)


def settled_before(read: int) -> int:
    """Return the time before which a file must have changed, so that changes after `read` show in its identity."""
    return read - RACY


@dataclass(frozen=True, slots=True)
class Content:
    """The content of Markdown, bases and roadmap.yml by path, and the paths of all other files (assets).

    `links` are the paths of links to folders that were followed.
    """

    files: dict[str, bytes]
    assets: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    links: tuple[str, ...] = ()


def list_content(folder: Path | ContentFolder, on_found: Callable[[int], object] = lambda _files: None) -> Listing:
    """List every file below a folder, in order. Hidden and temporary files and the outputs of builds are skipped.

    A link to another folder of the project is followed; other links are refused.
    `on_found` gets the number of files that were found so far, and again while their status is read.
    """
    listing, content = Listing(), as_content(folder)
    files = _Walk(content, listing, on_found).files()
    for number, (entry, path) in enumerate(files):
        if number % _STEP == 0:
            on_found(len(files))
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError as error:  # deleted in the meantime
            listing.diagnostics.append(unreadable(shown_path(path), error))
            continue
        if refusal := _refusal(entry, path, status.st_mode) or _text_refusal(entry.path, path):
            reason, hint = refusal
            listing.diagnostics.append(Diagnostic(rules.UNREADABLE, Span(shown_path(path)), {"reason": reason}, hint))
        elif path == ROADMAP_FILE and content.outer_roadmap:
            values = {"reason": _("the roadmap.yml that names this folder counts")}
            hint = _("move its settings there, and delete it")
            inner = f"./{path}"  # `roadmap.yml` is the other one
            listing.diagnostics.append(Diagnostic(rules.UNREADABLE, Span(inner), values, hint))
        elif path.endswith((".md", BASE_ENDING)) or path == ROADMAP_FILE:
            listing.identities[path] = _identity(status)
        else:
            listing.assets[path] = _identity(status)
            listing.diagnostics.extend(_lfs_pointer(entry.path, path, status.st_size))
    listing.diagnostics.extend(_same_names([*listing.identities, *listing.assets]))
    if content.outer_roadmap:
        with suppress(OSError):
            listing.identities[ROADMAP_FILE] = _identity(content.outer_roadmap.stat())
    return listing


def _lfs_pointer(place: str, path: str, size: int) -> Iterator[Diagnostic]:
    """Yield the finding for an attachment whose content git did not fetch."""
    if size > _LONGEST_POINTER:
        return
    with suppress(OSError), open(place, "rb", buffering=0) as file:  # noqa: PTH123  as in `read_bytes`
        if is_lfs_pointer(file.read(_LONGEST_POINTER)):
            yield Diagnostic(rules.LFS_POINTER, Span(path))


def is_lfs_pointer(data: bytes) -> bool:
    """Whether the bytes of a file are a pointer of Git LFS, which stands for the content of a large file."""
    return data.startswith(_LFS_POINTER) and len(data) <= _LONGEST_POINTER


def _identity(status: os.stat_result) -> Identity:
    return Identity(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def _same_names(paths: list[str]) -> Iterator[Diagnostic]:
    """Yield a finding for each path that equals another one on file systems that ignore case or Unicode form."""
    seen: dict[str, str] = {}
    for path in paths:
        first = seen.setdefault(key_of(path), path)
        if first != path:
            yield Diagnostic(rules.SAME_NAME, Span(path), {"other": first})


def read_bytes(path: Path | str) -> bytes:
    """Return the content of a file, but at most MAX_FILE + 1 bytes."""
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123  creating a Path takes as long as reading
        if os.fstat(file.fileno()).st_size <= MAX_FILE:
            return file.readall()
    with open(path, "rb") as file:  # noqa: PTH123
        return file.read(MAX_FILE + 1)


def bytes_if_there(path: Path) -> bytes | None:
    """Return the content of a file as `read_bytes` does, or None if there is none."""
    return read_bytes(path) if path.is_file() else None


def replace_file(path: Path, data: bytes, folder: Path | None = None) -> None:
    """Write a file atomically: a temporary file in `folder`, by default that of the file, takes its place."""
    temporary = (folder or path.parent) / f".milemark-{os.getpid()}.tmp"
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def read_content(folder: Path | ContentFolder) -> Content:
    """Read every Markdown file, base and roadmap.yml below a folder; report those that cannot be read.

    Raises NoContentError if there is no such folder.
    """
    content = as_content(folder)
    if not content.path.is_dir():
        raise NoContentError(no_content(content))
    listing = list_content(content)
    folder = content.path  # a Path for each file takes as long as reading it
    files: dict[str, bytes] = {}
    diagnostics = listing.diagnostics
    for path in listing.identities:
        try:
            files[path] = read_bytes(content.roadmap if path == ROADMAP_FILE else f"{folder}/{path}")
        except OSError as error:
            diagnostics.append(unreadable(path, error))
    return Content(files, tuple(listing.assets), tuple(diagnostics), tuple(listing.links))


def unreadable(path: str, error: OSError) -> Diagnostic:
    """Return the finding for a file that cannot be read."""
    is_gone = isinstance(error, FileNotFoundError)
    hint = _("it was moved or deleted while milemark read it: run the command again") if is_gone else ""
    return Diagnostic(rules.UNREADABLE, Span(path), {"reason": error.strerror or "unreadable"}, hint)


class _Walk:
    """One walk through a folder: every file with its path. Folders that cannot be listed are reported."""

    def __init__(self, content: ContentFolder, listing: Listing, on_found: Callable[[int], object]) -> None:
        self._content, self._listing, self._on_found = content, listing, on_found
        self._skipped = content.skipped
        self._files: list[tuple[os.DirEntry[str], str]] = []
        self._links: list[tuple[os.DirEntry[str], str]] = []
        self._seen = [content.path.resolve()]

    def files(self) -> list[tuple[os.DirEntry[str], str]]:
        """Return the files below the folder, and then below each link to another folder, sorted by path."""
        self._walk(str(self._content.path), "")
        while self._links:
            self._links.sort(key=itemgetter(1), reverse=True)
            self._follow(*self._links.pop())
        return sorted(self._files, key=itemgetter(1))

    def _walk(self, top: str, above: str) -> None:
        pending = [(top, above)]
        while pending:
            place, before = pending.pop()
            try:
                entries = _entries(place)
            except OSError as error:
                if not before:
                    raise
                self._listing.diagnostics.append(unreadable(shown_path(before.rstrip("/")), error))
                continue
            for entry in entries:
                path = before + entry.name
                if entry.is_dir(follow_symlinks=False):
                    pending += [(entry.path, f"{path}/")] if path not in self._skipped else []
                elif entry.is_symlink() and _is_folder(entry):
                    self._links.append((entry, path))
                else:
                    self._files.append((entry, path))
            self._on_found(len(self._files))

    def _follow(self, link: os.DirEntry[str], path: str) -> None:
        """Walk through a linked folder of the project, unless its files are read already."""
        target = Path(link.path).resolve()
        is_around = any(each.is_relative_to(target) for each in self._seen if each != target or each is self._seen[0])
        if is_around or not self._is_of_project(target):
            self._files.append((link, path))  # refused
        elif not any(target.is_relative_to(each) for each in self._seen):
            self._seen.append(target)
            self._listing.links.append(shown_path(path))
            self._walk(link.path, f"{path}/")

    def _is_of_project(self, target: Path) -> bool:
        """Whether a folder is one of the project, neither hidden nor written by a build."""
        root = self._content.root.resolve()
        is_inside = target.is_relative_to(root) and not any(map(is_temporary, target.relative_to(root).parts))
        return is_inside and not any(target.is_relative_to(each.resolve()) for each in self._content.written)


def _entries(place: str) -> list[os.DirEntry[str]]:
    with os.scandir(place) as entries:
        return [entry for entry in entries if not is_temporary(entry.name) or entry.name == WELL_KNOWN]


def is_temporary(name: str) -> bool:
    """Whether a file or folder of this name is hidden, or a temporary one of an editor or a sync program."""
    return _TEMPORARY.fullmatch(name) is not None


def _refusal(entry: os.DirEntry[str], path: str, mode: int) -> tuple[str, str] | None:
    """Return the reason and the hint for a file that is not read, or None."""
    if stat.S_ISLNK(mode):
        if _is_folder(entry):
            reason = _("it is a symbolic link to a folder around it, or outside the project")
            return reason, _("move the folder itself here, or name the link as `content` in roadmap.yml")
        return _("it is a symbolic link"), _("replace the link with the file itself")
    if not stat.S_ISREG(mode):
        return _("it is not an ordinary file"), _("move it out of this folder")
    if _OTHER_MARKDOWN.search(path):
        return _("its name does not end with .md"), _("rename it, so that it ends with .md")
    is_text = path.isascii() or shown_path(path) == path
    return None if is_text else (_("its name is not UTF-8 text"), _("give it another name"))


def _text_refusal(place: str, path: str) -> tuple[str, str] | None:
    """Return the reason and the hint for a text with front matter that is no Markdown file, such as an .mdx file.

    It may say that it is private, so it is no attachment.
    """
    if path.endswith(_READ) or (mimetypes.guess_type(path)[0] or "").startswith(_NO_TEXT):
        return None
    try:
        with open(place, "rb", buffering=0) as file:  # noqa: PTH123  creating a Path takes as long as reading
            is_text = _FRONT_MATTER.match(file.read(_HEAD)) is not None
    except OSError:  # reported where it is read
        return None
    hint = _("rename it, so that it ends with .md, or delete its front matter")
    return (_("it has front matter, and its name does not end with .md"), hint) if is_text else None


def _is_folder(link: os.DirEntry[str]) -> bool:
    try:
        return link.is_dir()
    except OSError:  # a link to itself
        return False


def shown_path(path: str) -> str:
    """Return a path in which bytes that are not UTF-8 are escaped."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
