"""Which sentences are quoted."""

from dataclasses import replace

import pytest

from assistant.reading.evidence import SentenceReading, SubQuestion
from assistant.reading.selection import (
    SelectedQuote,
    is_of_the_asked_time,
    same_statement,
    select_quotes,
    short_answer,
    with_the_likeliest,
)
from tests.reading.test_evidence import evidence, sub_questions_of


def test_two_counts_of_one_thing_are_not_the_same_statement() -> None:
    fewer = evidence("About 340 people were evacuated from the town.", 1)
    more = evidence("About 1,120 people were evacuated from the town.", 1)
    assert not same_statement(fewer, more)
    assert same_statement(fewer, evidence("About 340 people were evacuated from that town.", 1))


def test_one_sentence_is_enough_when_the_others_add_nothing() -> None:
    best = evidence("The ferry sails on Monday.", 9)
    weak = evidence("Bread is cheap.", 1, vector=(0, 1))
    assert select_quotes([best, weak], sub_questions_of({"ferri": 1.0, "sail": 1.0}), [0], 4) == [
        SelectedQuote(best, 0)
    ]


@pytest.mark.parametrize(("most", "kept"), [(1, "a"), (2, "ac"), (3, "abc"), (4, "abc")])
def test_the_likeliest_for_another_question_makes_room_but_not_for_the_first(most: int, kept: str) -> None:
    a = evidence("Kallas condemned it.", 9, 1)
    b = evidence("Bread is cheap.", 5, 0, vector=(0, 1))
    c = evidence("The ferry sails on Monday.", 0, 5, vector=(0, -1))
    quotes = [SelectedQuote(a, 0), SelectedQuote(b)][:most]
    found = with_the_likeliest(quotes, [a, b, c], [1], most)
    assert [quote.by for quote in found] == [{"a": a, "b": b, "c": c}[name] for name in kept]
    assert with_the_likeliest(quotes, [a, b, c], [0], most) == quotes


def test_each_question_put_at_once_gets_its_sentence() -> None:
    first = evidence("Kallas condemned it.", 5, 9, 1)
    second = evidence("She urged restraint.", 1, 1, 9, vector=(0, 1))
    assert select_quotes([first, second], sub_questions_of({"condemn": 1.0, "demand": 1.0}, 3), [1, 2], 4) == [
        SelectedQuote(first, 1),
        SelectedQuote(second, 2),
    ]
    assert select_quotes([first, second], sub_questions_of({"condemn": 1.0}, 3), [1], 4) == [SelectedQuote(first, 1)]


def test_never_more_quotes_than_asked_for() -> None:
    many = [evidence(f"Sentence {n} is about the ferry.", 1, vector=(n, 1)) for n in range(9)]
    assert len(select_quotes(many, sub_questions_of({"ferri": 1.0}), [0], 2)) == 2


def test_only_what_is_nearly_as_likely_stands_beside_the_sentence_that_leads() -> None:
    lead, near, far = (
        evidence("The ferry sails on Monday.", 9),
        evidence("A boat leaves at noon.", 8.5, vector=(0, 1)),
        evidence("Bread is cheap in town.", 7, vector=(-1, 0)),
    )
    parts = sub_questions_of({"ferri": 1.0, "sail": 1.0})
    assert select_quotes([lead, near, far], parts, [0], 4) == [
        SelectedQuote(lead, 0),
        SelectedQuote(near, also=True),
        SelectedQuote(far),
    ]


@pytest.mark.parametrize(
    ("question", "span", "short"),
    [
        ("Where did the river come over?", "Tanner", "Tanner's Row"),
        ("Who left the town?", "Dora", "Dora Amblin"),
        ("how many people left", "340 people", "340 people"),
        ("Why did people leave?", "340 people", None),
        ("Why did those who lived there leave?", "340 people", None),
        ("From where did they leave?", "340 people", "340 people"),
        ("Who said so?", "About 340 people left Tanner's Row when the river rose, said the chief Dora Amblin", None),
    ],
)
def test_a_few_words_answer_only_a_question_for_them(question: str, span: str, short: str | None) -> None:
    text = "About 340 people left Tanner's Row when the river rose, said the chief Dora Amblin."
    start = text.index(span)
    reading = SentenceReading(1.0, 1.0, (start, start + len(span)))
    asked = SubQuestion(question, "", {})
    assert short_answer(asked, 0, replace(evidence(text, 1), readings=(reading,))) == short


@pytest.mark.parametrize(
    ("sentence", "span", "short"),
    [
        ("Bo Ek and Ana Lund are against it.", "Bo Ek", None),
        ("Bo Ek and Ana Lund are against it.", "Ana Lund", None),
        ("Bo Ek and Ana Lund are against it.", "Bo Ek and Ana Lund", "Bo Ek and Ana Lund"),
        ("The two Greens, Bo Ek and Ana Lund, and the independent Dora Amblin are against it.", "Dora Amblin", None),
        ("The mayor, Bo Ek, Ana Lund and Dora Amblin are against it.", "Bo Ek", None),
        ("Bo Ek won and Ana Lund lost.", "Bo Ek", "Bo Ek"),
        ("Bo Ek, Chairman of Teskholm Line, is against it.", "Bo Ek", "Bo Ek"),
        ("On Monday Bo Ek was against it, and so were many.", "Bo Ek", "Bo Ek"),
    ],
)
def test_one_of_several_names_does_not_stand_for_all(sentence: str, span: str, short: str | None) -> None:
    start = sentence.index(span)
    reading = SentenceReading(1.0, 1.0, (start, start + len(span)))
    asked = SubQuestion("Who is against it?", "", {})
    assert short_answer(asked, 0, replace(evidence(sentence, 1), readings=(reading,))) == short


@pytest.mark.parametrize("number", ["12 000", "12\u202f000", "12,000", "12’000", "12.000"])
def test_a_number_is_answered_whole(number: str) -> None:
    text = f"The town pays {number} euros for it."
    asked = SubQuestion("How many euros does the town pay?", "", {})
    for start, end in ((14, 16), (17, 20)):
        reading = SentenceReading(1.0, 1.0, (start, end))
        short = short_answer(asked, 0, replace(evidence(text, 1), readings=(reading,)))
        assert short == " ".join(number.split())


@pytest.mark.parametrize(
    ("question", "sentence", "same"),
    [
        ("How warm was the water in May?", "The water averaged 11.3 degrees in April.", False),
        ("How warm was the water in May?", "The water averaged 11.3 degrees in April and 13 in May.", True),
        ("How warm was the water in May?", "The water averaged 11.3 degrees.", True),
        ("How many saw the 2023 cup?", "The cup drew 2.1 billion views in 2019.", False),
        ("Who won in 2023?", "Bo Ek won in March 2023.", True),
        ("How many marched?", "In 2019 some 2000 people marched.", True),
    ],
)
def test_a_sentence_of_another_month_or_year_is_no_answer(question: str, sentence: str, same: bool) -> None:
    asked = SubQuestion(question, "", {})
    assert is_of_the_asked_time(asked, 0, [evidence(sentence, 1)]) is same
