"""The answer as a LangChain Runnable, to be used in chains."""

from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForChainRun, CallbackManagerForChainRun
from langchain_core.runnables import Runnable, RunnableConfig

from assistant.answering import compose, phrasing
from assistant.answering.generate import AnswerGenerator
from assistant.answering.stages import Retrieved
from assistant.answers import Answer, Event, Finished, Searched, StatementReady, Token, Withdrawn
from assistant.utils import CancelToken, in_thread


class AnswerRunnable(Runnable[Retrieved, Answer]):
    """From what was found to its Answer.

    Streamed, it gives the answer as it grows, each time the whole of it, as LangChain's parsers of JSON do. The last
    one is checked throughout. Within it run the prompt, the model and a parser, seen by the callbacks of the caller.
    """

    def __init__(self, answerer: AnswerGenerator) -> None:
        self._answerer = answerer

    def invoke(self, input: Retrieved, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        """The answer."""
        return list(self.stream(input, config, **kwargs))[-1]

    def stream(self, input: Retrieved, config: RunnableConfig | None = None, **kwargs: Any) -> Iterator[Answer]:
        """The answer as it grows."""
        yield from self.transform(iter([input]), config, **kwargs)

    def transform(
        self, input: Iterator[Retrieved], config: RunnableConfig | None = None, **kwargs: Any
    ) -> Iterator[Answer]:
        """The same for an input that comes as a stream."""
        yield from self._transform_stream_with_config(input, self._growing, config, **kwargs)

    async def ainvoke(self, input: Retrieved, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        """As `invoke`, without holding up the event loop."""
        return [answer async for answer in self.astream(input, config, **kwargs)][-1]

    async def astream(
        self, input: Retrieved, config: RunnableConfig | None = None, **kwargs: Any
    ) -> AsyncIterator[Answer]:
        """As `stream`, without holding up the event loop."""

        async def given() -> AsyncIterator[Retrieved]:
            yield input

        async for answer in self.atransform(given(), config, **kwargs):
            yield answer

    async def atransform(
        self, input: AsyncIterator[Retrieved], config: RunnableConfig | None = None, **kwargs: Any
    ) -> AsyncIterator[Answer]:
        """The same for an input that comes as a stream."""
        async for answer in self._atransform_stream_with_config(input, self._agrowing, config, **kwargs):
            yield answer

    def _growing(
        self, input: Iterator[Retrieved], run_manager: CallbackManagerForChainRun, config: RunnableConfig
    ) -> Iterator[Answer]:
        for retrieved in input:
            yield from self._grown(retrieved, config)

    async def _agrowing(
        self, input: AsyncIterator[Retrieved], run_manager: AsyncCallbackManagerForChainRun, config: RunnableConfig
    ) -> AsyncIterator[Answer]:
        async for retrieved in input:

            def make(stop: CancelToken, question: Retrieved = retrieved) -> Iterator[Answer]:
                return self._grown(question, config, stop)

            async with aclosing(in_thread(make)) as answers:
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
