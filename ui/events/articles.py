"""Articles: one is read, many are searched, and what all of them cover is drawn."""

import gradio as gr

from assistant import Assistant, AssistantError

from ..state import now
from ..views import articles, coverage, evidence, first_look, markup
from ..views.articles import ArticleFilter, ArticleListState
from ..windows import Window, Windows
from .common import Updates, corpus_parts, event_data, event_text, is_maintainer, selected_tab, session

_LIST = "articles"


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
        by_article = evidence.cited_by_article(turn) if turn else []
        cited = next((cited for cited in by_article if cited[0][0].article_id == article_id), [])
        citations = [citation for citation, _ in cited]
        try:
            article, chunks = self._assistant.article(article_id), self._assistant.chunks(article_id)
        except AssistantError:
            article, chunks = None, []
        if article is not None and (not citations or any(citation.quote in article.text for citation in citations)):
            scoped = state.scope.article is not None and state.scope.article.id == article_id
            return {"reader": evidence.article(article, citations, chunks, now(), scoped=scoped)}
        return {"reader": evidence.missing_article(cited, now())}

    def browse(self, event: gr.EventData, request: gr.Request) -> Updates:
        """List the articles that a form or a plot asks for."""
        data = event_data(event)
        updates = self._list(articles.read_filter(data), request)
        # A tab that comes to the front lists its articles, unless they are listed already.
        return updates | {"tabs": selected_tab("articles")} if "by" in data else updates

    def open_articles(self, request: gr.Request) -> Updates:
        """List the articles when their tab is opened, unless the list there is up to date."""
        listed: ArticleListState | None = self._window(request).listed(_LIST)
        if listed is not None and listed.generation == self._assistant.status().generation:
            return {}
        updates = self._list(listed.filter if listed else ArticleFilter(), request)
        return updates | {"article_form": corpus_parts(self._assistant)["article_form"]}

    def _list(self, chosen: ArticleFilter, request: gr.Request) -> Updates:
        try:
            generation = self._assistant.status().generation
            found = self._assistant.browse(chosen.text, chosen.filters, count=chosen.shown)
        except AssistantError as error:
            self._window(request).note_listed(_LIST, None)
            return {"article_list": markup.problem(str(error))}
        self._window(request).note_listed(_LIST, ArticleListState(generation, chosen))
        return {"article_list": articles.article_list(found, chosen, now())}

    def open_coverage(self, request: gr.Request) -> Updates:
        """Draw what the corpus covers, and where the sources of the last answer lie in it."""
        state = self._window(request).conversation
        answers = (turn.answer for turn in reversed(state.turns))
        last = next((answer for answer in answers if answer and answer.citations), None)
        try:
            if not self._assistant.status().articles:
                is_allowed = is_maintainer(self._assistant.settings, request)
                return {"coverage": first_look.nothing_yet(maintains=is_allowed)}
            return {"coverage": coverage.coverage(self._assistant.overview(), last)}
        except AssistantError as error:
            return {"coverage": markup.problem(str(error))}
