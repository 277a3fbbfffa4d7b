"""Checking: whether what a sentence cites supports it, by what can be looked up and by the reading model.

Figures, dates, names and quotations must be in the source; no denial may be added or lost; and the words of the
sentence must be met, in their sense, by a few sentences of the source. A sentence that passes is not proved: two facts
of one source put together wrongly may pass.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.answers import Support
from assistant.articles import Article
from assistant.chunks import header
from assistant.claims import Claims, Figure, Moment, Name, claims
from assistant.embedding import WordVectors
from assistant.fitted import load
from assistant.matching import matches
from assistant.polarity import opposed
from assistant.query import stem, telling_terms, words
from assistant.retrieval import Passage
from assistant.sentences import Span, sentences_in
from assistant.wording import Weights, coverage, marks, weigh

SUPPORT = "support.json"
FEATURES = ("coverage", "near", "least", "second", "cosine", "back")
_LOOKED_AT = 8  # sentences embedded for one statement: the bound on its time
_MOST_QUOTES = 3
_ADDS = 0.05  # of the statement's weight that another sentence must add to be cited beside the first
_MOST_OTHERS = 3  # passages looked at besides when those cited do not do
_FRAME = frozenset(
    map(
        stem,
        """according article articles report reported reports said says say added told wrote passage passages source
        sources newspaper published""".split(),
    )
)

Vectors = NDArray[np.float32]
Read = Callable[[list[str]], tuple[Vectors, list[WordVectors] | None]]
Entails = Callable[[str, str], bool]
"""Whether the first text, a source, entails the second."""


@dataclass(frozen=True, slots=True)
class Ground:
    """The exact words that a statement rests on: `passage.article.text[start:end]`."""

    passage: Passage
    start: int
    end: int

    @property
    def text(self) -> str:
        """These words."""
        return self.passage.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome for one statement. `doubt` says in a few words why it is unsupported."""

    support: Support
    grounds: tuple[Ground, ...] = ()
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
    read: Read
    entails: Entails | None = None
    _seen: dict[str, tuple[Vectors, WordVectors | None]] = field(default_factory=dict)

    def check(self, text: str, cited: Iterable[int]) -> Checked:
        """Whether the passages `cited` support `text`; where they do not, another that was offered may.

        A statement that cites nothing gets the passages that support it.
        """
        own = [self.offered[number] for number in dict.fromkeys(cited) if number in self.offered]
        first = self._against(text, own) if own else Checked("unsupported", (), "no passage bears it out")
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
        ranked = sorted(passages, key=lambda one: -coverage(weights, marks(one.chunk.text)))
        return [one for one in ranked[:_MOST_OTHERS] if coverage(weights, marks(one.chunk.text)) > 0]

    def _against(self, text: str, passages: Sequence[Passage]) -> Checked:
        exact = _verbatim(text, passages)
        if exact:
            return Checked("verbatim", (exact,))
        chosen, features = self._chosen(text, passages)
        if not chosen:
            return Checked("unsupported", (), "the source does not say this")
        doubt = _quotation_lacking(text, passages) or _figure_lacking(text, passages)
        doubt = doubt or _moment_lacking(text, passages) or _name_lacking(text, passages)
        if doubt is None and load(SUPPORT).chance(features) < 0.5:
            doubt = "the source does not say this"
        if doubt is None and (word := opposed(text, [one.text for one in chosen])):
            doubt = f"{word} turns what the source says round"
        grounds = tuple(Ground(one.passage, *one.span) for one in chosen)
        if doubt is None and self.entails and not self.entails(" ".join(one.text for one in grounds), text):
            doubt = "it does not follow from the source"
        return Checked("unsupported" if doubt else "supported", grounds, doubt)

    def features(self, text: str, passages: Sequence[Passage]) -> dict[str, float]:
        """What the fitted measure of support sees: see `_features`."""
        return self._chosen(text, passages)[1]

    def _chosen(self, text: str, passages: Sequence[Passage]) -> tuple[list[_Sentence], dict[str, float]]:
        """The fewest sentences that meet the words of `text`, best first, and what is seen of them together."""
        weights = _weights(text)
        kept = _promising(weights, passages)
        if not kept:
            return [], {}
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
        present = frozenset[str]().union(*(marks(kept[n].text) for n in picked))
        features = _features(weights, near, present)
        features["cosine"] = max(cosines[n] for n in picked)
        features["back"] = max(matched[n].back for n in picked)
        return [kept[n] for n in picked], features

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
    terms = [one for one in telling_terms(text) if stem(one) not in _FRAME] or list(telling_terms(text))
    return weigh(dict.fromkeys(terms, 0), 0)


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
    ranked = sorted(unique.values(), key=lambda one: -coverage(weights, marks(one.text)))
    return ranked[:_LOOKED_AT]


