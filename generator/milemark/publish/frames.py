"""The frames of a site: learnt from model pages that the publisher builds, proved by others, and kept as JSON."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from milemark.foundation.cache import digest
from milemark.foundation.layout import BUILD
from milemark.publish.contents import Contents
from milemark.publish.errors import PublisherNeededError
from milemark.publish.frame import Frame, HeadingFrame, UnknownFrameError, learn_frame
from milemark.publish.missing_page import NO_WORDS, MissingPage
from milemark.publish.mkdocs_config import PublisherSettings
from milemark.publish.models import Kind, ModelPage, model_of
from milemark.publish.page_tree import PageTree
from milemark.publish.publishers import Job, Publisher, run
from milemark.publish.site_index import (
    LISTS,
    SEARCH,
    SITEMAP,
    ZIPPED,
    address_of,
    file_of,
    in_order,
    search_entries,
    search_index,
    sitemap,
    zipped,
)


@dataclass(frozen=True, slots=True)
class Frames:
    """All that the publisher adds to a page tree: a frame for each kind of page, and the other files of the site.

    `texts` are HTML files, `lists` the search index and the sitemap of the first models, as bytes in Latin-1, and
    `digests` are of all other files. `entries` are those of the search index for pages that the publisher renders.
    `warnings` are the publisher's.
    """

    frames: Mapping[Kind, Frame]
    texts: Mapping[str, str]
    lists: Mapping[str, str]
    digests: Mapping[str, str]
    entries: Mapping[str, str]
    warnings: str

    def row(self) -> dict[str, Any]:
        """Return the frames as JSON values."""
        fields = ("texts", "lists", "digests", "entries", "warnings")
        frames = [[kind, asdict(frame)] for kind, frame in self.frames.items()]
        return {"frames": frames, **{name: getattr(self, name) for name in fields}}

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Frames:
        """Return frames from JSON values."""
        frames = {kind_from_row(kind): _frame(**frame) for kind, frame in row["frames"]}
        return cls(**{**row, "frames": frames})

    def list_files(self, addresses: Iterable[str], entries: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Yield the search index and the sitemap for pages, as far as the publisher makes them."""
        models = {name: text.encode("latin-1") for name, text in self.lists.items()}
        if SEARCH in models:
            yield SEARCH, search_index(models[SEARCH].decode(), entries).encode()
        if SITEMAP in models:
            pages = sitemap(models[SITEMAP].decode(), addresses).encode()
            yield SITEMAP, pages
            if ZIPPED in models:
                yield ZIPPED, zipped(pages, models[ZIPPED])


def kind_from_row(row: Sequence[Any]) -> Kind:
    """Return a kind of pages from JSON values."""
    folder, page, hidden, has_title_tag, contents = row
    return Kind(folder, page, tuple(hidden), has_title_tag, contents)


def _frame(pieces: list[str], contents: list[dict[str, Any]], heading: dict[str, Any] | None) -> Frame:
    learnt = (Contents(**{**each, "leaf": tuple(each["leaf"]), "parent": tuple(each["parent"])}) for each in contents)
    of_heading = HeadingFrame(*map(tuple, heading.values())) if heading else None
    return Frame(tuple(pieces), tuple(learnt), of_heading)


Finish = Callable[[str, str], str]
_EMPTY_PAGE = "<html><head></head><body></body></html>"


def unchanged(_path: str, html: str) -> str:
    """Return the HTML of a file of the site as it is."""
    return html


@dataclass(frozen=True, slots=True)
class Publication:
    """A page tree to publish: the publisher, its job, the variables of its environment, and settings of mkdocs.yml.

    `finish` gets the path and the HTML of each HTML file of the site, and returns the HTML to write. Two of them that
    give the same for an empty page give the same for any page.
    """

    publisher: Publisher
    job: Job
    variables: Mapping[str, str]
    settings: PublisherSettings
    finish: Finish = unchanged
    missing: MissingPage = NO_WORDS

    @property
    def root(self) -> Path:
        """The folder of mkdocs.yml."""
        return self.job.config.parent

    @property
    def docs(self) -> Path:
        """The folder of the page tree."""
        return self.root / self.settings.docs_dir

    def file_of(self, path: str) -> str:
        """Return the file of a page in the site."""
        return file_of(path, is_directory=self.settings.use_directory_urls)

    def address_of(self, path: str) -> str:
        """Return the address of a page below that of the site."""
        return address_of(path, is_directory=self.settings.use_directory_urls)

    def finish_key(self, path: str) -> str:
        """Return all that `finish` knows of a page besides its HTML."""
        return self.finish(self.file_of(path), _EMPTY_PAGE)

    def search_entries(self, path: str, fields: Mapping[str, Any], content: str) -> str:
        """Return the entries of a page in the search index."""
        return search_entries(self.address_of(path), fields, content)


