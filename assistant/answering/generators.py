"""The models that users choose among: what answers, by the name of one."""

from typing import TYPE_CHECKING

from assistant.answering.generate import AnswerGenerator
from assistant.answering.pipeline import QuestionPipeline
from assistant.settings import Settings
from assistant.utils import once

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from assistant.models import ModelChoice, OfferedModels


class Generators:
    """One `usual` generator, with the model that was given or that the settings name, and one for each that is chosen.

    May be used from several threads at once.
    """

    def __init__(self, settings: Settings, pipeline: QuestionPipeline, chat: "BaseChatModel | None" = None) -> None:
        self._settings = settings
        self.usual = AnswerGenerator(settings, pipeline, chat)
        self._given = None if chat is None else type(chat).__name__
        self._offered = once(self._look)

    def _look(self) -> "OfferedModels":
        from assistant.models import OfferedModels  # with LangChain, which quotes do not need

        return OfferedModels(self._settings, self._given)

    def choices(self) -> "list[ModelChoice]":
        """The models that may be chosen now, the configured one first."""
        return self._offered().choices()

    def of(self, model: str | None) -> AnswerGenerator:
        """The generator with the model of that name; None means the usual one.

        Raises AssistantError for a model that is not ready or not offered.
        """
        if model is None:
            return self.usual
        chosen = self._offered().settings_of(model)
        return self.usual if chosen is self._settings else self.usual.with_model_of(chosen)
