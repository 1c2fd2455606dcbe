"""Benchmark `milemark build` against plain MkDocs and Hugo: `make bench`.

milemark reads content/ and writes the whole site, each time as a whole process. Plain MkDocs builds the page tree that
milemark has written; `hugo` builds plain pages from the same content, without dashboards and search. The ratio is to
plain MkDocs in the same run.

    python benchmarks/publish.py                # 1,000 items
    python benchmarks/publish.py --items 10000
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import yaml
from bench import Cost, build_with_hugo, roadmap, run
from rich.console import Console
from rich.table import Table

CONFIG = {
    "site_name": "Benchmark",
    "docs_dir": "build/docs",
    "theme": {"name": "material", "font": False},
    "plugins": ["search"],
    "markdown_extensions": [
        "admonition",
        "attr_list",
        "def_list",
        "md_in_html",
        "tables",
        {"toc": {"permalink": True}},
    ],
    "not_in_nav": "/*/**\n!/*/index.md\n",
    "validation": {"links": {"not_found": "warn", "anchors": "warn"}},
}
EPOCH = "1750000000"  # the same day for all builds


def plain(place: Path) -> Cost:
    """Build the page tree with plain MkDocs."""
    options = ["build", "--quiet", "--config-file", str(place / "mkdocs.yml"), "--site-dir", str(place / "plain")]
    return run([sys.executable, "-m", "mkdocs", *options], SOURCE_DATE_EPOCH=EPOCH, NO_MKDOCS_2_WARNING="1")


def unchanged(place: Path) -> Cost:
    """Build with milemark what it has built before."""
    return _milemark(place, "build")


def cold(place: Path) -> Cost:
    """Build with milemark for the first time."""
    for folder in (_cache(place), place / "build", place / "site"):
        shutil.rmtree(folder, ignore_errors=True)
    return _milemark(place, "build")


def edited(place: Path) -> Cost:
    """Build with milemark after a task was added to one item."""
    with (place / "content/items/item-000001.md").open("a", encoding="utf-8") as file:
        file.write("\n- [ ] one more\n")
    return _milemark(place, "build")


def _milemark(place: Path, command: str) -> Cost:
    return run([sys.executable, "-m", "milemark", "-C", str(place), command], XDG_CACHE_HOME=str(_cache(place)))


def _cache(place: Path) -> Path:
    """Return the user's cache folder; milemark uses none within a project."""
    return place.with_name(f"{place.name}-cache")


def write_pages(place: Path) -> None:
    """Write the page tree and mkdocs.yml."""
    (place / "mkdocs.yml").write_text(yaml.safe_dump(CONFIG), "utf-8")
    _milemark(place, "generate")


def main() -> None:
    """Run the benchmark and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--items", type=int, default=1000)
    parser.add_argument("--times", type=int, default=2, help="number of runs; the fastest counts")
    options = parser.parse_args()
    builds: dict[str, Callable[[Path], Cost]] = {
        "mkdocs, plain": plain,
        "milemark, first build": cold,
        "milemark, unchanged": unchanged,
        "milemark, one item edited": edited,
    }
    table = Table("process", "seconds", "ratio", "CPU seconds", "MiB", title=f"Publishing {options.items:,} items")
    with roadmap(options.items) as place:
        write_pages(place)
        costs: dict[str, Cost | None] = {
            name: min((build(place) for _ in range(options.times)), key=lambda cost: cost.seconds)
            for name, build in builds.items()
        }
        costs["hugo, plain pages"] = build_with_hugo(place)
        shutil.rmtree(_cache(place))
    reference = costs["mkdocs, plain"]
    for name, cost in costs.items():
        if cost and reference:
            ratio = f"{cost.seconds / reference.seconds:.3f}"
            table.add_row(name, f"{cost.seconds:.2f}", ratio, f"{cost.cpu:.2f}", f"{cost.memory:.0f}")
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
