"""Whether a statement is supported by what it cites: by what can be looked up, and by the reader.

Figures, dates, names and quotations must be in the source, no word may have the opposite sense, no name stand in the
place of another, nobody do what was done to them, and the reader must find that the source bears the statement out. A
statement that passes is not proved: the reader is right often, not always.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.answers import Support
from assistant.articles import Passage, header
from assistant.models import ReaderInput, load
from assistant.reading import Excerpt, Read, reader_input
from assistant.text import (
    content_terms,
    coverage,
    idf_weights,
    is_foreign,
    sentences_in,
    split_words,
    stem,
    stems,
    stems_with_synonyms,
)
from assistant.verification.dates import check_dates, tells_publication, with_dates_of_source
from assistant.verification.denials import check_denials
from assistant.verification.entailment import Entails
from assistant.verification.exchanged_roles import check_exchanged_roles
from assistant.verification.lookup import (
    check_figures,
    check_figures_in_place,
    check_names,
    check_quotations,
    with_figures_of_source,
    with_words_left_out,
)
from assistant.verification.merged_facts import check_merged_facts
from assistant.verification.opposites import check_opposites, with_prefixes_of_source
from assistant.verification.quotations import denies, normal
from assistant.verification.speakers import check_speakers
from assistant.verification.swapped_names import check_swapped_names

SUPPORT = "support.json"
FEATURES = ("passage", "grounds", "words")
_MAX_QUOTES = 3
_NEARLY = 2.0  # log odds below the best sentence within which another bears a statement out with it
_MAX_OTHERS = 3  # passages looked at besides when those cited do not do
_LEAST_UNCITED = 0.6  # probability that they do: of several that nobody cites one may be taken by chance
_LEAST_OF_A_BEGINNING = 0.2  # the same of the words with which a sentence of the source begins, up to a comma
_MIN_SHARE = 0.4  # of a statement's content words, by weight, that another passage must have to be worth a look
_TAKEN_BACK = frozenset(
    "if unless except but provided until not no never although though only whether would could might".split()
)
_GOING_ON = (" and ", " but ", " while ")
_NOT_SAID = "the source does not say this"


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """The outcome for one statement. `doubt` says in a few words why it is unsupported."""

    support: Support
    grounds: tuple[Excerpt, ...] = ()
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks the statements of one answer against the passages that were offered for it.

    `another_language`: the question is in another than the passages, so the answer probably is too.
    """

    offered: Mapping[int, Passage]
    read: Read
    entails: Entails | None = None
    another_language: bool = False

    def check(self, text: str, cited: Iterable[int]) -> CheckedSentence:
        """Whether the passages `cited` support `text`; where they do not, another that was offered may.

        A statement that cites nothing gets the passages that support it.
        """
        own = [self.offered[number] for number in dict.fromkeys(cited) if number in self.offered]
        if not own and self._is_foreign(text):  # what is alike in words is not found across languages
            own = list(self.offered.values())
        first = self._against(text, own) if own else CheckedSentence("unsupported", (), "no passage bears it out")
        if first.support != "unsupported":
            return first
        others = _most_alike(text, [passage for passage in self.offered.values() if passage not in own])
        for group in [*([passage] for passage in others), *([others] if len(others) > 1 and not own else [])]:
            checked = self._against(text, group, _LEAST_UNCITED)
            if checked.support != "unsupported":
                return checked
        return first

    def _against(self, text: str, passages: Sequence[Passage], least: float = 0.5) -> CheckedSentence:
        exact = _verbatim(text, passages)
        if exact:
            return CheckedSentence("verbatim", (exact,))
        if self._is_foreign(text):
            return _unchecked(text, passages)
        published = tells_publication(text, passages)
        if published:
            start, end = sentences_in(published.article.text, published.chunk)[0]
            doubt = "the source does not deny this" if denies(text) else None
            return CheckedSentence("unsupported" if doubt else "supported", (Excerpt(published, start, end),), doubt)
        in_full = with_words_left_out(text, passages)
        in_full = with_prefixes_of_source(in_full, [each.chunk.text for each in passages])
        least = min(least, _LEAST_OF_A_BEGINNING) if _begins_sentence(text, passages) else least
        grounds, features = self._read(in_full, passages)
        if not grounds:
            return CheckedSentence("unsupported", (), _NOT_SAID)
        doubt = (
            check_quotations(text, passages)
            or check_figures(text, passages)
            or check_figures_in_place(text, [each for passage in passages for each in _sentences(passage)])
            or check_dates(text, passages, grounds)
            or check_names(text, passages)
            or check_opposites(text, [ground.text for ground in grounds])
            or check_swapped_names(text, [ground.text for ground in grounds])
            or check_denials(in_full, [each for passage in passages for each in _sentences(passage)])
            or check_speakers(text, [each for passage in passages for each in _sentences(passage)])
            or check_merged_facts(text, [each.text for each in grounds], [each.chunk.text for each in passages])
            or check_exchanged_roles(text, [each for passage in passages for each in _sentences(passage)])
            or (_NOT_SAID if load(SUPPORT).probability(features) < least else None)
        )
        if doubt is None and self.entails and not self.entails(" ".join(ground.text for ground in grounds), text):
            doubt = "it does not follow from the source"
        return CheckedSentence("unsupported" if doubt else "supported", tuple(grounds), doubt)

    def _is_foreign(self, text: str) -> bool:
        return is_foreign(text, [each.chunk.text for each in self.offered.values()], surely=not self.another_language)

    def features(self, text: str, passages: Sequence[Passage]) -> dict[str, float]:
        """The features of the fitted model of support.

        passage: log odds of the reader that one of the passages bears `text` out, the highest; grounds: that the
        sentences do which bear it out most; words: how many content words it has.
        """
        return self._read(text, passages)[1]

    def _read(self, text: str, passages: Sequence[Passage]) -> tuple[list[Excerpt], dict[str, float]]:
        """The sentences that bear `text` out most, best first, and the features."""
        if not content_terms(text):
            return [], {}
        text = with_figures_of_source(with_dates_of_source(text, passages), passages)
        spans = [sentences_in(passage.article.text, passage.chunk) for passage in passages]
        whole = self.read([reader_input(text, *each) for each in zip(passages, spans, strict=True)])
        found: dict[tuple[str, int], tuple[float, Excerpt]] = {}
        for passage, own, reading in zip(passages, spans, whole, strict=True):
            for (start, end), logit in zip(own, reading.sentences, strict=True):
                found.setdefault((passage.article.id, start), (logit, Excerpt(passage, start, end)))
        best = sorted(found.values(), key=lambda each: -each[0])[:_MAX_QUOTES]
        grounds = [excerpt for logit, excerpt in best if logit >= best[0][0] - _NEARLY]
        if not grounds:
            return [], {}
        ordered = sorted(grounds, key=lambda each: (each.article.id, each.start))
        (alone,) = self.read([ReaderInput(text, header(grounds[0].article), [each.text for each in ordered])])
        highest, words = max(each.bears_out for each in whole), float(len(_weights(text)))
        return grounds, {"passage": highest, "grounds": alone.bears_out, "words": words}


