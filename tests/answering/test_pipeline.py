"""The way of a question: each stage once, and each text through the model once, also for a follow-up."""

from collections import Counter
from pathlib import Path

import pytest

from assistant import Assistant, Settings
from tests.support import WordHash, write_article


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    write_article(
        folder,
        "terminal",
        "Martin Kessing voted for the ferry terminal on Monday. Dora Amblin voted against the ferry terminal. "
        "The council will vote on the harbour bridge in May. Bicycles travel free of charge.",
        title="Council votes on the ferry terminal",
    )
    write_article(
        folder,
        "cannery",
        "The cannery will close in December. The union objected to closing the cannery.",
        title="Cannery to close",
    )
    return folder


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("How did Martin Kessing vote on the ferry terminal?", "And Dora Amblin?"),
        ("When will the cannery close?", "Why?"),
        ("When will the cannery close?", "How did Martin Kessing vote?"),
        ("What travels free of charge?", "Bicycles on Monday?"),
    ],
)
def test_no_text_goes_through_the_model_twice_for_a_question_and_its_follow_up(
    corpus: Path, tmp_path: Path, first: str, then: str
) -> None:
    embedder = WordHash()
    with Assistant.open(Settings(home=tmp_path / "home"), embeddings=embedder) as assistant:
        assistant.refresh([corpus])
        embedder.texts.clear()
        conversation = assistant.conversation()
        conversation.ask(first)
        conversation.ask(then)
    assert embedder.texts
    assert [text for text, times in Counter(embedder.texts).items() if times > 1] == []


def test_a_follow_up_gets_the_answer_of_the_question_that_it_stands_for(sample: Assistant) -> None:
    conversation = sample.conversation()
    conversation.ask("How did Martin Kessing vote on the ferry terminal?")
    answer = conversation.ask("And Dora Amblin?")
    whole = sample.ask(answer.understood.follows or "")
    assert answer.understood.follows == "How did Dora Amblin vote on the ferry terminal?"
    assert answer.statements == whole.statements


@pytest.mark.parametrize("typed", ["And Dora Amblin?", "How did the council vote?"])
def test_a_follow_up_is_read_alike_when_something_else_is_not_meant(sample: Assistant, typed: str) -> None:
    history = [sample.ask("How did Martin Kessing vote on the ferry terminal?")]
    plain, other = sample.ask(typed, history=history), sample.ask(typed, history=history, ignoring={"spelling"})
    assert (other.statements, other.confidence) == (plain.statements, plain.confidence)


def test_what_search_gives_is_what_the_answer_is_read_from(sample: Assistant) -> None:
    question = "When will the cannery close?"
    cited = {citation.article_id for citation in sample.ask(question).citations}
    assert cited <= {passage.article.id for passage in sample.search(question)}


@pytest.mark.parametrize("typed", ["Why?", "When?", "How so?", "And then?", "Why did he do it?"])
def test_nothing_answers_a_question_that_does_not_say_what_it_is_about(sample: Assistant, typed: str) -> None:
    assert sample.ask(typed).outcome == "nothing"
