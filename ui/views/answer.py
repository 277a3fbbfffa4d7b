"""An answer as HTML: how its question was understood, its statements with their support, or the refusal."""

from collections.abc import Mapping, Sequence

from assistant import Answer, ArticleRef, Aspect, Citation, CorpusInfo, Difference, Statement
from assistant.answering import phrasing
from assistant.utils import joined

from ..scope import Scope
from ..state import ConversationTurn
from .articles import headline
from .coverage import timeline
from .icons import icon
from .markup import about, button, citation_link, citation_number, date_range, escaped, line, notice, original_link
from .support import legend, mark

_ASPECTS: dict[Aspect, str] = {
    "publications": "the publications",
    "dates": "the dates",
    "spelling": "the corrected spelling",
    "parts": "taking it for several questions",
    "conversation": "the conversation before it",
    "catalogue": "counting the articles",
}


_LIMITS: frozenset[Aspect] = frozenset(("publications", "dates"))
_MARKS = ("“", "‘", "„", "«", "»", '"', "'")
_NEAREST = "What comes nearest"


def answer(turn: ConversationTurn, answer: Answer, is_last: bool) -> str:
    """An answer with all that belongs to it; only of the last turn can aspects of the question be taken away."""
    notices = "".join(notice(text) for text in answer.notices)
    match answer.outcome:
        case "answered":
            body = _found(turn.number, answer)
        case "related":
            body = _related(turn, answer, is_last)
        case "nothing":
            body = _refusal(turn, answer, is_last)
    return _interpretation(turn, answer, is_last) + body + notices + _foot(answer)


# How the question was understood


def _interpretation(turn: ConversationTurn, answer: Answer, is_last: bool) -> str:
    aspects = phrasing.interpretation_parts(answer.understood)
    if answer.mode == "catalogue":
        aspects.append(("catalogue", "asked about the corpus itself"))
    chips = [_aspect(turn, aspect, text, is_last) for aspect, text in aspects]
    chips.extend(_ignored_aspect(turn, aspect, is_last) for aspect in turn.ignored)
    if not chips:
        return ""
    return f'<ul class="understood" aria-label="What the question was taken to mean">{"".join(chips)}</ul>'


def _aspect(turn: ConversationTurn, aspect: Aspect | None, text: str, is_last: bool) -> str:
    remove = ""
    if aspect is not None and is_last:
        data = {"ignored": ",".join((*turn.ignored, aspect))}
        label = f"Ask again without {_ASPECTS[aspect]}"
        remove = button("reinterpret", label, kind="icon remove", data=data, picture="x")
    return f'<li class="chip" dir="auto">{line(text)}{remove}</li>'


def _ignored_aspect(turn: ConversationTurn, aspect: Aspect, is_last: bool) -> str:
    restore = ""
    if is_last:
        data = {"ignored": ",".join(other for other in turn.ignored if other != aspect)}
        restore = button("reinterpret", "put back", kind="remove", about=_ASPECTS[aspect], data=data)
    return f'<li class="chip ignored">without {_ASPECTS[aspect]}{restore}</li>'


# What was found


def _found(turn: int, answer: Answer) -> str:
    speakers = {citation.number: citation.speaker for citation in answer.citations if citation.speaker}
    differences = "".join(_difference(turn, difference) for difference in answer.differences)
    articles = "".join(map(_article, answer.nearest))
    further = "".join(_statement(turn, statement, speakers, {}) for statement in answer.further)
    times = "" if answer.is_briefing else timeline(turn, answer)
    heading = phrasing.FURTHER.rstrip(":")
    return (
        _short(answer)
        + statements(turn, answer.statements[: answer.fold], speakers, phrasing.heads_of(answer))
        + differences
        + (
            f'<details class="further"><summary>{icon("chevron-right")}{heading}</summary>{further}{times}</details>'
            if further
            else times
        )
        + (f'<ul class="listed">{articles}</ul>' if articles else "")
    )


