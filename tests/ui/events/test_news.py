"""Questions are watched, up to a limit, and let go."""

from typing import Any, cast

from assistant import Assistant, Filters, Watch
from tests.ui.support import NOW, answered, citation
from ui.events.news import NewsEvents
from ui.state import ConversationState

from .support import FakeAssistant, event


class Watching(FakeAssistant):
    """An assistant with so many watched questions."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.all = [Watch(n, f"Why {n}?", Filters(), NOW) for n in range(1, number + 1)]

    def watches(self) -> list[Watch]:
        return list(self.all)

    def watch_changes(self) -> list[Any]:
        return []

    def watch(self, question: str) -> Watch:
        self.all.append(Watch(len(self.all) + 1, question, Filters(), NOW))
        return self.all[-1]

    def unwatch(self, number: int) -> None:
        self.all = [watch for watch in self.all if watch.number != number]


def test_every_user_may_watch_questions_up_to_a_hundred_and_stop_watching() -> None:
    assistant = Watching(99)
    events, state = NewsEvents(cast(Assistant, assistant)), ConversationState("t1", (answered(citation()),))
    assert "Watched from now on" in events.watch(event(turn="1"), state, "")["toast"]
    assert assistant.all[-1].question == "Did it rain?"
    assert (
        "100 questions are watched" in events.watch(event(turn="1"), state, "")["problem"] and len(assistant.all) == 100
    )
    assert "Did it rain?" not in events.unwatch(event(number="100"))["watched"]
    for odd in ("100", "x", "", "-1", "9" * 50):
        events.unwatch(event(number=odd))
    assert len(assistant.all) == 99 and events.watch(event(turn="7"), state, "") == {}
