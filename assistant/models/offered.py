"""The chat models that users may choose: which they are, and the settings of the one that was chosen."""

import threading
import time
from collections.abc import Iterable, Iterator

from assistant.errors import AssistantError
from assistant.models.chat import GGUF
from assistant.models.ready import ModelChoice, choice_settings, configured_choice, hosted_choice, model_choices
from assistant.settings import LOCAL, Settings

QUOTES = "quotes"  # chosen as a model, it stands for none
_KEPT = 60.0  # seconds for which what was found stays
_FOUND_HERE = (GGUF, "ollama")  # kinds that are found on this machine or not at all


class OfferedModels:
    """The models that are ready and that the setting `offer_models` lets users choose, and the configured one.

    May be used from several threads at once.
    """

    def __init__(self, settings: Settings, given: str | None = None) -> None:
        """`given` is the name of a model that takes the place of that of the settings."""
        self._settings = settings
        own = configured_choice(settings)
        self._own = own if given is None else ModelChoice(given, "this program", configured=True)
        self._looking = threading.Lock()
        self._found: list[ModelChoice] = []
        self._until = 0.0
        self._chosen: dict[str, Settings] = {}

    def choices(self) -> list[ModelChoice]:
        """The configured one first. Servers on this machine are asked once a minute, which takes up to two seconds."""
        with self._looking:
            if not self._until or time.monotonic() >= self._until:
                self._found = list(_by_name(self._look()))
                self._until = time.monotonic() + _KEPT
            return list(self._found)

    def settings_of(self, name: str) -> Settings:
        """The settings with the model of that name, or with none for QUOTES; those that were given for the configured.

        Raises AssistantError for a model that is not ready or not offered.
        """
        if name == QUOTES:
            return choice_settings(self._settings, None)
        if self._own is not None and name in (self._own.name, self._settings.model):
            return self._settings
        if name not in self._chosen:  # a server may not say what it has while it writes
            self._chosen[name] = choice_settings(self._settings, self._choice(name))
        return self._chosen[name]

    def _choice(self, name: str) -> ModelChoice:
        choices = self.choices()
        for choice in choices:
            if choice.name == name:
                return choice
        known = ", ".join([QUOTES, *(choice.name for choice in choices)])
        raise AssistantError(f"the model {name[:100]!r} is not ready, or not offered here; choose one of {known}")

    def _look(self) -> Iterator[ModelChoice]:
        if self._own is not None:
            yield self._own
        offered = self._settings.offer_models
        hosted = [name for name in offered if name != LOCAL and name.partition(":")[0] not in _FOUND_HERE]
        if set(offered) - set(hosted):
            names = set(map(_plain, offered))
            here = (choice for choice in model_choices(self._settings) if choice.ready)
            yield from (each for each in here if (LOCAL in offered and each.local) or _is_named(each, names))
        yield from (choice for choice in map(hosted_choice, hosted) if choice.ready)


def _is_named(choice: ModelChoice, names: Iterable[str]) -> bool:
    return choice.name.startswith(tuple(f"{kind}:" for kind in _FOUND_HERE)) and _plain(choice.name) in names


def _plain(name: str) -> str:
    """The name without what Ollama adds to one that has no version."""
    return name.removesuffix(":latest")


def _by_name(choices: Iterable[ModelChoice]) -> Iterator[ModelChoice]:
    """The first of each name, by which it is chosen."""
    seen = set[str]()
    for choice in choices:
        if _plain(choice.name) not in seen:
            seen.add(_plain(choice.name))
            yield choice