def _short(answer: Answer) -> str:
    """The answer in a few words, where one question has one; the sentence that it is from follows."""
    short = answer.statements[0].short if answer.statements and not answer.understood.parts else None
    return f'<p class="short" dir="auto">{escaped(short[:1].upper() + short[1:])}</p>' if short else ""


def _difference(turn: int, difference: Difference) -> str:
    sides = "".join(
        f'<tr><th scope="row" dir="auto">{line(side.value)}</th><td>{about(side.source, side.published)}</td>'
        f'<td class="at">{citation_link(turn, side.citation, side.source)}</td></tr>'
        for side in difference.sides
    )
    caption = f"{icon('arrow-up-down')}Sources differ on {line(difference.about)}"
    return f'<table class="difference"><caption>{caption}</caption><tbody>{sides}</tbody></table>'


def _foot(answer: Answer) -> str:
    """How new an answer is, which model wrote it, and what its signs mean."""
    if not answer.found:
        return ""
    as_of, written = phrasing.as_of_text(answer), phrasing.written_by_text(answer)
    parts = (
        f'<span class="as-of">{line(as_of)}</span>' if as_of else "",
        f'<span class="written">{line(written)}</span>' if written else "",
        legend(answer.statements),
    )
    return f'<div class="foot">{"".join(parts)}</div>' if any(parts) else ""


def statements(
    turn: int | None,
    statements: Sequence[Statement],
    speakers: Mapping[int, str],
    heads: Mapping[int, str] | None = None,
) -> str:
    """Statements with their citations; these lead to the passages of that turn, or nowhere without one.

    `speakers` are those of the quotes and `heads` what each statement begins with, by the numbers of the citations.
    """
    paragraphs = "".join(_statement(turn, statement, speakers, heads or {}) for statement in statements)
    return f'<div class="answer">{paragraphs}</div>' if paragraphs else ""


def _statement(turn: int | None, statement: Statement, speakers: Mapping[int, str], heads: Mapping[int, str]) -> str:
    numbers = statement.citations
    # The no-break space keeps a number with the word before it.
    links = [f"\u00a0{citation_number(n) if turn is None else citation_link(turn, n)}" for n in numbers]
    # Nor does the sign stand alone on a line.
    last = f'<span class="last">{links.pop() if links else ""}\u00a0{mark(statement)}</span>'
    names = "".join(f'<span class="speaker">[{line(speakers[n])}]</span> ' for n in numbers if n in speakers)
    headed = "".join(f'<span class="day">{line(heads[n])}</span>' for n in numbers if n in heads)
    agreeing = phrasing.agreement_text(statement)
    agreement = f'<span class="agreeing">{icon("users")}{line(agreeing)}</span>' if agreeing else ""
    return (
        f'<p class="statement {statement.support}" dir="auto" tabindex="-1">{headed}{names}'
        f'<span class="words">{_words(statement)}</span>{"".join(links)}{last}{agreement}</p>'
    )


def _words(statement: Statement) -> str:
    before, short, after = statement.text.partition(statement.short) if statement.short else (statement.text, "", "")
    return escaped(before) + (f"<strong>{escaped(short)}</strong>" if short else "") + escaped(after)


# What was not found


def _related(turn: ConversationTurn, answer: Answer, is_last: bool) -> str:
    """The words that come closest, each under its publication, so that they do not look like an answer."""
    of_one = turn.scope.is_of_one_article
    first, *others = phrasing.related_lines(answer.is_probable, answer.lacking, answer.absent, of_one)
    more = "".join(f"<p>{line(text)}</p>" for text in others)
    quotes = "".join(_closest(turn.number, citation) for citation in answer.citations)
    ways = _ways(_ask_all()) if turn.scope and is_last else ""
    return (
        f'<div class="related"><p class="verdict">{icon("equal-approximately")}{line(first)}</p>{more}'
        f'<p class="near">{phrasing.CLOSEST}</p><ul>{quotes}</ul>{ways}</div>'
    )


