"""What a question is taken to mean over the sample corpus."""

from datetime import date

import pytest

from assistant import Assistant, Filters
from assistant.retrieval.publications import absent_publications, publications_named

pytestmark = pytest.mark.model


def test_a_misspelt_name_is_put_right_and_told(sample: Assistant) -> None:
    answer = sample.ask("What did Helena Marsck call for?")
    assert answer.understood.corrected == (("Marsck", "Marsk"),)
    assert answer.understood.names == ("Helena Marsk",)
    assert answer.found and "urgent talks" in answer.text
    assert answer.question == "What did Helena Marsck call for?"


def test_the_name_of_somebody_else_is_no_misspelling(sample: Assistant) -> None:
    assert sample.ask("Who is Elin Marske?").understood.corrected == ()


def test_publications_and_dates_are_told(sample: Assistant) -> None:
    understood = sample.ask("What did Coast Radio Pellinsea report in April 2025 about the march?").understood
    assert understood.publications == ("Coast Radio Pellinsea",)
    assert (understood.since, understood.until) == (date(2025, 4, 1), date(2025, 4, 30))


def test_a_span_is_counted_from_the_newest_article(sample: Assistant) -> None:
    understood = sample.ask("What happened at the fair last weekend?").understood
    assert (understood.since, understood.until) == (date(2025, 5, 24), date(2025, 5, 25))


def test_parts_are_told_and_each_is_answered(sample: Assistant) -> None:
    answer = sample.ask("Who condemned the attack and what was demanded?")
    assert answer.understood.parts == ("Who condemned the attack", "what was demanded")
    assert "condemned" in answer.text and ("urged" in answer.text or "called on" in answer.text)


def test_a_publication_that_the_corpus_lacks_is_named(sample: Assistant) -> None:
    answer = sample.ask("According to a recent Reuters article, why was the flood warning in Pellinsea late?")
    assert answer.absent == ("Reuters",)
    assert "There are no articles from Reuters." in (answer.text if not answer.found else answer.notices)


@pytest.mark.parametrize(
    ("question", "absent"),
    [
        ("What does the Bloomberg article say?", ("Bloomberg",)),
        (
            "Which firm is named in an article from The Korea Herald and another by 9to5Mac?",
            ("Korea Herald", "9to5Mac"),
        ),
        ("What did Coast Radio Pellinsea report?", ()),
        ("What does the coverage of Helena Marsk's speech say?", ()),
        ("What did Kallas say on 3 May?", ()),
        ("How many deaths were reported in Gaza in May?", ()),
        ("How much profit did Microsoft report in 2023?", ()),
        ("What do reports from Ukraine say about an article by Jane Doe?", ()),
        ("Which novel was published by Penguin in English?", ()),
        ("What was reported in the first article of May?", ()),
    ],
)
def test_only_publications_are_taken_for_absent_ones(question: str, absent: tuple[str, ...]) -> None:
    assert absent_publications(question, publications_named(question, ["Coast Radio Pellinsea"])) == absent


def test_questions_about_the_corpus_are_counted(sample: Assistant) -> None:
    answer = sample.ask("How many articles are there?")
    assert (answer.mode, answer.found, answer.citations) == ("catalogue", True, ())
    assert answer.text == "There are 16 articles from 9 publications, 10 March to 29 May 2025."
    assert {statement.support for statement in answer.statements} == {"counted"}
    some = sample.ask("How many articles are there?", Filters(source="Coast Radio Pellinsea"))
    assert some.text.startswith("There are 2 articles")
    both = sample.ask("How many articles are there?", Filters(source=("Coast Radio Pellinsea", "Reed and Estuary")))
    assert both.text.startswith("There are") and both.text != some.text


def test_of_several_chosen_publications_a_question_may_name_one(sample: Assistant) -> None:
    chosen = Filters(source=("Coast Radio Pellinsea", "Pellinsea Chronicle"))
    answer = sample.ask("What did Coast Radio Pellinsea report about the flood?", chosen)
    assert answer.understood.publications == ("Coast Radio Pellinsea",)
