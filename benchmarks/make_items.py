"""Write a roadmap of N items of about 2 KB each: ten fields, seven tasks, some nested, in Korean and English."""

from __future__ import annotations

import random
from pathlib import Path

ROADMAP = """title: Benchmark
locale: en
as_of: 2025-06-01
statuses: {planned: planned, active: active, paused: paused, done: done}
collections:
  tracks: {role: track}
  items:
    fields:
      title: {required: true}
      status: {required: true}
      track:
      start:
      due:
      priority: {choices: [high, normal, low]}
      depends_on:
      stack:
      tags:
      summary:
"""
_STATUSES = ("planned", "active", "paused", "done")
_SENTENCE = (
    "데이터 파이프라인을 설계하고 구현하며, 실무에서 쓰는 패턴을 작은 프로젝트로 옮깁니다. "
    "It is written down while it is done, so that the next one starts from a page and not from memory. "
)


def write_items(folder: Path, number: int, seed: int = 1) -> None:
    """Write `roadmap.yml`, two tracks and `number` items into a folder."""
    random_ = random.Random(seed)  # noqa: S311  test data
    (folder / "tracks").mkdir(parents=True)
    (folder / "items").mkdir()
    (folder / "roadmap.yml").write_text(ROADMAP, "utf-8")
    for track in ("learn", "build"):
        (folder / "tracks" / f"{track}.md").write_text(f"---\ntitle: {track}\n---\n", "utf-8")
    for index in range(number):
        (folder / "items" / f"item-{index:06d}.md").write_text(_item(random_, index), "utf-8")


def _item(random_: random.Random, index: int) -> str:
    needed = f"[item-{random_.randrange(index):06d}]" if index else "[]"
    status = random_.choice(_STATUSES)
    mark = "x" if status == "done" else " "
    month = random_.randrange(1, 13)
    return f"""---
title: "Item {index}: 데이터 파이프라인 {index % 97}"
status: {status}
track: {"learn" if index % 2 else "build"}
start: 2025-{month:02d}
due: 2025-{month:02d}-28
priority: {random_.choice(("high", "normal", "low"))}
depends_on: {needed}
stack: [Python, PostgreSQL, Airflow]
tags: [data, pipeline]
summary: 실무 패턴을 적용한 작은 프로젝트 {index}
---

{_SENTENCE * 3}

## 구현 항목

- [{mark}] 프로젝트 셋업 (Docker, PostgreSQL)
  - [{mark}] schema
  - [{mark}] migrations
- [{mark}] 수집 레이어
- [{mark}] 변환 레이어
  - [{mark}] tests
- [{mark}] 대시보드

## Notes

{_SENTENCE * 4}
"""
