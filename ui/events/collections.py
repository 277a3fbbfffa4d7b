"""Collections: answers and passages are pinned, noted on, ordered, taken out and exported."""

import base64
import json
from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from assistant import Assistant, AssistantError, Collection, PinnedAnswer

from ..browser_collections import mark
from ..browser_store import UnreadableError
from ..seals import Seals
from ..shelves import BrowserShelf, Pinned, ServerShelf, Shelf, items_with
from ..state import now
from ..views import collections
from ..views.exports import collection as export
from ..views.exports.word import docx
from ..views.markup import sentence
from ..views.pinning import where_kept
from ..windows import Windows
from .common import Updates, event_text, principal, session

_NOTHING = "what you want to pin is not here any more; open the panel again"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class CollectionEvents:
    """The handlers of collections, over one assistant for all windows.

    Each tells the page in the part `collected` what came of the request, under the number that the page gave it.
    """

    def __init__(self, assistant: Assistant, windows: Windows, seals: Seals) -> None:
        self._assistant = assistant
        self._windows = windows
        self._seals = seals

    def collections(self, event: gr.EventData, request: gr.Request) -> Updates:
        """Show the collection of an id, else the first one."""
        return _told(event, lambda: self._show(event, request))

    def _show(self, event: gr.EventData, request: gr.Request) -> Updates:
        try:
            return self._shown(event, request)
        except UnreadableError as error:
            return {"collected": {}, "collection": collections.unreadable(event_text(event, "id"), str(error))}

    def _shown(self, event: gr.EventData, request: gr.Request) -> Updates:
        shelf, wanted = self._shelf(event, request), event_text(event, "id")
        listed = shelf.listed()
        if listed is not None:
            shown = next((each for each in listed if each.id == wanted), next(iter(listed), None))
        else:
            shown = shelf.get(wanted) if wanted else None
        return self._drawn(shelf, shown, request)

    def collect(self, event: gr.EventData, request: gr.Request) -> Updates:
        """Change a collection: a new one, another name, a note, another order, without an item, or gone."""
        return _told(event, lambda: self._collect(event, request))

    def _collect(self, event: gr.EventData, request: gr.Request) -> Updates:
        shelf, change, name = self._shelf(event, request), event_text(event, "change"), event_text(event, "id")
        item, text = event_text(event, "item"), event_text(event, "text")
        match change:
            case "new":
                return self._drawn(shelf, shelf.new(text), request)
            case "delete":
                shelf.delete(name)
                return self._drawn(shelf, next(iter(shelf.listed() or ()), None), request)
            case "rename":
                return self._drawn(shelf, shelf.change(name, "rename", text), request)
            case "note":
                return _kept(shelf, shelf.change(name, "note", item, text))
            case "move":
                return self._drawn(
                    shelf, shelf.change(name, "move", item, _number(event_text(event, "place"))), request
                )
            case "remove":
                return self._drawn(shelf, shelf.change(name, "remove", item), request)
            case _:
                raise AssistantError(f"a collection cannot be changed by {change[:40]!r}; load the page again")

    def _drawn(self, shelf: Shelf, shown: Collection | None, request: gr.Request) -> Updates:
        kept = where_kept(principal(request))
        html = collections.collection(shown, now(), kept) if shown else collections.nothing_pinned()
        return {**_kept(shelf, shown), "collection": html}

    # pinning

    def pin_choices(self, event: gr.EventData, stored: str, request: gr.Request) -> Updates:
        """The collections that an answer or passages can be pinned into, and which have them already."""
        self._windows.of(session(request)).restore(stored)
        return _told(event, lambda: self._choices(event, request))

    def _choices(self, event: gr.EventData, request: gr.Request) -> Updates:
        contents, shelf = self._contents(event, request), self._shelf(event, request)
        told = _kept(shelf, None, contents)["collected"]
        return {"collected": {**told, "marks": list(map(mark, contents)), "where": where_kept(principal(request))}}

    def pin(self, event: gr.EventData, request: gr.Request) -> Updates:
        """Pin an answer or passages into a collection or a new one, or with `off` take them out of it."""
        return _told(event, lambda: self._pin(event, request))

    def _pin(self, event: gr.EventData, request: gr.Request) -> Updates:
        contents, shelf = self._contents(event, request), self._shelf(event, request)
        if name := event_text(event, "id"):
            pinned = shelf.get(name)
        else:
            pinned = shelf.new(event_text(event, "text"))
        for content in contents:
            if event_text(event, "off"):
                for item in items_with(pinned, content):
                    pinned = shelf.change(pinned.id, "remove", item.id)
            elif not items_with(pinned, content):
                pinned = shelf.change(pinned.id, "add", content)
        return _kept(shelf, pinned, contents)

    def _contents(self, event: gr.EventData, request: gr.Request) -> list[Pinned]:
        """What is to be pinned: a shared answer, an answer of the conversation, or passages of one."""
        if key := event_text(event, "key"):
            shared = self._assistant.shared_answer(key)
            if shared is None:
                raise AssistantError(_NOTHING)
            return [PinnedAnswer(shared.answer, shared.excerpts, shared.filters)]
        turn = self._windows.of(session(request)).conversation.turn(event_text(event, "turn"))
        if turn is None or turn.answer is None:
            raise AssistantError(_NOTHING)
        if principal(request).owner:  # others may sign in with that name, and read it
            self._seals.check(turn.seal, turn.key, turn.answer)
        if not (numbers := event_text(event, "numbers")):
            return [self._assistant.pinned(turn.answer, turn.filters)]
        wanted = set(numbers.split(","))
        cited = [citation for citation in turn.answer.citations if str(citation.number) in wanted]
        return [self._assistant.pinned_passage(citation, turn.answer.corpus) for citation in cited]

    def _shelf(self, event: gr.EventData, request: gr.Request) -> Shelf:
        if owner := principal(request).owner:
            return ServerShelf(self._assistant.collections, owner)
        return BrowserShelf(event_text(event, "packed"), self._assistant.without_removed)

    # exports

    def export_collection(self, event: gr.EventData, request: gr.Request) -> Updates:
        """A collection as a file, for the browser to save or to open."""
        return _told(event, lambda: self._export(event, request))

    def _export(self, event: gr.EventData, request: gr.Request) -> Updates:
        shelf, made, form = self._shelf(event, request), now(), event_text(event, "form")
        shown = shelf.get(event_text(event, "id"))
        file: dict[str, str]
        if form == "docx":
            file = {"kind": _WORD, "base64": base64.b64encode(docx(shown, made)).decode()}
        elif form == "page":
            file = {"kind": "text/html", "text": export.page(shown, made)}
        else:
            form, file = "md", {"kind": "text/markdown", "text": export.markdown(shown, made)}
        file["name"] = export.file_name(shown, made, "html" if form == "page" else form)
        return {"collected": {"file": file}}


def _told(event: gr.EventData, do: Callable[[], Updates]) -> Updates:
    """What `do` gives, with what the page is told of it: also that it could not be done."""
    try:
        updates = do()
    except AssistantError as error:
        updates = {"collected": {"problem": sentence(str(error))}}
    return {**updates, "collected": json.dumps({"ask": event_text(event, "ask"), **updates["collected"]})}


def _kept(shelf: Shelf, changed: Collection | None, contents: Sequence[Pinned] = ()) -> Updates:
    """What the page is told: all collections where the server keeps them, and what the browser is to store."""
    listed = shelf.listed()
    told: dict[str, Any] = {"id": changed.id if changed else "", "stored": shelf.stored(changed) if changed else ""}
    if listed is not None:
        told["listed"] = [_summary(each, contents) for each in listed]
    return {"collected": told}


def _summary(collection: Collection, contents: Sequence[Pinned]) -> dict[str, Any]:
    has = bool(contents) and all(items_with(collection, content) for content in contents)
    return {"id": collection.id, "name": collection.name, "count": len(collection.items), "has": has}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.removeprefix("-").isdigit() and len(text) < 6 else 0
