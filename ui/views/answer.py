"""An answer as HTML: how its question was understood, its statements with their support, or the refusal."""

from collections.abc import Mapping, Sequence

from assistant import Answer, ArticleRef, Aspect, Citation, Difference, Statement
from assistant.answering import phrasing
from assistant.utils import joined

from ..state import ConversationTurn
from .coverage import timeline
from .markup import about, button, citation_link, date_range, escaped, line, link, named

_SUPPORT = {
    "verbatim": ("“”", "word for word"),
    "supported": ("✓", "in the source"),
    "counted": ("✓", "counted in the catalogue"),
    "unsupported": ("!", "not borne out by the articles"),
    "unchecked": ("?", "not checked"),
}
_ASPECTS: dict[Aspect, str] = {
    "publications": "the publications",
    "dates": "the dates",
    "spelling": "the corrected spelling",
    "parts": "taking it for several questions",
    "conversation": "the conversation before it",
    "catalogue": "counting the articles",
}


def answer(turn: ConversationTurn, answer: Answer, is_last: bool) -> str:
    """An answer with all that belongs to it; only of the last turn can aspects of the question be taken away."""
    notices = "".join(f'<p class="notice">{line(notice)}</p>' for notice in answer.notices)
    one_article = turn.scope.is_of_one_article
    match answer.outcome:
        case "answered":
            body = _found(turn.number, answer)
        case "related":
            body = _related(turn.number, answer, one_article=one_article)
        case "nothing":
            body = _refusal(answer, one_article=one_article)
    return _interpretation(turn, answer, is_last) + body + notices


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
        remove = button("reinterpret", "×", kind="remove", about=f"ask again without {_ASPECTS[aspect]}", data=data)
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
    as_of = phrasing.as_of_text(answer)
    further = "".join(_statement(turn, statement, speakers, {}) for statement in answer.further)
    times = "" if answer.is_briefing else timeline(turn, answer)
    heading = phrasing.FURTHER.rstrip(":")
    return (
        _short(answer)
        + statements(turn, answer.statements[: answer.fold], speakers, phrasing.heads_of(answer))
        + differences
        + (f'<details class="further"><summary>{heading}</summary>{further}{times}</details>' if further else times)
        + (f'<ul class="listed">{articles}</ul>' if articles else "")
        + (f'<p class="as-of">{line(as_of)}</p>' if as_of else "")
    )


def _short(answer: Answer) -> str:
    """The answer in a few words, where one question has one; the sentence that it is from follows."""
    short = answer.statements[0].short if answer.statements and not answer.understood.parts else None
    return f'<p class="short" dir="auto">{escaped(short[:1].upper() + short[1:])}</p>' if short else ""


def _difference(turn: int, difference: Difference) -> str:
    sides = "".join(
        f'<li><span class="value">{line(side.value)}</span> {about(side.source, side.published)} '
        f"{citation_link(turn, side.citation, side.source)}</li>"
        for side in difference.sides
    )
    return f'<div class="difference"><p>Sources differ on {line(difference.about)}:</p><ul>{sides}</ul></div>'


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
    links = "".join(f"\u00a0{f'[{n}]' if turn is None else citation_link(turn, n)}" for n in numbers)
    names = "".join(f'<span class="speaker">[{line(speakers[n])}]</span> ' for n in numbers if n in speakers)
    headed = "".join(f'<span class="day">{line(heads[n])}</span>' for n in numbers if n in heads)
    agreeing = phrasing.agreement_text(statement)
    agreement = f'<span class="agreeing">{line(agreeing)}</span>' if agreeing else ""
    return (
        f'<p class="statement {statement.support}" dir="auto">{headed}{names}'
        f'<span class="words">{_words(statement)}</span>{links} {_support(statement)}{agreement}</p>'
    )


def _words(statement: Statement) -> str:
    before, short, after = statement.text.partition(statement.short) if statement.short else (statement.text, "", "")
    return escaped(before) + (f"<strong>{escaped(short)}</strong>" if short else "") + escaped(after)


def _support(statement: Statement) -> str:
    sign, label = _SUPPORT[statement.support]
    text = phrasing.support_text(statement) or label
    return f'<span class="support"><span class="sign" aria-hidden="true">{sign}</span>{line(text)}</span>'


# What was not found


def _related(turn: int, answer: Answer, *, one_article: bool) -> str:
    """The words that come closest, each under its publication, so that they do not look like an answer."""
    first, *others = phrasing.related_lines(answer.is_probable, answer.lacking, answer.absent, one_article)
    quotes = "".join(
        f'<li dir="auto"><q class="words">{_named(citation)}{escaped(" ".join(citation.quote.split()))}</q>'
        f"\u00a0{citation_link(turn, citation.number, citation.source)}"
        f'<span class="about">{about(citation.source, citation.published)}</span></li>'
        for citation in answer.citations
    )
    return (
        f'<div class="related"><p class="verdict">{line(first)}</p>{"".join(f"<p>{line(text)}</p>" for text in others)}'
        f'<p class="near">{phrasing.CLOSEST}</p><ul>{quotes}</ul></div>'
    )


def _named(citation: Citation) -> str:
    return f'<span class="speaker">[{line(citation.speaker)}]</span> ' if citation.speaker else ""


def _refusal(answer: Answer, *, one_article: bool) -> str:
    articles = "".join(map(_article, answer.nearest))
    nearest = f'<p class="near">The nearest coverage:</p><ul>{articles}</ul>' if articles else ""
    corpus, dates = answer.corpus, ""
    if corpus.newest and not one_article:
        dates = f"<p>They run from {date_range(corpus.oldest or corpus.newest, corpus.newest)}.</p>"
    words = joined([f"“{line(word, 40)}”" for word in answer.lacking], "or")
    lacking = f"<p>{'It does not mention' if one_article else 'None of them mentions'} {words}.</p>" if words else ""
    absent = "".join(f"<p>{line(text)}</p>" for text in phrasing.absent_publications_lines(answer.absent))
    subject = "This article does not" if one_article else "The articles do not"
    return (
        f'<div class="refusal"><p class="verdict">{subject} answer this question.</p>'
        f"{absent}{lacking}{dates}{nearest}</div>"
    )


def _article(article: ArticleRef) -> str:
    read = button("read", "Read the article", kind="link", about=article.title, data={"article": article.article_id})
    return (
        f"<li>{link(article.url, f'<bdi>{named(article.title)}</bdi>')}"
        f'<span class="about">{about(article.source, article.published)}</span>{read}</li>'
    )
