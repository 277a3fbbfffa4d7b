"""Maintainers refresh the corpus and roll it back; nobody else does."""

import asyncio
import threading
from pathlib import Path
from typing import Any, cast

import gradio as gr
import pytest

from assistant import Assistant, RefreshCallbacks, RefreshReport, Status, StoppedError
from assistant.index import Manifest
from assistant.server import RefreshJobs
from tests.ui.support import NOW, source, status
from ui.events.maintainers import Maintainers
from ui.events.maintenance import MaintenanceEvents
from ui.views import source_health, sources
from ui.windows import Windows

from .support import FakeAssistant, event, last_values, maintaining, window

SECRET = "https://feeds.example/news.xml?token=abcdef"


class Corpus(FakeAssistant):
    """An assistant whose corpus is refreshed; it notes what is done with it."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.done: list[object] = []
        self.known = (source("archive"), source(SECRET, SECRET, listed=False), source("/srv/a", "/srv/a", listed=False))

    def status(self) -> Status:
        return status(states=self.known)

    def history(self) -> list[Any]:
        return []

    def refresh(self, sources: list[Any], *, watcher: RefreshCallbacks, **options: Any) -> RefreshReport:
        self.done.append((sources, options))
        return RefreshReport("000002", True, 16, 29)

    def rollback(self) -> Manifest:
        self.done.append("rollback")
        return Manifest("000000", None, NOW.isoformat(), "m", 16, 29, ())


class Slow(Corpus):
    """An assistant whose refresh goes on until it is stopped."""

    def refresh(self, sources: list[Any], *, watcher: RefreshCallbacks, **options: Any) -> RefreshReport:
        stopped = threading.Event()
        assert watcher.stop is not None
        watcher.stop.listen(stopped.set)
        stopped.wait(30)
        raise StoppedError("the refresh was stopped")


def handlers(corpus: Corpus) -> MaintenanceEvents:
    assistant = cast(Assistant, corpus)
    return MaintenanceEvents(assistant, Maintainers(RefreshJobs(assistant)), Windows())


def refresh(corpus: Corpus, request: gr.Request, **options: str) -> dict[str, Any]:
    """What the window shows in the end."""

    async def refreshed() -> dict[str, Any]:
        return await last_values(handlers(corpus).refresh(event(**options), request))

    return asyncio.run(refreshed())


def test_nobody_else_maintains_or_sees_where_sources_are() -> None:
    corpus = Corpus(maintenance=True)
    events, staff = handlers(corpus), window(user="staff")
    for updates in (
        events.open_maintenance(staff),
        events.confirm_rollback(staff),
        events.roll_back(event(of="000001"), staff),
        events.compare(event(before="000001", after="000002"), staff),
        refresh(corpus, staff, what="all"),
    ):
        assert all("only a maintainer may" in str(value).lower() for value in updates.values())
    assert corpus.done == []
    shown = [events.show_tab(window(user=name))["maintenance_tab"].visible for name in ("staff", "maintainer")]
    assert shown == [False, True]


def test_a_refresh_does_what_was_chosen() -> None:
    corpus = Corpus(maintenance=True)
    listed, address, path = corpus.known
    plain = {"allow_removals": False, "trial": False, "only_failed": False}
    for options, expected in (
        ({"what": "all", "removals": "on"}, ([], {**plain, "allow_removals": True})),
        ({"what": "failed", "trial": "on"}, ([], {**plain, "trial": True, "only_failed": True})),
        ({"what": "one", "source": source_health.key(listed)}, (["archive"], plain)),
        ({"what": "one", "source": source_health.key(address)}, ([SECRET], plain)),
        ({"what": "one", "source": source_health.key(path)}, ([Path("/srv/a")], plain)),
    ):
        shown = refresh(corpus, maintaining(), **options)
        assert "State 000002." in shown["report"] and corpus.done[-1] == expected
        assert "archive" in shown["source_list"] and "abcdef" not in "".join(map(str, shown.values()))


def test_a_refresh_is_stopped_by_who_began_it_and_by_nobody_else() -> None:
    events = handlers(Slow(maintenance=True))

    async def stopped() -> dict[str, Any]:
        shown: dict[str, Any] = {}
        async for updates in events.refresh(event(what="all"), maintaining("w")):
            shown |= updates
            events.stop_refresh(maintaining("other"))
            if "Reading the sources" in shown.get("report", ""):
                again = events.refresh(event(what="all"), maintaining("w"))
                assert [updates async for updates in again] == []  # as when it is clicked twice
                events.stop_refresh(maintaining("w"))
        return shown

    shown = asyncio.run(asyncio.wait_for(stopped(), 30))
    assert "The refresh was stopped." in shown["report"] and "A refresh is running" not in shown["controls"]


def test_while_a_refresh_runs_no_window_can_start_another() -> None:
    events = handlers(Slow(maintenance=True))

    async def seen() -> str:
        shown = ""
        async for _ in events.refresh(event(what="all"), maintaining("w")):
            shown = shown or events.open_maintenance(maintaining("other"))["controls"]
            events.stop_refresh(maintaining("w"))
        return shown

    assert "A refresh is running" in asyncio.run(asyncio.wait_for(seen(), 30))


def test_a_window_knows_of_a_refresh_that_a_program_began() -> None:
    corpus = Slow(maintenance=True)
    assistant = cast(Assistant, corpus)
    jobs = RefreshJobs(assistant)
    events = MaintenanceEvents(assistant, Maintainers(jobs), Windows())
    job = jobs.begin("refresh", lambda callbacks: corpus.refresh([], watcher=callbacks), by="anna")
    assert "A refresh is running" in events.open_maintenance(maintaining())["controls"]
    told = asyncio.run(last_values(events.refresh(event(what="all"), maintaining())))
    assert "by anna" in told["report"]
    events.stop_refresh(maintaining())
    assert not job.status.has_ended  # it is not this window's
    job.cancel()
    with pytest.raises(StoppedError):
        job.result()
    assert job.status.state == "cancelled"


def test_a_form_that_is_being_typed_into_is_not_drawn_anew() -> None:
    corpus, windows = Corpus(maintenance=True), Windows()
    assistant = cast(Assistant, corpus)
    events = MaintenanceEvents(assistant, Maintainers(RefreshJobs(assistant)), windows)
    assert "source_list" in events.open_maintenance(maintaining())
    windows.of("w").note_listed(sources.Opened("k", "edit"))
    assert "source_list" not in events.open_maintenance(maintaining())


@pytest.mark.parametrize("key", ["", "/etc/passwd", "http://169.254.169.254/", "archive"])
def test_only_a_source_that_is_known_is_read(key: str) -> None:
    corpus = Corpus(maintenance=True)
    shown = refresh(corpus, maintaining(), what="one", source=key)
    assert "not known any more" in shown["report"] and corpus.done == []


def test_a_rollback_starts_only_from_the_state_that_was_shown() -> None:
    corpus = Corpus(maintenance=True)
    events = handlers(corpus)
    assert (
        "published meanwhile" in events.roll_back(event(of="000009"), maintaining())["difference"] and corpus.done == []
    )
    assert "The state before is back" in events.roll_back(event(of="000001"), maintaining())["difference"]
    assert corpus.done == ["rollback"]
