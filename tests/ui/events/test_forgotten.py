"""What a reader does to a conversation that the server has forgotten is done to what the page has stored of it."""

from dataclasses import replace
from typing import Any, cast

import pytest

from assistant import Article, Assistant, Filters, Watch
from tests.ui.support import CORPUS, answered, citation
from ui.browser_store import deserialize, serialize
from ui.events.articles import ArticleEvents
from ui.events.common import reader
from ui.events.conversation import ConversationEvents
from ui.events.news import NewsEvents
from ui.events.streams import AnswerStreams
from ui.seals import Seals
from ui.state import ConversationState, ConversationTurn, Rating
from ui.windows import Windows

from .support import FakeAssistant, event, window

SEALS = Seals()


def sealed(turn: ConversationTurn) -> ConversationTurn:
    assert turn.answer is not None
    return replace(turn, seal=SEALS.seal(turn.key, turn.answer))


STORED = serialize(ConversationState("t1", (sealed(answered(citation())),)))


class Corpus(FakeAssistant):
    """One article, the questions that are watched and by whom, and the answers that were rated."""

    def __init__(self) -> None:
        super().__init__()
        self.rated: list[str] = []
        self.owners: list[str | None] = []

    def rate(self, answer: object, good: bool, reason: str, *, key: str) -> None:
        self.rated.append(key)

    def article(self, name: str) -> Any:
        return Article("a1", "Rain", "It rained.", "The Weekly", CORPUS.newest)

    def chunks(self, name: str) -> list[Any]:
        return []

    def watches(self) -> list[Watch]:
        return []

    def watch(self, question: str, filters: Filters, *, owner: str | None) -> Any:
        self.owners.append(owner)
        return cast(Any, type("Watched", (), {"number": 1}))


@pytest.fixture
def corpus() -> Corpus:
    return Corpus()


@pytest.fixture
def windows() -> Windows:
    return Windows()


@pytest.fixture
def conversation(corpus: Corpus, windows: Windows) -> ConversationEvents:
    return ConversationEvents(cast(Assistant, corpus), windows, AnswerStreams(), SEALS)


def test_it_is_edited_and_its_questions_are_used_again(conversation: ConversationEvents, windows: Windows) -> None:
    edited = conversation.edit(STORED, window())
    assert edited["question"] == "Did it rain?" and windows.of("w").conversation.editing
    assert conversation.reuse(event(turn="1"), STORED, window())["question"] == "Did it rain?"


def test_it_is_exported(conversation: ConversationEvents) -> None:
    assert "It rained." in conversation.export(event(form="text"), STORED, window())["file"]


def test_its_answers_are_rated(conversation: ConversationEvents, windows: Windows) -> None:
    rated = conversation.rate(event(turn="1", good="yes"), STORED, window())
    conversation.reason(event(turn="1", reason="clear"), rated["stored"], window())
    assert windows.of("w").conversation.turns[0].rating == Rating(True, "clear")


def test_what_the_page_made_up_is_not_rated(conversation: ConversationEvents, corpus: Corpus) -> None:
    made_up = serialize(ConversationState("t1", (answered(citation()),)))
    told = conversation.rate(event(turn="1", good="yes"), made_up, window())["problem"]
    assert "Only an answer that was made here" in told
    assert corpus.rated == []


def test_an_answer_is_rated_by_its_number_on_the_page_where_the_first_ones_were_too_long_to_store(
    conversation: ConversationEvents, corpus: Corpus
) -> None:
    turns = [replace(answered(citation("é" * 9000)), number=number, key=f"k{number}") for number in range(1, 31)]
    stored = serialize(ConversationState("t1", tuple(map(sealed, turns))))
    assert "k1" not in {turn.key for turn in deserialize(stored).turns}
    conversation.rate(event(turn="30", good="yes"), stored, window())
    assert corpus.rated == ["k30"]


def test_its_question_is_watched_and_is_of_who_watches_it(corpus: Corpus) -> None:
    anna = window(browser="anna")
    watched = NewsEvents(cast(Assistant, corpus), Windows()).watch(event(turn="1"), STORED, anna)
    assert "Watched from now on" in watched["toast"] and corpus.owners == [reader(anna)]


def test_what_it_cites_is_marked_in_the_article() -> None:
    read = ArticleEvents(cast(Assistant, Corpus()), Windows()).read(event(article="a1", turn="1"), STORED, window())
    assert "<mark" in read["reader"]
