"""Answers as JSON has them: with their outcome, and the id by which they are rated, shared and collected."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.accounts import Principal
from assistant.answers import Answer, Outcome, Searched, StatementReady, Token, Withdrawn
from assistant.articles import Filters
from assistant.server.api.forms import values
from assistant.server.given_answers import Given
from assistant.server.problems import Refusal
from assistant.server.service import Service


@dataclass(frozen=True, slots=True)
class AnswerWithOutcome(Answer):
    """An answer. `outcome`: the articles answer ("answered"), come close ("related"), or say nothing of it."""

    outcome: Outcome = "nothing"


@dataclass(frozen=True, slots=True)
class GivenAnswer(AnswerWithOutcome):
    """An answer with the id by which it can be rated, shared and collected within a day."""

    id: str = ""


@dataclass(frozen=True, slots=True)
class FinishedEvent:
    """The last event: the whole answer."""

    answer: GivenAnswer


StreamedEvent = Searched | Token | StatementReady | Withdrawn | FinishedEvent


def with_outcome(answer: Answer) -> AnswerWithOutcome:
    """`answer` with its outcome as a field."""
    return AnswerWithOutcome(**values(answer, Answer), outcome=answer.outcome)


def with_id(answer: Answer, identity: str) -> GivenAnswer:
    """`answer` with its outcome and that id."""
    return GivenAnswer(**values(answer, Answer), outcome=answer.outcome, id=identity)


def given(service: Service, who: Principal, answer: Answer, filters: Filters) -> GivenAnswer:
    """`answer` with an id by which `who` has it."""
    return with_id(answer, service.given.put(who.owner, answer, filters))


def that_was_given(service: Service, who: Principal, identity: str) -> Given:
    """The answer of that id. Raises Refusal where `who` was not given it here, or long ago."""
    found = service.given.get(who.owner, identity)
    turn = service.assistant.conversations.turn(who.owner, identity) if found is None else None
    if turn is not None and turn.answer is not None:
        found = Given(turn.answer, turn.filters)
    if found is None:
        raise Refusal(404, "No answer of that id was given to you here in the last day; ask again.", code="missing")
    return found


def answers_of(service: Service, who: Principal, ids: Sequence[str]) -> tuple[Answer, ...]:
    """The answers of those ids. Raises Refusal as `that_was_given`."""
    return tuple(that_was_given(service, who, identity).answer for identity in ids)
