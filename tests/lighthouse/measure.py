"""Measure the built site with Lighthouse: `python tests/lighthouse/measure.py site`, or `make lighthouse`.

Accessibility, best practices and SEO have to read 95. Performance has to read 90, or what a page of plain text by the
same theme reads in the same run less five points, since the theme is not ours and a busy machine makes every page
slower. Noise only ever lowers a score, so that a page counts with the best of up to three runs.
"""

from __future__ import annotations

import functools
import gzip
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

VERSION = "13.5.0"
NEEDED_NODE = 20
FOLDER = Path(__file__).parents[2] / "build" / "lighthouse"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = "--headless --no-sandbox --disable-gpu --disable-background-networking"

PAGES = (
    "",
    "progress/",
    "timeline/",
    "board/",
    "checklists/",
    "skills/",
    "resume/",
    "projects/",
    "projects/storebridge/",
)
STEADY = ("accessibility", "best-practices", "seo")  # the same in every run
LEAST_STEADY, LEAST_PERFORMANCE, TOLERANCE = 95, 90, 5
TRIES = 3
LONGEST = 300  # seconds of one run, or of the installation

PLAIN_SETTINGS = "site_name: Plain\ntheme: {name: material, font: false}\n"
PLAIN_TEXT = "# Plain\n\n" + "Nothing but text by the same theme, as long as a page of ours.\n\n" * 40
COMPRESSED = {".html", ".css", ".js", ".json", ".svg", ".xml"}


@dataclass(frozen=True, slots=True)
class Scores:
    """What Lighthouse says of a page, in points of a hundred."""

    steady: tuple[int, ...]
    performance: int
    failed: tuple[str, ...] = ()

    def best(self, other: Scores) -> Scores:
        """Return these scores with the better performance of two runs; the others do not vary."""
        return Scores(self.steady, max(self.performance, other.performance), self.failed)

    def row(self, page: str) -> str:
        """Return the line that is printed of a page."""
        return (
            f"{page:24}{''.join(f'{each:15}' for each in (*self.steady, self.performance))}   {', '.join(self.failed)}"
        )

    def falls_short(self, least: int) -> bool:
        """Whether a page is worse than it has to be, with at least these points of performance."""
        return min(self.steady) < LEAST_STEADY or self.performance < least


def say(text: str) -> None:
    """Print at once, since a run takes minutes."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


# --- a server as GitHub Pages is ---------------------------------------------------------------------


@functools.cache
def packed(path: Path) -> bytes:
    """Return a file's bytes, compressed; each is compressed once."""
    return gzip.compress(path.read_bytes(), 6)


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves compressed text that may be kept for ten minutes."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Send compressed what can be; leave the rest to the base."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if path.suffix not in COMPRESSED or not path.is_file():
            super().do_GET()
            return
        body = packed(path)
        self.send_response(http.HTTPStatus.OK)
        self.send_header("Content-Type", f"{self.guess_type(path)}; charset=utf-8")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def end_headers(self) -> None:
        """Say how long it may be kept."""
        self.send_header("Cache-Control", "max-age=600")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's name
        """Say nothing."""


