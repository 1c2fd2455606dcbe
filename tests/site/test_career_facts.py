"""Every fact of a real user's document stands on the owner's site built from content/.

The document is tests/data/career-roadmap.md; content/ models it as a database. The facts are taken
from the document by its structure (headings, cells, list items, paragraphs, diagrams)
and looked for on the pages that are their place. The public site lacks what is private.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from support import ROOT

DOCUMENT = ROOT / "tests/data" / "career-roadmap.md"

# Where the facts under a heading of the document stand: prefixes of paths in the site.
PLACES: dict[str, tuple[str, ...]] = {
    "Career Learning Roadmap": ("index.html",),
    "Overview": ("index.html",),
    "Track 1: hl-learn (실무 기반 학습)": ("tracks/",),
    "현재 진행 상황": ("learning/",),
    "Phase 1: 백엔드 클론 프로젝트 (우선순위 높음)": ("phases/backend-clone",),
    "Phase 2: 데이터 파이프라인 클론 프로젝트": ("phases/data-pipeline-clone",),
    "Phase 3: 프론트엔드 클론 프로젝트": ("phases/frontend-clone",),
    "Track 2: projects (개인 프로젝트)": ("tracks/",),
    "현재 프로젝트 현황": ("projects/",),
    "Phase 1: Realtime Crypto Pipeline 완성 (현재 진행 중)": ("phases/crypto-pipeline",),
    "Phase 2: StoreBridge 재개 (사업자등록 후)": ("phases/storebridge-resume",),
    "새로운 프로젝트 아이디어 (Optional)": ("ideas/",),
    "Track 3: oss (오픈소스 분석)": ("tracks/",),
    "완료된 분석": ("analyses/",),
    "다음 분석 후보": ("candidates/",),
    "분석 방법론": ("tracks/oss",),
    "Timeline & Milestones": ("timeline", "milestones/"),
    "2025 Q1 (1-3월)": ("timeline", "milestones/", "phases/", "candidates/"),
    "2025 Q2 (4-6월)": ("timeline", "milestones/", "phases/"),
    "Weekly Schedule": ("schedule/", "tracks/"),
    "Tech Stack Summary": ("skills/",),
    "현재 보유 스킬": ("skills/",),
    "목표 스킬 (보강 필요)": ("skills/",),
    "Portfolio Checklist": ("portfolio/",),
    "1. GitHub 프로젝트": ("portfolio/github-projects",),
    "2. 기술 문서": ("portfolio/documents",),
    "3. 면접 준비": ("portfolio/interview",),
    "Notes": ("principles/",),
    "핵심 원칙": ("principles/",),
    "위험 요소": ("principles/",),
    "성공 지표": ("principles/",),
}

# What the database says in other words: the phrase of the document, and those of the site.
REWORDED: dict[str, tuple[str, ...]] = {
    # The site's language is Korean.
    "Career Learning Roadmap": ("커리어 학습 로드맵",),
    # A heading's number is the order of the item, its parenthesis a field.
    "Track 1: hl-learn (실무 기반 학습)": ("hl-learn", "실무 기반 학습"),
    "Track 2: projects (개인 프로젝트)": ("projects", "개인 프로젝트"),
    "Track 3: oss (오픈소스 분석)": ("oss", "오픈소스 분석"),
    "Phase 1: 백엔드 클론 프로젝트 (우선순위 높음)": (
        "Phase 1: 백엔드 클론 프로젝트",
        "우선순위",
        "높음",
    ),
    "Phase 1: Realtime Crypto Pipeline 완성 (현재 진행 중)": (
        "Phase 1: Realtime Crypto Pipeline 완성",
        "현재 진행 중",
    ),
    "Phase 2: StoreBridge 재개 (사업자등록 후)": ("Phase 2: StoreBridge 재개", "사업자등록 후"),
    # One field has one name in both project phases.
    "현재 완료": ("완료된 부분",),
    # A cell or a list item that holds several fields.
    "2순위 (사업자등록 후)": ("2순위", "사업자등록 후"),
    "GCP (Cloud Run, GCS, Cloud SQL)": ("GCP", "Cloud Run", "GCS", "Cloud SQL"),
    "dbt 기초": ("dbt", "기초"),
    "React 기초": ("React", "기초"),
    "hl-learn: 40% (실무 역량)": ("hl-learn", "40%", "실무 역량"),
    "projects: 40% (포트폴리오)": ("projects", "40%", "포트폴리오"),
    "oss: 20% (아키텍처 학습)": ("oss", "20%", "아키텍처 학습"),
    # Dates are data, and written as the site's language writes them.
    "Last Updated": ("기준일",),
    "2025-01-12": ("2025년 1월 12일",),
    "2025 Q1 (1-3월)": ("2025년 1분기",),
    "2025 Q2 (4-6월)": ("2025년 2분기",),
    "Month 1 (January)": ("2025년 1월",),
    "Month 2 (February)": ("2025년 2월",),
    "Month 3 (March)": ("2025년 3월",),
    # The timeline is generated; its entries are the start and the completion of items.
    "Timeline & Milestones": ("Milestones",),
    "백엔드 클론 프로젝트 시작": ("백엔드 클론 프로젝트", "시작"),
    "백엔드 클론 프로젝트 완성": ("백엔드 클론 프로젝트", "마감"),
    "데이터 파이프라인 클론 시작": ("데이터 파이프라인 클론 프로젝트", "시작"),
    "데이터 파이프라인 클론 완성": ("데이터 파이프라인 클론 프로젝트", "마감"),
    "DeepSeek-V3 분석": ("DeepSeek-V3",),
    "OpenHands 분석": ("OpenHands",),
    "StoreBridge 재개 (사업자등록 시)": ("StoreBridge 재개", "사업자등록 시"),
}

# Period, item, what happens (None: a milestone, or work that takes the whole period), its own page.
TIMELINE: list[tuple[str, str, str | None, str]] = [
    ("2025년 1월", "Phase 1: Realtime Crypto Pipeline 완성", "마감", "phases/crypto-pipeline"),
    ("2025년 1월", "Phase 1: 백엔드 클론 프로젝트", "시작", "phases/backend-clone"),
    ("2025년 1월", "DeepSeek-V3", None, "candidates/deepseek-v3"),
    ("2025년 2월", "Phase 1: 백엔드 클론 프로젝트", "마감", "phases/backend-clone"),
    (
        "2025년 2월",
        "Phase 2: 데이터 파이프라인 클론 프로젝트",
        "시작",
        "phases/data-pipeline-clone",
    ),
    ("2025년 2월", "OpenHands", None, "candidates/openhands"),
    (
        "2025년 3월",
        "Phase 2: 데이터 파이프라인 클론 프로젝트",
        "마감",
        "phases/data-pipeline-clone",
    ),
    ("2025년 3월", "포트폴리오 정리", None, "milestones/portfolio-cleanup"),
    ("2025년 3월", "이력서/포트폴리오 준비", None, "milestones/resume-and-portfolio"),
    ("2025년 2분기", "이직 활동 시작", None, "milestones/job-search"),
    ("2025년 2분기", "Phase 2: StoreBridge 재개", "시작", "phases/storebridge-resume"),
    ("2025년 2분기", "Phase 3: 프론트엔드 클론 프로젝트", None, "phases/frontend-clone"),
    ("2025년 2분기", "기술 면접 준비", None, "milestones/technical-interview"),
]

# Facts that belong together: the collection whose index has the row, the group, what the row says.
TOGETHER: list[tuple[str, str | None, tuple[str, ...]]] = [
    ("schedule", "주중 (월-금)", ("회사 업무",)),
    ("schedule", "주중 (월-금)", ("퇴근 후 1-2시간", "hl-learn 학습/구현")),
    ("schedule", "주중 (월-금)", ("이동 시간", "기술 블로그/문서 읽기")),
    ("schedule", "주말 (토-일)", ("토요일 오전", "projects 사이드 프로젝트")),
    ("schedule", "주말 (토-일)", ("토요일 오후", "oss 분석")),
    ("schedule", "주말 (토-일)", ("일요일", "정리/문서화")),
    ("tracks", None, ("hl-learn", "실무 기반 학습", "40%", "실무 역량")),
    ("tracks", None, ("projects", "개인 프로젝트", "40%", "포트폴리오")),
    ("tracks", None, ("oss", "오픈소스 분석", "20%", "아키텍처 학습")),
    ("principles", "핵심 원칙", ("한 번에 하나씩", "여러 프로젝트 동시 진행 금지")),
    ("principles", "핵심 원칙", ("완성 우선", "새 프로젝트보다 기존 프로젝트 완성")),
    ("principles", "핵심 원칙", ("문서화", "배운 것은 반드시 기록")),
    ("principles", "핵심 원칙", ("실전 지향", "이론보다 구현 우선")),
    ("principles", "위험 요소", ("너무 많은 것을 동시에 하려고 함",)),
    ("principles", "위험 요소", ("완성 없이 새 프로젝트 시작",)),
    ("principles", "위험 요소", ("문서화 미루기",)),
    ("principles", "성공 지표", ("완성된 프로젝트 수",)),
    ("principles", "성공 지표", ("GitHub 커밋 그래프",)),
    ("principles", "성공 지표", ("정리된 문서 수",)),
    ("phases", "hl-learn", ("Phase 1: 백엔드 클론 프로젝트", "높음")),
    ("phases", "projects", ("Phase 1: Realtime Crypto Pipeline 완성", "현재 진행 중")),
    ("phases", "projects", ("Phase 2: StoreBridge 재개", "사업자등록 후")),
]

# Rows of two columns on an item's page: what was learned, what is built from it.
BUILDS: list[tuple[str, str, str]] = [
    ("phases/backend-clone", "Django 권한 시스템", "Multi-tenant SaaS 백엔드"),
    ("phases/backend-clone", "Django 모델 상속", "계층적 데이터 모델 설계"),
    ("phases/backend-clone", "REST API 설계", "RESTful API 서버"),
    ("phases/data-pipeline-clone", "VDL 3계층 (S/H/RPT)", "데이터 레이크 파이프라인"),
    ("phases/data-pipeline-clone", "증분 처리, BSDA", "Change Data Capture"),
    ("phases/data-pipeline-clone", "BigQuery CLONE/SNAPSHOT", "dbt + Snowflake/BigQuery"),
    ("phases/frontend-clone", "React + OAuth", "인증 플로우 구현"),
    ("phases/frontend-clone", "SSE 실시간 업데이트", "실시간 대시보드"),
    ("phases/frontend-clone", "API 연동 패턴", "데이터 시각화 대시보드"),
]

GROUPS_OF_SKILLS = {"현재 보유 스킬": "보유", "목표 스킬 (보강 필요)": "보강 필요"}
COMMA_LISTS = {"기술 스택"}
BETWEEN_FACTS = re.compile(
    r"[\u2500-\u257f]+"  # box drawing
    r"|[→►↓▼]"
    r"|\s{2,}"
    r"|(?<!\S)\+(?!\S)"
    r"|:\s"
    r"|\[\d+\]|[\[\]]"  # [1], [projects]
    r"|^\s*\d+\.\s"
)
COMMA = re.compile(r",\s+(?![^(]*\))")  # not within parentheses


# --- the document ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fact:
    line: int
    section: str
    phrase: str

    def __str__(self) -> str:
        return f"{self.line}-{self.phrase}"


@dataclass(frozen=True)
class Row:
    """One row of a table of the document, with the headings of its columns."""

    section: str
    headings: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]

    def __str__(self) -> str:
        return f"{self.section}-{self.cells[0][0]}"


@dataclass(frozen=True)
class Task:
    section: str
    phrases: tuple[str, ...]
    is_done: bool
    evidence: tuple[str, ...]

    def __str__(self) -> str:
        return self.phrases[0]


def parse(text: str) -> SyntaxTreeNode:
    return SyntaxTreeNode(MarkdownIt("commonmark").enable("table").parse(text))


def sections(root: SyntaxTreeNode) -> Iterator[tuple[str, SyntaxTreeNode]]:
    """Give each block the heading it stands under; a rule ends what a heading covers."""
    top = section = plain(root.children[0])
    for node in root.children:
        if node.type == "heading":
            section = plain(node)
        elif node.type == "hr":
            section = top
        yield section, node


def raw(node: SyntaxTreeNode) -> str:
    return "".join(each.content for each in node.walk() if each.type in ("text", "code_inline"))


def plain(node: SyntaxTreeNode) -> str:
    return raw(node).strip()


def strong_and_rest(inline: SyntaxTreeNode) -> Iterator[str]:
    """Cut a paragraph at its line ends, and where strong text begins and ends."""
    rest = ""
    for child in inline.children:
        if child.type in ("strong", "softbreak"):
            yield rest
            yield plain(child)
            rest = ""
        else:
            rest += raw(child)
    yield rest


def prose(inline: SyntaxTreeNode) -> Iterator[str]:
    label = ""
    for part in strong_and_rest(inline):
        phrase = re.sub(r"^\[[ x]\](?: |$)", "", part.strip()).strip(" :").removeprefix("- ")
        yield from COMMA.split(phrase) if label in COMMA_LISTS else [phrase]
        label = phrase or label


def cell(node: SyntaxTreeNode) -> tuple[str, ...]:
    return tuple(COMMA.split(plain(node)))


def diagram(code: str) -> Iterator[str]:
    for line in code.splitlines():
        for part in BETWEEN_FACTS.split(line):
            yield from COMMA.split(part.strip())


def phrases(node: SyntaxTreeNode) -> Iterator[tuple[int, str]]:
    """List the phrases of a block, with the lines they stand on."""
    line = 0
    for each in node.walk():
        line = each.map[0] + 1 if each.map else line
        if each.type == "fence":
            found: Iterable[str] = diagram(each.content)
        elif each.type in ("th", "td"):
            found = cell(each)
        elif each.type == "heading":
            found = [plain(each)]
        elif each.type == "inline" and each.parent and each.parent.type == "paragraph":
            found = prose(each)
        else:
            continue
        yield from ((line, phrase) for phrase in found)


def facts(root: SyntaxTreeNode) -> list[Fact]:
    found = [Fact(line, section, phrase) for section, node in sections(root) for line, phrase in phrases(node)]
    return list(dict.fromkeys(fact for fact in found if fact.phrase.strip("- ")))


def rows(root: SyntaxTreeNode) -> list[Row]:
    found = []
    for section, table in sections(root):
        if table.type == "table":
            head, *body = [each for each in table.walk() if each.type == "tr"]
            headings = tuple(plain(each) for each in head.children)
            found += [Row(section, headings, tuple(cell(each) for each in row.children)) for row in body]
    return found


def tasks(root: SyntaxTreeNode) -> list[Task]:
    found = []
    for section, node in sections(root):
        for item in (each for each in node.walk() if each.type == "list_item"):
            own, *nested = [each for each in item.walk() if each.type == "inline"]
            box = re.match(r"\[([ x])\] ", own.content)
            if box:
                evidence = tuple(phrase for each in nested for phrase in prose(each))
                found.append(Task(section, tuple(filter(None, prose(own))), box[1] == "x", evidence))
    return found


TREE = parse(DOCUMENT.read_text(encoding="utf-8"))
FACTS, ROWS, TASKS = facts(TREE), rows(TREE), tasks(TREE)
SKILLS = [row for row in ROWS if row.section in GROUPS_OF_SKILLS]
TABLES = [row for row in ROWS if row.section not in GROUPS_OF_SKILLS]


# --- the site -------------------------------------------------------------------------------------


Site = dict[str, Tag]


@pytest.fixture(scope="module")
def site(owner_site: Path) -> Site:
    """Read the article of every page, by path."""
    found = {}
    for path in sorted(owner_site.rglob("*.html")):
        article = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").find("article")
        if isinstance(article, Tag):
            found[path.relative_to(owner_site).as_posix()] = article
    return found


def at(site: Site, *prefixes: str) -> list[Tag]:
    found = [article for path, article in site.items() if path.startswith(prefixes)]
    assert found, f"no page at {prefixes}"
    return found


def index_of(site: Site, collection: str) -> Tag:
    """Find the page that lists a collection."""
    return site[f"{collection.rstrip('/')}/index.html"]


def text_of(element: Tag) -> str:
    return " ".join(element.get_text(" ").split())


def has(text: str, phrase: str) -> bool:
    """Tell whether a text has a phrase as whole words (and as many stars, no more)."""
    start = r"(?<![\w★])" if re.match(r"[\w★]", phrase) else ""
    end = r"(?![\w★])" if re.search(r"[\w★]$", phrase) else ""
    return bool(re.search(start + re.escape(phrase) + end, text))


def reworded(phrases: Iterable[str]) -> list[str]:
    """Say phrases of the document as the site says them."""
    return [word for phrase in phrases for word in REWORDED.get(phrase, (phrase,)) if word != "-"]


def has_all(text: str, phrases: Iterable[str]) -> bool:
    return all(has(text, phrase) for phrase in phrases)


def heading_of(element: Tag) -> str:
    """Find the heading an element stands under, and the caption of its table or the heading of its rows."""
    heading = element.find_previous(["h1", "h2", "h3", "h4"])
    table = element.find_parent("table")
    rows = element.find_previous("tr", class_="mm-group-row") if isinstance(table, Tag) else None
    caption = table.find("caption") if isinstance(table, Tag) else None
    return " ".join(text_of(each) for each in (heading, caption, rows) if isinstance(each, Tag))


def elements_with(element: Tag, phrases: Iterable[str], *names: str) -> list[Tag]:
    wanted = list(phrases)
    return [each for each in element.find_all(names) if has_all(text_of(each), wanted)]


def cells_of(row: Tag) -> dict[str, str]:
    """Map the headings of a row's columns to its texts; a card has a title and labels."""
    if row.name == "article":
        labels = {text_of(each): text_of(each.find_next_sibling("dd")) for each in row.find_all("dt")}  # type: ignore[arg-type]
        return defaultdict(str, labels)
    table = row.find_parent("table")
    head = table.find("tr") if isinstance(table, Tag) else None
    assert isinstance(head, Tag)
    return dict(
        zip(
            *([text_of(cell) for cell in each.find_all(["th", "td"])] for each in (head, row)),
            strict=True,
        )
    )


