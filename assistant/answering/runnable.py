"""The answer as a LangChain Runnable, to be used in chains."""

from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import Any

from langchain_core.runnables import RunnableConfig, RunnableGenerator

from assistant.answering import compose, phrasing
from assistant.answering.generate import AnswerGenerator
from assistant.answering.stages import Retrieved
from assistant.answers import Answer, Event, Finished, Searched, StatementReady, Token, Withdrawn
from assistant.utils import CancelToken, in_thread


class AnswerRunnable(RunnableGenerator[Retrieved, Answer]):
    """From what was found to its Answer.

    Streamed, it gives the answer as it grows, each time the whole of it, as LangChain's parsers of JSON do. The last
    one is checked throughout. Within it run the prompt, the model and a parser, seen by the callbacks of the caller.
    """

    def __init__(self, answerer: AnswerGenerator) -> None:
        # LangChain gives the configuration to those that take one, which its types do not know.
        super().__init__(self._growing, self._agrowing)  # type: ignore[arg-type]
        self._answerer = answerer

    def invoke(self, input: Retrieved, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        """The answer."""
        return list(self.stream(input, config, **kwargs))[-1]

    async def ainvoke(self, input: Retrieved, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        """As `invoke`, without holding up the event loop."""
        return [answer async for answer in self.astream(input, config, **kwargs)][-1]

    def _growing(self, input: Iterator[Retrieved], config: RunnableConfig) -> Iterator[Answer]:
        for retrieved in input:
            yield from self._grown(retrieved, config)

    async def _agrowing(self, input: AsyncIterator[Retrieved], config: RunnableConfig) -> AsyncIterator[Answer]:
        async for retrieved in input:
            growing = in_thread(partial(self._grown, retrieved, config))
            async with aclosing(growing) as answers:
                async for answer in answers:
                    yield answer

    def _grown(self, retrieved: Retrieved, config: RunnableConfig, stop: CancelToken | None = None) -> Iterator[Answer]:
        growing = compose.empty_draft(retrieved)
        for event in self._answerer.events(retrieved, stop, config):
            growing = with_event(growing, event)
            if not isinstance(event, Searched):
                yield growing


def with_event(answer: Answer, event: Event) -> Answer:
    """`answer` with what `event` adds: the draft of a model as text, the statements that are checked."""
    match event:
        case Token(text=text):
            return replace(answer, text=f"{answer.text}{text}")
        case StatementReady(statement=statement, citations=citations, draft=draft):
            known = {one.number: one for one in (*answer.citations, *citations)}
            statements = (*answer.statements, statement)
            # A draft stays as it is until the whole is there; quotes have none.
            text = answer.text if draft else phrasing.statements_text(statements)
            return replace(answer, statements=statements, citations=tuple(known.values()), text=text)
        case Withdrawn():
            return replace(answer, text="", statements=(), citations=())
        case Finished(answer=whole):
            return whole
        case _:
            return answer
