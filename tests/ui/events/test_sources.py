"""Maintainers test, edit, pause, remove and add sources; nobody else does."""

import asyncio
from inspect import isasyncgen
from pathlib import Path
from typing import Any, cast

import gradio as gr
import pytest

from assistant import Article, Assistant, SettingsError, Source, Trial
from assistant.server import RefreshJobs
from ui.events.maintainers import Maintainers
from ui.events.sources import SourceEvents
from ui.views import source_health
from ui.windows import Windows

from .support import event, last_values, maintaining, window
from .test_maintenance import SECRET, Corpus

LISTED = Source("archive", "folder", "/srv/archive", listed=True)
EVENTS = (
    *("open_source", "close_source", "test_source", "save_source", "pause_source", "resume_source", "remove_source"),
    "look_at_source",
)


class Listed(Corpus):
    """An assistant with a list of sources, of which `archive` can be changed; it notes what is done."""

    def sources(self) -> list[Source]:
        return [LISTED]

    def edit_source(self, name: str, **keys: Any) -> Source:
        if keys.get("every") == "soon":
            raise SettingsError('every = "soon" in [archive] cannot be used')
        self.done.append(("edit", name, keys))
        return LISTED

    def pause_source(self, name: str) -> Source:
        self.done.append(("pause", name))
        return LISTED

    def resume_source(self, name: str) -> Source:
        self.done.append(("resume", name))
        return LISTED

    def remove_source(self, name: str) -> Source:
        self.done.append(("remove", name))
        return LISTED

    def add_source(self, location: str, **keys: Any) -> Source:
        self.done.append(("add", location, keys))
        return Source("paper", "feed", location)

    def try_sources(self, given: list[str | Path]) -> list[Trial]:
        if self.error:
            raise self.error
        self.done.append(("try", given))
        return [Trial(LISTED, (Article("a1", "Rain", "It rained."),))]


def done(corpus: Listed, name: str, request: gr.Request | None = None, /, **data: str) -> dict[str, Any]:
    """What the window shows in the end."""
    assistant = cast(Assistant, corpus)
    events = SourceEvents(assistant, Maintainers(RefreshJobs(assistant)), Windows())
    handler, request = getattr(events, name), request or maintaining()
    result = handler(request) if name == "close_source" else handler(event(**data), request)
    return asyncio.run(last_values(cast(Any, result))) if isasyncgen(result) else cast(dict[str, Any], result)


@pytest.fixture
def corpus() -> Listed:
    return Listed(maintenance=True)


@pytest.fixture
def key(corpus: Listed) -> str:
    return source_health.key(corpus.known[0])


@pytest.mark.parametrize("name", EVENTS)
@pytest.mark.parametrize("settings", [{}, {"maintenance": True, "maintenance_password": "x", "ui_password": "y"}])
def test_nobody_else_does_anything_with_sources(name: str, settings: dict[str, Any]) -> None:
    corpus = Listed(**settings)
    key = source_health.key(corpus.known[0])
    shown = done(corpus, name, window(user="staff"), source=key, what="edit", location="/srv", every="1h")
    assert shown and all("only a maintainer may" in str(value).lower() for value in shown.values())
    assert corpus.done == []


@pytest.mark.parametrize("name", ["open_source", "test_source", "save_source", "pause_source", "remove_source"])
@pytest.mark.parametrize("key", ["", "archive", "/etc/passwd", "http://169.254.169.254/"])
def test_only_a_source_that_is_known_is_touched(corpus: Listed, name: str, key: str) -> None:
    assert "not known any more" in done(corpus, name, source=key, what="edit")["toast"] and corpus.done == []


@pytest.mark.parametrize("name", ["save_source", "pause_source", "resume_source", "remove_source"])
def test_one_that_is_not_on_the_list_is_not_changed(corpus: Listed, name: str) -> None:
    unlisted = source_health.key(corpus.known[1])
    toast = done(corpus, name, source=unlisted, every="1h")["toast"]
    assert "is not on the list" in toast and "abcdef" not in toast and corpus.done == []


def test_a_form_is_opened_and_closed(corpus: Listed, key: str) -> None:
    assert "Edit archive" in done(corpus, "open_source", source=key, what="edit")["source_list"]
    assert "Remove archive from" in done(corpus, "open_source", source=key, what="remove")["source_list"]
    assert "nothing like that" in done(corpus, "open_source", source=key, what="<b>")["toast"]
    assert "Edit archive" not in done(corpus, "close_source")["source_list"]


def test_a_test_shows_what_would_come_in_or_why_nothing(corpus: Listed, key: str) -> None:
    assert "Rain" in done(corpus, "test_source", source=key)["source_list"] and corpus.done == [("try", ["archive"])]
    corpus.error = SettingsError(f"{SECRET}: answered 503")
    shown = done(corpus, "test_source", source=key)["source_list"]
    assert "answered 503" in shown and "abcdef" not in shown


def test_only_what_was_changed_is_saved_and_a_mistake_stays_in_the_form(corpus: Listed, key: str) -> None:
    shown = done(corpus, "save_source", source=key, every="soon", publication="The Tide")
    assert "cannot be used" in shown["source_list"] and 'value="soon"' in shown["source_list"]
    assert corpus.done == [] and not shown["toast"]
    shown = done(corpus, "save_source", source=key, kind="folder", every="1h", publication="")
    assert corpus.done == [("edit", "archive", {"every": "1h"})] and "archive is saved" in shown["toast"]


def test_a_source_is_paused_resumed_and_removed(corpus: Listed, key: str) -> None:
    toasts = [done(corpus, f"{name}_source", source=key)["toast"] for name in ("pause", "resume", "remove")]
    assert corpus.done == [("pause", "archive"), ("resume", "archive"), ("remove", "archive")]
    assert "its articles stay" in toasts[0] and "read again" in toasts[1] and "off the list" in toasts[2]


def test_a_new_source_is_looked_at_before_it_is_added(corpus: Listed) -> None:
    shown = done(corpus, "look_at_source", location="paper.example/feed", what="look")
    assert "Rain" in shown["source_look"] and corpus.done == [("try", ["https://paper.example/feed"])]
    shown = done(corpus, "look_at_source", location="/srv/b", what="add", name="b", kind="folder", every="1h")
    assert corpus.done[-1] == ("add", "/srv/b", {"kind": "folder", "name": "b", "every": "1h"})
    assert "paper is on the list" in shown["toast"] and shown["source_look"] == "" and "source_form" in shown
    assert "There is no address" in done(corpus, "look_at_source", what="add")["source_look"]
