"""Whether a question is in another language than the articles."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from assistant.text.lexicon import word_list
from assistant.text.words import split_words

_SURE = 0.9
_LEAST_LETTERS = 12
_PLAINLY = 2.5  # words to a function word: news has two or three, and German questions with "was" and "in" have three


def foreign(question: str, texts: Sequence[str]) -> str | None:
    """A line for the user when `question` is surely in another language than `texts`, else None."""
    text = " ".join(texts)[:2000]
    if sum(map(str.isalpha, question)) < _LEAST_LETTERS or not texts:
        return None
    if _is_plainly_english(question) and _is_plainly_english(text):
        return None
    asked, probability = _identifier().classify(question.lower())
    written, _ = _identifier().classify(text)
    if asked == written or probability < _SURE:
        return None
    return (
        f"The question seems to be in another language than the articles ({asked}, not {written}). "
        "That works less well; if you can, ask in theirs."
    )


def _is_plainly_english(text: str) -> bool:
    """Whether so many of its words are English function words that no model needs to be loaded to tell."""
    words = split_words(text)
    return _PLAINLY * sum(word in word_list("function_words", "common") for word in words) >= len(words) > 0


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
