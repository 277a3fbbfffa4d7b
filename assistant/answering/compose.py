"""From the sentences that were chosen to an Answer, or to a refusal that helps."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from assistant.answering import phrasing
from assistant.answering.catalogue import Reply
from assistant.answering.stages import Assessed, Retrieved
from assistant.answers import Answer, ArticleRef, Citation, Difference, Mode, Side, Statement
from assistant.articles import Article
from assistant.reading import (
    Bearing,
    Disagreement,
    Evidence,
    SelectedQuote,
    agreeing_publications,
    disagreements,
    resolve_pronoun,
    short_answer,
    with_announced,
)
from assistant.utils import by_day

_ABOUT = {"count": "the number", "money": "the amount", "share": "the share", "date": "the date"}


def catalogue_answer(retrieved: Retrieved, reply: Reply) -> Answer:
    """The answer of the catalogue to a question about the corpus itself."""
    return _answer(
        retrieved,
        text=phrasing.statements_text(reply.statements),
        mode="catalogue",
        statements=reply.statements,
        nearest=reply.articles,
        notices=reply.notices,
        confidence=1.0,
    )


def related(assessed: Assessed, quotes: Sequence[SelectedQuote], is_probable: bool) -> Answer:
    """What comes closest to a question that the articles do not surely answer: the sentences chosen as `quotes`.

    `is_probable`: more likely than not they do answer.
    """
    retrieved, lacking, absent = assessed.retrieved, assessed.lacking, assessed.retrieved.plan.absent
    answering, further = _in_order(assessed, quotes, ())
    citations = tuple(
        replace(make_citation(number, sentence.article, sentence.start, sentence.end), speaker=speaker)
        for number, (sentence, speaker) in enumerate(_with_speakers(answering + further), 1)
    )
    return _answer(
        retrieved,
        text=phrasing.related_text(citations, is_probable, lacking, absent, retrieved.of_one_article),
        found=False,
        citations=_carried(retrieved, citations),
        notices=_other_time(retrieved, quotes),
        confidence=assessed.probability,
        is_probable=is_probable,
        lacking=lacking,
        absent=absent,
    )


def refusal(assessed: Assessed) -> Answer:
    """The refusal: what comes nearest, what no article has, and which dates they cover."""
    retrieved = assessed.retrieved
    # Nothing comes nearer than the one article that was asked about.
    # Of a follow-up those of the answer before it come first among what is read, whatever they are about.
    ranked = sorted(retrieved.passages, key=lambda each: -each.cosine) if retrieved.rewritten else retrieved.passages
    closest = () if retrieved.of_one_article else phrasing.nearest_articles(ranked)
    corpus, lacking, absent = retrieved.corpus, assessed.lacking, retrieved.plan.absent
    return _answer(
        retrieved,
        text=phrasing.refusal_text(closest, lacking, absent, corpus.oldest, corpus.newest, retrieved.of_one_article),
        found=False,
        nearest=closest,
        confidence=assessed.probability,
        lacking=lacking,
        absent=absent,
    )


def empty_draft(retrieved: Retrieved) -> Answer:
    """The answer of a model before it has written anything."""
    return _answer(retrieved, text="", mode="model", confidence=0.0)


def _answer(
    retrieved: Retrieved,
    *,
    found: bool = True,
    mode: Mode = "quotes",
    statements: tuple[Statement, ...] = (),
    citations: tuple[Citation, ...] = (),
    nearest: tuple[ArticleRef, ...] = (),
    notices: Sequence[str] = (),
    fold: int | None = None,
    **fields: Any,
) -> Answer:
    if mode != "catalogue" and retrieved.is_in_another_language:
        notices = (phrasing.ANOTHER_LANGUAGE, *notices)
    retrieved.timings["total"] = round((time.perf_counter() - retrieved.started) * 1000, 2)
    cited = {number for statement in statements[:fold] for number in statement.citations}
    days = [citation.published for citation in citations if citation.number in cited and citation.published]
    return Answer(
        question=retrieved.question,
        found=found,
        mode=mode,
        statements=statements,
        citations=citations,
        nearest=nearest,
        corpus=retrieved.corpus,
        understood=retrieved.plan.interpretation,
        as_of=max(days, default=None, key=by_day),
        timings=dict(retrieved.timings),
        notices=tuple(notices),
        fold=fold,
        **fields,
    )


def extractive_answer(assessed: Assessed, quotes: Sequence[SelectedQuote]) -> Answer:
    """The answer of the sentences chosen as `quotes`, best first, out of the evidence."""
    retrieved, found = assessed.retrieved, _disagreements(assessed)
    answering, further = _in_order(assessed, quotes, found)
    sentences = _with_speakers([*answering, *further])
    citations, statements = list[Citation](), list[Statement]()
    for number, (sentence, speaker) in enumerate(sentences, 1):
        citation = make_citation(number, sentence.article, sentence.start, sentence.end)
        citations.append(replace(citation, speaker=speaker))
        agreeing = agreeing_publications(sentence, assessed.evidence, retrieved.duplicates.group)
        text, short = " ".join(citation.quote.split()), _short(assessed, quotes, sentence)
        statements.append(Statement(text, (number,), "verbatim", agreeing, short=short))
    fold = len(_with_speakers(answering))
    notices = (*_other_time(retrieved, quotes), *_unanswered(assessed))
    return _found(assessed, found, statements, citations, notices, fold=fold)


def _other_time(retrieved: Retrieved, quotes: Sequence[SelectedQuote]) -> tuple[str, ...]:
    """A line where none of the quotes is of the time that is asked about."""
    time = retrieved.sub_questions[0].time
    dated = [quote.by for quote in quotes if quote.by.article.published]
    if time is None or not dated or any(quote.by.bearing(time) >= Bearing.PLANNED for quote in quotes):
        return ()
    return (phrasing.other_time_line(time.since, time.until, time.words),)


def _short(assessed: Assessed, quotes: Sequence[SelectedQuote], sentence: Evidence) -> str | None:
    """The few words of a quoted sentence that answer the question that it leads for."""
    parts = assessed.retrieved.sub_questions
    found = (
        short_answer(parts[quote.leads], quote.leads, quote.by)
        for quote in quotes
        if quote.leads is not None and _within(quote.by, sentence)
    )
    return next(filter(None, found), None)


def briefing(assessed: Assessed) -> Answer:
    """The answer to who asks for what there is on a topic: the sentences of the briefing, each with who says it when.

    Where publications are compared, with the figures that they differ on.
    """
    citations, statements = list[Citation](), list[Statement]()
    for number, (sentence, speaker) in enumerate(_with_speakers(assessed.briefing), 1):
        citation = make_citation(number, sentence.article, sentence.start, sentence.end)
        citations.append(replace(citation, speaker=speaker))
        statements.append(Statement(" ".join(citation.quote.split()), (number,), "verbatim"))
    differing = _disagreements(assessed) if assessed.retrieved.sub_questions[0].compares else ()
    return _found(assessed, differing, statements, citations, (), is_briefing=True)


def generated_answer(
    assessed: Assessed,
    statements: Sequence[Statement],
    citations: Sequence[Citation],
    notices: Sequence[str] = (),
    left_out: int = 0,
    model: str | None = None,
) -> Answer:
    """The answer of a model's checked `statements`, with what the sources differ on by the evidence."""
    found = _disagreements(assessed)
    return _found(assessed, found, statements, citations, notices, mode="model", left_out=left_out, model=model)


