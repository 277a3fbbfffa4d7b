"""Events: what happens in the window when a reader does something.

Each gives what is to be shown, by the names of the parts of the window (`app.Parts`); a part that is not named stays.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

import gradio as gr

from assistant.answers import Answer, Aspect, Event, Finished
from assistant.errors import AssistantError, QuestionError, SettingsError
from assistant.maintenance.feedback import LONGEST_REASON
from assistant.retrieval.question import parse
from assistant.utils.strings import storable

from ..browser_store import UnreadableError, kept, opened
from ..state import UNEXPECTED, ConversationTurn, Rating, Scope, Talk, failed, heard, now, stopped
from ..views import articles, conversation, coverage, evidence, export
from ..views.articles import ArticleFilter, ArticleListState
from .streams import AnswerStream

if TYPE_CHECKING:
    from assistant.assistant import Assistant

_log = logging.getLogger(__name__)

_ASPECTS: tuple[Aspect, ...] = get_args(Aspect)
_FIRST, _NEXT = 4, 3  # questions that are offered

Shown = dict[str, Any]


class Events:
    """What a window does, over one assistant for all windows."""

    def __init__(self, assistant: "Assistant") -> None:
        self._assistant = assistant
        self._running: AnswerStream[Event] = AnswerStream()

    # asking

    async def ask(self, question: str, talk: Talk, kept: str, request: gr.Request) -> AsyncIterator[Shown]:
        """Answer what was typed."""
        async for shown in self._asked(question, _resumed(talk, kept), request):
            yield shown

    async def ask_offered(
        self, event: gr.EventData, talk: Talk, kept: str, request: gr.Request
    ) -> AsyncIterator[Shown]:
        """Answer a question that was offered."""
        async for shown in self._asked(sent(event, "question"), _resumed(talk, kept), request, typed=False):
            yield shown

    async def retry(self, talk: Talk, kept: str, request: gr.Request) -> AsyncIterator[Shown]:
        """Answer the last question again."""
        talk = _resumed(talk, kept)
        if talk.turns:
            async for shown in self._answered(talk.again(), request):
                yield shown

    async def reread(self, event: gr.EventData, talk: Talk, kept: str, request: gr.Request) -> AsyncIterator[Shown]:
        """Answer the last question again, without what the reader took away of how it was understood."""
        talk = _resumed(talk, kept)
        named = sent(event, "ignored").split(",")
        if talk.turns:
            ignored = tuple(one for one in _ASPECTS if one in named)
            async for shown in self._answered(talk.again(ignored), request):
                yield shown

    async def stop(self, request: gr.Request) -> None:
        """Stop the answer that is on its way."""
        self._running.stop(_window(request))

    async def leave(self, request: gr.Request) -> None:
        """The window was closed: nobody waits for its answer."""
        self._running.drop(_window(request))

    async def _asked(
        self, question: str | None, talk: Talk, request: gr.Request, *, typed: bool = True
    ) -> AsyncIterator[Shown]:
        question = storable(question or "")
        if self._running.is_busy(_window(request)):
            return
        try:
            parse(question, self._assistant.settings.max_question)
        except QuestionError as error:
            yield {"said": conversation.said(str(error)), "heard": ""}
            return
        if typed:
            yield {"box": ""}
        async for shown in self._answered(talk.asked(question), request):
            yield shown

    async def _answered(self, talk: Talk, request: gr.Request) -> AsyncIterator[Shown]:
        window, turn = _window(request), talk.turns[-1]
        if self._running.is_busy(window):
            return
        stream = self._running.begin(
            window,
            self._assistant.astream(turn.question, turn.filters, history=talk.history, ignoring=turn.ignored),
        )
        try:
            yield {**_drawn(talk), **_busy(True), "said": "", "offer": "", "heard": ""}
            async for batch in stream.batches():
                for event in batch:
                    turn = await self._heard(turn, event)
                if stream.replaced:
                    return
                yield {"now": conversation.present((turn,))}
        except AssistantError as error:
            turn = failed(turn, str(error))
        except Exception:
            _log.exception("a question could not be answered")
            turn = failed(turn, UNEXPECTED)
        finally:
            self._running.end(window, stream)
        if not stream.replaced:
            yield await asyncio.to_thread(self._done, talk, turn if turn.progress is None else stopped(turn))

    def _done(self, talk: Talk, turn: ConversationTurn) -> Shown:
        """The conversation with the answer that is there; a window is never left waiting."""
        try:
            done = talk.having(turn)
            shown = {**_drawn(done), "kept": kept(done), "heard": conversation.announced(turn)}
            shown["head"] = of_the_corpus(self._assistant)["head"]
        except Exception:
            _log.exception("an answer could not be shown")
            shown = _drawn(talk.having(failed(talk.turns[-1], UNEXPECTED)))
        return {**shown, **_busy(False)}

    async def _heard(self, turn: ConversationTurn, event: Event) -> ConversationTurn:
        if isinstance(event, Finished):  # reads the cited articles
            return await asyncio.to_thread(heard, self._assistant, turn, event)
        return heard(self._assistant, turn, event)

    def suggest(self, talk: Talk) -> Shown:
        """Offer what can be asked next; before the first question, what can be asked at all."""
        answers = [one.answer for one in talk.turns if one.answer is not None]
        questions = self._questions(talk, answers)
        by_model = self._assistant.settings.model is not None
        return {"offer": conversation.offer(questions, first=not talk.turns, by_model=by_model)}

    def _questions(self, talk: Talk, answers: list[Answer]) -> list[str]:
        try:
            if not talk.turns:
                return self._assistant.suggestions(_FIRST)
            return self._assistant.suggestions(_NEXT, after=answers, filters=talk.turns[-1].filters) if answers else []
        except SettingsError as error:  # of questions.toml, which is not the reader's to mend
            _log.warning("no questions could be offered: %s", error)
            return []
        except AssistantError:
            return []
        except Exception:
            _log.exception("no questions could be offered")
            return []

    # the conversation

    async def new(self, request: gr.Request) -> Shown:
        """Begin another conversation."""
        return await self._fresh(Talk(), request)

    async def open(self, event: gr.EventData, request: gr.Request) -> Shown:
        """Go on with a conversation that the browser kept."""
        try:
            talk = opened(sent(event, "kept"))
        except UnreadableError as error:
            return {"said": conversation.said(str(error)), "tabs": _tab("ask")}
        return {**await self._fresh(talk, request), "kept": kept(talk)}

    async def _fresh(self, talk: Talk, request: gr.Request) -> Shown:
        await self._running.clear(_window(request))
        silent = dict.fromkeys(("said", "box", "offer", "kept", "heard"), "")
        return {**_drawn(talk), **_busy(False), **silent, "tabs": _tab("ask")}

    def edit(self, talk: Talk) -> Shown:
        """Let the last question be typed anew; what is asked next takes its place."""
        if not talk.turns:
            return {}
        last = talk.turns[-1]
        changed = replace(talk, editing=True)
        return {"talk": changed, "bar": conversation.composing(changed), "box": last.question}

    def keep(self, talk: Talk) -> Shown:
        """Let the last question be, after all."""
        changed = replace(talk, editing=False)
        return {"talk": changed, "bar": conversation.composing(changed), "box": ""}

    def reuse(self, event: gr.EventData, talk: Talk) -> Shown:
        """Put an earlier question into the box."""
        turn = talk.turn(sent(event, "turn"))
        return {"box": turn.question} if turn else {}

    def scope(self, event: gr.EventData, talk: Talk) -> Shown:
        """Ask about one article only, from now on."""
        article = self._assistant.article(sent(event, "article"))
        if article is None:
            return {}
        changed = replace(talk, scope=Scope(article.id, article.title))
        return {"talk": changed, "bar": conversation.composing(changed), "tabs": _tab("ask")}

    def unscope(self, talk: Talk) -> Shown:
        """Ask about all articles again."""
        changed = replace(talk, scope=None)
        return {"talk": changed, "bar": conversation.composing(changed)}

    def rate(self, event: gr.EventData, talk: Talk, request: gr.Request) -> Shown:
        """Note what a reader thinks of an answer; the same again takes it back."""
        turn = talk.turn(sent(event, "turn"))
        good = sent(event, "good") == "yes"
        if turn is not None and turn.rating is not None and turn.rating.good == good:
            return self._unrated(talk, turn)
        return self._rated(talk, turn, Rating(good), request)

    def reason(self, event: gr.EventData, talk: Talk, request: gr.Request) -> Shown:
        """Note why."""
        turn = talk.turn(sent(event, "turn"))
        given = sent(event, "reason").strip()[:LONGEST_REASON]
        if turn is None or turn.rating is None or not given:
            return {}
        return self._rated(talk, turn, Rating(turn.rating.good, given), request)

    def _rated(self, talk: Talk, turn: ConversationTurn | None, rating: Rating, request: gr.Request) -> Shown:
        if turn is None or turn.answer is None:
            return {}
        try:
            self._assistant.rate(turn.answer, rating.good, rating.reason, key=turn.key)
        except AssistantError as error:
            return {"said": conversation.said(str(error))}
        if self._running.is_busy(_window(request)):  # by now another question is on its way, which `talk` lacks
            return {}
        return self._changed(talk.having(replace(turn, rating=rating)))

    def _unrated(self, talk: Talk, turn: ConversationTurn) -> Shown:
        try:
            self._assistant.unrate(turn.key)
        except AssistantError as error:
            return {"said": conversation.said(str(error))}
        return self._changed(talk.having(replace(turn, rating=None)))

    def _changed(self, talk: Talk) -> Shown:
        return {**_drawn(talk), "said": "", "kept": kept(talk)}

    def export(self, event: gr.EventData, talk: Talk) -> Shown:
        """The conversation as a file, for the browser to save or to open."""
        made = now()
        if sent(event, "form") == "page":
            name, kind, text = export.file_name(talk, made, "html"), "text/html", export.page(talk, made)
        else:
            name, kind, text = export.file_name(talk, made, "md"), "text/markdown", export.markdown(talk, made)
        return {"file": json.dumps({"name": name, "kind": kind, "text": text})}

    # the evidence

    def read(self, event: gr.EventData, talk: Talk) -> Shown:
        """Open an article, with what the answer cites of it marked."""
        name, turn = sent(event, "article"), talk.turn(sent(event, "turn"))
        passages = next((one for one in evidence.cited(turn) if one[0][0].article_id == name), []) if turn else []
        citations = [one for one, _ in passages]
        try:
            whole, chunks = self._assistant.article(name), self._assistant.chunks(name)
        except AssistantError:
            whole, chunks = None, []
        if whole is not None and (not citations or any(one.quote in whole.text for one in citations)):
            scoped = talk.scope is not None and talk.scope.article_id == name
            return {"reader": evidence.article(whole, citations, chunks, now(), scoped=scoped)}
        return {"reader": evidence.gone(passages, now())}

    def browse(self, event: gr.EventData) -> Shown:
        """List the articles that are looked for."""
        data = event._data if isinstance(event._data, Mapping) else {}
        shown = self._listed(articles.wanted(data))
        # A tab that is gone to lists its articles anew, unless they are listed already.
        return shown | {"tabs": _tab("articles")} if "by" in data else shown

    def browse_first(self, looked: ArticleListState | None) -> Shown:
        """List the articles as their tab is opened, unless they are listed there as they are now."""
        status = self._assistant.status()
        if looked is not None and looked.generation == status.generation:
            return {}
        return self._listed(looked.wanted if looked else ArticleFilter()) | {
            "form": of_the_corpus(self._assistant)["form"]
        }

    def _listed(self, looked_for: ArticleFilter) -> Shown:
        try:
            generation = self._assistant.status().generation
            found = self._assistant.browse(looked_for.text, looked_for.filters, count=looked_for.shown)
        except AssistantError as error:
            return {"list": conversation.said(str(error)), "looked": None}
        return {"list": articles.listing(found, looked_for, now()), "looked": ArticleListState(generation, looked_for)}

    def cover(self, talk: Talk) -> Shown:
        """Draw what the corpus covers, and where the sources of the last answer lie in it."""
        last = next((one.answer for one in reversed(talk.turns) if one.answer and one.answer.citations), None)
        try:
            return {"coverage": coverage.coverage(self._assistant.overview(), last)}
        except AssistantError as error:
            return {"coverage": conversation.said(str(error))}

    def arrive(self) -> Shown:
        """What the page says of the corpus, as it is opened."""
        return of_the_corpus(self._assistant)


def of_the_corpus(assistant: "Assistant") -> Shown:
    """What every page says of the corpus: its head, and the publications that can be looked for."""
    status = assistant.status()
    return {
        "head": conversation.header(status, now(), assistant.settings.stale_after),
        "form": articles.form(sorted(status.publications, key=str.casefold)),
    }


def _window(request: gr.Request) -> str:
    return str(request.session_hash)


def sent(event: gr.EventData, name: str) -> str:
    """What came with an event under that name, as text; "" without."""
    data = event._data
    return storable(str(data.get(name, ""))) if isinstance(data, Mapping) else ""


def _resumed(talk: Talk, kept: str) -> Talk:
    """`talk`, or what the page has of it when the server lost it, as it was started anew meanwhile."""
    if talk.id or not kept:
        return talk
    try:
        return replace(opened(kept), scope=talk.scope)
    except UnreadableError:
        return talk


def _tab(name: str) -> Any:
    return gr.Tabs(selected=name)


def _busy(is_busy: bool) -> Shown:
    return {"send": gr.Button(interactive=not is_busy), "halt": gr.Button(visible=is_busy)}


def _drawn(talk: Talk) -> Shown:
    return {
        "talk": talk,
        "past": conversation.past(talk.turns),
        "now": conversation.present(talk.turns),
        "cards": evidence.sources(talk.turns, now()),
        "tools": conversation.tools(talk),
        "bar": conversation.composing(talk),
    }
