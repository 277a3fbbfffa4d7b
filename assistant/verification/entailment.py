"""An optional NLI model: a cross-encoder from sentence-transformers that says whether a source entails a statement."""

from collections.abc import Callable
from functools import partial
from typing import Any

from assistant.errors import SettingsError
from assistant.models import open_cross_encoder

Entails = Callable[[str, str], bool]
"""Whether the first text, a source, entails the second."""


def open_nli(name: str) -> Entails:
    """Whether one text entails another, by the cross-encoder `name`, a model's name or folder.

    It does when entailment is the likeliest of the model's labels. Raises SettingsError when it cannot be loaded, or
    has no label for entailment.
    """
    model = open_cross_encoder("nli", name, "an NLI cross-encoder")
    labels = {str(label).lower(): int(number) for number, label in model.config.id2label.items()}
    if "entailment" not in labels:
        raise SettingsError(f"nli {name} has the labels {', '.join(labels)}; name a model that has entailment")
    return partial(_entails, model, labels["entailment"])


def _entails(model: Any, label: int, source: str, statement: str) -> bool:
    scores = model.predict([(source, statement)], show_progress_bar=False)
    return int(scores[0].argmax()) == label
