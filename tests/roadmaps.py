"""Roadmaps to build sites of: one with nothing in it, two of 300 items, and one whose every word is hostile."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

Content = Mapping[str, str]

BARE: Content = {"roadmap.yml": "title: Nothing yet\n"}

CROWDED = """\
title: Much to do
statuses: {Idea: planned, Doing: active, Waiting: paused, Finished: done, Dropped: dropped}
policies: {active_limit: 3}
collections:
  tracks: {label: Tracks, role: track}
  items:
    label: Items
    columns: [title, status, due, progress, priority, tags]
    fields: {priority: {choices: [high, middle, low]}}
  milestones: {label: Milestones, role: milestone}
"""
STATUSES = ("Idea", "Doing", "Waiting", "Finished", "Dropped")


def crowded() -> dict[str, str]:
    """Return 300 items of every kind: short and long names and times, near and far, with and without dates."""
    titles = ("Short", "A title of middle length", "W" * 60, "아주 긴 제목이 여기에 있습니다 " * 6, "x" * 200)
    times = (
        "start: 2025-03-01; due: 2025-03-01",
        "start: 2019; due: 2040",
        "due: 2025-Q4",
        "due: 1999",
        "",
        "due: 2026",
    )
    content = {
        "roadmap.yml": CROWDED,
        "milestones/m.md": "---\ntitle: A stone\ndue: 2025-06-01\n---\n",
    }
    content |= {f"tracks/t{n}.md": f"---\ntitle: Track {n}\n---\n" for n in range(5)}
    for n in range(300):
        front = [
            f"title: {titles[n % 5]} {n}",
            f"track: t{n % 7 % 5}",
            f"status: {STATUSES[n % 11 % 5]}",
            *times[n % 6].split("; "),
            f"depends_on: [i{n // 2:03d}]" if n % 3 else "",
            f"tags: [tag {n % 17}, {'y' * 80 if n % 50 == 0 else 'z'}]",
            f"priority: {('low', 'high', 'middle')[n % 3]}",
        ]
        body = f"- [ ] first of {n}\n- [x] second\n    - evidence {n}\n"
        content[f"items/i{n:03d}.md"] = "\n".join(["---", *filter(None, front), "---", body])
    return content


def steady() -> dict[str, str]:
    """Return a plan as a team may have it: 300 items over 18 months in three tracks, one after the other."""
    content = {"roadmap.yml": CROWDED.replace("Much to do", "A year and a half")}
    content |= {f"tracks/t{n}.md": f"---\ntitle: Track {n}\nallocation: {20 + 10 * n}\n---\n" for n in (1, 2, 3)}
    for n in range(300):
        month = n * 18 // 300
        when = f"{2024 + (month + 9) // 12}-{(month + 9) % 12 + 1:02d}"
        front = [
            f"title: Deliver part {n} of the plan",
            f"track: t{n % 3 + 1}",
            f"status: {STATUSES[3 if n < 130 else 1 if n < 140 else 2 if n % 29 == 0 else 0]}",
            f"start: {when}-{n % 20 + 1:02d}",
            f"due: {when}-28",
            f"depends_on: [i{n - 3:03d}]" if n >= 3 and n % 4 else "",
            f"tags: [area {n % 12}]",
            f"priority: {('low', 'high', 'middle')[n % 3]}",
        ]
        body = f"- [{'x' if n < 135 else ' '}] design\n- [{'x' if n < 130 else ' '}] build\n- [ ] tell\n"
        content[f"items/i{n:03d}.md"] = "\n".join(["---", *filter(None, front), "---", body])
    return content


# --- hostile ---------------------------------------------------------------------------------------

HOSTILE = {
    "long": ("two hundred characters in many words, " * 6)[:200].strip(),
    "word": "Donaudampfschiff" * 8,
    "hangul": "가나다라마바사아자차카타파하" * 8,
    "hebrew": "תכנית עבודה (2025): שלום, עולם!",
    "arabic": "خطة العمل ٢٠٢٥ – الجزء الأول",
    "emoji": "👩‍💻🚀🇰🇷 ship it ✅ 👨‍👩‍👧‍👦",
    "script": "<script>alert(1)</script> & </table></div> &lt;b&gt;",
    "image": "<img src=x onerror=alert(2)> <svg/onload=alert(3)>",
    "quotes": "\"double\" 'single' `tick` \\ \"><b onclick='alert(4)'>",
    "markdown": "**x** [a](b) | # - [ ] ~~y~~ ![i](j) <!-- z --> {: .c } [^1] ==m==",
    "template": "{{ 7 * 7 }} {% raw %} ${x} %(name)s {0} %d",
    "javascript": "[click](javascript:alert(5)) javascript:alert(6)",
}
STAGES = ("planned", "active", "paused", "done", "dropped")


def said(**fields: object) -> str:
    """Return front matter. JSON is YAML, and quotes every text."""
    return "---\n" + "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in fields.items())


def hostile() -> dict[str, str]:
    """Return a roadmap that says something hostile wherever a word can stand."""
    words = tuple(HOSTILE.values())
    statuses = dict(zip(words, STAGES * 3, strict=False))
    texts = {
        name: {"label": word} for name, word in zip(("problem", "approach", "result", "lessons"), words, strict=False)
    }
    settings = {
        "title": HOSTILE["script"],
        "goal": HOSTILE["markdown"],
        "statuses": statuses,
        "policies": {"active_limit": 1, "evidence": "skills"},
        "collections": {
            "tracks": {"label": HOSTILE["image"], "role": "track"},
            "items": {
                "label": HOSTILE["word"],
                "description": HOSTILE["quotes"],
                "columns": ["title", "track", "status", "due", "progress", "priority", "tags", "stack"],
                "fields": {"priority": {"label": HOSTILE["emoji"], "choices": list(words)}} | texts,
            },
            "grouped": {"label": HOSTILE["hebrew"], "group": "priority"},
            "skills": {"label": HOSTILE["markdown"], "group": "category", "fields": {"category": {}}},
            "milestones": {"label": HOSTILE["script"], "role": "milestone"},
        },
    }
    content = {"roadmap.yml": json.dumps(settings, ensure_ascii=False), "notes.md": "# Notes\n\n쿠버네티스를 배운다.\n"}
    return content | dict(_hostile_items(tuple(HOSTILE), words))


def _hostile_items(names: tuple[str, ...], words: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for n, (name, word) in enumerate(HOSTILE.items()):
        other = words[(n + 5) % len(words)]
        facts = {"status": other, "tags": [word, other], "priority": other, "summary": other}
        yield f"tracks/t-{name}.md", said(title=word, summary=other, goal=other, allocation=5) + "---\n"
        yield f"milestones/m-{name}.md", said(title=word, due=f"2025-{n % 12 + 1:02d}") + "---\n"
        yield f"skills/s-{name}.md", said(title=word, status=other, category=words[n % 3]) + "---\n"
        yield f"grouped/g-{name}.md", said(title=word, **facts, depends_on=[f"i-{name}"]) + "---\n"
        yield (
            f"items/i-{name}.md",
            said(
                title=word,
                **facts,
                track=f"t-{names[n % 5]}",
                start=f"2025-{n % 6 + 1:02d}",
                due=f"2025-{n % 6 + 4:02d}",
                depends_on=[f"i-{names[n - 1]}"] if n else [],
                stack=[word, *words[:2]],
                featured=n % 3 == 0,
                problem=word,
                approach=other,
                result=word,
                links={word: "https://example.org/", other: "javascript:alert(7)"},
            )
            + f"---\n\n- [ ] {name} **x**\n- [x] done\n",
        )
