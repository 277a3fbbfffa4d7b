"""Names, by their capitals."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.entities import names, names_as_written, persons_in, runs


def test_names_are_found_without_titles_also_at_the_beginning() -> None:
    said = "Mayor Helena Marsk told Keep the Quay that the EU and Dr Elin Sarrow agreed."
    assert list(names(said)) == ["Helena Marsk", "Keep the Quay", "EU", "Elin Sarrow"]
    assert list(names("Police left. Stavrow stayed. The river rose.")) == ["Stavrow"]


def test_what_follows_a_number_within_a_word_is_no_name() -> None:
    assert list(names("It has a 4K screen and 16GB of RAM, said Sony.")) == ["RAM", "Sony"]


@pytest.mark.parametrize(
    ("sentence", "persons"),
    [
        ("Mayor Helena Marsk met T.J. Hockenson and Bas van Dijk.", ["Helena Marsk", "T.J. Hockenson", "Bas van Dijk"]),
        ("Bolt’s Maju Kuruvilla spoke.", ["Bolt", "Maju Kuruvilla"]),
        ("The Harbour Committee, NATO and Weir Street Bridge did not.", []),
        ("Sam Bankman-Fried and Étienne Laurent did.", ["Sam Bankman-Fried", "Étienne Laurent"]),
    ],
)
def test_persons_are_names_without_a_place_a_thing_or_a_body(sentence: str, persons: list[str]) -> None:
    assert list(persons_in(sentence)) == persons


def test_names_as_they_are_written_have_their_numbers() -> None:
    assert names_as_written("Does the iPhone 15 of O'Neil fit the Act 2023?") == [
        "Does",
        "iPhone 15",
        "O'Neil",
        "Act 2023",
    ]


@given(st.text(max_size=80) | st.lists(st.sampled_from([*"ABab1 .-'’", "of", " the "])).map("".join))
def test_names_are_where_they_say(text: str) -> None:
    for run in runs(text):
        assert all(text[word.start() : word.end()] == word[0] for word in run)
        assert all(first.end() <= second.start() for first, second in pairwise(run))
