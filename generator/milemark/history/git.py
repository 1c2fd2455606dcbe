"""Run git to read a folder at its commits, without changing or fetching anything.

It runs no program that the repository configures. It uses plumbing commands only, which settings for `git log` or
`git diff` (pagers, signatures, drivers) do not affect.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, NamedTuple

from milemark.foundation.content_folder import content_of
from milemark.foundation.errors import UserError
from milemark.foundation.layout import ROADMAP_FILE

_SAFE = (
    "core.quotepath=off",
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    "core.pager=cat",
    "log.showSignature=false",
    "protocol.allow=never",  # a partial clone would fetch what it lacks
)
_KEPT = ("GIT_CONFIG", "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM", "GIT_EXEC_PATH")
_OWN = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_LITERAL_PATHSPECS": "1",
    "LC_ALL": "C",
}
FILES = {b"100644", b"100755"}
_MODULE = b"160000"
_BATCH = 2_000  # blobs
LIMIT = 120.0  # seconds for one command; the largest repositories need less


class NoHistoryError(UserError):
    """There is no readable history; the message gives the reason and a remedy."""


class NothingCommittedError(NoHistoryError):
    """The repository has no commit yet."""


class UnreadableError(NoHistoryError):
    """There is a history that cannot be read."""


class Folder(NamedTuple):
    """A folder by its path from the top, `a/content/`, empty for the top itself; `names` are the parts that count.

    `roadmap` is the path of a roadmap.yml outside the folder that belongs to it, `a/roadmap.yml`, or empty. `links` are
    links in the folder, by their paths in it, each with the path of the folder to which it leads: `docs/`, `a/docs/`.
    """

    prefix: str
    names: frozenset[str] | None = None
    roadmap: str = ""
    links: tuple[tuple[str, str], ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """The folder or its parts, for a git command at the top."""
        own = (f"{self.prefix}{name}" or "." for name in sorted(self.names or ("",)))
        return (*own, *filter(None, [self.roadmap]), *(target for _link, target in self.links))

    def path(self, path: str) -> str:
        """Return a path from the top relative to the folder, or an empty text if it is not in it."""
        if self.roadmap and path == self.roadmap:
            return ROADMAP_FILE
        for link, target in self.links:
            if path.startswith(target):
                return link + path.removeprefix(target)
        found = path.removeprefix(self.prefix) if path.startswith(self.prefix) else ""
        if self.roadmap and found == ROADMAP_FILE:
            return ""
        return found if self.names is None or found.partition("/")[0] in self.names else ""

    def elsewhere(self, paths: Iterable[str]) -> set[str]:
        """Return the files, by their paths in the folder, that lie elsewhere, so that they do not move with it."""
        links = tuple(link for link, _target in self.links)
        linked = {path for path in paths if path.startswith(links)} if links else set[str]()
        return linked | ({ROADMAP_FILE} if self.roadmap else set())


TOP = Folder("")


@dataclass(frozen=True, slots=True)
class GitRepository:
    """A folder under version control. `prefix` is its path from the top, `a/content/`, empty at the top itself.

    `roadmap` and `links` are those of `Folder`.
    """

    folder: Path
    prefix: str
    is_shallow: bool
    roadmap: str = ""
    links: tuple[tuple[str, str], ...] = ()

    @property
    def content(self) -> Folder:
        """The folder at HEAD."""
        return Folder(self.prefix, roadmap=self.roadmap, links=self.links)

    @property
    def top(self) -> Path:
        """The top folder of the repository."""
        return self.folder.joinpath(*[".."] * self.prefix.count("/"))


@dataclass(frozen=True, slots=True)
class Files:
    """The files of one commit: blob ids by path, and the paths of submodules."""

    blobs: Mapping[str, str]
    submodules: tuple[str, ...] = ()


def open_repository(folder: Path) -> GitRepository:
    """Return the repository of a folder. Raises NoHistoryError if there is none, or none that can be read."""
    if not folder.is_dir():
        raise NoHistoryError(f"there is no folder {folder}")
    output = run(folder, "rev-parse", "--is-inside-work-tree", "--is-shallow-repository", "--show-prefix")
    inside, shallow, prefix = os.fsdecode(output).split("\n")[:3]
    if inside != "true":
        raise NoHistoryError(f"{folder} is not in the working tree of a git repository, only inside a bare one")
    repository = GitRepository(folder, prefix, shallow == "true")
    if not commit_of(repository, "HEAD"):
        raise NothingCommittedError("there is no git history yet: nothing has been committed")
    return repository


def open_content(root: Path) -> GitRepository:
    """Return the repository of the files of a project. Raises NoHistoryError as `open_repository` does."""
    content = content_of(root)
    repository = open_repository(content.path)
    if content.outer_roadmap is None:
        return repository
    try:
        outer = open_repository(root)
    except NoHistoryError:  # only the files are in a repository
        return repository
    is_same = outer.top.resolve() == repository.top.resolve()
    return replace(repository, roadmap=f"{outer.prefix}{ROADMAP_FILE}") if is_same else repository


def with_links(repository: GitRepository, links: Iterable[str]) -> GitRepository:
    """Return a repository whose history includes that of linked folders, as far as they are in the repository."""
    top = repository.top.resolve()
    targets = ((link, _linked(repository.folder / link, top)) for link in links)
    return replace(repository, links=tuple((f"{link}/", target) for link, target in targets if target))


def unread_links(repository: GitRepository, links: Iterable[str]) -> tuple[str, ...]:
    """Return the linked folders that are not in the repository, so that their history is left out."""
    return tuple(link for link in links if not any(f"{link}/" == each for each, _target in repository.links))


def _linked(folder: Path, top: Path) -> str:
    """Return the path of the folder to which a link leads, from the top of a repository; "" if it is not in it."""
    with suppress(NoHistoryError):
        found = open_repository(folder)
        return found.prefix if found.top.resolve() == top else ""
    return ""


def state_of(repository: GitRepository) -> str:
    """Return a text that changes with the history: the commit of HEAD, and the files and settings that cut it."""
    paths = (argument for name in ("shallow", "info/grafts") for argument in ("--git-path", name))
    head, *written = os.fsdecode(run(repository.folder, "rev-parse", "HEAD^{commit}", *paths)).split("\n")
    files = [repository.folder / path for path in filter(None, written)]
    cuts = [path.read_text("ascii", "replace") if path.is_file() else "" for path in files]
    return repr((head, repository.content, repository.is_shallow, is_sparse(repository), cuts))


def commit_of(repository: GitRepository, revision: str) -> str:
    """Return the id of the commit that a revision names, or an empty text if it names none."""
    if not revision or revision.startswith("-") or "\0" in revision or "\n" in revision:
        return ""
    arguments = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    done = _start(repository.folder, *arguments)
    return done.stdout.decode("ascii", "replace").strip() if done.returncode == 0 else ""


def merge_base(repository: GitRepository, one: str, other: str) -> str:
    """Return the newest common ancestor of two commits, or an empty text."""
    done = _start(repository.folder, "merge-base", "--end-of-options", one, other)
    return done.stdout.decode("ascii", "replace").strip() if done.returncode == 0 else ""


def files_at(repository: GitRepository, commit: str, folder: Folder | None = None) -> Files:
    """Return the files of a folder, or else of content/, in one commit."""
    folder = folder or repository.content
    place = ("--", *folder.paths) if folder.prefix or folder.names or folder.links else ()
    out = run(repository.top, "ls-tree", "-r", "-z", "--full-tree", commit, *place)
    blobs: dict[str, str] = {}
    submodules: list[str] = []
    for line in filter(None, out.split(b"\0")):
        entry, _, name = line.partition(b"\t")
        mode, _, blob = entry.split(b" ")
        path = folder.path(os.fsdecode(name))
        if path and mode in FILES:
            blobs[path] = blob.decode("ascii")
        elif path and mode == _MODULE:
            submodules.append(path)
    return Files(blobs, tuple(submodules))


def has_file(repository: GitRepository, commit: str, folder: Folder, path: str) -> bool:
    """Whether a folder has a file in a commit; its roadmap.yml may lie outside of it."""
    place = folder.roadmap if folder.roadmap and path == ROADMAP_FILE else f"{folder.prefix}{path}"
    return bool(run(repository.top, "ls-tree", "--full-tree", commit, "--", place).strip())


# git gets a time limit and writes to a temporary file: a stream that hangs cannot be stopped the same way everywhere.
def read_blobs(repository: GitRepository, blobs: Iterable[str], limit: int) -> Iterator[tuple[str, bytes]]:
    """Yield the bytes of each blob, at most `limit` + 1 of them."""
    wanted = list(blobs)
    for start in range(0, len(wanted), _BATCH):
        request = "".join(f"{blob}\n" for blob in wanted[start : start + _BATCH])
        with tempfile.TemporaryFile() as out:
            done = _start(repository.folder, "cat-file", "--batch", "--buffer", given=request.encode("ascii"), out=out)
            if done.returncode:
                raise _missing()
            out.seek(0)
            while head := out.readline().split():
                if len(head) != 3:  # noqa: PLR2004  `id missing` instead of `id type size`
                    raise _missing()
                yield head[0].decode("ascii"), _bytes(out, int(head[2]), limit)


def _bytes(stream: IO[bytes], size: int, limit: int) -> bytes:
    data = stream.read(min(size, limit + 1))
    stream.seek(size - len(data) + 1, os.SEEK_CUR)  # the rest, and the line end after it
    return data


def _missing() -> NoHistoryError:
    return UnreadableError(
        "some older files are missing here (a partial clone): `git fetch --refetch --no-filter` fetches them"
    )


def is_sparse(repository: GitRepository) -> bool:
    """Whether the repository has a sparse checkout."""
    done = _start(repository.folder, "config", "--type=bool", "--get", "core.sparseCheckout")
    return done.stdout.strip() == b"true"


def run(folder: Path, *arguments: str, given: bytes = b"") -> bytes:
    """Return the output of a git command. Raises NoHistoryError with a message of ours if it fails."""
    done = _start(folder, *arguments, given=given)
    if done.returncode:
        raise _refusal(folder, done.stderr.decode("utf-8", "replace"))
    return done.stdout


def _refusal(folder: Path, stderr: str) -> NoHistoryError:
    if "dubious ownership" in stderr:
        top = stderr.partition("repository at '")[2].partition("'")[0] or str(folder)
        hint = f"if you trust it: git config --global --add safe.directory '{top}'"
        return UnreadableError(f"git refuses to read {top}, since it belongs to another user; {hint}")
    if "not a git repository" in stderr or "must be run in a work tree" in stderr:
        return NoHistoryError(f"there is no git history: {folder} is not in a git repository; `git init` creates one")
    reason = " ".join(stderr.split())[:300] or "git gives no reason"
    return UnreadableError(f"git cannot read the history of {folder}: {reason}")


def _start(
    folder: Path, *arguments: str, given: bytes = b"", out: IO[bytes] | int = subprocess.PIPE
) -> subprocess.CompletedProcess[bytes]:
    """Run git, with its output in `out` if given. Raises NoHistoryError if git is missing or does not end in time."""
    command, pipe = _command(folder, *arguments), subprocess.PIPE
    try:
        return subprocess.run(
            command, input=given, stdout=out, stderr=pipe, env=_environment(), timeout=LIMIT, check=False
        )
    except FileNotFoundError as error:
        raise NoHistoryError("there is no git history: the program `git` is not on the PATH") from error
    except subprocess.TimeoutExpired as error:
        hint = f"check whether `git -C '{folder}' {arguments[0]}` waits for a disk, a network or another program"
        raise UnreadableError(f"git does not answer: milemark stopped it after {LIMIT:g} seconds; {hint}") from error


def _command(folder: Path, *arguments: str) -> list[str]:
    return ["git", "-C", str(folder), *(part for each in _SAFE for part in ("-c", each)), *arguments]


def _environment() -> dict[str, str]:
    """Return the environment without variables that git sets for its hooks, such as GIT_DIR."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("GIT_") or name.startswith(_KEPT)}
    return kept | _OWN
