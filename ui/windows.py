"""The windows that are open: what the server keeps of each, changed by one event at a time."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar
from weakref import WeakValueDictionary

from .browser_store import UnreadableError, recovered
from .state import ConversationState, ConversationTurn

T = TypeVar("T")
_MOST = 200  # windows, half a megabyte each after 50 questions; a page sends what was forgotten


class Window:
    """What the server keeps of one window. May be changed from several threads at once: each change is made whole."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._conversation = ConversationState()
        self._is_known = False  # what the page has of it is not newer
        self._listed: dict[type, object] = {}

    @property
    def conversation(self) -> ConversationState:
        """The conversation as it is now."""
        return self._conversation

    def restore(self, stored: str) -> ConversationState:
        """The conversation; where the server has forgotten it, first what the page has stored of it comes back."""
        with self._lock:
            if not self._is_known and stored:
                try:
                    self._conversation, self._is_known = recovered(stored), True
                except UnreadableError:
                    pass  # the page goes on with an empty one
            return self._conversation

    def change(self, changed: Callable[[ConversationState], ConversationState]) -> ConversationState:
        """Put what `changed` makes of the conversation in its place; nothing else changes it meanwhile."""
        with self._lock:
            self._conversation, self._is_known = changed(self._conversation), True
            return self._conversation

    def put(self, turn: ConversationTurn) -> ConversationState:
        """Put `turn` in the place of the turn with its key, if that is still there."""
        return self.change(lambda state: state.with_turn(turn))

    def listed(self, kind: type[T]) -> T | None:
        """What a list shows, as noted; the kind of the note is what the list is known by. None when nothing is."""
        found = self._listed.get(kind)
        return found if isinstance(found, kind) else None

    def note_listed(self, what: object) -> None:
        """Note what a list shows."""
        self._listed[type(what)] = what

    def forget_listed(self, kind: type) -> None:
        """Note that a list shows nothing that would do another time."""
        self._listed.pop(kind, None)


class Windows:
    """The state of every window by the name of its session; those that were not used for longest are forgotten.

    One that an event holds meanwhile is not: what it puts there is there for the next one.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._lock = threading.Lock()
        self._most = most
        self._windows: OrderedDict[str, Window] = OrderedDict()
        self._held: WeakValueDictionary[str, Window] = WeakValueDictionary()

    def of(self, session: str) -> Window:
        """The window of that session, an empty one if there is none yet."""
        with self._lock:
            window = self._windows.get(session) or self._held.get(session) or Window()
            self._windows[session] = self._held[session] = window
            self._windows.move_to_end(session)
            while len(self._windows) > self._most:
                self._windows.popitem(last=False)
            return window
