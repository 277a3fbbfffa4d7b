"""Followers: what readers do who follow the news: see what is new and corrected, and have questions watched."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import gradio as gr

from assistant.errors import AssistantError

from ..state import UNEXPECTED, Talk, now
from ..views import conversation, news, watches
from ..views.news import NewsFilter, NewsListState
from .ask import Shown, sent

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.maintenance.news import News
    from assistant.maintenance.status import Status

_log = logging.getLogger(__name__)

_WATCHED = "Watched from now on: it is asked again after each refresh. See News."
_WATCHED_ALREADY = "This question is watched already. See News."
_FULL = f"{watches.MOST} questions are watched, which is the most; stop watching one of them in News first"


class Followers:
    """What the news tab does, over one assistant for all windows."""

    def __init__(self, assistant: "Assistant") -> None:
        self._assistant = assistant
        self._last: tuple[object, list[News]] = (None, [])

    # news

    def news(self, event: gr.EventData) -> Shown:
        """List the news that are looked for."""
        wanted = news.wanted(event._data if isinstance(event._data, Mapping) else {})
        return self._listed(wanted, self._assistant.status())

    def news_first(self, looked: NewsListState | None) -> Shown:
        """List the news as their tab is opened, unless they are there as they are now; the watched questions always."""
        status, shown = self._assistant.status(), self._watched()
        wanted = looked.wanted if looked else NewsFilter()
        if looked is not None and looked == NewsListState(status.generation, now().date(), wanted):
            return shown
        form = news.form(sorted(status.publications, key=str.casefold), wanted)
        return {**shown, "newsform": form, **self._listed(wanted, status)}

    def _listed(self, wanted: NewsFilter, status: "Status") -> Shown:
        moment = now()
        since = wanted.moment(moment, status.refreshed)
        try:
            found = self._found(status.generation, since, wanted) if status.generation else []
        except AssistantError as error:
            return {"news": conversation.said(str(error)), "followed": None}
        looked = NewsListState(status.generation, moment.date(), wanted)
        return {"news": news.news(found, wanted, since, moment), "followed": looked}

    def _found(self, generation: str, since: datetime, wanted: NewsFilter) -> "list[News]":
        """The news, kept for "Show more": to compare thousands of corrected articles takes a second a thousand."""
        looked_for, (known, found) = (generation, since, wanted.source), self._last
        if known != looked_for:
            found = self._assistant.news(since, wanted.filters)
            self._last = (looked_for, found)
        return found

    # watched questions

    def watch(self, event: gr.EventData, talk: Talk) -> Shown:
        """Have the question of an answer asked again after each refresh. Everybody may, as everybody may rate."""
        turn = talk.turn(sent(event, "turn"))
        if turn is None or turn.watchable is None:
            return {}
        before = self._assistant.watches()
        if len(before) >= watches.MOST:
            return {"said": conversation.said(_FULL)}
        added = self._assistant.watch(turn.watchable)
        already = any(one.number == added.number for one in before)
        return {"said": "", "note": _WATCHED_ALREADY if already else _WATCHED}

    def unwatch(self, event: gr.EventData) -> Shown:
        """Watch that question no more."""
        number = sent(event, "number")
        # One that somebody else stopped watching meanwhile is gone too.
        if number.isdecimal() and any(str(one.number) == number for one in self._assistant.watches()):
            self._assistant.unwatch(int(number))
        return self._watched()

    def _watched(self) -> Shown:
        try:
            return {"watched": watches.watched(self._assistant.watches(), self._assistant.watch_changes(), now())}
        except AssistantError as error:
            return {"watched": conversation.said(str(error))}
        except Exception:
            _log.exception("the watched questions could not be shown")
            return {"watched": conversation.said(UNEXPECTED)}
