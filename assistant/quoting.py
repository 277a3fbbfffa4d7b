"""The quoting answerer: an answer made of the articles' own sentences, or a plain refusal."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from assistant.answers import Citation, Coverage, Difference, Statement
from assistant.articles import Article, Passage
from assistant.reading.evidence import Evidence
from assistant.utils.formatting import day, joined
from assistant.utils.strings import one_line

_MOST_NEAREST = 3
_LEAST_COSINE = 0.2  # below it an article is not near to the question in any sense


UNSUPPORTED = "(not borne out by the articles)"


def cite(evidence: Sequence[Evidence]) -> tuple[Citation, ...]:
    """A citation for each piece of evidence, numbered from 1 in the given order."""
    return tuple(citation(number, one.article, one.start, one.end) for number, one in enumerate(evidence, 1))


def citation(number: int, article: Article, start: int, end: int) -> Citation:
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


def state(citations: Iterable[Citation]) -> tuple[Statement, ...]:
    """The quotes as statements, word for word; runs of white space are shown as one space."""
    return tuple(Statement(" ".join(one.quote.split()), (one.number,), "verbatim") for one in citations)


def written(statements: Iterable[Statement], citations: Sequence[Citation] = ()) -> str:
    """Statements as plain text, each with who speaks in brackets where needed, its [n] and who agrees."""
    speakers = {one.number: one.speaker for one in citations}
    return " ".join(
        " ".join(
            [
                *(f"[{speakers[number]}]" for number in one.citations if speakers.get(number)),
                one.text,
                *(f"[{number}]" for number in one.citations),
                *([f"({len(one.agreeing)} publications say so)"] if one.agreeing else []),
                *([UNSUPPORTED] if one.support == "unsupported" else []),
            ]
        )
        for one in statements
    )


def differing(one: Difference) -> str:
    """As "Sources differ on the date: “19 December” (Ledger & Quay, 15 May 2025) [3]; ...", newest first."""
    sides = "; ".join(f"“{side.value}”{_origin(side.source, side.published)} [{side.citation}]" for side in one.sides)
    return f"Sources differ on {one.about}: {sides}."


def _origin(source: str | None, published: datetime | None) -> str:
    about = ", ".join(part for part in (source and one_line(source), published and day(published)) if part)
    return f" ({about})" if about else ""


def nearest(passages: Iterable[Passage]) -> tuple[Coverage, ...]:
    """The articles that come closest to a question that is not answered, best first; maybe none."""
    found: dict[str, Article] = {}
    for passage in passages:
        if passage.cosine >= _LEAST_COSINE:
            found.setdefault(passage.article.id, passage.article)
    return tuple(
        Coverage(one.id, one.title, one.source, one.published, one.url) for one in list(found.values())[:_MOST_NEAREST]
    )


def refusal(
    closest: Sequence[Coverage],
    lacking: Sequence[str],
    absent: Sequence[str],
    oldest: datetime | None,
    newest: datetime | None,
) -> str:
    """What is said when the articles do not answer: what they lack, what comes nearest, and which dates they cover."""
    lines = ["The articles do not answer this question.", *missing(absent)]
    if lacking:
        lines.append(f"None of them mentions {_either(lacking)}.")
    if closest:
        lines.append(f"Nearest coverage: {'; '.join(map(_mentioned, closest))}.")
    if oldest and newest:
        lines.append(f"The articles run from {day(oldest)} to {day(newest)}.")
    return " ".join(lines)


def refusal_of_one(lacking: Sequence[str], absent: Sequence[str]) -> str:
    """The same of the only article that was asked about."""
    lines = ["This article does not answer this question.", *missing(absent)]
    return " ".join([*lines, *([f"It does not mention {_either(lacking)}."] if lacking else [])])


def _either(words: Sequence[str]) -> str:
    return joined([f"“{one_line(word, 40)}”" for word in words], "or")


def missing(absent: Sequence[str]) -> list[str]:
    """A line that says of which publications there are no articles."""
    return [f"There are no articles from {joined([one_line(name, 60) for name in absent], 'or')}."] if absent else []


def _mentioned(one: Coverage) -> str:
    return f"“{one_line(one.title)}”{_origin(one.source, one.published)}"
