"""From a question's passages to evidence: they are read, and their most promising sentences embedded and ranked."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice

import numpy as np

from assistant.articles import Article, Passage, header
from assistant.models import Linear, ReaderInput, Reading, Vectors, in_context, load
from assistant.reading.asked_time import AskedTime, Bearing, asked_time
from assistant.reading.descriptions import who_is_asked, with_descriptions
from assistant.reading.evidence import Candidate, Evidence, Excerpt, SentenceReading, SubQuestion
from assistant.reading.ranker import WEIGHTS, by_time, ranked, ranking_features
from assistant.reading.rows import as_read
from assistant.retrieval import Query, Time, tidy
from assistant.text import (
    Span,
    Weights,
    WordPattern,
    content_terms,
    is_content_word,
    sentences_in,
    split_words,
    stem,
    word_list,
)

_MOST_RANKED = 32  # sentences for one question, the likeliest by the reader
_MOST_EMBEDDED = 8  # of these, the likeliest by all else that is known of them
_FEW = 3  # content words
_SURELY_READ = 6  # passages
_LEAST_SCORE = 0.15  # of the best passage's: of 2,156 quotes over 609 articles it cost one, which did not answer
_ON_A_TOPIC = WordPattern(
    r"\s*+{questions.on_a_topic}\s++(?!(?:one|a few|\d+)\b)(?P<topic>.+?)(?<![\s?!.])"
    r"(?:\s++(?-i:{questions.kinds_of_story}))?[\s?!.]*+",
    re.IGNORECASE,
)
_COMPARED = WordPattern(
    r"\W*+(?:{questions.comparing}\b(?>.*?\b(?:{questions.publications}|{questions.reporting})\b).*?"
    r"|(?>.*?\b{questions.publications}\b).*?\b{questions.differing})"
    r"(?<!\s)\s++{questions.before_a_topic}\s++(?P<topic>.+?)(?<![\s?!.])"
    r"(?:\s++(?-i:{questions.kinds_of_story}))?[\s?!.]*+",
    re.IGNORECASE,
)
_LIST = WordPattern(r"\W*+{questions.listing}\s++(?P<what>.+?)(?<![\s?!.])[\s?!.]*+", re.IGNORECASE)
_WHICH = re.compile(r"\W*(?:which|what)\s+(?P<noun>\w{2,}(?<!s)s)\b(?!\s+of\b)", re.IGNORECASE)
_BY_NAME = WordPattern(r"\W*{questions.listing_by_name}\b", re.IGNORECASE)
_PLURAL = re.compile(r"(?:[\w'’-]+\s+){0,4}?\w{2,}(?<!s)s\b(?=\s+\w|$)")
_ANYONE = WordPattern(r"{questions.anyone}\s+(?:who|that)\s+", re.IGNORECASE)
_RELATIVE = re.compile(r"(?<!\s)\s++(?:who|that|which)\s++", re.IGNORECASE)
_SAID = WordPattern(
    r"\W*+what\s++(?:did|does|do|has|have|had|is|was)\s++(?P<speaker>(?:the\s++)?\w[^,?!]*?)(?<!\s)\s++"
    r"{questions.saying}[\s?!.]*+",
    re.IGNORECASE,
)
_ASKING = WordPattern(r"{questions.asking}\b", re.IGNORECASE)
Encode = Callable[[Sequence[str]], Vectors]
"""Gives the vectors of texts."""
Features = tuple[dict[str, float], ...]
"""Those of a sentence for each part of a question."""
Read = Callable[[Sequence[ReaderInput]], list[Reading]]
"""Gives what the reader says of questions with passages."""
ImpliedBy = Callable[[Article], frozenset[str]]
"""The stems of a question that an article need not say, as it was published there and then."""


def sub_questions(
    query: Query,
    unrouted: Query,
    weights: Weights,
    rarest: float,
    routed: frozenset[str] = frozenset(),
    absent: bool = False,
    read_as: str | None = None,
    times: Sequence[Time] = (),
) -> list[SubQuestion]:
    """The question `query` as a whole, then the questions that it puts at once, in order.

    `weights` are those of its content words, `rarest` the highest there is. Stems that are `routed` do not count, as
    they only say where to look; `unrouted` is the question without them. The whole is read as `read_as`, where given.
    `times` are those that it names.
    """
    whole, *parts = (
        _sub_question(text, short, _weights(text, weights, rarest, routed), absent)
        for text, short in zip((query.question, *query.parts), (unrouted.question, *unrouted.parts), strict=True)
    )
    if read_as or parts:
        whole = replace(whole, read_as=read_as or query.question)
    found = [whole, *parts[:1], *(_with_dependency(part, whole, parts[0]) for part in parts[1:])]
    time = asked_time(times)
    return [_with_time(part, time) for part in found] if time else found


def _with_time(part: SubQuestion, time: AskedTime) -> SubQuestion:
    """`part` with the time that it is asked for; "what happened on 27 May" has no more words than that."""
    before, words, after = part.read_as.partition(time.words)
    untimed = tidy(f"{before} {after}", part.read_as) if words and content_terms(before + after) else ""
    return replace(part, time=time, untimed=untimed)


def _sub_question(question: str, unrouted: str, weights: Weights, absent: bool) -> SubQuestion:
    """`question` as it is put to the reader.

    "Tell me about the flood" is "What has happened with the flood?", as no sentence tells "about"; "Tell me about who
    won" is "Who won?". A publication may be asked: "What did the Chronicle say about the flood?".
    """
    if listed := _listed(question):
        return SubQuestion(listed, question, weights, absent, lists=True)
    if who := who_is_asked(question):
        read_as = question if question.lower().startswith("who") else f"Who is {who}?"
        return SubQuestion(read_as, question, weights, absent, who=who)
    if said := _SAID.fullmatch(unrouted):
        return SubQuestion(question, question, weights, absent, speaker=said["speaker"])
    compared = _COMPARED.fullmatch(unrouted)
    found = compared or _ON_A_TOPIC.fullmatch(unrouted)
    if not found:
        return SubQuestion(question, question, weights, absent)
    topic = found["topic"]
    if not word_list("corpus_questions", "no_topic").isdisjoint(split_words(topic)) and not _ASKING.match(topic):
        return SubQuestion(question, question, weights, absent)
    if _ASKING.match(topic):
        return SubQuestion(f"{topic[:1].upper()}{topic[1:]}?", question, weights, absent)
    own = {term: weights[term] for term in map(stem, content_terms(topic)) if term in weights}
    asked = f"What has happened with {topic}?"
    return SubQuestion(asked, question, own or weights, absent, topic=topic, compares=compared is not None)


def _listed(question: str) -> str:
    """A question for all there are as one that the reader knows; none where it asks for no list.

    "List everyone who ..." is "Who ...", "name the shelters that ..." is "Which shelters ...?".
    """
    if (which := _WHICH.match(question)) and is_content_word(which["noun"].lower()):
        return question
    found = _LIST.fullmatch(question)
    if not found:
        return ""
    what = found["what"]
    if anyone := _ANYONE.match(what):
        return f"Who {what[anyone.end() :]}?"
    if relative := _RELATIVE.search(what):
        return f"Which {what[: relative.start()]} {what[relative.end() :]}?"
    who = "Who" if _BY_NAME.match(question) else "What"
    return f"{who} are the {what}?" if _PLURAL.match(what) else ""


def _weights(text: str, weights: Weights, rarest: float, routed: frozenset[str]) -> dict[str, float]:
    own = {term: weights[term] / rarest for term in map(stem, content_terms(text)) if term in weights}
    return {term: weight for term, weight in own.items() if term not in routed} or own


def _with_dependency(part: SubQuestion, whole: SubQuestion, first: SubQuestion) -> SubQuestion:
    """`part`; of few words, such as "what was demanded", it is about what the `first` one is about."""
    if len(part.weights) >= _FEW:
        return part
    inherited = {term: weight / 2 for term, weight in first.weights.items()}
    return replace(
        part,
        read_as=in_context(part.read_as, first.read_as),
        compared_as=whole.compared_as,
        weights={**inherited, **part.weights},
        depends_on=first.weights,
    )


def worth_reading(passages: Sequence[Passage]) -> Sequence[Passage]:
    """The first of the passages, and others with a score that is not far below the best.

    They are of an even number, as two are read at a time.
    """
    least = _LEAST_SCORE * max((passage.score for passage in passages), default=0.0)
    worth = {place for place, passage in enumerate(passages) if place < _SURELY_READ or passage.score >= least}
    worth.update([place for place in range(len(passages)) if place not in worth][: len(worth) % 2])
    return [passages[place] for place in sorted(worth)]


def gather_evidence(
    parts: Sequence[SubQuestion], passages: Sequence[Passage], read: Read, encode: Encode, implied_by: ImpliedBy
) -> list[Evidence]:
    """The sentences of `passages` as evidence for a question, best first; each sentence of an article once.

    `parts` are the question as a whole and then those that it puts at once.
    """
    found = dict[tuple[str, int], Candidate]()
    for candidate in sorted(_candidates(parts, passages, read), key=_promise, reverse=True):
        # Passages overlap: a sentence stays as it was read in the passage in which it answers most likely.
        found.setdefault((candidate.article.id, candidate.start), candidate)
    candidates = list(found.values())[:_MOST_RANKED]
    ranker = load(WEIGHTS)
    features = [ranking_features(each, parts, implied_by(each.article)) for each in candidates]
    features = _with_cosines(candidates, features, parts, ranker, encode) if candidates else []
    evidence = [
        Evidence(each.passage, each.start, each.end, own, readings=each.readings, embed=partial(_vector, encode, each))
        for each, own in zip(candidates, features, strict=True)
    ]
    return with_descriptions(by_time(ranked(evidence, ranker), parts), parts)


def _with_cosines(
    candidates: Sequence[Candidate],
    features: Sequence[Features],
    parts: Sequence[SubQuestion],
    ranker: Linear,
    encode: Encode,
) -> list[Features]:
    """The features with the cosines of the likeliest candidates; the others are taken for no nearer than any of these.

    Embedding is what takes time, and lifts none that is far behind by all else.
    """
    scores = np.array([[ranker.total(own) for own in each] for each in features])
    behind = (scores.max(axis=0) - scores).min(axis=1)  # the best for each part
    likeliest = behind.argsort(kind="stable")[:_MOST_EMBEDDED]
    texts = [*(part.compared_as for part in parts), *(_as_embedded(candidates[number]) for number in likeliest)]
    asked, vectors = np.split(encode(texts), [len(parts)])
    known = vectors @ asked.T
    cosines = np.tile(known.min(axis=0), (len(candidates), 1))
    cosines[likeliest] = known
    return [
        tuple({**own, "cosine": cosine} for own, cosine in zip(each, near, strict=True))
        for each, near in zip(features, cosines.tolist(), strict=True)
    ]


def _as_embedded(candidate: Candidate) -> str:
    return " ".join(candidate.text.split())


def _vector(encode: Encode, candidate: Candidate) -> Vectors:
    vector: Vectors = encode([_as_embedded(candidate)])[0]
    return vector


def _promise(candidate: Candidate) -> float:
    return max(reading.answers + reading.passage_answers / 2 for reading in candidate.readings)


def _candidates(parts: Sequence[SubQuestion], passages: Sequence[Passage], read: Read) -> Iterator[Candidate]:
    """The sentences of the passages with what the reader says of them; all are read at once."""
    spans = [sentences_in(passage.article.text, passage.chunk) for passage in passages]
    found = iter(read([_as_read(part, *each) for each in zip(passages, spans, strict=True) for part in parts]))
    for rank, (passage, own) in enumerate(zip(passages, spans, strict=True)):
        readings = list(islice(found, len(parts)))
        read_rows = as_read(passage.article.text, own)
        for number, (start, end) in enumerate(own):
            of_sentence = (SentenceReading.of(reading, number, start, read_rows[number].place) for reading in readings)
            yield Candidate(passage, start, end, rank, tuple(of_sentence))


def _as_read(part: SubQuestion, passage: Passage, spans: Sequence[Span]) -> ReaderInput:
    """`part` with a passage; without its time where a sentence is of it, as the reader does not know the days."""
    text = part.read_as
    if (time := part.time) and part.untimed:
        is_of_that_time = any(Excerpt(passage, *span).bearing(time) >= Bearing.PLANNED for span in spans)
        text = part.untimed if is_of_that_time else text
    return reader_input(text, passage, spans)


def reader_input(text: str, passage: Passage, spans: Sequence[Span]) -> ReaderInput:
    """A question or a statement with the sentences of `passage` at these places."""
    return ReaderInput(text, header(passage.article), [each.text for each in as_read(passage.article.text, spans)])
