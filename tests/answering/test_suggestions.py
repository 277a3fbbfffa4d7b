"""Questions that are suggested: they are answered, each by itself, and never by a chat model."""

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.language_models import BaseChatModel

from assistant import Answer, Article, Assistant, Filters, NoArticlesError
from assistant.questions import about, candidates
from tests.support import WordHash, open_assistant, write_article

POINTS_BACK = re.compile(r"\b(?:he|she|it|they|him|them|this|that|these|those|there|then)\b", re.IGNORECASE)
ASKED = (
    "Who condemned the attack and what was demanded?",
    "When will the cannery close?",
    "How many people were evacuated in the flood?",
    "How did Martin Kessing vote?",
)


class NeverAsked(BaseChatModel):
    """A chat model that fails the test when it is asked anything."""

    @property
    def _llm_type(self) -> str:
        return "never-asked"

    def _generate(self, *args: Any, **kwargs: Any) -> Any:
        raise AssertionError("a chat model was asked")


def places(answer: Answer) -> set[tuple[str, int, int]]:
    return {(one.article_id, one.start, one.end) for one in answer.citations}


def carriers(answer: Answer) -> set[str | None]:
    """The publications that carried what is cited, copies of a story included."""
    return {name for one in answer.citations for name in (one.source, *one.carried_by)}


# to begin with


@pytest.mark.model
def test_the_first_questions_are_answered_each_from_another_article(sample: Assistant) -> None:
    questions = sample.suggestions()
    answers = [sample.ask(question) for question in questions]
    assert len(set(questions)) == 4
    assert all(answer.found and answer.mode == "quotes" for answer in answers)
    assert len({answer.citations[0].article_id for answer in answers}) == 4


@pytest.mark.model
def test_they_are_of_varied_kinds_short_and_understood_by_themselves(sample: Assistant) -> None:
    questions = sample.suggestions(10)
    assert len(questions) == 10 and len({question.split()[0] for question in questions}) >= 4
    for question in questions:
        assert question.endswith("?") and len(question.split()) <= 13
        assert not POINTS_BACK.search(question)
        assert sample.ask(question).found


@pytest.mark.model
def test_they_are_the_same_each_time(sample: Assistant, sample_home: Path) -> None:
    with Assistant.open(sample.settings) as other:
        assert other.suggestions(6) == sample.suggestions(6)


@pytest.mark.model
def test_those_of_one_publication_are_answered_by_it(sample: Assistant) -> None:
    filters = Filters(source="Pellinsea Chronicle")
    questions = sample.suggestions(4, filters=filters)
    assert len(questions) == 4
    for question in questions:
        assert {one.source for one in sample.ask(question, filters).citations} == {"Pellinsea Chronicle"}


@pytest.mark.model
def test_no_chat_model_is_asked(sample: Assistant) -> None:
    with Assistant.open(sample.settings, chat_model=NeverAsked()) as assistant:
        assert assistant.suggestions() == sample.suggestions()
        answer = sample.ask(ASKED[1])
        assert assistant.suggestions(after=[answer]) == sample.suggestions(after=[answer])


# to go on with


@pytest.mark.model
@pytest.mark.parametrize("question", ASKED)
def test_follow_ups_are_answered_by_themselves_with_something_new(sample: Assistant, question: str) -> None:
    answer = sample.ask(question)
    questions = sample.suggestions(3, after=[answer])
    assert questions and question not in questions
    for one in questions:
        following = sample.ask(one, history=[answer])
        assert following.found and following.understood.follows is None
        assert places(following) - places(answer)
        assert carriers(answer) & carriers(following)


@pytest.mark.model
def test_a_conversation_led_by_suggestions_never_repeats_itself(sample: Assistant) -> None:
    answers = [sample.ask(ASKED[1])]
    for _ in range(4):
        questions = sample.suggestions(2, after=answers)
        if not questions:
            break
        answers.append(sample.ask(questions[0], history=answers))
    asked = [answer.question for answer in answers]
    assert len(asked) > 3 and len(set(asked)) == len(asked)
    assert all(answer.found for answer in answers)


