"""Misspelt words of a question, and the words of the articles that they must mean."""

from collections.abc import Callable, Sequence

from assistant.text import UNLISTED, WORD, Frequency, Mention, begins_sentence, is_capital, rank, split_words, stem


def misspelt(question: str, frequency: Frequency, vocabulary: Callable[[], Sequence[str]]) -> list[Mention]:
    """The words of `question` that no article has, each with the word of `vocabulary` that it must mean.

    `frequency` gives the number of passages that have a word. `vocabulary` gives stems, and is called only when there
    is such a word; the `name` of a mention is the stem. A common word of English is left alone. At most 8 words are
    looked up.
    """
    plain = [(word, "".join(split_words(word[0]))) for word in WORD.finditer(question)]
    unknown = [(word, text) for word, text in plain if len(text) >= _SHORTEST and not frequency(text)]
    found: list[Mention] = []
    for word, text in [pair for pair in unknown if rank(pair[1]) == UNLISTED][:_MOST_TRIED]:
        meant = corrected(stem(text), vocabulary())
        named = is_capital(word) and not begins_sentence(question, word.start())
        # "Hernandez" is not meant for "Fernandez".
        if meant and (not named or meant[0] == text[0]):
            found.append(Mention(*word.span(), meant))
    return found


_SHORTEST, _MIDDLE, _LONG = 5, 7, 8  # letters
_MOST_TRIED = 8


def corrected(word: str, vocabulary: Sequence[str]) -> str | None:
    """The word of `vocabulary` that a misspelt `word` must mean, None when there is none or more than one.

    Both are in lower case, without accents, unstemmed. With 5 to 7 letters one edit is allowed (a letter
    more, less, other, or two in the wrong order), with 8 or more two. The first letter may be another only
    in a long word with nothing else wrong: "disagreed" is not meant for "agreed". In a short one no letter may
    be another: "Sahel" is not "Sahil". The nearest counts if no other is as near.
    """
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    if len(word) < _SHORTEST or any(map(str.isdigit, word)):
        return None
    most = 2 if len(word) >= _LONG else 1
    near = process.extract(word, vocabulary, scorer=OSA.distance, score_cutoff=most, limit=50)
    candidates = [(edits, text) for text, edits, _ in near if text[:1] == word[0]]
    if not candidates and len(word) >= _LONG:
        candidates = [(edits, text) for text, edits, _ in near if edits == 1 and text[1:] == word[1:]]
    candidates = [(edits, text) for edits, text in candidates if _plausible(word, text, edits)]
    best = {text for edits, text in candidates if edits == min(candidates)[0]}
    return best.pop() if len(best) == 1 and word not in best else None


def _plausible(word: str, text: str, edits: int) -> bool:
    if edits > 1 and word[:3] != text[:3]:
        return False
    return len(word) >= _MIDDLE or len(word) != len(text) or sorted(word) == sorted(text)


def is_near(word: str, meant: str) -> bool:
    """Whether `word` may be a misspelling of `meant`, in any case."""
    return corrected("".join(split_words(word)), ["".join(split_words(meant))]) is not None
