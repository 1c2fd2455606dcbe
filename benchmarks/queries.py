"""Benchmark queries: `make bench`.

The first query loads the project, later ones use its cache. A second measurement shows how much time a page with fifty
query blocks adds to generating all pages.

    python benchmarks/queries.py               # 10,000 items
    python benchmarks/queries.py --items 1000
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from bench import SETTLED, Cost, best, run, timed
from make_items import write_items
from rich.console import Console
from rich.table import Table

from milemark.app.options import Options
from milemark.foundation.disk import read_content
from milemark.foundation.i18n import Language
from milemark.output.site.pages import pages
from milemark.output.site.renderer import Renderer
from milemark.query.sql.block import VIEWS
from milemark.roadmap.load import load
from milemark.roadmap.model import Roadmap

BLOCKS = 50
WHERE = "stage = 'active' and due < '2025-06'"


def ask(place: Path) -> Cost:
    """Run `milemark list` with a condition, an order and a limit as a whole process."""
    command = [sys.executable, "-m", "milemark", "-C", str(place), "list"]
    asked = ["--where", WHERE, "--order", "due desc", "--limit", "10"]
    return run([*command, *asked], XDG_CACHE_HOME=str(place / "cache"))


def page_of_blocks() -> bytes:
    """Return a page with query blocks of every view."""
    shown = (
        f"```milemark\nview: {VIEWS[number % len(VIEWS)]}\nfrom: items\nwhere: {WHERE}\nlimit: 20\n```\n"
        for number in range(BLOCKS)
    )
    return "\n".join(shown).encode()


def seconds_of_pages(roadmap: Roadmap) -> float:
    """Return the time to generate all pages, in this process."""
    renderer, language = Renderer((), Language("en"), is_directory=True), Language("en")
    return timed(lambda: list(pages(roadmap, renderer, language)))


def main() -> None:
    """Run the benchmark and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=3, help="runs per measurement")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="milemark-bench-") as folder:
        place = Path(folder)
        write_items(place / "content", options.items)
        time.sleep(SETTLED)
        first, again = ask(place), best(options.times, lambda: ask(place))
        files = read_content(place / "content").files
        today = Options().today
        plain, asking = (load(files | more, today).roadmap for more in ({}, {"blocks.md": page_of_blocks()}))
        without = min(seconds_of_pages(plain) for _ in range(options.times))
        with_blocks = min(seconds_of_pages(asking) for _ in range(options.times))
    table = Table("query", "seconds", "ratio", title=f"Queries over {options.items:,} items")
    table.add_row("list, first run", f"{first.seconds:.2f}", "1.000")
    table.add_row("list, cached", f"{again.seconds:.2f}", f"{again.seconds / first.seconds:.3f}")
    table.add_row("all pages", f"{without:.2f}", "1.000")
    table.add_row(f"all pages and {BLOCKS} blocks", f"{with_blocks:.2f}", f"{with_blocks / without:.3f}")
    Console().print(table)


if __name__ == "__main__":
    main()
