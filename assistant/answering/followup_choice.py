"""Whether a question is a follow-up, where its words do not tell: by what is found for it read both ways."""

import math
from collections.abc import Sequence

from assistant.answering.stages import Assessed
from assistant.answers import Answer

_MOST_EARLIER = 3  # articles of the answer before that a follow-up may be about
_MOST_WORDS = 5  # content words of a question that may be one
_FEW_WORDS = 1.5  # content words of a question that is as likely one as not, fitted on conversations


def articles_before(history: Sequence[Answer]) -> tuple[str, ...]:
    """The ids of the articles that the last answer with citations is from, the first ones."""
    last = next((answer for answer in reversed(history) if answer.citations), None)
    return tuple(dict.fromkeys(one.article_id for one in last.citations))[:_MOST_EARLIER] if last else ()


def is_likelier(dependent: Assessed, alone: Assessed, earlier: Sequence[str]) -> bool:
    """Whether a question, which was read both ways, is a follow-up: to the `earlier` articles of the conversation.

    The more content words it has, the clearer they must answer it.
    """
    if not dependent.evidence or dependent.evidence[0].article.id not in earlier:
        return False
    needed = _content_words(alone) - _FEW_WORDS
    return _log_odds(dependent.probability) - _log_odds(alone.probability) >= needed


def may_be_followup(alone: Assessed) -> bool:
    """Whether a question, read by itself, says so little that it is worth reading as a follow-up too."""
    return not alone.briefing and _content_words(alone) <= _MOST_WORDS


def _content_words(question: Assessed) -> int:
    return len(question.retrieved.sub_questions[0].weights)


def _log_odds(probability: float) -> float:
    within = min(max(probability, 1e-3), 1 - 1e-3)
    return math.log(within / (1 - within))
