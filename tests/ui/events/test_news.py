"""Questions are watched, up to a limit, and let go."""

from typing import Any, cast

from assistant import Assistant, Filters, Watch
from tests.ui.support import NOW, answered, citation
from ui.browser_store import serialize
from ui.events.news import NewsEvents
from ui.state import ConversationState
from ui.windows import Windows

from .support import FakeAssistant, event, window


class Watching(FakeAssistant):
    """An assistant with so many watched questions."""

    def __init__(self, number: int, **settings: Any) -> None:
        super().__init__(**settings)
        self.all = [Watch(n, f"Why {n}?", Filters(), NOW) for n in range(1, number + 1)]

    def watches(self) -> list[Watch]:
        return list(self.all)

    def watch_changes(self) -> list[Any]:
        return []

    def watch(self, question: str, filters: object, *, owner: str | None) -> Watch:
        self.all.append(Watch(len(self.all) + 1, question, Filters(), NOW, owner=owner))
        return self.all[-1]

    def unwatch(self, number: int) -> None:
        self.all = [watch for watch in self.all if watch.number != number]


STORED = serialize(ConversationState("t1", (answered(citation()),)))


def test_every_user_may_watch_questions_up_to_a_hundred_and_stop_watching() -> None:
    assistant = Watching(99)
    events, anna = NewsEvents(cast(Assistant, assistant), Windows()), window(browser="anna")
    assert "Watched from now on" in events.watch(event(turn="1"), STORED, anna)["toast"]
    assert assistant.all[-1].question == "Did it rain?"
    full = events.watch(event(turn="1"), STORED, anna)
    assert "100 questions are watched" in full["problem"] and len(assistant.all) == 100
    assert "Did it rain?" not in events.unwatch(event(number="100"), anna)["watched"]
    for odd in ("100", "x", "", "-1", "9" * 50):
        events.unwatch(event(number=odd), anna)
    assert len(assistant.all) == 99 and events.watch(event(turn="7"), STORED, anna) == {}


def test_a_watch_is_ended_only_by_the_browser_that_made_it_or_by_a_maintainer() -> None:
    assistant = Watching(1)
    events, anna = NewsEvents(cast(Assistant, assistant), Windows()), window(browser="anna")
    events.watch(event(turn="1"), STORED, anna)
    for other in (window(browser="ben"), window(), window(user="staff", browser="")):
        shown = events.unwatch(event(number="2"), other)["watched"]
        events.unwatch(event(number="1"), other)
        assert "Did it rain?" in shown and "Stop watching" not in shown
    assert events.unwatch(event(number="1"), anna)["watched"].count("Stop watching") == 1 and len(assistant.all) == 2
    assert "anna" not in repr(assistant.all)
    events.unwatch(event(number="2"), anna)
    assert [watch.number for watch in assistant.all] == [1]


def test_a_maintainer_ends_any_watch_and_staff_do_not() -> None:
    assistant = Watching(1, maintenance=True, ui_password="a", maintenance_password="b")
    events = NewsEvents(cast(Assistant, assistant), Windows())
    events.unwatch(event(number="1"), window(user="staff"))
    assert len(assistant.all) == 1
    events.unwatch(event(number="1"), window(user="maintainer"))
    assert assistant.all == []