# Word for word


_DROPPED = re.compile(r"[\"“”‘’'«»]|[.!?…]+$")
_DASHES = re.compile(r"\s*[–—-]\s*")


@lru_cache(maxsize=4096)
def normal(text: str) -> str:
    """`text` without regard to white space, quotation marks, dashes and case."""
    plain = unicodedata.normalize("NFKC", " ".join(text.split()))
    return _DASHES.sub("-", _DROPPED.sub("", plain)).strip().rstrip(".,;").casefold()


def _verbatim(text: str, passages: Iterable[Passage]) -> Ground | None:
    """Where `text` is one or more whole sentences of a source; with part of one alone the sense may be lost."""
    wanted = normal(text)
    for passage in passages:
        whole = passage.article.text
        spans = sentences_in(whole, passage.chunk)
        for place, (start, _) in enumerate(spans):
            for _, end in spans[place : place + _MOST_QUOTES]:
                if normal(whole[start:end]) == wanted:
                    return Ground(passage, start, end)
    return None


# What can be looked up


def _seen_from(article: Article) -> date:
    return (article.published or datetime.now(UTC)).date()


def _source(passage: Passage) -> Claims:
    return claims(f"{header(passage.article)}\n{passage.chunk.text}", _seen_from(passage.article))


def _quotation_lacking(text: str, passages: Sequence[Passage]) -> str | None:
    sources = [normal(f"{header(one.article)}\n{one.chunk.text}") for one in passages]
    for quoted in _source_free(text).quotations:
        if not any(normal(quoted) in source for source in sources):
            return f"the quotation “{quoted}” is not in the source"
    return None


def _source_free(text: str) -> Claims:
    return claims(text, date(2000, 1, 1))


def _figure_lacking(text: str, passages: Sequence[Passage]) -> str | None:
    """The first figure of `text` that no source has, or that the source says of something else."""
    sources = [_source(one) for one in passages]
    years = frozenset[int]().union(*(one.years for one in sources))
    told = [one for source in sources for one in source.figures]
    own = claims(text, _seen_from(passages[0].article)).figures
    for figure in own:
        if figure.unit == "" and not figure.nouns and figure.value in years:
            continue
        same = [one for one in told if figure.is_said_by(one)]
        if not same:
            return f"“{figure.words}” is not in the source"
        rest = [
            one
            for one in told
            if one.unit == figure.unit and one not in same and not any(each.is_said_by(one) for each in own)
        ]
        if _counts_other(figure, same, rest) or _ahead(figure.about, same, rest) >= _AHEAD:
            return f"“{figure.words}” is said of something else in the source"
    return None


def _counts_other(figure: Figure, same: Sequence[Figure], rest: Sequence[Figure]) -> bool:
    """Whether the source has this figure of something else, and another one of what is counted here."""
    if not figure.nouns or any(figure.nouns[0] in one.nouns for one in same):
        return False
    meant = [one for one in rest if figure.nouns[0] in one.nouns]
    return bool(meant) and _ahead(figure.about, same, meant) >= 0


_AHEAD = 2  # telling words that another figure must have more in common to be the one that is meant


class _Placed(Protocol):
    """A figure, a date or a name with the stems of the telling words next to it."""

    @property
    def about(self) -> tuple[str, ...]: ...


def _ahead(about: Sequence[str], same: Iterable[_Placed], rest: Iterable[_Placed]) -> int:
    """By how many of the words next to it the source says this rather of another than of the same."""
    held = set(about)
    own = max((len(held & set(one.about)) for one in same), default=0)
    return max((len(held & set(one.about)) for one in rest), default=0) - own


