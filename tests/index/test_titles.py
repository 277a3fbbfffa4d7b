"""Titles as a user types them: what is begun finds the articles with such words in their titles."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Assistant, Filters, NoArticlesError
from assistant.articles import NO_FILTERS
from tests.support import open_assistant, write_article

WIRE = " ".join(f"The terminal at pier {number} was closed for the {number} day in a row." for number in range(30))
ARTICLES = (
    ("Ferries collide at the quay", "2025-05-03", "Coast Radio", "Two of them met in the fog."),
    ("Café Zoë closes; ferry 18,400 of the year", "2025-05-02", "Chronicle", "Nobody knows why."),
    ("Terminal shut again", "2025-05-01", "Chronicle", WIRE),
    ("Terminal shut again, says harbour", "2025-05-02", "Coast Radio", WIRE),
    ("Aftermath", None, None, "The ferries and the terminal are no part of this title."),
)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("titles")
    for number, (title, day, source, text) in enumerate(ARTICLES):
        dated = [f"published: {day}", f"source: {source}"] if day else []
        (folder / "articles").mkdir(exist_ok=True)
        page = "\n".join(["---", f'title: "{title}"', *dated, "---", text])
        (folder / "articles" / f"{number}.md").write_text(page, encoding="utf-8")
    with open_assistant(folder / "home") as opened:
        opened.refresh([folder / "articles"])
        yield opened


def found(assistant: Assistant, typed: str, count: int = 8, filters: Filters = NO_FILTERS) -> list[str]:
    return [article.title for article in assistant.titles(typed, count, filters)]


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("f", [0, 1]),
        ("ferri", [0]),
        ("FERR", [0, 1]),
        ("quay fer", [0]),  # in any order
        ("cafe zoe", [1]),
        ("18400", [1]),
        ("erries", []),  # within a word
        ("term", [3]),  # copies of one story once, the newest of them
        ("coast", []),  # the publication is no part of the title
        ("", []),
        (" ?* ", []),
    ],
)
def test_words_of_titles_are_found_by_how_they_begin(assistant: Assistant, typed: str, numbers: list[int]) -> None:
    assert found(assistant, typed) == [ARTICLES[number][0] for number in numbers]


def test_the_newest_come_first_and_no_more_than_asked_for(assistant: Assistant) -> None:
    assert found(assistant, "a", 2) == [ARTICLES[0][0], ARTICLES[3][0]]
    assert found(assistant, "a")[-1] == "Aftermath" and found(assistant, "a", 0) == []


def test_filters_hold_and_of_copies_the_one_they_allow_is_found(assistant: Assistant) -> None:
    assert found(assistant, "term", filters=Filters(source="chronicle")) == ["Terminal shut again"]
    both = Filters(source=("Coast Radio", "Chronicle"))
    assert found(assistant, "ferr", filters=both) == [ARTICLES[0][0], ARTICLES[1][0]]


@given(st.text(max_size=300))
def test_whatever_is_typed_is_no_error(assistant: Assistant, typed: str) -> None:
    assert len(assistant.titles(typed, 3)) <= 3


def test_titles_are_those_of_the_newest_refresh(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("changing")
    with open_assistant(folder / "home") as assistant:
        with pytest.raises(NoArticlesError):
            assistant.titles("ferry")
        write_article(folder / "articles", "a", "The ferry is late.", title="Ferry late")
        assistant.refresh([folder / "articles"])
        write_article(folder / "articles", "a", "The ferry came.", title="Boat comes")
        assistant.refresh([folder / "articles"])
        assert found(assistant, "ferr") == [] and found(assistant, "boat") == ["Boat comes"]
