"""Chronicle: what changed from refresh to refresh, for readers and maintainers."""

from datetime import date

from assistant.answering.pipeline import Quoter
from assistant.answers import Answer
from assistant.articles import NO_FILTERS, Filters
from assistant.index import Library
from assistant.maintenance.history import CURRENT, PREVIOUS, Diff, Step, diff, history
from assistant.maintenance.news import News, news
from assistant.maintenance.watches import Watch, WatchChange, WatchStore, run, watch
from assistant.settings import Settings
from assistant.utils.moments import as_moment


class Chronicle:
    """The part of an assistant that says what changed."""

    settings: Settings
    _library: Library
    _quoter: Quoter
    _watches: WatchStore

    def history(self) -> list[Step]:
        """Every refresh that published something, newest first, also those whose generation is no longer kept."""
        return history(self._library)

    def diff(self, before: str = PREVIOUS, after: str = CURRENT) -> Diff:
        """Which articles and sentences came, changed and went between two generations that are kept.

        They are named as in `history`, or "previous" and "current". Raises AssistantError for one that is not kept.
        """
        return diff(self._library, before, after)

    def news(self, since: date, filters: Filters = NO_FILTERS) -> list[News]:
        """The articles that are new in the index since a day or a moment, and those corrected since, newest first.

        A time without a zone is UTC.
        """
        with self._library.reading() as generation:
            return news(generation, as_moment(since), filters)

    def watch(self, question: str, filters: Filters = NO_FILTERS) -> Watch:
        """Ask `question` again after each refresh, in quotes; its first answer is that of now.

        Of `filters` the source and the dates are kept. A question that is watched already is not watched twice. Before
        the first refresh it waits for that. Raises QuestionError for what cannot be asked, AssistantError when the file
        of the home, `watches.sqlite`, cannot be written.
        """
        return watch(self._watches, self._in_quotes, question, filters, self.settings.max_question)

    def unwatch(self, number: int) -> None:
        """Watch that question no more. Raises AssistantError when there is none of that number."""
        self._watches.remove(number)

    def watches(self) -> list[Watch]:
        """The watched questions with their last answers, in the order in which they were added."""
        return self._watches.all()

    def watch_changes(self, since: date | None = None) -> list[WatchChange]:
        """How the answers to watched questions changed since a day or a moment, or at all, newest first."""
        return self._watches.changes(as_moment(since) if since else None)

    def ask_watched(self) -> list[WatchChange]:
        """Ask the watched questions that were not asked of the published generation yet; how their answers changed.

        A refresh does this at its end. A question that fails keeps its last answer and says why.
        """
        generation = self._library.current()
        return run(self._watches, self._in_quotes, generation) if generation else []

    def _in_quotes(self, question: str, filters: Filters) -> Answer:
        with self._library.reading() as generation:
            return self._quoter.answer(self._quoter.find(generation, question, filters))
