"""A follow-up written out in full."""

import pytest

from assistant.answering.followups import Exchange, is_faithful, rewrite_followup
from tests.answering.test_conversation import VOTE, known


@pytest.mark.parametrize(
    ("question", "meant"),
    {
        "And Dora Amblin?": "How did Dora Amblin vote on the ferry terminal?",
        "What about Jonas Fairlie?": "How did Jonas Fairlie vote on the ferry terminal?",
        "Why?": "Why (Martin Kessing vote ferry terminal)?",
        "Why did he change his mind?": "Why did Martin Kessing change his mind (vote ferry terminal)?",
        "What happened then?": "What happened on 24 April (Martin Kessing vote ferry terminal)?",
    }.items(),
)
def test_what_a_follow_up_leaves_out_is_put_in(question: str, meant: str) -> None:
    rewritten = rewrite_followup(question, [VOTE], known)
    assert rewritten is not None and (rewritten.text, rewritten.certain) == (meant, True)


@pytest.mark.parametrize(
    "question",
    [
        "How did Martin Kessing vote on the ferry terminal?",
        "Who is the new director of the maritime museum?",
        "What did Kaja Kallas say that she wants of China?",
        "How many people were evacuated from Lower Town in the flood?",
    ],
)
def test_a_question_that_says_enough_is_no_certain_follow_up(question: str) -> None:
    rewritten = rewrite_followup(question, [VOTE], known)
    assert rewritten is None or not rewritten.certain
    assert rewrite_followup(question, [], known) is None


@pytest.mark.parametrize(
    ("question", "before", "meant"),
    [
        # The one asked for, not the first that is named; nobody where there is no person.
        (
            "How old is she?",
            Exchange("Who captains the crew?", ("Maud Hessel captains it.",), "Maud Hessel"),
            "Maud Hessel",
        ),
        ("What did he say?", Exchange("Why is Anton Vares leaving?", ("Bo Lind asked him.",)), "Anton Vares"),
        ("Is he worth it?", Exchange("What did Port Vale pay?", ("Port Vale said nothing.",)), None),
    ],
)
def test_he_and_she_are_people(question: str, before: Exchange, meant: str | None) -> None:
    kinds = {"Maud Hessel": "person", "Anton Vares": "person", "Bo Lind": "person", "Port Vale": "other"}
    rewritten = rewrite_followup(question, [before], known, kinds.get)
    assert rewritten is not None
    assert (meant in rewritten.text.split("(")[0]) if meant else ("he" in rewritten.text.split())


@pytest.mark.parametrize("text", ["thanks :)", "ok 👍", "and €?", "Thanks!", "?", "…"])
def test_thanks_are_no_question_to_write_out(text: str) -> None:
    assert rewrite_followup(text, [VOTE], known) is None


def test_nothing_leans_on_an_empty_conversation() -> None:
    assert rewrite_followup("Why?", [], known) is None


def test_a_rephrased_question_must_ask_the_same() -> None:
    assert is_faithful("And Dora Amblin?", "How did Dora Amblin vote?", [VOTE])
    assert not is_faithful("And Dora Amblin?", "How did the council vote?", [VOTE])
    assert not is_faithful("And Dora Amblin?", "How did Dora Amblin vote in 1999?", [VOTE])
