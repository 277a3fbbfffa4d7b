"""Articles are added by hand: files, an address or a text are looked at, mended and put in; by maintainers only."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from assistant import Assistant, AssistantError, Preview, RefreshCallbacks, RefreshReport
from assistant.utils import one_line, safe_to_show

from ..drafts import DraftEntry, DraftList, DraftLists
from ..uploads import Uploads, owner_of
from ..views import adding, maintenance
from .common import Updates, event_text, session
from .maintainers import Maintainers, unexpected
from .maintenance import MaintenanceEvents

_MOST_FILES = 20  # of an event


@dataclass(frozen=True, slots=True)
class _Given:
    """Something that is to be looked at, and what it is called."""

    name: str
    look: Callable[[], Preview]


class AddingEvents:
    """The handlers of adding articles, over one assistant for all windows."""

    def __init__(
        self,
        assistant: Assistant,
        maintainers: Maintainers,
        kept: Uploads,
        maintenance_events: MaintenanceEvents,
    ) -> None:
        self._assistant = assistant
        self._maintainers = maintainers
        self._lists = DraftLists()
        self._kept = kept
        self._corpus = maintenance_events

    def drafts_of(self, window: str) -> DraftList:
        """The articles that the window of that session may add."""
        return self._lists.of(window)

    def _drafts(self, request: gr.Request) -> DraftList:
        return self.drafts_of(session(request))

    def _note(self, request: gr.Request, drafts: DraftList) -> None:
        self._lists.note(session(request), drafts)

    def _shown(self, request: gr.Request) -> Updates:
        publications = sorted(self._assistant.status().publications, key=str.casefold)
        return {"drafts": adding.drafts(self._drafts(request), publications, is_busy=self._maintainers.are_busy)}

    def _guarded(self, request: gr.Request, action: Callable[[], Updates]) -> Updates:
        return self._maintainers.guarded("added", request, action)

    async def look(self, event: gr.EventData, request: gr.Request) -> AsyncIterator[Updates]:
        """Show what would come in of files, of an address or of a text, after what is in the list already."""
        if not self._maintainers.are_allowed(request):
            yield self._guarded(request, dict)
            return
        self._keep_changes(event, request)
        given = self._given(event, request)
        for done, item in enumerate(given):
            yield {"added": adding.reading(item.name, done, len(given))}
            found = await asyncio.to_thread(self._looked_at, item)
            drafts = self._drafts(request)
            self._note(request, drafts.with_failure(found) if isinstance(found, str) else drafts.with_preview(found))
        yield {"added": ""} | await asyncio.to_thread(self._guarded, request, lambda: self._shown(request))

    def _given(self, event: gr.EventData, request: gr.Request) -> Sequence[_Given]:
        tokens = event_text(event, "tokens").split()[:_MOST_FILES]
        given = [self._file(token, owner_of(request)) for token in tokens]
        if address := event_text(event, "address").strip():
            given.append(_Given(one_line(safe_to_show(address), 200), lambda: self._assistant.preview(address=address)))
        if text := event_text(event, "text").strip():
            given.append(_Given("the text", lambda: self._assistant.preview(text=text)))
        return given

    def _file(self, token: str, owner: str) -> _Given:
        def look() -> Preview:
            upload = self._kept.get(token, owner)
            if upload is None:
                raise AssistantError("it is not kept any more; choose it again")
            self._kept.drop(token, owner)
            return self._assistant.preview(data=upload.data, name=upload.name)

        return _Given(self._kept.name(token, owner) or "a file", look)

    def _looked_at(self, item: _Given) -> Preview | str:
        """What would come in of it, or why it could not be looked at, in a line."""
        try:
            return item.look()
        except AssistantError as error:
            told = safe_to_show(str(error))
            return told if told.startswith(item.name) else f"{item.name}: {told}"
        except Exception:
            return f"{item.name}: {unexpected()}"

    async def add_drafts(self, event: gr.EventData, request: gr.Request) -> AsyncIterator[Updates]:
        """Put in what was chosen, as it was mended, and show the report; what fails stays in the list."""
        if self._maintainers.are_allowed(request):
            self._keep_changes(event, request)
        chosen = self._drafts(request).chosen

        def work(callbacks: RefreshCallbacks) -> RefreshReport:
            return self._add(chosen, callbacks)

        def shown(report: RefreshReport) -> Updates:
            self._note(request, self._drafts(request).without(chosen))
            return {"added": maintenance.report(report)}

        def drawn(request: gr.Request) -> Updates:
            return self._corpus.changed(request) | self._guarded(request, lambda: self._shown(request))

        titles = "; ".join(one_line(entry.draft.title, 80) for entry in chosen)
        noted = "articles-added", f"{len(chosen):,}: {titles}"
        async for updates in self._maintainers.refreshing("added", request, "adding", work, shown, drawn, noted):
            yield updates

    def _add(self, chosen: tuple[DraftEntry, ...], callbacks: RefreshCallbacks) -> RefreshReport:
        faulty = [entry for entry in chosen if entry.problem]
        if faulty:  # which says so itself
            raise AssistantError(f"“{one_line(faulty[0].draft.title, 80)}” cannot be added: {faulty[0].problem}")
        if not chosen:
            raise AssistantError("no article is chosen; tick those that are to be added")
        return self._assistant.add_articles([entry.result for entry in chosen], watcher=callbacks)

    def discard_drafts(self, request: gr.Request) -> Updates:
        """Empty the list; nothing is added."""

        def discard() -> Updates:
            self._note(request, DraftList())
            return {"drafts": "", "added": ""}

        return self._guarded(request, discard)

    def _keep_changes(self, event: gr.EventData, request: gr.Request) -> None:
        """Note what was mended and left out; many changes come as a file."""
        text: str | bytes = event_text(event, "changes")
        if token := event_text(event, "changes_token"):
            upload = self._kept.get(token, owner_of(request))
            self._kept.drop(token, owner_of(request))
            text = upload.data if upload is not None else ""
        self._note(request, self._drafts(request).changed(_parsed(text)))


def _parsed(text: str | bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
