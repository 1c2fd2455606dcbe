"""A reader's visit to a site in Chromium, which notes all that is wrong with each page it opens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Dialog, Page

Scheme = Literal["light", "dark"]
SCHEMES: dict[Scheme, str] = {"light": "default", "dark": "slate"}
WIDTHS = (390, 834, 1440)
HEIGHT = 900

# What sticks out to the right, innermost last, unless something around it scrolls by itself.
STICKING_OUT = """() => {
  const scrolls = e => e && (/auto|scroll|hidden|clip/.test(getComputedStyle(e).overflowX)
    && e !== document.body && e !== document.documentElement || scrolls(e.parentElement));
  return [...document.querySelectorAll('body *')]
    .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !scrolls(e.parentElement))
    .slice(-3).map(e => e.tagName.toLowerCase() + (e.className ? '.' + e.className : ''));
}"""
OVERFLOW = "document.documentElement.scrollWidth - innerWidth"
SCHEME = "document.body.dataset.mdColorScheme"

# What of ours is wider or higher than the box it is in. What may be: regions that scroll and say so, what is
# cut off with an ellipsis, and words for the ear alone.
SPILLING = """() => {
  const isDeclared = e => e.closest('svg, pre') || e.matches('.mm-scroll') || e.clientWidth <= 1
    || getComputedStyle(e).textOverflow === 'ellipsis' || e.closest('.mm-g-ticks, .mm-g-bar');
  return [...document.querySelectorAll('article, article *')]
    .filter(e => e.clientWidth && e.scrollWidth > e.clientWidth + 1 && !isDeclared(e)).slice(0, 5)
    .map(e => `${e.tagName}.${e.className} ${e.scrollWidth} > ${e.clientWidth}: ${e.innerText.slice(0, 30)}`);
}"""

# Lines of text that lie upon each other, as far as they can be seen. A line of text is higher than its letters are.
OVERLAPPING = """() => {
  const cut = (box, e) => {
    for (; e && e !== document.body; e = e.parentElement) {
      const style = getComputedStyle(e);
      if (style.overflowX === 'visible' && style.clipPath === 'none') continue;
      const around = e.getBoundingClientRect();
      box = { left: Math.max(box.left, around.left), right: Math.min(box.right, around.right),
        top: Math.max(box.top, around.top), bottom: Math.min(box.bottom, around.bottom) };
    }
    return box;
  };
  const isSeen = e => e.checkVisibility({ visibilityProperty: true }) && !e.closest('.mm-hidden, .mm-g-axis');
  const texts = document.createTreeWalker(document.querySelector('article'), NodeFilter.SHOW_TEXT);
  const lines = [];
  for (let text; (text = texts.nextNode());) {
    if (!text.data.trim() || !isSeen(text.parentElement)) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    for (const { left, right, top, bottom } of range.getClientRects()) {
      const middle = (top + bottom) / 2, half = (bottom - top) / 4;
      const letters = { left: left + 1, right: right - 1, top: middle - half, bottom: middle + half };
      const box = cut(letters, text.parentElement);
      if (box.right > box.left && box.bottom > box.top) lines.push({ ...box, text });
    }
  }
  lines.sort((one, other) => one.top - other.top);
  const found = [];
  lines.forEach((one, place) => {
    for (let next = place + 1; next < lines.length && lines[next].top < one.bottom; next += 1) {
      const other = lines[next];
      if (other.text !== one.text && other.left < one.right && one.left < other.right) {
        found.push(`${one.text.data.slice(0, 30)} | ${other.text.data.slice(0, 30)}`);
      }
    }
  });
  return found.slice(0, 5);
}"""


class Visit:
    """Opens pages of the site and notes what is wrong with them."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.path = ""
        self.findings: list[str] = []
        page.on("request", lambda request: self._note_request(request.url))
        page.on("pageerror", lambda error: self.note(f"script error: {error}"))
        page.on("dialog", self._close)
        page.on(
            "console",
            lambda message: self.note(f"console: {message.text}") if message.type == "error" else None,
        )

    def note(self, finding: str) -> None:
        """Note something that is wrong with the page that is open."""
        self.findings.append(f"{self.path}: {finding}")

    def _close(self, dialog: Dialog) -> None:
        self.note(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _note_request(self, url: str) -> None:
        if not url.startswith((self.url, "data:", "blob:")):
            self.note(f"request to {url}")

    def open(self, path: str) -> None:
        """Load a page until its scripts have run."""
        self.path = path
        response = self.page.goto(self.url + path.removesuffix("index.html"))
        if response is None or not response.ok:
            self.note("does not load")

    def check_width(self, width: int) -> None:
        """Note whether the page scrolls sideways on a screen of this width, and what makes it."""
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        excess = self.page.evaluate(OVERFLOW)
        if excess > 0:
            self.note(f"{excess} px too wide for {width}: {self.page.evaluate(STICKING_OUT)}")

    def check_layout(self) -> None:
        """Note what leaves its container, and what covers what."""
        width = self.page.viewport_size["width"] if self.page.viewport_size else 0
        for problem, script in (("spills", SPILLING), ("overlaps", OVERLAPPING)):
            found = self.page.evaluate(script)
            if found:
                self.note(f"{problem} at {width}: {found}")

    def check_scheme(self, expected: str) -> None:
        """Note whether the page ignores the system's choice of light or dark."""
        actual = self.page.evaluate(SCHEME)
        if actual != expected:
            self.note(f"colour scheme {actual}, expected {expected}")


@contextmanager
def visiting(browser: Browser, url: str, scheme: Scheme = "light") -> Iterator[Visit]:
    """Visit a site with a fresh profile."""
    context = browser.new_context(viewport={"width": WIDTHS[-1], "height": HEIGHT}, color_scheme=scheme, locale="ko-KR")
    try:
        yield Visit(context.new_page(), url)
    finally:
        context.close()


def pages_of(site: Path) -> list[str]:
    """Return the pages of a built site."""
    return sorted(page.relative_to(site).as_posix() for page in site.rglob("*.html"))


AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
# Everything can be read: what is folded is opened first.
OPEN = "for (const details of document.querySelectorAll('details')) details.open = true"
RUN = """async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
  .filter(({ impact }) => ['serious', 'critical'].includes(impact))
  .flatMap(({ id, nodes }) => nodes.map(node => `${id}: ${node.html.slice(0, 200)} (${node.failureSummary})`))"""


def violations(page: Page) -> list[str]:
    page.evaluate(OPEN)
    page.evaluate(AXE)
    found: list[str] = page.evaluate(RUN)
    return found
