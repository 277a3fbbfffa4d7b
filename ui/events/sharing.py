"""Sharing: an answer is given a link, read at it, taken back, and copied in several forms."""

import json
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Any

import gradio as gr

from assistant import Answer, Assistant, AssistantError, SharedAnswer

from ..seals import Seals
from ..state import ConversationState, ConversationTurn, now
from ..views import shared
from ..views.exports import answer as forms
from ..views.exports import conversation as export
from ..views.markup import sentence
from ..windows import Windows
from .common import Note, Updates, address, event_text, is_maintainer, principal, reader, selected_tab, session

_UNKNOWN = "this browser keeps no cookies, so the link could not be taken back; allow them for this page and reload it"
_MOST_LINKS, _HOUR, _MOST_ADDRESSES = 200, 3600.0, 10_000
_TAKEN_BACK = "Taken back: the link leads nowhere now."


class SharingEvents:
    """The handlers that share answers, over one assistant for all windows."""

    def __init__(
        self,
        assistant: Assistant,
        windows: Windows,
        seals: Seals,
        clock: Callable[[], float] = time.monotonic,
        note: Note = lambda who, action, target="", address="": None,
    ) -> None:
        self._assistant = assistant
        self._windows = windows
        self._seals = seals
        self._clock = clock
        self._note = note
        self._lock = threading.Lock()
        self._made: OrderedDict[str, deque[float]] = OrderedDict()  # when links were made, by address

    def share(self, event: gr.EventData, stored: str, request: gr.Request) -> Updates:
        """Give an answer that was made here a link."""
        turn = self._turn(event, stored, request)
        if turn is None or turn.answer is None:
            return _link()
        asked = str(turn.number)
        try:
            self._seals.check(turn.seal, turn.key, turn.answer)
            self._count(address(request))
            key = self._shared(turn, turn.answer, reader(request)).key
        except AssistantError as error:
            return _link(turn=asked, problem=sentence(str(error)))
        return _link(turn=asked, key=key, who=shared.who_can_open(has_users=bool(principal(request).owner)))

    def _count(self, who: str) -> None:
        """Raise AssistantError for who has made many links just now: there is room for so many of all only."""
        with self._lock:
            made = self._made.setdefault(who, deque(maxlen=_MOST_LINKS))
            self._made.move_to_end(who)
            if len(self._made) > _MOST_ADDRESSES:
                self._made.popitem(last=False)
        if len(made) == _MOST_LINKS and self._clock() - made[0] < _HOUR:
            raise AssistantError(f"{_MOST_LINKS} links were made from your address within an hour; try again later")
        made.append(self._clock())

    def _shared(self, turn: ConversationTurn, answer: Answer, owner: str | None) -> SharedAnswer:
        if owner is None:
            raise AssistantError(_UNKNOWN)
        return self._assistant.share(answer, owner, turn.filters)

    def _turn(self, event: gr.EventData, stored: str, request: gr.Request) -> ConversationTurn | None:
        return self._windows.of(session(request)).restore(stored).turn(event_text(event, "turn"))

    def unshare(self, event: gr.EventData, request: gr.Request) -> Updates:
        """Take a link back, for who made it and for maintainers."""
        is_maintained, key = is_maintainer(request), event_text(event, "key")
        found = self._assistant.shared_answer(key) if is_maintained else None
        try:
            self._assistant.unshare(key, reader(request), maintainer=is_maintained)
        except AssistantError as error:
            return _link(problem=sentence(str(error)))
        if found is not None and found.owner != reader(request):
            self._note(principal(request), "shared-answer-taken-back", f"{key[:8]}…", address(request))
        return {**_link(taken_back=_TAKEN_BACK), "shared_answer": shared.gone()}

    def shared(self, event: gr.EventData, request: gr.Request) -> Updates:
        """Show what is shared under a key."""
        found = self._assistant.shared_answer(event_text(event, "key"))
        if found is None:
            return {"shared_answer": shared.gone(), "tabs": selected_tab("ask")}
        may_end = found.owner == reader(request) or is_maintainer(request)
        return {"shared_answer": shared.shared(found, may_end=may_end), "tabs": selected_tab("ask")}

    def answer_forms(self, event: gr.EventData, stored: str, request: gr.Request) -> Updates:
        """An answer in the forms that it can be copied in."""
        turn = self._turn(event, stored, request)
        if turn is None or turn.answer is None:
            return {}
        answer, asked_of = turn.answer, turn.filters
        made = {form: make(answer, asked_of) for form, make in _FORMS.items()}
        return {"forms": json.dumps({"turn": str(turn.number), "key": turn.key, **made})}

    def export_answer(self, event: gr.EventData, stored: str, request: gr.Request) -> Updates:
        """One answer as a file, for the browser to save or to open."""
        turn = self._turn(event, stored, request)
        if turn is None:
            return {}
        state = ConversationState(turn.key, (turn,))
        return {"file": json.dumps(export.file(state, now(), event_text(event, "form")))}


_FORMS = {"text": forms.plain, "markdown": forms.markdown, "html": forms.html}


def _link(**said: Any) -> Updates:
    """What the page is told of a link."""
    return {"link": json.dumps(said)}
