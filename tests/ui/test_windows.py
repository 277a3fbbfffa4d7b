"""What the server keeps of each window: whole after changes from many threads, and of the last windows only."""

import threading
from dataclasses import replace

from tests.ui.support import answered, citation
from ui.browser_store import serialize
from ui.state import ConversationState, Rating
from ui.windows import Window, Windows

STORED = serialize(ConversationState("t1", (answered(citation()),)))


def test_changes_from_many_threads_are_all_kept() -> None:
    window = Window()
    ready = threading.Barrier(8)

    def ask() -> None:
        ready.wait()
        for _ in range(5):
            window.change(lambda state: state.with_question("Why?"))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [turn.number for turn in window.conversation.turns] == list(range(1, 41))


def test_what_was_rated_while_an_answer_was_made_stays_rated() -> None:
    window = Window()
    asked = window.restore(STORED).with_question("And then?")
    window.change(lambda state: asked)
    window.change(lambda state: state.with_rating("k1", Rating(good=True)))
    done = window.put(replace(asked.turns[-1], progress=None))
    assert done.turns[0].rating == Rating(good=True) and done.turns[1].progress is None


def test_an_answer_to_a_conversation_that_is_gone_changes_nothing() -> None:
    window = Window()
    late = ConversationState().with_question("Why?").turns[-1]
    window.change(lambda state: ConversationState())
    assert window.put(late) == ConversationState()


def test_what_a_page_has_stored_comes_back_once_and_only_when_it_can_be_read() -> None:
    windows = Windows()
    assert windows.of("w").restore("{}{") == ConversationState()
    assert windows.of("w").restore(STORED).id == "t1"
    assert windows.of("w").restore(STORED.replace("t1", "t2")).id == "t1"
    assert windows.of("other").conversation == ConversationState()


def test_the_windows_that_were_not_used_for_longest_are_forgotten() -> None:
    windows = Windows(most=2)
    for name in ("a", "b", "a", "c"):
        windows.of(name).restore(STORED)
    assert [windows.of(name).conversation.id for name in ("a", "c", "b")] == ["t1", "t1", ""]


def test_a_window_whose_answer_is_being_made_is_not_forgotten_for_others() -> None:
    windows = Windows(most=2)
    held = windows.of("a")
    for name in "bcd":
        windows.of(name)
    held.restore(STORED)
    assert windows.of("a") is held
