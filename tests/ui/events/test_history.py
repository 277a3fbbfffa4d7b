"""Conversations of who is signed in are kept on the server, for them alone; those of others stay in their browsers."""

import asyncio
import json
from datetime import date
from pathlib import Path
from typing import Any, cast

import gradio as gr
import pytest

from assistant import Answer, Assistant, ConversationStore, Filters, NoArticlesError
from assistant.accounts import Principal
from tests.ui.support import Page, answered, citation
from ui.browser_store import deserialize
from ui.events.ask import AskEvents
from ui.events.conversation import ConversationEvents
from ui.events.history import HistoryEvents
from ui.events.streams import AnswerStreams
from ui.seals import Seals
from ui.views import history
from ui.windows import Windows

from .support import FakeAssistant, event, last_values, window

ANNA, BEN = window("a", user="anna"), window("b", user="ben")
STAFF, NOBODY = window("s", user="staff"), window("n")
OTHER = cast(Answer, answered(citation("It poured.", article_id="a2"), question="And on Sunday?").answer)


class Keeping(FakeAssistant):
    """An assistant that keeps conversations, and whose articles in `removed` were removed by hand."""

    def __init__(self, home: Path) -> None:
        super().__init__()
        self.removed: set[str] = set()
        self.rated: list[str] = []
        self.conversations = ConversationStore(home, lambda: self.removed)

    def rate(self, answer: Answer, good: bool, reason: str, *, key: str) -> None:
        self.rated.append(key)


class Server:
    """The handlers of one server, as users call them."""

    def __init__(self, home: Path) -> None:
        self.assistant = Keeping(home)
        assistant, self.windows = cast(Assistant, self.assistant), Windows()
        streams, seals = AnswerStreams[Any](), Seals()
        self.asking = AskEvents(assistant, self.windows, streams, seals=seals)
        self.conversation = ConversationEvents(assistant, self.windows, streams, seals)
        self.history = HistoryEvents(assistant, seals)

    def ask(self, question: str, who: gr.Request = ANNA, stored: str = "") -> dict[str, Any]:
        return asyncio.run(last_values(self.asking.ask(question, stored, who)))

    def retry(self, stored: str, who: gr.Request = ANNA) -> dict[str, Any]:
        return asyncio.run(last_values(self.asking.retry(stored, who)))

    def open(self, name: str, who: gr.Request = ANNA, **more: str) -> dict[str, Any]:
        return asyncio.run(self.conversation.open(event(id=name, **more), who))

    def told(self, who: gr.Request = ANNA, **asked: str) -> Any:
        told = json.loads(self.history.history(event(ask="3", **asked), who)["kept_conversations"])
        assert told["ask"] == "3"
        return told

    def titles(self, who: gr.Request = ANNA, **asked: str) -> list[str]:
        return [row["title"] for _, row in self.told(who, **asked)["found"]]


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(tmp_path)


def test_what_is_asked_is_listed_found_by_words_renamed_and_deleted_by_who_asked_alone(server: Server) -> None:
    server.ask("Did it rain?")
    server.ask("Who won the regatta?", window("another of hers", user="anna"))
    assert server.titles() == ["Who won the regatta?", "Did it rain?"] and server.titles(BEN) == []
    assert server.titles(words="RAIN did") == ["Did it rain?"] and server.told(words="rain")["total"] == 2
    name = server.told(words="rain")["found"][0][0]
    for change in ("rename", "delete"):
        server.told(BEN, change=change, id=name, title="Mine")
    assert server.titles(change="rename", id=name, title="<b>Wet days</b>", words="wet") == ["<b>Wet days</b>"]
    assert server.titles(change="delete", id=name) == ["Who won the regatta?"]
    assert "problem" not in server.told(change="delete", id=name)


