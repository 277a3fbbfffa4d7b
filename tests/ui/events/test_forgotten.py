"""What a reader does to a conversation that the server has forgotten is done to what the page has stored of it."""

from typing import Any, cast

import pytest

from assistant import Article, Assistant, Watch
from tests.ui.support import CORPUS, answered, citation
from ui.browser_store import serialize
from ui.events.articles import ArticleEvents
from ui.events.conversation import ConversationEvents
from ui.events.news import NewsEvents
from ui.events.streams import AnswerStreams
from ui.state import ConversationState

from .support import FakeAssistant, event, window

FORGOTTEN, STORED = ConversationState(), serialize(ConversationState("t1", (answered(citation()),)))


class Corpus(FakeAssistant):
    """One article and one question that is watched."""

    def rate(self, answer: object, good: bool, reason: str, *, key: str) -> None:
        pass

    def article(self, name: str) -> Any:
        return Article("a1", "Rain", "It rained.", "The Weekly", CORPUS.newest)

    def chunks(self, name: str) -> list[Any]:
        return []

    def watches(self) -> list[Watch]:
        return []

    def watch(self, question: str) -> Any:
        return cast(Any, type("Watched", (), {"number": 1}))


@pytest.fixture
def conversation() -> ConversationEvents:
    return ConversationEvents(cast(Assistant, Corpus()), AnswerStreams())


def test_it_is_edited_and_its_questions_are_used_again(conversation: ConversationEvents) -> None:
    edited = conversation.edit(FORGOTTEN, STORED)
    assert edited["question"] == "Did it rain?" and edited["conversation"].editing
    assert conversation.reuse(event(turn="1"), FORGOTTEN, STORED) == {"question": "Did it rain?"}


def test_it_is_exported(conversation: ConversationEvents) -> None:
    assert "It rained." in conversation.export(event(form="text"), FORGOTTEN, STORED)["file"]


def test_its_answers_are_rated(conversation: ConversationEvents) -> None:
    rated = conversation.rate(event(turn="1", good="yes"), FORGOTTEN, STORED, window())
    assert rated["conversation"].turns[0].rating.good
    reasoned = conversation.reason(event(turn="1", reason="clear"), FORGOTTEN, rated["stored"], window())
    assert reasoned["conversation"].turns[0].rating.reason == "clear"


def test_its_question_is_watched() -> None:
    watched = NewsEvents(cast(Assistant, Corpus())).watch(event(turn="1"), FORGOTTEN, STORED)
    assert "Watched from now on" in watched["toast"]


def test_what_it_cites_is_marked_in_the_article() -> None:
    read = ArticleEvents(cast(Assistant, Corpus())).read(event(article="a1", turn="1"), FORGOTTEN, STORED)
    assert "<mark" in read["reader"]
