"""The overview: what the corpus covers, and which people and places its articles name."""

import threading
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import Article, Assistant, Named, NoArticlesError, Published
from assistant.index.derived.entities import Entities, KindsByName, names_of, write_entities
from assistant.index.derived.overview import most_named
from assistant.index.home.sqlite_draft import ArticlesDraft
from assistant.ingest.files import read
from assistant.ingest.items import Loaded
from assistant.models.ner import entity_recognizer
from assistant.paths import sample_articles
from tests.support import open_assistant, write_article

SAMPLE = [item.article for item in read(str(sample_articles()), 1_000_000) if isinstance(item, Loaded)]
SOURCES = {article.source for article in SAMPLE if article.source}


@dataclass(frozen=True)
class MostNamed:
    """The people, places and other names that some texts have most."""

    people: tuple[Named, ...]
    places: tuple[Named, ...]
    others: tuple[Named, ...]


def of_articles(articles: Sequence[Article], sources: Collection[str] = ()) -> MostNamed:
    with TemporaryDirectory() as home, closing(ArticlesDraft(Path(home))) as db:
        for article in articles:
            db.put_article(article, "here", "there", datetime.now(UTC))
        write_entities(Path(home), db, {article.id: article.digest for article in articles})
        found = most_named(Entities(Path(home)), len(articles), sources)
    return MostNamed(found["person"], found["place"], found["other"])


def of_texts(*texts: str, sources: tuple[str, ...] = ()) -> MostNamed:
    return of_articles([Article(str(number), "Title", text) for number, text in enumerate(texts)], sources)


def names(found: tuple[Named, ...]) -> set[str]:
    return {entry.name for entry in found}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The plan of Councillor Anna Kessing failed, and Anna Kessing said so.", "Anna Kessing"),
        ("It was Mr. Elon Musk who came, and Elon Musk left.", "Elon Musk"),
        ("For once the EU foreign policy chief Kaja Kallas was brief.", "Kaja Kallas"),
        ("Yesterday Apple CEO Tim Cook spoke.", "Tim Cook"),
        ("It is known that Viktor Rosk said no. Later Viktor Rosk told them why.", "Viktor Rosk"),
        ("There Lena Quist, 45, waited.", "Lena Quist"),
        ("In the hall sat Yara Fennimore, a marine biologist at the station.", "Yara Fennimore"),
        ("It was Secretary of State Antony Blinken.", "Antony Blinken"),
        ("All week Kaja Kallas was away. In the end Kallas said that she was ill, as Kallas told them.", "Kaja Kallas"),
        ("Angela Merkel’s party met, and Angela Merkel was there.", "Angela Merkel"),
    ],
)
def test_people_are_named_without_title_and_possessive(text: str, name: str) -> None:
    found = of_texts(text)
    assert names(found.people) == {name} and name not in names(found.places) | names(found.others)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("He lives in Pellinsea. She came from Pellinsea and died near Pellinsea.", "Pellinsea"),
        ("They spoke of the United States.", "United States"),
        ("They blame China.", "China"),
        ("The ships wait in the Strait of Hormuz and in the Red Sea.", "Red Sea"),
        ("It is a law of the U.S. and of no other land.", "United States"),
    ],
)
def test_places_are_named_in_full_and_without_article(text: str, name: str) -> None:
    found = of_texts(text)
    assert name in names(found.places) and name not in names(found.people) | names(found.others)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("He asked the Bank of England, and the Bank of England said no.", "Bank of England"),
        ("Yesterday the Supreme Court said no, and the Supreme Court told him why.", "Supreme Court"),
        ("He watched the Premier League in spring.", "Premier League"),
        ("The talks were held at NATO, said NATO.", "NATO"),
        ("It was the Union of Food and Quay Workers that said so.", "Union of Food and Quay Workers"),
    ],
)
def test_names_of_neither_people_nor_places_are_among_the_others(text: str, name: str) -> None:
    found = of_texts(text)
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
def test_words_that_are_not_names_are_not_listed(text: str) -> None:
    assert of_texts(text, sources=("Coast Radio",)) == MostNamed((), (), ())


def test_a_surname_and_a_possessive_count_for_the_full_name() -> None:
    full, short = (
        "That day Mayor Helena Marsk spoke. Later Marsk said it again, as Marsk's office wrote.",
        "So Mr Marsk said to them.",
    )
    found = of_texts(full, full, short)
    assert found.people == (Named("Helena Marsk", 3),)
    assert "Marsk" not in names(found.others) | names(found.places)


def test_a_surname_of_two_people_counts_for_neither() -> None:
    texts = ("It was Mayor Anna Kessing.", "It was Mayor Martin Kessing.", "So Kessing said.")
    assert of_texts(*texts).people == (Named("Anna Kessing", 1), Named("Martin Kessing", 1))


def test_an_article_counts_once_however_often_it_has_a_name() -> None:
    often = "It was Mayor Anna Kessing. So Anna Kessing said, and Kessing left."
    assert of_texts(often, often).people == (Named("Anna Kessing", 2),)