# --- tests ----------------------------------------------------------------------------------------


def test_every_heading_has_a_place() -> None:
    assert {fact.section for fact in FACTS} == set(PLACES)


def test_no_rewording_is_left_over() -> None:
    assert set(REWORDED) - {fact.phrase for fact in FACTS} == set()


@pytest.mark.parametrize("fact", FACTS, ids=str)
def test_fact_stands_in_its_place(fact: Fact, site: Site) -> None:
    text = "\n".join(text_of(article) for article in at(site, *PLACES[fact.section]))
    assert [phrase for phrase in reworded([fact.phrase]) if not has(text, phrase)] == []


@pytest.mark.parametrize("row", TABLES, ids=str)
def test_row_of_a_table_is_a_row_of_the_site(row: Row, site: Site) -> None:
    found = elements_with(index_of(site, PLACES[row.section][0]), reworded(row.cells[0]), "tr", "article")
    found = [each for each in found if not each.find("article")]
    assert len(found) == 1
    cells = cells_of(found[0])
    titles = 1 if found[0].name == "article" else 0
    for heading, expected in [*zip(row.headings, row.cells, strict=True)][titles:]:
        words = reworded(expected)
        if expected == ("-",):
            assert not re.search(r"\w", cells[heading])
        elif len(words) > len(expected):  # the site has a column for each
            assert has_all(text_of(found[0]), words)
        else:
            assert has_all(cells[heading], words)


