"""Asking a server: questions, briefings, conversations, and what is said and shared of answers."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import TypeAdapter

from assistant.answering import Conversation
from assistant.answers import Answer, Event, Finished, Searched, StatementReady, Token, Withdrawn
from assistant.articles import NO_FILTERS, Filters
from assistant.client.errors import error_of_details
from assistant.client.filters import filters_body, filters_query, moment
from assistant.client.transport import Call, Transport, parsed
from assistant.errors import AssistantError
from assistant.maintenance import Feedback, SharedAnswer
from assistant.models import ModelChoice
from assistant.retrieval import Aspects, aspects
from assistant.utils import CancelToken, in_thread, once

_MOST_REMEMBERED = 10_000  # ids of answers
_EVENTS: dict[str, Any] = {
    "searched": Searched,
    "token": Token,
    "statement": StatementReady,
    "withdrawn": Withdrawn,
}
_answers = once(lambda: TypeAdapter(Answer))


@dataclass(frozen=True)
class _Given:
    """An answer as the server gives it, with its id beside it."""

    id: str


@dataclass(frozen=True)
class _GivenEvent:
    answer: _Given


class AnswerIds:
    """By which id the server knows each answer that it gave, the last 10,000."""

    def __init__(self) -> None:
        self._ids: OrderedDict[bytes, str] = OrderedDict()

    def note(self, answer: Answer, identity: str) -> None:
        """The server gave `answer` with that id."""
        self._ids[_digest(answer)] = identity
        if len(self._ids) > _MOST_REMEMBERED:
            self._ids.popitem(last=False)

    def of(self, answer: Answer) -> str:
        """The id of it. Raises AssistantError for an answer that was not given to this client."""
        found = self._ids.get(_digest(answer))
        if found is None:
            raise AssistantError("this answer was not given to this client; ask the question with it first")
        return found


def _digest(answer: Answer) -> bytes:
    return hashlib.sha256(_answers().dump_json(answer)).digest()


def _answer_of(events: Iterator[Event]) -> Answer:
    """The whole answer, with which its events end."""
    return next(event.answer for event in events if isinstance(event, Finished))


class Asking:
    """The part of a client that asks."""

    _transport: Transport
    _ids: AnswerIds

    def ask(
        self,
        question: str,
        filters: Filters = NO_FILTERS,
        *,
        history: Sequence[Answer] = (),
        ignoring: Aspects = (),
        model: str | None = None,
    ) -> Answer:
        """The answer to `question`, as `Assistant.ask` gives it. `history` are answers of this client."""
        return _answer_of(self.stream(question, filters, history=history, ignoring=ignoring, model=model))

    def stream(
        self,
        question: str,
        filters: Filters = NO_FILTERS,
        *,
        history: Sequence[Answer] = (),
        ignoring: Aspects = (),
        model: str | None = None,
    ) -> Iterator[Event]:
        """The answer as it is made, as `Assistant.stream` gives it. When the stream is closed, the server stops."""
        return self._asked(self._question(question, filters, history, ignoring, model), CancelToken())

    async def aask(
        self,
        question: str,
        filters: Filters = NO_FILTERS,
        *,
        history: Sequence[Answer] = (),
        ignoring: Aspects = (),
        model: str | None = None,
    ) -> Answer:
        """As `ask`, without holding up the event loop; when it is cancelled, the server stops."""
        async with aclosing(self.astream(question, filters, history=history, ignoring=ignoring, model=model)) as events:
            async for event in events:
                if isinstance(event, Finished):
                    return event.answer
        raise AssertionError("a stream ends with Finished")

    async def astream(
        self,
        question: str,
        filters: Filters = NO_FILTERS,
        *,
        history: Sequence[Answer] = (),
        ignoring: Aspects = (),
        model: str | None = None,
    ) -> AsyncGenerator[Event, None]:
        """As `stream`, without holding up the event loop."""
        call = self._question(question, filters, history, ignoring, model)
        async with aclosing(in_thread(lambda stop: self._asked(call, stop))) as events:
            async for event in events:
                yield event

    def _question(
        self, question: str, filters: Filters, history: Sequence[Answer], ignoring: Aspects, model: str | None
    ) -> Call:
        body = {
            "question": question,
            "filters": filters_body(filters),
            "history": [self._ids.of(answer) for answer in history],
            "ignoring": sorted(aspects(ignoring)),
            "model": model,
            "stream": True,
        }
        return Call("POST", ("ask",), body=body)

    def _asked(self, call: Call, stop: CancelToken) -> Iterator[Event]:
        is_whole = False
        events: Iterator[Event] = self._transport.stream(call, self._event, stop)
        for event in events:
            is_whole = isinstance(event, Finished)
            yield event
        if not is_whole and not stop.cancelled:
            raise AssistantError("the server ended the answer before it was whole; ask again")

    def _event(self, name: str, data: bytes) -> Event | None:
        if name == "problem":
            raise error_of_details(parsed(dict, data))
        if name != "finished":
            event: Event | None = parsed(_EVENTS[name], data) if name in _EVENTS else None
            return event
        finished = parsed(Finished, data)
        self._ids.note(finished.answer, parsed(_GivenEvent, data).answer.id)
        return finished

    def conversation(self, filters: Filters = NO_FILTERS, *, model: str | None = None) -> Conversation:
        """A conversation, in which a question may depend on those before it."""
        return Conversation(self.stream, self.astream, filters, model)

    def brief(self, topic: str, filters: Filters = NO_FILTERS, *, model: str | None = None) -> Answer:
        """What the articles say on a topic ("the ferry terminal"), one sentence an article, newest first."""
        body = {"topic": topic, "filters": filters_body(filters), "model": model, "stream": True}
        return _answer_of(self._asked(Call("POST", ("brief",), body=body), CancelToken()))

    def models(self) -> list[ModelChoice]:
        """The chat models that `ask` may be told to answer with: the configured one first."""
        return self._transport.read(list[ModelChoice], "models")

    async def amodels(self) -> list[ModelChoice]:
        """As `models`, without holding up the event loop."""
        return await asyncio.to_thread(self.models)

    def suggestions(self, count: int = 4, *, after: Sequence[Answer] = (), filters: Filters = NO_FILTERS) -> list[str]:
        """Up to `count` questions to ask, as `Assistant.suggestions` gives them. `after` are answers of this client."""
        if count < 1:
            return []
        before = [("after", self._ids.of(answer)) for answer in after]
        query = [("count", count), *before, *filters_query(filters)]
        return self._transport.read(list[str], "suggestions", query=query)

    # what is said of answers

    def rate(self, answer: Answer, good: bool, reason: str = "", *, key: str | None = None) -> Feedback:
        """Keep what somebody thinks of `answer`, which this client was given, in place of what was said of it before.

        The server keeps it under a key of its own, whatever `key` is; the feedback has it.
        """
        body = {"answer": self._ids.of(answer), "good": good, "reason": reason}
        return self._transport.make(Feedback, "feedback", body=body)

    def unrate(self, key: str) -> None:
        """Forget the feedback of that `Feedback.key`, if there is any."""
        self._transport.send(Call("DELETE", ("feedback", key)))

    def feedback(self, since: date | None = None) -> list[Feedback]:
        """All feedback, or that since a day or a time, newest first; for maintainers."""
        return list(self._transport.pages(Feedback, "feedback", query=moment("since", since)))

    def share(self, answer: Answer, owner: str = "", filters: Filters = NO_FILTERS) -> SharedAnswer:
        """Keep `answer`, which this client was given, for whoever may read there and has its key.

        The server knows who shares it and with which filters it was asked, whatever `owner` and `filters` are.
        """
        identity = self._ids.of(answer)
        shared = self._transport.make(SharedAnswer, "shared", body={"answer": identity})
        self._shares[shared.key] = identity
        return shared

    _shares: dict[str, str]

    def shared_answer(self, key: str) -> SharedAnswer | None:
        """The answer that was shared under `key`; None for none."""
        return self._transport.find(SharedAnswer, "shared", key)

    def shared_answers(self, owner: str | None = None, *, maintainer: bool = False) -> list[SharedAnswer]:
        """The answers that who the token is of shared, newest first; for maintainers those of everybody."""
        return list(self._transport.pages(SharedAnswer, "shared"))

    def unshare(self, key: str, owner: str | None = None, *, maintainer: bool = False) -> None:
        """Take a shared answer back: for who shared it, and for maintainers. Raises AssistantError for others."""
        query = [("answer", self._shares[key])] if key in self._shares else []
        self._transport.send(Call("DELETE", ("shared", key), query))
