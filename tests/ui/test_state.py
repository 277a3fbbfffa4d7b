from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from assistant import Assistant, Event, Excerpt, Statement, StatementReady, Token, Withdrawn
from ui.scope import Scope, ScopeArticle
from ui.state import ConversationState, ConversationTurn, apply_event, as_failed, as_stopped

from .support import answered, citation

NO_ASSISTANT = cast(Assistant, None)
OF_ONE = Scope(article=ScopeArticle("a1", "Rain"))


@given(text=st.text(), start=st.integers(0, 2000), length=st.integers(0, 2000))
def test_an_excerpt_keeps_the_quote_whole(text: str, start: int, length: int) -> None:
    text = text * 40
    start = min(start, len(text))
    end = min(start + length, len(text))
    cut = Excerpt.around(text, start, end)
    assert cut.quote == text[start:end]
    assert cut.before.removeprefix("… ") in text[:start]
    assert cut.after.removesuffix(" …") in text[end:]
    assert len(cut.before) <= 302 and len(cut.after) <= 302


def test_an_excerpt_is_cut_between_words() -> None:
    text = "alpha beta gamma " * 60 + "THE QUOTE" + " delta epsilon zeta" * 60
    start = text.index("THE")
    cut = Excerpt.around(text, start, start + 9)
    assert cut.before.split()[0] == "…" and cut.before.split()[1] in {"alpha", "beta", "gamma"}
    assert cut.after.split()[-1] == "…" and cut.after.split()[-2] in {"delta", "epsilon", "zeta"}


def test_a_conversation_does_not_grow_without_end() -> None:
    state = ConversationState()
    for _ in range(60):
        state = state.with_question("Why?")
        state = state.with_turn(as_failed(state.turns[-1], "no"))
    assert [state.turns[0].number, state.turns[-1].number] == [11, 60]


def test_an_edited_question_replaces_the_last() -> None:
    state = ConversationState("t1", (answered(citation()), ConversationTurn(2, "Why?")), editing=True).with_question(
        "When?"
    )
    assert [(turn.number, turn.question) for turn in state.turns] == [(1, "Did it rain?"), (2, "When?")]
    assert not state.editing and state.id == "t1"


def test_the_last_question_is_asked_again_of_the_same_article() -> None:
    asked = ConversationState(scope=OF_ONE).with_question("Why?")
    again = ConversationState(asked.id, asked.turns, scope=Scope()).with_retry(("dates",))
    (turn,) = again.turns
    assert (turn.question, turn.scope, turn.ignored, again.scope) == ("Why?", OF_ONE, ("dates",), Scope())
    assert turn.key != asked.turns[0].key


def test_a_question_is_a_follow_up_to_the_answers_before_it() -> None:
    state = ConversationState("t1", (answered(citation()), as_failed(ConversationTurn(2, "Why?"), "no"))).with_question(
        "And then?"
    )
    assert [answer.question for answer in state.history] == ["Did it rain?"]


def test_the_draft_of_a_model_is_shown_checked_and_withdrawn() -> None:
    statement = Statement("It rained.", (1,), "supported")
    events: list[Event] = [
        Token("It rained. [1] It"),
        StatementReady(statement, (citation(),), draft=15),
        Token(" poured"),
    ]
    turn = ConversationTurn(1, "Did it rain?", progress="…")
    for event in events:
        turn = apply_event(NO_ASSISTANT, turn, event)
    assert turn.draft[turn.checked :] == "It poured" and turn.statements == (statement,)
    assert as_stopped(turn).statements == (statement,) and as_stopped(turn).draft == ""
    assert apply_event(NO_ASSISTANT, turn, Withdrawn("no")).statements == ()