def test_the_most_named_come_first_and_what_one_of_many_names_is_left_out() -> None:
    both, italy = "They met in France and in Italy.", "They met in Italy."
    assert of_texts(both, italy, italy, italy, "They met in Spain.").places == (Named("Italy", 4),)
    assert of_texts(both, italy).places == (Named("Italy", 2), Named("France", 1))


def test_the_sample_articles_name_who_and_where_they_do() -> None:
    found = of_articles(SAMPLE, SOURCES)
    people = {word for person in found.people for word in person.name.split()}
    assert found.people[0] == Named("Helena Marsk", 8) and found.places[0].name == "Pellinsea"
    assert {"Kallas", "Kessing", "Rosk", "Dace", "Quist"} <= people
    assert {"East Quay", "Marrowfold", "China", "Czech Republic"} <= names(found.places)
    assert {"European Union", "Ashlorn Packers", "Civic Union"} <= names(found.others)
    assert not SOURCES & (names(found.people) | names(found.places) | names(found.others))
    for entry in (*found.people, *found.places):
        assert sum(entry.name.split()[-1] in article.text for article in SAMPLE) >= entry.articles > 1


WORDS = st.sampled_from(
    "Kaja Kallas of the The in said Mayor General St. U.S. Council ' , . \n and who 45 King \ud800".split(" ")
)


@settings(deadline=None)
@given(st.lists(st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=40).map(" ".join)), min_size=1, max_size=6))
def test_any_text_has_its_names(texts: list[str]) -> None:
    found: list[KindsByName] = [names_of(text, entity_recognizer().mentions(text)) for text in texts]
    for text, named in zip(texts, found, strict=True):
        assert all(name == name.strip() and any(map(str.isupper, name)) for name in named)
        for mention in entity_recognizer().mentions(text):
            assert text.encode("utf-8", "replace").decode().startswith(mention.name, mention.start)


def test_a_text_in_capitals_or_an_endless_name_is_handled() -> None:
    assert of_texts("THE FERRY IS LATE AGAIN. " * 4_000).people == ()
    assert all(len(name) <= 100 for name in names(of_texts("Union of " * 10_000).others))


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
    assert [(entry.day, entry.articles) for entry in overview.published] == [
        (date(2025, 5, 1), 1),
        (date(2025, 5, 2), 1),
        (date(2025, 5, 3), 2),
        (date(2025, 5, 3), 1),
    ]
    assert overview.published[1] == Published(None, date(2025, 5, 2), 1)
    assert len({entry.source for entry in overview.published}) == 3  # however its case is written
    assert (overview.articles, overview.undated, overview.read) == (6, 1, 6)
    assert overview.people == (Named("Helena Marsk", 6),)


def test_it_is_computed_once_and_again_after_a_refresh(assistant: Assistant, tmp_path: Path) -> None:
    together = threading.Barrier(4)

    def read_overview(_: int) -> int:
        together.wait()
        return id(assistant.overview())

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(read_overview, range(4)))) == 1
    first = assistant.overview()
    write_article(tmp_path / "articles", "more", "It was Mayor Helena Marsk.")
    assistant.refresh()
    assert assistant.overview().articles == 7 and assistant.overview().people == (Named("Helena Marsk", 7),)
    assistant.rollback()
    assert assistant.overview() == first


def test_an_empty_home_says_so(tmp_path: Path) -> None:
    with open_assistant(tmp_path / "home") as assistant, pytest.raises(NoArticlesError):
        assistant.overview()


def test_only_new_and_changed_articles_are_read(tmp_path: Path) -> None:
    articles = {
        str(number): Article(str(number), "Title", f"Angela Merkel spoke {number} times.") for number in range(3)
    }
    read_counts: list[int] = []

    def write() -> tuple[Named, ...]:
        read_counts.append(0)
        digests = {article.id: article.digest for article in articles.values()}
        write_entities(tmp_path, db, digests, lambda done, total: read_counts.__setitem__(-1, total))
        return most_named(Entities(tmp_path), len(articles))["person"]

    with closing(ArticlesDraft(tmp_path)) as db:
        for article in articles.values():
            db.put_article(article, "here", "there", datetime.now(UTC))
        assert write() == (Named("Angela Merkel", 3),)
        assert write() == (Named("Angela Merkel", 3),)
        articles["1"] = Article("1", "Title", "Boris Johnson spoke.")
        db.put_article(articles["1"], "here", "there", datetime.now(UTC))
        del articles["2"]
        assert write() == (Named("Angela Merkel", 1), Named("Boris Johnson", 1))
    assert read_counts == [3, 0, 1]


def test_an_index_from_before_names_were_kept_has_none_until_the_next_refresh(
    assistant: Assistant, tmp_path: Path
) -> None:
    (kept,) = (tmp_path / "home" / "index").glob("*/entities.sqlite")
    kept.unlink()
    with open_assistant(tmp_path / "home") as again:
        assert (again.overview().read, again.overview().people) == (0, ())
        assert again.refresh().published
        assert (again.overview().read, again.overview().people) == (6, (Named("Helena Marsk", 6),))
        assert again.refresh().published is False
