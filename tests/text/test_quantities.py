"""What a sentence claims, however it is written."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.entities import names
from assistant.text.quantities import Figure, figures, quantities
from assistant.text.value import values
from assistant.verification.claims import find_claims
from assistant.verification.quotations import quotations

DAY = date(2025, 5, 29)


def only(text: str) -> Figure:
    found = list(figures(text))
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("12,000 people", "12 thousand people"),
        ("12 thousand people", "twelve thousand people"),
        ("1.2 million euros", "€1,200,000"),
        ("€6.8 million", "6.8 million euros"),
        ("40%", "forty per cent"),
        ("50 percent of it", "half of it"),
        ("two-thirds of it", "two thirds of it"),
        ("twelve eggs", "a dozen eggs"),
        ("the 3rd vote", "the third vote"),
        ("about 400 people", "412 people"),
        ("half a million euros", "€500,000"),
        ("one and a quarter million", "1\u2009250\u2009000"),
        ("a million and a half", "1.5 million"),
        ("three quarters of a million", "750,000"),
        ("two and a half years", "2.5 years"),
        ("3.2bn crowns", "3.2 billion crowns"),
        ("over 400 people", "412 people"),
        ("nearly 420 people", "418 people"),
        ("6.8 million", "6,812,345"),
        ("6½ sacks", "6.5 sacks"),
        ("at 2:30 p.m. it rang", "at 14:30 it rang"),
        ("at 9 a.m. it rang", "at 09:00 it rang"),
        ("more than 5.8 metres", "5.84 metres"),
        ("less than two seconds", "1.8 seconds"),
        ("12,000 people", "12 000 people"),
        ("12,000 people", "12\u202f000 people"),
        ("12,000 people", "12\u2009000 people"),
        ("12,000 people", "12'000 people"),
        ("12,000 people", "12’000 people"),
        ("12,000 people", "12.000 people"),
        ("1,250,000 people", "1.250.000 people"),
        ("1,200,000 rupees", "12,00,000 rupees"),
        ("€1.5 million", "€1,5 million"),
        ("12,500.75 euros", "12.500,75 euros"),
        ("12,500 Gäste", "12.500 Gäste kamen im vergangenen Jahr auf den Platz vor dem Rathaus der Stadt"),
    ],
)
def test_one_number_in_two_ways_is_the_same(said: str, source: str) -> None:
    assert only(said).is_said_by(only(source))


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("412 people", "about 400 people"),
        ("413 people", "412 people"),
        ("one and a half million", "1,250,000"),
        ("about 432 people", "400 people"),
        ("40%", "40 people"),
        ("€40", "$40"),
        ("over 500 people", "412 people"),
        ("6,812,345", "6.8 million"),
        ("the third vote", "3 votes"),
        ("12 million", "12 thousand"),
        ("12,345 seconds", "12.345 seconds"),
        ("$1,250 billion", "$1.250 billion"),
    ],
)
def test_another_number_is_another(said: str, source: str) -> None:
    assert not only(said).is_said_by(only(source))


def test_a_number_with_spaces_is_one_value() -> None:
    assert [value.words for value in values("About 12\u202f000 people, ﬁfteen of them sick, saw it.")] == [
        "12\u202f000",
        "ﬁfteen",
    ]
    assert [figure.value for figure in figures("On May 12 300 people came.")] == [12, 300]


@given(st.integers(2, 10**9).filter(lambda number: not 1500 <= number < 2100))
def test_separators_do_not_matter(number: int) -> None:
    assert only(f"{number:,} boats").is_said_by(only(f"{number} boats"))


ODD = st.lists(
    st.sampled_from(
        [*"0123456789.,:%€$-–½ap' \n“”\"", "million", "third", "half", " two ", "May", "Monday", "p.m.", "32 May", "A"]
    )
).map("".join)


@given(ODD | st.text(max_size=80))
def test_any_text_has_its_claims(text: str) -> None:
    found = find_claims(text, DAY)
    assert all(one.low <= one.value <= one.high for one in found.figures)
    assert all(one.since <= one.until for one in found.dates)
    assert all(one in " ".join(text.split()) for one in names(text))


def test_days_are_counted_from_the_article() -> None:
    (one,) = find_claims("Kallas spoke on Wednesday.", DAY).dates
    (other,) = find_claims("Kallas spoke on 28 May 2025.", DAY).dates
    assert (one.since, one.until) == (other.since, other.until) == (date(2025, 5, 28), date(2025, 5, 28))
    assert find_claims("It fell on 9 March at 22:40.", DAY).dates[0].since == date(2025, 3, 9)


def test_quotations_are_found_in_every_kind_of_marks() -> None:
    said = "He said “not now”, \"never again\" and ‘it’s over’, but it's the dogs' bone."
    assert list(quotations(said)) == ["not now", "never again", "it’s over"]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("About 400 people, 1,120 homes and fifteen hundred boats", [400, 1120, 1500]),
        ("€6.8 million, $26.3bn, 3 million euros, £5", [6.8e6, 26.3e9, 3e6, 5]),
        ("40 per cent, 3.5% or 12 percent", [40, 3.5, 12]),
        ("At 07:00 the 1st team won 3-2 with an iPhone 15, as in 2021-22", []),
        ("one of them, a 90-metre ferry, Windows 11, COVID-19", []),
    ],
)
def test_values_are_read(text: str, read: list[float]) -> None:
    assert [(value.low + value.high) / 2 for value in values(text)] == pytest.approx(read)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It opens on 19 December 2025.", ["19 December 2025"]),
        ("It opened Nov. 22 and closed in early May.", ["Nov. 22", "early May"]),
        ("The March flood may march on.", []),
        ("They met on Monday, she said on Wednesday, 2 April.", []),
        ("Work began in 2021.", ["2021"]),
    ],
)
def test_dates_are_read(text: str, words: list[str]) -> None:
    assert [value.words for value in values(text)] == words


@given(st.text(max_size=80))
def test_values_are_where_they_say_and_agree_with_themselves(text: str) -> None:
    for value in values(text):
        assert text[value.start : value.end] == value.words
        assert value.low <= value.high and value.agrees(value)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("two hundred and fifty men", [250]),
        ("twenty five men", [25]),
        ("two dozen men", [24]),
        ("$5M, $5 Million, $ 5m", [5e6, 5e6, 5e6]),
        ("five billion yen", [5e9]),
        ("thousands of men in the third hour of half a day", []),
        ("at 9.20 PM two thirds of $15 billion/day", [15e9]),
    ],
)
def test_values_are_read_as_figures_are(text: str, read: list[float]) -> None:
    assert [(value.low + value.high) / 2 for value in values(text)] == pytest.approx(read)
    assert set(read) <= {figure.value for figure in figures(text)}


@given(ODD | st.text(max_size=80))
def test_quantities_are_where_they_say(text: str) -> None:
    found, masked = quantities(text)
    assert len(masked) == len(text)
    spans = sorted((quantity.start, quantity.end) for quantity in found)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    assert all(any(map(str.isalnum, text[start:end])) for start, end in spans)
