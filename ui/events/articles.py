"""Articles: one is read, many are searched, and what all of them cover is drawn."""

from collections.abc import Sequence
from dataclasses import replace

import gradio as gr

from assistant import Assistant, AssistantError, Citation, Filters, Listing
from assistant.index import Order

from ..scope import ScopeStory
from ..state import now
from ..views import articles, coverage, first_look, markup, reader
from ..views.articles import ArticleFilter, ArticleListState, Surroundings
from ..views.evidence import cited_by_article
from ..views.reader import Nearby, Sought
from ..windows import Window, Windows
from .common import Updates, corpus_parts, event_data, event_text, is_maintainer, selected_tab, session

_MAX_WORDS = 200  # characters of words that are looked for in an article


class ArticleEvents:
    """The handlers that show articles, over one assistant for all windows."""

    def __init__(self, assistant: Assistant, windows: Windows) -> None:
        self._assistant = assistant
        self._windows = windows

    def _window(self, request: gr.Request) -> Window:
        return self._windows.of(session(request))

    def show_corpus(self) -> Updates:
        """What a page says of the corpus when it is opened."""
        return corpus_parts(self._assistant)

    def read(self, event: gr.EventData, stored: str, request: gr.Request) -> Updates:
        """Open an article, with what the answer cites of it marked."""
        state = self._window(request).restore(stored)
        article_id, turn = event_text(event, "article"), state.turn(event_text(event, "turn"))
        by_article = cited_by_article(turn) if turn else []
        cited = next((cited for cited in by_article if cited[0][0].article_id == article_id), [])
        citations = [citation for citation, _ in cited]
        try:
            article, chunks = self._assistant.article(article_id), self._assistant.chunks(article_id)
            sought, nearby = self._sought(article_id, citations, event), self._nearby(article_id)
        except AssistantError:
            return {"reader": reader.missing_article(cited, now())}
        if article is None or (citations and not any(citation.quote in article.text for citation in citations)):
            return {"reader": reader.missing_article(cited, now())}
        scoped = state.scope.article is not None and state.scope.article.id == article_id
        return {"reader": reader.article(article, chunks, now(), sought, nearby, scoped=scoped)}

    def _sought(self, article_id: str, citations: Sequence[Citation], event: gr.EventData) -> Sought:
        words, quote = (event_text(event, name)[:_MAX_WORDS] for name in ("text", "quote"))
        return Sought(citations, quote, self._assistant.word_marks(article_id, words) if words else ())

    def _nearby(self, article_id: str) -> Nearby:
        return Nearby(self._assistant.similar(article_id), self._assistant.story_of(article_id))

    def browse(self, event: gr.EventData, request: gr.Request) -> Updates:
        """List the articles that a form or a plot asks for."""
        data = event_data(event)
        updates = self._list(articles.read_filter(data), request)
        # A tab that comes to the front lists its articles, unless they are listed already.
        return updates | {"tabs": selected_tab("articles")} if "by" in data else updates

    def open_articles(self, request: gr.Request) -> Updates:
        """List the articles when their tab is opened, unless the list there is up to date."""
        listed = self._window(request).listed(ArticleListState)
        if listed is not None and listed.generation == self._assistant.status().generation:
            return {}
        updates = self._list(listed.filter if listed else ArticleFilter(), request)
        return updates | {"article_form": corpus_parts(self._assistant)["article_form"]}

    def _list(self, chosen: ArticleFilter, request: gr.Request) -> Updates:
        try:
            generation = self._assistant.status().generation
            chosen = self._with_story(chosen)
            order: Order = "relevance" if chosen.by_relevance else "newest"
            found = self._assistant.browse(chosen.text, chosen.filters, order=order, count=chosen.shown)
            told = self._surroundings(found)
        except AssistantError as error:
            self._window(request).forget_listed(ArticleListState)
            return {"article_list": markup.problem(str(error))}
        self._window(request).note_listed(ArticleListState(generation, chosen))
        return {"article_list": articles.article_list(found, chosen, now(), told)}

    def _with_story(self, chosen: ArticleFilter) -> ArticleFilter:
        """The same filter with the articles of its story, or without a story where there is none any more."""
        story = self._assistant.story_of(chosen.story) if chosen.story else None
        if story is None:
            return replace(chosen, story="", scope=replace(chosen.scope, story=None))
        ids = tuple(article.article_id for article in story.articles)
        return replace(chosen, scope=replace(chosen.scope, story=ScopeStory(chosen.story, story.headline, ids)))

    def _surroundings(self, found: Listing) -> Surroundings:
        """The stories of what was found; and of an article without a snippet its text, for its first sentences."""
        ids = [entry.article.article_id for entry in found.entries]
        stories = {article_id: self._assistant.story_of(article_id) for article_id in ids}
        bare = [entry.article.article_id for entry in found.entries if entry.snippet is None]
        read = self._assistant.articles(Filters(only=tuple(bare))) if bare else []
        texts = {article.id: article.text for article in read}
        return Surroundings({article_id: story for article_id, story in stories.items() if story}, texts)

    def open_coverage(self, request: gr.Request) -> Updates:
        """Draw what the corpus covers, and where the sources of the last answer lie in it."""
        state = self._window(request).conversation
        answers = (turn.answer for turn in reversed(state.turns))
        last = next((answer for answer in answers if answer and answer.citations), None)
        try:
            if not self._assistant.status().articles:
                is_allowed = is_maintainer(request)
                return {"coverage": first_look.nothing_yet(maintains=is_allowed)}
            return {"coverage": coverage.coverage(self._assistant.overview(), last)}
        except AssistantError as error:
            return {"coverage": markup.problem(str(error))}
