"""What the window does when the library fails, and what it does not let anyone do."""

import asyncio
import threading
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any, cast

import gradio as gr
import pytest

from assistant.answers import Event, Finished
from assistant.articles import Filters
from assistant.assistant import Assistant
from assistant.errors import NoArticlesError, StoppedError
from assistant.index import Manifest
from assistant.maintenance.reports import RefreshCallbacks, RefreshReport
from assistant.maintenance.status import Status
from assistant.maintenance.watches import Watch
from assistant.settings import Settings
from tests.ui.support import NOW, answered, citation, source, status
from ui.browser_store import kept
from ui.events.ask import Events
from ui.events.maintenance import Keepers
from ui.events.news import Followers
from ui.state import UNEXPECTED, Talk
from ui.views import source_health


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


def event(**data: str) -> gr.EventData:
    return gr.EventData(None, data)


SECRET = "https://feeds.example/news.xml?token=abcdef"


class Corpus(Library):
    """A library whose corpus is refreshed; it notes what is done with it."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.done: list[object] = []
        self.known = (source("archive"), source(SECRET, SECRET, listed=False), source("/srv/a", "/srv/a", listed=False))

    def status(self) -> Status:
        return status(states=self.known)

    def history(self) -> list[Any]:
        return []

    def refresh(self, sources: list[Any], *, watcher: RefreshCallbacks, **wish: Any) -> RefreshReport:
        self.done.append((sources, wish))
        return RefreshReport("000002", True, 16, 29)

    def rollback(self) -> Manifest:
        self.done.append("back")
        return Manifest("000000", None, NOW.isoformat(), "m", 16, 29, ())


def refreshed(library: Library, at: gr.Request, **wish: str) -> dict[str, Any]:
    async def refreshing() -> dict[str, Any]:
        shown: dict[str, Any] = {}
        async for one in Keepers(cast(Assistant, library)).refresh(event(**wish), at):
            shown |= one
        return shown

    return asyncio.run(refreshing())


@pytest.mark.parametrize("settings", [{}, {"maintenance": True, "maintenance_password": "x", "ui_password": "y"}])
def test_nobody_else_maintains_or_sees_where_sources_are(settings: dict[str, Any]) -> None:
    library = Corpus(**settings)
    keepers, staff = Keepers(cast(Assistant, library)), window(user="staff")
    for shown in (
        keepers.state(staff),
        keepers.ask_back(staff),
        keepers.roll_back(event(of="000001"), staff),
        keepers.compare(event(before="000001", after="000002"), staff),
        refreshed(library, staff, what="all"),
    ):
        assert all("only the user maintainer may" in str(one).lower() for one in shown.values())
    assert not keepers.may(staff) and library.done == []
    assert keepers.may(window(user="maintainer")) == bool(settings)


def test_a_refresh_does_what_was_chosen() -> None:
    library = Corpus(maintenance=True)
    listed, address, path = library.known
    every = {"allow_removals": False, "trial": False, "only_failed": False}
    for wish, meant in (
        ({"what": "all", "removals": "on"}, ([], {**every, "allow_removals": True})),
        ({"what": "failed", "trial": "on"}, ([], {**every, "trial": True, "only_failed": True})),
        ({"what": "one", "source": source_health.key(listed)}, (["archive"], every)),
        ({"what": "one", "source": source_health.key(address)}, ([SECRET], every)),
        ({"what": "one", "source": source_health.key(path)}, ([Path("/srv/a")], every)),
    ):
        shown = refreshed(library, window(), **wish)
        assert "Generation 000002 is published." in shown["report"] and library.done[-1] == meant
        assert "archive" in shown["state"] and "abcdef" not in "".join(map(str, shown.values()))


class Slow(Corpus):
    """A library whose refresh goes on until it is stopped."""

    def refresh(self, sources: list[Any], *, watcher: RefreshCallbacks, **wish: Any) -> RefreshReport:
        stopped = threading.Event()
        assert watcher.stop is not None
        watcher.stop.listen(stopped.set)
        stopped.wait(30)
        raise StoppedError("the refresh was stopped")


def test_a_refresh_is_stopped_by_who_began_it_and_by_nobody_else() -> None:
    keepers = Keepers(cast(Assistant, Slow(maintenance=True)))

    async def stopping() -> dict[str, Any]:
        shown: dict[str, Any] = {}
        async for one in keepers.refresh(event(what="all"), window("w")):
            shown |= one
            keepers.halt_refresh(window("other"))
            if "Reading the sources" in shown.get("report", ""):
                again = keepers.refresh(event(what="all"), window("w"))
                assert [each async for each in again] == []  # as when it is clicked twice
                keepers.halt_refresh(window("w"))
        return shown

    shown = asyncio.run(asyncio.wait_for(stopping(), 30))
    assert "The refresh was stopped." in shown["report"] and "disabled" not in shown["controls"]


@pytest.mark.parametrize("named", ["", "/etc/passwd", "http://169.254.169.254/", "archive"])
def test_only_a_source_that_is_known_is_read(named: str) -> None:
    library = Corpus(maintenance=True)
    shown = refreshed(library, window(), what="one", source=named)
    assert "not known any more" in shown["report"] and library.done == []


def test_going_back_is_only_from_the_state_that_was_asked_about() -> None:
    library = Corpus(maintenance=True)
    keepers = Keepers(cast(Assistant, library))
    assert "published meanwhile" in keepers.roll_back(event(of="000009"), window())["report"] and library.done == []
    assert "published again" in keepers.roll_back(event(of="000001"), window())["report"] and library.done == ["back"]


class Watching(Library):
    """A library with so many watched questions."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.all = [Watch(n, f"Why {n}?", Filters(), NOW) for n in range(1, number + 1)]

    def watches(self) -> list[Watch]:
        return list(self.all)

    def watch_changes(self) -> list[Any]:
        return []

    def watch(self, question: str) -> Watch:
        self.all.append(Watch(len(self.all) + 1, question, Filters(), NOW))
        return self.all[-1]

    def unwatch(self, number: int) -> None:
        self.all = [one for one in self.all if one.number != number]


def test_everybody_may_watch_a_question_up_to_a_hundred_and_let_it_go() -> None:
    library = Watching(99)
    followers, talk = Followers(cast(Assistant, library)), Talk("t1", (answered(citation()),))
    assert "Watched from now on" in followers.watch(event(turn="1"), talk)["note"]
    assert library.all[-1].question == "Did it rain?"
    assert "100 questions are watched" in followers.watch(event(turn="1"), talk)["said"] and len(library.all) == 100
    assert "Did it rain?" not in followers.unwatch(event(number="100"))["watched"]
    for odd in ("100", "x", "", "-1", "9" * 50):
        followers.unwatch(event(number=odd))
    assert len(library.all) == 99 and followers.watch(event(turn="7"), talk) == {}
