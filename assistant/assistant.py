"""Assistant: the one object that the command line, the chat window and programs use."""

from __future__ import annotations  # the types of results are imported by those who check them

import asyncio
import logging
from collections.abc import AsyncGenerator, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, aclosing, suppress
from dataclasses import replace as replaced
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Self

from assistant import answering, index, ingest, maintenance, models, reading, retrieval
from assistant.answering import Conversation, Generators, QuestionPipeline
from assistant.answers import Answer, ArticleRef, Citation, CorpusInfo, Event, Excerpt, Finished
from assistant.articles import NO_FILTERS, Article, Chunk, Filters, Passage, as_moment
from assistant.database import database
from assistant.errors import AssistantError
from assistant.ingest import sources as ingest_sources
from assistant.models import Encoder, as_vectors
from assistant.people import People
from assistant.retrieval import Aspects, aspects
from assistant.settings import AUTO, Settings
from assistant.utils import CancelToken, Observers, in_thread

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.runnables import Runnable

    from assistant.models import ModelChoice, ModelServer

_log = logging.getLogger(__name__)


class Assistant(AbstractContextManager["Assistant"]):
    """Answers questions from the articles of one home. May be used from several threads at once.

    Every method that needs articles raises NoArticlesError before the first refresh. Questions raise
    QuestionError when they are empty, have no words or are too long.
    """

    def __init__(
        self,
        settings: Settings,
        embeddings: models.Embedder | None = None,
        chat_model: BaseChatModel | None = None,
    ) -> None:
        self.settings = settings = models.with_ready_model(settings) if settings.model == AUTO else settings
        self.observers = Observers()
        if settings.otlp_endpoint is not None:
            from assistant.utils import Tracing

            self.observers.add(Tracing(settings.otlp_endpoint))
        maintenance.check_format(settings.home)
        if database(settings).address is not None and not index.is_on_servers(settings):
            _log.warning(
                "index: what people make is in PostgreSQL; the articles are in the home %s still", settings.home
            )
        self._library = index.open_library(settings)
        self._encoder = Encoder(settings, embeddings)
        self._people = People(database(settings), self._removed)
        self._pipeline = QuestionPipeline(settings, self._encoder, self.observers)
        self._generators = Generators(settings, self._pipeline, chat_model)

    @classmethod
    def open(
        cls,
        settings: Settings | None = None,
        embeddings: models.Embedder | None = None,
        chat_model: BaseChatModel | None = None,
    ) -> Self:
        """An assistant for `settings.home`; nothing is loaded before it is needed.

        `embeddings` takes the place of `settings.embedder`: any LangChain `Embeddings`; `chat_model` that of
        `settings.model`: any LangChain `BaseChatModel`. With `model = "auto"` one is looked for now. Raises
        AssistantError for a home that a newer version made.
        """
        return cls(settings or Settings(), embeddings, chat_model)

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the index and of the chat models."""
        self._generators.usual.close()
        self._library.close()
        self.observers.close()

    # asking

    def ask(
        self,
        question: str,
        filters: Filters = NO_FILTERS,
        *,
        history: Sequence[Answer] = (),
        ignoring: Aspects = (),
        model: str | None = None,
    ) -> Answer:
        """The answer to `question` from the articles that `filters` allow, or a refusal.

        `history` are the answers before it, oldest first, which the question may depend on; see `conversation`.
        `ignoring` are ways in which the question is not to be understood, where a reader does not mean them: with
        "publications" and "dates" it asks of all of them, and of the others its words are taken as they are.
        `model` is the name of one of `models`, or "quotes" for none; without it, that of the settings answers, if they
        have one. Raises AssistantError, in one line, for one that is not ready or not offered.
        """
        for event in self.stream(question, filters, history=history, ignoring=ignoring, model=model):
            if isinstance(event, Finished):
                return event.answer
        raise AssertionError("a stream ends with Finished")

    def stream(
        self,
        question: str,
        filters: Filters = NO_FILTERS,
        *,
        history: Sequence[Answer] = (),
        ignoring: Aspects = (),
        model: str | None = None,
    ) -> Iterator[Event]:
        """The answer as it is made: Searched, then its statements, then Finished with the whole; see the events.

        When the stream is closed, the model stops.
        """
        return self._stream(question, filters, history, ignoring, model, CancelToken())

    def _stream(
        self,
        question: str,
        filters: Filters,
        history: Sequence[Answer],
        ignoring: Aspects,
        model: str | None,
        stop: CancelToken,
    ) -> Iterator[Event]:
        shown = {"question": question} if self.settings.trace_questions else {}
        try:
            with self.observers.span("question", **shown):
                yield from self._events(question, filters, history, aspects(ignoring), model, stop)
        finally:
            stop.cancel()

    def _events(
        self,
        question: str,
        filters: Filters,
        history: Sequence[Answer],
        overrides: Aspects,
        model: str | None,
        stop: CancelToken,
    ) -> Iterator[Event]:
        generator = self._generators.of(model)
        earlier = () if "conversation" in overrides else history

        def rewrite(text: str, before: Sequence[answering.Exchange]) -> str | None:
            return generator.rewritten(text, before, stop)

        if self._library.current() is not None:
            self._pipeline.open_models()  # while the index is opened
        found = self._library.read(
            lambda generation: self._pipeline.retrieve_followup(
                generation,
                question,
                filters,
                earlier,
                overrides=overrides,
                rewriter=rewrite if generator.has_model else None,
            )
        )
        warnings = self._library.warnings
        yield from (_with_notices(event, warnings) for event in generator.events(found, stop))

    async def aask(
        self,
        question: str,
        filters: Filters = NO_FILTERS,
        *,
        history: Sequence[Answer] = (),
        ignoring: Aspects = (),
        model: str | None = None,
    ) -> Answer:
        """As `ask`, without holding up the event loop; when it is cancelled, the model stops."""
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
        stream = in_thread(lambda stop: self._stream(question, filters, history, ignoring, model, stop))
        async with aclosing(stream) as events:
            async for event in events:
                yield event

    def conversation(self, filters: Filters = NO_FILTERS, *, model: str | None = None) -> Conversation:
        """A conversation, in which a question may depend on those before it."""
        return Conversation(self.stream, self.astream, filters, model)

    def brief(self, topic: str, filters: Filters = NO_FILTERS, *, model: str | None = None) -> Answer:
        """What the articles say on a topic ("the ferry terminal"), one sentence an article, newest first."""
        return self.ask(answering.briefing_question(topic), filters, model=model)

    def models(self) -> list[ModelChoice]:
        """The chat models that `ask` may be told to answer with: the configured one first, then others that are ready.

        These are the ones that the setting `offer_models` allows. Servers on this machine are asked for them once a
        minute, which takes up to two seconds; `amodels` does not hold up an event loop meanwhile.
        """
        return self._generators.choices()

    async def amodels(self) -> list[ModelChoice]:
        """As `models`, without holding up the event loop."""
        return await asyncio.to_thread(self.models)

    def model_servers(self) -> tuple[ModelServer, ...]:
        """The servers that the setting `model_url` names, as each was when last heard of; none before a question.

        Servers of which nothing was heard for seconds are asked how they are, which is told the next time.
        """
        return self._generators.usual.servers()

    def suggestions(self, count: int = 4, *, after: Sequence[Answer] = (), filters: Filters = NO_FILTERS) -> list[str]:
        """Up to `count` questions to ask, each of which can be understood by itself; no model is asked.

        First those that `questions.toml` lists, then "What is the latest on ...?" of the newest and most covered
        stories, where their articles answer it. `after` a conversation's answers, oldest first, those on the stories
        that the last one cites come first. Raises SettingsError for a fault in `questions.toml`.
        """
        if count < 1:
            return []
        return self._library.read(
            lambda generation: self._pipeline.suggester.suggest(generation, count, filters, after)
        )

    def search(self, query: str, k: int = 10, filters: Filters = NO_FILTERS) -> list[Passage]:
        """The k best passages for `query`, best first."""
        return self._library.read(lambda generation: self._pipeline.search(generation, query, filters, k))

    def evidence(
        self, question: str, filters: Filters = NO_FILTERS
    ) -> tuple[list[reading.SubQuestion], list[reading.Evidence]]:
        """What is asked and the sentences read for it, best first; for fitting and for looking into an answer."""
        retrieved = self._library.read(lambda generation: self._pipeline.retrieve(generation, question, filters))
        return retrieved.sub_questions, self._pipeline.evidence(retrieved)

    def retriever(self, k: int = 10, filters: Filters = NO_FILTERS) -> retrieval.HybridRetriever:
        """The search as a LangChain retriever; each call reads the index as it is then."""
        silent = models.tracing_callbacks(self.settings)
        return retrieval.HybridRetriever(find=self.search, k=k, filters=filters, callbacks=silent)

    def chain(self, filters: Filters = NO_FILTERS) -> Runnable[str, Answer]:
        """From a question to its Answer as a LangChain Runnable: retrieval, then prompt, model and parser, or quotes.

        Streamed, it gives the answer as it grows, each time the whole of it. Callbacks see each of its steps.
        """
        from langchain_core.runnables import RunnableLambda

        def retrieve(question: str) -> answering.Retrieved:
            return self._library.read(lambda generation: self._pipeline.retrieve(generation, question, filters))

        answer = answering.AnswerRunnable(self._generators.usual).with_config(run_name="answer")
        chain = RunnableLambda(retrieve, name="retrieve") | answer
        return chain.with_config(callbacks=models.tracing_callbacks(self.settings))

    # the corpus

    def articles(self, filters: Filters = NO_FILTERS) -> list[Article]:
        """The articles that `filters` allow, newest first."""
        return self._library.read(lambda generation: list(generation.db.articles(filters)))

    def article(self, article_id: str) -> Article | None:
        """The article with that id, None when there is none."""
        return self._library.read(lambda generation: generation.db.article(article_id))

    def chunks(self, article_id: str) -> list[Chunk]:
        """The passages of an article as they were split, in order; empty when there is no such article."""
        return self._library.read(lambda generation: generation.db.chunks(article_id))

    def excerpts(self, citations: Sequence[Citation]) -> tuple[Excerpt, ...]:
        """Each quote with the text around it; the quote alone where its article is gone or was corrected since."""
        return answering.read_excerpts(self._library, citations)

    def browse(
        self,
        text: str = "",
        filters: Filters = NO_FILTERS,
        *,
        order: index.Order = "newest",
        start: int = 0,
        count: int = 50,
    ) -> index.Listing:
        """The articles that match `text` and that `filters` allow: `count` entries from `start` on.

        Each content word of `text` must be in title or text in any of its forms, and what is in double quotes verbatim.
        An entry has a snippet with the words marked, and the copies of its article. By `order` the newest come first,
        or by "relevance" those that have most of the words, if there are any.
        """
        return self._library.read(
            lambda generation: index.browse_articles(generation, text, filters, order, start, count)
        )

    def word_marks(self, article_id: str, text: str) -> list[tuple[int, int]]:
        """Where the text of an article has the words of `text` in any of their forms, and its phrases, as in `browse`.

        In order, none over another; empty when there is no such article or no such word.
        """
        return self._library.read(lambda generation: index.word_marks(generation, article_id, text))

    def titles(self, prefix: str, count: int = 8, filters: Filters = NO_FILTERS) -> list[ArticleRef]:
        """Up to `count` articles with words in their titles that begin with those of `prefix`, newest first.

        Of articles with nearly the same text it is the newest that `filters` allow. Quick enough to be called at each
        key; none where no word is typed.
        """
        return self._library.read(lambda generation: index.find_titles(generation, prefix, filters, count))

    def stories(self, count: int = 10, since: date | None = None) -> list[index.Story]:
        """Up to `count` stories, which at least two articles report, the newest and most covered first.

        With `since` those of which an article was published since that day or moment (UTC, when it has no zone).
        """
        moment = as_moment(since) if isinstance(since, datetime) else since
        return self._library.read(lambda generation: index.newest_stories(generation.ranked_stories(), count, moment))

    def story_of(self, article_id: str) -> index.Story | None:
        """The story that an article belongs to; None where it is in none, or there is no such article."""
        return self._library.read(lambda generation: generation.stories_by_article().get(article_id))

    def story_question(self, story: index.Story) -> str:
        """The question on the latest of a story, "What is the latest on ...?", as it is suggested."""
        return self._library.read(lambda generation: answering.story_question(generation, story))

    def similar(self, article_id: str, count: int = 5) -> list[ArticleRef]:
        """Up to `count` other articles that are nearest to this one, nearest first, by the vectors in the index.

        Copies of it are left out, and of each story there is one at most; empty when there is no such article.
        """
        return self._library.read(lambda generation: index.similar_articles(generation, article_id, count))

    def overview(self) -> index.Overview:
        """What the corpus covers: its publications by day, and the people, places and others that it names most."""
        return self._library.read(lambda generation: generation.overview())

    # feedback

    def rate(self, answer: Answer, good: bool, reason: str = "", *, key: str | None = None) -> maintenance.Feedback:
        """Keep what a reader thinks of `answer`, in place of what was given under the same `key` before.

        Raises AssistantError for a reason of over 2,000 characters and when it cannot be written.
        """
        return self._people.feedback.put(answer, good, reason, key)

    def unrate(self, key: str) -> None:
        """Forget the feedback that was given under `key`, if there is any."""
        self._people.feedback.remove(key)

    def feedback(self, since: date | None = None) -> list[maintenance.Feedback]:
        """All feedback, or that since a day or a time (UTC, when it has no zone), newest first."""
        return self._people.feedback.entries(since)

    # what is shared

    def share(self, answer: Answer, owner: str, filters: Filters = NO_FILTERS) -> maintenance.SharedAnswer:
        """Keep `answer`, which was asked with `filters`, for whoever has its key, with the text around its quotes.

        `owner` stands for who may take it back; the same answer of the same owner keeps its key. Raises AssistantError
        when an article that it rests on was removed, when 10,000 are shared, and when they cannot be
        written.
        """
        return self._people.shared.share(answer, self.excerpts(answer.citations), owner, filters)

    def shared_answer(self, key: str) -> maintenance.SharedAnswer | None:
        """The answer that was shared under `key`; None for none, also where an article of it was removed by hand."""
        return self._people.shared.get(key)

    def shared_answers(self, owner: str | None, *, maintainer: bool = False) -> list[maintenance.SharedAnswer]:
        """The answers that `owner` shared, newest first; for a `maintainer` those of everybody."""
        if maintainer:
            return self._people.shared.all()
        return [] if owner is None else self._people.shared.of(owner)

    def unshare(self, key: str, owner: str | None, *, maintainer: bool = False) -> None:
        """Take a shared answer back. Raises AssistantError unless `owner` shared it, or it is a `maintainer`."""
        self._people.shared.remove(key, owner, maintainer=maintainer)

    # collections

    @property
    def collections(self) -> maintenance.CollectionStore:
        """The collections of users whom the server knows."""
        return self._people.collections

    @property
    def conversations(self) -> maintenance.ConversationStore:
        """The conversations that are kept on the server."""
        return self._people.conversations

    def pinned(self, answer: Answer, filters: Filters = NO_FILTERS) -> maintenance.PinnedAnswer:
        """`answer`, which was asked with `filters`, as a collection keeps it: with the text around its quotes."""
        return maintenance.PinnedAnswer(answer, self.excerpts(answer.citations), filters)

    def pinned_passage(self, citation: Citation, corpus: CorpusInfo) -> maintenance.PinnedPassage:
        """What is cited, from the state `corpus` of the index, as a collection keeps it: with the text around it."""
        return maintenance.PinnedPassage(citation, self.excerpts([citation])[0], corpus)

    def without_removed(self, collections: Sequence[maintenance.Collection]) -> tuple[maintenance.Collection, ...]:
        """Collections that a browser stores, without the words of articles that were removed by hand since."""
        removed = self._removed()
        return tuple(collection.without_articles(removed) for collection in collections)

    # what changed from refresh to refresh

    def history(self) -> list[maintenance.Step]:
        """Every refresh that published something, newest first, also those whose generation is no longer kept."""
        return maintenance.history(self._library)

    def diff(self, before: str = "previous", after: str = "current") -> maintenance.Diff:
        """Which articles and sentences came, changed and went between two generations that are kept.

        They are named as in `history`, or "previous" and "current". Raises AssistantError for one that is not kept.
        """
        return maintenance.diff(self._library, before, after)

    def news(self, since: date, filters: Filters = NO_FILTERS) -> list[maintenance.News]:
        """The articles that are new in the index since a day or a moment, and those corrected since, newest first.

        A time without a zone is UTC.
        """
        return self._library.read(lambda generation: maintenance.news(generation, as_moment(since), filters))

    def iter_news(self, since: date, filters: Filters = NO_FILTERS) -> Generator[maintenance.News, None, None]:
        """As `news`, one by one as they are read: corrected articles are compared with what they were only then."""
        with self._library.reading() as generation:
            yield from maintenance.iter_news(generation, as_moment(since), filters)

    def watch(self, question: str, filters: Filters = NO_FILTERS, *, owner: str | None = None) -> maintenance.Watch:
        """Ask `question` again after each refresh, in quotes, with the publications and dates of `filters`.

        A question that is watched already is not watched twice. `owner` is kept with it, for who may end it in the
        window. Raises QuestionError for what cannot be asked,
        AssistantError when it cannot be written.
        """
        longest = self.settings.max_question
        return maintenance.add_watch(
            self._people.watches, self._ask_in_quotes, question, filters, longest=longest, owner=owner
        )

    def unwatch(self, number: int) -> None:
        """Stop watching that question. Raises AssistantError when there is none of that number."""
        self._people.watches.remove(number)

    def watches(self) -> list[maintenance.Watch]:
        """The watched questions with their last answers, in the order in which they were added."""
        return self._people.watches.all()

    def watch_changes(self, since: date | None = None) -> list[maintenance.WatchChange]:
        """How the answers to watched questions changed since a day or a moment, or at all, newest first."""
        return self._people.watches.changes(as_moment(since) if since else None)

    def ask_watched(self) -> list[maintenance.WatchChange]:
        """Ask the watched questions that were not asked of the published generation yet; how their answers changed.

        A refresh does this at its end. A question that fails keeps its last answer and says why.
        """
        generation = self._library.current()
        if generation is None or not self._people.may_have_watches:
            return []
        return maintenance.ask_watched(self._people.watches, self._ask_in_quotes, generation)

    def _ask_in_quotes(self, question: str, filters: Filters) -> Answer:
        return self._library.read(lambda generation: self._pipeline.ask(generation, question, filters))

    # keeping the corpus

    def refresh(
        self,
        sources: Sequence[str | Path] = (),
        *,
        replace: bool = False,
        allow_removals: bool = False,
        trial: bool = False,
        only_failed: bool = False,
        forget: Sequence[str] = (),
        every: timedelta | None = None,
        reread: bool = False,
        watcher: maintenance.RefreshCallbacks | None = None,
    ) -> maintenance.RefreshReport:
        """Bring `sources` into the index and publish the result.

        Each is the name of a listed source, a path or an address. Without any: those of `sources.toml` and those that
        the index was given, or the sample articles when there are none. With `replace` the given sources become the
        whole corpus; else articles of other sources stay. What a folder or file no longer has is removed; when that is
        over half of its articles, they are kept, unless `allow_removals`: that is a failure of its source, or
        RefreshError where that is the only one given. What falls out of a feed stays.

        A `trial` changes nothing and says what would be. `only_failed` reads only what failed at the last refresh.
        `forget` are locations of sources whose articles go; alone, nothing is read. `every` is how often this is
        called by itself: sources that keep failing are then passed over for longer and longer. With `reread` files and
        pages are read again even if they have not changed.

        Bad input is in the report's `failures`, and what was indexed from it stays. Raises RefreshError for `replace`
        with a source that cannot be read, SettingsError for a fault in `sources.toml`, LockedError when another refresh
        does not finish in time, StoppedError when `watcher` stopped it, NoSpaceError on a full disk.
        """
        request = maintenance.RefreshRequest(
            tuple(sources), replace, allow_removals, trial, only_failed, tuple(forget), every, reread
        )
        report = maintenance.refresh(self._library, self._encoder.embeddings, self.settings, request, watcher)
        return report if trial else self._with_watched(report)

    def _with_watched(self, report: maintenance.RefreshReport) -> maintenance.RefreshReport:
        """The report with how the answers to watched questions changed."""
        try:
            return replaced(report, watched=tuple(self.ask_watched()))
        except AssistantError as error:  # the refresh is done, whatever comes of this
            return replaced(report, notices=(*report.notices, str(error)))

    def remove_articles(self, article_ids: Sequence[str]) -> maintenance.RefreshReport:
        """Remove the articles with those ids for good: no refresh brings them back before `restore_articles`.

        Earlier states of the index that have them are removed, too, once nobody reads them, and so are the files of
        those that were added by hand, which only `add_articles` brings back. Raises RefreshError, and
        removes none, for an id that no article has.
        """
        stores = (
            ("shared with a link", self._people.shared.drop_removed),
            ("of collections", self._people.collections.drop_removed),
            ("of conversations", self._people.conversations.drop_removed),
        )
        report = maintenance.remove_articles(
            article_ids, self._library, self._encoder.embeddings, self.settings, stores
        )
        return self._with_watched(report)

    def _removed(self) -> maintenance.RemovedArticles:
        return maintenance.read_removed(self._library)

    def preview(
        self,
        *,
        data: bytes | None = None,
        name: str = "",
        path: str | Path | None = None,
        address: str | None = None,
        text: str | None = None,
    ) -> maintenance.Preview:
        """What would come in of one of these, as drafts to be mended and given to `add_articles`; nothing is changed.

        `data` are the bytes of a file called `name`, of any kind that a source can have, `path` is a file or folder of
        this machine, `address` is fetched as that of a source is, and of a `text` the first line is taken for the
        title. What cannot be read is in the `failures`. Raises SettingsError for what is no address.
        """
        own = None if path is None else Path(path)
        return maintenance.preview(
            self._library, self.settings, data=data, name=name, path=own, address=address, text=text
        )

    def add_articles(
        self, drafts: Sequence[maintenance.Draft], *, watcher: maintenance.RefreshCallbacks | None = None
    ) -> maintenance.RefreshReport:
        """Add articles by hand, as the `drafts` have them; no refresh changes them, whatever their pages come to show.

        Each is a file in the folder `added` of the home, which is a source called "added by hand". One that the corpus
        has from the web, under the same id or address, gives way to it, and one that was removed is back. Raises
        RefreshError for a draft that cannot be added (`Draft.problem`), and all that `refresh` raises; nothing was
        added then.
        """
        report = maintenance.add_articles(drafts, self._library, self._encoder.embeddings, self.settings, watcher)
        return self._with_watched(report)

    def removed_articles(self) -> list[maintenance.RemovedArticle]:
        """The articles that were removed by hand."""
        return list(self._removed().articles.values())

    def restore_articles(self, article_ids: Sequence[str]) -> None:
        """Let articles come back that were removed: the next refresh reads them again, where their source has them.

        Raises RefreshError for an id of which no article was removed.
        """
        maintenance.restore_articles(article_ids, self._library, self.settings)

    def sources(self) -> list[ingest_sources.Source]:
        """Those that `sources.toml` lists, then those that only the index has, or has articles of."""
        return ingest_sources.all_sources(self.settings, self._locations())

    def add_source(
        self,
        location: str | Path,
        *,
        kind: ingest_sources.SourceKind | None = None,
        name: str | None = None,
        **keys: Any,
    ) -> ingest_sources.Source:
        """Put a folder, a file or an address on the list of sources, with the `keys` that a source can have there.

        Without `kind` an address is looked at, which needs the web. Nothing is read into the index. Raises
        SettingsError for what cannot be listed; the file then stays as it is.
        """
        return ingest.add_source(self.settings, location, kind=kind, name=name, **keys)

    def remove_source(self, name: str) -> ingest_sources.Source | None:
        """Take a source off the list, by its name or location; its articles stay (see `forget` of `refresh`).

        Gives the source. Raises SettingsError when there is none.
        """
        return ingest_sources.remove_source(self.settings, name, self._locations())

    def edit_source(self, name: str, **keys: Any) -> ingest_sources.Source:
        """Set `keys` of a listed source, by its name or location, and give it as it is now; None and "" take one out.

        The keys are those of `sources.toml`, such as `publication="..."`, `every="30m"` and `feed="https://..."`. The
        rest of the file stays as it is. Raises SettingsError, and changes nothing, for what cannot be.
        """
        return ingest_sources.edit_source(self.settings, name, keys)

    def pause_source(self, name: str) -> ingest_sources.Source:
        """Have a listed source read no more until `resume_source`; its articles stay. Raises SettingsError."""
        return self.edit_source(name, paused=True)

    def resume_source(self, name: str) -> ingest_sources.Source:
        """Have a source that was paused read again from the next refresh on. Raises SettingsError."""
        return self.edit_source(name, paused=None)

    def source_visits(self, name: str) -> list[maintenance.Visit]:
        """The last 20 readings of a source, by its name or location, newest first: what each brought, or why it failed.

        Raises SettingsError when there is no such source.
        """
        return maintenance.source_visits(self._library, ingest_sources.known_source(name, self.sources()))

    def restore_sources(self) -> Path:
        """Put a list of sources that is gone back as the last refresh read it. Raises SettingsError for no such."""
        return ingest_sources.restore_list(self.settings)

    def _locations(self) -> list[str]:
        """Of the sources that the index has or only has articles of."""
        return [one.location for one in self.status().states]

    def try_sources(self, given: Sequence[str | Path] = ()) -> list[maintenance.Trial]:
        """What `given` sources, or all that are listed, would bring in now; the index is not looked at."""
        known = ingest_sources.listed(self.settings)
        return maintenance.try_sources(ingest_sources.resolve(given, known) if given else known, self.settings)

    def rollback(self) -> index.Manifest:
        """Publish the generation before the published one again.

        Raises RefreshError when there is none, or when it has articles that were removed by hand since.
        """
        manifest = maintenance.rollback(self._library, self.settings)
        with suppress(AssistantError):  # it is done, whatever comes of this
            self.ask_watched()
        return manifest

    def status(self, *, thorough: bool = False) -> maintenance.Status:
        """The state of the corpus, of its sources and generations; also for an empty home.

        With `thorough` every file is looked through for damage, which takes longer, as in `check`.
        """
        if not thorough:
            return maintenance.corpus_status(self._library, self.settings)
        damaged = self.check().damaged
        return maintenance.corpus_status(self._library, self.settings, tuple(map(str, damaged)))

    def check(self, *, repair: bool = False) -> maintenance.CheckReport:
        """Look through every file of the home for damage, and with `repair` mend what can be mended.

        What cannot be read is set aside under a name that tells, never removed; the index is built anew where needed.
        """
        tables = self._people.stores().tables
        done = maintenance.repair(self._library, self.settings, tables, self.refresh) if repair else ()
        return maintenance.check_home(self._library, self.settings, tables, done)

    def backup(self, target: str | Path | BinaryIO) -> maintenance.Backup:
        """Write a backup of the home: its published generation, and all that people made.

        `target` is a file whose name ends in .tar.gz or .tar.zst, a folder in which it gets a name, or an open binary
        file. It may be made while others ask and refresh. `assistant restore` puts it back. Raises AssistantError.
        """
        path = Path(target) if isinstance(target, str) else target
        return maintenance.backup(self._library, self.settings, path, self._people.stores())

    def upgrade(self) -> None:
        """Bring a home that an earlier version made to the format of this one, once; a refresh does it, too."""
        maintenance.upgrade(self._library, self.settings)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Damage to the index that was found so far, each in a line with its cure; answers have it in `notices`."""
        return self._library.warnings

    # models

    def warm_up(self) -> None:
        """Load the models and open the index now, so that the first question need not wait for it."""
        self._generators.usual.prepare()
        as_vectors(self._encoder.embeddings, ["ready"])
        self._pipeline.read([])
        if self._library.current() is not None:
            with self._library.reading():
                pass


def _with_notices(event: Event, lines: tuple[str, ...]) -> Event:
    """`event`, its answer with these notices before its own."""
    if not lines or not isinstance(event, Finished):
        return event
    return replaced(event, answer=replaced(event.answer, notices=(*lines, *event.answer.notices)))
