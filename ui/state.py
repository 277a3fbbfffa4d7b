"""A conversation as a window has it: questions and what came of them."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal
from uuid import uuid4

from assistant.answers import (
    Answer,
    Aspect,
    Citation,
    Event,
    Finished,
    Searched,
    Statement,
    StatementReady,
    Token,
    Withdrawn,
)
from assistant.articles import NO_FILTERS, Filters

if TYPE_CHECKING:
    from assistant.assistant import Assistant

_CONTEXT = 300  # characters shown on each side of a quote
_SLACK = 30  # a word longer than this is cut rather than left out
MOST_TURNS = 50  # a window left open for weeks must not grow without end

UNEXPECTED = "Something went wrong while answering; the details are in the server's log."


def new_key() -> str:
    """A name that no other conversation or answer has."""
    return uuid4().hex


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A quote with the words around it."""

    before: str
    quote: str
    after: str


@dataclass(frozen=True, slots=True)
class Scope:
    """The one article that is asked about."""

    article_id: str
    title: str

    @property
    def filters(self) -> Filters:
        """Which articles may be used."""
        return Filters(only=(self.article_id,))


@dataclass(frozen=True, slots=True)
class Rating:
    """What a reader thinks of an answer."""

    good: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ConversationTurn:
    """One question with its answer, or with the `problem` that kept it from being answered.

    While the answer is being made `progress` says what happens and `statements` holds what is there. `draft` is what a
    model wrote, of which the first `checked` characters are in the statements. `stopped`: the reader stopped it.
    `excerpts` has one for each citation of the answer, in their order. `ignored` are aspects of the question that the
    reader took away.
    """

    number: int
    question: str
    key: str = field(default_factory=new_key)
    asked: datetime = field(default_factory=now)
    scope: Scope | None = None
    ignored: tuple[Aspect, ...] = ()
    progress: str | None = None
    statements: tuple[Statement, ...] = ()
    draft: str = ""
    checked: int = 0
    answer: Answer | None = None
    excerpts: tuple[Excerpt, ...] = ()
    problem: str | None = None
    stopped: bool = False
    rating: Rating | None = None

    @property
    def filters(self) -> Filters:
        """Which articles its answer may use."""
        return self.scope.filters if self.scope else NO_FILTERS

    @property
    def watchable(self) -> str | None:
        """The question that can be asked again without this conversation, to the same end; None when none can."""
        if self.answer is None or self.scope or self.answer.mode == "catalogue" or set(self.ignored) - {"conversation"}:
            return None
        return self.answer.understood.follows or self.question


Turns = tuple[ConversationTurn, ...]


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation. `scope` is for the next question; `editing`: it takes the place of the last one.

    It has an `id` from its first question on.
    """

    id: str = ""
    turns: Turns = ()
    scope: Scope | None = None
    editing: bool = False
    version: Literal[1] = 1  # of what a browser keeps

    def asked(self, question: str, *, ignored: tuple[Aspect, ...] = ()) -> "Talk":
        """The conversation with a new turn for `question`, in the place of the last one when that is edited."""
        turns = self.turns[:-1] if self.editing else self.turns
        number = turns[-1].number + 1 if turns else 1
        scope = self.turns[-1].scope if self.editing and self.turns else self.scope
        turn = ConversationTurn(number, question, scope=scope, ignored=ignored, progress="Searching the articles…")
        return replace(self, id=self.id or new_key(), turns=(*turns[-(MOST_TURNS - 1) :], turn), editing=False)

    def again(self, ignored: tuple[Aspect, ...] | None = None) -> "Talk":
        """The conversation with its last question asked again, without what is `ignored`."""
        last = self.turns[-1]
        return replace(self, editing=True).asked(last.question, ignored=last.ignored if ignored is None else ignored)

    def having(self, turn: ConversationTurn) -> "Talk":
        """The conversation with `turn` in the place of the one with its number."""
        return replace(self, turns=tuple(turn if one.number == turn.number else one for one in self.turns))

    def turn(self, number: object) -> ConversationTurn | None:
        """The turn of that number, if there is one."""
        return next((one for one in self.turns if str(one.number) == str(number)), None)

    @property
    def history(self) -> tuple[Answer, ...]:
        """The answers that its last question may lean on."""
        return tuple(turn.answer for turn in self.turns[:-1] if turn.answer is not None)


def excerpt(text: str, start: int, end: int) -> Excerpt:
    """`text[start:end]` with about 300 characters on each side, cut between words."""
    first, last = max(0, start - _CONTEXT), min(len(text), end + _CONTEXT)
    before, after = text[first:start], text[end:last]
    if first > 0:
        before = "… " + _without_part_of_word(before, from_start=True)
    if last < len(text):
        after = _without_part_of_word(after, from_start=False) + " …"
    return Excerpt(before, text[start:end], after)


def _without_part_of_word(text: str, *, from_start: bool) -> str:
    near = text[:_SLACK] if from_start else text[: -_SLACK - 1 : -1]
    steps = next((i for i, character in enumerate(near) if character.isspace()), 0)
    return text[steps:].lstrip() if from_start else text[: len(text) - steps].rstrip()


def heard(assistant: "Assistant", turn: ConversationTurn, event: Event) -> ConversationTurn:
    """`turn` with what `event` adds to it."""
    match event:
        case Searched(articles=articles):
            many = "1 article" if articles == 1 else f"{articles} articles"
            return replace(turn, progress=f"Reading {many}…")
        case Token(text=text):
            return replace(turn, progress="Writing…", draft=f"{turn.draft}{text}")
        case StatementReady(statement=statement, draft=checked):
            return replace(turn, statements=(*turn.statements, statement), checked=checked)
        case Withdrawn():
            return replace(turn, statements=(), draft="", checked=0)
        case Finished(answer=answer):
            excerpts = tuple(_around(assistant, one) for one in answer.citations)
            done = replace(turn, progress=None, statements=(), draft="", checked=0)
            return replace(done, answer=answer, excerpts=excerpts)


def _around(assistant: "Assistant", citation: Citation) -> Excerpt:
    article = assistant.article(citation.article_id)
    # A refresh may have published another text since; the quote alone is still what was said.
    if article is None or article.text[citation.start : citation.end] != citation.quote:
        return Excerpt("", citation.quote, "")
    return excerpt(article.text, citation.start, citation.end)


def failed(turn: ConversationTurn, problem: str) -> ConversationTurn:
    """`turn` that could not be answered."""
    return replace(turn, progress=None, statements=(), problem=problem)


def stopped(turn: ConversationTurn) -> ConversationTurn:
    """`turn` whose answer the reader stopped: what was checked until then stays."""
    return replace(turn, progress=None, draft="", checked=0, stopped=True)
