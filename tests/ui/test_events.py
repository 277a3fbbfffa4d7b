"""What the window does when the library fails, and what it does not let anyone do."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any, cast

import gradio as gr
import pytest

from assistant.answering import Assistant
from assistant.answers import Event, Finished
from assistant.errors import NoArticlesError
from assistant.settings import Settings
from assistant.upkeep import Status
from ui.events import Events
from ui.keepers import Keepers
from ui.keeping import kept
from ui.talk import UNEXPECTED, Talk

from .support import answered, citation, status


class Library:
    """An assistant with one answer, or with the `error` that keeps it from answering."""

    def __init__(self, error: Exception | None = None, *, broken_status: bool = False, **settings: Any) -> None:
        self.error, self.broken_status = error, broken_status
        self.settings = Settings(**settings)
        self.asked: list[tuple[str, int]] = []

    async def astream(
        self, question: str, filters: object, *, history: Any, ignoring: Any
    ) -> AsyncGenerator[Event, None]:
        self.asked.append((question, len(history)))
        if self.error:
            raise self.error
        answer = answered(citation(), question=question).answer
        assert answer is not None
        yield Finished(answer)

    def article(self, name: str) -> None:
        return None

    def status(self) -> Status:
        if self.broken_status:
            raise OSError("the disk is gone")
        return status()


def window(name: str = "w", user: str | None = None) -> gr.Request:
    return cast(gr.Request, type("Request", (), {"session_hash": name, "username": user})())


def asked(library: Library, question: str, talk: Talk | None = None, kept: str = "") -> dict[str, Any]:
    """All that the window shows in the end."""
    events = Events(cast(Assistant, library))

    async def reading() -> dict[str, Any]:
        shown: dict[str, Any] = {}
        async for one in events.ask(question, talk or Talk(), kept, window()):
            shown |= one
        return shown

    return asyncio.run(reading())


def test_an_answer_is_shown_kept_and_announced() -> None:
    shown = asked(Library(), "Did it rain?")
    assert "It rained." in shown["now"] and "It rained." in shown["cards"] and "Did it rain?" in shown["kept"]
    assert "1 source" in shown["heard"] and shown["send"].interactive


@pytest.mark.parametrize(
    ("library", "told"),
    [
        (Library(NoArticlesError("no articles are indexed")), "No articles are indexed."),
        (Library(RuntimeError("secret detail")), UNEXPECTED.split(";")[0]),
        (Library(broken_status=True), UNEXPECTED.split(";")[0]),
    ],
)
def test_whatever_fails_is_said_and_the_window_can_be_used_again(
    library: Library, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    shown = asked(library, "Did it rain?")
    assert told in shown["now"] and "secret detail" not in shown["now"]
    assert shown["send"].interactive and "running" not in shown["now"]


def test_half_a_letter_is_asked_as_a_whole_one() -> None:
    library = Library()
    assert "Did it rain \ufffd?" in asked(library, "Did it rain \ud83d?")["kept"]


def test_a_conversation_that_the_server_lost_goes_on_from_what_the_page_keeps() -> None:
    library = Library()
    before = kept(Talk("t1", (answered(citation()),)))
    shown = asked(library, "And then?", kept=before)
    assert library.asked == [("And then?", 1)]
    assert [one.number for one in shown["talk"].turns] == [1, 2] and shown["talk"].id == "t1"


def test_a_question_that_cannot_be_asked_is_no_part_of_the_conversation() -> None:
    shown = asked(Library(), "?!")
    assert set(shown) == {"said", "heard"} and "has no words" in shown["said"]


@pytest.mark.parametrize("settings", [{}, {"maintenance": True, "maintenance_password": "x", "ui_password": "y"}])
def test_nobody_else_maintains(settings: dict[str, Any]) -> None:
    keepers = Keepers(cast(Assistant, Library(**settings)))
    staff = window(user="staff")

    async def refreshing() -> list[dict[str, Any]]:
        return [one async for one in keepers.refresh(False, staff)]

    for shown in (keepers.state(staff), keepers.roll_back(staff), *asyncio.run(refreshing())):
        assert all("only the user maintainer may" in str(one).lower() for one in shown.values())
    assert not keepers.may(staff)
    assert keepers.may(window(user="maintainer")) == bool(settings)
