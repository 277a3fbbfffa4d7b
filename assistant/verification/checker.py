"""Whether a statement is supported by what it cites: by what can be looked up, and by the embedding model.

Figures, dates, names and quotations must be in the source; no denial may be added or lost; and the words of the
statement must be met, in their sense, by a few sentences of the source. A statement that passes is not proved: two
facts of one source put together wrongly may pass.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.answers import Support
from assistant.articles import Passage, header
from assistant.models import Vectors, WordVectors, load
from assistant.reading import Excerpt, align, weighted_mean
from assistant.text import (
    Weights,
    content_terms,
    coverage,
    idf_weights,
    names,
    sentences_in,
    split_words,
    stem,
    stems,
    stems_with_synonyms,
)
from assistant.verification.entailment import Entails
from assistant.verification.lookup import check_dates, check_figures, check_names, check_quotations, normal
from assistant.verification.modality import misattributed, overstated, reversed_roles
from assistant.verification.negation import opposite_of
from assistant.verification.swapped_names import swapped_name

SUPPORT = "support.json"
FEATURES = ("coverage", "near", "least", "second", "cosine", "back")
_MAX_SENTENCES = 8  # embedded for one statement: the bound on its time
_MAX_QUOTES = 3
_MIN_GAIN = 0.05  # of the statement's weight that another sentence must add to be cited beside the first
_MAX_OTHERS = 3  # passages looked at besides when those cited do not do
_MIN_SHARE = 0.4  # of a statement's content words, by weight, that another passage must have to be worth a look
_NOT_SAID = "the source does not say this"


Encode = Callable[[list[str]], tuple[Vectors, list[WordVectors] | None]]
"""Gives the vectors of texts, and their words with vectors where the embedder has them."""


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """The outcome for one statement. `doubt` says in a few words why it is unsupported."""

    support: Support
    grounds: tuple[Excerpt, ...] = ()
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks the statements of one answer against the passages that were offered for it."""

    offered: Mapping[int, Passage]
    encode: Encode
    entails: Entails | None = None

    def check(self, text: str, cited: Iterable[int]) -> CheckedSentence:
        """Whether the passages `cited` support `text`; where they do not, another that was offered may.

        A statement that cites nothing gets the passages that support it.
        """
        own = [self.offered[number] for number in dict.fromkeys(cited) if number in self.offered]
        first = self._against(text, own) if own else CheckedSentence("unsupported", (), "no passage bears it out")
        if first.support != "unsupported":
            return first
        others = _most_alike(text, [passage for passage in self.offered.values() if passage not in own])
        for group in [*([passage] for passage in others), *([others] if len(others) > 1 and not own else [])]:
            checked = self._against(text, group)
            if checked.support != "unsupported":
                return checked
        return first

    def _against(self, text: str, passages: Sequence[Passage]) -> CheckedSentence:
        exact = _verbatim(text, passages)
        if exact:
            return CheckedSentence("verbatim", (exact,))
        grounds, features, near = self._grounds(text, passages)
        if not grounds:
            return CheckedSentence("unsupported", (), _NOT_SAID)
        sources = [ground.text for ground in grounds]
        headers = " ".join(f"{header(passage.article)} {passage.article.author or ''}" for passage in passages)
        passage_names = [name.words for passage in passages for name in names(passage.chunk.text)]
        doubt = (
            check_quotations(text, passages)
            or check_figures(text, passages)
            or check_dates(text, passages)
            or check_names(text, passages)
            or (_NOT_SAID if load(SUPPORT).probability(features) < 0.5 else None)
            or _unsupported_part(text, near)
            or opposite_of(text, sources)
            or reversed_roles(text, sources)
            or overstated(text, sources)
            or swapped_name(text, sources, frozenset(split_words(" ".join(passage_names))))
            or misattributed(text, sources[0], headers)
        )
        if doubt is None and self.entails and not self.entails(" ".join(sources), text):
            doubt = "it does not follow from the source"
        return CheckedSentence("unsupported" if doubt else "supported", tuple(grounds), doubt)

    def features(self, text: str, passages: Sequence[Passage]) -> dict[str, float]:
        """The features of the fitted model of support.

        coverage: share of the content words by weight; near: their weighted mean cosine with words of the source;
        least and second: the lowest of these; cosine: of the nearest sentence; back: see `alignment.Alignment`.
        """
        return self._grounds(text, passages)[1]

    def _grounds(
        self, text: str, passages: Sequence[Passage]
    ) -> tuple[list[Excerpt], dict[str, float], dict[str, float]]:
        """The fewest sentences that meet the words of `text`, best first, the features of them together, and the best
        cosine that they have for each stem of `text`."""
        weights = _weights(text)
        candidates = _candidates(weights, passages) if weights else []
        if not candidates:
            return [], {}, {}
        plain = [_plain(text), *(_plain(candidate.text) for candidate in candidates)]
        vectors, word_vectors = self.encode(plain)
        alignments = align(plain, word_vectors)
        cosines = [float(vectors[0] @ row) for row in vectors[1:]]
        nears = [{term: alignment.cosines.get(term, 0.0) for term in weights} for alignment in alignments]
        picked: list[int] = []
        near = dict.fromkeys(weights, 0.0)
        while len(picked) < _MAX_QUOTES:
            best = max(
                range(len(candidates)), key=lambda n: weighted_mean(_best(near, nears[n]), weights) + 0.05 * cosines[n]
            )
            more = _best(near, nears[best])
            gain_needed = weighted_mean(near, weights) + _MIN_GAIN
            if picked and (best in picked or weighted_mean(more, weights) < gain_needed):
                break
            picked.append(best)
            near = more
        present = frozenset[str]().union(*(stems_with_synonyms(candidates[n].text) for n in picked))
        least = sorted(near.values())
        features = {
            "coverage": coverage(weights, present),
            "near": weighted_mean(near, weights),
            "least": least[0],
            "second": least[min(1, len(least) - 1)],
            "cosine": max(cosines[n] for n in picked),
            "back": max(alignments[n].back for n in picked),
        }
        return [candidates[n] for n in picked], features, near


