"""The state of a conversation in the window: its questions, what came of each, and how events change them."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Literal
from uuid import uuid4

from assistant import (
    Answer,
    Aspect,
    Assistant,
    Event,
    Excerpt,
    Filters,
    Finished,
    Searched,
    Statement,
    StatementReady,
    Token,
    Withdrawn,
)
from assistant.utils import request_id

from .scope import EVERYTHING, Scope

MAX_TURNS = 50  # a window left open for weeks must not grow without end
_MOST_REPLACED = 100  # turns, likewise


def unexpected() -> str:
    """What is said of an error that should not be, with the id of the request, under which the log has it."""
    identity = request_id.get()
    known_as = f" (id {identity})" if identity else ""
    return f"Something went wrong here; try again. If it goes on, tell who runs this server{known_as}."


def new_key() -> str:
    """A random key that no other conversation or answer has."""
    return uuid4().hex


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Rating:
    """What a user thinks of an answer."""

    good: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ConversationTurn:
    """One question with its answer, or with the `problem` that kept it from being answered.

    While the answer is being made, `progress` says what happens and `statements` holds what is there. `draft` is what
    a model has written, of which the first `checked` characters are in the statements. `stopped`: the user stopped it.
    `excerpts` has one for each citation of the answer, in their order. `ignored` are the aspects of the question that
    the user took away. `model` was chosen to answer; "" is what the settings name, and `is_gone` tells that it is not
    there any more. `seal` tells that the answer was made by this server. `replaces` are the keys of the turns in whose
    place it was asked.
    """

    number: int
    question: str
    key: str = field(default_factory=new_key)
    asked: datetime = field(default_factory=now)
    scope: Scope = EVERYTHING
    ignored: tuple[Aspect, ...] = ()
    model: str = ""
    progress: str | None = None
    statements: tuple[Statement, ...] = ()
    draft: str = ""
    checked: int = 0
    answer: Answer | None = None
    excerpts: tuple[Excerpt, ...] = ()
    problem: str | None = None
    is_gone: bool = False
    stopped: bool = False
    rating: Rating | None = None
    seal: str = ""
    replaces: tuple[str, ...] = ()

    @property
    def filters(self) -> Filters:
        """Which articles its answer may use."""
        return self.scope.filters_on(self.asked.date())

    @property
    def watchable(self) -> str | None:
        """The question that asks the same without this conversation; None when there is none."""
        if self.answer is None or not self.scope.can_be_watched or self.answer.mode == "catalogue":
            return None
        if set(self.ignored) - {"conversation"}:
            return None
        return self.answer.understood.follows or self.question


Turns = tuple[ConversationTurn, ...]


@dataclass(frozen=True, slots=True)
class ConversationState:
    """A conversation, which has an `id` from its first question on.

    `scope` and `model` are for the next question. `editing`: that question replaces the last one, and `set_aside` is
    what the next one was limited to before.
    """

    id: str = ""
    turns: Turns = ()
    scope: Scope = EVERYTHING
    model: str = ""
    editing: bool = False
    set_aside: Scope | None = None
    version: Literal[2] = 2  # of what a browser stores

    def with_question(self, question: str, *, ignored: tuple[Aspect, ...] = ()) -> "ConversationState":
        """The conversation with a new turn for `question`, which replaces the last one when that is edited."""
        return self._asked(question, self.scope, ignored, again=self.editing)

    def with_retry_in_all(self) -> "ConversationState":
        """The conversation with its last question asked again of all articles, of which the next ones are asked too."""
        last = self.turns[-1]
        return replace(self, scope=EVERYTHING)._asked(last.question, EVERYTHING, last.ignored, again=True)

    def with_retry(self, ignored: tuple[Aspect, ...] | None = None) -> "ConversationState":
        """The conversation with its last question asked again, without the aspects that are `ignored`."""
        last = self.turns[-1]
        return self._asked(last.question, last.scope, last.ignored if ignored is None else ignored, again=True)

    def _asked(
        self, question: str, scope: Scope, ignored: tuple[Aspect, ...], *, again: bool = False
    ) -> "ConversationState":
        """The conversation with a new turn; with `again` in the place of the last one."""
        turns = self.turns[:-1] if again else self.turns
        replaced = tuple(key for turn in self.turns[len(turns) :] for key in (*turn.replaces, turn.key))
        number = turns[-1].number + 1 if turns else 1
        made = ConversationTurn(number, question, scope=scope, ignored=ignored, model=self.model)
        made = replace(made, replaces=replaced[-_MOST_REPLACED:])
        turns = (*turns[-(MAX_TURNS - 1) :], replace(made, progress="Searching the articles…"))
        return replace(self, id=self.id or new_key(), turns=turns).settled()

    def edited(self) -> "ConversationState":
        """The conversation when its last question is edited: it is put back with what it was limited to."""
        return replace(self, editing=True, scope=self.turns[-1].scope, set_aside=self.set_aside or self.scope)

    def kept(self) -> "ConversationState":
        """The conversation when its last question is kept after all."""
        return replace(self, scope=self.set_aside or self.scope).settled() if self.editing else self

    def settled(self) -> "ConversationState":
        """The conversation when no question is edited."""
        return replace(self, editing=False, set_aside=None)

    def with_turn(self, turn: ConversationTurn) -> "ConversationState":
        """The conversation with `turn` in place of the turn with the same key, if that is still there."""
        return replace(self, turns=tuple(turn if old.key == turn.key else old for old in self.turns))

    def named(self, name: str, key: str) -> "ConversationState":
        """The conversation under that id, if it has the turn with that key."""
        return replace(self, id=name) if any(turn.key == key for turn in self.turns) else self

    def with_rating(self, key: str, rating: Rating | None) -> "ConversationState":
        """The conversation with that rating of the answer with that key."""
        turns = tuple(replace(turn, rating=rating) if turn.key == key else turn for turn in self.turns)
        return replace(self, turns=turns)

    def turn(self, number: object) -> ConversationTurn | None:
        """The turn of that number, if there is one."""
        return next((turn for turn in self.turns if str(turn.number) == str(number)), None)

    @property
    def history(self) -> tuple[Answer, ...]:
        """The answers before the last question, which may be a follow-up to them."""
        return tuple(turn.answer for turn in self.turns[:-1] if turn.answer is not None)


def apply_event(assistant: Assistant, turn: ConversationTurn, event: Event) -> ConversationTurn:
    """`turn` with what `event` adds to it."""
    match event:
        case Searched(articles=articles):
            counted = "1 article" if articles == 1 else f"{articles} articles"
            return replace(turn, progress=f"Reading {counted}…")
        case Token(text=text):
            return replace(turn, progress="Writing…", draft=f"{turn.draft}{text}")
        case StatementReady(statement=statement, draft=checked):
            return replace(turn, statements=(*turn.statements, statement), checked=checked)
        case Withdrawn():
            return replace(turn, statements=(), draft="", checked=0)
        case Finished(answer=answer):
            done = replace(turn, progress=None, statements=(), draft="", checked=0)
            return replace(done, answer=answer, excerpts=assistant.excerpts(answer.citations))


def as_failed(turn: ConversationTurn, problem: str, *, is_gone: bool = False) -> ConversationTurn:
    """`turn` when it could not be answered; `is_gone`: the model that was to answer is not there any more."""
    return replace(turn, progress=None, statements=(), problem=problem, is_gone=is_gone)


def as_stopped(turn: ConversationTurn) -> ConversationTurn:
    """`turn` when the user stopped its answer: what was checked until then stays."""
    return replace(turn, progress=None, draft="", checked=0, stopped=True)