def _found(
    assessed: Assessed,
    disagreeing: Sequence[Disagreement],
    statements: Sequence[Statement],
    citations: Sequence[Citation],
    notices: Sequence[str],
    is_briefing: bool = False,
    **fields: Any,
) -> Answer:
    retrieved, cited = assessed.retrieved, list(citations)
    differences = tuple(_difference(disagreement, cited) for disagreement in disagreeing)
    every = _carried(retrieved, cited)
    said = phrasing.statements_text(statements, every, headed=is_briefing)
    texts = [said, *map(phrasing.difference_text, differences)]
    return _answer(
        retrieved,
        text=" ".join(filter(None, texts)),
        statements=tuple(statements),
        citations=every,
        confidence=assessed.probability,
        notices=(*phrasing.absent_publications_lines(retrieved.plan.absent), *notices),
        absent=retrieved.plan.absent,
        differences=differences,
        is_briefing=is_briefing,
        **fields,
    )


def _carried(retrieved: Retrieved, cited: Iterable[Citation]) -> tuple[Citation, ...]:
    return tuple(replace(citation, carried_by=retrieved.carried_by.get(citation.article_id, ())) for citation in cited)


def _disagreements(assessed: Assessed) -> list[Disagreement]:
    return disagreements(assessed.evidence, assessed.retrieved.duplicates.group)