@pytest.mark.model
def test_after_a_refusal_they_are_on_the_nearest_coverage(sample: Assistant) -> None:
    refusal = sample.ask("What did the mayor of Paris say about the Olympics?")
    assert not refusal.found
    near = {one.article_id for one in refusal.nearest}
    questions = sample.suggestions(after=[refusal])
    assert questions
    assert all(near & {one.article_id for one in sample.ask(question).citations} for question in questions)


@pytest.mark.model
def test_after_a_count_of_the_articles_there_is_no_error(sample: Assistant) -> None:
    assert isinstance(sample.suggestions(after=[sample.ask("How many articles are there?")]), list)


# what must hold for any corpus


NEWS = "Harbour Trust will close its museum in Westport on 4 May 2024. The museum of Harbour Trust was founded in 1931."


def test_none_are_asked_for_and_none_are_given(tmp_path: Path) -> None:
    write_article(tmp_path / "articles", "museum", NEWS)
    with open_assistant(tmp_path / "home") as assistant:
        assistant.refresh([tmp_path / "articles"])
        assert assistant.suggestions(0) == assistant.suggestions(-1) == []


def test_without_articles_it_says_so(tmp_path: Path) -> None:
    with open_assistant(tmp_path / "home") as assistant, pytest.raises(NoArticlesError):
        assistant.suggestions()


def test_a_page_that_is_loaded_again_reads_nothing_until_the_next_refresh(tmp_path: Path) -> None:
    write_article(tmp_path / "articles", "museum", NEWS, title="Museum to close")
    embedder = WordHash()
    with open_assistant(tmp_path / "home", embedder) as assistant:
        assistant.refresh([tmp_path / "articles"])
        first = assistant.suggestions()
        before = len(embedder.texts)
        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(lambda _: assistant.suggestions(), range(8))) == [first] * 8
        assert len(embedder.texts) == before
        write_article(
            tmp_path / "articles", "fair", NEWS.replace("Harbour Trust", "Herring Guild"), title="Fair closes"
        )
        assistant.refresh([tmp_path / "articles"])
        assert all("?" in question for question in assistant.suggestions())


STRANGE = {
    "one word": "Flood",
    "no capitals": "the flood came at night and nobody had been told. it will be over on friday. " * 5,
    "only capitals": "THE COUNCIL WILL MEET ON MONDAY. MAYOR JONES SAID NO. " * 20,
    "arabic": "قال رئيس الوزراء إن الحكومة ستجتمع يوم الاثنين. وأضاف أن القرار نهائي. " * 10,
    "chinese": "市长星期一说，罐头厂将于九月底关闭。工会要求赔偿。" * 20,
    "german": "Der Minister will am Montag in Berlin reden. Die Firma war 1931 in Bonn gegründet worden. " * 10,
    "a table": "Team\nW\nL\nD\n\nArsenal\n12\n3\n4\n\nChelsea\n10\n5\n4\n" * 30,
    "odd marks": "“”’'s—– The ’s. A.A.A. U.S.U.S. said “. Who? $€£ 1,,2 million. will was were\u2028\u00ad\u200b" * 10,
    "huge": f"{NEWS} " * 4000,
}


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_article_gives_few_questions_or_none(tmp_path: Path, name: str) -> None:
    write_article(tmp_path / "articles", "strange", STRANGE[name], title="Strange: The Thing")
    with open_assistant(tmp_path / "home") as assistant:
        assistant.refresh([tmp_path / "articles"])
        questions = assistant.suggestions()
        answers = [assistant.ask(question) for question in questions]
        assert all(answer.found for answer in answers)
        assert isinstance(assistant.suggestions(after=[*answers, assistant.ask("Who closed the museum?")]), list)


def test_a_book_and_a_headline_without_end_cost_no_more_than_an_article() -> None:
    started = time.perf_counter()
    for text in ("The A The B " * 200_000, "The Great Big Hall of The " * 50_000, f"{NEWS} " * 20_000):
        candidates(Article("x", text[:50_000], text), longer=True)
        about(Article("x", text[:50_000], text), longer=True)
    assert time.perf_counter() - started < 10


# the rules


