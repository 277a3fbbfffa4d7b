"""The conversations of who is signed in: kept on the server, and made into those of the window again."""

from dataclasses import replace
from datetime import date, datetime

from assistant import Answer, Assistant, AssistantError, Filters, MissingError
from assistant.accounts import Principal
from assistant.maintenance import ConversationEntry, KeptTurn

from .scope import EVERYTHING, Scope, ScopeArticle, ScopeStory
from .seals import Seals
from .state import MAX_TURNS, ConversationState, ConversationTurn

ANSWER_GONE = "an article that this answer rested on was removed, so the answer is not kept; ask again"


def owner_of(who: Principal) -> str | None:
    """Whom the server keeps conversations for; None where their browser keeps them.

    Behind a name of the settings are several people, none of whom may read what another one asked.
    """
    return None if who.is_shared else who.owner


def _day(moment: date | None) -> date | None:
    return moment.date() if isinstance(moment, datetime) else moment


class ServerHistory:
    """The conversations of the user `owner`, in the home. Everything raises AssistantError for what cannot be done."""

    def __init__(self, assistant: Assistant, seals: Seals, owner: str) -> None:
        self._assistant = assistant
        self._store = assistant.conversations
        self._seals = seals
        self._owner = owner

    def count(self) -> int:
        """How many there are."""
        return len(self._store.of(self._owner))

    def find(self, words: str = "") -> list[ConversationEntry]:
        """Those that have all these words in their title or questions, the one that was last used first."""
        return self._store.of(self._owner, words)

    def rename(self, name: str, title: str) -> None:
        """Give the conversation of that id another title; an empty one changes nothing."""
        if title.strip():
            self._store.rename(self._owner, name, title)

    def delete(self, name: str) -> None:
        """Delete the conversation of that id; one that is not there is deleted already."""
        try:
            self._store.delete(self._owner, name)
        except MissingError:
            pass

    def open(self, name: str) -> ConversationState:
        """The conversation of that id with its last turns, its next question limited to what the last one was."""
        kept = self._store.get(self._owner, name)
        turns = tuple(self._turn(number, turn) for number, turn in enumerate(kept.turns[-MAX_TURNS:], 1))
        return ConversationState(kept.id, turns, turns[-1].scope if turns else EVERYTHING)

    def _turn(self, number: int, kept: KeptTurn) -> ConversationTurn:
        scope = self._scope(kept.filters)
        turn = ConversationTurn(number, kept.question, kept.id, kept.asked, scope, kept.ignoring)
        if kept.answer is None:
            return replace(turn, problem=ANSWER_GONE)
        excerpts, seal = self._assistant.excerpts(kept.answer.citations), self._seals.seal(kept.id, kept.answer)
        return replace(turn, answer=kept.answer, excerpts=excerpts, seal=seal)

    def _scope(self, filters: Filters) -> Scope:
        """What a question with these filters was limited to; as a preset it was worked out then."""
        scope = Scope(filters.sources, since=_day(filters.since), until=_day(filters.until))
        if filters.only is None:
            return scope
        if len(filters.only) == 1:
            return replace(scope, article=ScopeArticle(filters.only[0], self._title(filters.only[0])))
        return replace(scope, story=self._story(filters.only))

    def _title(self, article_id: str) -> str:
        try:
            article = self._assistant.article(article_id)
        except AssistantError:
            article = None
        return article.title if article else "one that is not in the corpus any more"

    def _story(self, articles: tuple[str, ...]) -> ScopeStory:
        try:
            story = self._assistant.story_of(articles[0]) if articles else None
        except AssistantError:
            story = None
        if story is not None and {each.article_id for each in story.articles} >= set(articles):
            return ScopeStory(articles[0], story.headline, articles)
        return ScopeStory("", f"{len(articles)} articles", articles)

    def keep(self, conversation: str, turn: ConversationTurn) -> str:
        """Keep the answer of `turn` at the end of the conversation of that id, in the place of those it `replaces`.

        Where there is none of that id it begins another one. Gives the id of the one that has it now.
        """
        if turn.answer is None:
            return conversation
        try:
            self._add(conversation, turn, turn.answer)
        except MissingError:
            return self._begin(turn, turn.answer)
        for key in turn.replaces:
            self._store.remove_turn(self._owner, conversation, key)
        return conversation

    def _begin(self, turn: ConversationTurn, answer: Answer) -> str:
        name = self._store.new(self._owner).id
        try:
            self._add(name, turn, answer)
        except AssistantError:
            self._store.delete(self._owner, name)
            raise
        return name

    def _add(self, name: str, turn: ConversationTurn, answer: Answer) -> None:
        self._store.add(self._owner, name, answer, turn.filters, turn.ignored, turn_id=turn.key)


def server_history(assistant: Assistant, seals: Seals, who: Principal) -> ServerHistory | None:
    """What the server keeps for `who`; None where their browser does."""
    owner = owner_of(who)
    return None if owner is None else ServerHistory(assistant, seals, owner)