def _most_alike(text: str, passages: Sequence[Passage]) -> list[Passage]:
    """The passages that have most of the content words of `text`, best first."""
    weights = _weights(text)
    shares = [(coverage(weights, stems_with_synonyms(passage.chunk.text)), passage) for passage in passages]
    ranked = sorted(shares, key=lambda share: -share[0])
    return [passage for share, passage in ranked[:_MAX_OTHERS] if share >= _MIN_SHARE]


_JOINT = re.compile(
    r",?\s+(?:and|but|while|after|before|because|so that)\s+(?!(?:the |a |an )?[A-Z])|[;:]\s+|,\s+(?=which|who)"
)
_MIN_COSINE_OF_PART = 0.5  # mean over the content words of a part of a statement
_PART = 2  # content words that make one


def _unsupported_part(text: str, near: Mapping[str, float]) -> str | None:
    """The first part of a statement of several that the source does not say, such as "and left the country"."""
    weights, parts = _weights(text), _JOINT.split(text)
    for part in parts if len(parts) > 1 else ():
        own = {term: weights[term] for term in map(stem, content_terms(part)) if term in weights}
        if len(own) >= _PART and weighted_mean(near, own) < _MIN_COSINE_OF_PART:
            return f"the source does not say “{_plain(part).rstrip('.')}”"
    return None


def _plain(text: str) -> str:
    return " ".join(text.split())


def _weights(text: str) -> dict[str, float]:
    terms = [term for term in content_terms(text) if not term.isdigit()]  # figures are looked up
    terms = [term for term in terms if stem(term) not in stems("frames", "statement")] or terms
    return idf_weights(dict.fromkeys(terms, 0), 0)


def _best(near: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    return {term: max(cosine, other[term]) for term, cosine in near.items()}


def _candidates(weights: Weights, passages: Sequence[Passage]) -> list[Excerpt]:
    """The sentences of `passages` that have most of the weight, best first."""
    unique = {
        (passage.article.id, *span): Excerpt(passage, *span)
        for passage in passages
        for span in sentences_in(passage.article.text, passage.chunk)
    }
    ranked = sorted(unique.values(), key=lambda sentence: -coverage(weights, stems_with_synonyms(sentence.text)))
    return ranked[:_MAX_SENTENCES]


def _verbatim(text: str, passages: Iterable[Passage]) -> Excerpt | None:
    """Where `text` is one or more whole sentences of a source; with part of one alone the sense may be lost."""
    wanted = normal(text)
    for passage in passages:
        article_text = passage.article.text
        spans = sentences_in(article_text, passage.chunk)
        for first, (start, _) in enumerate(spans):
            for _, end in spans[first : first + _MAX_QUOTES]:
                if normal(article_text[start:end]) == wanted:
                    return Excerpt(passage, start, end)
    return None
