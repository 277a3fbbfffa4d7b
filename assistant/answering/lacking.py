"""What a question is about and the articles have nothing of, neither the word nor another for the same."""

import re
from collections.abc import Callable, Sequence

from assistant.answering.stages import Retrieved
from assistant.models import Vectors, verbs
from assistant.reading import Evidence
from assistant.text import has_relative, is_content_word, rank, split_words, stems_with_synonyms

_MOST = 3  # words that are named
_COMMON = 2000  # that no article has a word up to this rank says nothing
_MOST_SENTENCES = 16  # whose words are compared, the best
_SYNONYM = 0.55  # cosine of two words from which one may stand for the other


def lacking_words(
    retrieved: Retrieved, evidence: Sequence[Evidence], encode: Callable[[Sequence[str]], Vectors]
) -> tuple[str, ...]:
    """The words of the question, as it has them and without verbs, that no word of what was found stands for."""
    if retrieved.is_in_another_language:  # its words are none that the articles could have
        return ()
    found = [word for word in _unknown_words(retrieved) if not _is_related(word, retrieved)]
    if not found:
        return ()
    if not all(map(_is_name, found)):
        acts = verbs(retrieved.question)  # it is about what is done to what, not about the verb
        found = [word for word in found if _is_name(word) or word.lower() not in acts]
    # One article is short enough for a reader to see what it says instead.
    found = found if retrieved.of_one_article else _without_synonyms(found, evidence, encode)
    return tuple(found[:_MOST])


def _unknown_words(retrieved: Retrieved) -> list[str]:
    """The words of the question that no article has, but for common ones, times and absent publications."""
    plan, whole = retrieved.plan, retrieved.sub_questions[0]
    apart = " ".join([*plan.absent, *(time.words for time in plan.times)]).lower()
    # Of "what is the latest on bananas" only the topic counts.
    terms = [term for term in retrieved.unknown_terms if not whole.topic or term in split_words(whole.topic)]
    return [_as_written(term, retrieved.question) for term in terms if rank(term) > _COMMON and term not in apart]


def _as_written(word: str, question: str) -> str:
    found = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", question, re.IGNORECASE)
    return found[0] if found else word


def _is_related(word: str, retrieved: Retrieved) -> bool:
    read = " ".join(passage.chunk.text for passage in retrieved.passages)
    return not stems_with_synonyms(read).isdisjoint(stems_with_synonyms(word)) or has_relative(word.lower(), read)


def _is_name(word: str) -> bool:
    return word[:1].isupper()


def _without_synonyms(
    words: Sequence[str], evidence: Sequence[Evidence], encode: Callable[[Sequence[str]], Vectors]
) -> list[str]:
    """`words` without those that a word of the evidence may stand for: "police" for "cops". No name is another."""
    told = {word for each in evidence[:_MOST_SENTENCES] for word in split_words(each.text)}
    told = {word for word in told if word.isalpha() and is_content_word(word)}
    plain = [word for word in words if not _is_name(word)]
    if not plain or not told:
        return list(words)
    nearest = (encode(plain) @ encode(sorted(told)).T).max(axis=1)
    synonyms = {word for word, cosine in zip(plain, nearest, strict=True) if cosine >= _SYNONYM}
    return [word for word in words if word not in synonyms]