def _difference(found: Disagreement, cited: list[Citation]) -> Difference:
    """A difference, the sentences of whose sides are `cited` besides where they are not yet."""
    sides = (
        Side(side.value.words, _number_in(cited, side.by), side.by.article.source, side.by.article.published)
        for side in found.sides
    )
    return Difference(_ABOUT[found.about], tuple(sides))


def _number_in(cited: list[Citation], sentence: Evidence) -> int:
    """The number of the citation that holds a sentence, which is `cited` besides where none does."""
    article, start, end = sentence.article, sentence.start, sentence.end
    for citation in cited:
        if citation.article_id == article.id and citation.start <= start and end <= citation.end:
            return citation.number
    cited.append(make_citation(len(cited) + 1, article, start, end))
    return len(cited)


def make_citation(number: int, article: Article, start: int, end: int) -> Citation:
    """The citation of `article.text[start:end]`."""
    return Citation(
        number=number,
        article_id=article.id,
        title=article.title,
        source=article.source,
        published=article.published,
        url=article.url,
        quote=article.text[start:end],
        start=start,
        end=end,
        updated=article.updated,
    )


def _in_order(
    assessed: Assessed, quotes: Sequence[SelectedQuote], found: Sequence[Disagreement]
) -> tuple[list[Evidence], list[Evidence]]:
    """The sentences that answer, those that lead first, and further ones: by time, then what the sources differ by."""
    # What a sentence leads up to comes with it.
    whole = [(quote, with_announced(quote.by, quote.leads or 0, assessed.evidence)) for quote in quotes]
    leads = [sentence for quote, sentence in whole if quote.leads is not None]
    answering = [*leads, *(sentence for quote, sentence in whole if quote.also)]
    others = (sentence for quote, sentence in whole if quote.leads is None and not quote.also)
    further = sorted(others, key=_publication_order)
    sides = [side.by for disagreement in found for side in disagreement.sides]
    quoted = [*answering, *further]
    return answering, [*further, *(side for side in sides if not any(_within(side, other) for other in quoted))]


def _unanswered(assessed: Assessed) -> tuple[str, ...]:
    """A line for each question, of several put at once, without a certain answer where another has one."""
    retrieved, answered = assessed.retrieved, assessed.answered
    if not any(answered):
        return ()
    parts = enumerate(retrieved.plan.interpretation.parts, 1)
    missing = ((number in assessed.uncertain, part) for number, part in parts if number not in answered)
    return tuple(phrasing.missing_part_line(*each, retrieved.of_one_article) for each in missing)


def _publication_order(sentence: Evidence) -> tuple[bool, float, str, int]:
    published = sentence.article.published
    return published is None, published.timestamp() if published else 0.0, sentence.article.id, sentence.start


def _with_speakers(chosen: Iterable[Evidence]) -> list[tuple[Evidence, str | None]]:
    """The quotes with their pronouns resolved; one that is now within another, or runs into it, is part of it."""
    quotes: list[tuple[Evidence, str | None]] = []
    for sentence in chosen:
        # A row of a table stands by itself.
        longer, speaker = (sentence, None) if " | " in sentence.text else resolve_pronoun(sentence)
        place = next((n for n, (other, _) in enumerate(quotes) if _meets(longer, other)), None)
        if place is None:
            quotes.append((longer, speaker))
        else:
            other, whose = quotes[place]
            joined = _joined(other, longer)
            quotes[place] = joined, whose if joined.start < longer.start else speaker
    return quotes


def _within(sentence: Evidence, other: Evidence) -> bool:
    return sentence.article.id == other.article.id and other.start <= sentence.start and sentence.end <= other.end


def _meets(sentence: Evidence, other: Evidence) -> bool:
    return sentence.article.id == other.article.id and sentence.start < other.end and other.start < sentence.end


def _joined(sentence: Evidence, other: Evidence) -> Evidence:
    start, end = min(sentence.start, other.start), max(sentence.end, other.end)
    return replace(sentence, start=start, end=end)
