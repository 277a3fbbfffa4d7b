"""Sources are tested, edited, paused, removed and added in the window, by maintainers only."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from itertools import count
from typing import Any

import gradio as gr

from assistant import Assistant, AssistantError, Source, SourceState
from assistant.ingest.sources import is_address
from assistant.utils import one_line, safe_to_show, storable

from ..state import now
from ..views import source_form, source_health, sources
from ..views.markup import sentence
from ..views.sources import Opened
from ..windows import Windows
from .common import Updates, event_data, event_text, session
from .maintainers import Maintainers, as_given, unexpected

_PART = "source_list"
_OPENED = ("visits", "edit", "remove")
_NEW = ("location", "kind", "name", "publication", "every")
_KINDS = ("feed", "sitemap", "page", "folder", "file")


class SourceEvents:
    """The handlers of the list of sources, over one assistant for all windows."""

    def __init__(self, assistant: Assistant, maintainers: Maintainers, windows: Windows) -> None:
        self._assistant = assistant
        self._maintainers = maintainers
        self._windows = windows
        self._numbers = count(1)

    def _drawn(self, request: gr.Request, opened: Opened | None, toast: str = "") -> Updates:
        """The table with what is opened of a source, which is noted."""
        window = self._windows.of(session(request))
        if opened is None:
            window.forget_listed(Opened)
        else:
            window.note_listed(opened)
        return {_PART: sources.table(self._assistant.status(), now(), opened), "toast": toast}

    def _guarded(self, request: gr.Request, action: Callable[[], Updates]) -> Updates:
        """What `action` gives; what goes wrong is said for a moment, so that the table stays."""
        return self._maintainers.attempt(request, action, lambda text: {"toast": sentence(safe_to_show(text))})

    def _listed(self, state: SourceState) -> Source:
        """The source as the list has it. Raises AssistantError for one that is not on it."""
        found = next((source for source in self._assistant.sources() if source.location == state.location), None)
        if found is None or not state.listed:
            raise AssistantError(f"{_name(state)} is not on the list of sources; add it first")
        return found

    # what is opened below a row

    def open_source(self, event: gr.EventData, request: gr.Request) -> Updates:
        """Open the form of a source, its last readings, or the question whether to remove it; close what is open."""

        def open_() -> Updates:
            state, what = self._maintainers.known_source(event_text(event, "source")), event_text(event, "what")
            if what not in _OPENED:
                raise AssistantError("there is nothing like that of a source; open this tab again")
            source = self._listed(state) if what == "edit" else None
            return self._drawn(request, Opened(source_health.key(state), what, source))

        return self._guarded(request, open_)

    def close_source(self, request: gr.Request) -> Updates:
        """Close what is open."""
        return self._guarded(request, lambda: self._drawn(request, None))

    async def test_source(self, event: gr.EventData, request: gr.Request) -> AsyncIterator[Updates]:
        """Show what a source would bring in now, without changing anything."""
        key = event_text(event, "source")
        opened = Opened(key, "testing")
        begun = await asyncio.to_thread(self._guarded, request, lambda: self._test_begun(request, opened))
        yield begun
        if _PART not in begun:
            return
        opened = await asyncio.to_thread(self._tested, opened)
        yield await asyncio.to_thread(self._guarded, request, lambda: self._test_ended(request, opened))

    def _test_begun(self, request: gr.Request, opened: Opened) -> Updates:
        self._maintainers.known_source(opened.key)
        return self._drawn(request, opened)

    def _tested(self, opened: Opened) -> Opened:
        try:
            state = self._maintainers.known_source(opened.key)
            (trial,) = self._assistant.try_sources([as_given(state)])
        except AssistantError as error:
            return replace(opened, what="tested", problem=str(error))
        except Exception:
            return replace(opened, what="tested", problem=unexpected())
        return replace(opened, what="tested", trial=trial)

    def _test_ended(self, request: gr.Request, opened: Opened) -> Updates:
        shown = self._windows.of(session(request)).listed(Opened)
        still_there = shown is not None and (shown.key, shown.what) == (opened.key, "testing")
        return self._drawn(request, opened) if still_there else {"toast": ""}

    # what changes the list

    def save_source(self, event: gr.EventData, request: gr.Request) -> Updates:
        """Change a source as its form says; what is wrong with it is said in the form, which stays as it was typed."""

        def save() -> Updates:
            state = self._maintainers.known_source(event_text(event, "source"))
            source, typed = self._listed(state), _typed(event)
            try:
                if keys := source_form.changed_keys(source, typed):
                    source = self._assistant.edit_source(state.name, **keys)
            except AssistantError as error:
                key = source_health.key(state)
                return self._drawn(request, Opened(key, "edit", source, typed, str(error)))
            self._maintainers.note(request, "source-changed", source.name)
            return self._drawn(request, None, f"{source.name} is saved; the next refresh reads it that way.")

        return self._guarded(request, save)

    def pause_source(self, event: gr.EventData, request: gr.Request) -> Updates:
        """Have a source read no more until it is resumed."""
        return self._changed(event, request, "source-paused", "{} is paused; its articles stay.")

    def resume_source(self, event: gr.EventData, request: gr.Request) -> Updates:
        """Have a source that was paused read again."""
        return self._changed(event, request, "source-resumed", "{} is read again at the next refresh.")

    def remove_source(self, event: gr.EventData, request: gr.Request) -> Updates:
        """Take a source off the list; its articles stay."""
        return self._changed(event, request, "source-removed", "{} is off the list; its articles stay.")

    def _changed(self, event: gr.EventData, request: gr.Request, action: str, told: str) -> Updates:
        changes: dict[str, Callable[[str], object]] = {
            "source-paused": self._assistant.pause_source,
            "source-resumed": self._assistant.resume_source,
            "source-removed": self._assistant.remove_source,
        }

        def changed() -> Updates:
            state = self._maintainers.known_source(event_text(event, "source"))
            self._listed(state)
            changes[action](state.name)
            self._maintainers.note(request, action, state.name)
            return self._drawn(request, None, told.format(_name(state)))

        return self._guarded(request, changed)

    # a new one

    async def look_at_source(self, event: gr.EventData, request: gr.Request) -> AsyncIterator[Updates]:
        """Show what a new source would bring in, or put it on the list; what is wrong stands below the form."""
        data = {name: value for name in _NEW if (value := event_text(event, name).strip())}
        adds = event_text(event, "what") == "add"
        if not self._maintainers.are_allowed(request):
            yield self._maintainers.guarded("source_look", request, dict)
            return
        yield {"source_look": sources.waiting("Looking at it…")}

        def done() -> Updates:
            return self._put_on_list(data, request) if adds else {"source_look": self._looked_at(data)}

        yield await asyncio.to_thread(self._maintainers.guarded, "source_look", request, done)

    def _looked_at(self, data: dict[str, str]) -> str:
        location = _location(data)
        (trial,) = self._assistant.try_sources([location])
        return f'<div class="source-detail">{sources.trial(trial, "What it would bring in now")}</div>'

    def _put_on_list(self, data: dict[str, str], request: gr.Request) -> Updates:
        location = _location(data)
        keys: dict[str, Any] = {name: data[name] for name in ("publication", "every") if name in data}
        kind: Any = data.get("kind") if data.get("kind") in _KINDS else None
        source = self._assistant.add_source(location, kind=kind, name=data.get("name"), **keys)
        self._maintainers.note(request, "source-added", f"{source.name} ({source.location})")
        told = f"{source.name} is on the list; the next refresh reads it."
        form = source_form.add(next(self._numbers))
        return {**self._drawn(request, None, told), "source_form": form, "source_look": ""}


def _name(state: SourceState) -> str:
    return one_line(source_health.title(state), 80)


def _typed(event: gr.EventData) -> dict[str, str]:
    data = event_data(event)
    return {str(name): storable(str(value)) for name, value in data.items() if name not in ("source", "what")}


def _location(data: dict[str, str]) -> str:
    location = data.get("location", "")
    if not location:
        raise AssistantError("there is no address; give that of a feed or page, or the path of a folder")
    host = location.partition("/")[0]
    is_host = "." in host and host[0] not in ".~" and not is_address(location)
    return f"https://{location}" if is_host else location