@pytest.mark.parametrize(("row", "skill"), [(row, skill) for row in SKILLS for skill in row.cells[1]], ids=str)
def test_skill_stands_with_its_category_and_way_of_learning(row: Row, skill: str, site: Site) -> None:
    category, _, *way = row.cells
    words = [
        *reworded(category),
        *reworded([skill]),
        *(word for each in way for word in reworded(each)),
    ]
    found = elements_with(index_of(site, "skills"), words, "tr")
    assert [has(heading_of(each), GROUPS_OF_SKILLS[row.section]) for each in found] == [True]
    assert {"Category", "Skills"} <= set(cells_of(found[0]))


@pytest.mark.parametrize(("collection", "group", "words"), TOGETHER, ids=str)
def test_facts_of_a_row_stand_together(collection: str, group: str | None, words: tuple[str, ...], site: Site) -> None:
    found = elements_with(index_of(site, collection), words, "tr")
    assert found
    assert group is None or any(has(heading_of(each), group) for each in found)


@pytest.mark.parametrize(("page", "learned", "built"), BUILDS, ids=str)
def test_what_is_built_stands_beside_what_was_learned(page: str, learned: str, built: str, site: Site) -> None:
    (article,) = at(site, page)
    assert any(
        has_all(text_of(cell), [built])
        for row in elements_with(article, [learned, built], "tr")
        for cell in row.find_all("td")
        if not has(text_of(cell), learned)
    )


