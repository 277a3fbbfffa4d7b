"""Who asks for what there is on a topic gets a briefing: a dated sentence of each article, newest first."""

from datetime import date
from pathlib import Path

import pytest

from assistant import Answer, Assistant, Settings
from assistant.articles import Filters

pytestmark = pytest.mark.model


def days(answer: Answer) -> list[date]:
    return [citation.published.date() for citation in answer.citations if citation.published]


@pytest.mark.parametrize(
    "question",
    [
        "What is the latest on the ferry terminal?",
        "summarise the ferry terminal story",
        "what happened to the ferry terminal",
    ],
)
def test_each_article_on_the_topic_is_told_newest_first(sample: Assistant, question: str) -> None:
    answer = sample.ask(question)
    assert answer.outcome == "answered" and answer.is_briefing
    assert len(answer.statements) >= 4 and len({one.article_id for one in answer.citations}) == len(answer.citations)
    assert days(answer) == sorted(days(answer), reverse=True)
    assert "approved the East Quay ferry terminal" in answer.statements[0].text
    assert answer.text.startswith("Pellinsea Chronicle, 25 April 2025: ")
    assert all(statement.support == "verbatim" for statement in answer.statements)


def test_a_timeline_begins_with_the_beginning(sample: Assistant) -> None:
    answer = sample.ask("Timeline of the ferry terminal")
    assert answer.is_briefing and days(answer) == sorted(days(answer))


def test_a_correction_follows_what_it_corrects(sample: Assistant) -> None:
    texts = [statement.text for statement in sample.brief("the flood").statements]
    place = next(number for number, text in enumerate(texts) if "risen to 1,120" in text)
    assert "earlier version" in texts[place + 1] and "1,085" in texts[place + 1]


def test_only_the_publication_and_the_time_that_are_meant_are_told_of(sample: Assistant) -> None:
    answer = sample.ask("What did the Chronicle report about the flood?")
    assert answer.is_briefing and {one.source for one in answer.citations} == {"Pellinsea Chronicle"}
    answer = sample.brief("the flood", Filters(since=date(2025, 3, 12)))
    assert answer.is_briefing and min(days(answer)) >= date(2025, 3, 12)


@pytest.mark.parametrize(
    "question",
    [
        "compare what the papers write about the cannery closure",
        "Where do the papers disagree on the cannery closure?",
        "compare the coverage of the cannery closure",
    ],
)
def test_publications_are_compared_one_after_the_other(sample: Assistant, question: str) -> None:
    answer = sample.ask(question)
    sources = [citation.source for citation in answer.citations[: len(answer.statements)]]
    assert answer.is_briefing and len(set(sources)) >= 3
    assert sources == sorted(sources, key=sources.index), "each publication's sentences stand together"
    assert all(answer.text.count(f"{source}, ") for source in sources)


WALL = [
    "Sand was found under the harbour wall by two divers.",
    "A storm tore twelve stones out of the harbour wall.",
    "The mayor asked engineers to look at the harbour wall.",
    "Nobody may walk on the harbour wall until further notice.",
    "Fishermen complained that the harbour wall keeps them from their boats.",
    "A firm from the capital offered to mend the harbour wall for nothing.",
    "Its offer for the harbour wall was turned down after a long night.",
    "School children painted pictures of the harbour wall for the museum.",
    "Seals have been seen sleeping beside the harbour wall.",
    "Cranes arrived by sea to lift the harbour wall.",
    "Lamps will be put along the harbour wall before winter.",
    "The bishop blessed the harbour wall and those who built it.",
    "A retired captain wrote a book on the harbour wall.",
    "Work on the harbour wall is over at last.",
]


def test_of_many_articles_the_newest_are_told_however_they_rank(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    for number, sentence in enumerate(WALL, 1):
        # The older, the more of the topic's words.
        text = f"{sentence} {'What of the harbour wall? ' * (len(WALL) - number)}"
        head = f"title: Harbour wall, part {number}\npublished: 2025-05-{number:02}"
        (folder / f"{number}.md").write_text(f"---\n{head}\n---\n{text}\n")
    with Assistant.open(Settings(home=tmp_path / "home")) as assistant:
        assistant.refresh([folder])
        answer = assistant.ask("What is the latest on the harbour wall?")
    assert [statement.text for statement in answer.statements] == WALL[:-11:-1]


def test_of_one_article_several_sentences_are_told(sample: Assistant) -> None:
    answer = sample.brief("the Herring Fair")
    assert len(answer.statements) == 3 and len({one.article_id for one in answer.citations}) == 1
    assert answer.text.startswith("The Pellinsea Herring Fair drew a record 12,600 visitors")


def test_a_bridge_of_another_name_is_another_topic(sample: Assistant) -> None:
    answer = sample.brief("Weir Bridge")
    assert answer.is_briefing and all("Weir Bridge" in statement.text for statement in answer.statements)


def test_what_no_article_is_about_is_not_told(sample: Assistant) -> None:
    answer = sample.brief("the banana harvest")
    assert answer.outcome == "nothing" and "“banana”" in answer.text and "latest" not in answer.lacking


def test_a_question_about_a_topic_is_no_briefing(sample: Assistant) -> None:
    assert not sample.ask("What happened to the pier that was struck by debris?").is_briefing
    assert not sample.ask("Tell me about who condemned the attack").is_briefing
    assert not sample.ask("How did Martin Kessing vote on the ferry terminal?").is_briefing


@pytest.mark.model
def test_who_asks_what_somebody_said_gets_their_words_newest_first(sample: Assistant) -> None:
    answer = sample.ask("what did the mayor say")
    assert answer.outcome == "answered" and answer.is_briefing
    assert all("mayor" in statement.text.lower() for statement in answer.statements)
    assert not any("Deputy mayor" in statement.text for statement in answer.statements)
    days = [citation.published for citation in answer.citations if citation.published]
    assert days == sorted(days, reverse=True) and len(days) == len(answer.citations) >= 4


@pytest.mark.model
def test_the_words_of_a_namesake_are_not_somebodys(sample: Assistant) -> None:
    answer = sample.ask("What did Anna Kessing say?")
    assert answer.outcome == "answered"
    assert all("Anna Kessing" in statement.text for statement in answer.statements)


@pytest.mark.model
@pytest.mark.parametrize("question", ["What did Gregor Maslin say?", "What did Anna Kessing say about the canteen?"])
def test_words_that_nobody_said_are_not_made_out(sample: Assistant, question: str) -> None:
    assert not sample.ask(question).is_briefing