def _closed_up(text: str) -> str:
    return " ".join(text.split())


def _closest(turn: int, citation: Citation) -> str:
    words = f"{_named(citation)}{escaped(_closed_up(citation.quote))}"
    return (
        f'<li dir="auto" tabindex="-1"><q class="{_quote_class(citation)}">{words}</q>'
        f"\u00a0{citation_link(turn, citation.number, citation.source)}"
        f'<span class="about">{about(citation.source, citation.published)}</span></li>'
    )


def _quote_class(citation: Citation) -> str:
    """Words that are in quotation marks already get no others."""
    return "words own-marks" if citation.quote.lstrip().startswith(_MARKS) else "words"


def _named(citation: Citation) -> str:
    return f'<span class="speaker">[{line(citation.speaker)}]</span> ' if citation.speaker else ""


def _refusal(turn: ConversationTurn, answer: Answer, is_last: bool) -> str:
    """That the articles do not answer, why, what can be done about it, and what comes nearest."""
    one_article = turn.scope.is_of_one_article
    articles = "".join(map(_article, answer.nearest))
    nearest = f'<p class="near">{_NEAREST}</p><ul>{articles}</ul>' if articles else ""
    dates = "" if one_article else _dates(turn, answer.corpus)
    words = joined([f"“{line(word, 40)}”" for word in answer.lacking], "or")
    lacking = f"<p>{'It does not mention' if one_article else 'None of them mentions'} {words}.</p>" if words else ""
    absent = "".join(f"<p>{line(text)}</p>" for text in phrasing.absent_publications_lines(answer.absent))
    verdict = f"{_subject(turn.scope)} not answer this question."
    return (
        f'<div class="refusal"><p class="verdict">{icon("circle-slash")}{verdict}</p>'
        f"{absent}{lacking}{dates}{_ways_on(turn, answer) if is_last else ''}{nearest}</div>"
    )


def _subject(scope: Scope) -> str:
    if scope.is_of_one_article:
        return "This article does"
    if scope.story:
        return "The articles of this story do"
    return "The articles that you chose do" if scope else "The articles do"


def _dates(turn: ConversationTurn, corpus: CorpusInfo) -> str:
    """From when to when there are articles, and whether that leaves out the days that were asked about."""
    if not corpus.newest:
        return ""
    oldest, asked = corpus.oldest or corpus.newest, turn.filters
    run = date_range(oldest, corpus.newest)
    is_outside = (asked.since and asked.since > corpus.newest.date()) or (asked.until and asked.until < oldest.date())
    return f"<p>{'None is from those days: the' if is_outside else 'The'} articles run from {run}.</p>"


def _ways_on(turn: ConversationTurn, answer: Answer) -> str:
    """What a reader can do about a refusal: take away what limits the search, or ask otherwise."""
    limiting = [aspect for aspect, _ in phrasing.interpretation_parts(answer.understood) if aspect in _LIMITS]
    ways = [
        button("reinterpret", f"Ask without {_ASPECTS[aspect]}", data={"ignored": ",".join((*turn.ignored, aspect))})
        for aspect in limiting
        if aspect is not None
    ]
    if turn.scope:
        ways.append(_ask_all())
    ways.append(button("edit", "Ask it another way", picture="pencil"))
    return _ways("".join(ways))


def _ways(buttons: str) -> str:
    return f'<div class="ways" role="group" aria-label="What you can do">{buttons}</div>'


def _ask_all() -> str:
    return button("ask_all", "Look in all articles again")


def _article(article: ArticleRef) -> str:
    return (
        f'<li tabindex="-1">{headline(article.article_id, article.title)}'
        f'<span class="about">{about(article.source, article.published)}</span>'
        f"{original_link(article.url, article.title)}</li>"
    )
