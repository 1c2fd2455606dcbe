"""Every message is translated into the user's language."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from milemark.foundation.dates import parse_date
from milemark.foundation.i18n import Language
from support import ROOT

KO = ROOT / "generator" / "milemark" / "locale" / "ko.po"
PLACES = re.compile(r"%\(\w+\)[sd]|\{\w*\}")


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def messages(catalog: Catalog) -> dict[str, Message]:
    return {str(message.id): message for message in catalog if message.id}


def translations() -> dict[str, str]:
    return {id_: str(each.string) for id_, each in messages(read(KO)).items() if each.string and not each.fuzzy}


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Message]:
    """Return every message of the source and the templates, as `pybabel extract` finds them."""
    target = tmp_path_factory.mktemp("babel") / "all.pot"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)  # babel.cfg names folders from there
        CommandLineInterface().run(["pybabel", "-q", "extract", "-F", "babel.cfg", "-o", str(target), "."])  # type: ignore[no-untyped-call]
    return messages(read(target))


def test_every_message_is_translated_and_no_translation_is_unused(extracted: dict[str, Message]) -> None:
    translated = set(translations())
    assert set(extracted) - translated == set()
    assert translated - set(extracted) == set()
    assert len(extracted) > 100


def test_a_translation_names_the_same_values_as_its_message() -> None:
    for id_, text in translations().items():
        assert set(PLACES.findall(text)) == set(PLACES.findall(id_)), id_


def test_every_translation_is_korean() -> None:
    assert {id_ for id_, text in translations().items() if not re.search("[가-힣]", text)} == set()


@pytest.mark.parametrize(
    ("written", "korean", "english"),
    [
        ("2025", "2025년", "2025"),
        ("2025-Q1", "2025년 1분기", "Q1 2025"),
        ("2025-02", "2025년 2월", "February 2025"),
        ("2025-W01", "2025년 1주", "week 1 of 2025"),
        ("2025-02-14", "2025년 2월 14일", "February 14, 2025"),
    ],
)
def test_a_date_is_shown_as_precisely_as_it_was_written(written: str, korean: str, english: str) -> None:
    when = parse_date(written)
    assert when is not None
    assert (Language("ko").date(when), Language("en").date(when)) == (korean, english)


@pytest.mark.parametrize(
    ("written", "korean", "english"),
    [("2025", "2025년", "2025"), ("2025-Q1", "1분기", "Q1"), ("2025-02", "2월", "Feb")],
)
def test_a_tick_of_an_axis_has_a_short_name(written: str, korean: str, english: str) -> None:
    when = parse_date(written)
    assert when is not None
    assert (Language("ko").tick(when), Language("en").tick(when)) == (korean, english)


@pytest.mark.parametrize(
    ("start", "due", "korean", "english"),
    [
        ("2025-02-01", "2025-02-14", "2025년 2월 1일~14일", "Feb 1 – 14, 2025"),
        ("2025-02", "2025-03", "2025년 2월~3월", "Feb – Mar 2025"),
        ("2025-02", "2025-02", "2025년 2월", "Feb 2025"),
        ("2025-03", "2025-02", "2025년 3월 – 2025년 2월", "Mar 2025 – Feb 2025"),  # a finding, and told as written
        ("2025-02", "2025-Q2", "2025년 2월 – 2025년 2분기", "Feb 2025 – Q2 2025"),
        ("2025-Q1", "2025-Q2", "2025년 1분기 – 2025년 2분기", "Q1 2025 – Q2 2025"),
        ("2025-W01", "2025-W02", "2025년 1주 – 2025년 2주", "week 1 of 2025 – week 2 of 2025"),
        ("2025-02", "", "2025년 2월부터", "from Feb 2025"),
        ("", "2025-02-14", "2025년 2월 14일까지", "until Feb 14, 2025"),
        ("", "", "", ""),
    ],
)
def test_the_time_between_two_dates_has_a_short_form(start: str, due: str, korean: str, english: str) -> None:
    said = [Language(locale).period(parse_date(start), parse_date(due)) for locale in ("ko", "en")]
    assert [text.replace("\u2009", " ") for text in said] == [korean, english]


def test_days_and_numbers_are_formatted_too() -> None:
    assert Language("ko").date(date(2025, 1, 12)) == "2025년 1월 12일"
    assert Language("en").number(Decimal("1234567.5")) == "1,234,567.5"
    assert Language("en").number(Decimal("-1e308")) == "-1E308"


def test_translations_come_from_the_catalogue_and_english_from_the_source() -> None:
    assert Language("ko").gettext("Timeline") == "타임라인"
    assert Language("en").gettext("Timeline") == "Timeline"
    assert Language("ko").gettext("not in any catalogue") == "not in any catalogue"
