"""What was changed or corrected since comes first."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from assistant import Article, Assistant, Chunk, Passage
from assistant.reading.evidence import Evidence, SentenceReading
from assistant.reading.selection import SelectedQuote
from assistant.reading.updates import with_updates

FIRST = "The storm sank 12 boats on Monday."
LATER = "The number of boats lost in the storm has risen to 19."
BODY = "The storm sank 17 boats, the harbour master now says."
NOTE = "Clarification: a previous version of this report said that 19 boats were lost. The number is 17."


def sentences(day: int, *paragraphs: str) -> list[Evidence]:
    """Each paragraph's first sentence, as evidence of an article of that day."""
    text = "\n\n".join(paragraphs)
    article = Article(f"a{day}", "Storm", text, published=datetime(2025, 3, day, 8, tzinfo=UTC))
    passage = Passage(Chunk(article.id, 0, len(text), text), article, 1.0)
    found = []
    for paragraph in paragraphs:
        start = text.index(paragraph)
        end = start + len(paragraph.split(". ")[0].rstrip(".")) + 1
        reading = SentenceReading(1.0, 1.0, (start, end))
        found.append(Evidence(passage, start, end, readings=(reading,), embed=lambda: np.array((1, 0), np.float32)))
    return found


def quoted(lead: Evidence, evidence: list[Evidence], asked: str = "How many boats were lost?") -> list[str]:
    return [quote.by.text for quote in with_updates([SelectedQuote(lead, 0)], evidence, asked)]


def test_a_figure_that_rose_is_told_as_newest_and_the_earlier_one_after_it() -> None:
    (first,), (later,) = sentences(3, FIRST), sentences(5, LATER)
    assert quoted(first, [first, later]) == [LATER, FIRST]
    assert quoted(later, [later, first]) == [LATER]


@pytest.mark.parametrize(
    "other",
    [
        "The number of tyres on the beach has risen to €19 million.",
        "The storm sank 19 boats.",
        "It has risen to a gale.",
    ],
)
def test_only_a_change_of_that_figure_takes_its_place(other: str) -> None:
    (first,), (later,) = sentences(3, FIRST), sentences(5, other)
    assert quoted(first, [first, later]) == [FIRST]


def test_the_figure_of_the_year_before_is_not_meant_unless_it_is_asked_for() -> None:
    before, now = sentences(6, "Last year's storm sank 9 boats in the bay.", "This storm sank 12 boats in the bay.")
    assert quoted(before, [before, now])[0] == now.text
    assert quoted(before, [before, now], "How many boats were lost last year?")[0] == before.text


def test_an_earlier_article_changes_nothing() -> None:
    (first,), (later,) = sentences(6, FIRST), sentences(5, LATER)
    assert quoted(first, [first, later]) == [FIRST]


def test_a_correction_comes_whole_after_what_is_right() -> None:
    (first,), (later,), (body, note) = sentences(3, FIRST), sentences(5, LATER), sentences(9, BODY, NOTE)
    assert quoted(later, [later, first, body, note]) == [BODY, NOTE, LATER]
    assert quoted(first, [first, later, body, note]) == [BODY, NOTE, LATER, FIRST]
    assert quoted(note, [note, later]) == [NOTE]
    assert quoted(body, [body, note, later]) == [BODY]


def test_a_note_with_the_same_figure_on_something_else_corrects_nothing() -> None:
    (first,) = sentences(3, FIRST)
    body, note = sentences(
        9, "Turnout was 14 per cent.", "Correction: an earlier version gave the turnout as 12. It is 14."
    )
    assert quoted(first, [first, body, note]) == [FIRST]
    officers = sentences(9, "Corrections officers, 40 of whom were there, said that 12 boats sank in the storm.")[0]
    assert quoted(first, [first, officers]) == [FIRST]


def test_answers_to_other_questions_stay_before_what_only_led() -> None:
    (first,), (later,), (other,) = sentences(3, FIRST), sentences(5, LATER), sentences(4, "Ann Lee paid for it.")
    quotes = [SelectedQuote(first, 0), SelectedQuote(other, 1)]
    assert [one.by.text for one in with_updates(quotes, [first, later, other], "How many?")] == [
        LATER,
        other.text,
        FIRST,
    ]


def test_a_note_on_something_else_corrects_nothing() -> None:
    (first,), (body, note) = sentences(3, FIRST), sentences(9, BODY, "Correction: Ann Lee is the harbour master.")
    assert quoted(first, [first, body, note]) == [FIRST]
    no_lead = [SelectedQuote(replace(first), None)]
    assert with_updates(no_lead, [first], "") == no_lead and with_updates([], [first], "") == []


@pytest.mark.model
def test_the_corrected_number_is_the_answer_and_says_what_it_replaced(sample: Assistant) -> None:
    answer = sample.ask("How many people were evacuated in the flood?")
    first, second = answer.statements[:2]
    assert answer.fold == 2 and "1,085 people" in first.text
    assert "an earlier version" in second.text and "1,120" in second.text and "count is 1,085" in second.text
    assert ["340" in answer.further[0].text, "1,120" in answer.further[1].text] == [True, True]
    assert answer.as_of is not None and answer.as_of.date().isoformat() == "2025-04-02"


@pytest.mark.model
def test_who_asks_of_a_day_is_told_what_was_known_then(sample: Assistant) -> None:
    answer = sample.ask("How many people had been evacuated on 10 March 2025?")
    assert "340" in answer.citations[0].quote


@pytest.mark.model
def test_boats_and_people_are_no_difference(sample: Assistant) -> None:
    assert sample.ask("How many homes were flooded?").differences == ()


def test_what_was_planned_and_has_been_done_is_told_as_done() -> None:
    (plan,), (done,) = (
        sentences(3, "The harbour school will reopen on 28 April, Ann Lee said."),
        sentences(9, "It was the first concert since the school reopened on 28 April."),
    )
    (other,) = sentences(8, "The shop reopened on 28 April.")
    asked = "Has the school reopened?"
    assert quoted(plan, [plan, other, done], asked) == [done.text, plan.text]
    assert quoted(plan, [plan, other], asked) == [plan.text]
    (earlier,) = sentences(1, "The school reopened on 2 March after a fire.")
    assert quoted(plan, [plan, earlier], asked) == [plan.text]
