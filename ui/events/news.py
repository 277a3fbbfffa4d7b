"""News: articles that are new or corrected, and the questions that are watched."""

import logging
from collections.abc import Sequence
from datetime import datetime

import gradio as gr

from assistant import Assistant, AssistantError, Filters, News, Status, Watch

from ..state import now, unexpected
from ..views import markup, news, watches
from ..views.news import NewsFilter, NewsListState
from ..windows import Window, Windows
from .common import Updates, event_data, event_text, is_maintainer, reader, session

_log = logging.getLogger(__name__)

_WATCHED = "Watched from now on: it is asked again after each refresh. See News."
_WATCHED_ALREADY = "This question is watched already. See News."
_FULL = f"{watches.MAX_WATCHES} questions are watched, which is the most; stop watching one of them in News first"


class NewsEvents:
    """The handlers of the news tab, over one assistant for all windows."""

    def __init__(self, assistant: Assistant, windows: Windows) -> None:
        self._assistant = assistant
        self._windows = windows
        self._last: tuple[object, list[News]] = (None, [])

    def _window(self, request: gr.Request) -> Window:
        return self._windows.of(session(request))

    def news(self, event: gr.EventData, request: gr.Request) -> Updates:
        """List the news that a form asks for."""
        return self._list(news.read_filter(event_data(event)), self._assistant.status(), request)

    def open_news(self, request: gr.Request) -> Updates:
        """List the news when their tab is opened, unless the list is up to date; the watched questions always."""
        listed = self._window(request).listed(NewsListState)
        status, updates = self._assistant.status(), self._watched(request)
        chosen = listed.filter if listed else NewsFilter()
        if listed is not None and listed == NewsListState(status.generation, now().date(), chosen):
            return updates
        form = news.form(status.publications)
        return {**updates, "news_form": form, **self._list(chosen, status, request)}

    def _list(self, chosen: NewsFilter, status: Status, request: gr.Request) -> Updates:
        moment = now()
        since = chosen.moment(moment, status.refreshed)
        try:
            found = self._search(status.generation, since, chosen) if status.generation else []
            texts = self._texts(found[: chosen.shown])
        except AssistantError as error:
            self._window(request).forget_listed(NewsListState)
            return {"news": markup.problem(str(error))}
        self._window(request).note_listed(NewsListState(status.generation, moment.date(), chosen))
        return {"news": news.news(found, chosen, since, moment, texts)}

    def _search(self, generation: str, since: datetime, chosen: NewsFilter) -> list[News]:
        """The news, kept for "Show more": to compare thousands of corrected articles takes a second a thousand."""
        query, (last_query, found) = (generation, since, chosen.publications), self._last
        if last_query != query:
            found = self._assistant.news(since, chosen.filters)
            self._last = (query, found)
        return found

    def _texts(self, found: Sequence[News]) -> dict[str, str]:
        """The texts of the articles that are new, for their first sentences."""
        new = tuple(article.article_id for article in found if article.kind == "new")
        return {article.id: article.text for article in self._assistant.articles(Filters(only=new))} if new else {}

    def watch(self, event: gr.EventData, stored: str, request: gr.Request) -> Updates:
        """Have the question of an answer asked again after each refresh. Every user may, as every user may rate."""
        turn = self._window(request).restore(stored).turn(event_text(event, "turn"))
        if turn is None or turn.watchable is None:
            return {}
        before = self._assistant.watches()
        if len(before) >= watches.MAX_WATCHES:
            return {"problem": markup.problem(_FULL)}
        added = self._assistant.watch(turn.watchable, turn.filters, owner=reader(request))
        is_known = any(watch.number == added.number for watch in before)
        return {"problem": "", "toast": _WATCHED_ALREADY if is_known else _WATCHED}

    def unwatch(self, event: gr.EventData, request: gr.Request) -> Updates:
        """Stop watching a question, for the reader who added it and for maintainers."""
        number = event_text(event, "number")
        # One that a maintainer stopped watching meanwhile is gone too.
        watch = next((watch for watch in self._assistant.watches() if str(watch.number) == number), None)
        if watch is not None and self._may_end(watch, request):
            self._assistant.unwatch(watch.number)
        return self._watched(request)

    def _may_end(self, watch: Watch, request: gr.Request) -> bool:
        is_own = watch.owner is not None and watch.owner == reader(request)
        return is_own or is_maintainer(request)

    def _watched(self, request: gr.Request) -> Updates:
        try:
            watched, changes = self._assistant.watches(), self._assistant.watch_changes()
            may_end = {watch.number for watch in watched if self._may_end(watch, request)}
            return {"watched": watches.watched(watched, changes, now(), may_end=may_end)}
        except AssistantError as error:
            return {"watched": markup.problem(str(error))}
        except Exception:
            _log.exception("the watched questions could not be shown")
            return {"watched": markup.problem(unexpected())}
