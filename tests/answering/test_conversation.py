"""Questions that lean on those before them, over the sample corpus (followups.jsonl).

`full` is the question written out in full by hand, None for a new subject; `says` are words of which the passage that
answers has one.
"""

import json
from pathlib import Path
from typing import TypedDict

import pytest
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage

from assistant import Answer, Assistant, QuestionError, Settings
from assistant.answering.followups import Exchange
from assistant.answering.phrasing import interpretation_parts
from tests.end_to_end.test_answers import run
from tests.support import DATA

FILE = DATA / "followups.jsonl"
AS_GOOD = 0.9


class FollowUp(TypedDict):
    before: list[str]
    question: str
    full: str | None
    says: str | None


CASES: list[FollowUp] = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
LEANING = [case for case in CASES if case["full"]]


def rank(assistant: Assistant, question: str, says: str) -> float:
    """1 / the rank of the first passage that has one of the words, 0 without one among ten."""
    found = assistant.search(question)
    return next((1 / n for n, one in enumerate(found, 1) if any(w in one.chunk.text for w in says.split("|"))), 0.0)


def is_right(answer: Answer, says: str) -> bool:
    text = " ".join([answer.text, *(one.quote for one in answer.citations)])
    return answer.outcome != "nothing" and any(word in text for word in says.split("|"))


@pytest.mark.model
def test_a_follow_up_is_found_nearly_as_well_as_the_question_in_full(sample: Assistant) -> None:
    assert len(LEANING) >= 40
    full = followed = 0.0
    right_full = right = 0
    for case in LEANING:
        conversation = sample.conversation()
        for question in case["before"]:
            conversation.ask(question)
        answer = conversation.ask(case["question"])
        says = case["says"] or ""
        full += rank(sample, case["full"] or "", says)
        followed += rank(sample, answer.understood.follows or case["question"], says)
        right_full += is_right(sample.ask(case["full"] or ""), says)
        right += is_right(answer, says)
    assert followed / full >= AS_GOOD, (followed, full)
    assert right / right_full >= AS_GOOD, (right, right_full)


@pytest.mark.model
def test_a_question_that_stands_by_itself_is_not_glued_to_the_one_before(sample: Assistant) -> None:
    first = sample.ask("who leads the flood inquiry")
    answer = sample.ask("why is the cannery closing", history=[first])
    assert answer.understood.follows is None and not any("Corlett" in one.quote for one in answer.citations)


@pytest.mark.model
def test_she_is_who_the_answer_before_names(sample: Assistant) -> None:
    conversation = sample.conversation()
    conversation.ask("Who is the captain of the Teskholm crew?")
    assert "Maud Hessel" in (conversation.ask("What did she say about the defeats?").understood.follows or "")


@pytest.mark.model
def test_what_is_glued_together_is_not_shown(sample: Assistant) -> None:
    first = sample.ask("Why did the sirens go off so late?")
    answer = sample.ask("How late?", history=[first])
    assert answer.understood.after == first.question
    (told,) = [text for aspect, text in interpretation_parts(answer.understood) if aspect == "conversation"]
    assert told == "a follow-up to “Why did the sirens go off so late?”"


@pytest.mark.model
def test_a_new_subject_does_not_inherit_the_old_one(sample: Assistant) -> None:
    for case in CASES:
        if case["full"] is None:
            conversation = sample.conversation()
            for question in case["before"]:
                conversation.ask(question)
            answer = conversation.ask(case["question"])
            assert answer.understood.follows is None, case["question"]
            assert (answer.outcome != "nothing") == (case["says"] is not None)
            if case["says"]:
                assert is_right(answer, case["says"]), answer.text


def known(word: str) -> int:
    return 1 if word[:1].isupper() else 0


VOTE = Exchange("How did Martin Kessing vote on the ferry terminal?", ("Martin Kessing voted for it on 24 April.",))


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("How did the council vote?", "six votes to four"),
        ("How many articles are there?", "16 articles"),
        ("What about the cannery?", "cannery"),
    ],
)
def test_a_short_question_that_is_answered_by_itself_inherits_nothing(
    sample: Assistant, question: str, says: str
) -> None:
    conversation = sample.conversation()
    conversation.ask("Who condemned the attack and what was demanded?")
    assert is_right(conversation.ask(question), says)


def test_the_question_is_as_it_was_typed_and_what_it_was_taken_for_is_told(sample: Assistant) -> None:
    conversation = sample.conversation()
    conversation.ask("How did Martin Kessing vote on the ferry terminal?")
    answer = conversation.ask("And Dora Amblin?")
    assert answer.question == "And Dora Amblin?"
    assert answer.understood.follows == "How did Dora Amblin vote on the ferry terminal?"
    assert [one.question for one in conversation.answers][-1] == "And Dora Amblin?"
    conversation.forget()
    assert conversation.ask("When will the cannery close?").understood.follows is None


def test_a_question_that_cannot_be_asked_leaves_the_conversation_as_it_was(sample: Assistant) -> None:
    conversation = sample.conversation()
    first = conversation.ask("When will the cannery close?")
    with pytest.raises(QuestionError):
        conversation.ask("???")
    assert conversation.answers == (first,)


def test_a_conversation_goes_on_in_asyncio(sample: Assistant) -> None:
    async def two() -> Answer:
        conversation = sample.conversation()
        await conversation.aask("How did Martin Kessing vote on the ferry terminal?")
        return await conversation.aask("And Dora Amblin?")

    assert run(two()).understood.follows == "How did Dora Amblin vote on the ferry terminal?"


class Scripted(GenericFakeChatModel):
    pass


def scripted(*texts: str) -> Scripted:
    return Scripted(messages=iter([AIMessage(text) for text in texts]))


@pytest.mark.model
def test_a_model_writes_the_follow_up_out_unless_it_invents(sample_home: Path) -> None:
    first = "Kaja Kallas condemned the attack on the Czech ministry. [1]"
    for written, meant in (
        ("What did Kaja Kallas call on states to do?", "What did Kaja Kallas call on states to do?"),
        ("What did Josep Borrell call on states to do?", None),
        ("Kaja Kallas called on states to refrain.", None),
    ):
        model = scripted(first, written, "She called on all states to refrain from such behaviour. [1]")
        with Assistant.open(Settings(home=sample_home), chat_model=model) as assistant:
            conversation = assistant.conversation()
            conversation.ask("Who condemned the attack on the Czech ministry?")
            follows = conversation.ask("And what did she call on states to do?").understood.follows or ""
        assert follows == meant if meant else "Kaja Kallas" in follows and "Borrell" not in follows
