"""The names of people, places and other things in a question, and the words in it that are misspelt.

What a name is, is seen from capitals alone; whether the articles know a word, the caller says.
"""

from collections.abc import Callable, Sequence

from assistant.text.entities import SENTENCE_START, WORD, Known, Mention, is_capital
from assistant.text.words import stem, words


def misspelt(
    question: str,
    known: Known,
    vocabulary: Callable[[], Sequence[str]],
    is_word: Callable[[str], bool] = lambda word: False,
) -> list[Mention]:
    """The words of `question` that no article has, each with the word of `vocabulary` that it must mean.

    The vocabulary is one of stems, and only asked for when there is such a word. `name` of a mention is the
    stem. A word of which `is_word` says that it is one in its own right is left alone, unless it is capitalised
    within a sentence and so a name. At most 8 words are looked up.
    """
    found: list[Mention] = []
    tried = 0
    for word in WORD.finditer(question):
        plain = "".join(words(word[0]))
        named = is_capital(word) and not SENTENCE_START.search(question[: word.start()])
        if tried == _MOST or len(plain) < _SHORTEST or known(plain) or (is_word(plain) and not named):
            continue
        tried += 1
        meant = corrected(stem(plain), vocabulary())
        # "Hernandez" is not meant for "Fernandez".
        if meant and (not named or meant[0] == plain[0]):
            found.append(Mention(*word.span(), meant))
    return found


_SHORTEST, _MIDDLE, _LONG, _MOST = 5, 7, 8, 8


def corrected(word: str, vocabulary: Sequence[str]) -> str | None:
    """The word of `vocabulary` that a misspelt `word` must mean, None when there is none or no telling.

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
    alike = [(edits, text) for text, edits, _ in near if text[:1] == word[0]]
    if not alike and len(word) >= _LONG:
        alike = [(edits, text) for text, edits, _ in near if edits == 1 and text[1:] == word[1:]]
    alike = [(edits, text) for edits, text in alike if _plausible(word, text, edits)]
    best = {text for edits, text in alike if edits == min(alike)[0]}
    return best.pop() if len(best) == 1 and word not in best else None


def _plausible(word: str, text: str, edits: int) -> bool:
    if edits > 1 and word[:3] != text[:3]:
        return False
    return len(word) >= _MIDDLE or len(word) != len(text) or sorted(word) == sorted(text)


def is_near(word: str, meant: str) -> bool:
    """Whether `word` may be a misspelling of `meant`, in any case."""
    return corrected("".join(words(word)), ["".join(words(meant))]) is not None
