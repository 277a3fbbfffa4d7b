"""What Gradio keeps of each window on the server: one component for each part, and nothing of a window that is gone.

By itself Gradio 6.31 registers a part anew, under another number and with all that it shows, whenever a value follows
an update of its properties, as `gr.skip()` is one: 1.1 MB more after each question. And of a window that was closed
it keeps all but its `gr.State`, until there are too many windows.
"""

import time
from typing import Any, cast

from gradio.blocks import Block, Blocks
from gradio.routes import App
from gradio.state_holder import SessionState, StateHolder

# Seconds. A page that is still there, as after a sleep of its machine, sends what was forgotten.
CLOSED, IDLE = 30 * 60.0, 12 * 60 * 60.0


class Session(SessionState):
    """A window as the server sees it, with one component for each part however often it was updated.

    `used`: when it was last, in seconds of the monotonic clock; `left`: that it was closed has been seen.
    """

    used = 0.0
    left = False

    def __setitem__(self, key: int, value: Any) -> None:
        """Put in a component, which Gradio has made anew, or the value of a `gr.State`."""
        if isinstance(value, Block):
            value._id = key
        super().__setitem__(key, value)

    def _update_value_in_config(self, key: int, value: Any) -> None:
        """Keep no copy of what is shown: Gradio makes deep links of it, which this window has not."""


class Sessions(StateHolder):
    """The windows that are there. One that was closed, or that nobody has used for long, is forgotten.

    `closed` are the seconds after which the first happens, `idle` those since its last event for the second.
    """

    def __init__(self, blocks: Blocks, *, closed: float = CLOSED, idle: float = IDLE) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._closed, self._idle = closed, idle
        self.set_blocks(blocks)

    def __getitem__(self, session_id: str) -> Session:
        """The window of that name, a new one if there is none."""
        if session_id not in self.session_data:
            self.session_data[session_id] = Session(self.blocks)
        session = cast(Session, super().__getitem__(session_id))
        session.used = time.monotonic()
        return session

    def delete_all_expired_state(self) -> None:
        """Forget the windows whose time is over. Gradio calls this every second."""
        super().delete_all_expired_state()  # type: ignore[no-untyped-call]
        over = [name for name, session in self.session_data.items() if self._is_over(cast(Session, session))]
        for name in over:
            self.forget(name)

    def _is_over(self, session: Session) -> bool:
        moment = time.monotonic()
        if session.is_closed and not session.left:  # Gradio has yet to tell the listeners of `unload`
            session.left, session.used = True, moment
            return False
        return moment - session.used >= (self._closed if session.is_closed else self._idle)

    def forget(self, name: str) -> None:
        """Let go of all that is kept of a window."""
        self.session_data.pop(name, None)
        self.time_last_used.pop(name, None)
        for kept in _queued(self.blocks):
            kept.pop(name, None)


def _queued(blocks: Blocks) -> list[dict[str, Any]]:
    """What was not sent to a window before it left, by the windows' names."""
    names = ("pending_messages_per_session", "pending_event_ids_session")
    return [getattr(blocks._queue, name, {}) for name in names]


def install(app: Any, blocks: Blocks, *, closed: float = CLOSED, idle: float = IDLE) -> None:
    """Have Gradio, mounted in `app`, keep `Sessions`, which see for `closed` and `idle`.

    Raises whatever is raised where another version of Gradio has not the same parts; then all is as before.
    """
    (mounted,) = [route.app for route in app.routes if isinstance(getattr(route, "app", None), App)]
    before = blocks.state_holder
    try:
        sessions = Sessions(blocks, closed=closed, idle=idle)
        _try_out(sessions)
        mounted.state_holder = sessions
    except Exception:
        blocks.state_holder = before
        raise


def _try_out(sessions: Sessions) -> None:
    """Whatever Gradio would call later is called once, so that it fails at the start and not in a window."""
    session = sessions["trial"]
    key, part = next((key, block) for key, block in session.blocks_config.blocks.items() if not block.stateful)
    session[key] = part
    session.is_closed = True
    sessions.delete_all_expired_state()
    sessions.forget("trial")
