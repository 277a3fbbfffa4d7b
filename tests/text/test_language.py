"""Texts in another language than the articles."""

import pytest

from assistant.text import is_foreign

ENGLISH = ["The council approved the ferry terminal at East Quay by six votes to four, and the mayor thanked the town."]


@pytest.mark.parametrize(
    "question",
    [
        "Wie hat Martin Kessing über das Fährterminal abgestimmt?",
        "¿Cuánto costará la terminal de ferris de East Quay?",
        "Qui a voté contre le terminal ?",
        "Hur många jobb försvinner vid Ashlorn Packers?",
        "Kolik lidí bylo evakuováno?",
    ],
)
def test_a_question_in_another_language_is_known_beside_english_names(question: str) -> None:
    assert is_foreign(question, ENGLISH)


@pytest.mark.parametrize(
    "question",
    [
        "Who is Kaja Kallas?",
        "puka nacua week 14 rank",
        "jonathan kuminga salary",
        "price tag terminal",
        "Teskholm?",
        "",
        "412",
    ],
)
def test_names_and_bare_words_are_not_taken_for_another_language(question: str) -> None:
    assert not is_foreign(question, ENGLISH)


def test_of_what_is_probably_foreign_it_is_enough_that_it_is_likelier() -> None:
    text = "El coste de la terminal de ferris de East Quay sería de €31.5 millones."
    assert is_foreign(text, ENGLISH, surely=False)
    assert not is_foreign("The terminal will cost €31.5 million.", ENGLISH, surely=False)
