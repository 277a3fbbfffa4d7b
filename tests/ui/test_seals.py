"""Only what was answered here can be rated, also after a restart, and ratings of others are out of reach."""

import hmac
import json
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import TypeAdapter

from assistant import Answer, Assistant, AssistantError
from tests.ui.events.support import FakeAssistant, event, window
from tests.ui.support import answered, citation
from ui.browser_store import deserialize, serialize
from ui.events.conversation import ConversationEvents
from ui.events.streams import AnswerStreams
from ui.seals import Seals
from ui.state import ConversationState, ConversationTurn, Rating
from ui.windows import Windows


class Rated(FakeAssistant):
    """An assistant that notes what it is told of its answers."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[tuple[Any, ...]] = []

    def rate(self, answer: object, good: bool, reason: str, *, key: str) -> None:
        self.kept.append(("rate", key, good))

    def unrate(self, key: str) -> None:
        self.kept.append(("unrate", key))


def turn_made(home: Path) -> ConversationTurn:
    turn = answered(citation())
    assert turn.answer is not None
    return replace(turn, seal=Seals(home).seal(turn.key, turn.answer))


def rate(home: Path, turn: ConversationTurn) -> tuple[list[tuple[Any, ...]], str]:
    """What is kept of a rating of `turn`, which the browser gave back, and what the user is told."""
    assistant = Rated()
    events = ConversationEvents(cast(Assistant, assistant), Windows(), AnswerStreams(), Seals(home))
    stored = serialize(ConversationState("c1", (turn,)))
    return assistant.kept, events.rate(event(turn="1", good="yes"), stored, window()).get("problem", "")


def test_an_answer_of_an_earlier_run_can_be_rated_when_it_is_opened_again(tmp_path: Path) -> None:
    assert rate(tmp_path, turn_made(tmp_path)) == ([("rate", "k1", True)], "")
    assert rate(tmp_path, replace(turn_made(tmp_path), rating=Rating(good=True))) == ([("unrate", "k1")], "")


def test_an_answer_that_was_stored_and_sealed_before_answers_named_their_model_can_be_rated(tmp_path: Path) -> None:
    (tmp_path / "window.key").write_bytes(b"k" * 32)
    turn = turn_made(tmp_path)
    before = TypeAdapter(Answer).dump_json(cast(Answer, turn.answer), exclude={"model"})
    assert turn.seal == hmac.digest(b"k" * 32, turn.key.encode() + b"\0" + before, "sha256").hex()
    stored = json.loads(serialize(ConversationState("c1", (turn,))))
    del stored["turns"][0]["answer"]["model"]
    (opened,) = deserialize(json.dumps(stored)).turns
    assert rate(tmp_path, opened) == ([("rate", "k1", True)], "")


def test_who_wrote_an_answer_is_sealed_with_it(tmp_path: Path) -> None:
    turn = turn_made(tmp_path)
    assert turn.answer is not None
    claimed = replace(turn, answer=replace(turn.answer, mode="model", model="openai:gpt-4o"))
    assert rate(tmp_path, claimed)[0] == []


def test_an_answer_that_was_not_made_here_cannot_be_rated(tmp_path: Path) -> None:
    turn = turn_made(tmp_path)
    assert turn.answer is not None
    for made_up in (
        replace(turn, seal=""),
        replace(turn, seal="é"),
        replace(turn, key="the key of somebody else"),
        replace(turn, answer=replace(turn.answer, text="The mayor stole it.")),
        replace(turn, key="the key of somebody else", rating=Rating(good=True)),
    ):
        kept, told = rate(tmp_path, made_up)
        assert kept == [] and "Only an answer that was made here" in told
    assert rate(tmp_path / "other", turn)[0] == []


def test_the_key_is_for_this_account_alone_and_a_home_that_cannot_be_written_has_one_for_the_run(
    tmp_path: Path,
) -> None:
    turn = turn_made(tmp_path)
    assert (tmp_path / "window.key").stat().st_mode & 0o777 == 0o600
    assert turn.answer is not None
    (tmp_path / "file").touch()
    seals = Seals(tmp_path / "file")
    seals.check(seals.seal("k1", turn.answer), "k1", turn.answer)
    with pytest.raises(AssistantError, match="made here"):
        seals.check(turn.seal, "k1", turn.answer)
