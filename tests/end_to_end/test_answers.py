"""Answers over the sample corpus with the real model."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any, TypeVar

import pytest

from assistant import (
    Answer,
    Assistant,
    Filters,
    Finished,
    NoArticlesError,
    QuestionError,
    Searched,
    Settings,
    StatementReady,
)

pytestmark = pytest.mark.model
T = TypeVar("T")

ANSWERED = {
    "Who condemned the attack and what was demanded?": ("Kaja Kallas", "condemned", "all states|every state|refrain"),
    "How many people were evacuated in the Pellinsea flood?": ("1,120|1,085|340",),
    "When will the cannery close?": ("September|19 December",),
    "What did Kaja Kallas call on states to do?": ("refrain|territory",),
    "How many people marched against the terminal on 12 April?": ("400",),
    "How much will repairing the flood damage cost?": ("€6.8 million|€4.2 million",),
    "Who leads the flood inquiry?": ("Agnes Corlett",),
    "How much does the terminal cost?": ("€31.5 million",),
    "When will Weir Bridge reopen?": ("November",),
    "Tell me about the flood in Pellinsea.": ("flood",),
    "What is the latest on the Herring Fair?": ("fair",),
}
RELATED = {
    "Which jobs are lost at Ashlorn Packers?": "412",
    "who won the rowing race": "The Teskholm crew beat Pellinsea",
    "How many jobs will be lost at Ashlorn Packers?": "412 jobs",
    "What did the Ledger & Quay report about the company's sales?": "€58.4 million",
    "What does Reed and Estuary say about when dredging could start?": "dredging may start",
}
REFUSED = (
    "What is the latest on bananas?",
    "Who won the 2022 World Cup?",
    "What is the price of copper?",
    "How do I bake sourdough bread?",
    "When was the Eiffel Tower built?",
    "Which medicine helps against malaria?",
)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` in a thread of its own: the browser tests leave an event loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def check_quotes(assistant: Assistant, answer: Answer) -> None:
    for citation in answer.citations:
        article = assistant.article(citation.article_id)
        assert article is not None
        assert article.text[citation.start : citation.end] == citation.quote
        assert (citation.title, citation.source, citation.url) == (article.title, article.source, article.url)


def check_citations(assistant: Assistant, answer: Answer) -> None:
    check_quotes(assistant, answer)
    numbers = {number for statement in answer.statements for number in statement.citations}
    numbers |= {side.citation for difference in answer.differences for side in difference.sides}
    assert answer.outcome == "related" or numbers == {citation.number for citation in answer.citations}


@pytest.mark.parametrize("question", ANSWERED)
def test_a_question_is_answered_in_the_articles_own_words(sample: Assistant, question: str) -> None:
    answer = sample.ask(question)
    assert answer.found and 1 <= len(answer.statements) <= 4
    for wanted in ANSWERED[question]:
        assert any(one in answer.text for one in wanted.split("|")), answer.text
    assert all(one.support == "verbatim" and one.citations for one in answer.statements)
    check_citations(sample, answer)


@pytest.mark.parametrize("question", RELATED)
def test_what_only_comes_close_is_quoted_as_such(sample: Assistant, question: str) -> None:
    answer = sample.ask(question)
    assert answer.outcome == "related" and not answer.found and answer.statements == () and answer.as_of is None
    said = "may well say this, but it is not certain" if answer.is_probable else "may not say this outright"
    assert said in answer.text and RELATED[question] in answer.text
    assert 1 <= len(answer.citations) <= 3
    check_quotes(sample, answer)


@pytest.mark.parametrize("question", REFUSED)
def test_what_the_articles_do_not_answer_is_refused(sample: Assistant, question: str) -> None:
    answer = sample.ask(question)
    assert not answer.found and answer.statements == () and answer.citations == ()
    assert answer.text.startswith("The articles do not answer this question.")
    assert "10 March 2025 to 29 May 2025" in answer.text


def test_a_refusal_names_the_nearest_coverage(sample: Assistant) -> None:
    answer = sample.ask("Which films did the director of the Herring Fair parade make in Hollywood in 1994?")
    assert not answer.found
    assert any("Herring Fair" in one.title for one in answer.nearest)
    assert "Nearest coverage" in answer.text


def test_a_question_in_another_language_is_told_so(sample: Assistant) -> None:
    answer = sample.ask("Quelle est la position du gouvernement français sur les retraites ?")
    assert not answer.found
    assert any("another language" in notice for notice in answer.notices)


def test_an_answer_says_what_it_was_made_from(sample: Assistant) -> None:
    answer = sample.ask("When will the cannery close?")
    status = sample.status()
    assert answer.mode == "quotes"
    assert answer.corpus.generation == status.generation
    assert (answer.corpus.articles, answer.corpus.newest) == (16, status.newest)
    assert 0.5 <= answer.confidence <= 1 and answer.timings["total"] > 0


def test_copies_of_a_wire_story_are_quoted_once(sample: Assistant) -> None:
    answer = sample.ask("Why does Ashlorn Packers close the cannery?")
    quotes = [" ".join(one.quote.split()) for one in answer.citations]
    assert len(quotes) == len(set(quotes))


def test_filters_bound_the_answer_and_the_search(sample: Assistant) -> None:
    until = Filters(until=date(2025, 3, 31))
    answer = sample.ask("How many people were evacuated in the flood?", until)
    assert answer.found and all(one.published and one.published.date() <= until.until for one in answer.citations)  # type: ignore[operator]
    for filters in (Filters(source="coast radio pellinsea"), Filters(since=date(2025, 5, 28))):
        for passage in sample.search("flood cannery attack", 20, filters):
            assert passage.article in sample.articles(filters)
    assert sample.search("flood", 5, Filters(source="Nobody")) == []
    assert not sample.ask("How many were evacuated?", Filters(source="Nobody")).found


def test_a_publication_that_is_named_is_where_the_passages_come_from(sample: Assistant) -> None:
    passages = sample.search("What did Coast Radio Pellinsea report about the march?", 5)
    assert {one.article.source for one in passages} == {"Coast Radio Pellinsea"}


def test_the_stream_ends_with_the_same_answer(sample: Assistant) -> None:
    events = list(sample.stream("When will the cannery close?"))
    assert isinstance(events[0], Searched) and isinstance(events[-1], Finished)
    answer = events[-1].answer
    said = [one for one in events if isinstance(one, StatementReady)]
    assert tuple(one.statement for one in said) == answer.statements
    assert tuple(citation for one in said for citation in one.citations) == answer.citations
    assert sample.ask("When will the cannery close?").text == answer.text


def test_the_asynchronous_forms_give_the_same(sample: Assistant) -> None:
    question = "When will the cannery close?"

    async def both() -> tuple[str, str]:
        answer = await sample.aask(question)
        events = [event async for event in sample.astream(question)]
        assert isinstance(events[-1], Finished)
        return answer.text, events[-1].answer.text

    assert run(both()) == (sample.ask(question).text,) * 2


def test_the_chain_and_the_retriever_are_langchain_runnables(sample: Assistant) -> None:
    question = "When will the cannery close?"
    assert sample.chain().invoke(question).text == sample.ask(question).text
    assert [one.text for one in sample.chain().batch([question])] == [sample.ask(question).text]
    documents = sample.retriever(k=3).invoke(question)
    passages = sample.search(question, 3)
    assert [one.page_content for one in documents] == [one.chunk.text for one in passages]
    assert documents[0].metadata["article_id"] == passages[0].article.id


def test_many_threads_each_get_their_own_answer(sample: Assistant) -> None:
    questions = [*ANSWERED, *REFUSED] * 3
    alone = {question: sample.ask(question).text for question in set(questions)}
    together = run(_ask_all(sample, questions))
    assert together == [alone[question] for question in questions]


async def _ask_all(assistant: Assistant, questions: list[str]) -> list[str]:
    answers = await asyncio.gather(*(assistant.aask(question) for question in questions))
    return [answer.text for answer in answers]


def test_an_empty_home_says_what_to_do(settings_home: Settings) -> None:
    with Assistant.open(settings_home) as assistant:
        assert assistant.status().articles == 0
        for act in (lambda: assistant.ask("Who?"), lambda: assistant.search("x"), assistant.articles):
            with pytest.raises(NoArticlesError, match="run: assistant refresh"):
                act()


def test_a_bad_question_is_an_error_and_the_next_is_answered(sample: Assistant) -> None:
    for question in ("", "?!", "a " * 10_000):
        with pytest.raises(QuestionError):
            sample.ask(question)
    assert sample.ask("When will the cannery close?").found


def test_unknown_articles_are_none(sample: Assistant) -> None:
    assert sample.article("nothing") is None
    assert sample.chunks("nothing") == []
    first = sample.articles()[0]
    assert sample.article(first.id) == first
    assert [one.article_id for one in sample.chunks(first.id)] == [first.id] * len(sample.chunks(first.id))


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "part", "said"),
    [
        ("How high did the river get, and was that a record?", "How high did the river get", "5.84 metres"),
        (
            "Who voted for the terminal and why did Kessing change his mind?",
            "Who voted for the terminal",
            "Rosa Tillick",
        ),
    ],
)
def test_a_part_that_the_articles_may_answer_is_quoted_and_not_denied(
    sample: Assistant, question: str, part: str, said: str
) -> None:
    answer = sample.ask(question)
    assert answer.found and any(said in citation.quote for citation in answer.citations)
    assert answer.notices == (f"It is not certain that the articles answer this part: “{part}”. Check the words.",)


@pytest.mark.model
def test_a_part_that_the_articles_do_not_answer_is_denied(sample: Assistant) -> None:
    answer = sample.ask("When will the cannery close and who will buy it?")
    assert answer.found
    assert answer.notices == ("The articles do not answer this part: “who will buy it”.",)
