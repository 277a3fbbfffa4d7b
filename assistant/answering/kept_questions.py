"""Kept questions: what is suggested on stories, kept with the generation, so that no later start finds it anew."""

from assistant.index import Generation
from assistant.settings import Settings

NAME = "suggestions"


class KeptQuestions:
    """The questions on the stories of one generation, by story; None for a story that no question goes with.

    They hold for the reader that judged them. What cannot be read or written is found again the next time.
    """

    def __init__(self, generation: Generation, settings: Settings) -> None:
        self._generation = generation
        self._by = [settings.reader, settings.max_question]
        kept = generation.kept(NAME)
        is_own = isinstance(kept, dict) and kept.get("by") == self._by and isinstance(kept.get("questions"), dict)
        self._questions: dict[str, str | None] = dict(kept["questions"]) if is_own else {}

    def __contains__(self, story_id: str) -> bool:
        return story_id in self._questions

    def __getitem__(self, story_id: str) -> str | None:
        return self._questions[story_id]

    def put(self, story_id: str, question: str | None) -> None:
        """Keep the question on a story."""
        self._questions[story_id] = question
        self._generation.keep(NAME, {"by": self._by, "questions": self._questions})
