"""The résumé: one page of facts, then the work in detail, and the same as JSON Resume and PDF."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from milemark.output.export.resume import resume_json
from milemark.output.urls import Addresses
from milemark.privacy.audience import for_audience
from milemark.roadmap.load import load
from milemark.roadmap.metrics.resume import resume
from milemark.roadmap.model import Roadmap
from support import ROOT, cli, write_content

SCHEMA = json.loads(
    (ROOT / "tests/data/jsonresume-1.2.1.schema.json").read_text("utf-8")
)  # of npm's @jsonresume/schema
OWNER = """\
owner:
  name: 김민지
  role: Backend developer
  email: me@example.org
  headline: Payments and pipelines
  location: HIDDEN street
  languages: [한국어, English]
  links: {GitHub: "https://github.com/minji", Page: /about/}
  private: [location]
"""
ROADMAP = """\
title: Plan
locale: ko
statuses: {done: done, open: active}
policies: {evidence: skills}
collections:
  projects: {private: [client], fields: {client: {}}}
  skills: {role: record, fields: {category: {}}}
  work: {role: record, label: 경력, fields: {company: {}, highlights: {type: array}}}
  education: {role: record, fields: {institution: {}, degree: {}}}
  certificates: {role: record, fields: {issuer: {}}}
  awards: {role: record, fields: {issuer: {}}}
  talks: {role: record, fields: {event: {}}}
