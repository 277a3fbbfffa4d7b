"""What a server has: its articles and stories, what is new, and what is watched."""

from collections.abc import Generator, Sequence
from datetime import date

from assistant.answers import ArticleRef, Citation, Excerpt
from assistant.articles import NO_FILTERS, Article, Chunk, Filters, Passage
from assistant.client.filters import filters_body, filters_query, moment
from assistant.client.transport import Call, Transport, plain
from assistant.index import Listing, ListingEntry, Order, Overview, Story
from assistant.maintenance import Diff, News, Step, Watch, WatchChange
from assistant.retrieval import HybridRetriever
from assistant.utils import batches

_MOST_ENTRIES, _MOST_TEXTS, _MOST_CITATIONS = 200, 100, 200  # of one request


class Corpus:
    """The part of a client that reads."""

    _transport: Transport

    def search(self, query: str, k: int = 10, filters: Filters = NO_FILTERS) -> list[Passage]:
        """The k best passages for `query`, best first; 100 at most."""
        body = {"query": query, "k": k, "filters": filters_body(filters)}
        return self._transport.make(list[Passage], "search", body=body, is_read=True)

    def retriever(self, k: int = 10, filters: Filters = NO_FILTERS) -> HybridRetriever:
        """The search as a LangChain retriever; each call asks the server."""
        return HybridRetriever(find=self.search, k=k, filters=filters)

    def articles(self, filters: Filters = NO_FILTERS) -> list[Article]:
        """The articles that `filters` allow with their texts, newest first, read page by page."""
        return list(self._transport.pages(Article, "texts", query=filters_query(filters), size=_MOST_TEXTS))

    def article(self, article_id: str) -> Article | None:
        """The article with that id, None when there is none."""
        return self._transport.find(Article, "articles", article_id)

    def chunks(self, article_id: str) -> list[Chunk]:
        """The passages of an article as they were split, in order; empty when there is no such article."""
        return self._transport.find(list[Chunk], "articles", article_id, "chunks") or []

    def excerpts(self, citations: Sequence[Citation]) -> tuple[Excerpt, ...]:
        """Each quote with the text around it; the quote alone where its article is gone or was corrected since."""
        found: list[Excerpt] = []
        for some in batches(citations, _MOST_CITATIONS):
            body = {"citations": [plain(citation) for citation in some]}
            found += self._transport.make(list[Excerpt], "excerpts", body=body, is_read=True)
        return tuple(found)

    def browse(
        self,
        text: str = "",
        filters: Filters = NO_FILTERS,
        *,
        order: Order = "newest",
        start: int = 0,
        count: int = 50,
    ) -> Listing:
        """The articles that match `text` and that `filters` allow, as `Assistant.browse` gives them."""
        query = [("text", text), ("order", order), *filters_query(filters)]
        entries: list[ListingEntry] = []
        end = start + count
        while True:
            page = [*query, ("start", start), ("count", max(1, min(end - start, _MOST_ENTRIES)))]
            listing = self._transport.read(Listing, "articles", query=page)
            entries += listing.entries[: end - start]
            start += _MOST_ENTRIES
            if start >= end or start >= listing.total:
                return Listing(listing.total, tuple(entries), listing.found)

    def word_marks(self, article_id: str, text: str) -> list[tuple[int, int]]:
        """Where the text of an article has the words of `text` in any of their forms, and its phrases."""
        found = self._transport.find(dict, "articles", article_id, query=[("marks", text)])
        return [(start, end) for start, end in (found or {}).get("marks") or ()]

    def titles(self, prefix: str, count: int = 8, filters: Filters = NO_FILTERS) -> list[ArticleRef]:
        """Up to `count` articles with words in their titles that begin with those of `prefix`, newest first."""
        query = [("prefix", prefix), ("count", count), *filters_query(filters)]
        return self._transport.read(list[ArticleRef], "titles", query=query) if count > 0 else []

    def stories(self, count: int = 10, since: date | None = None) -> list[Story]:
        """Up to `count` stories (200 at most), which at least two articles report, the newest and most covered first.

        With `since` those of which an article was published since that day or moment.
        """
        query = [("count", count), *moment("since", since)]
        return self._transport.read(list[Story], "stories", query=query) if count > 0 else []

    def story_of(self, article_id: str) -> Story | None:
        """The story that an article belongs to; None where it is in none, or there is no such article."""
        return self._transport.find(Story, "articles", article_id, "story")

    def story_question(self, story: Story) -> str:
        """The question on the latest of a story, "What is the latest on ...?", as it is suggested."""
        return str(self._transport.read(dict, "stories", story.id)["question"])

    def similar(self, article_id: str, count: int = 5) -> list[ArticleRef]:
        """Up to `count` other articles that are nearest to this one, nearest first; empty for no such article."""
        query = [("count", count)]
        found = self._transport.find(list[ArticleRef], "articles", article_id, "similar", query=query)
        return found or []

    def overview(self) -> Overview:
        """What the corpus covers: its publications by day, and the people, places and others that it names most."""
        return self._transport.read(Overview, "overview")

    # what changed from refresh to refresh

    def history(self) -> list[Step]:
        """Every refresh that published something, newest first."""
        return list(self._transport.pages(Step, "history"))

    def diff(self, before: str = "previous", after: str = "current") -> Diff:
        """Which articles and sentences came, changed and went between two generations that are kept."""
        return self._transport.read(Diff, "diff", query=[("before", before), ("after", after)])

    def news(self, since: date, filters: Filters = NO_FILTERS) -> list[News]:
        """The articles that are new in the index since a day or a moment, and those corrected since, newest first."""
        return list(self.iter_news(since, filters))

    def iter_news(self, since: date, filters: Filters = NO_FILTERS) -> Generator[News, None, None]:
        """As `news`, read page by page."""
        query = [*moment("since", since), *filters_query(filters)]
        yield from self._transport.pages(News, "news", query=query, size=100)

    # watched questions

    def watch(self, question: str, filters: Filters = NO_FILTERS, *, owner: str | None = None) -> Watch:
        """Ask `question` again after each refresh, in quotes, with the publications and dates of `filters`.

        The server knows whose it is, whatever `owner` is.
        """
        asked_of = filters_body(Filters(filters.source, filters.since, filters.until))
        del asked_of["without"]
        body = {"question": question, "filters": asked_of}
        return self._transport.make(Watch, "watches", body=body)

    def unwatch(self, number: int) -> None:
        """Stop watching that question: for who added it, and for maintainers. Raises AssistantError for others."""
        self._transport.send(Call("DELETE", ("watches", str(number))))

    def watches(self) -> list[Watch]:
        """The watched questions with their last answers, in the order in which they were added."""
        return self._transport.read(list[Watch], "watches")

    def watch_changes(self, since: date | None = None) -> list[WatchChange]:
        """How the answers to watched questions changed since a day or a moment, or at all, newest first."""
        return list(self._transport.pages(WatchChange, "watches", "changes", query=moment("since", since)))
