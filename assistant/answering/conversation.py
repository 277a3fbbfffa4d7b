"""A conversation: questions that may depend on those before them."""

from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from contextlib import aclosing

from assistant.answers import Answer, Event, Finished
from assistant.articles import NO_FILTERS, Filters


class Conversation:
    """Questions and answers in their order, for one person: not to be asked from two threads at once.

    A question such as "and what did China say?" is understood from those before it; a new subject inherits nothing.
    What it was understood as is in `Answer.understood.follows`. A question that could not be answered, by an error or
    because its stream was closed, is not part of the conversation. `model` is what answers, as `Assistant.ask` takes
    it; it may be changed between two questions.
    """

    def __init__(
        self,
        stream: Callable[..., Iterator[Event]],
        astream: Callable[..., AsyncGenerator[Event, None]],
        filters: Filters = NO_FILTERS,
        model: str | None = None,
    ) -> None:
        self.model = model
        self._stream, self._astream = stream, astream
        self._filters = filters
        self._answers: list[Answer] = []

    @property
    def answers(self) -> tuple[Answer, ...]:
        """What was answered, oldest first; each has its question."""
        return tuple(self._answers)

    def forget(self) -> None:
        """Start over."""
        self._answers.clear()

    def ask(self, question: str) -> Answer:
        """The answer to `question`, as `Assistant.ask` gives it."""
        for _ in self.stream(question):
            pass
        return self._answers[-1]

    def stream(self, question: str) -> Generator[Event, None, None]:
        """The answer as it is made, as `Assistant.stream` gives it."""
        for event in self._stream(question, self._filters, history=self.answers, model=self.model):
            self._heard(event)
            yield event

    async def aask(self, question: str) -> Answer:
        """As `ask`, without holding up the event loop."""
        async for _ in self.astream(question):
            pass
        return self._answers[-1]

    async def astream(self, question: str) -> AsyncGenerator[Event, None]:
        """As `stream`, without holding up the event loop."""
        stream = self._astream(question, self._filters, history=self.answers, model=self.model)
        async with aclosing(stream) as events:
            async for event in events:
                self._heard(event)
                yield event

    def _heard(self, event: Event) -> None:
        if isinstance(event, Finished):
            self._answers.append(event.answer)
