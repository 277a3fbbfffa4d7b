"""Whether a question is in another language than the articles."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

_SURE = 0.9
_LEAST_LETTERS = 12


def foreign(question: str, texts: Sequence[str]) -> str | None:
    """A line for the user when `question` is surely in another language than `texts`, else None."""
    if sum(map(str.isalpha, question)) < _LEAST_LETTERS or not texts:
        return None
    asked, probability = _identifier().classify(question.lower())
    written, _ = _identifier().classify(" ".join(texts)[:2000])
    if asked == written or probability < _SURE:
        return None
    return f"The question seems to be in another language than the articles ({asked}, not {written}); ask in theirs."


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