def test_it_is_opened_in_another_window_with_its_sources_limits_and_follow_ups(server: Server) -> None:
    name = server.assistant.conversations.new("anna's id").id
    limits = Filters("Publication 1", since=date(2025, 5, 1), only=("a2",))
    server.assistant.conversations.add("anna's id", name, OTHER, limits, ["spelling"])
    opened = server.open(name)
    assert "It poured." in opened["cards"] and "Only from Publication 1" in opened["now"]
    assert "1 May 2025" in opened["now"] and "without the corrected spelling" in opened["now"]
    rated = server.conversation.rate(event(turn="1", good="yes"), opened["stored"], ANNA)
    assert not rated["problem"] and server.assistant.rated
    server.ask("And then?")
    assert server.assistant.asked[-1] == ("And then?", 1)
    kept = server.assistant.conversations.get("anna's id", name)
    assert [turn.question for turn in kept.turns] == ["And on Sunday?", "And then?"]
    assert kept.turns[1].filters == limits


def test_a_question_that_is_asked_anew_takes_the_place_of_the_one_before(server: Server) -> None:
    stored = server.ask("Did it rain?")["stored"]
    server.assistant.error = NoArticlesError("no articles are indexed")
    stored = server.retry(stored)["stored"]
    name = deserialize(stored).id
    first = server.assistant.conversations.get("anna's id", name).turns
    server.assistant.error = None
    server.retry(stored)
    second = server.assistant.conversations.get("anna's id", name).turns
    assert len(first) == len(second) == 1 and first[0].id != second[0].id


def test_words_of_a_removed_article_are_gone_and_its_question_can_be_asked_again(server: Server) -> None:
    name = deserialize(server.ask("Did it rain?")["stored"]).id
    server.assistant.removed.add("a1")
    opened = server.open(name)
    assert "It rained." not in str(opened) and "was removed" in opened["now"] and "Did it rain?" in opened["now"]
    assert 'data-act="retry"' in opened["now"] and "Rain" not in opened["cards"]


def test_what_is_not_theirs_is_not_opened_and_not_gone_on_with(server: Server) -> None:
    stored = server.ask("Did it rain?")["stored"]
    name = deserialize(stored).id
    assert "no such conversation" in server.open(name, BEN)["problem"]
    again = server.open(name, BEN, again="yes")
    assert not again["problem"] and not again["now"]
    server.ask("And then?", window("b2", user="ben"), stored)
    assert server.titles(BEN) == ["And then?"] and server.told()["found"][0][1]["turns"] == 1


def test_a_conversation_that_was_deleted_meanwhile_is_begun_anew(server: Server) -> None:
    server.ask("Did it rain?")
    server.told(change="delete", id=server.told()["found"][0][0])
    server.ask("And then?")
    server.ask("And when?")
    assert [(row["title"], row["turns"]) for _, row in server.told()["found"]] == [("And then?", 2)]


def test_an_answer_that_cannot_be_kept_is_shown_all_the_same(server: Server) -> None:
    server.assistant.removed.add("a1")
    shown = server.ask("Did it rain?")
    assert "It rained." in shown["now"] and "could not be kept in History" in shown["problem"]
    assert server.told()["total"] == 0


@pytest.mark.parametrize("who", [STAFF, NOBODY], ids=["a name of many people", "nobody"])
def test_for_others_the_server_keeps_nothing(server: Server, who: gr.Request) -> None:
    stored = server.ask("Did it rain?", who)["stored"]
    assert server.told(who)["problem"] and not server.assistant.conversations.tables.exists()
    opened = asyncio.run(server.conversation.open(event(stored=stored), who))
    assert "It rained." in opened["cards"]


def test_the_tab_says_where_conversations_are_kept_and_the_page_whose_they_are() -> None:
    assert "for you alone" in history.saved(on_server=True) and "in this browser" in history.saved(on_server=False)
    anna, staff = Principal("Anna", person="4f2a"), Principal("staff", person="staff")
    marks = [Page(history.head(who)).tags[0][1] for who in (anna, staff)]
    assert [mark["content"] for mark in marks] == ["server", "browser"] and history.head(Principal()) == ""
    assert marks[0]["data-owner"] != marks[1]["data-owner"] and "4f2a" not in history.head(anna)