"""
FILES = {
    "roadmap.yml": ROADMAP + OWNER,
    "work/old.md": "---\ntitle: Intern\ncompany: Old\nstart: 2020-06\nfinished: 2020-W50\n---\n",
    "work/now.md": "---\ntitle: Developer\ncompany: Now\nstart: 2021-Q1\nhighlights: [Cut costs by half]\n---\n",
    "work/secret.md": "---\ntitle: HIDDEN job\naudience: private\n---\n",
    "education/uni.md": "---\ntitle: Computing\ninstitution: Uni\ndegree: BSc\nstart: 2016\nfinished: 2020-02\n---\n",
    "certificates/c.md": "---\ntitle: CKA\nissuer: CNCF\nfinished: 2023-Q2\nlinks: {See: https://example.org/c}\n---\n",
    "awards/a.md": "---\ntitle: First prize\nissuer: City\nfinished: 2022-05-04\n---\n",
    "talks/t.md": "---\ntitle: On queues\nevent: Conf\nfinished: 2024-10\n---\n",
    "projects/shop.md": "---\ntitle: Shop\nstatus: done\nfeatured: true\nproblem: slow\napproach: queue\n"
    "result: 87% faster\nstack: [Kafka]\nstart: 2024-Q1\nfinished: 2024-Q2\nclient: HIDDEN client\n---\n",
    "projects/done.md": "---\ntitle: Done\nstatus: done\nresult: works\n---\n",
    "projects/small.md": "---\ntitle: Small\nstatus: done\n---\n",
    "projects/hidden.md": "---\ntitle: HIDDEN work\nfeatured: true\naudience: private\n---\n",
    "skills/kafka.md": "---\ntitle: Kafka\nstatus: done\ncategory: Data\n---\n",
    "skills/rust.md": "---\ntitle: Rust\nstatus: done\ncategory: Languages\n---\n",
    "resume/acme.md": "---\ntitle: For HIDDEN Corp\n---\nDear HIDDEN\n\n```milemark\nview: resume\n"
    "where: has(stack, 'kafka')\ntitle: A queue person\n```\n",
    "resume/open.md": "---\ntitle: Open\naudience: public\n---\n```milemark\nview: resume\nlimit: 1\n```\n",
}


def public(files: dict[str, str] | None = None) -> Roadmap:
    loaded = load({path: text.encode() for path, text in {**FILES, **(files or {})}.items()}, date(2025, 3, 1))
    return for_audience(loaded, "public").roadmap


def made(files: dict[str, str] | None = None) -> Any:
    found = json.loads(resume_json(public(files), Addresses("https://example.org/me")))
    Draft7Validator(SCHEMA, format_checker=Draft7Validator.FORMAT_CHECKER).validate(found)
    return found


def test_the_records_of_a_career_are_those_of_json_resume() -> None:
    found = made()
    assert found["basics"]["name"] == "김민지"
    assert [each["url"] for each in found["basics"]["profiles"]] == ["https://github.com/minji"]
    assert found["work"] == [
        {"name": "Now", "position": "Developer", "startDate": "2021-01", "highlights": ["Cut costs by half"]},
        {"name": "Old", "position": "Intern", "startDate": "2020-06", "endDate": "2020-12"},
    ]
    (school,) = found["education"]
    assert (school["institution"], school["area"], school["studyType"]) == ("Uni", "Computing", "BSc")
    assert (school["startDate"], school["endDate"]) == ("2016", "2020-02")
    assert found["certificates"] == [
        {"name": "CKA", "issuer": "CNCF", "date": "2023-04", "url": "https://example.org/c"}
    ]
    assert found["awards"] == [{"title": "First prize", "awarder": "City", "date": "2022-05-04"}]
    assert found["publications"] == [{"name": "On queues", "publisher": "Conf", "releaseDate": "2024-10"}]
    assert found["skills"] == [{"name": "Data", "keywords": ["Kafka"]}]  # Rust is claimed without evidence
    assert [each["name"] for each in found["projects"]] == ["Shop", "Done"]
    shop = found["projects"][0]
    assert shop["highlights"] == ["slow", "queue", "87% faster"]
    assert (shop["startDate"], shop["endDate"]) == ("2024-01", "2024-06")
    assert found["meta"]["lastModified"].startswith("2025-03-01")


def test_nothing_private_is_in_the_resume() -> None:
    assert "HIDDEN" not in json.dumps(made())


def test_a_resume_of_nobody_is_one_with_a_note(tmp_path: Path) -> None:
    write_content(tmp_path, {**FILES, "roadmap.yml": ROADMAP})
    done = cli(tmp_path, "export", "resume")
    assert "name" not in json.loads(done.stdout)["basics"]
    assert "does not name the `owner`" in done.stderr


@settings(deadline=None)
@given(st.text(max_size=40), st.sampled_from(["0001", "9999-12", "2025-W53", "1999-Q3", "2024-02-29", "nonsense"]))
def test_whatever_is_written_the_resume_fits_its_schema(text: str, when: str) -> None:
    written = json.dumps(text)
    front = f"title: {written}\ncompany: {written}\nstart: {when}\nfinished: {when}\nlinks: {{A: {written}}}"
    work = f"---\n{front}\nfeatured: true\n---\n"
    made({f"{name}/x.md": work for name in ("work", "talks", "projects")})


def test_the_newest_record_is_first() -> None:
    (work,) = (each for each in resume(public()).records if each.collection.name == "work")
    assert [item.title for item in work.items] == ["Developer", "Intern"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_content(tmp_path, FILES)
    return tmp_path


def test_the_command_writes_json_and_pdf_each_the_same_twice(project: Path) -> None:
    pytest.importorskip("typst")  # of the extra `pdf`
    first, second = (cli(project, "--as-of", "2025-03-01", "export", "resume").stdout for _ in range(2))
    assert first == second
    assert json.loads(first)["basics"]["label"] == "Backend developer"
    for name in ("a.pdf", "b.pdf"):
        done = cli(project, "--as-of", "2025-03-01", "export", "resume", "--format", "pdf", "-o", name)
        assert done.exit_code == 0, done.stderr
    pdf = (project / "a.pdf").read_bytes()
    assert pdf.startswith(b"%PDF-")
    assert pdf == (project / "b.pdf").read_bytes()


def test_a_hostile_text_is_text_in_the_pdf(project: Path) -> None:
    pytest.importorskip("typst")
    hostile = '"] #panic("no") $x$ #read("/etc/passwd") \\\\ `a` <b> @ref // /*'
    settings = ROADMAP + OWNER.replace("Payments and pipelines", json.dumps(hostile))
    write_content(project, {"roadmap.yml": settings, "work/x.md": f"---\ntitle: {json.dumps(hostile)}\n---\n"})
    done = cli(project, "export", "resume", "--format", "pdf", "-o", "a.pdf")
    assert done.exit_code == 0, done.stderr


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("json", "--format", "pdf"), "resume only"),
        (("resume", "--format", "docx"), "docx"),
    ],
)
def test_other_forms_are_refused(project: Path, arguments: tuple[str, ...], expected: str) -> None:
    done = cli(project, "export", *arguments)
    assert (done.exit_code, expected in done.stderr) == (2, True)
