"""Appeals to the reader, which stand in a text and are not of it: to subscribe, log in, donate, follow, read more.

A linear model over words and pairs of words, which `python -m assistant.evaluation.training.fit_appeals` fits to
examples of appeals and to sentences of articles, also such as tell of subscriptions.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise

from assistant.models import load
from assistant.text import split_sentences

WEIGHTS = "appeals.json"
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+|[?!]")
_EMAIL = re.compile(r"[\w.+-]{1,60}@[\w.-]{1,100}")
_QUOTED = re.compile(r"[“\"„«]")
_MAX_SENTENCE = 320  # characters
_MAX_LEAD = 110  # characters of a question before an appeal: "Did you see the storm? Send us your photos."
_CERTAIN = 1.5
_UNCERTAIN = -1.5  # what is a little less likely counts where others around it are appeals


def appeal_features(sentence: str) -> dict[str, float]:
    """Its words and pairs of words with their ends marked, and the logarithm of its length."""
    words = [_plain(word) for word in _WORD.findall(_EMAIL.sub("email", sentence.lower()))][:60]
    marked = ["^", *words, "$"]
    pairs = (f"{first} {second}" for first, second in pairwise(marked))
    return dict.fromkeys([*words, *pairs], 1.0) | {"#words": min(len(words), 40) / 10}


def _plain(word: str) -> str:
    return "0" if word.isdigit() else word.replace("’", "'")


@lru_cache(maxsize=1)
def _weights() -> tuple[Mapping[str, float], float]:
    model = load(WEIGHTS)
    return model.coefficients, model.intercept


def appeal_odds(sentence: str) -> float:
    """The logarithm of the odds that a sentence is an appeal to the reader; a long one or a quotation is none."""
    if len(sentence) > _MAX_SENTENCE or _QUOTED.match(sentence):
        return -9.0
    coefficients, intercept = _weights()
    return intercept + sum(coefficients.get(name, 0.0) * value for name, value in appeal_features(sentence).items())


def is_appeal(line: str, bias: float = 0.0) -> bool:
    """Whether a line is an appeal as a whole. `bias` is added to the odds, where its place on the page tells of it."""
    sentences = [line[start:end] for start, end in split_sentences(line)][:12]
    if not sentences or len(line) > 4 * _MAX_SENTENCE:
        return False
    odds = [appeal_odds(sentence) + bias for sentence in sentences]
    return max(odds) > 0 and min(odds) > _UNCERTAIN and sum(odds) > 0


def without_appeals(line: str) -> str:
    """A line without the appeals that it ends with; empty where it is one."""
    if is_appeal(line):
        return ""
    spans = split_sentences(line)
    kept = len(spans)
    while kept > 1 and appeal_odds(line[slice(*spans[kept - 1])]) > _CERTAIN:
        kept -= 1
    if kept == len(spans):
        return line
    rest = line[: spans[kept - 1][1]]
    leads_to_it = kept == 1 and rest.endswith("?") and len(rest) < _MAX_LEAD
    return "" if leads_to_it else rest
