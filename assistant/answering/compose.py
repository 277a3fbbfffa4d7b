"""Composing: from the sentences that were chosen to an Answer, or to a refusal that helps."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.answering import phrasing
from assistant.answering.catalogue import Reply
from assistant.answering.citations import as_statements, citation, cite
from assistant.answers import Answer, Citation, CorpusInfo, Difference, Interpretation, Side, Statement
from assistant.articles import Passage
from assistant.index.duplicates import DuplicateGroups
from assistant.reading import agreement
from assistant.reading.answer_types import AnswerType
from assistant.reading.evidence import Evidence, SubQuestion
from assistant.reading.pronouns import completed, resolved
from assistant.reading.selection import SelectedQuote
from assistant.text.language import foreign
from assistant.text.words import rank
from assistant.utils.strings import one_line

_ABOUT = {"count": "the number", "money": "the amount", "share": "the share", "date": "the date"}
_MOST_LACKING = 3
_COMMON = 2000  # that no article has a word up to this rank says nothing


@dataclass(frozen=True, slots=True)
class Ground:
    """What an answer is made from, beside its evidence.

    `sought` is the question as it was searched for. `carried` has for each article with copies the other publications
    that carried it; `unknown` are telling words of the question that no article has, or not the only one that may be
    used (`alone`); `absent` are publications that it asks of and that the corpus does not have.
    """

    question: str
    sought: str
    kind: AnswerType | None
    understood: Interpretation
    corpus: CorpusInfo
    passages: Sequence[Passage]
    stories: DuplicateGroups
    carried: Mapping[str, tuple[str, ...]]
    unknown: tuple[str, ...]
    absent: tuple[str, ...] = ()
    alone: bool = False


def counted(ground: Ground, reply: Reply) -> Answer:
    """The answer of the catalogue to a question about the corpus itself."""
    return Answer(
        question=ground.question,
        text=phrasing.written(reply.statements),
        found=True,
        mode="catalogue",
        statements=reply.statements,
        citations=(),
        nearest=reply.articles,
        corpus=ground.corpus,
        confidence=1.0,
        understood=ground.understood,
    )


def refused(ground: Ground, chance: float) -> Answer:
    """The refusal: what comes nearest, what no article has, and which dates they cover."""
    # Nothing comes nearer than the one article that was asked about.
    closest = () if ground.alone else phrasing.nearest(ground.passages)
    corpus, lacking = ground.corpus, _lacking(ground)
    notice = foreign(ground.question, [one.chunk.text for one in ground.passages])
    return Answer(
        question=ground.question,
        text=(
            phrasing.refusal_of_one(lacking, ground.absent)
            if ground.alone
            else phrasing.refusal(closest, lacking, ground.absent, corpus.oldest, corpus.newest)
        ),
        found=False,
        mode="quotes",
        statements=(),
        citations=(),
        nearest=closest,
        corpus=corpus,
        confidence=chance,
        understood=ground.understood,
        notices=(notice,) if notice else (),
        lacking=lacking,
        absent=ground.absent,
    )


def _lacking(ground: Ground) -> tuple[str, ...]:
    named = " ".join(ground.absent).lower()
    lacking = [one for one in ground.unknown if rank(one) > _COMMON and one not in named]
    return tuple(_as_written(one, ground.question) for one in lacking[:_MOST_LACKING])


def _as_written(word: str, question: str) -> str:
    found = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", question, re.IGNORECASE)
    return found[0] if found else word


def quoted(
    ground: Ground,
    parts: Sequence[SubQuestion],
    chosen: Sequence[SelectedQuote],
    evidence: Sequence[Evidence],
    answered: Sequence[int],
    chance: float,
) -> Answer:
    """The answer of the sentences `chosen`, best first, out of `evidence`.

    `parts` are the question as a whole and those that it puts at once; `answered` are the numbers of those that are
    answered, 0 standing for the whole.
    """
    found = agreement.differences(ground.sought, ground.kind, evidence, ground.stories.name)
    told = [said.by for one in found for said in one.sides]
    # What a sentence leads up to comes with it, by the kind of the question that it answers.
    leads = [
        completed(one.by, parts[one.leads].kind, parts[one.leads].known) for one in chosen if one.leads is not None
    ]
    read = [*leads, *sorted((one.by for one in chosen if one.leads is None), key=_moment)]
    read += [one for one in told if not any(_within(one, other) for other in read)]
    quotes, speakers = _readable(read)
    citations = tuple(
        replace(one, carried_by=ground.carried.get(one.article_id, ()), speaker=speaker)
        for one, speaker in zip(cite(quotes), speakers, strict=True)
    )
    statements = tuple(
        replace(one, agreeing=agreement.agreeing(quote, evidence, ground.stories.name))
        for one, quote in zip(as_statements(citations), quotes, strict=True)
    )
    differences = tuple(_difference(one, quotes) for one in found)
    return Answer(
        question=ground.question,
        text=_text(statements, citations, differences),
        found=True,
        mode="quotes",
        statements=statements,
        citations=citations,
        nearest=(),
        corpus=ground.corpus,
        confidence=chance,
        understood=ground.understood,
        notices=(*phrasing.missing(ground.absent), *_unanswered(ground, answered)),
        absent=ground.absent,
        differences=differences,
        as_of=max((one.published for one in citations if one.published), default=None),
    )


def written(
    ground: Ground,
    statements: Sequence[Statement],
    citations: Sequence[Citation],
    evidence: Sequence[Evidence],
    chance: float,
    notices: Sequence[str] = (),
    left_out: int = 0,
) -> Answer:
    """The answer of a model's checked `statements`, with what the sources differ on by the `evidence` that was read."""
    cited = list(citations)
    found = agreement.differences(ground.sought, ground.kind, evidence, ground.stories.name)
    differences = tuple(_told_apart(one, cited) for one in found)
    every = tuple(replace(one, carried_by=ground.carried.get(one.article_id, ())) for one in cited)
    return Answer(
        question=ground.question,
        text=_text(statements, every, differences),
        found=True,
        mode="model",
        statements=tuple(statements),
        citations=every,
        nearest=(),
        corpus=ground.corpus,
        confidence=chance,
        understood=ground.understood,
        notices=(*phrasing.missing(ground.absent), *notices),
        absent=ground.absent,
        differences=differences,
        as_of=max((one.published for one in every if one.published), default=None),
        left_out=left_out,
    )


