"""What a user reads: the wording of answers, refusals, differences and of how a question was understood."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from assistant.answers import Answer, ArticleRef, Aspect, Citation, Difference, Interpretation, Statement
from assistant.articles import Article, Passage
from assistant.utils import day, days, joined, name_line, one_line

_MOST_NEAREST = 3
_LEAST_COSINE = 0.2  # below it an article is not near to the question in any sense
UNSUPPORTED = "(not borne out by the articles)"
CLOSEST = "What comes closest:"
FURTHER = "More from the articles:"
ANOTHER_LANGUAGE = (
    "The question seems to be in another language than the articles. That works less well; if you can, ask in theirs."
)
_UNCHECKED = "not checked: it is in another language than the articles"
_OPENING_MARKS, _CLOSING_MARKS = '"“', '"”'


def statements_text(
    statements: Iterable[Statement], citations: Sequence[Citation] = (), *, headed: bool = False
) -> str:
    """Statements as plain text, each with who speaks in brackets where needed, its [n] and who agrees.

    `headed`: each begins with the publication and the day of what it cites.
    """
    speakers = {citation.number: citation.speaker for citation in citations}
    heads = _publications_and_days(citations) if headed else {}
    return " ".join(
        " ".join(
            [
                *(f"{heads[number]}:" for number in statement.citations if number in heads),
                *(f"[{speakers[number]}]" for number in statement.citations if speakers.get(number)),
                statement.text,
                *(f"[{number}]" for number in statement.citations),
                *([f"({len(statement.agreeing)} publications say so)"] if statement.agreeing else []),
                *([UNSUPPORTED] if statement.support == "unsupported" else []),
                *([f"({_UNCHECKED})"] if statement.support == "unchecked" else []),
            ]
        )
        for statement in statements
    )


def heads_of(answer: Answer) -> dict[int, str]:
    """The publications and days to be read with the statements of a briefing, by the numbers of their citations."""
    return _publications_and_days(answer.citations) if answer.is_briefing else {}


def _publications_and_days(citations: Sequence[Citation]) -> dict[int, str]:
    """As "The Courier, 28 May 2025", by the number of each citation, where they are of several articles."""
    several = len({each.article_id for each in citations}) > 1
    told = {each.number: _publication_and_day(each.source, each.published) for each in citations if several}
    return {number: head for number, head in told.items() if head}


def difference_text(difference: Difference) -> str:
    """As "Sources differ on the date: “19 December” (Ledger & Quay, 15 May 2025) [3]; ...", newest first."""
    sides = "; ".join(
        f"“{side.value}”{_published_by(side.source, side.published)} [{side.citation}]" for side in difference.sides
    )
    return f"Sources differ on {difference.about}: {sides}."


def _published_by(source: str | None, published: datetime | None) -> str:
    about = _publication_and_day(source, published)
    return f" ({about})" if about else ""


def _publication_and_day(source: str | None, published: datetime | None) -> str:
    return ", ".join(part for part in (source and name_line(source), published and day(published)) if part)


def nearest_articles(passages: Iterable[Passage]) -> tuple[ArticleRef, ...]:
    """The articles that come closest to a question that is not answered, best first; maybe none."""
    found: dict[str, Article] = {}
    for passage in passages:
        if passage.cosine >= _LEAST_COSINE:
            found.setdefault(passage.article.id, passage.article)
    return tuple(
        ArticleRef(article.id, article.title, article.source, article.published, article.url)
        for article in list(found.values())[:_MOST_NEAREST]
    )


def refusal_text(
    closest: Sequence[ArticleRef],
    lacking: Sequence[str],
    absent: Sequence[str],
    oldest: datetime | None,
    newest: datetime | None,
    of_one_article: bool,
) -> str:
    """What is said when the articles do not answer: what they lack, what comes nearest, and which dates they cover."""
    which = "This article does" if of_one_article else "The articles do"
    lines = [f"{which} not answer this question.", *absent_publications_lines(absent)]
    if of_one_article:
        return " ".join([*lines, *([f"It does not mention {_quoted_list(lacking)}."] if lacking else [])])
    if lacking:
        lines.append(f"None of them mentions {_quoted_list(lacking)}.")
    if closest:
        lines.append(f"Nearest coverage: {'; '.join(map(reference, closest))}.")
    if oldest and newest:
        lines.append(f"The articles run from {day(oldest)} to {day(newest)}.")
    return " ".join(lines)


def related_text(
    closest: Sequence[Citation],
    is_probable: bool,
    lacking: Sequence[str],
    absent: Sequence[str],
    of_one_article: bool,
) -> str:
    """What is said when the articles do not surely answer but come close: their words, and what they lack."""
    lines = related_lines(is_probable, lacking, absent, of_one_article)
    return " ".join([*lines, CLOSEST, *(f"{closest_quote(each)} [{each.number}]" for each in closest)])


def closest_quote(citation: Citation) -> str:
    """The words of a citation in quotation marks, which those that are somebody's own have already."""
    words = one_line(citation.quote)
    speaker = f"[{one_line(citation.speaker)}] " if citation.speaker else ""
    is_marked = words[:1] in _OPENING_MARKS and words[-1:] in _CLOSING_MARKS
    return f"{speaker}{words if is_marked else f'“{words}”'}"


