"""Checking: whether what a sentence cites supports it, by what can be looked up and by the reading model.

Figures, dates, names and quotations must be in the source; no denial may be added or lost; and the words of the
sentence must be met, in their sense, by a few sentences of the source. A sentence that passes is not proved: two facts
of one source put together wrongly may pass.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from assistant.answers import Support
from assistant.articles import Passage, header
from assistant.models.embedders import Vectors, WordVectors
from assistant.models.linear import load
from assistant.reading.alignment import matches
from assistant.reading.gather import Encode
from assistant.text.entities import names
from assistant.text.sentences import Span, sentences_in
from assistant.text.weighting import Weights, coverage, idf_weights, stems_with_synonyms
from assistant.text.words import content_terms, stem, stems, words
from assistant.verification.entailment import Entails
from assistant.verification.lookup import figure_lacking, moment_lacking, name_lacking, normal, quotation_lacking
from assistant.verification.modality import misattributed, overstated, turned
from assistant.verification.negation import opposed
from assistant.verification.swapped_names import exchanged

SUPPORT = "support.json"
FEATURES = ("coverage", "near", "least", "second", "cosine", "back")
_LOOKED_AT = 8  # sentences embedded for one statement: the bound on its time
_MOST_QUOTES = 3
_ADDS = 0.05  # of the statement's weight that another sentence must add to be cited beside the first
_MOST_OTHERS = 3  # passages looked at besides when those cited do not do
_LEAST_SHARE = 0.4  # of a statement's telling words, by weight, that another passage must have to be worth a look


@dataclass(frozen=True, slots=True)
class OfferedText:
    """The exact words that a statement rests on: `passage.article.text[start:end]`."""

    passage: Passage
    start: int
    end: int

    @property
    def text(self) -> str:
        """These words."""
        return self.passage.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """The outcome for one statement. `doubt` says in a few words why it is unsupported."""

    support: Support
    grounds: tuple[OfferedText, ...] = ()
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class _Sentence:
    passage: Passage
    span: Span
    text: str


@dataclass(slots=True)
class Checker:
    """Checks the statements of one answer against the passages that were offered for it."""

    offered: Mapping[int, Passage]
    read: Encode
    entails: Entails | None = None
    _seen: dict[str, tuple[Vectors, WordVectors | None]] = field(default_factory=dict)

    def check(self, text: str, cited: Iterable[int]) -> CheckedSentence:
        """Whether the passages `cited` support `text`; where they do not, another that was offered may.

        A statement that cites nothing gets the passages that support it.
        """
        own = [self.offered[number] for number in dict.fromkeys(cited) if number in self.offered]
        first = self._against(text, own) if own else CheckedSentence("unsupported", (), "no passage bears it out")
        if first.support != "unsupported":
            return first
        others = self._nearest(text, [one for one in self.offered.values() if one not in own])
        for group in [*([one] for one in others), *([others] if len(others) > 1 and not own else [])]:
            found = self._against(text, group)
            if found.support != "unsupported":
                return found
        return first

    def _nearest(self, text: str, passages: Sequence[Passage]) -> list[Passage]:
        weights = _weights(text)
        shares = [(coverage(weights, stems_with_synonyms(one.chunk.text)), one) for one in passages]
        ranked = sorted(shares, key=lambda share: -share[0])
        return [one for share, one in ranked[:_MOST_OTHERS] if share >= _LEAST_SHARE]

    def _against(self, text: str, passages: Sequence[Passage]) -> CheckedSentence:
        exact = _verbatim(text, passages)
        if exact:
            return CheckedSentence("verbatim", (exact,))
        chosen, features, near = self._chosen(text, passages)
        weights = _weights(text)
        if not chosen:
            return CheckedSentence("unsupported", (), "the source does not say this")
        doubt = quotation_lacking(text, passages) or figure_lacking(text, passages)
        doubt = doubt or moment_lacking(text, passages) or name_lacking(text, passages)
        if doubt is None and load(SUPPORT).probability(features) < 0.5:
            doubt = "the source does not say this"
        doubt = doubt or _part_lacking(text, weights, near)
        sources = [one.text for one in chosen]
        if doubt is None and (word := opposed(text, sources)):
            doubt = f"{word} turns what the source says round"
        doubt = doubt or turned(text, sources) or overstated(text, sources)
        if doubt is None and (name := exchanged(text, sources, _named(passages))):
            doubt = f"the source says this of “{name}”"
        doubt = doubt or misattributed(text, sources[0], _about(passages))
        grounds = tuple(OfferedText(one.passage, *one.span) for one in chosen)
        if doubt is None and self.entails and not self.entails(" ".join(one.text for one in grounds), text):
            doubt = "it does not follow from the source"
        return CheckedSentence("unsupported" if doubt else "supported", grounds, doubt)

    def features(self, text: str, passages: Sequence[Passage]) -> dict[str, float]:
        """What the fitted measure of support sees: see `_features`."""
        return self._chosen(text, passages)[1]

    def _chosen(
        self, text: str, passages: Sequence[Passage]
    ) -> tuple[list[_Sentence], dict[str, float], dict[str, float]]:
        """The fewest sentences that meet the words of `text`, best first, what is seen of them together, and how near
        they come to each stem of `text`."""
        weights = _weights(text)
        kept = _promising(weights, passages) if weights else []
        if not kept:
            return [], {}, {}
        vectors, told = self._read([text, *(one.text for one in kept)])
        matched = matches([_plain(text), *(_plain(one.text) for one in kept)], told)
        cosines = [float(vectors[0] @ row) for row in vectors[1:]]
        nears = [{one: found.near.get(one, 0.0) for one in weights} for found in matched]
        picked: list[int] = []
        near = dict.fromkeys(weights, 0.0)
        while len(picked) < _MOST_QUOTES:
            best = max(range(len(kept)), key=lambda n: _mean(weights, _best(near, nears[n])) + 0.05 * cosines[n])
            more = _best(near, nears[best])
            if picked and (best in picked or _mean(weights, more) < _mean(weights, near) + _ADDS):
                break
            picked.append(best)
            near = more
        present = frozenset[str]().union(*(stems_with_synonyms(kept[n].text) for n in picked))
        features = _features(weights, near, present)
        features["cosine"] = max(cosines[n] for n in picked)
        features["back"] = max(matched[n].back for n in picked)
        return [kept[n] for n in picked], features, near

    def _read(self, texts: Sequence[str]) -> tuple[Vectors, list[WordVectors] | None]:
        """Vectors of `texts` and of their words; what was read for an earlier statement is remembered."""
        plain = list(map(_plain, texts))
        new = [one for one in dict.fromkeys(plain) if one not in self._seen]
        if new:
            vectors, told = self.read(new)
            for place, one in enumerate(new):
                self._seen[one] = (vectors[place], told[place] if told else None)
        rows = np.stack([self._seen[one][0] for one in plain])
        words_of = [self._seen[one][1] for one in plain]
        return rows, [one for one in words_of if one is not None] if all(one is not None for one in words_of) else None


def _about(passages: Sequence[Passage]) -> str:
    return " ".join(f"{header(one.article)} {one.article.author or ''}" for one in passages)


def _named(passages: Sequence[Passage]) -> frozenset[str]:
    """The words of the names in `passages`, in lower case."""
    return frozenset(word for one in passages for name in names(one.chunk.text) for word in words(name.words))


_JOINT = re.compile(
    r",?\s+(?:and|but|while|after|before|because|so that)\s+(?!(?:the |a |an )?[A-Z])|[;:]\s+|,\s+(?=which|who)"
)
_LEAST_OF_PART = 0.5  # mean nearness of the telling words of a part of a statement
_PART = 2  # telling words that make one


def _part_lacking(text: str, weights: Weights, near: Mapping[str, float]) -> str | None:
    """The first part of a statement of several that the source does not say, such as "and left the country"."""
    parts = _JOINT.split(text)
    for part in parts if len(parts) > 1 else ():
        own = {one: weights[one] for one in map(stem, content_terms(part)) if one in weights}
        if len(own) >= _PART and _mean(own, near) < _LEAST_OF_PART:
            return f"the source does not say “{_plain(part).rstrip('.')}”"
    return None


def _features(weights: Weights, near: Mapping[str, float], present: frozenset[str]) -> dict[str, float]:
    """coverage: share of the telling words by weight; near: their mean nearness to words of the source; least and
    second: the lowest of these. Besides, cosine: of the nearest sentence; back: see `matching.Match`."""
    least = sorted(near.values())
    return {
        "coverage": coverage(weights, present),
        "near": _mean(weights, near),
        "least": least[0],
        "second": least[min(1, len(least) - 1)],
    }


def _plain(text: str) -> str:
    return " ".join(text.split())


def _weights(text: str) -> dict[str, float]:
    every = [one for one in content_terms(text) if not one.isdigit()]  # figures are looked up
    terms = [one for one in every if stem(one) not in stems("frames", "statement")] or every
    return idf_weights(dict.fromkeys(terms, 0), 0)


def _mean(weights: Weights, near: Mapping[str, float]) -> float:
    return sum(weight * near[one] for one, weight in weights.items()) / (sum(weights.values()) or 1.0)


def _best(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    return {name: max(value, other[name]) for name, value in one.items()}


def _promising(weights: Weights, passages: Sequence[Passage]) -> list[_Sentence]:
    every = [
        _Sentence(passage, span, passage.article.text[slice(*span)])
        for passage in passages
        for span in sentences_in(passage.article.text, passage.chunk)
    ]
    unique = {(one.passage.article.id, one.span): one for one in every}
    ranked = sorted(unique.values(), key=lambda one: -coverage(weights, stems_with_synonyms(one.text)))
    return ranked[:_LOOKED_AT]


def _verbatim(text: str, passages: Iterable[Passage]) -> OfferedText | None:
    """Where `text` is one or more whole sentences of a source; with part of one alone the sense may be lost."""
    wanted = normal(text)
    for passage in passages:
        whole = passage.article.text
        spans = sentences_in(whole, passage.chunk)
        for place, (start, _) in enumerate(spans):
            for _, end in spans[place : place + _MOST_QUOTES]:
                if normal(whole[start:end]) == wanted:
                    return OfferedText(passage, start, end)
    return None
