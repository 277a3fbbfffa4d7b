"""Whether a text is in another language than the articles."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from assistant.text.lexicon import word_list
from assistant.text.words import split_words

_LIKELY = 0.4  # the language that a text most probably has; names make all of them less probable
_HARDLY = 0.004  # of that, from which on it may be the language of the others
_LEAST_LETTERS = 12
_LEAST_TO_TELL, _SURELY = 40, 0.9  # letters, and how probable a language must be to read numbers as it does
_PLAINLY = 2.5  # words to a function word: news has two or three, and German questions with "was" and "in" have three


def is_foreign(text: str, others: Sequence[str], *, surely: bool = True) -> bool:
    """Whether `text` is in another language than `others`, surely or else probably; never of a few letters."""
    other = " ".join(others)[:2000]
    if sum(map(str.isalpha, text)) < _LEAST_LETTERS or not others:
        return False
    if _is_plainly_english(text) and _is_plainly_english(other):
        return False
    written, _ = _identifier().classify(other)
    probabilities = dict(_identifier().rank(text.lower()))
    highest = max(probabilities.values())
    if not surely:
        return bool(probabilities[written] < highest)
    return bool(highest >= _LIKELY and probabilities[written] < _HARDLY * highest)


def writes_decimal_comma(text: str) -> bool:
    """Whether `text` is in a language that writes decimals after a comma; never if it is short."""
    if sum(map(str.isalpha, text)) < _LEAST_TO_TELL or _is_plainly_english(text):
        return False
    probabilities = dict(_identifier().rank(text.lower()))
    language = max(probabilities, key=probabilities.__getitem__)
    return probabilities[language] >= _SURELY and language in word_list("numbers", "languages_with_decimal_comma")


def _is_plainly_english(text: str) -> bool:
    """Whether so many of its words are English function words that no model needs to be loaded to tell."""
    words = split_words(text)
    return _PLAINLY * sum(word in word_list("function_words", "common") for word in words) >= len(words) > 0


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
