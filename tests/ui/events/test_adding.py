"""Maintainers look at articles, mend them and add them; nobody else does."""

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

import gradio as gr
import pytest

from assistant import Assistant, AssistantError, Draft, Preview, RefreshCallbacks, RefreshReport
from assistant.server import RefreshJobs
from ui.drafts import DraftList
from ui.events.adding import AddingEvents
from ui.events.maintainers import Maintainers
from ui.events.maintenance import MaintenanceEvents
from ui.uploads import Uploads, owner_of
from ui.windows import Windows

from .support import event, last_values, maintaining, window
from .test_maintenance import Corpus

RAIN = Draft("a1", "Rain", "It rained on Monday.")


class Adding(Corpus):
    """An assistant that has one article in everything it is shown, and notes what is added."""

    def preview(self, **given: Any) -> Preview:
        self.done.append(given)
        if "bad" in str(given):
            raise AssistantError("it cannot be read")
        return Preview((RAIN,))

    def add_articles(self, drafts: Sequence[Draft], *, watcher: RefreshCallbacks) -> RefreshReport:
        self.done.append(list(drafts))
        if self.error:
            raise self.error
        return RefreshReport("000002", True, 17, 30, added=("a1",), titles={"a1": drafts[0].title})


class Desk:
    """The handlers over such an assistant, with the files that were handed in."""

    def __init__(self, corpus: Adding) -> None:
        assistant = cast(Assistant, corpus)
        self.corpus, self.kept = corpus, Uploads()
        maintainers = Maintainers(RefreshJobs(assistant))
        shown = MaintenanceEvents(assistant, maintainers, Windows())
        self.events = AddingEvents(assistant, maintainers, self.kept, shown)

    def do(self, name: str, request: gr.Request | None = None, **data: str) -> dict[str, Any]:
        return asyncio.run(last_values(getattr(self.events, name)(event(**data), request or browser())))

    def hand_in(self, data: bytes, name: str, browser: str = "ann") -> str:
        async def take() -> str:
            async def body() -> Any:
                yield data

            owner = owner_of(window("w", None, browser))
            return (await self.kept.take(owner, name, body(), 1_000_000))[0]

        return asyncio.run(take())

    @property
    def drafts(self) -> DraftList:
        return self.events.drafts_of("w")


def browser(name: str = "w", user: str | None = None) -> gr.Request:
    return window(name, user, "ann") if user else maintaining(name, "ann")


@pytest.fixture
def opened() -> Iterator[Callable[[Adding], Desk]]:
    """Makes a desk over an assistant; what was handed in there is forgotten at the end."""
    desks: list[Desk] = []

    def open_(corpus: Adding) -> Desk:
        desks.append(Desk(corpus))
        return desks[-1]

    yield open_
    for desk in desks:
        desk.kept.close()


@pytest.fixture
def desk(opened: Callable[[Adding], Desk]) -> Desk:
    return opened(Adding(maintenance=True))


@pytest.mark.parametrize("settings", [{}, {"maintenance": True, "maintenance_password": "x", "ui_password": "y"}])
def test_nobody_else_looks_at_or_adds_anything(opened: Callable[[Adding], Desk], settings: dict[str, Any]) -> None:
    desk = opened(Adding(**settings))
    token = desk.hand_in(b"x", "a.txt")
    staff = browser(user="staff")
    for shown in (
        desk.do("look", staff, text="Rain", tokens=token),
        desk.do("add_drafts", staff, changes="{}"),
        desk.events.discard_drafts(staff),
    ):
        assert all("only a maintainer may" in str(value).lower() for value in shown.values()) and shown
    assert desk.corpus.done == [] and desk.drafts == DraftList()


def test_what_is_looked_at_is_listed_to_be_mended(desk: Desk) -> None:
    shown = desk.do("look", text="Rain\n\nIt rained.")
    assert "1 article would come in" in shown["drafts"] and shown["added"] == ""
    assert desk.corpus.done == [{"text": "Rain\n\nIt rained."}]


def test_a_file_is_read_once_and_by_who_handed_it_in(desk: Desk) -> None:
    token = desk.hand_in(b"data", "a.txt")
    other = maintaining("w", "bob")
    assert "choose it again" in desk.do("look", other, tokens=token)["drafts"]
    desk.do("look", tokens=token)
    assert desk.corpus.done == [{"data": b"data", "name": "a.txt"}]
    assert "choose it again" in desk.do("look", tokens=token)["drafts"]


def test_one_that_cannot_be_read_is_told_and_the_others_are_there(desk: Desk) -> None:
    shown = desk.do("look", tokens=" ".join([desk.hand_in(b"x", "bad.pdf"), desk.hand_in(b"x", "a.txt")]))
    assert "bad.pdf: it cannot be read" in shown["drafts"] and "1 article would come in" in shown["drafts"]


def test_they_are_added_as_they_were_mended_and_the_report_is_shown(desk: Desk) -> None:
    desk.do("look", address="https://paper.example/rain")
    (entry,) = desk.drafts.entries
    shown = desk.do("add_drafts", changes=json.dumps({entry.key: {"title": "Much rain", "date": "2025-05-01"}}))
    ((added,),) = [done for done in desk.corpus.done if isinstance(done, list)]
    assert (added.title, added.id) == ("Much rain", "a1") and added.published.date().isoformat() == "2025-05-01"
    assert "Done: 1 added." in shown["added"] and "Much rain" in shown["added"] and shown["drafts"] == ""
    assert "head" in shown and "article_form" in shown and "source_list" in shown


@pytest.mark.parametrize("fault", [AssistantError("the disk is full"), OSError("gone"), None])
def test_what_was_mended_is_not_lost_when_something_fails(
    opened: Callable[[Adding], Desk], fault: Exception | None
) -> None:
    desk = opened(Adding(error=fault, maintenance=True))
    desk.do("look", text="Rain")
    (entry,) = desk.drafts.entries
    mended = {"title": "Much rain", "date": "2025-05-01" if fault else "soon"}
    shown = desk.do("add_drafts", changes=json.dumps({entry.key: mended}))
    assert 'role="alert"' in shown["added"] and "Much rain" in shown["drafts"]
    assert desk.drafts.entries[0].mended == mended


def test_what_was_mended_stays_when_more_is_looked_at_and_may_come_as_a_file(desk: Desk) -> None:
    desk.do("look", text="Rain")
    (entry,) = desk.drafts.entries
    changes = desk.hand_in(json.dumps({entry.key: {"title": "Much rain"}}).encode(), "changes.json")
    shown = desk.do("look", text="Rain", changes_token=changes)
    assert "Much rain" in shown["drafts"] and "in this list already" in shown["drafts"]


def test_what_is_left_out_is_not_added_and_something_must_be_left(desk: Desk) -> None:
    desk.do("look", text="Rain")
    (entry,) = desk.drafts.entries
    shown = desk.do("add_drafts", changes=json.dumps({entry.key: {"out": True}}))
    assert "No article is chosen" in shown["added"] and len(desk.drafts.entries) == 1


@pytest.mark.parametrize("changes", ["", "[", "[" * 100_000, "5", '{"x": {"title": "y"}}'])
def test_changes_that_are_none_change_nothing(desk: Desk, changes: str) -> None:
    desk.do("look", text="Rain")
    before = desk.drafts
    desk.do("look", changes=changes)
    assert desk.drafts == before
    assert desk.events.discard_drafts(browser())["drafts"] == "" and desk.drafts == DraftList()
