"""Assistant: the one object that the command line, the chat window and programs use."""

from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from datetime import date
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Self

from assistant.answering.conversation import Conversation
from assistant.answering.followups import exchange, written_out
from assistant.answering.generate import Answerer
from assistant.answering.pipeline import Asked, Quoter
from assistant.answers import Answer, Event, Finished
from assistant.articles import NO_FILTERS, Article, Chunk, Filters, Passage
from assistant.index import Library
from assistant.index.browse import Listing, browse
from assistant.index.overview import Overview, Overviews
from assistant.maintenance.feedback import Feedback, FeedbackStore
from assistant.maintenance.watches import WatchStore
from assistant.models.embedders import Embedder, as_vectors
from assistant.models.encoder import Encoder
from assistant.reading.evidence import Evidence, SubQuestion
from assistant.retrieval.overrides import Aspects, aspects
from assistant.settings import Settings
from assistant.upkeep import Upkeep
from assistant.utils.concurrency import CancelToken, in_thread

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.runnables import Runnable

    from assistant.retrieval.langchain import HybridRetriever
    from assistant.suggesting import Suggester

_BY_ITSELF = 0.1  # how much less likely answered a question may be by itself and still not lean
_MOST_HISTORY = 6  # earlier answers that a question may lean on


class Assistant(Upkeep):
    """Answers questions from the articles of one home. May be used from several threads at once.

    Every method that needs articles raises NoArticlesError before the first refresh. Questions raise
    QuestionError when they are empty, have no words or are too long.
    """

    def __init__(
        self, settings: Settings, embeddings: Embedder | None = None, chat_model: "BaseChatModel | None" = None
    ) -> None:
        super().__init__(settings, Library(settings.home), Encoder(settings, embeddings))
        self._feedback = FeedbackStore(settings.home)
        self._watches = WatchStore(settings.home)
        self._overviews = Overviews()
        self._quoter = Quoter(settings, self._encoder)
        self._answerer = Answerer(settings, self._quoter, self._encoder, chat_model)

    @classmethod
    def open(
        cls,
        settings: Settings | None = None,
        embeddings: Embedder | None = None,
        chat_model: "BaseChatModel | None" = None,
    ) -> Self:
        """An assistant for `settings.home`; nothing is loaded before it is needed.

        `embeddings` takes the place of `settings.embedder`: any LangChain `Embeddings`; `chat_model` that of
        `settings.model`: any LangChain `BaseChatModel`.
        """
        return cls(settings or Settings(), embeddings, chat_model)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the index and of the chat model."""
        self._answerer.close()
        self._library.close()

    @cached_property
    def _suggester(self) -> "Suggester":
        from assistant.suggesting import Suggester

        return Suggester(self.settings, self._quoter)

    # asking

    def ask(
        self, question: str, filters: Filters = NO_FILTERS, *, history: Sequence[Answer] = (), ignoring: Aspects = ()
    ) -> Answer:
        """The answer to `question` from the articles that `filters` allow, or a refusal.

        `history` are the answers before it, oldest first, which the question may lean on; see `conversation`.
        `ignoring` are ways in which the question is not to be understood, where a reader does not mean them: with
        "publications" and "dates" it asks of all of them, and of the others its words are taken as they are.
        """
        for event in self.stream(question, filters, history=history, ignoring=ignoring):
            if isinstance(event, Finished):
                return event.answer
        raise AssertionError("a stream ends with Finished")

    def stream(
        self, question: str, filters: Filters = NO_FILTERS, *, history: Sequence[Answer] = (), ignoring: Aspects = ()
    ) -> Iterator[Event]:
        """The answer as it is made: Searched, then its statements, then Finished with the whole.

        A model's answer comes as Token by Token, and each of its sentences as Said once it is checked; Withdrawn says
        that what was given so far is void. When the stream is closed, the model stops.
        """
        return self._stream(question, filters, history, ignoring, CancelToken())

    def _stream(
        self, question: str, filters: Filters, history: Sequence[Answer], ignoring: Aspects, stop: CancelToken
    ) -> Iterator[Event]:
        try:
            ignored = aspects(ignoring)
            leaning = () if "conversation" in ignored else history
            follows = self._followed(question, filters, leaning, ignored, stop)
            with self._library.reading() as generation:
                asked = self._quoter.find(generation, question, filters, follows=follows, ignoring=ignored)
            yield from self._answerer.events(asked, stop)
        finally:
            stop.make()

    def _followed(
        self, question: str, filters: Filters, history: Sequence[Answer], ignored: Aspects, stop: CancelToken
    ) -> str | None:
        """`question` written out in full, where it leans on `history`.

        Where its words do not tell whether it does, it stands by itself when the articles answer it nearly as well so.
        The model is asked to write it out only when they answer it at all. What is `ignored` does not change this, but
        that a question which is not about the corpus may lean.
        """
        before = [exchange(one) for one in history[-_MOST_HISTORY:]]
        if not before:
            return None
        with self._library.reading() as generation:
            found = written_out(question, before, generation.frequency)
            if found is None or self._quoter.is_of_the_corpus(generation, question, filters, ignored):
                return None
            if found.sure and not self._answerer.has_model:
                return found.text
            carried = self._quoter.chance(generation, found.text, filters)
            alone = 0.0 if found.sure else self._quoter.chance(generation, question, filters)
        least = self.settings.refuse_below
        if alone >= max(least, carried - _BY_ITSELF):
            return None
        return (carried >= least and self._answerer.rephrased(question, before, stop)) or found.text

    async def aask(
        self, question: str, filters: Filters = NO_FILTERS, *, history: Sequence[Answer] = (), ignoring: Aspects = ()
    ) -> Answer:
        """As `ask`, without holding up the event loop; when it is cancelled, the model stops."""
        async with aclosing(self.astream(question, filters, history=history, ignoring=ignoring)) as events:
            async for event in events:
                if isinstance(event, Finished):
                    return event.answer
        raise AssertionError("a stream ends with Finished")

    async def astream(
        self, question: str, filters: Filters = NO_FILTERS, *, history: Sequence[Answer] = (), ignoring: Aspects = ()
    ) -> AsyncGenerator[Event, None]:
        """As `stream`, without holding up the event loop."""
        async with aclosing(in_thread(lambda stop: self._stream(question, filters, history, ignoring, stop))) as events:
            async for event in events:
                yield event

    def conversation(self, filters: Filters = NO_FILTERS) -> Conversation:
        """A conversation, in which a question may lean on those before it."""
        return Conversation(self, filters)

    def suggestions(self, count: int = 4, *, after: Sequence[Answer] = (), filters: Filters = NO_FILTERS) -> list[str]:
        """Up to `count` questions that the articles which `filters` allow answer, each by quoting; no model is asked.

        To begin with they are of the newest articles, one of each where possible. `after` a conversation's answers,
        oldest first, they are on what the articles of the last one have that was not said yet, and each can be
        understood by itself. Those to begin with are kept until the next refresh.
        """
        if count < 1:
            return []
        with self._library.reading() as generation:
            if after:
                return self._suggester.next(generation, count, filters, after)
            return self._suggester.first(generation, count, filters)

    def search(self, query: str, k: int = 10, filters: Filters = NO_FILTERS) -> list[Passage]:
        """The k best passages for `query`, best first."""
        with self._library.reading() as generation:
            return self._quoter.find(generation, query, filters, k, copies=True).passages

    def evidence(self, question: str, filters: Filters = NO_FILTERS) -> tuple[list[SubQuestion], list[Evidence]]:
        """What is asked and the sentences read for it, best first; for fitting and for looking into an answer."""
        with self._library.reading() as generation:
            asked = self._quoter.find(generation, question, filters)
        return asked.parts, self._quoter.evidence(asked)

    def retriever(self, k: int = 10, filters: Filters = NO_FILTERS) -> "HybridRetriever":
        """The search as a LangChain retriever; each call reads the index as it is then."""
        from assistant.retrieval.langchain import HybridRetriever

        return HybridRetriever(find=self.search, k=k, filters=filters)

    def chain(self, filters: Filters = NO_FILTERS) -> "Runnable[str, Answer]":
        """From a question to its Answer as a LangChain Runnable: retrieval, then prompt, model and parser, or quotes.

        It has invoke, batch, stream and their asynchronous forms; streamed, it gives the answer as it grows, each time
        the whole of it. Callbacks and tracing see each of its steps.
        """
        from langchain_core.runnables import RunnableLambda

        from assistant.answering.runnable import AnswerRunnable

        def retrieve(question: str) -> Asked:
            with self._library.reading() as generation:
                return self._quoter.find(generation, question, filters)

        return RunnableLambda(retrieve, name="retrieve") | AnswerRunnable(self._answerer).with_config(run_name="answer")

    # the corpus

    def articles(self, filters: Filters = NO_FILTERS) -> list[Article]:
        """The articles that `filters` allow, newest first."""
        with self._library.reading() as generation:
            return list(generation.db.articles(filters))

    def article(self, article_id: str) -> Article | None:
        """The article with that id, None when there is none."""
        with self._library.reading() as generation:
            return generation.article(article_id)

    def chunks(self, article_id: str) -> list[Chunk]:
        """The passages of an article as they were split, in order; empty when there is no such article."""
        with self._library.reading() as generation:
            return generation.db.chunks(article_id)

    def browse(self, text: str = "", filters: Filters = NO_FILTERS, *, start: int = 0, count: int = 50) -> Listing:
        """The articles that have what `text` says and that `filters` allow: `count` of them from number `start` on.

        Each telling word of `text` must be in title or text in any of its forms, and what stands in double quotes word
        for word. A text without such words leaves none out. Newest first, those without a date last.
        """
        with self._library.reading() as generation:
            return browse(generation, text, filters, start, count)

    def overview(self) -> Overview:
        """What the corpus covers: its publications by day, and the people, places and others that it names most.

        It is made when it is first asked for after a refresh, which takes about 4 ms an article, and then kept. Names
        are read in the newest 3,000 articles.
        """
        with self._library.reading() as generation:
            return self._overviews.of(generation)

    # feedback

    def rate(self, answer: Answer, good: bool, reason: str = "", *, key: str | None = None) -> Feedback:
        """Keep what a reader thinks of `answer`; what was given under the same `key` before is replaced.

        Without a key it gets a new one. Needs no articles. Raises AssistantError for a reason of over 2,000 characters
        and when the file of the home, `feedback.sqlite`, cannot be written.
        """
        return self._feedback.put(answer, good, reason, key)

    def unrate(self, key: str) -> None:
        """Forget the feedback that was given under `key`, if there is any."""
        self._feedback.remove(key)

    def feedback(self, since: date | None = None) -> list[Feedback]:
        """All feedback, or that since a day or a time (UTC, when it has no zone), newest first."""
        return self._feedback.given(since)

    # embedding

    def warm_up(self) -> None:
        """Load the models and open the index now, so that the first question need not wait for it."""
        self._answerer.prepare()
        as_vectors(self._encoder.embeddings, ["ready"])
        if self._library.current() is not None:
            with self._library.reading():
                pass
