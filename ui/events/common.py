"""What the handlers of several tabs share: how an event is read, and the parts that they fill alike."""

from collections.abc import Mapping
from typing import Any, Protocol

import gradio as gr

from assistant import Assistant
from assistant.accounts import Principal
from assistant.server import address_of, principal_of, reader_of
from assistant.utils import storable

from ..scope import today
from ..state import ConversationState, now
from ..views import articles, composer, conversation, evidence, header

Updates = dict[str, Any]
"""New values of parts of the window, by the names of the parts."""


class Note(Protocol):
    """Puts into the audit log what somebody does, from an address."""

    def __call__(self, who: Principal, action: str, target: str = "", address: str = "") -> None:
        """Note it."""


def event_data(event: gr.EventData) -> Mapping[str, Any]:
    """What the page sent with an event; nothing of it is trusted."""
    return event._data if isinstance(event._data, Mapping) else {}


def event_text(event: gr.EventData, name: str) -> str:
    """The value that the page sent under that name, as text; "" when there is none."""
    return storable(str(event_data(event).get(name, "")))


def session(request: gr.Request) -> str:
    """What names the window that a request comes from."""
    return str(request.session_hash)


def address(request: gr.Request) -> str:
    """The address that a request comes from, as it is counted."""
    return address_of(request)


def reader(request: gr.Request) -> str | None:
    """What stands for the reader whose browser a request comes from; None for a browser without the cookie."""
    return reader_of(getattr(request, "cookies", None) or {})


def principal(request: gr.Request) -> Principal:
    """Who the user of that window is, and what they may do."""
    assert request.request is not None
    return principal_of(request.request)


def is_maintainer(request: gr.Request) -> bool:
    """Whether the user of that window may maintain the corpus."""
    return principal(request).may_maintain


def selected_tab(name: str) -> Any:
    """The tabs with that one in front."""
    return gr.Tabs(selected=name)


def corpus_parts(assistant: Assistant) -> Updates:
    """What every page says of the corpus: its head, and the publications that can be chosen."""
    status = assistant.status()
    return {
        "head": header.header(status, now(), assistant.settings.stale_after),
        "article_form": articles.form(status.publications, status.oldest, status.newest),
    }


def conversation_parts(state: ConversationState) -> Updates:
    """All parts that show the conversation."""
    return {
        "past": conversation.past(state.turns),
        "now": conversation.present(state.turns),
        "cards": evidence.sources(state.turns, now()),
        "tools": conversation.tools(state),
        "composer_notes": composer.notes(state, today()),
    }


def busy_parts(is_busy: bool) -> Updates:
    """The button beside the box, as it is while an answer is made and while none is."""
    return {"send": gr.Button(interactive=not is_busy)}