@dataclass(frozen=True, slots=True)
class _Built:
    """A published tree of models, by kind."""

    models: Mapping[Kind, ModelPage]
    site: Path
    warnings: str


def learn_frames(publication: Publication, tree: PageTree) -> Frames:
    """Let the publisher build model pages, and learn the frames of a tree from them.

    Copies the files that are the same for all trees into the site of the job. Raises PublisherNeededError if the frames
    do not give the models byte for byte.
    """
    place = publication.root / BUILD / f"frames-{publication.job.site.name}"
    shutil.rmtree(place, ignore_errors=True)
    try:
        with ThreadPoolExecutor(2) as pool:
            names = ("first", "second")
            started = [pool.submit(_build, publication, tree, place / name, name == "second") for name in names]
            first, second = (each.result() for each in started)
        frames = _learnt(publication, tree, first)
        for built in (first, second):
            _prove(publication, frames, built)
        copy_files(first.site, publication.job.site, frames.digests)
        return frames
    finally:
        shutil.rmtree(place, ignore_errors=True)


def list_files(publication: Publication, frames: Frames, records: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """Yield the search index and the sitemap. `records` are the entries of pages in the search index, by path."""
    found = {**records, **frames.entries}
    order = in_order(found)
    return frames.list_files(map(publication.address_of, order), (found[path] for path in order))


def copy_files(source: Path, target: Path, paths: Iterable[str]) -> None:
    """Copy files by their paths from one folder to another."""
    for path in paths:
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / path, target / path)


def _build(publication: Publication, tree: PageTree, folder: Path, is_second: bool) -> _Built:  # noqa: FBT001
    kinds = enumerate(sorted({*tree.kinds.values()}))
    models = {kind: model_of(kind, tree.heads.get(kind.page, ""), no, is_second=is_second) for no, kind in kinds}
    for path, text in (*((model.path, model.text) for model in models.values()), *tree.texts.items()):
        file = folder / "docs" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    docs = (folder / "docs").relative_to(publication.root).as_posix()
    site = folder / f"site-{folder.name}"
    job = replace(publication.job, site=site, changes=f"{publication.job.changes}docs_dir: {json.dumps(docs)}\n")
    return _Built(models, site, run(publication.publisher, job, publication.variables, is_strict=False))


def _learnt(publication: Publication, tree: PageTree, built: _Built) -> Frames:
    try:
        frames = {
            kind: learn_frame(_html(publication, built, model), model.values, model.marks)
            for kind, model in built.models.items()
        }
    except UnknownFrameError as error:
        raise PublisherNeededError(str(error)) from error
    files = dict(_other_files(publication, built))
    texts = {path: data.decode() for path, data in files.items() if path.endswith(".html")}
    digests = {path: digest(data) for path, data in files.items() if path not in texts}
    made = (name for name in LISTS if (built.site / name).exists())
    lists = {name: (built.site / name).read_bytes().decode("latin-1") for name in made}
    entries = {path: _published_entries(lists, publication.address_of(path)) for path in tree.texts}
    return Frames(frames, texts, lists, digests, entries, built.warnings)


def _html(publication: Publication, built: _Built, model: ModelPage) -> str:
    return (built.site / publication.file_of(model.path)).read_text("utf-8")


def _other_files(publication: Publication, built: _Built) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a site that are neither model pages nor lists of pages."""
    own = {*LISTS, *(publication.file_of(model.path) for model in built.models.values())}
    for file in sorted(built.site.rglob("*")):
        path = file.relative_to(built.site).as_posix()
        if file.is_file() and path not in own:
            yield path, file.read_bytes()


def _published_entries(lists: Mapping[str, str], address: str) -> str:
    """Return the entries of a page in the search index that the publisher has written."""
    found = json.loads(lists[SEARCH].encode("latin-1"))["docs"] if SEARCH in lists else []
    own = [entry for entry in found if entry["location"].partition("#")[0] == address]
    return json.dumps(own, separators=(",", ":"))[1:-1]


def _prove(publication: Publication, frames: Frames, built: _Built) -> None:
    """Raise PublisherNeededError if the frames do not give the published models byte for byte."""
    entries: dict[str, str] = {}
    for kind, model in built.models.items():
        frame = frames.frames[kind]
        content = model.values.content(frame.heading)
        if frame.page(model.values, content) != _html(publication, built, model):
            raise PublisherNeededError(f"its theme shows more of {model.path} than a frame does")
        entries[model.path] = publication.search_entries(model.path, model.fields, content)
    lists = list_files(publication, frames, entries)
    wrong = next((name for name, data in lists if (built.site / name).read_bytes() != data), "")
    others = {path: digest(data) for path, data in _other_files(publication, built)}
    if wrong or others != {**frames.digests, **{path: digest(text.encode()) for path, text in frames.texts.items()}}:
        raise PublisherNeededError(f"milemark cannot make {wrong or 'the other files of the site'}")
