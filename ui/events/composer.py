"""What the next question is limited to, and what answers it: chosen beside the box or from an article or a story."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from assistant import Assistant, AssistantError, ModelChoice, NoArticlesError
from assistant.models import QUOTES
from assistant.utils import day, name_line, one_line

from ..browser_store import serialize
from ..filters import read_date, read_id, read_names, read_preset
from ..scope import Scope, ScopeArticle, ScopeStory, today
from ..state import ConversationState
from ..views import articles, composer, markup, news
from ..windows import Window, Windows
from .common import Updates, event_data, event_text, selected_tab, session

_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class FiltersState:
    """What the filters offer: the publications and dates of that generation of the index."""

    generation: str | None


class ComposerEvents:
    """The handlers of the filters and of the model picker, over one assistant for all windows."""

    def __init__(self, assistant: Assistant, windows: Windows) -> None:
        self._assistant = assistant
        self._windows = windows

    def _window(self, request: gr.Request) -> Window:
        return self._windows.of(session(request))

    def show_filters(self, request: gr.Request) -> Updates:
        """What can be chosen, as the corpus is now."""
        status = self._assistant.status()
        self._window(request).note_listed(FiltersState(status.generation))
        return {"filters": composer.filters(status.publications, status.oldest, status.newest, today())}

    def renew_filters(self, request: gr.Request) -> Updates:
        """The same for all tabs, where the articles have been refreshed since."""
        status = self._assistant.status()
        if self._window(request).listed(FiltersState) == FiltersState(status.generation):
            return {}
        return {
            **self.show_filters(request),
            "article_form": articles.form(status.publications, status.oldest, status.newest),
            "news_form": news.form(status.publications),
        }

    def scope(self, event: gr.EventData, stored: str, request: gr.Request) -> Updates:
        """Limit the next questions to what the event names; what it does not name stays as it was."""
        window, data = self._window(request), event_data(event)
        before = window.restore(stored).scope
        scope, problem = changed_scope(self._assistant, data, before)
        state = window.change(lambda state: replace(state, scope=scope))
        shown = {"tabs": selected_tab("ask")} if {"article", "story"} & data.keys() and scope != before else {}
        return {**_shown(state), "problem": markup.problem(problem), **shown}

    def unscope(self, event: gr.EventData, stored: str, request: gr.Request) -> Updates:
        """Take one limit of the next questions away, or with no name all of them."""
        window = self._window(request)
        window.restore(stored)
        what, name = event_text(event, "what"), event_text(event, "name")
        state = window.change(lambda state: replace(state, scope=_without(state.scope, what, name)))
        return {**_shown(state), "problem": ""}

    async def show_models(self, request: gr.Request) -> Updates:
        """The models that are ready, with the one that answers this window."""
        return self._picker(await self._assistant.amodels(), self._window(request).conversation)

    async def choose_model(self, event: gr.EventData, stored: str, request: gr.Request) -> Updates:
        """Have the next questions answered by that model.

        One that is not ready stays chosen and is told to be so: another might send the question elsewhere.
        """
        window, name = self._window(request), event_text(event, "model")[:_LONGEST_NAME]
        window.restore(stored)
        state = window.change(lambda state: replace(state, model=name))
        return {**self._picker(await self._assistant.amodels(), state), **_stored(state)}

    def _picker(self, choices: list[ModelChoice], state: ConversationState) -> Updates:
        by_model = self._assistant.settings.model is not None if not state.model else state.model != QUOTES
        picker = composer.model_picker(choices, state.model)
        return {"model_picker": picker, "welcome": composer.welcome(by_model=by_model)}


def _shown(state: ConversationState) -> Updates:
    return {"composer_notes": composer.notes(state, today()), **_stored(state)}


def _stored(state: ConversationState) -> Updates:
    # An answer that is on its way is stored once it is there, with this.
    return {} if any(turn.progress for turn in state.turns) else {"stored": serialize(state)}


# What an event names


def changed_scope(assistant: Assistant, data: Mapping[str, Any], before: Scope) -> tuple[Scope, str]:
    """`before` with the limits that `data` names, and what of them was left out, in words; "" when nothing was.

    The fields are those of an address: `source` are publications, `dates` is a preset, `since` and `until` are days,
    `article` and `story` ids. An empty value takes a limit away.
    """
    scope, problems = before, list[str]()
    if "source" in data:
        names, problem = _publications(assistant, read_names(data["source"]))
        scope, problems = replace(scope, publications=names), [*problems, problem]
    if {"dates", "since", "until"} & data.keys():
        scope, problem = _with_dates(scope, data)
        problems.append(problem)
    for name, find in (("article", _with_article), ("story", _with_story)):
        if name in data and (data[name] or not data.get("article")):
            scope, problem = find(assistant, scope, read_id(data[name]))
            problems.append(problem)
    return scope, "; ".join(filter(None, problems))


def checked_scope(assistant: Assistant, scope: Scope) -> tuple[Scope, str]:
    """`scope` without the publications that the corpus does not have, and what is said of them."""
    names, problem = _publications(assistant, scope.publications) if scope.publications else ((), "")
    return replace(scope, publications=names), problem


def _publications(assistant: Assistant, given: Sequence[str]) -> tuple[tuple[str, ...], str]:
    names = list(dict.fromkeys(map(one_line, given)))
    known = {one_line(name): name for name in assistant.status().publications}
    unknown = [name_line(name, 80) for name in names if name not in known]
    said = f"no article is from {' or '.join(f'“{name}”' for name in unknown[:3])} any more, so that was left out"
    return tuple(known[name] for name in names if name in known), said if unknown else ""


def _with_dates(scope: Scope, data: Mapping[str, Any]) -> tuple[Scope, str]:
    if preset := read_preset(data.get("dates")):
        return replace(scope.without_dates(), dates=preset), ""
    since, until = read_date(data.get("since")), read_date(data.get("until"))
    if since and until and since > until:
        return scope, f"the dates run backwards, from {day(since)} to {day(until)}; choose an earlier first day"
    return replace(scope, dates="", since=since, until=until), ""


def _with_article(assistant: Assistant, scope: Scope, name: str) -> tuple[Scope, str]:
    if not name:
        return replace(scope, article=None), ""
    try:
        article = assistant.article(name)
    except NoArticlesError:
        article = None
    if article is None:
        return scope, "this article is not in the corpus any more"
    return replace(scope, article=ScopeArticle(article.id, article.title), story=None), ""


def _with_story(assistant: Assistant, scope: Scope, name: str) -> tuple[Scope, str]:
    if not name:
        return replace(scope, story=None), ""
    try:
        story = assistant.story_of(name)
    except AssistantError:
        story = None
    if story is None:
        return scope, "this story is not in the corpus any more"
    ids = tuple(article.article_id for article in story.articles)
    return replace(scope, story=ScopeStory(name, story.headline, ids), article=None), ""


def _without(scope: Scope, what: str, name: str) -> Scope:
    match what:
        case "publication":
            gone = next((each for each in scope.publications if one_line(each) == name), "")
            return scope.without_publication(gone)
        case "publications":
            return replace(scope, publications=())
        case "dates":
            return scope.without_dates()
        case "story":
            return replace(scope, story=None)
        case "article":
            return replace(scope, article=None)
        case _:
            return Scope()