_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_WEEKDAY = re.compile(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b", re.IGNORECASE)
_REPORTED = re.compile(r"\b(?:reported|published|wrote|article|dated|as of|according|\()[^.;]*\Z", re.IGNORECASE)


def _moment_lacking(text: str, passages: Sequence[Passage]) -> str | None:
    """The first date of `text` that no source bears out, each seen from the day of that source."""
    read = [(claims(text, _seen_from(passage.article)).moments, passage) for passage in passages]
    for place, one in enumerate(read[0][0]):
        if not any(place < len(said) and _borne_out(said[place], said, passage) for said, passage in read):
            return f"“{one.words}” is not in the source, or said of something else there"
    return None


def _borne_out(said: Moment, every: Sequence[Moment], passage: Passage) -> bool:
    source, day = _source(passage), _WEEKDAY.search(said.words)
    if day and said.since == said.until and f"{said.since:%A}".lower() != day[0].lower():
        return False
    if said.words.isdigit() and int(said.words) in source.years:
        return True
    same = [one for one in source.moments if _within(one, said)]
    if not same:
        published = passage.article.published
        return bool(published and said.since == said.until == published.date() and _REPORTED.search(said.before))
    rest = [one for one in source.moments if one not in same and not any(_within(one, other) for other in every)]
    return _ahead(said.about, same, rest) < _AHEAD


def _within(source: Moment, said: Moment) -> bool:
    return any(said.since <= since and until <= said.until for since, until in _readings(source))


def _readings(moment: Moment) -> Iterator[tuple[date, date]]:
    """What a date of a source may mean: without a year it may be the year before or after."""
    yield moment.since, moment.until
    if _WEEKDAY.fullmatch(moment.words.split()[-1]):
        yield moment.since + timedelta(days=7), moment.until + timedelta(days=7)
    elif not _YEAR.search(moment.words):
        for years in (-1, 1):
            try:
                yield (
                    moment.since.replace(year=moment.since.year + years),
                    moment.until.replace(year=moment.until.year + years),
                )
            except ValueError:  # 29 February
                continue


# Names


_ALIASES = tuple(
    frozenset(line.split("; "))
    for line in (
        "eu; european union; the bloc",
        "un; united nations",
        "us; usa; u.s.; united states; united states of america; america; american",
        "uk; u.k.; united kingdom; britain; great britain; british",
        "uae; united arab emirates; emirati",
        "nato; north atlantic treaty organization; north atlantic treaty organisation",
        "czechia; czech republic; czech",
        "netherlands; dutch; holland",
        "france; french",
        "spain; spanish",
        "greece; greek",
        "denmark; danish; danes",
        "sweden; swedish; swedes",
        "switzerland; swiss",
        "wales; welsh",
        "ireland; irish",
        "turkey; türkiye; turkish",
        "finland; finnish; finns",
        "poland; polish; poles",
        "north korea; pyongyang; dprk",
        "russia; kremlin; moscow; russian",
        "china; beijing; chinese",
        "germany; berlin; german",
        "usa; washington",
    )
)
_PEOPLE_OF = re.compile(r"(?:ian|ean|an|ese|ish|ch|i|s|n)$")


def _name_lacking(text: str, passages: Sequence[Passage]) -> str | None:
    """The first name of `text` that no source has, in full or in part, by its initials or by another name."""
    sources = [f"{header(one.article)}\n{one.chunk.text}" for one in passages]
    known = frozenset(word for source in sources for word in words(source))
    told = [one for passage in passages for one in _source(passage).names]
    for said in _source_free(text).names:
        name = said.words
        if _is_anothers(said, text, told):
            return f"the source says this of another than “{name}”"
        if all(word in known or _of_that_place(word, known) for word in _name_words(name)):
            continue
        if not any(_has_alias(name, source) for source in sources) and not any(
            _completed(name, source, one.article) for source, one in zip(sources, passages, strict=True)
        ):
            return f"“{name}” is not in the source"
    return None


def _is_anothers(said: Name, text: str, told: Sequence[Name]) -> bool:
    held, own = set(words(text)), set(_name_words(said.words))
    same = [one for one in told if own & set(words(one.words))]
    rest = [one for one in told if not held & set(words(one.words))]
    return bool(same) and _ahead(said.about, same, rest) >= _AHEAD


def _name_words(name: str) -> list[str]:
    return [one for one in words(name) if len(one) > 1]


def _of_that_place(word: str, known: frozenset[str]) -> bool:
    """Whether "Chinese" or "China" is there for the other."""
    root = _PEOPLE_OF.sub("", word)
    return len(root) >= 4 and any(other.startswith(root) and len(other) - len(root) <= 3 for other in known)


def _has_alias(name: str, source: str) -> bool:
    plain = " ".join(words(name))
    text = f" {' '.join(words(source))} "
    alike = [one for group in _ALIASES if plain in group for one in group]
    if any(f" {' '.join(words(one))} " in text for one in alike):
        return True
    if name.isupper() and 2 <= len(name) <= 6:
        return _has_initials(name, source)
    initials = "".join(word[0] for word in name.split() if word[:1].isupper())
    return len(initials) >= 2 and re.search(rf"\b{re.escape(initials)}\b", source) is not None


def _has_initials(name: str, source: str) -> bool:
    pattern = r"\s+(?:of\s+|and\s+|for\s+|the\s+)*".join(rf"{letter}[\w’'-]+" for letter in name)
    return re.search(rf"\b{pattern}\b", source) is not None


def _completed(name: str, source: str, article: Article) -> bool:
    """Whether the article has the name in full and the passage its last word."""
    last = words(name)[-1:]
    return bool(last) and last[0] in words(source) and " ".join(words(name)) in " ".join(words(article.text))
