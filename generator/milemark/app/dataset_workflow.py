"""The workflow of GitHub that adds each day of a roadmap to a dataset in another repository."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

from milemark.app.file_writes import FileWrite
from milemark.app.installation import Installation
from milemark.foundation.disk import bytes_if_there
from milemark.foundation.errors import UserError
from milemark.foundation.escaping import visible

_WORKFLOW = Path(".github/workflows/dataset.yml")
_PLACE = "OWNER/DATASET"
_REPOSITORY = re.compile(r"[A-Za-z0-9][\w-]*/[A-Za-z0-9_][\w.-]*", re.ASCII)


def dataset_workflow(root: Path, repository: str, found: Installation) -> list[FileWrite]:
    """Return the workflow to write, if it is not there. Raises UserError for a bad name, or a workflow that differs."""
    if not _REPOSITORY.fullmatch(repository):
        raise UserError(
            f"{visible(repository)} is no repository of GitHub\n  = name it as OWNER/NAME: --dataset acme/roadmaps"
        )
    if not (root / ".git").exists():
        raise UserError("GitHub runs the workflows in the root of a git repository only: run this where .git is")
    text = (Path(str(resources.files("milemark"))) / "app/starter_files/github-dataset.yml").read_text("utf-8")
    data = found.in_workflow(text.replace(_PLACE, repository, 1), "parquet").encode()
    before = bytes_if_there(root / _WORKFLOW)
    if before not in {None, data}:
        raise UserError(f"{_WORKFLOW} is there already, and differs: change it by hand, or remove it first")
    return [FileWrite(root / _WORKFLOW, before, data)] if before is None else []
