"""Conversations that are kept: questions with their answers, under a title."""

from collections.abc import Container
from dataclasses import dataclass, replace

from pydantic import AwareDatetime

from assistant.answers import Answer, Aspect
from assistant.articles import NO_FILTERS, Filters
from assistant.maintenance.kept import rests_on
from assistant.utils import one_line, storable

LONGEST_TITLE = 120  # characters


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """A question of a conversation, `asked` in UTC, with its answer.

    `filters` and `ignoring` are what it was asked with. `answer` is None once an article that it rests on was removed
    by hand.
    """

    id: str
    question: str
    asked: AwareDatetime
    answer: Answer | None
    filters: Filters = NO_FILTERS
    ignoring: tuple[Aspect, ...] = ()

    def without_articles(self, articles: Container[str]) -> "KeptTurn":
        """Without the answer, where it rests on one of `articles`."""
        is_gone = self.answer is not None and rests_on(self.answer, articles)
        return replace(self, answer=None) if is_gone else self


@dataclass(frozen=True, slots=True)
class ConversationEntry:
    """A conversation in a list: its title, how many questions it has, when it `began` and was last `used`, in UTC."""

    id: str
    title: str
    began: AwareDatetime
    used: AwareDatetime
    questions: int


@dataclass(frozen=True, slots=True)
class KeptConversation:
    """A conversation as it is kept, its turns in their order. Its title is "" until something is asked."""

    id: str
    title: str
    began: AwareDatetime
    used: AwareDatetime
    turns: tuple[KeptTurn, ...] = ()

    @property
    def answers(self) -> tuple[Answer, ...]:
        """What was answered, oldest first, without what rests on removed articles."""
        return tuple(turn.answer for turn in self.turns if turn.answer is not None)


def title_of(text: str) -> str:
    """`text` as a title: on one line, not too long."""
    return one_line(storable(text), LONGEST_TITLE)
