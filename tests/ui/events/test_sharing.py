"""Answers that were made here are shared, read by whoever has the link, and taken back by who shared them."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from assistant import Answer, Assistant, Filters
from assistant.maintenance import SharedAnswer, SharedAnswerStore
from tests.ui.support import answered, citation
from ui.browser_store import serialize
from ui.events.sharing import SharingEvents
from ui.seals import Seals
from ui.state import ConversationState
from ui.windows import Windows

from .support import FakeAssistant, event, window


class Sharing(FakeAssistant):
    """An assistant that keeps what is shared in `home`."""

    def __init__(self, home: Path, **settings: Any) -> None:
        super().__init__(**settings)
        self.store = SharedAnswerStore(home)

    def share(self, answer: Answer, owner: str, filters: Filters) -> SharedAnswer:
        return self.store.share(answer, self.excerpts(answer.citations), owner, filters)

    def shared_answer(self, key: str) -> SharedAnswer | None:
        return self.store.get(key)

    def unshare(self, key: str, owner: str | None, *, maintainer: bool = False) -> None:
        self.store.remove(key, owner, maintainer=maintainer)


SEALS = Seals()
TURN = answered(citation())
ANNA, BEN = window("a", browser="anna"), window("b", browser="ben")


def stored(*, sealed: bool = True) -> str:
    """The conversation as a browser keeps it."""
    assert TURN.answer is not None
    seal = SEALS.seal(TURN.key, TURN.answer) if sealed else "0" * 64
    return serialize(ConversationState("t1", (replace(TURN, seal=seal),)))


@pytest.fixture
def assistant(tmp_path: Path) -> Sharing:
    return Sharing(tmp_path)


@pytest.fixture
def events(assistant: Sharing) -> SharingEvents:
    return SharingEvents(cast(Assistant, assistant), Windows(), SEALS)


def told(updates: dict[str, Any]) -> Any:
    return json.loads(updates["link"])


def test_whoever_has_the_link_reads_the_answer_until_who_made_it_takes_it_back(events: SharingEvents) -> None:
    made = told(events.share(event(turn="1"), stored(), ANNA))
    assert made["turn"] == "1" and "reach this server" in made["who"]
    read = events.shared(event(key=made["key"]), BEN)["shared_answer"]
    assert "It rained." in read and "Take the link back" not in read
    assert "only who shared" in told(events.unshare(event(key=made["key"]), BEN))["problem"]
    assert "Take the link back" in events.shared(event(key=made["key"]), ANNA)["shared_answer"]
    gone = events.unshare(event(key=made["key"]), ANNA)
    assert "Taken back" in told(gone)["taken_back"] and "no longer shared" in gone["shared_answer"]
    assert "no longer shared" in events.shared(event(key=made["key"]), BEN)["shared_answer"]


def test_only_what_was_made_here_is_shared_and_only_by_a_browser_that_is_known_again(events: SharingEvents) -> None:
    assert "made here" in told(events.share(event(turn="1"), stored(sealed=False), ANNA))["problem"]
    assert "cookies" in told(events.share(event(turn="1"), stored(), window("c")))["problem"]
    for odd in ("", "7", "x"):
        assert told(events.share(event(turn=odd), stored(), BEN)) == {}


def test_a_browser_without_the_cookie_takes_nothing_back(events: SharingEvents) -> None:
    key = told(events.share(event(turn="1"), stored(), ANNA))["key"]
    assert "problem" in told(events.unshare(event(key=key), window("c")))
    assert "problem" in told(events.unshare(event(key="../x"), ANNA))


def test_maintainers_take_any_link_back_and_staff_do_not(tmp_path: Path) -> None:
    maintained = Sharing(tmp_path, maintenance=True, ui_password="a", maintenance_password="b")
    events = SharingEvents(cast(Assistant, maintained), Windows(), SEALS)
    anna = window("a", user="staff", browser="anna")
    made = told(events.share(event(turn="1"), stored(), anna))
    assert "sign in" in made["who"]
    assert "problem" in told(events.unshare(event(key=made["key"]), window("b", user="staff", browser="ben")))
    assert "taken_back" in told(events.unshare(event(key=made["key"]), window("m", user="maintainer", browser="m")))


def test_an_answer_is_given_in_each_form_and_as_a_file(events: SharingEvents) -> None:
    forms = json.loads(events.answer_forms(event(turn="1"), stored(), ANNA)["forms"])
    assert forms["key"] == TURN.key and forms["html"].startswith("<p ") and "**Did it rain?**" in forms["markdown"]
    assert forms["text"].startswith("Did it rain?\n") and "[1] “Rain”, The Weekly" in forms["text"]
    file = json.loads(events.export_answer(event(turn="1", form="md"), stored(), ANNA)["file"])
    assert file["name"].endswith("-did-it-rain.md") and "It rained." in file["text"]
    page = json.loads(events.export_answer(event(turn="1", form="page"), stored(), ANNA)["file"])
    assert page["kind"] == "text/html" and "<h1" in page["text"]
    assert events.answer_forms(event(turn="5"), stored(), ANNA) == {}


def test_who_makes_links_without_end_under_other_names_is_stopped_for_an_hour(assistant: Sharing) -> None:
    moments = [0.0]
    events = SharingEvents(cast(Assistant, assistant), Windows(), SEALS, clock=lambda: moments[0])

    def shared(number: int) -> Any:
        return told(events.share(event(turn="1"), stored(), window("a", browser=f"forged {number}")))

    made = [shared(number) for number in range(201)]
    assert all("key" in link for link in made[:-1]) and "try again later" in made[-1]["problem"]
    moments[0] += 3601
    assert "key" in shared(300)
