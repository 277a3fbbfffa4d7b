"""Sources that disagree are reported, and never where they do not; independent ones that agree are counted."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from assistant import Article, Chunk, Passage
from assistant.articles import header
from assistant.models.passage_reader import ReaderInput, open_reader
from assistant.reading.agreement import agreeing_publications, disagreements, says_the_same
from assistant.reading.evidence import Evidence, SentenceReading
from assistant.utils import once

pytestmark = pytest.mark.model


reader = once(open_reader)


def evidence(question: str, text: str, source: str, day: int = 1, cosine: float = 0.9) -> Evidence:
    """A sentence as the reader reads it, whose vector has this cosine with all others of the same `cosine`."""
    article = Article(f"{source}{day}", "Vannicote and Teskholm", text, source, datetime(2025, 5, day, tzinfo=UTC))
    chunk = f"{text} It was told in Vannicote by the Harbour List and Green Shore."
    vector = np.zeros(9, np.float32)
    vector[0], vector[1 + day % 8] = cosine**0.5, (1 - cosine) ** 0.5
    passage = Passage(Chunk(article.id, 0, len(chunk), chunk), article, 1.0)
    (reading,) = reader().read([ReaderInput(question, header(article), (text,))])
    read = SentenceReading(reading.sentences[0], reading.answers, reading.spans[0])
    return Evidence(passage, 0, len(text), readings=(read,), embed=lambda: vector)


def reported_values(question: str, *texts: str, copies: bool = False) -> list[str]:
    """The values of the sides that are reported, newest first, for sentences of the papers A, B, C ..."""
    sentences = [evidence(question, text, "ABCDE"[number], number + 1) for number, text in enumerate(texts)]
    cluster_of = (lambda name: "one") if copies else str
    return [side.value.words for disagreement in disagreements(sentences, cluster_of) for side in disagreement.sides]


def test_two_counts_of_the_same_march_are_a_disagreement_unless_they_are_copies() -> None:
    question = "How many people marched against the terminal?"
    texts = (
        "About 400 people marched against the terminal, police said.",
        "The march against the terminal drew 1,500 people.",
    )
    assert reported_values(question, *texts) == ["1,500", "400"]
    assert reported_values(question, *texts, copies=True) == []


def test_two_dates_and_two_amounts_are_disagreements() -> None:
    closing = (
        "It will close the cannery at the end of September.",
        "The cannery will stay open until Friday, 19 December.",
    )
    assert reported_values("When will the cannery close?", *closing) == ["19 December", "the end of September"]
    assert reported_values("Will the cannery close in September?", *closing) == ["19 December", "the end of September"]
    costs = ("The repair of the pier will cost €4.2 million.", "The repair of the pier will cost €6.8 million.")
    assert reported_values("How much will the repair of the pier cost?", *costs) == ["€6.8 million", "€4.2 million"]


@pytest.mark.parametrize(
    ("question", "texts"),
    [
        pytest.param(
            "How many people marched?",
            ("Some 400 people marched.", "Police said 412 people marched.", "About 400 people marched."),
            id="rounded",
        ),
        pytest.param(
            "How many people were evacuated in the flood?",
            ("More than 1,100 people were evacuated in the flood.", "In the flood 1,120 people were evacuated."),
            id="at least",
        ),
        pytest.param(
            "How much is the town's share of the terminal?",
            (
                "The town's share of the terminal falls from €9.4 million to €7.1 million.",
                "The town's share of the terminal is €9.4 million.",
            ),
            id="a change that one source reports",
        ),
        pytest.param(
            "How many people marched against the terminal?",
            ("About 400 people marched against the terminal.", "About 900 boats marched against the terminal."),
            id="other things",
        ),
        pytest.param(
            "How many people marched against the terminal?",
            ("About 400 people marched against the terminal.", "Another 90 people marched against the terminal later."),
            id="a part",
        ),
        pytest.param(
            "How many jobs will Ashlorn Packers cut?",
            ("Ashlorn Packers will cut 412 jobs.", "Vannicote Cold Store will cut 30 jobs."),
            id="another company",
        ),
        pytest.param(
            "How many jobs will Weir Bridge bring?",
            ("Weir Bridge will bring 12 jobs.", "Weir Bridge Works will bring 30 jobs."),
            id="a longer name",
        ),
        pytest.param(
            "How much did the fair raise?",
            ("The fair raised €12,300.", "In 2021 the fair raised €9,000."),
            id="an earlier year",
        ),
        pytest.param(
            "When will the cannery close?",
            ("The cannery will close in September.", "The cannery will close on 12 September."),
            id="a day of that month",
        ),
        pytest.param(
            "How many people were evacuated?",
            ("They evacuated 1,085 people.", "Correction: an earlier version said that 1,120 people were evacuated."),
            id="a correction",
        ),
        pytest.param("Who marched?", ("About 400 people marched.", "The march drew 1,500 people."), id="not asked for"),
        pytest.param("How many yards did he run?", ("He ran 40 yards.", "He ran 70 yards."), id="a measure"),
    ],
)
def test_nothing_is_reported_where_sources_do_not_disagree(question: str, texts: tuple[str, ...]) -> None:
    assert reported_values(question, *texts) == []


def test_sentences_far_apart_in_meaning_or_place_do_not_differ() -> None:
    question = "How many people marched against the terminal?"
    first = evidence(question, "About 400 people marched against the terminal.", "A", 1)
    far = evidence(question, "The march against the terminal drew 1,500 people.", "B", 2, cosine=0.1)
    assert disagreements([first, far], str) == []
    second = evidence(question, far.text, "B", 2)
    assert disagreements([first, second], str)
    elsewhere = Chunk("x", 0, 9, "In Lisbon Maria Lopez spoke.")
    moved = replace(second, passage=replace(second.passage, chunk=elsewhere))
    assert disagreements([first, moved], str) == []


def test_independent_papers_that_say_the_same_are_counted_once_each() -> None:
    text = "Kaja Kallas condemned the attack on the ministry."
    quoted, copy, same_paper, other_paper, denied, other_speaker = (
        evidence("", sentence, source, day)
        for day, (source, sentence) in enumerate(
            [
                ("A", text),
                ("B", text),
                ("A", text),
                ("C", "The attack on the ministry was condemned by Kaja Kallas in May."),
                ("D", "Kaja Kallas has not condemned the attack on the ministry."),
                ("E", "Two ministers condemned the attack on the ministry."),
            ],
            1,
        )
    )

    def cluster_of(article_id: str) -> str:
        return "wire" if article_id in (quoted.article.id, copy.article.id) else article_id

    everything = [quoted, copy, same_paper, other_paper, denied, other_speaker]
    assert agreeing_publications(quoted, everything, cluster_of) == ("A", "C")
    assert agreeing_publications(quoted, [quoted, copy, same_paper, denied], cluster_of) == ()


def test_another_figure_is_not_the_same() -> None:
    cut = evidence("", "The cannery cut 412 jobs in Pellinsea.", "A", 1)
    assert not says_the_same(cut, evidence("", "The cannery cut 398 jobs in Pellinsea.", "B", 2))
    assert says_the_same(cut, evidence("", "In Pellinsea the cannery cut 412 jobs.", "B", 2))