@pytest.mark.parametrize("task", TASKS, ids=str)
def test_task_is_a_checkbox_with_its_evidence_below(task: Task, site: Site) -> None:
    (article,) = at(site, *PLACES[task.section])
    found = [each for each in elements_with(article, task.phrases, "li") if each.find("input", type="checkbox")]
    assert len(found) == 1
    assert [box.has_attr("checked") for box in found[0].find_all("input")] == [task.is_done]
    below = [text_of(each) for each in found[0].find_all("li")]
    assert [phrase for phrase in task.evidence if not any(has(text, phrase) for text in below)] == []


@pytest.mark.parametrize(("period", "title", "event", "page"), TIMELINE, ids=str)
def test_timeline_entry_stands_under_its_period(
    period: str, title: str, event: str | None, page: str, site: Site
) -> None:
    found = elements_with(at(site, "timeline")[0], [title, *([event] if event else [])], "tr", "li")
    assert any(has(f"{heading_of(each)} {text_of(each)}", period) for each in found)
    (own,) = at(site, page)
    assert has(text_of(own), period)


def test_steps_of_the_method_stand_in_their_order(site: Site) -> None:
    (written,) = (node for section, node in sections(TREE) if section == "분석 방법론" and node.type == "fence")
    steps = [line.split(". ", 1)[1] for line in written.content.splitlines()]
    (article,) = at(site, *PLACES["분석 방법론"])
    assert steps in [[text_of(step) for step in each.find_all("li")] for each in article.find_all("ol")]


def test_timeline_knows_every_period_of_the_document() -> None:
    written = {word for phrase, words in REWORDED.items() if phrase.startswith(("Month", "2025 Q2")) for word in words}
    assert {period for period, *_ in TIMELINE} == written
