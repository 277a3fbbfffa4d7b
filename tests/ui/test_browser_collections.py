"""Collections that a browser stores come back as they were, and nothing else that it sends is believed."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import AssistantError, Collection, Excerpt, PinnedAnswer, PinnedPassage
from ui.browser_collections import deserialize_collections, serialize_collections
from ui.browser_store import UnreadableError

from .support import CORPUS, answered, citation

CITED = citation("It rained.")
PASSAGE = PinnedPassage(CITED, Excerpt("So. ", CITED.quote, " Then."), CORPUS)
ANSWER = answered(CITED)
assert ANSWER.answer
MADE = Collection.named("Rain").with_item(PinnedAnswer(ANSWER.answer, ANSWER.excerpts), "Ask her").with_item(PASSAGE)


def stored(**changes: Any) -> str:
    data = json.loads(serialize_collections([MADE]))
    data[0].update(changes)
    return json.dumps(data)


def test_collections_come_back_as_they_were() -> None:
    assert deserialize_collections(serialize_collections([MADE, replace(MADE, id="other")])) == (
        MADE,
        replace(MADE, id="other"),
    )
    assert deserialize_collections("") == deserialize_collections(serialize_collections([])) == ()


VALUES = st.recursive(st.none() | st.text(), lambda values: st.lists(values) | st.dictionaries(st.text(), values))


@given(st.text() | VALUES.map(json.dumps))
def test_anything_else_is_unreadable_or_empty(text: str) -> None:
    try:
        assert deserialize_collections(text) == ()
    except UnreadableError as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize("changes", [{"id": 5}, {"items": [{}]}, {"changed": "2025-05-05"}, {"name": None}])
def test_what_is_not_of_its_kind_is_unreadable(changes: dict[str, Any]) -> None:
    with pytest.raises(UnreadableError):
        deserialize_collections(stored(**changes))


def test_what_is_too_much_is_cut() -> None:
    item = json.loads(stored())[0]["items"][1]
    items = [{**item, "id": str(number), "note": "a" * 9000} for number in range(300)] + [{**item, "id": "1"}]
    (read,) = deserialize_collections(stored(name="a" * 900, items=items))
    assert len(read.items) == 200 and len(read.items[0].note) == 5000 and len(read.name) == 120


def test_the_text_around_a_quote_is_of_that_quote() -> None:
    data = json.loads(stored())[0]["items"]
    data[0]["content"]["excerpts"] = []
    data[1]["content"]["excerpt"]["quote"] = "It was dry."
    (read,) = deserialize_collections(stored(items=data))
    first, second = (item.content for item in read.items)
    assert isinstance(first, PinnedAnswer) and first.excerpts == (Excerpt("", "It rained.", ""),)
    assert isinstance(second, PinnedPassage) and second.excerpt == Excerpt("", "It rained.", "")


def test_more_than_a_browser_stores_is_told() -> None:
    for many in ([MADE] * 101, [replace(MADE, id=str(n), name="a" * 100_000) for n in range(50)]):
        with pytest.raises(AssistantError, match=r"delete one that is done|take something out"):
            serialize_collections(many)
    with pytest.raises(UnreadableError, match="too long"):
        deserialize_collections("[" + " " * 4_000_000 + "]")
