"""Whether a sentence tells of the time that a question asks about."""

from collections.abc import Iterator
from datetime import date

import pytest

from assistant import Assistant, Settings
from assistant.reading import AskedTime, Bearing
from tests.support import write_article

TUESDAY = date(2025, 5, 27)
ON_TUESDAY = AskedTime(TUESDAY, TUESDAY, "on 27 May")


@pytest.mark.parametrize(
    ("text", "published", "bearing"),
    [
        ("The police checked 31 boats.", TUESDAY, Bearing.OF_THAT_TIME),
        ("The terminal will open in 2026.", TUESDAY, Bearing.OF_THAT_TIME),
        ("The loss rose by 22 per cent last year.", TUESDAY, Bearing.OF_THAT_TIME),
        ("On Monday the police checked 14 boats.", TUESDAY, Bearing.OF_ANOTHER_TIME),
        ("The police checked 31 boats on Tuesday.", date(2025, 5, 29), Bearing.OF_THAT_TIME),
        ("The police checked 31 boats on 27 May.", date(2025, 8, 3), Bearing.OF_THAT_TIME),
        ("The council will vote on 27 May.", date(2025, 5, 2), Bearing.PLANNED),
        ("The police checked 52 boats on Wednesday.", date(2025, 5, 29), Bearing.OF_ANOTHER_TIME),
        ("The police checked 52 boats.", date(2025, 5, 28), Bearing.SOON_AFTER),
        ("The police checked 52 boats.", date(2025, 6, 28), Bearing.LONG_AFTER),
        ("The police checked 14 boats.", date(2025, 5, 26), Bearing.OF_ANOTHER_TIME),
        ("The police checked 14 boats.", None, Bearing.SOON_AFTER),
    ],
)
def test_a_sentence_is_of_the_day_that_it_names_or_on_which_it_came_out(
    text: str, published: date | None, bearing: Bearing
) -> None:
    assert ON_TUESDAY.bearing(text, published) is bearing


def test_of_a_long_time_what_came_out_later_tells_as_well() -> None:
    year = AskedTime(date(2024, 1, 1), date(2024, 12, 31), "in 2024")
    assert year.bearing("Herring landings fell by a fifth.", date(2025, 5, 2)) is Bearing.SOON_AFTER
    assert year.bearing("Turnout 2024 | 61 | 58", date(2025, 5, 2)) is Bearing.OF_THAT_TIME
    assert year.bearing("In 2023 herring landings rose.", date(2025, 5, 2)) is Bearing.OF_ANOTHER_TIME


def test_what_is_told_of_each_winter_is_told_of_this_one() -> None:
    winter = AskedTime(date(2024, 12, 1), date(2025, 2, 28), "in winter")
    assert winter.bearing("The ferry leaves at seven in winter.", date(2023, 5, 2)) is Bearing.OF_THAT_TIME
    assert winter.bearing("The ferry leaves at seven in winter.", None) is Bearing.OF_THAT_TIME


def test_an_article_of_a_day_is_no_other_whatever_it_tells_of() -> None:
    published = AskedTime(TUESDAY, TUESDAY, "of 27 May", of_reporting=True)
    assert published.bearing("On Monday it rained.", TUESDAY) is Bearing.OF_THAT_TIME
    assert published.bearing("On 27 May it rained.", date(2025, 5, 28)) is Bearing.OF_ANOTHER_TIME


REPORTS = {
    "2025-06-09": "The wardens of Norhaven counted 14 seals on the sandbank. Two of the seals were pups.",
    "2025-06-10": "The wardens of Norhaven counted 31 seals on the sandbank. None of the seals was a pup.",
    "2025-06-11": "The wardens of Norhaven counted 52 seals on the sandbank. Three of the seals were pups.",
}


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("reports")
    for day, text in REPORTS.items():
        write_article(folder, day, text, title="Seals on the sandbank", published=f"{day}T18:00:00+02:00")
    with Assistant.open(Settings(home=folder / "home")) as assistant:
        assistant.refresh([folder])
        yield assistant


@pytest.mark.model
@pytest.mark.parametrize(
    ("asked", "figure"), [("on 9 June", "14"), ("on 10 June", "31"), ("yesterday", "31"), ("today", "52")]
)
def test_of_reports_that_are_alike_that_of_the_day_asked_about_answers(
    reports: Assistant, asked: str, figure: str
) -> None:
    answer = reports.ask(f"How many seals were counted {asked}?")
    assert f"{figure} seals" in answer.citations[0].quote and not answer.notices
    assert len({citation.published for citation in answer.citations}) == 1


@pytest.mark.model
def test_what_is_shown_of_another_time_than_asked_about_says_so(reports: Assistant) -> None:
    answer = reports.ask("How many seals were counted in March 2025?")
    assert answer.outcome != "answered"
    assert not answer.citations or "1 to 31 March 2025" in answer.notices[0]


@pytest.mark.model
@pytest.mark.parametrize(
    "question", ["What happened on 10 June?", "What was in the news yesterday?", "Did anything happen yesterday?"]
)
def test_who_asks_what_happened_on_a_day_gets_the_articles_of_that_day(reports: Assistant, question: str) -> None:
    answer = reports.ask(question)
    assert [each.published.day for each in answer.nearest if each.published] == [10]
