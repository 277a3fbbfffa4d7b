"""What the server keeps of a window: as much after many questions as after a few, and nothing once it is closed."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

import gradio as gr
import httpx
import pytest
import uvicorn
from gradio.state_holder import SessionState

from assistant import Assistant, server
from assistant.accounts import Principal
from assistant.answering import pipeline
from assistant.evaluation.benchmarks.window_bench import Session
from tests.support import QuickReader, open_listed
from ui import app, sessions
from ui.events import streams
from ui.uploads import Uploads


@dataclass
class Served:
    """A window that a thread of this process serves."""

    address: str = ""
    blocks: Any = None

    @property
    def kept(self) -> sessions.Sessions:
        """What is kept of all windows."""
        held = self.blocks.state_holder
        assert isinstance(held, sessions.Sessions)
        return held

    def parts(self, name: str) -> int:
        """How many components are registered for the window of that name."""
        held = self.kept.session_data[name]
        return len(held.blocks_config.blocks) + len(held.config_values)


@contextmanager
def serving(assistant: Assistant, prepare: Callable[[Any, Any], None] = lambda *_: None) -> Iterator[Served]:
    """The window over `assistant`; before it is served, `prepare` is called with Gradio mounted, and its blocks."""
    served = Served()
    with closing(server.listen("127.0.0.1", 0)) as listener:
        served.address = f"http://127.0.0.1:{listener.getsockname()[1]}"

        async def serve() -> None:
            # All of it in this loop, as Gradio would make others that it never closes.
            # No gate tells this room who listens.
            service = replace(server.Service.of(assistant), room=server.WaitingRoom(4))
            served.blocks = app.build(service, streams.AnswerStreams(), Uploads())
            application = app._application(served.blocks, None)
            prepare(application, served.blocks)
            config = uvicorn.Config(_for_anybody(application), log_level="warning", timeout_graceful_shutdown=1)
            running.append(uvicorn.Server(config))
            await running[0].serve([listener])

        running: list[uvicorn.Server] = []
        thread = Thread(target=asyncio.run, args=[serve()])
        thread.start()
        until(lambda: not thread.is_alive() or (bool(running) and running[0].started))
        yield served
        running[0].should_exit = True
        thread.join()


def _for_anybody(application: Any) -> Any:
    """`application` where nobody has to sign in."""

    async def serve(scope: Any, receive: Any, send: Any) -> None:
        await application({**scope, "state": {**scope.get("state", {}), "principal": Principal()}}, receive, send)

    return serve


@pytest.fixture
def served(listing: Path, quick_names: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A window over three articles, whose server forgets it as soon as it is closed."""
    monkeypatch.setattr(pipeline, "open_reader", QuickReader)
    monkeypatch.setattr(streams, "_BATCH_SECONDS", 0)
    with open_listed(listing) as assistant:
        assistant.refresh()
        with serving(assistant, partial(sessions.install, closed=0)) as served:
            yield served


def until(condition: Callable[[], bool]) -> None:
    """Wait for it."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)


def test_twenty_questions_leave_as_much_as_two_and_a_closed_window_nothing(served: Served) -> None:
    with Session(served.address).staying() as session:
        for number in range(2):
            session.ask(f"When did the tide of day {number} go out?")
        before = served.parts(session.name)
        for number in range(18):
            session.ask(f"When did the council vote on item {number}?")
        assert served.parts(session.name) == before
        assert not served.kept.session_data[session.name].is_closed
    until(lambda: session.name not in served.kept)
    queue = served.blocks._queue
    assert session.name not in {*queue.pending_messages_per_session, *queue.pending_event_ids_session}
    assert not queue.event_ids_to_events and len(queue.event_analytics) <= 1


async def made() -> Any:
    """Blocks with one part, a button above it and a listener that changes it."""
    with gr.Blocks() as blocks:
        button, shown = gr.Button(), gr.HTML()
        button.click(lambda: "", None, shown)
    return blocks


def test_a_window_that_is_open_and_not_used_for_long_is_forgotten_and_one_in_use_is_not() -> None:
    kept = sessions.Sessions(asyncio.run(made()), idle=3600)
    assert kept["w"] is kept["w"]
    kept.delete_all_expired_state()
    assert "w" in kept
    kept["w"].used -= 3600
    kept.delete_all_expired_state()
    assert "w" not in kept and not kept.time_last_used


def test_of_too_many_windows_the_one_that_was_used_last_stays() -> None:
    blocks = asyncio.run(made())
    blocks.state_session_capacity = 2
    kept = sessions.Sessions(blocks)
    for name in ("a", "b", "a", "c"):
        assert kept[name]
    assert [*kept.session_data] == ["a", "c"]


async def updated(kind: type[SessionState]) -> int:
    """How many components more there are after a part was skipped and then changed, ten times."""
    blocks = await made()
    window = kind(blocks)
    before = len(window.blocks_config.blocks)
    for number in range(10):
        for value in (gr.skip(), f"answer {number}"):
            await blocks.postprocess_data(blocks.fns[0], value, window)
    return len(window.blocks_config.blocks) - before


def test_a_part_that_is_updated_stays_one_component() -> None:
    assert asyncio.run(updated(sessions.Session)) == 0


def test_gradio_itself_still_registers_an_updated_part_anew() -> None:
    assert asyncio.run(updated(SessionState)) > 0, (
        "Gradio has mended this: `Session.__setitem__` in ui/sessions.py can go"
    )


def test_another_gradio_serves_the_window_as_it_keeps_it_itself(
    listing: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def changed(self: object, name: str) -> None:
        raise TypeError("takes 3 arguments")

    monkeypatch.setattr(sessions.Sessions, "__getitem__", changed)
    with open_listed(listing) as assistant, serving(assistant) as served:
        assert httpx.get(served.address).status_code == 200
    assert not isinstance(served.blocks.state_holder, sessions.Sessions)
    assert "another way" in caplog.text and "takes 3 arguments" in caplog.text
