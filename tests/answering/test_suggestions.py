"""Suggested questions: on stories, answered by them, each understood by itself, and never by a chat model."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel

from assistant import Answer, Article, Assistant, Filters, NoArticlesError, SettingsError, Story
from assistant.answers import ArticleRef
from assistant.index.derived.topics import topics
from tests.support import WordHash, open_assistant, write_article

POINTS_BACK = re.compile(r"\b(?:he|she|it|they|him|them|this|that|these|those|there|then)\b", re.IGNORECASE)
LATEST = re.compile(r"What is the latest on [^“”‘’\"?!:|]+[^\W_]\?")
ASKED = ("Who condemned the attack and what was demanded?", "When will the cannery close?")


class NeverAsked(BaseChatModel):
    """A chat model that fails the test when it is asked anything."""

    @property
    def _llm_type(self) -> str:
        return "never-asked"

    def _generate(self, *args: Any, **kwargs: Any) -> Any:
        raise AssertionError("a chat model was asked")


def story_of(assistant: Assistant, answer: Answer) -> list[str]:
    """The ids of the stories that an answer cites."""
    of = {one.article_id: story.id for story in assistant.stories(100) for one in story.articles}
    return [of.get(one.article_id, "") for one in answer.citations]


# to begin with


@pytest.mark.model
def test_the_first_questions_are_on_four_stories_which_answer_them(sample: Assistant) -> None:
    questions = sample.suggestions()
    answers = [sample.ask(question) for question in questions]
    assert len(set(questions)) == 4
    assert all(LATEST.fullmatch(question) and not POINTS_BACK.search(question) for question in questions)
    assert all(answer.found and answer.mode == "quotes" for answer in answers)
    stories = [story_of(sample, answer)[0] for answer in answers]
    assert stories == [story.id for story in sample.stories()]


@pytest.mark.model
def test_they_are_the_same_each_time_and_no_more_than_there_are_stories(sample: Assistant) -> None:
    with Assistant.open(sample.settings) as other:
        assert other.suggestions(40) == sample.suggestions(40) == sample.suggestions(4)


@pytest.mark.model
def test_those_of_a_time_are_on_stories_of_that_time(sample: Assistant) -> None:
    flood = Filters(until=sample.stories()[-1].newest)
    questions = sample.suggestions(4, filters=flood)
    assert questions and all("flood" in question for question in questions)
    assert all(sample.ask(question, flood).found for question in questions)


@pytest.mark.model
def test_no_chat_model_is_asked(sample: Assistant) -> None:
    with Assistant.open(sample.settings, chat_model=NeverAsked()) as assistant:
        assert assistant.suggestions() == sample.suggestions()
        answer = sample.ask(ASKED[1])
        assert assistant.suggestions(after=[answer]) == sample.suggestions(after=[answer])


# to go on with


@pytest.mark.model
@pytest.mark.parametrize("question", ASKED)
def test_the_story_that_an_answer_cites_comes_first(sample: Assistant, question: str) -> None:
    answer = sample.ask(question)
    first = sample.suggestions(3, after=[answer])[0]
    following = sample.ask(first, history=[answer])
    assert following.found and following.understood.follows is None
    assert story_of(sample, following)[0] in story_of(sample, answer)


@pytest.mark.model
def test_a_conversation_led_by_suggestions_goes_through_all_stories_once(sample: Assistant) -> None:
    answers = [sample.ask(sample.suggestions(1)[0])]
    while questions := sample.suggestions(2, after=answers):
        assert not {one.question for one in answers} & set(questions)
        answers.append(sample.ask(questions[0], history=answers))
    assert len(answers) == len({story_of(sample, answer)[0] for answer in answers}) == 4


@pytest.mark.model
def test_after_a_refusal_the_nearest_story_comes_first(sample: Assistant) -> None:
    refusal = sample.ask("Who paid the captain of the cannery's ghost ship?")
    assert not refusal.found
    of = {one.article_id: story.id for story in sample.stories() for one in story.articles}
    near = [of[one.article_id] for one in refusal.nearest if one.article_id in of]
    first = sample.ask(sample.suggestions(after=[refusal])[0])
    assert story_of(sample, first)[0] == near[0]


@pytest.mark.model
def test_after_a_count_of_the_articles_there_is_no_error(sample: Assistant) -> None:
    assert len(sample.suggestions(after=[sample.ask("How many articles are there?")])) == 4


# what a maintainer lists


def listed(folder: Path, *questions: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "questions.toml").write_text(f"questions = {list(questions)!r}\n", encoding="utf-8")


NEWS = "Harbour Trust will close its museum in Westport on 4 May 2024. The museum of Harbour Trust was founded in 1931."


def test_listed_questions_come_first_and_not_again_once_asked(tmp_path: Path) -> None:
    write_article(tmp_path / "articles", "museum", NEWS, title="Museum to close")
    listed(tmp_path / "home", "When will the museum close?", "Who founded it?")
    with open_assistant(tmp_path / "home") as assistant:
        assistant.refresh([tmp_path / "articles"])
        assert assistant.suggestions() == ["When will the museum close?", "Who founded it?"]
        assert assistant.suggestions(1) == ["When will the museum close?"]
        answer = assistant.ask("When will the museum close")
        assert assistant.suggestions(after=[answer]) == ["Who founded it?"]


def test_without_stories_and_a_list_there_is_nothing_to_suggest(tmp_path: Path) -> None:
    write_article(tmp_path / "articles", "museum", NEWS)
    with open_assistant(tmp_path / "home") as assistant:
        assistant.refresh([tmp_path / "articles"])
        assert assistant.suggestions() == assistant.suggestions(after=[assistant.ask("When?")]) == []


def test_the_list_is_read_anew_each_time(tmp_path: Path) -> None:
    write_article(tmp_path / "articles", "museum", NEWS)
    with open_assistant(tmp_path / "home") as assistant:
        assistant.refresh([tmp_path / "articles"])
        listed(tmp_path / "home", "Who closed the museum?")
        assert assistant.suggestions() == ["Who closed the museum?"]
        (tmp_path / "home" / "questions.toml").write_text("question = []\n", encoding="utf-8")
        with pytest.raises(SettingsError, match=r'questions\.toml:1: unknown key "question"'):
            assistant.suggestions()


# what must hold for any corpus


def test_none_are_asked_for_and_none_are_given(tmp_path: Path) -> None:
    listed(tmp_path / "home", "When will the museum close?")
    write_article(tmp_path / "articles", "museum", NEWS)
    with open_assistant(tmp_path / "home") as assistant:
        assistant.refresh([tmp_path / "articles"])
        assert assistant.suggestions(0) == assistant.suggestions(-1) == []


def test_without_articles_it_says_so(tmp_path: Path) -> None:
    with open_assistant(tmp_path / "home") as assistant, pytest.raises(NoArticlesError):
        assistant.suggestions()


def test_a_page_that_is_loaded_again_reads_nothing_until_the_next_refresh(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_article(
            tmp_path / "articles", name, f"{NEWS} It is said by {name}.", title=f"Harbour Trust closes {name}"
        )
    embedder = WordHash()
    with open_assistant(tmp_path / "home", embedder) as assistant:
        assistant.refresh([tmp_path / "articles"])
        first = assistant.suggestions()
        before = len(embedder.texts)
        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(lambda _: assistant.suggestions(), range(8))) == [first] * 8
        assert len(embedder.texts) == before


STRANGE = {
    "one word": "Flood",
    "no capitals": "the flood came at night and nobody had been told. it will be over on friday. " * 5,
    "only capitals": "THE COUNCIL WILL MEET ON MONDAY. MAYOR JONES SAID NO. " * 20,
    "arabic": "قال رئيس الوزراء إن الحكومة ستجتمع يوم الاثنين. وأضاف أن القرار نهائي. " * 10,
    "chinese": "市长星期一说，罐头厂将于九月底关闭。工会要求赔偿。" * 20,
    "a table": "Team\nW\nL\nD\n\nArsenal\n12\n3\n4\n\nChelsea\n10\n5\n4\n" * 30,
    "odd marks": "“”’'s—– The ’s. A.A.A. U.S.U.S. said “. Who? $€£ 1,,2 million. will was were\u2028\u00ad\u200b" * 10,
    "huge": f"{NEWS} " * 4000,
}


@pytest.mark.parametrize("name", STRANGE)
def test_strange_articles_give_answered_questions_or_none(tmp_path: Path, name: str) -> None:
    for copy in ("one", "two"):
        write_article(tmp_path / "articles", copy, STRANGE[name], title=f"Strange: The Thing {copy}")
    with open_assistant(tmp_path / "home") as assistant:
        assistant.refresh([tmp_path / "articles"])
        answers = [assistant.ask(question) for question in assistant.suggestions()]
        assert all(answer.found for answer in answers)
        assert isinstance(assistant.suggestions(after=[*answers, assistant.ask("Who closed the museum?")]), list)


# what a story is about


def about(headline: str, *articles: tuple[str, str]) -> list[str]:
    """The topics of a story of articles with these titles and texts, in a corpus that has much else."""
    told = [Article(str(number), title, text, f"Paper {number}") for number, (title, text) in enumerate(articles)]
    refs = tuple(ArticleRef(one.id, one.title, one.source, None, None) for one in told)
    story = Story("0", headline, tuple(one.source or "" for one in told), None, None, refs)
    return topics(story, told, lambda word: 3, 5000)


CANNERY = (
    "Cannery to close with loss of 412 jobs",
    "On Monday Ashlorn Packers said that it will close its cannery in Pellinsea. The cannery was founded in 1931.",
)
UNION = (
    "Union condemns closure of Pellinsea cannery",
    "The union of the workers at Ashlorn Packers said that the cannery could be saved. Ashlorn Packers said no.",
)


def test_a_noun_phrase_is_named_with_its_article_and_after_a_name() -> None:
    assert (
        about(CANNERY[0], CANNERY, ("Ashlorn Packers shuts cannery", UNION[1]))[0] == "Ashlorn Packers and the cannery"
    )


def test_what_only_one_article_says_is_not_what_the_story_is_about() -> None:
    assert all("union" not in topic and "1931" not in topic for topic in about(CANNERY[0], CANNERY, UNION))


def test_the_first_words_of_a_headline_are_taken_whole() -> None:
    first = ("Flood repair bill rises", "The repair bill will rise to 6.8 million, and the flood was in March.")
    second = ("Mayor on the repair bill", "A repair bill of this size was not expected by anyone, the mayor said.")
    assert about(first[0], first, second)[0] == "the flood repair bill"


def test_a_verb_in_a_headline_is_no_part_of_what_it_is_about() -> None:
    first = ("Council backs terminal", "On Monday the council voted. The terminal will be built at once.")
    second = ("Anger at terminal", "There was anger over the terminal on Tuesday, and it will grow.")
    assert all("backs" not in topic for topic in about(first[0], first, second))


def test_articles_that_share_nothing_telling_have_no_topic() -> None:
    assert about("Rain", ("Rain", "It rained."), ("Sun", "It shone.")) == []


@pytest.mark.parametrize("name", STRANGE)
def test_any_text_can_be_asked_what_it_is_about(name: str) -> None:
    text = STRANGE[name]
    assert isinstance(about(text[:50_000], (text[:50_000], text), (text[:50_000], text)), list)
