"""A question is answered, refused or fails, and the window can be used again."""

import asyncio
from typing import Any, cast

import pytest

from assistant import Assistant, Event, NoArticlesError
from tests.ui.support import answered, citation
from ui.browser_store import serialize
from ui.events.ask import AskEvents
from ui.events.streams import AnswerStreams
from ui.state import ConversationState
from ui.windows import Windows

from .support import FakeAssistant, last_values, window


def ask(assistant: FakeAssistant, question: str, stored: str = "", windows: Windows | None = None) -> dict[str, Any]:
    """What the window shows in the end."""
    events = AskEvents(cast(Assistant, assistant), windows or Windows(), AnswerStreams())

    async def answer() -> dict[str, Any]:
        return await last_values(events.ask(question, stored, window()))

    return asyncio.run(answer())


def test_an_answer_is_shown_stored_and_announced() -> None:
    shown = ask(FakeAssistant(), "Did it rain?")
    assert "It rained." in shown["now"] and "It rained." in shown["cards"] and "Did it rain?" in shown["stored"]
    assert "1 source" in shown["announcement"] and shown["send"].interactive


@pytest.mark.parametrize(
    ("assistant", "message"),
    [
        (FakeAssistant(NoArticlesError("no articles are indexed")), "No articles are indexed."),
        (FakeAssistant(RuntimeError("secret detail")), "Something went wrong here"),
        (FakeAssistant(broken_status=True), "Something went wrong here"),
    ],
)
def test_whatever_fails_is_said_and_the_window_can_be_used_again(
    assistant: FakeAssistant, message: str, caplog: pytest.LogCaptureFixture
) -> None:
    shown = ask(assistant, "Did it rain?")
    assert message in shown["now"] and "secret detail" not in shown["now"]
    assert shown["send"].interactive and "running" not in shown["now"]


def test_half_a_letter_is_asked_as_a_whole_one() -> None:
    assert "Did it rain \ufffd?" in ask(FakeAssistant(), "Did it rain \ud83d?")["stored"]


def test_a_conversation_that_the_server_lost_goes_on_from_what_the_page_stored() -> None:
    assistant = FakeAssistant()
    before = serialize(ConversationState("t1", (answered(citation()),)))
    windows = Windows()
    ask(assistant, "And then?", before, windows)
    state = windows.of("w").conversation
    assert assistant.asked == [("And then?", 1)]
    assert [turn.number for turn in state.turns] == [1, 2] and state.id == "t1"


def test_a_question_that_cannot_be_asked_is_no_part_of_the_conversation() -> None:
    shown = ask(FakeAssistant(), "?!")
    assert set(shown) == {"problem", "announcement"} and "has no words" in shown["problem"]


def test_an_answer_whose_place_is_taken_changes_nothing_at_its_end() -> None:
    """What a handler gives last is shown a second time when it ends, which may be after what has taken its place."""

    async def updates() -> list[dict[str, Any]]:
        streams = AnswerStreams[Event]()
        events = AskEvents(cast(Assistant, FakeAssistant()), Windows(), streams)
        shown = []
        async for each in events.ask("Did it rain?", "", window()):
            shown.append(each)
            if "now" in each:
                streams.drop("w")
        return shown

    *_, before, last = asyncio.run(updates())
    assert "now" in before and last == {}
