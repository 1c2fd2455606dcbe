"""Reading history from git: no setting of a repository is run, and nothing is changed or fetched."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from milemark.history import git
from milemark.history.git import NoHistoryError, commit_of, files_at, merge_base, open_repository, read_blobs
from milemark.history.git_log import Change, changes, commits
from milemark.history.read import read_history
from repositories import Repo, item, repository
from support import sampled

LIMIT = 1 << 20
GIT = shutil.which("git")


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return repository(tmp_path / "project")


def replayed(repo: Repo) -> dict[str, dict[str, str]]:
    """Return the files of each commit as its changes tell them, following first parents."""
    opened = open_repository(repo.folder / "content")
    line = commits(opened)
    changed = dict(changes(opened, line))
    trees: dict[str, dict[str, str]] = {"": {}}
    for each in line:
        tree = dict(trees[each.first])
        for change in changed[each.id]:
            tree[change.path] = change.blob
        trees[each.id] = {path: blob for path, blob in tree.items() if blob}
    return {id_: files for id_, files in trees.items() if id_}


def test_each_commit_gives_the_files_it_changed(repo: Repo) -> None:
    repo.commit("2025-01-01", {"a.md": "1", "가/나.md": "2", 'b"\n.md': "3"})
    repo.commit("2025-01-02", {"a.md": None, "가/다.md": "2", "가/나.md": None})
    repo.git("checkout", "-q", "-b", "side", "HEAD~1")
    repo.commit("2025-01-03", {"c.md": "4"})
    repo.git("checkout", "-q", "main")
    repo.merge("2025-01-04", "side")
    opened = open_repository(repo.folder / "content")
    found = replayed(repo)
    assert len(found) == 4
    assert {id_: files_at(opened, id_).blobs for id_ in found} == found
    assert set(found[repo.head]) == {"roadmap.yml", "가/다.md", 'b"\n.md', "c.md"}


def test_commits_that_did_not_touch_the_folder_are_left_out(repo: Repo) -> None:
    first = repo.commit("2025-01-01", {"a.md": "1"})
    (repo.folder / "code.py").write_text("1")
    repo.commit("2025-01-02", {})
    repo.git("checkout", "-q", "-b", "side")
    second = repo.commit("2025-01-03", {"a.md": "2"})
    repo.git("checkout", "-q", "main")
    (repo.folder / "code.py").write_text("2")
    repo.commit("2025-01-04", {})
    repo.merge("2025-01-05", "side")
    found = commits(open_repository(repo.folder / "content"))
    assert [(each.id, each.parents) for each in found] == [(first, ()), (second, (first,))]


@pytest.mark.parametrize("folder", ["content", "가 b/content"])
def test_all_sides_of_a_history_are_those_of_git_without_merges_that_changed_nothing(
    tmp_path: Path, folder: str
) -> None:
    repo = repository(tmp_path / "project")
    place = repo.folder / folder
    if folder != "content":
        place.parent.mkdir()
        (repo.folder / "content").rename(place)
    write = (place / "a.md").write_text
    write("1")
    repo.commit("2025-01-01", {}, "--allow-empty")
    for number in range(3):  # branches that only change code, while content/ changes on main
        repo.git("checkout", "-q", "-b", f"code{number}")
        (repo.folder / "code.py").write_text(str(number))
        repo.commit(f"2025-02-0{number + 1}", {})
        repo.git("checkout", "-q", "main")
        write(f"{number + 2}")
        repo.commit(f"2025-03-0{number + 1}", {})
        repo.merge(f"2025-04-0{number + 1}", f"code{number}")
    opened = open_repository(place)
    assert commits(opened, has_all_sides=True) == commits(opened)
    assert len(commits(opened)) == 4
    for name, text in (("one", "5"), ("two", "5")):  # two sides with the same change, of which git follows one
        repo.git("checkout", "-q", "-b", name, "main")
        write(text)
        repo.commit("2025-05-01" if name == "one" else "2025-05-02", {})
    repo.git("checkout", "-q", "main")
    repo.merge("2025-05-03", "one")
    repo.merge("2025-05-04", "two")
    assert (len(commits(opened)), len(commits(opened, has_all_sides=True))) == (5, 7)


def test_a_merge_of_two_histories_is_read_whichever_side_had_the_folder(repo: Repo) -> None:
    repo.commit("2025-01-01", {"a.md": "1"})
    repo.git("checkout", "-q", "--orphan", "other")
    repo.git("rm", "-rfq", ".")
    (repo.folder / "code.py").write_text("1")
    repo.commit("2025-01-02", {})
    repo.git("merge", "-q", "--no-ff", "--no-commit", "--allow-unrelated-histories", "main")
    merged = repo.commit("2025-01-03", {"b.md": "2"})
    found = replayed(repo)
    assert found[merged] == files_at(open_repository(repo.folder / "content"), merged).blobs
    assert "a.md" in found[merged]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("1735700400 +0900", "2025-01-01T12:00:00+09:00"),
        ("1735700400 -0330", "2024-12-31T23:30:00-03:30"),
        ("4294967296 +0000", "2106-02-07T06:28:16+00:00"),
        ("0 +0000", "1970-01-01T00:00:00+00:00"),
    ],
)
def test_the_author_s_time_is_that_of_their_own_clock(repo: Repo, raw: str, expected: str) -> None:
    repo.commit(f"@{raw}", {"a.md": "1"})
    (found,) = commits(open_repository(repo.folder / "content"))
    assert found.when.isoformat() == expected


def test_a_time_that_no_clock_shows_stops_nothing(repo: Repo) -> None:
    repo.commit("2025-01-01", {"a.md": "1"})
    raw = repo.git("cat-file", "commit", "HEAD").replace("+0900", "+9999").replace("author Author", "author ")
    output = subprocess.run(
        ["git", "hash-object", "-w", "-t", "commit", "--stdin", "--literally"],
        cwd=repo.folder,
        input=raw.encode(),
        capture_output=True,
        check=True,
    )
    repo.git("update-ref", "HEAD", output.stdout.decode().strip())
    (found,) = commits(open_repository(repo.folder / "content"))
    assert found.when == datetime(1970, 1, 1, tzinfo=UTC)


def test_bytes_are_read_by_their_ids_and_no_further_than_wanted(repo: Repo) -> None:
    repo.commit("2025-01-01", {"a.md": "가\n\nb\0", "b.md": "", "c.md": "x" * 100})
    opened = open_repository(repo.folder / "content")
    files = files_at(opened, repo.head).blobs
    found = dict(read_blobs(opened, [files["c.md"], files["a.md"], files["b.md"]], limit=10))
    assert found == {files["a.md"]: "가\n\nb\0".encode(), files["b.md"]: b"", files["c.md"]: b"x" * 11}


def test_links_and_submodules_are_no_files(repo: Repo, tmp_path: Path) -> None:
    other = repository(tmp_path / "other")
    other.commit("2025-01-01", {"x.md": "1"})
    repo.commit("2025-01-01", {"a.md": "1"})
    (repo.folder / "content/link.md").symlink_to("a.md")
    repo.git("submodule", "--quiet", "add", str(other.folder), "content/sub")
    repo.commit("2025-01-02", {})
    opened = open_repository(repo.folder / "content")
    found = files_at(opened, repo.head)
    assert (set(found.blobs), found.submodules) == ({"a.md", "roadmap.yml"}, ("sub",))
    changed = dict(changes(opened, commits(opened)))[repo.head]
    assert set(changed) == {Change("link.md", ""), Change("sub", "")}


@pytest.mark.parametrize(
    "revision", ["-x", "--output=stolen", "", "nothing", "HEAD\nHEAD", ":/x", "HEAD:content", "a b"]
)
def test_what_names_no_commit_is_none_and_no_option(repo: Repo, revision: str) -> None:
    repo.commit("2025-01-01", {"a.md": "1"}, "--message=first")
    before = sorted(path.name for path in repo.folder.iterdir())
    assert commit_of(open_repository(repo.folder / "content"), revision) == ""
    assert sorted(path.name for path in repo.folder.iterdir()) == before


def test_a_branch_that_looks_like_an_option_or_a_path_is_found(repo: Repo) -> None:
    first = repo.commit("2025-01-01", {"a.md": "1"})
    repo.git("update-ref", "refs/heads/content", first)
    opened = open_repository(repo.folder / "content")
    assert commit_of(opened, "content") == commit_of(opened, "HEAD") == first
    second = repo.commit("2025-01-02", {"a.md": "2"})
    assert merge_base(opened, "content", second) == first


HOSTILE = ("core.fsmonitor", "core.pager", "diff.external", "core.sshCommand", "diff.x.textconv", "gpg.program")


def test_no_setting_of_a_repository_is_run(repo: Repo, tmp_path: Path) -> None:
    trap = tmp_path / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    repo.commit("2025-01-01", {"a.md": "1", ".gitattributes": "*.md diff=x filter=x\n"})
    repo.commit("2025-01-02", {"a.md": "2"})
    for name in (*HOSTILE, "filter.x.smudge", "filter.x.clean", "alias.rev-list"):
        repo.git("config", name, f"!{trap}" if name.startswith("alias") else str(trap))
    repo.git("config", "log.showSignature", "true")
    repo.git("config", "core.hooksPath", str(tmp_path))
    (tmp_path / "post-index-change").symlink_to(trap)
    opened = open_repository(repo.folder / "content")
    assert len(dict(changes(opened, commits(opened)))) == 2
    assert list(read_blobs(opened, files_at(opened, "HEAD").blobs.values(), LIMIT))
    assert not (tmp_path / "sprung").exists()


def test_what_a_hook_leaves_in_the_environment_is_not_believed(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = repo.commit("2025-01-01", {"a.md": "1"})
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path))
    monkeypatch.setenv("GIT_TRACE", "1")
    assert [each.id for each in commits(open_repository(repo.folder / "content"))] == [first]


def refusal(folder: Path) -> str:
    with pytest.raises(NoHistoryError) as found:
        open_repository(folder)
    return str(found.value)


def test_without_git_or_a_repository_it_is_said_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    folder = tmp_path / "content"
    folder.mkdir()
    assert "is not in a git repository; `git init` creates one" in refusal(folder)
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    assert "nothing has been committed" in refusal(folder)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "the program `git` is not on the PATH" in refusal(folder)


def test_a_folder_within_a_bare_repository_has_no_history(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "b.git")], check=True)
    (tmp_path / "b.git/content").mkdir()
    assert "only inside a bare one" in refusal(tmp_path / "b.git/content")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")
def test_a_repository_of_another_user_is_refused_with_the_way_to_trust_it(repo: Repo) -> None:
    repo.commit("2025-01-01", {"a.md": "1"})
    for path in (repo.folder, repo.folder / ".git"):
        os.chown(path, 12345, 12345)
    output = refusal(repo.folder / "content")
    assert f"git config --global --add safe.directory '{repo.folder}'" in output


def test_what_a_partial_clone_lacks_is_not_fetched(repo: Repo, tmp_path: Path) -> None:
    repo.commit("2025-01-01", {"a.md": item("done")})
    repo.commit("2025-01-02", {"a.md": None})
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.git("clone", "-q", "--filter=blob:none", f"file://{repo.folder}", str(tmp_path / "partial"))
    opened = open_repository(tmp_path / "partial/content")
    lost = files_at(opened, "HEAD~1").blobs["a.md"]
    with pytest.raises(NoHistoryError, match="partial clone"):
        list(read_blobs(opened, [lost], LIMIT))


BLOCKED = ("rev-parse", "rev-list", "diff-tree", "ls-tree", "cat-file")


@pytest.mark.skipif(os.name == "nt", reason="a script stands in for git")
@pytest.mark.parametrize("name", sampled(BLOCKED, 3))
def test_a_git_that_never_ends_is_stopped_and_it_is_said(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    repo.commit("2025-01-01", {"a.md": item("doing")})
    repo.commit("2025-01-02", {"a.md": item("done")})
    fake = tmp_path / "bin/git"
    fake.parent.mkdir()
    fake.write_text(f'#!/bin/sh\ncase " $* " in *" {name} "*) exec tail -f /dev/null ;; esac\nexec {GIT} "$@"\n')
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(git, "LIMIT", 1.0)
    with pytest.raises(NoHistoryError, match=f"stopped it after 1 seconds; check whether .* {name}` waits"):
        read_history(repo.folder, date(2025, 6, 30))


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoHistoryError, match=r"there is no folder .*/content"):
        open_repository(tmp_path / "content")
