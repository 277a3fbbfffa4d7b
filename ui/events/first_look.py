"""The first look: the newest stories, one of them opened, and titles that are found as they are typed."""

import json
import logging
from datetime import timedelta

import gradio as gr

from assistant import ArticleRef, Assistant, AssistantError, Filters, Story
from assistant.utils import day, name_line

from ..filters import read_number
from ..state import now
from ..views import first_look, markup, story
from ..views.first_look import MIN_STORIES, PAGE_SIZE, FirstLookState, StoryCard
from ..windows import Window, Windows
from .common import Updates, corpus_parts, event_data, event_text, is_maintainer, session

_log = logging.getLogger(__name__)

_WEEK = timedelta(days=7)
_MAX_STORIES = 10 * PAGE_SIZE
_MAX_TYPED = 200  # characters


class FirstLookEvents:
    """The handlers of what is seen before the first question, over one assistant for all windows."""

    def __init__(self, assistant: Assistant, windows: Windows) -> None:
        self._assistant = assistant
        self._windows = windows

    def _window(self, request: gr.Request) -> Window:
        return self._windows.of(session(request))

    def show(self, request: gr.Request) -> Updates:
        """Show the newest stories."""
        return self._show(PAGE_SIZE, request)

    def renew(self, request: gr.Request) -> Updates:
        """Show them again where the articles have been refreshed since, or the day is another."""
        return {} if self._window(request).listed(FirstLookState) == self._state() else self.show(request)

    def more_stories(self, event: gr.EventData, request: gr.Request) -> Updates:
        """Show as many as a button asks for."""
        shown = read_number(event_data(event).get("shown"), PAGE_SIZE)
        return self._show(min(max(shown, PAGE_SIZE), _MAX_STORIES), request)

    def _state(self) -> FirstLookState:
        return FirstLookState(self._assistant.status().generation, now().date())

    def _show(self, shown: int, request: gr.Request) -> Updates:
        try:
            self._window(request).note_listed(self._state())
            return {"first_look": self._front(shown, request)}
        except AssistantError as error:
            return {"first_look": markup.problem(str(error))}

    def _front(self, shown: int, request: gr.Request) -> str:
        if not self._assistant.status().articles:
            return first_look.nothing_yet(maintains=is_maintainer(request))
        return _newest(self._assistant, shown)

    def story(self, event: gr.EventData) -> Updates:
        """Open a story, by the id of any of its articles."""
        try:
            found = self._assistant.story_of(event_text(event, "story"))
            return {"reader": self._story(found) if found else story.missing()}
        except AssistantError:
            return {"reader": story.missing()}

    def _story(self, found: Story) -> str:
        ids = tuple(article.article_id for article in found.articles)
        entries = self._assistant.browse("", Filters(only=ids), count=len(ids)).entries
        return story.story(found, entries, self._assistant.story_question(found), now())

    def titles(self, event: gr.EventData) -> Updates:
        """The articles whose titles have the words that are typed, as data for static/window/titles.js."""
        typed = event_text(event, "text")[:_MAX_TYPED]
        try:
            found = self._assistant.titles(typed)
        except AssistantError:
            found = []
        listed = {"request": event_text(event, "request"), "found": [_title(article) for article in found]}
        return {"found_titles": json.dumps(listed)}


def _title(article: ArticleRef) -> dict[str, str]:
    published = day(article.published) if article.published else ""
    where = " · ".join(part for part in (name_line(article.source or "", 60), published) if part)
    return {"article": article.article_id, "title": name_line(article.title, 200), "where": where}


def _newest(assistant: Assistant, shown: int) -> str:
    moment = now()
    found = assistant.stories(shown + 1, moment - _WEEK)
    this_week = len(found) >= MIN_STORIES
    if not this_week:
        found = assistant.stories(shown + 1)
    if len(found) < MIN_STORIES:
        return first_look.newest_articles(assistant.browse(count=PAGE_SIZE).articles, moment)
    cards = [StoryCard(story, assistant.story_question(story)) for story in found[:shown]]
    more = len(found) > shown and shown < _MAX_STORIES
    return first_look.stories(cards, moment, this_week=this_week, more=more)


def first_parts(assistant: Assistant) -> dict[str, str]:
    """What a page holds from the beginning, by the ids of its parts: it is there before any event."""
    try:
        parts = corpus_parts(assistant)
        if assistant.status().articles:
            parts["first_look"] = _newest(assistant, PAGE_SIZE)
        return {name.replace("_", "-"): html for name, html in parts.items()}
    except AssistantError:
        return {}  # an event says what is wrong
    except Exception:
        _log.exception("the first look could not be drawn")
        return {}