def _unchecked(text: str, passages: Sequence[Passage]) -> CheckedSentence:
    """A statement in another language: its quotations are looked up, it cites the sentence with most of its words."""
    words = set(split_words(text))
    excerpts = [
        Excerpt(passage, *span) for passage in passages for span in sentences_in(passage.article.text, passage.chunk)
    ]
    alike = max(excerpts, key=lambda each: len(words & set(split_words(each.text))), default=None)
    doubt = check_quotations(text, passages)
    return CheckedSentence("unsupported" if doubt else "unchecked", (alike,) if alike else (), doubt)


def _sentences(passage: Passage) -> list[str]:
    text = passage.article.text
    return [text[slice(*span)] for span in sentences_in(text, passage.chunk)]


def _most_alike(text: str, passages: Sequence[Passage]) -> list[Passage]:
    """The passages that have most of the content words of `text`, best first."""
    weights = _weights(text)
    shares = [(coverage(weights, stems_with_synonyms(passage.chunk.text)), passage) for passage in passages]
    ranked = sorted(shares, key=lambda share: -share[0])
    return [passage for share, passage in ranked[:_MAX_OTHERS] if share >= _MIN_SHARE]


def _weights(text: str) -> dict[str, float]:
    terms = [term for term in content_terms(text) if not term.isdigit()]  # figures are looked up
    terms = [term for term in terms if stem(term) not in stems("frames", "statement")] or terms
    return idf_weights(dict.fromkeys(terms, 0), 0)


def _begins_sentence(text: str, passages: Iterable[Passage]) -> bool:
    """Whether `text` is what a sentence of a source says before a comma or "and", and what follows does not undo it."""
    wanted = normal(text)
    for sentence in (normal(each) for passage in passages for each in _sentences(passage)):
        rest = sentence.removeprefix(wanted)
        if rest != sentence and (rest[:1] in ",;" or rest.startswith(_GOING_ON)):
            return _TAKEN_BACK.isdisjoint(split_words(rest))
    return False


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
