"""The overview: what the corpus covers, and whom and where its articles name."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import Article, Assistant, Named, NoArticlesError, Published
from assistant.census import Census, census
from assistant.index import Library
from assistant.index.overview import overview
from assistant.ingest.files import read
from assistant.ingest.items import Loaded
from assistant.paths import sample_articles
from tests.support import open_assistant, write_article

SAMPLE = [item.article for item in read(str(sample_articles()), 1_000_000) if isinstance(item, Loaded)]
SOURCES = {article.source for article in SAMPLE if article.source}


def of(*texts: str, sources: tuple[str, ...] = ()) -> Census:
    return census([Article(str(number), "Title", text) for number, text in enumerate(texts)], sources)


def names(found: tuple[Named, ...]) -> set[str]:
    return {one.name for one in found}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("On Friday Mayor Helena Marsk opened the hall, and Helena Marsk spoke.", "Helena Marsk"),
        ("The plan of Councillor Anna Kessing failed.", "Anna Kessing"),
        ("It was Mr. Elon Musk who came, and Elon Musk left.", "Elon Musk"),
        ("For once the EU foreign policy chief Kaja Kallas was brief.", "Kaja Kallas"),
        ("Yesterday Apple CEO Tim Cook spoke.", "Tim Cook"),
        ("It is known that Viktor Rosk said no. Later Viktor Rosk told them why.", "Viktor Rosk"),
        ("There Lena Quist, 45, waited.", "Lena Quist"),
        ("In the hall sat Yara Fennimore, a marine biologist at the station.", "Yara Fennimore"),
        ("It was Secretary of State Antony Blinken.", "Antony Blinken"),
        ("All week Kaja Kallas was away. In the end Kallas said that she was ill, as Kallas told them.", "Kaja Kallas"),
    ],
)
def test_people_are_told_by_title_trade_age_and_what_they_say(text: str, name: str) -> None:
    found = of(text)
    assert name in names(found.people) and name not in names(found.places) | names(found.others)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("He lives in Pellinsea. She came from Pellinsea and died near Pellinsea.", "Pellinsea"),
        ("The plant is in Marrowfold, where few came from; in Marrowfold it rains.", "Marrowfold"),
        ("They spoke of the United States.", "United States"),
        ("They blame China.", "China"),
        ("They met on Weir Bridge.", "Weir Bridge"),
        ("It is a law of the U.S. and of no other land.", "United States"),
    ],
)
def test_places_are_told_by_what_is_in_them_and_by_what_they_are(text: str, name: str) -> None:
    found = of(text)
    assert name in names(found.places) and name not in names(found.people) | names(found.others)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("He asked the Bank of England, and the Bank of England said no.", "Bank of England"),
        ("Yesterday the Supreme Court said no, and the Supreme Court told him why.", "Supreme Court"),
        ("He watched the Premier League in spring.", "Premier League"),
        ("The talks were held at NATO, said NATO.", "NATO"),
        ("It was the Union of Food and Quay Workers that said so.", "Union of Food and Quay Workers"),
        ("She praised Green Shore.", "Green Shore"),
    ],
)
def test_what_is_unsure_or_a_body_is_among_the_others(text: str, name: str) -> None:
    found = of(text)
    assert name in names(found.others) and name not in names(found.people) | names(found.places)


@pytest.mark.parametrize(
    "text",
    [
        "However, it rained. Meanwhile nobody came. Repairs began.",
        "They met on Monday in March, and again in Oct.",
        "The British government and a British court disagree.",
        "He said that I don't know, and Don't was all she said.",
        "Writing for the Coast Radio, she told the Coast Radio of it.",
    ],
)
def test_what_is_no_name_is_nowhere(text: str) -> None:
    assert of(text, sources=("Coast Radio",)) == Census((), (), ())


def test_a_surname_and_a_possessive_count_for_the_full_name() -> None:
    full, short = (
        "That day Mayor Helena Marsk spoke. Later Marsk said it again, as Marsk's office wrote.",
        "So Marsk said.",
    )
    found = of(full, full, short)
    assert found.people == (Named("Helena Marsk", 3),)
    assert "Marsk" not in names(found.others) | names(found.places)


def test_a_surname_of_two_people_counts_for_neither() -> None:
    texts = ("It was Mayor Anna Kessing.", "It was Mayor Martin Kessing.", "So Kessing said.")
    assert of(*texts).people == (Named("Anna Kessing", 1), Named("Martin Kessing", 1))


def test_an_article_counts_once_however_often_it_has_a_name() -> None:
    both = "It was Mayor Anna Kessing who met Martin Kessing. So Kessing said, and Kessing left."
    assert of(both, "It was Mayor Anna Kessing.", "So Kessing said.").people[0].articles <= 3
    assert of("It was Mayor Anna Maria van Kessing. So Kessing said, and Kessing left.").people[0].articles == 1


def test_the_most_named_come_first_and_what_one_of_many_names_is_left_out() -> None:
    both, one = "They met in France and in Italy.", "They met in Italy."
    assert of(both, one, one, one, "They met in Spain.").places == (Named("Italy", 4),)
    assert of(both, one).places == (Named("Italy", 2), Named("France", 1))


def test_the_sample_articles_name_who_and_where_they_do() -> None:
    found = census(SAMPLE, SOURCES)
    people = {article_name for one in found.people for article_name in one.name.split()}
    assert found.people[0] == Named("Helena Marsk", 8) and found.places[0] == Named("Pellinsea", 13)
    assert {"Kallas", "Kessing", "Rosk", "Dace"} <= people
    assert {"East Quay", "Lower Town", "China", "Czech Republic"} <= names(found.places)
    assert {"European Union", "Ashlorn Packers", "Civic Union"} <= names(found.others)
    assert not SOURCES & (names(found.people) | names(found.places) | names(found.others))
    for one in (*found.people, *found.places):
        assert sum(one.name.split()[-1] in article.text for article in SAMPLE) >= one.articles > 1


WORDS = st.sampled_from(
    "Kaja Kallas of the The in said Mayor General St. U.S. Council ' , . \n and who 45 King".split(" ")
)


@settings(deadline=None)
@given(st.lists(st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=40).map(" ".join)), min_size=1, max_size=6))
def test_any_text_has_a_census(texts: list[str]) -> None:
    found = of(*texts)
    listed = [*found.people, *found.places, *found.others]
    assert len(names(tuple(listed))) == len(listed)
    assert all(0 < one.articles <= len(texts) for one in listed)
    for part in (found.people, found.places, found.others):
        assert len(part) <= 20 and list(part) == sorted(part, key=lambda one: (-one.articles, one.name))


def test_a_text_in_capitals_or_one_endless_name_is_no_trouble() -> None:
    assert of("THE FERRY IS LATE AGAIN. " * 20_000).people == ()
    assert of("Union of " * 50_000).places == ()


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    folder = tmp_path / "articles"
    folder.mkdir()
    for number, (source, day) in enumerate(
        [
            ("Chronicle", "2025-05-03T23:30:00-05:00"),
            ("Chronicle", "2025-05-03"),
            ("chronicle", "2025-05-01"),
            ("Coast Radio", "2025-05-03"),
            (None, "2025-05-02"),
            ("Chronicle", None),
        ]
    ):
        front = [
            f"title: Ferry {number}",
            *([f"source: {source}"] if source else []),
            *([f"published: {day}"] if day else []),
        ]
        lines = ["---", *front, "---", "Yesterday Mayor Helena Marsk said that the ferry sails."]
        (folder / f"{number}.md").write_text("\n".join(lines))
    with open_assistant(tmp_path / "home") as opened:
        opened.refresh([folder])
        yield opened


def test_each_publication_and_day_is_counted_oldest_first(assistant: Assistant) -> None:
    overview = assistant.overview()
    assert [(one.day, one.articles) for one in overview.published] == [
        (date(2025, 5, 1), 1),
        (date(2025, 5, 2), 1),
        (date(2025, 5, 3), 2),
        (date(2025, 5, 3), 1),
    ]
    assert overview.published[1] == Published(None, date(2025, 5, 2), 1)
    assert len({one.source for one in overview.published}) == 3  # however its case is written
    assert (overview.articles, overview.undated, overview.read) == (6, 1, 6)
    assert overview.people == (Named("Helena Marsk", 6),)


def test_it_is_made_once_and_anew_after_a_refresh(assistant: Assistant, tmp_path: Path) -> None:
    together = threading.Barrier(4)

    def look(_: int) -> int:
        together.wait()
        return id(assistant.overview())

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(look, range(4)))) == 1
    first = assistant.overview()
    write_article(tmp_path / "articles", "more", "It was Mayor Helena Marsk.")
    assistant.refresh()
    assert assistant.overview().articles == 7 and assistant.overview().people == (Named("Helena Marsk", 7),)
    assistant.rollback()
    assert assistant.overview() == first


def test_an_empty_home_says_so(tmp_path: Path) -> None:
    with open_assistant(tmp_path / "home") as assistant, pytest.raises(NoArticlesError):
        assistant.overview()


def test_of_many_articles_the_newest_are_read_for_names(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    for day, land in enumerate(("Italy", "Spain", "France"), 1):
        text = f"---\ntitle: {land}\npublished: 2025-05-0{day}\n---\nYesterday they met in {land}."
        (folder / f"{land}.md").write_text(text)
    with open_assistant(tmp_path / "home") as assistant:
        assistant.refresh([folder])
    library = Library(tmp_path / "home")
    with library.reading() as generation:
        found = overview(generation, most_read=2)
    library.close()
    assert (found.articles, found.read, len(found.published)) == (3, 2, 3)
    assert found.places == (Named("France", 1), Named("Spain", 1))
