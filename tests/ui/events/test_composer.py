"""Limits and models are chosen: what the page says is checked, kept with the conversation and used for its answers."""

import asyncio
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import gradio as gr
import pytest

from assistant import Article, Assistant, AssistantError, Filters, ModelChoice
from ui.browser_store import deserialize
from ui.events.ask import AskEvents
from ui.events.composer import ComposerEvents
from ui.events.conversation import ConversationEvents
from ui.events.streams import AnswerStreams
from ui.scope import Scope, ScopeArticle, ScopeStory
from ui.seals import Seals
from ui.state import ConversationState
from ui.windows import Windows

from .support import FakeAssistant, last_values, window

WEEKLY = "Publication 1"


class Corpus(FakeAssistant):
    """An article, a story, and a model that is ready."""

    def article(self, name: str) -> Any:
        return Article("a1", "Rain", "It rained.") if name == "a1" else None

    def story_of(self, name: str) -> Any:
        article = SimpleNamespace(article_id="a1")
        return SimpleNamespace(headline="The flood", articles=(article,)) if name == "a1" else None

    async def amodels(self) -> list[ModelChoice]:
        return [ModelChoice("openai:m", "OpenAI")]


@pytest.fixture
def windows() -> Windows:
    return Windows()


@pytest.fixture
def events(windows: Windows) -> ComposerEvents:
    return ComposerEvents(cast(Assistant, Corpus()), windows)


def said(**data: object) -> gr.EventData:
    return gr.EventData(None, data)


def test_limits_are_added_to_each_other_and_taken_away(events: ComposerEvents, windows: Windows) -> None:
    events.scope(said(source=[WEEKLY]), "", window())
    events.scope(said(dates="", since="2025-05-01", until="2025-05-31"), "", window())
    shown = events.scope(said(story="a1"), "", window())
    story = ScopeStory("a1", "The flood", ("a1",))
    limits = Scope((WEEKLY,), since=date(2025, 5, 1), until=date(2025, 5, 31), story=story)
    assert windows.of("w").conversation.scope == limits and "The flood" in shown["composer_notes"]
    events.scope(said(article="a1"), "", window())
    assert windows.of("w").conversation.scope == replace(limits, story=None, article=ScopeArticle("a1", "Rain"))
    for data in ({"what": "publication", "name": WEEKLY}, {"what": "dates"}, {"what": "article"}):
        events.unscope(said(**data), "", window())
    assert not windows.of("w").conversation.scope


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({"source": [WEEKLY, "The <b>Gone"]}, "The &lt;b&gt;Gone"),
        ({"dates": "", "since": "2025-05-02", "until": "2025-05-01"}, "the dates run backwards"),
        ({"article": "a9"}, "not in the corpus any more"),
        ({"story": "a9"}, "not in the corpus any more"),
    ],
)
def test_what_cannot_be_is_left_out_and_said(
    events: ComposerEvents, windows: Windows, data: dict[str, Any], problem: str
) -> None:
    events.scope(said(source=[WEEKLY]), "", window())
    assert problem.lower() in events.scope(said(**data), "", window())["problem"].lower()
    assert windows.of("w").conversation.scope == Scope((WEEKLY,))


@pytest.mark.parametrize("data", [{"source": 7}, {"source": [[], {}]}, {"dates": "x", "since": [1]}])
def test_whatever_a_page_sends_does_no_harm(events: ComposerEvents, windows: Windows, data: dict[str, Any]) -> None:
    events.scope(said(**data), "", window())
    assert not windows.of("w").conversation.scope


def test_limits_and_the_model_hold_for_answers_and_outlive_the_server(events: ComposerEvents, windows: Windows) -> None:
    events.scope(said(source=[WEEKLY]), "", window())
    stored = asyncio.run(events.choose_model(said(model="openai:m"), "", window()))["stored"]
    assistant, anew = Corpus(), Windows()
    ask = AskEvents(cast(Assistant, assistant), anew, AnswerStreams())
    asyncio.run(last_values(ask.ask("Did it rain?", stored, window())))
    assert assistant.used == [(Filters(WEEKLY), "openai:m")]
    assert anew.of("w").conversation.scope == Scope((WEEKLY,))


def test_a_new_conversation_begins_without_limits_and_with_the_same_model(
    events: ComposerEvents, windows: Windows
) -> None:
    events.scope(said(source=[WEEKLY]), "", window())
    asyncio.run(events.choose_model(said(model="openai:m"), "", window()))
    conversation = ConversationEvents(cast(Assistant, Corpus()), windows, AnswerStreams(), Seals())
    asyncio.run(conversation.new(window()))
    assert windows.of("w").conversation == ConversationState(model="openai:m")


def test_a_model_that_is_gone_is_said_and_quotes_answer_instead(windows: Windows) -> None:
    windows.of("w").change(lambda state: replace(state, model="ollama:gone"))
    assistant = Corpus(AssistantError("the model 'ollama:gone' is not ready"))
    ask = AskEvents(cast(Assistant, assistant), windows, AnswerStreams())
    shown = asyncio.run(last_values(ask.ask("Did it rain?", "", window())))
    assert "is not ready" in shown["now"] and 'data-act="ask_quotes"' in shown["now"]
    assistant.error = None
    shown = asyncio.run(last_values(ask.ask_quotes(shown["stored"], window())))
    assert "It rained." in shown["now"] and assistant.used[-1][1] == "quotes"
    assert len(deserialize(shown["stored"]).turns) == 1


def test_an_address_asks_afresh_with_its_limits_and_its_model(windows: Windows) -> None:
    windows.of("w").change(lambda state: replace(state, scope=Scope(dates="week")))
    assistant = Corpus()
    ask = AskEvents(cast(Assistant, assistant), windows, AnswerStreams())
    data = said(question="Did it rain?", afresh="yes", source=f'["{WEEKLY}", "Gone"]', article="a1", model="quotes")
    shown = asyncio.run(last_values(ask.ask_offered(data, "", window())))
    assert assistant.used == [(Filters(WEEKLY, only=("a1",)), "quotes")] and "Gone" in shown["problem"]
    assert "Only in: " in shown["composer_notes"]