def related_lines(is_probable: bool, lacking: Sequence[str], absent: Sequence[str], of_one_article: bool) -> list[str]:
    """What is said before the words that come closest."""
    who = "This article" if of_one_article else "The articles"
    if is_probable and not lacking and not absent:
        return [f"{who} may well say this, but it is not certain. Check the words."]
    lines = [f"{who} may not say this outright."]
    if lacking:
        lines.append(f"{'It does not mention' if of_one_article else 'None of them mentions'} {_quoted_list(lacking)}.")
    return [*lines, *absent_publications_lines(absent)]


def _quoted_list(words: Sequence[str]) -> str:
    return joined([f"“{one_line(word, 40)}”" for word in words], "or")


def absent_publications_lines(absent: Sequence[str]) -> list[str]:
    """A line that says of which publications there are no articles."""
    return [f"There are no articles from {joined([name_line(name, 60) for name in absent], 'or')}."] if absent else []


def missing_part_line(is_uncertain: bool, part: str, of_one_article: bool) -> str:
    """A line for one of several questions put at once that has no answer, or none that is certain."""
    who, does = ("this article", "does") if of_one_article else ("the articles", "do")
    asked = f"“{one_line(part, 200)}”"
    if is_uncertain:
        answers = "answers" if of_one_article else "answer"
        return f"It is not certain that {who} {answers} this part: {asked}. Check the words."
    return f"{who.capitalize()} {does} not answer this part: {asked}."


def other_time_line(since: date | None, until: date | None, words: str) -> str:
    """What is said of quotes none of which is of the time that is asked about, as it is worded in the question."""
    asked = days(since, until) if since and until else f"“{words}”"
    return f"None of this is from the time that you ask about ({asked}): see the dates."


def reference(article: ArticleRef) -> str:
    """An article as “title” (publication, day)."""
    return f"“{name_line(article.title)}”{_published_by(article.source, article.published)}"


_MOST_NAMED = 4


def interpretation_text(what: Interpretation) -> str | None:
    """As "publication: The Verge; published or told of: 1 to 15 October 2023"; None when there is nothing to say."""
    return "; ".join(told for _, told in interpretation_parts(what)) or None


def interpretation_parts(what: Interpretation) -> list[tuple[Aspect | None, str]]:
    """What a question was taken to mean, piece by piece, each with the aspect that a reader may take away."""
    told: list[tuple[Aspect | None, str]] = []
    if what.after:
        told.append(("conversation", f"a follow-up to “{one_line(what.after, 200)}”"))
    elif what.follows:
        told.append(("conversation", f"“{one_line(what.follows, 200)}”"))
    if what.publications:
        several = "s" if what.publications[1:] else ""
        told.append(("publications", f"publication{several}: {_shortened_list(what.publications)}"))
    if what.when and (what.since or what.until):
        told.append(("dates", f"“{one_line(what.when, 80)}”: {_date_span(what.since, what.until)}"))
    if what.names:
        told.append((None, f"names: {_shortened_list(what.names)}"))
    for name, people in what.namesakes:
        told.append((None, f"“{one_line(name, 60)}” may be {joined([one_line(each, 60) for each in people], 'or')}"))
    if what.corrected:
        pairs = (f"“{one_line(typed, 40)}” read as “{one_line(meant, 40)}”" for typed, meant in what.corrected)
        told.append(("spelling", "; ".join(pairs)))
    if what.parts:
        parts = " / ".join(one_line(part, 80) for part in what.parts)
        told.append(("parts", f"{len(what.parts)} questions: {parts}"))
    return told


def _shortened_list(names: tuple[str, ...]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join([*(name_line(name, 60) for name in names[:_MOST_NAMED]), *([f"{more} more"] if more > 0 else [])])


def _date_span(since: date | None, until: date | None) -> str:
    if since is None:
        return f"up to {day(until)}" if until else ""
    if until is None:
        return f"from {day(since)}"
    return days(since, until)


def support_text(statement: Statement) -> str | None:
    """What a reader must know of a statement that a model wrote: why it is not borne out; None when it is."""
    if statement.support == "unchecked":
        return _UNCHECKED
    if statement.support != "unsupported":
        return None
    return f"not borne out by the articles: {statement.doubt}" if statement.doubt else "not borne out by the articles"


def agreement_text(statement: Statement) -> str | None:
    """As "2 publications say so: Coast Radio, Morning Meridian"."""
    if not statement.agreeing:
        return None
    return f"{len(statement.agreeing)} publications say so: {_shortened_list(statement.agreeing)}"


def carried_by_text(citation: Citation) -> str | None:
    """As "the same story in 2 other publications: Coast Radio, Morning Meridian"."""
    count = len(citation.carried_by)
    if not count:
        return None
    others = "1 other publication" if count == 1 else f"{count} other publications"
    return f"the same story in {others}: {_shortened_list(citation.carried_by)}"


def updated_text(article: ArticleRef | Article | Citation) -> str | None:
    """As "updated 3 June 2025"; None where the publication does not say so, or says it of the day of publication."""
    updated = getattr(article, "updated", None)
    if updated is None or (article.published is not None and updated.date() <= article.published.date()):
        return None
    return f"updated {day(updated)}"


def written_by_text(answer: Answer) -> str | None:
    """Which model wrote an answer, None for quotes."""
    return None if answer.model is None else f"Written by {one_line(answer.model, 100)}"


def as_of_text(answer: Answer) -> str | None:
    """As "As of 28 May 2025"; None for an answer that rests on no dated article."""
    return f"As of {day(answer.as_of)}" if answer.as_of else None
