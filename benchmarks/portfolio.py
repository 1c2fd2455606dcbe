"""Benchmark a portfolio: `make bench`.

python benchmarks/portfolio.py                       # 1,000 repositories with 200 items, two days
python benchmarks/portfolio.py --repositories 100
"""

from __future__ import annotations

import argparse
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

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
    for name in ("roadmap", "items", "assignees", "elsewhere"):
        files = f"'{dataset}/{name}/*/*/*.parquet', hive_partitioning = true, union_by_name = true"
        connection.execute(f"create view {name} as select * from read_parquet({files})")  # noqa: S608  our own names
    return connection


def _build(place: Path, dataset: Path) -> float:
    started = time.perf_counter()
    command = [sys.executable, "-m", "milemark", "-C", str(place), "--as-of", str(TODAY), "portfolio", str(dataset)]
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - started


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--repositories", type=int, default=1_000)
    parser.add_argument("--items", type=int, default=200)
    arguments = parser.parse_args()
    title = f"Portfolio of {arguments.repositories} repositories with {arguments.items} items"
    table = Table("", "seconds", title=title)
    with tempfile.TemporaryDirectory() as folder:
        dataset, place = Path(folder) / "dataset", Path(folder) / "site"
        place.mkdir()
        write_dataset(dataset, arguments.repositories, arguments.items, (0, 7))
        table.add_row("site, cold", f"{_build(place, dataset):.1f}")
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / _KILOBYTES
        table.add_row("site, nothing changed", f"{_build(place, dataset):.1f}")
        connection = connect(dataset)
        for name, sql in queries().items():
            started = time.perf_counter()
            connection.execute(sql).fetchall()
            table.add_row(f"DuckDB: {name}", f"{time.perf_counter() - started:.2f}")
    Console().print(table, f"memory of the largest process: {memory:.0f} MB")


if __name__ == "__main__":
    main()