PEOPLE = (
    "Viktor Rosk, the chief executive of Ashlorn Packers, met staff on Monday. Lena Quist spoke to Viktor Rosk about "
    "Ashlorn Packers. The union was with Lena Quist and with Ashlorn Packers at the ferry terminal. Some were at the "
    "ferry terminal of East Quay when the ferry terminal was shut."
)


@pytest.mark.parametrize(
    "sentence, question",
    [
        (
            "The fish processor Ashlorn Packers will close its plant in Marrowfold at the end of September.",
            "When will Ashlorn Packers close its plant in Marrowfold?",
        ),
        ("Ashlorn Packers was founded in 1931 by two brothers.", "When was Ashlorn Packers founded?"),
        ("Ashlorn Packers will stay open until Friday, 19 December.", "How long will Ashlorn Packers stay open?"),
        ("Ashlorn Packers now employs 398 people.", "How many people does Ashlorn Packers employ?"),
        ("Ashlorn Packers raised €12,300 for them.", "How much did Ashlorn Packers raise?"),
        ("Quist condemned the sale of Ashlorn Packers as a mistake.", "Who condemned the sale of Ashlorn Packers?"),
        ("Ashlorn Packers was founded in 1931 by Viktor Rosk.", "Who founded Ashlorn Packers?"),
        ("Lena Quist accused Rosk of breaking his word.", "What did Lena Quist accuse Viktor Rosk of?"),
        ("Councillor Lena Quist demanded a study of the bay.", "What did Lena Quist demand?"),
        (
            "Quist, who opposes it, said the ferry terminal would ruin the bay.",
            "What did Lena Quist say about the ferry terminal?",
        ),
        ("“Ashlorn Packers has let the town down,” said Quist.", "What did Lena Quist say about Ashlorn Packers?"),
        ("Lena Quist, a marine biologist, said it was too warm.", "Who is Lena Quist?"),
        (
            "Nobody told Ashlorn Packers chief executive Viktor Rosk of it.",
            "Who is the Ashlorn Packers chief executive?",
        ),
    ],
)
def test_what_a_sentence_answers_is_asked(sentence: str, question: str) -> None:
    article = Article("x", "Ferry terminal and Ashlorn Packers", f"{PEOPLE}\n\n{sentence}")
    found = {one.question: article.text[one.start : one.end] for one in candidates(article)}
    assert found.get(question) == sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "He said the attack on the ministry was wrong.",
        "It was founded in 1931 and closed in 1990.",
        "They will meet again on Monday, 4 May.",
        "The company will close it on Friday, 19 December.",
        "Officials condemned the attack in the strongest terms.",
        "Franke and Hildebrandt were arrested in August.",
        "As Ashlorn Packers the plant was founded in 1931.",
        "Ashlorn Packers will not close the plant in September.",
        "The 15-inch Ashlorn Packers arrived in June.",
        "Table of Contents Ashlorn Packers Viktor Rosk Deals",
    ],
)
def test_what_needs_its_context_is_not_asked(sentence: str) -> None:
    article = Article("x", "Ferry terminal and Ashlorn Packers", f"{PEOPLE}\n\n{sentence}")
    assert [one.question for one in candidates(article) if one.start > len(PEOPLE)] == []


def fragments() -> st.SearchStrategy[str]:
    words = (
        "The the Viktor Rosk Ashlorn Packers Mayor said told will was founded closed has accused of in on by for 1931"
        " May Monday €3 million 400 people “ ” ’s . , ; ( ) CEO and because until who which A. U.S. \n \n\n – é 市长"
    ).split(" ")
    return st.lists(st.one_of(st.sampled_from(words), st.text(max_size=4)), max_size=60).map(" ".join)


@given(title=st.one_of(fragments(), st.text()), text=st.one_of(fragments(), st.text()), longer=st.booleans())
def test_any_text_gives_questions_that_lie_in_it(title: str, text: str, longer: bool) -> None:
    article = Article("x", title, text)
    for one in both(article, longer):
        assert one.question.endswith("?") and len(one.question.split()) <= 13
        assert 0 <= one.start < one.end <= len(text)
        assert one.article_id == "x" and 0 <= one.worth <= 1


def both(article: Article, longer: bool) -> Iterator[Any]:
    yield from candidates(article, longer)
    yield from about(article, longer)
