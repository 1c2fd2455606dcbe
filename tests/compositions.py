"""Random bodies of public and private text in containers, each kind of text with a word of its own."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

Lines = tuple[str, ...]
PRIVATE_WORD, PUBLIC_WORD = "kanari", "shown"

# The lines above the content of a container, and the margins of the first and of the other lines of the content.
CONTAINERS: tuple[tuple[Lines, str, str], ...] = (
    ((), "> ", "> "),
    (("> [!note] shown", ">"), "> ", "> "),
    ((), "- ", "  "),
    ((), "1. ", "   "),
    (("- [ ] shown", ""), "  ", "  "),
    (("10) shown", ""), "    ", "    "),
    (("[^1]: shown", ""), "    ", "    "),
    ((), "[^note]: ", "    "),
    (("Term", ":   shown", ""), "    ", "    "),
    (("Term",), ":   ", "    "),
    (("a. shown", ""), "   ", "   "),
    ((), "(iv) ", "    "),
    (("!!! note",), "    ", "    "),
    (('??? note "shown"',), "    ", "    "),
    (('=== "shown"',), "    ", "    "),
    (("<details markdown>", "<summary>shown</summary>", ""), "", ""),
)
INFOS = ("private", " private", "{.txt .private}", "text private", "{#x .private}", "private-notes", "рrivate")
MARKS = {
    "<!-- private -->": "<!-- /private -->",
    "<!--PRIVATE-->": "<!-- private end -->",
    "<!-- private: pay -->": "<!-- /private: pay -->",
    "<!-- audience: private -->": "<!-- /audience -->",
    '<!-- "private" -->': "<!-- / private -->",
    "<!-- 비공개 -->": "<!-- /비공개 -->",
    "<!– private –>": "<!– /private –>",
    "%% private %%": "%% /private %%",
}
PRIVATE_LINES = (
    (PRIVATE_WORD,),
    (f"- [ ] {PRIVATE_WORD}",),
    (f"# {PRIVATE_WORD}",),
    ("", f"> {PRIVATE_WORD}", ""),
    ("```sh", PRIVATE_WORD, "```"),
    ("", f"[^1]: {PRIVATE_WORD}", "", f"    {PRIVATE_WORD}", ""),
)
PUBLIC_LINES = (
    (PUBLIC_WORD, f"- [ ] {PUBLIC_WORD}"),
    (f"{PUBLIC_WORD} `%%` and `<!-- private -->` {PUBLIC_WORD}",),
    (f"| {PUBLIC_WORD} | b |", "|---|---|", f"| x | {PUBLIC_WORD} |"),
    ("$$", PUBLIC_WORD, "$$"),
    ("<div>", PUBLIC_WORD, "</div>"),
    ("```", PUBLIC_WORD, "%% text", "```"),
    ("~~~~mermaid", PUBLIC_WORD, "%% text", "```", "~~~~"),
    (f"{PUBLIC_WORD} <!-- {PRIVATE_WORD} -->",),
    (f"{PUBLIC_WORD} %%{PRIVATE_WORD}%% {PUBLIC_WORD}",),
    (f"%%{PRIVATE_WORD}%%",),
    (f"- [ ] {PUBLIC_WORD} %%{PRIVATE_WORD}%%",),
    (f"{PUBLIC_WORD} %%{PRIVATE_WORD}", f"{PRIVATE_WORD}%% {PUBLIC_WORD}"),
)


def _joined(parts: Sequence[Lines]) -> Lines:
    return tuple(line for part in parts for line in part)


def _within(container: tuple[Lines, str, str], lines: Lines) -> Lines:
    """Return lines in a container, with empty lines around it; a container begins with a line that is not empty."""
    above, first, other = container
    while not lines[0]:
        lines = lines[1:]
    inner = (f"{other if number else first}{line}".rstrip() for number, line in enumerate(lines))
    return ("", *above, *inner, "")


def _noise(run: str) -> Sequence[Lines]:
    """Return lines in a block that do not close it, though they look like fences or marks."""
    other = "~~~" if run[0] == "`" else "```"
    shorter = run[:-1] if len(run) > len(other) else other
    fences = (other, shorter, f"    {run}", f"> {run}", f"{run}sh", f"{run} x", f"\u00a0{run}")
    return tuple(
        (line,) for line in (*fences, "", "<!-- private -->", "<!-- /private -->", "50%%", "`", "<!-- x", "-->")
    )


@st.composite
def _private_block(draw: st.DrawFn, *, is_noisy: bool) -> Lines:
    run = draw(st.sampled_from("`~")) * draw(st.integers(3, 5))
    lines = draw(
        st.lists(st.sampled_from((*_noise(run), (PRIVATE_WORD,)) if is_noisy else ((PRIVATE_WORD,),)), max_size=4)
    )
    return (run + draw(st.sampled_from(INFOS)), PRIVATE_WORD, *_joined(lines), PRIVATE_WORD, run)


@st.composite
def _private_text(draw: st.DrawFn, *, is_noisy: bool) -> Lines:
    """Draw text for a section or a comment of Obsidian, also in containers of its own."""
    kinds = (*PRIVATE_LINES, (f"<!-- {PRIVATE_WORD} -->",)) if is_noisy else PRIVATE_LINES
    lines = (PRIVATE_WORD, *_joined(draw(st.lists(st.sampled_from(kinds), max_size=3))), PRIVATE_WORD)
    if draw(st.booleans()):
        return lines
    inner = _within(draw(st.sampled_from(CONTAINERS)), lines)
    return tuple(line.replace(PUBLIC_WORD, PRIVATE_WORD) for line in inner)


@st.composite
def _section(draw: st.DrawFn, *, is_noisy: bool) -> Lines:
    begin = draw(st.sampled_from([*MARKS, "%%"]))
    odd = (f"100%% {PRIVATE_WORD}",) if is_noisy and begin.startswith("<") and draw(st.booleans()) else ()
    return (begin, *draw(_private_text(is_noisy=is_noisy)), *odd, MARKS.get(begin, "%%"))


@st.composite
def bodies(draw: st.DrawFn, *, is_noisy: bool, depth: int = 3) -> Lines:
    """Draw the lines of a body. With `is_noisy`, private parts hold lines that look like their ends."""
    leaves = [st.sampled_from(PUBLIC_LINES), _private_block(is_noisy=is_noisy), _section(is_noisy=is_noisy)]
    inner = [bodies(is_noisy=is_noisy, depth=depth - 1)] if depth else []
    parts: list[Lines] = [(PUBLIC_WORD,)]
    for part in draw(st.lists(st.one_of([*leaves, *inner]), min_size=1, max_size=4)):
        is_inner = depth > 0 and draw(st.booleans())
        lines = _within(draw(st.sampled_from(CONTAINERS)), part) if is_inner else part
        parts.append(("", *lines, "") if draw(st.booleans()) else lines)
    return _joined(parts)
