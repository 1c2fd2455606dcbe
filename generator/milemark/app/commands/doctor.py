"""`milemark doctor`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from milemark.app.command import command
from milemark.app.options import Options

if TYPE_CHECKING:
    from milemark.app.diagnosis import Fact


@command("doctor")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", help="Output format.")
def doctor(options: Options, format_: str) -> None:
    """Print the installed parts, the publisher that would run, the state of git, and the gaps that CI would have.

    Exits with 1 if there is something to do.
    """
    from milemark.app.diagnosis import diagnose

    facts = diagnose(options.root())
    click.echo(_as_json(facts) if format_ == "json" else "\n".join(_lines(facts)))
    if any(each.problem for each in facts):
        sys.exit(1)


def _lines(facts: Sequence[Fact]) -> Iterator[str]:
    width = max(len(each.label) for each in facts) + 2
    for each in facts:
        yield f"{each.label:<{width}}{each.text}"
        if each.problem:
            yield f"{'':<{width}}= {each.problem}"


def _as_json(facts: Sequence[Fact]) -> str:
    from dataclasses import asdict

    from milemark.output.text.envelope import envelope

    return envelope("doctor", {"facts": [asdict(each) | {"problem": each.problem or None} for each in facts]})
