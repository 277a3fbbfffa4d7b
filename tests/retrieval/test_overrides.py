"""A question asked again without one of the things that it was understood as, and questions about one article."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assistant import Answer, Aspect, Assistant, Filters, Interpretation, QuestionError, Settings
from assistant.retrieval.overrides import blanked, tidy, with_lead
from assistant.retrieval.publications import publications_named
from assistant.retrieval.question import parse
from tests.answering.test_generate import writer
from tests.end_to_end.test_answers import check_citations, run
from tests.end_to_end.test_golden import CASES
from tests.support import examples, open_assistant, write_article

ASPECTS: tuple[Aspect, ...] = get_args(Aspect)
QUESTIONS = st.sampled_from([case["question"] for case in CASES])
COMMON = "According to the Morning Meridian, who condemned the attack on the Czech foreign ministry?"
PLAIN = "Who condemned the attack on the Czech foreign ministry?"


def less(understood: Interpretation, ignoring: frozenset[Aspect]) -> Interpretation:
    """`understood` without what is ignored, but for spelling, which changes the words that all is read from."""
    if "publications" in ignoring:
        understood = replace(understood, publications=())
    if "dates" in ignoring:
        understood = replace(understood, since=None, until=None, when=None)
    return replace(understood, parts=()) if "parts" in ignoring else understood


@pytest.mark.model
@settings(max_examples=examples(80, 25), deadline=None)
@given(question=QUESTIONS, ignoring=st.frozensets(st.sampled_from(ASPECTS)))
def test_just_what_is_ignored_is_not_understood(sample: Assistant, question: str, ignoring: frozenset[Aspect]) -> None:
    whole = sample.ask(question, ignoring=ignoring & {"spelling", "catalogue"})
    answer = sample.ask(question, ignoring=ignoring)
    assert answer.question == question
    assert answer.understood == less(whole.understood, ignoring)
    assert not ("spelling" in ignoring and answer.understood.corrected)
    assert not ("publications" in ignoring and answer.absent)
    assert answer.mode == ("quotes" if "catalogue" in ignoring else whole.mode)
    check_citations(sample, answer)


@pytest.mark.model
@settings(max_examples=examples(60, 25), deadline=None)
@given(data=st.data())
def test_without_its_publication_and_date_a_question_is_the_plain_one(sample: Assistant, data: st.DataObject) -> None:
    plain = [case["question"] for case in CASES if case["type"] in ("who", "what", "where", "why", "near_miss")]
    question = data.draw(st.sampled_from([text for text in plain if text[0].isupper() and text.endswith("?")]))
    source = data.draw(st.sampled_from(list(sample.status().publications)))
    when = data.draw(st.sampled_from(["In April 2025", "Last week", "On 6 May 2025"]))
    typed = f"{when}, {question[0].lower()}{question[1:-1]}, according to {source}?"
    asked, again = sample.ask(question), sample.ask(typed, ignoring={"publications", "dates"})
    assume(asked.understood.when is None and not asked.understood.publications)
    assert (again.text, again.confidence) == (asked.text, asked.confidence)
    check_citations(sample, again)


@pytest.mark.model
def test_a_publication_that_is_not_meant_is_not_looked_in(sample: Assistant) -> None:
    assert not sample.ask(COMMON).found
    answer, plain = sample.ask(COMMON, ignoring={"publications"}), sample.ask(PLAIN)
    assert answer.found and answer.text == plain.text
    assert answer.understood == plain.understood
    assert (answer.question, plain.question) == (COMMON, PLAIN)


@pytest.mark.model
def test_a_publication_that_is_not_there_is_no_reason_to_refuse(sample: Assistant) -> None:
    question = "According to a recent Reuters article, how many people were evacuated in Pellinsea?"
    assert sample.ask(question).absent == ("Reuters",)
    answer = sample.ask(question, ignoring={"publications"})
    assert (
        answer.outcome != "nothing"
        and answer.absent == ()
        and "Reuters" not in " ".join([answer.text, *answer.notices])
    )
    assert "Reuters" not in sample.ask("What did a Reuters article say of copper?", ignoring={"publications"}).text


@pytest.mark.model
def test_where_sources_differ_is_told_when_none_is_meant(sample: Assistant) -> None:
    question = "How many people marched against the terminal, according to Coast Radio?"
    assert sample.ask(question).differences == ()
    (difference,) = sample.ask(question, ignoring={"publications"}).differences
    assert {side.value for side in difference.sides} == {"400", "1,500"}


@pytest.mark.model
def test_dates_that_are_not_meant_favour_nothing(sample: Assistant) -> None:
    question = "What did Mayor Marsk say in early April 2025 about the money from the government?"
    assert sample.ask(question).understood.when == "in early April 2025"
    answer = sample.ask(question, ignoring={"dates"})
    assert (answer.understood.when, answer.understood.since, answer.understood.until) == (None, None, None)
    assert answer.text == sample.ask("What did Mayor Marsk say about the money from the government?").text


@pytest.mark.model
def test_a_time_that_says_what_is_asked_stays_a_word_of_the_question(sample: Assistant) -> None:
    before = sample.ask("What did Martin Kessing say about the terminal before the vote?", ignoring={"dates"})
    assert before.understood.when is None and before.outcome != "nothing"
    founded = sample.ask("Which company was founded in 1931?", ignoring={"dates"})
    assert founded.found and "1931" in founded.text


@pytest.mark.model
def test_a_word_that_is_meant_as_it_is_typed_is_not_put_right(sample: Assistant) -> None:
    question = "What did Dr Elin Sarow promise about the boat store?"
    understood = sample.ask(question, ignoring={"spelling"}).understood
    assert (understood.corrected, understood.names) == ((), ())


@pytest.mark.model
def test_a_question_that_is_one_is_not_taken_apart(sample: Assistant) -> None:
    question = "Who condemned the attack and how many tonnes of copper were sold?"
    assert any("this part" in notice for notice in sample.ask(question).notices)
    answer = sample.ask(question, ignoring={"parts"})
    assert answer.understood.parts == () and not any("this part" in notice for notice in answer.notices)


@pytest.mark.model
def test_a_part_that_loses_its_publication_is_told_as_it_was_typed(sample: Assistant) -> None:
    question = "Who condemned the attack and what did Coast Radio report about the price of copper?"
    answer = sample.ask(question, ignoring={"publications"})
    assert answer.notices == (
        "The articles do not answer this part: “what did Coast Radio report about the price of copper”.",
    )


@pytest.mark.model
def test_a_question_that_stands_by_itself_leans_on_nothing(sample: Assistant) -> None:
    first = sample.ask("How did Martin Kessing vote on the ferry terminal?")
    assert sample.ask("And Dora Amblin?", history=[first]).understood.follows
    alone = sample.ask("And Dora Amblin?", history=[first], ignoring={"conversation"})
    assert replace(alone, timings={}) == replace(sample.ask("And Dora Amblin?"), timings={})


@pytest.mark.model
@pytest.mark.parametrize("aspect", ["publications", "dates", "spelling", "parts"])
def test_a_follow_up_stays_one_whatever_else_is_ignored(sample: Assistant, aspect: Aspect) -> None:
    first = sample.ask("What did Coast Radio Pellinsea report in April 2025 about the march?")
    whole = sample.ask("And in May?", history=[first]).understood
    assert whole.follows and whole.publications and whole.when
    assert sample.ask("And in May?", history=[first], ignoring={aspect}).understood == less(whole, frozenset({aspect}))


@pytest.mark.model
def test_a_question_that_is_not_about_the_corpus_is_answered_from_the_articles(sample: Assistant) -> None:
    question = "How many articles about the cannery are from Coast Radio Pellinsea?"
    answer = sample.ask(question, ignoring={"catalogue"})
    assert answer.mode == "quotes" and not any(one.support == "counted" for one in answer.statements)
    assert answer.understood.publications == ("Coast Radio Pellinsea",)


@pytest.mark.model
def test_what_is_ignored_does_not_bound_what_is_counted(sample: Assistant) -> None:
    question = "How many articles from the Chronicle were published in May?"
    assert sample.ask(question).text.startswith("There is 1 article from Pellinsea Chronicle")
    assert sample.ask(question, ignoring={"dates"}).text.startswith("There are 4 articles from Pellinsea Chronicle")
    both = sample.ask(question, ignoring={"dates", "publications"})
    assert both.text == sample.ask("How many articles are there?").text


@pytest.mark.model
def test_a_model_is_asked_without_it_too(sample_home: Path) -> None:
    model = writer("Kaja Kallas condemned the attack on the Czech ministry. [1]")
    with Assistant.open(Settings(home=sample_home), chat_model=model) as assistant:
        answer = assistant.ask(COMMON, ignoring={"publications"})
    assert answer.mode == "model" and PLAIN in model.told[0] and "Meridian" not in model.told[0].split(PLAIN)[-1]


@pytest.mark.model
def test_all_ways_of_asking_ignore_alike(sample: Assistant) -> None:
    async def ask() -> Answer:
        return await sample.aask(COMMON, ignoring={"publications"})

    *_, last = sample.stream(COMMON, ignoring={"publications"})
    assert run(ask()).text == last.answer.text == sample.ask(PLAIN).text  # type: ignore[union-attr]


@pytest.mark.parametrize("ignoring", [["date"], "dates", ("publications", "Dates"), [None]])
def test_an_unknown_aspect_is_a_plain_error(tmp_path: Path, ignoring: Any) -> None:
    with open_assistant(tmp_path / "home") as assistant:
        for ask in (assistant.ask, lambda *a, **k: asyncio.run(assistant.aask(*a, **k))):
            with pytest.raises(QuestionError, match=r"^ignoring = .*; give some of publications, dates.*$") as caught:
                ask("Why?", ignoring=ignoring)
            assert "\n" not in str(caught.value)


WORDS = st.lists(st.sampled_from(["who", "Kallas", "and", "what", "march,", "in", "May", "?", "’s"]), max_size=14)


@given(WORDS.map(" ".join), st.data())
def test_what_is_left_has_its_words_and_parts_in_place(text: str, data: st.DataObject) -> None:
    query = parse(f"What {text}?")
    span = st.tuples(*[st.integers(0, len(query.question))] * 2).map(lambda ends: (min(ends), max(ends)))
    left = blanked(query, data.draw(st.lists(span, max_size=3)))
    assert len(left.question) == len(query.question) and len(left.parts) == len(query.parts)
    assert all(after in (" ", before) for after, before in zip(left.question, query.question, strict=True))
    tidied = tidy(left.question, query.question)
    assert tidied and "  " not in tidied and set(tidied.lower()) <= set(query.question.lower())
    assert tidy(query.question, query.question) == query.question


@pytest.mark.parametrize(
    ("question", "left"),
    {
        "According to the Chronicle, who won?": "Who won?",
        "Who won, as reported by both Coast Radio and the Chronicle?": "Who won?",
        "Who won in the Chronicle’s account?": "Who won in the account?",
        "Does the 'Chronicle' article say who won?": "Does the article say who won?",
        "Who won, by Coast Radio, the Chronicle, or Coast Radio, at the fair?": "Who won, at the fair?",
        "What did the Chronicle say?": "What did the Chronicle say?",
        "The Chronicle?": "The Chronicle?",
    }.items(),
)
def test_publications_are_taken_out_with_what_leads_up_to_them(question: str, left: str) -> None:
    named = publications_named(question, ["Pellinsea Chronicle", "Coast Radio"])
    spans = [with_lead(question, (mention.start, mention.end)) for mention in named]
    assert spans and tidy(blanked(parse(question), spans).question, question) == left


# one article only


def one_of(assistant: Assistant, title: str) -> str:
    return next(article.id for article in assistant.articles() if title in article.title)


@pytest.mark.model
@settings(max_examples=examples(80, 25), deadline=None)
@given(question=QUESTIONS, number=st.integers(0, 15))
def test_within_one_article_nothing_of_others_is_told(sample: Assistant, question: str, number: int) -> None:
    article = sample.articles()[number]
    answer = sample.ask(question, Filters(only=(article.id,)))
    check_citations(sample, answer)
    assert {citation.article_id for citation in answer.citations} <= {article.id}
    assert {passage.article_id for passage in answer.nearest} <= {article.id}
    assert answer.differences == () and not any(statement.agreeing for statement in answer.statements)
    assert "The articles do not" not in " ".join([answer.text, *answer.notices])
    if not answer.found:
        held = f"{article.title} {article.source} {article.text}".lower()
        assert answer.nearest == () and not any(word.lower() in held.split() for word in answer.lacking)


@pytest.mark.model
def test_an_article_refuses_what_it_does_not_say_and_says_so_of_itself(sample: Assistant) -> None:
    answer = sample.ask("When will the cannery close?", Filters(only=(one_of(sample, "Council backs"),)))
    assert answer.text == "This article does not answer this question. It does not mention “cannery”."
    assert (answer.found, answer.nearest, answer.lacking) == (False, (), ("cannery",))
    assert sample.ask("When will the cannery close?").found


@pytest.mark.model
def test_the_catalogue_counts_within_one_article(sample: Assistant) -> None:
    only = Filters(only=(one_of(sample, "Council backs"),))
    assert sample.ask("How many articles are there?", only).text == (
        "There is 1 article from Pellinsea Chronicle, 25 April 2025."
    )
    assert sample.ask("How many articles are there about the cannery?", only).text.startswith("There are no articles")


def test_an_article_may_quote_another_publication(tmp_path: Path) -> None:
    write_article(tmp_path / "in", "radio", "Coast Radio is on the air. The mayor spoke of ferries.")
    article = write_article(tmp_path / "in", "paper", "Mayor Marsk told Coast Radio that the harbour would stay open.")
    for path, source in ((article, "Chronicle"), (tmp_path / "in" / "radio.md", "Coast Radio")):
        path.write_text(path.read_text().replace("---\n", f"---\nsource: {source}\n", 1))
    with open_assistant(tmp_path / "home") as assistant:
        assistant.refresh([tmp_path / "in"])
        only = Filters(only=(one_of(assistant, "paper"),))
        answer = assistant.ask("What did Mayor Marsk tell Coast Radio about the harbour?", only)
        assert answer.found and "stay open" in answer.text and answer.understood.publications == ()
        own = assistant.ask("What does the Chronicle say Mayor Marsk told about the harbour?", only)
        assert own.understood.publications == ("Chronicle",)


@pytest.mark.model
def test_an_article_with_copies_is_still_quoted_alone(sample: Assistant) -> None:
    article = one_of(sample, "Ashlorn Packers blames")
    answer = sample.ask("Which jobs are lost at Ashlorn Packers?", Filters(only=(article,)))
    assert answer.citations and {citation.article_id for citation in answer.citations} == {article}
    assert all(citation.carried_by for citation in answer.citations)
