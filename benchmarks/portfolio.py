"""Benchmark a portfolio, and its growth in repositories and in days: `make bench`.

python benchmarks/portfolio.py                       # 1,000 repositories with 200 items, two days
python benchmarks/portfolio.py --repositories 100
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Self

import duckdb
from make_dataset import TODAY, write_dataset
from rich.console import Console
from rich.table import Table

_PAGE = Path(__file__).resolve().parents[1] / "docs/portfolio.md"
_KILOBYTES = 1024


def queries() -> dict[str, str]:
    """Return the portable queries of the documentation by their titles."""
    (text,) = re.findall(r"^```sql\n(-- In any engine.*?)^```$", _PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    _head, *parts = re.split(r"^-- ## (.+)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[::2], (each.strip().rstrip(";") for each in parts[1::2]), strict=True))


def connect(dataset: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection with a view for each relation of a dataset."""
    connection = duckdb.connect()
    connection.execute("set parquet_metadata_cache = true")
    for name in ("roadmap", "items", "assignees", "elsewhere"):
        files = f"'{dataset}/{name}/*/*/*.parquet', hive_partitioning = true, union_by_name = true"
        connection.execute(f"create view {name} as select * from read_parquet({files})")  # noqa: S608  our own names
    return connection


class Timer:
    """Measures a block in seconds of the clock, and of the processor with the processes that it starts."""

    def __enter__(self) -> Self:
        self._clock, self._processor = time.perf_counter(), _processor()
        return self

    def __exit__(self, *_error: object) -> None:
        self.clock, self.processor = time.perf_counter() - self._clock, _processor() - self._processor

    def __str__(self) -> str:
        return f"{self.clock:.2f} ({self.processor:.2f})"


def _processor() -> float:
    return sum(os.times()[:4])


def _build(place: Path, dataset: Path) -> Timer:
    command = [sys.executable, "-m", "milemark", "-C", str(place), "--as-of", str(TODAY), "portfolio", str(dataset)]
    with Timer() as timer:
        subprocess.run(command, check=True, capture_output=True)
    return timer


def measure(repositories: int, items: int, days: int) -> dict[str, str]:
    """Return the figures of a dataset, one state a week."""
    with tempfile.TemporaryDirectory() as folder:
        dataset, place = Path(folder) / "dataset", Path(folder) / "site"
        place.mkdir()
        write_dataset(dataset, repositories, items, tuple(range(0, 7 * days, 7)))
        found = {"site, cold": str(_build(place, dataset))}
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / _KILOBYTES
        found["memory of the largest process"] = f"{memory:.0f} MB"
        found["site, nothing changed"] = str(_build(place, dataset))
        connection = connect(dataset)
        for name, sql in queries().items():
            with Timer() as timer:
                connection.execute(sql).fetchall()
            found[f"DuckDB: {name}"] = str(timer)
    return found


def main() -> None:
    """Print the figures, those of half and of a quarter of the repositories, and those of more days."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--repositories", type=int, default=1_000)
    parser.add_argument("--items", type=int, default=200)
    arguments = parser.parse_args()
    many = arguments.repositories
    # Smaller first: the memory is that of the largest process until then.
    setups = ((many // 4, 2), (many // 4, 8), (many // 2, 2), (many, 2))
    columns = [measure(repositories, arguments.items, days) for repositories, days in setups]
    heads = [f"{repositories} x {arguments.items}, {days} days" for repositories, days in setups]
    table = Table("", *heads, title="Portfolio: seconds of the clock (of the processor)")
    for name in columns[0]:
        table.add_row(name, *(column[name] for column in columns))
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
