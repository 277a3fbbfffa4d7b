"""Feedback: what users think of answers."""

from dataclasses import dataclass
from datetime import datetime

from assistant.answers import Citation, Mode

LONGEST_REASON = 2000  # characters


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a user thinks of an answer.

    `key` identifies it: feedback with the same key replaces it. `given` is in UTC. `answer` is the text of the answer,
    `citations` are its citations, and `generation` is the one that it was made from.
    """

    key: str
    given: datetime
    good: bool
    reason: str
    question: str
    answer: str
    mode: Mode
    found: bool
    citations: tuple[Citation, ...]
    generation: str