@contextmanager
def serving(site: Path) -> Iterator[str]:
    """Serve a site on a free port and give its address."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


# --- what it needs -----------------------------------------------------------------------------------


def what_is_missing() -> str:
    """Return why nothing can be measured here, or nothing."""
    if not any(map(shutil.which, CHROMIUM)):
        return f"none of {', '.join(CHROMIUM)} is on the PATH"
    if not shutil.which("node") or not shutil.which("npm"):
        return "node and npm are not on the PATH"
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.", said)
    if not found or int(found[1]) < NEEDED_NODE:
        return f"Lighthouse {VERSION} needs node {NEEDED_NODE} or newer, and here is {said.strip() or 'none that runs'}"
    return ""


def install() -> str:
    """Install Lighthouse below build/, unless it is there; return what hinders it, or nothing."""
    manifest = FOLDER / "node_modules" / "lighthouse" / "package.json"
    if manifest.is_file() and json.loads(manifest.read_text("utf-8"))["version"] == VERSION:
        return ""
    FOLDER.mkdir(parents=True, exist_ok=True)
    options = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", str(FOLDER)]
    command = ["npm", "install", *options, f"lighthouse@{VERSION}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=False)
    except subprocess.TimeoutExpired:
        return f"npm could not install it within {LONGEST} seconds"
    return "" if done.returncode == 0 else f"npm could not install it: {' '.join(done.stderr.split())[:200]}"


def build_plain() -> Path:
    """Build a page of plain text by the same theme."""
    folder = FOLDER / "plain"
    (folder / "docs").mkdir(parents=True, exist_ok=True)
    (folder / "mkdocs.yml").write_text(PLAIN_SETTINGS, "utf-8")
    (folder / "docs" / "index.md").write_text(PLAIN_TEXT, "utf-8")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--config-file", str(folder / "mkdocs.yml")]
    subprocess.run(command, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"}, check=True)
    return folder / "site"


# --- measuring ---------------------------------------------------------------------------------------


def run(url: str) -> Scores:
    """Let Lighthouse read a page once."""
    executable = next(filter(None, map(shutil.which, CHROMIUM)))
    output = FOLDER / "report.json"
    command = [str(FOLDER / "node_modules" / ".bin" / "lighthouse"), url, "--quiet", "--output=json"]
    command += [
        f"--output-path={output}",
        f"--only-categories={','.join(STEADY)},performance",
        f"--chrome-flags={FLAGS}",
    ]
    environment = os.environ | {"CHROME_PATH": executable}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LONGEST, check=False)
    except subprocess.TimeoutExpired:
        sys.exit(f"Lighthouse did not read {url} within {LONGEST} seconds")
    if done.returncode:
        sys.exit(f"Lighthouse could not read {url}\n{done.stderr}")
    return scores_of(json.loads(output.read_text("utf-8")))


def scores_of(report: dict[str, Any]) -> Scores:
    """Read the scores, and the audits that failed, other than those of performance."""
    categories, audits = report["categories"], report["audits"]
    references = [reference["id"] for name in STEADY for reference in categories[name]["auditRefs"]]
    failed = tuple(name for name in references if audits[name]["score"] == 0)
    *steady, performance = (round(100 * (categories[name]["score"] or 0)) for name in (*STEADY, "performance"))
    return Scores(tuple(steady), performance, failed)


def measure(url: str, least: int) -> Scores:
    """Measure a page until it is fast enough, three times at most."""
    scores = run(url)
    for _ in range(TRIES - 1):
        if scores.performance >= least:
            break
        scores = scores.best(run(url))
    return scores


def measure_all(site: Path) -> list[str]:
    """Measure the plain page and the main pages; return what falls short."""
    with serving(build_plain()) as plain_url, serving(site) as url:
        plain = measure(plain_url, 100)
        least = min(LEAST_PERFORMANCE, plain.performance - TOLERANCE)
        names = "".join(f"{name:>15}" for name in (*STEADY, "performance"))
        say(f"{'page':24}{names}   (at least {LEAST_STEADY}, and {least} for performance)")
        say(plain.row("plain text, same theme"))
        short = []
        for page in PAGES:
            found = measure(url + page, least)
            say(found.row(page or "home"))
            if found.falls_short(least):
                short.append(page or "home")
    return short


def main() -> int:
    """Measure, or say why not: 0 all is well or was left out, 1 a page falls short, 2 there is no site."""
    site = Path(sys.argv[1] if len(sys.argv) > 1 else "site")
    if not (site / "index.html").is_file():
        say(f"there is no site in {site}: `make site` builds one")
        return 2
    hindrance = what_is_missing() or install()
    if hindrance:
        say(f"LEFT OUT: no page was measured, since {hindrance}")
        return 0
    short = measure_all(site)
    if short:
        say(f"these fall short: {', '.join(short)}")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