def _told_apart(found: agreement.Disagreement, cited: list[Citation]) -> Difference:
    """A difference; what its sides say is `cited` besides, where it is not yet."""
    sides = []
    for one in found.sides:
        by = one.by
        held = next((each for each in cited if _has(each, by)), None)
        if held is None:
            held = citation(len(cited) + 1, by.article, by.start, by.end)
            cited.append(held)
        sides.append(Side(one.value.words, held.number, by.article.source, by.article.published))
    return Difference(_ABOUT[found.about], tuple(sides))


def _has(citation: Citation, one: Evidence) -> bool:
    return citation.article_id == one.article.id and citation.start <= one.start and one.end <= citation.end


def _text(statements: Sequence[Statement], citations: Sequence[Citation], differences: Sequence[Difference]) -> str:
    return " ".join(filter(None, [phrasing.written(statements, citations), *map(phrasing.differing, differences)]))


def _unanswered(ground: Ground, answered: Sequence[int]) -> tuple[str, ...]:
    """A line for each question, of several put at once, that has no answer where another has one."""
    if not any(answered):
        return ()
    missing = [part for number, part in enumerate(ground.understood.parts, 1) if number not in answered]
    who = "This article does" if ground.alone else "The articles do"
    return tuple(f"{who} not answer this part: “{one_line(part, 200)}”." for part in missing)


def _moment(one: Evidence) -> tuple[bool, float, str, int]:
    published = one.article.published
    return published is None, published.timestamp() if published else 0.0, one.article.id, one.start


def _readable(chosen: Iterable[Evidence]) -> tuple[list[Evidence], list[str | None]]:
    """The quotes with their pronouns resolved; one that is now within another, or runs into it, is part of it."""
    quotes, speakers = list[Evidence](), list[str | None]()
    for one in chosen:
        longer, speaker = resolved(one)
        place = next((n for n, other in enumerate(quotes) if _meets(longer, other)), None)
        if place is None:
            quotes.append(longer)
            speakers.append(speaker)
        else:
            quotes[place] = _joined(quotes[place], longer)
            speakers[place] = speakers[place] if quotes[place].start < longer.start else speaker
    return quotes, speakers


def _within(one: Evidence, other: Evidence) -> bool:
    return one.article.id == other.article.id and other.start <= one.start and one.end <= other.end


def _meets(one: Evidence, other: Evidence) -> bool:
    return one.article.id == other.article.id and one.start < other.end and other.start < one.end


def _joined(one: Evidence, other: Evidence) -> Evidence:
    start, end = min(one.start, other.start), max(one.end, other.end)
    return replace(one, start=start, end=end, text=one.article.text[start:end])


def _difference(found: agreement.Disagreement, quotes: Sequence[Evidence]) -> Difference:
    sides = tuple(
        Side(
            value=one.value.words,
            citation=next(number for number, quote in enumerate(quotes, 1) if _within(one.by, quote)),
            source=one.by.article.source,
            published=one.by.article.published,
        )
        for one in found.sides
    )
    return Difference(_ABOUT[found.about], sides)
