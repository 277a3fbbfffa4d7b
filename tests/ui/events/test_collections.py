"""Answers and passages are gathered in the browser, or on the server for who is signed in."""

import base64
import gzip
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import docx
import gradio as gr
import pytest

from assistant import Answer, Assistant, Citation, Collection, CorpusInfo, Filters, PinnedAnswer, PinnedPassage
from assistant.maintenance import CollectionStore
from tests.ui.support import answered, citation
from ui.browser_store import serialize
from ui.events.collections import CollectionEvents
from ui.seals import Seals
from ui.state import ConversationState
from ui.windows import Windows

from .support import FakeAssistant, event, window

SEALS = Seals()
TURN = answered(citation(), citation("It poured.", number=2))
HERE, STAFF = window("a", browser="anna"), window("s", user="staff", browser="anna")


class Collecting(FakeAssistant):
    """An assistant that keeps the collections of who is signed in."""

    def __init__(self, home: Path) -> None:
        super().__init__()
        self.collections = CollectionStore(home)

    def pinned(self, answer: Answer, filters: Filters) -> PinnedAnswer:
        return PinnedAnswer(answer, self.excerpts(answer.citations), filters)

    def pinned_passage(self, cited: Citation, corpus: CorpusInfo) -> PinnedPassage:
        return PinnedPassage(cited, self.excerpts([cited])[0], corpus)

    def shared_answer(self, key: str) -> None:
        return None

    def without_removed(self, collections: Sequence[Collection]) -> tuple[Collection, ...]:
        return tuple(collections)


def packed(text: str) -> str:
    return base64.b64encode(gzip.compress(text.encode())).decode()


class Browser:
    """What the page does: it keeps what it is told to, and sends it with the next request."""

    def __init__(self, events: CollectionEvents, request: gr.Request) -> None:
        self.events, self.request = events, request
        self.kept: dict[str, str] = {}
        self.drawn = ""

    def ask(self, handler: Callable[..., dict[str, Any]], *inputs: str, **data: str) -> Any:
        sent = packed(self.kept[data["id"]]) if data.get("id") in self.kept else ""
        updates = handler(event(ask="7", packed=sent, **data), *inputs, self.request)
        told = json.loads(updates["collected"])
        assert told["ask"] == "7"
        self.drawn = updates.get("collection", self.drawn)
        if told.get("stored"):
            self.kept[told["id"]] = told["stored"]
        return told


def stored(*, sealed: bool = True) -> str:
    assert TURN.answer is not None
    seal = SEALS.seal(TURN.key, TURN.answer) if sealed else "0" * 64
    return serialize(ConversationState("t1", (replace(TURN, seal=seal),)))


@pytest.fixture
def events(tmp_path: Path) -> CollectionEvents:
    return CollectionEvents(cast(Assistant, Collecting(tmp_path)), Windows(), SEALS)


@pytest.fixture(params=[HERE, STAFF], ids=["browser", "server"])
def browser(request: pytest.FixtureRequest, events: CollectionEvents) -> Browser:
    return Browser(events, request.param)


def pinned(browser: Browser) -> str:
    """A new collection with an answer and both of its passages."""
    browser.ask(browser.events.pin_choices, stored(), turn="1")
    name: str = browser.ask(browser.events.pin, turn="1", text="Rain")["id"]
    browser.ask(browser.events.pin, turn="1", numbers="1,2", id=name)
    return name


def test_an_answer_and_passages_are_pinned_once_noted_moved_and_taken_out(browser: Browser) -> None:
    name = pinned(browser)
    browser.ask(browser.events.pin, turn="1", numbers="2", id=name)
    browser.ask(browser.events.collections, id=name)
    assert browser.drawn.count('class="pinned"') == 3 and "It poured." in browser.drawn
    first, _, third = (part.split('"')[0] for part in browser.drawn.split('data-item="')[1::4])
    browser.ask(browser.events.collect, change="note", id=name, item=first, text="<b>Ring him.</b>")
    browser.ask(browser.events.collect, change="move", id=name, item=third, place="0")
    assert browser.drawn.index(third) < browser.drawn.index(first) and "&lt;b&gt;Ring him." in browser.drawn
    browser.ask(browser.events.collect, change="remove", id=name, item=third)
    assert third not in browser.drawn
    browser.ask(browser.events.pin, turn="1", id=name, off="yes")
    browser.ask(browser.events.collect, change="rename", id=name, text="Wet days")
    assert "Wet days" in browser.drawn and browser.drawn.count('class="pinned"') == 1
    browser.ask(browser.events.collect, change="delete", id=name)
    assert "Nothing is pinned yet" in browser.drawn


def test_a_collection_is_exported_in_each_form(browser: Browser) -> None:
    name = pinned(browser)
    word = browser.ask(browser.events.export_collection, id=name, form="docx")["file"]
    text = "\n".join(part.text for part in docx.Document(BytesIO(base64.b64decode(word["base64"]))).paragraphs)
    assert "Did it rain?" in text and "It poured." in text and word["name"].endswith("-rain.docx")
    assert "# Rain" in browser.ask(browser.events.export_collection, id=name, form="md")["file"]["text"]
    assert "<!doctype html>" in browser.ask(browser.events.export_collection, id=name, form="page")["file"]["text"]


def test_what_cannot_be_done_is_told_to_the_page(browser: Browser) -> None:
    name = pinned(browser)
    for data in (
        {"change": "rename", "id": name, "text": " "},
        {"change": "move", "id": name, "item": "none", "place": "1"},
        {"change": "note", "id": "none", "item": "none"},
        {"change": "explode", "id": name},
        {"change": "new", "text": "x" * 500},
    ):
        assert browser.ask(browser.events.collect, **data)["problem"]
    assert "open the panel again" in browser.ask(browser.events.pin, turn="9", id=name)["problem"]
    assert browser.ask(browser.events.pin, key="none", id=name)["problem"]


def test_who_is_signed_in_sees_which_collections_have_it_and_nobody_elses(events: CollectionEvents) -> None:
    staff = Browser(events, STAFF)
    pinned(staff)
    told = staff.ask(events.pin_choices, stored(), turn="1")
    assert [(each["name"], each["count"], each["has"]) for each in told["listed"]] == [("Rain", 3, True)]
    assert "signs in as staff" in told["where"] and not staff.kept
    other = Browser(events, window("m", user="maintainer"))
    assert other.ask(events.pin_choices, stored(), turn="1")["listed"] == []
    assert other.ask(events.collect, change="rename", id=told["listed"][0]["id"], text="Mine")["problem"]


def test_on_the_server_only_what_was_made_here_is_kept(events: CollectionEvents) -> None:
    staff, here = Browser(events, STAFF), Browser(events, HERE)
    assert "made here" in staff.ask(events.pin_choices, stored(sealed=False), turn="1")["problem"]
    assert "problem" not in here.ask(events.pin_choices, stored(sealed=False), turn="1")


def test_what_a_browser_kept_is_not_trusted(events: CollectionEvents) -> None:
    for text in ("{", "[7]", '[{"id": "x", "name": 1}]'):
        updates = events.collections(event(ask="1", id="x", packed=packed(text)), HERE)
        assert "cannot be read any more" in updates["collection"]
    bomb = base64.b64encode(gzip.compress(b" " * 50_000_000)).decode()
    for sent in ("no base64", "AAAA", packed("[]")[:-8], bomb):
        assert "cannot be read" in events.collections(event(ask="1", id="x", packed=sent), HERE)["collection"]
