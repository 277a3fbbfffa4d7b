"""Two servers change what people made in one home or database at the same time: limits hold, and nothing is lost."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import pytest

from assistant import AssistantError
from assistant.database import Database
from assistant.maintenance import (
    CollectionStore,
    ConversationStore,
    FeedbackStore,
    SharedAnswerStore,
    collection_store,
    conversation_store,
    shared_answer_store,
)
from tests.accounts.test_races import MANY, at_once
from tests.maintenance.test_collections import PASSAGE
from tests.maintenance.test_feedback import ANSWER
from tests.servers.places import change


def refused(told: list[object]) -> int:
    """How many of what was tried at once were refused."""
    return sum(isinstance(each, AssistantError) for each in told)


def test_a_conversation_gets_no_more_questions_than_it_may_have(
    place: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation_store, "MOST_TURNS", 3)
    two = [ConversationStore(place), ConversationStore(place)]
    made = two[0].new("ana")
    told = at_once([partial(store.add, "ana", made.id, ANSWER) for store in two * (MANY // 2)])
    assert refused([*told]) == MANY - 3 and len(two[1].get("ana", made.id).turns) == 3


def test_what_several_forget_at_once_is_forgotten_once(place: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    store = ConversationStore(place)
    for _ in range(MANY):
        store.new(None)
    change(place, "conversations.sqlite", "UPDATE conversations SET used = :then", then="2020-01-01T00:00:00.000000")
    monkeypatch.setattr(conversation_store, "MOST_CONVERSATIONS", 2)
    told = at_once([partial(ConversationStore(place).new, owner) for owner in ("ana", "ben", None) * 3])
    assert refused([*told]) == 0 and len(store.of("ana")) == len(store.of("ben")) == 2


def test_nobody_gets_more_collections_than_there_may_be(place: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collection_store, "MOST_COLLECTIONS", 3)
    two = [CollectionStore(place), CollectionStore(place)]
    told = at_once([partial(store.new, "ana", "Ferries") for store in two * (MANY // 2)])
    assert refused([*told]) == MANY - 3 and len(two[0].of("ana")) == 3


def test_no_change_of_a_collection_is_lost(place: Database) -> None:
    two = [CollectionStore(place), CollectionStore(place)]
    made = two[0].new("ana", "Ferries")
    passages = [replace(PASSAGE, citation=replace(PASSAGE.citation, article_id=str(number))) for number in range(MANY)]
    told = at_once(
        [partial(store.add, "ana", made.id, each) for store, each in zip(two * MANY, passages, strict=False)]
    )
    assert refused([*told]) == 0
    assert {item.content for item in two[1].get("ana", made.id).items} == set(passages)


def test_no_more_answers_are_shared_than_there_may_be_and_one_of_each(
    place: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_answer_store, "MOST", 3)
    two = [SharedAnswerStore(place), SharedAnswerStore(place)]
    same = at_once([partial(store.share, ANSWER, (), "ana") for store in two * (MANY // 2)])
    assert len({getattr(each, "key", None) for each in same}) == 1
    told = at_once([partial(store.share, ANSWER, (), f"{number}") for number, store in enumerate(two * (MANY // 2))])
    assert refused([*told]) == MANY - 2 and len(two[0].all()) == 3


def test_feedback_of_one_key_is_there_once(place: Database) -> None:
    with ThreadPoolExecutor(MANY) as pool:
        list(pool.map(lambda number: FeedbackStore(place).put(ANSWER, True, str(number), "mine"), range(MANY)))
    assert len(FeedbackStore(place).entries()) == 1
