"""News: articles that are new or corrected, and the questions that are watched."""

import logging
from datetime import datetime

import gradio as gr

from assistant import Assistant, AssistantError, News, Status

from ..browser_store import restored
from ..state import UNEXPECTED, ConversationState, now
from ..views import markup, news, watches
from ..views.news import NewsFilter, NewsListState
from .common import Updates, event_data, event_text

_log = logging.getLogger(__name__)

_WATCHED = "Watched from now on: it is asked again after each refresh. See News."
_WATCHED_ALREADY = "This question is watched already. See News."
_FULL = f"{watches.MAX_WATCHES} questions are watched, which is the most; stop watching one of them in News first"


class NewsEvents:
    """The handlers of the news tab, over one assistant for all windows."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._last: tuple[object, list[News]] = (None, [])

    def news(self, event: gr.EventData) -> Updates:
        """List the news that a form asks for."""
        return self._list(news.read_filter(event_data(event)), self._assistant.status())

    def open_news(self, listed: NewsListState | None) -> Updates:
        """List the news when their tab is opened, unless the list is up to date; the watched questions always."""
        status, updates = self._assistant.status(), self._watched()
        chosen = listed.filter if listed else NewsFilter()
        if listed is not None and listed == NewsListState(status.generation, now().date(), chosen):
            return updates
        form = news.form(sorted(status.publications, key=str.casefold), chosen)
        return {**updates, "news_form": form, **self._list(chosen, status)}

    def _list(self, chosen: NewsFilter, status: Status) -> Updates:
        moment = now()
        since = chosen.moment(moment, status.refreshed)
        try:
            found = self._search(status.generation, since, chosen) if status.generation else []
        except AssistantError as error:
            return {"news": markup.problem(str(error)), "listed_news": None}
        listed = NewsListState(status.generation, moment.date(), chosen)
        return {"news": news.news(found, chosen, since, moment), "listed_news": listed}

    def _search(self, generation: str, since: datetime, chosen: NewsFilter) -> list[News]:
        """The news, kept for "Show more": to compare thousands of corrected articles takes a second a thousand."""
        query, (last_query, found) = (generation, since, chosen.source), self._last
        if last_query != query:
            found = self._assistant.news(since, chosen.filters)
            self._last = (query, found)
        return found

    def watch(self, event: gr.EventData, state: ConversationState, stored: str) -> Updates:
        """Have the question of an answer asked again after each refresh. Every user may, as every user may rate."""
        turn = restored(state, stored).turn(event_text(event, "turn"))
        if turn is None or turn.watchable is None:
            return {}
        before = self._assistant.watches()
        if len(before) >= watches.MAX_WATCHES:
            return {"problem": markup.problem(_FULL)}
        added = self._assistant.watch(turn.watchable)
        is_known = any(watch.number == added.number for watch in before)
        return {"problem": "", "toast": _WATCHED_ALREADY if is_known else _WATCHED}

    def unwatch(self, event: gr.EventData) -> Updates:
        """Stop watching a question."""
        number = event_text(event, "number")
        # One that another user stopped watching meanwhile is gone too.
        if number.isdecimal() and any(str(watch.number) == number for watch in self._assistant.watches()):
            self._assistant.unwatch(int(number))
        return self._watched()

    def _watched(self) -> Updates:
        try:
            return {"watched": watches.watched(self._assistant.watches(), self._assistant.watch_changes(), now())}
        except AssistantError as error:
            return {"watched": markup.problem(str(error))}
        except Exception:
            _log.exception("the watched questions could not be shown")
            return {"watched": markup.problem(UNEXPECTED)}
