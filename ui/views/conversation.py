"""What the window shows of a conversation, as HTML: pure functions from types to text."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from assistant.answering import phrasing
from assistant.answering.phrasing import missing
from assistant.answers import Answer, ArticleRef, Aspect, Difference, Statement
from assistant.utils.formatting import joined

from ..state import ConversationTurn, Scope, Talk, Turns
from .coverage import timeline
from .export import plain
from .markup import about, ago, button, count, escaped, line, link, mark, sentence, span
from .source_health import wanting

if TYPE_CHECKING:
    from assistant.maintenance.status import Status

_LONGEST_QUESTION = 600  # shown; the whole of a refused one stays in the box where it was typed
_SUPPORT = {
    "verbatim": ("“”", "word for word"),
    "supported": ("✓", "in the source"),
    "counted": ("✓", "counted in the catalogue"),
    "unsupported": ("!", "not borne out by the articles"),
}
_ASPECTS: dict[Aspect, str] = {
    "publications": "the publications",
    "dates": "the dates",
    "spelling": "the corrected spelling",
    "parts": "taking it for several questions",
    "conversation": "the conversation before it",
    "catalogue": "counting the articles",
}


# The head of the page


def header(status: "Status", now: datetime, stale_after: float) -> str:
    """The name and what the corpus holds, with a word when it is old."""
    return (
        '<header class="masthead"><h1>Article Assistant</h1>'
        f'<p class="holdings">{escaped(holdings(status, now))}</p>{button("theme", "Light or dark", kind="quiet")}'
        f"</header>{_old(status, now, stale_after)}"
    )


def holdings(status: "Status", now: datetime) -> str:
    """What the corpus holds, in one line."""
    if status.generation is None:
        return "No articles have been indexed yet; run: assistant refresh"
    publications = len(status.publications)
    what = count(status.articles, "article")
    parts = [f"{what} from {count(publications, 'publication')}" if publications else what]
    if status.oldest and status.newest:
        parts.append(span(status.oldest, status.newest))
    if refreshed := status.checked or status.refreshed:
        parts.append(f"refreshed {ago(refreshed, now)}")
    return ", ".join(parts)


def _old(status: "Status", now: datetime, stale_after: float) -> str:
    """What is to be known when the corpus as a whole is old, and of the sources that need a maintainer."""
    checked = status.checked or status.refreshed
    is_old = checked is not None and now - checked > timedelta(days=stale_after)
    # Of a corpus that is old, it goes without saying that its sources are.
    sources = wanting(status.states, only_failing=is_old, unlisted=bool(status.trouble))
    if checked is None or not is_old:
        return sources
    told = f"The articles were last refreshed {ago(checked, now)}. What happened since is not among them."
    return f'<p class="notice stale">{told}</p>{sources}'


# The conversation


def past(turns: Turns) -> str:
    """Every question before the last with its answer, oldest first."""
    return "".join(_turn(one, is_last=False) for one in turns[:-1])


def present(turns: Turns) -> str:
    """The last question with its answer, as far as that is there."""
    return _turn(turns[-1], is_last=True) if turns else ""


def tools(talk: Talk) -> str:
    """What can be done with a conversation as a whole."""
    if not any(one.answer for one in talk.turns):
        return ""
    return (
        '<div class="tools" role="group" aria-label="This conversation">'
        f"{button('new', 'New conversation')}"
        f"{button('export', 'Save as Markdown', kind='quiet', data={'form': 'markdown'})}"
        f"{button('export', 'Printable page', kind='quiet', data={'form': 'page'})}</div>"
    )


def offer(questions: Sequence[str], *, first: bool, by_model: bool = False) -> str:
    """Questions that the articles answer: before the first one with what to expect, after an answer as a next step."""
    buttons = "".join(f"<li>{button('ask', one, kind='suggestion', data={'question': one})}</li>" for one in questions)
    listed = f'<ul class="suggestions">{buttons}</ul>' if buttons else ""
    if not first:
        heading = "You could ask next"
        return f'<section class="offer" aria-label="{heading}"><h2>{heading}</h2>{listed}</section>' if buttons else ""
    heading = "<h2>For example</h2>" if buttons else ""
    return _WELCOME.format(_BY_MODEL if by_model else _IN_QUOTES, heading, listed)


_WELCOME = (
    '<div class="welcome"><p class="lead">Ask what the articles say.</p>'
    "<p>{} When the articles do not answer, you are told so.</p></div>"
    '<section class="offer" aria-label="Questions to begin with">{}{}</section>'
)
_IN_QUOTES = "The answer comes in the articles’ own words, with the passage that each statement rests on."
_BY_MODEL = (
    "A model writes the answer from the articles; each sentence is checked, and marked when they do not bear it out."
)


def composing(talk: Talk) -> str:
    """What goes for the next question: the one article it is put to, or the question whose place it takes."""
    parts = []
    if talk.scope:
        parts.append(
            f'<span class="chip">Only in: <bdi>{line(talk.scope.title, 90)}</bdi>'
            f"{button('unscope', '×', kind='take', about='ask about all articles again')}</span>"
        )
    if talk.editing:
        parts.append(
            '<span class="chip">Your question takes the place of the last one'
            f"{button('keep', '×', kind='take', about='keep the last question')}</span>"
        )
    return f'<div class="composing">{"".join(parts)}</div>' if parts else ""


def said(problem: str | None) -> str:
    """What is said beside the box where a question is typed."""
    return f'<p class="problem" role="alert">{line(sentence(problem), 400)}</p>' if problem else ""


def announced(turn: ConversationTurn) -> str:
    """What a screen reader is told when an answer is there, once and as a whole."""
    if turn.problem is not None:
        return sentence(turn.problem)
    if turn.stopped:
        return "Stopped."
    answer = turn.answer
    if answer is None:
        return ""
    sources = len({one.article_id for one in answer.citations})
    rests = f" It rests on {count(sources, 'source')}." if sources else ""
    return " ".join([answer.text, *answer.notices]) + rests


def _turn(turn: ConversationTurn, *, is_last: bool) -> str:
    question = line(turn.question, _LONGEST_QUESTION) or "(an empty question)"
    running = " running" if turn.progress else ""
    return (
        f'<article class="turn{running}" id="t{turn.number}" data-key="{line(turn.key)}" '
        f'aria-labelledby="q{turn.number}">'
        f'<h2 class="question" id="q{turn.number}" tabindex="-1" dir="auto">{question}</h2>{_scope(turn.scope)}'
        f"{_reply(turn, is_last)}{_actions(turn, is_last)}</article>"
    )


def _scope(scope: Scope | None) -> str:
    return f'<p class="scope">Asked of one article: <bdi>{line(scope.title, 120)}</bdi></p>' if scope else ""


def _reply(turn: ConversationTurn, is_last: bool) -> str:
    if turn.problem is not None:
        return f'<p class="problem">{line(sentence(turn.problem), 400)}</p>'
    if turn.answer is None:
        # Its sources are not there yet, so its numbers lead nowhere.
        return _statements(None, turn.statements, {}) + _draft(turn) + _progress(turn)
    answer = turn.answer
    notices = "".join(f'<p class="notice">{line(one)}</p>' for one in answer.notices)
    told = _answered(turn.number, answer) if answer.found else _refusal(answer, of_one=turn.scope is not None)
    return _understood(turn, answer, is_last) + told + notices


def _progress(turn: ConversationTurn) -> str:
    if turn.stopped:
        return '<p class="notice">Stopped. What stands above is all that was checked.</p>'
    return f'<p class="progress">{line(turn.progress)}</p>' if turn.progress else ""


def _draft(turn: ConversationTurn) -> str:
    """What a model has written and is not checked yet."""
    rest = turn.draft[turn.checked :].strip()
    if not rest:
        return ""
    words = f'<span class="words">{escaped(rest)}</span>'
    return f'<p class="draft" dir="auto">{words} <span class="support">not checked yet</span></p>'


# What a question was taken to mean


def _understood(turn: ConversationTurn, answer: Answer, is_last: bool) -> str:
    read = phrasing.aspects(answer.understood)
    if answer.mode == "catalogue":
        read.append(("catalogue", "asked about the corpus itself"))
    chips = [_chip(turn, aspect, told, is_last) for aspect, told in read]
    chips.extend(_taken(turn, aspect, is_last) for aspect in turn.ignored)
    if not chips:
        return ""
    return f'<ul class="understood" aria-label="What the question was taken to mean">{"".join(chips)}</ul>'


def _chip(turn: ConversationTurn, aspect: Aspect | None, told: str, is_last: bool) -> str:
    take = ""
    if aspect is not None and is_last:
        data = {"ignored": ",".join((*turn.ignored, aspect))}
        take = button("reread", "×", kind="take", about=f"ask again without {_ASPECTS[aspect]}", data=data)
    return f'<li class="chip" dir="auto">{line(told)}{take}</li>'


def _taken(turn: ConversationTurn, aspect: Aspect, is_last: bool) -> str:
    rest = ",".join(one for one in turn.ignored if one != aspect)
    back = button("reread", "put back", kind="take", about=_ASPECTS[aspect], data={"ignored": rest}) if is_last else ""
    return f'<li class="chip taken">without {_ASPECTS[aspect]}{back}</li>'


# Answers


def _answered(turn: int, answer: Answer) -> str:
    speakers = {one.number: one.speaker for one in answer.citations if one.speaker}
    differences = "".join(_difference(turn, one) for one in answer.differences)
    listed = "".join(map(_near, answer.nearest))
    dated = phrasing.as_of(answer)
    return (
        _statements(turn, answer.statements, speakers)
        + differences
        + (f'<ul class="listed">{listed}</ul>' if listed else "")
        + timeline(turn, answer)
        + (f'<p class="as-of">{line(dated)}</p>' if dated else "")
    )


def _difference(turn: int, one: Difference) -> str:
    sides = "".join(
        f'<li><span class="value">{line(side.value)}</span> {about(side.source, side.published)} '
        f"{mark(turn, side.citation, side.source)}</li>"
        for side in one.sides
    )
    return f'<div class="difference"><p>Sources differ on {line(one.about)}:</p><ul>{sides}</ul></div>'


def _statements(turn: int | None, statements: Sequence[Statement], speakers: Mapping[int, str]) -> str:
    lines = "".join(_statement(turn, one, speakers) for one in statements)
    return f'<div class="answer">{lines}</div>' if lines else ""


def _statement(turn: int | None, one: Statement, speakers: Mapping[int, str]) -> str:
    # The no-break space keeps a number with the word before it.
    marks = "".join(f"\u00a0{f'[{n}]' if turn is None else mark(turn, n)}" for n in one.citations)
    names = "".join(f'<span class="speaker">[{line(speakers[n])}]</span> ' for n in one.citations if n in speakers)
    agreed = phrasing.agreeing(one)
    agreeing = f'<span class="agreeing">{line(agreed)}</span>' if agreed else ""
    return (
        f'<p class="statement {one.support}" dir="auto">{names}<span class="words">{escaped(one.text)}</span>'
        f"{marks} {_support(one)}{agreeing}</p>"
    )


def _support(one: Statement) -> str:
    sign, label = _SUPPORT[one.support]
    told = phrasing.support(one) or label
    return f'<span class="support"><span class="sign" aria-hidden="true">{sign}</span>{line(told)}</span>'


def _refusal(answer: Answer, *, of_one: bool) -> str:
    listed = "".join(map(_near, answer.nearest))
    nearest = f'<p class="near">The nearest coverage:</p><ul>{listed}</ul>' if listed else ""
    corpus = answer.corpus
    dates = (
        f"<p>They run from {span(corpus.oldest or corpus.newest, corpus.newest)}.</p>"
        if corpus.newest and not of_one
        else ""
    )
    words = joined([f"“{line(word, 40)}”" for word in answer.lacking], "or")
    lacking = f"<p>{'It does not mention' if of_one else 'None of them mentions'} {words}.</p>" if words else ""
    absent = "".join(f"<p>{line(one)}</p>" for one in missing(answer.absent))
    said = "This article does not" if of_one else "The articles do not"
    return (
        f'<div class="refusal"><p class="verdict">{said} answer this question.</p>'
        f"{absent}{lacking}{dates}{nearest}</div>"
    )


def _near(one: ArticleRef) -> str:
    read = button("read", "Read the article", kind="link", about=one.title, data={"article": one.article_id})
    return (
        f"<li>{link(one.url, f'<bdi>{line(one.title)}</bdi>')}"
        f'<span class="about">{about(one.source, one.published)}</span>{read}</li>'
    )


# What can be done with an answer


def _actions(turn: ConversationTurn, is_last: bool) -> str:
    if turn.progress:
        return ""
    again = _again(turn) if is_last else button("reuse", "Ask again", kind="quiet", data={"turn": turn.number})
    copy = rate = ""
    if turn.answer is not None:
        copy = button("copy", "Copy", kind="quiet", about="the answer with its citations", data={"text": plain(turn)})
        rate = _thumbs(turn) + _watch(turn)
    return (
        f'<div class="actions" role="group" aria-label="This answer">{copy}{again}{rate}'
        f"</div>{_reason(turn) if turn.answer else ''}"
    )


def _again(turn: ConversationTurn) -> str:
    return button("retry", "Retry", kind="quiet", about="ask the same again") + button(
        "edit", "Edit", kind="quiet", about="the question"
    )


def _thumbs(turn: ConversationTurn) -> str:
    given = turn.rating.good if turn.rating else None
    return "".join(
        f'<button type="button" class="act quiet thumb" data-act="rate" data-turn="{turn.number}" data-good="{value}" '
        f'aria-pressed="{str(given is good).lower()}">{label}</button>'
        for good, value, label in ((True, "yes", "Good answer"), (False, "no", "Bad answer"))
    )


def _watch(turn: ConversationTurn) -> str:
    if turn.watchable is None:
        return ""
    return button("watch", "Watch this question", kind="quiet", data={"turn": turn.number})


def _reason(turn: ConversationTurn) -> str:
    if turn.rating is None:
        return ""
    if turn.rating.reason:
        return f'<p class="noted">Noted: <bdi>{line(turn.rating.reason, 300)}</bdi></p>'
    asked = "What was good about it?" if turn.rating.good else "What was wrong with it?"
    return (
        f'<form class="reason" data-act="reason" data-turn="{turn.number}" autocomplete="off">'
        f'<label>{asked} <input name="reason" maxlength="2000"></label>'
        '<button class="act quiet" type="submit">Send</button></form>'
    )
