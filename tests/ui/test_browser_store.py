"""A conversation that a browser kept comes back as it was; whatever else comes from there does no harm."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.browser_store import UnreadableError, kept, opened
from ui.state import ConversationTurn, Rating, Scope, Talk

from .support import NASTY, answered, citation, html, refused

TALK = Talk(
    "t1",
    (
        replace(answered(citation(NASTY[0], carried_by=("B",), speaker="She")), rating=Rating(True, "good")),
        replace(refused(), number=2, scope=Scope("a1", "Rain"), ignored=("dates",)),
    ),
    scope=Scope("a1", "Rain"),
)


def test_a_conversation_comes_back_as_it_was() -> None:
    assert opened(kept(TALK)) == TALK


def test_what_is_not_finished_is_not_kept() -> None:
    running = ConversationTurn(3, "Why?", progress="Searching…")
    assert kept(replace(TALK, turns=(*TALK.turns, running))) == kept(TALK)
    assert kept(Talk("t2", (running,))) == ""


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", "{" * 100_000, "[" * 100_000, '{"id": 1}', "x" * 5_000_000])
def test_what_is_no_conversation_is_said_to_be_none(text: str) -> None:
    if text == "{}":  # an empty one
        assert opened(text) == Talk()
        return
    with pytest.raises(UnreadableError):
        opened(text)


def places(value: object, at: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(place for key, one in inside for place in places(one, (*at, key)))]


STORED = json.loads(kept(TALK))


@given(st.sampled_from(places(STORED)[1:]), st.none() | st.integers() | st.text() | st.lists(st.integers()))
def test_whatever_is_changed_in_it_is_refused_or_can_be_drawn(place: tuple[object, ...], value: object) -> None:
    changed = json.loads(kept(TALK))
    inside = changed
    for key in place[:-1]:
        inside = inside[key]
    inside[place[-1]] = value
    try:
        talk = opened(json.dumps(changed))
    except UnreadableError:
        return
    assert all(html(turn) for turn in talk.turns)
    assert [turn.number for turn in talk.turns] == list(range(1, len(talk.turns) + 1))
