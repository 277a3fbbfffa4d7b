from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from assistant.answers import Event, Statement, StatementReady, Token, Withdrawn
from assistant.assistant import Assistant
from ui.state import ConversationTurn, Scope, Talk, excerpt, failed, heard, stopped

from .support import answered, citation

NOBODY = cast(Assistant, None)


@given(text=st.text(), start=st.integers(0, 2000), length=st.integers(0, 2000))
def test_an_excerpt_keeps_the_quote_whole(text: str, start: int, length: int) -> None:
    text = text * 40
    start = min(start, len(text))
    end = min(start + length, len(text))
    cut = excerpt(text, start, end)
    assert cut.quote == text[start:end]
    assert cut.before.removeprefix("… ") in text[:start]
    assert cut.after.removesuffix(" …") in text[end:]
    assert len(cut.before) <= 302 and len(cut.after) <= 302


def test_an_excerpt_is_cut_between_words() -> None:
    text = "alpha beta gamma " * 60 + "THE QUOTE" + " delta epsilon zeta" * 60
    start = text.index("THE")
    cut = excerpt(text, start, start + 9)
    assert cut.before.split()[0] == "…" and cut.before.split()[1] in {"alpha", "beta", "gamma"}
    assert cut.after.split()[-1] == "…" and cut.after.split()[-2] in {"delta", "epsilon", "zeta"}


def test_a_conversation_does_not_grow_without_end() -> None:
    talk = Talk()
    for _ in range(60):
        talk = talk.asked("Why?")
        talk = talk.having(failed(talk.turns[-1], "no"))
    assert [talk.turns[0].number, talk.turns[-1].number] == [11, 60]


def test_an_edited_question_takes_the_place_of_the_last() -> None:
    talk = Talk("t1", (answered(citation()), ConversationTurn(2, "Why?")), editing=True).asked("When?")
    assert [(one.number, one.question) for one in talk.turns] == [(1, "Did it rain?"), (2, "When?")]
    assert not talk.editing and talk.id == "t1"


def test_the_last_question_is_asked_again_of_what_it_was_asked_of() -> None:
    asked = Talk(scope=Scope("a1", "Rain")).asked("Why?")
    again = Talk(asked.id, asked.turns, scope=None).again(("dates",))
    (turn,) = again.turns
    assert (turn.question, turn.scope, turn.ignored, again.scope) == ("Why?", Scope("a1", "Rain"), ("dates",), None)
    assert turn.key != asked.turns[0].key


def test_a_question_leans_on_what_was_answered_before_it() -> None:
    talk = Talk("t1", (answered(citation()), failed(ConversationTurn(2, "Why?"), "no"))).asked("And then?")
    assert [one.question for one in talk.history] == ["Did it rain?"]


def test_what_a_model_writes_and_takes_back() -> None:
    statement = Statement("It rained.", (1,), "supported")
    events: list[Event] = [
        Token("It rained. [1] It"),
        StatementReady(statement, (citation(),), draft=15),
        Token(" poured"),
    ]
    turn = ConversationTurn(1, "Did it rain?", progress="…")
    for event in events:
        turn = heard(NOBODY, turn, event)
    assert turn.draft[turn.checked :] == "It poured" and turn.statements == (statement,)
    assert stopped(turn).statements == (statement,) and stopped(turn).draft == ""
    assert heard(NOBODY, turn, Withdrawn("no")).statements == ()
