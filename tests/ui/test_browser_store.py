"""A conversation that a browser stored comes back as it was; whatever else comes from there does no harm."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.server.guard import MAX_BODY
from ui.browser_store import UnreadableError, deserialize, serialize
from ui.scope import Scope, ScopeArticle
from ui.state import ConversationState, ConversationTurn, Rating

from .support import HOSTILE, answered, citation, html, refused

CONVERSATION = ConversationState(
    "t1",
    (
        replace(answered(citation(HOSTILE[0], carried_by=("B",), speaker="She")), rating=Rating(True, "good")),
        replace(refused(), number=2, scope=Scope(article=ScopeArticle("a1", "Rain")), ignored=("dates",)),
    ),
    scope=Scope(article=ScopeArticle("a1", "Rain")),
)


def test_a_conversation_comes_back_as_it_was() -> None:
    assert deserialize(serialize(CONVERSATION)) == CONVERSATION


def test_what_is_not_finished_is_not_stored() -> None:
    running = ConversationTurn(3, "Why?", progress="Searching…")
    assert serialize(replace(CONVERSATION, turns=(*CONVERSATION.turns, running))) == serialize(CONVERSATION)
    assert serialize(ConversationState("t2", (running,))) == ""


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", "{" * 100_000, "[" * 100_000, '{"id": 1}', "x" * 5_000_000])
def test_what_is_no_conversation_is_refused(text: str) -> None:
    if text == "{}":  # an empty one
        assert deserialize(text) == ConversationState()
        return
    with pytest.raises(UnreadableError):
        deserialize(text)


def paths(value: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    """The path of keys to each value in parsed JSON."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(inner for key, item in items for inner in paths(item, (*path, key)))]


STORED = json.loads(serialize(CONVERSATION))


@given(st.sampled_from(paths(STORED)[1:]), st.none() | st.integers() | st.text() | st.lists(st.integers()))
def test_whatever_is_changed_in_it_is_refused_or_can_be_drawn(path: tuple[object, ...], value: object) -> None:
    changed = json.loads(serialize(CONVERSATION))
    parent = changed
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = value
    try:
        conversation = deserialize(json.dumps(changed))
    except UnreadableError:
        return
    assert all(html(turn) for turn in conversation.turns)
    assert [turn.number for turn in conversation.turns] == list(range(1, len(conversation.turns) + 1))


def test_a_long_conversation_is_stored_with_its_last_turns_in_what_a_request_may_have() -> None:
    turns = tuple(replace(answered(citation("é" * 9000)), number=number, key=f"k{number}") for number in range(1, 51))
    text = serialize(ConversationState("c1", turns))
    assert len(json.dumps({"data": [text]}, ensure_ascii=False).encode()) < MAX_BODY - 20_000
    assert deserialize(text).turns[-1].key == "k50" and 1 < len(deserialize(text).turns) < 50


def test_what_an_earlier_version_of_the_window_stored_is_read() -> None:
    old = json.loads(serialize(CONVERSATION))
    for limited in (old, *old["turns"]):
        article = limited["scope"]["article"]
        limited["scope"] = article and {"article_id": article["id"], "title": article["title"]}
        del limited["model"]
    for name in ("is_gone", "model"):
        old["turns"][0].pop(name, None)
    assert deserialize(json.dumps({**old, "version": 1})) == CONVERSATION
