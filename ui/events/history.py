"""The History tab of who is signed in: the server lists their conversations, and they rename and delete them."""

import json
from typing import Any

import gradio as gr

from assistant import Assistant, AssistantError, ConversationEntry

from ..seals import Seals
from ..server_history import ServerHistory, server_history
from ..views.markup import sentence
from .common import Updates, event_text, principal

_LONGEST_WORDS = 200  # characters that are searched for
_IN_BROWSER = "these conversations are kept in the browser; load the page again"


class HistoryEvents:
    """The handler of the tab, over one assistant for all windows."""

    def __init__(self, assistant: Assistant, seals: Seals) -> None:
        self._assistant = assistant
        self._seals = seals

    def history(self, event: gr.EventData, request: gr.Request) -> Updates:
        """List the conversations that have the words that were typed, once one of them was renamed or deleted.

        The page is told in the part `kept_conversations`, under the number that it gave the request.
        """
        try:
            kept = server_history(self._assistant, self._seals, principal(request))
            if kept is None:
                raise AssistantError(_IN_BROWSER)
            _change(kept, event)
            told = _listed(kept, event_text(event, "words")[:_LONGEST_WORDS])
        except AssistantError as error:
            told = {"problem": sentence(str(error))}
        return {"kept_conversations": json.dumps({"ask": event_text(event, "ask"), **told})}


def _change(kept: ServerHistory, event: gr.EventData) -> None:
    match event_text(event, "change"):
        case "rename":
            kept.rename(event_text(event, "id"), event_text(event, "title"))
        case "delete":
            kept.delete(event_text(event, "id"))


def _listed(kept: ServerHistory, words: str) -> dict[str, Any]:
    return {"total": kept.count(), "found": [_row(entry) for entry in kept.find(words)]}


def _row(entry: ConversationEntry) -> list[Any]:
    about = {"title": entry.title, "at": int(entry.used.timestamp() * 1000), "turns": entry.questions}
    return [entry.id, about]
