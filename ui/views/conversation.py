"""The conversation as HTML: its turns with their answers, and what can be done with them and asked next."""

from collections.abc import Sequence

from ..addresses import question_address
from ..state import ConversationState, ConversationTurn, Scope, Turns
from .actions import actions
from .answer import answer, statements
from .icons import icon
from .markup import button, count, escaped, line, named, notice, sentence

_MAX_QUESTION = 600  # shown; the whole of a refused one stays in the box where it was typed


def past(turns: Turns) -> str:
    """All turns but the last, oldest first."""
    return "".join(_turn(turn, is_last=False) for turn in turns[:-1])


def present(turns: Turns) -> str:
    """The last turn, with as much of its answer as is there."""
    return _turn(turns[-1], is_last=True) if turns else ""


def tools(state: ConversationState) -> str:
    """The buttons for the conversation as a whole."""
    if not any(turn.answer for turn in state.turns):
        return ""
    return (
        '<div class="tools" role="group" aria-label="This conversation">'
        f"{button('new', 'New conversation', picture='plus')}"
        f"{button('export', 'Save as Markdown', kind='quiet', data={'form': 'markdown'}, picture='download')}"
        f"{button('export', 'Printable page', kind='quiet', data={'form': 'page'}, picture='printer')}</div>"
    )


def offer(questions: Sequence[str], *, first: bool, by_model: bool = False) -> str:
    """Questions to ask: before the first one with what to expect, after an answer as a next step."""
    buttons = [button("ask", question, kind="suggestion", data={"question": question}) for question in questions]
    items = "".join(f"<li>{html}</li>" for html in buttons)
    listed = f'<ul class="suggestions">{items}</ul>' if items else ""
    if first:
        heading = "<h2>For example</h2>" if items else ""
        return _WELCOME.format(_BY_MODEL if by_model else _IN_QUOTES, heading, listed)
    heading = "You could ask next"
    return f'<section class="offer" aria-label="{heading}"><h2>{heading}</h2>{listed}</section>' if items else ""


_WELCOME = (
    '<div class="welcome"><p class="lead">Ask what the articles say.</p>'
    "<p>{} When the articles do not answer, you are told so.</p></div>"
    '<section class="offer" aria-label="Questions to begin with">{}{}</section>'
)
_IN_QUOTES = "The answer comes in the articles’ own words, with the passage that each statement rests on."
_BY_MODEL = (
    "A model writes the answer from the articles; each sentence is checked, and marked when they do not bear it out."
)


def composer_notes(state: ConversationState) -> str:
    """What applies to the next question: the article it is limited to, and that it replaces the last question."""
    chips = []
    if state.scope:
        chips.append(
            f'<span class="chip">Only in: <bdi>{named(state.scope.title, 90)}</bdi>'
            f"{button('unscope', '×', kind='remove', about='ask about all articles again')}</span>"
        )
    if state.editing:
        chips.append(
            '<span class="chip">Your question takes the place of the last one'
            f"{button('cancel_edit', '×', kind='remove', about='keep the last question')}</span>"
        )
    return f'<div class="composer-notes">{"".join(chips)}</div>' if chips else ""


def announcement(turn: ConversationTurn) -> str:
    """What a screen reader reads out when an answer is there, once and as a whole."""
    if turn.problem is not None:
        return sentence(turn.problem)
    if turn.stopped:
        return "Stopped."
    if turn.answer is None:
        return ""
    sources = len({citation.article_id for citation in turn.answer.citations})
    rests = f" It rests on {count(sources, 'source')}." if sources and turn.answer.found else ""
    return " ".join([turn.answer.text, *turn.answer.notices]) + rests


def _turn(turn: ConversationTurn, *, is_last: bool) -> str:
    question = line(turn.question, _MAX_QUESTION) or "(an empty question)"
    running = " running" if turn.progress else ""
    return (
        f'<article class="turn{running}" id="t{turn.number}" data-key="{line(turn.key)}" '
        f'data-address="{line(_address(turn))}" '
        f'aria-labelledby="q{turn.number}">'
        f'<h2 class="question" id="q{turn.number}" tabindex="-1" dir="auto">{question}</h2>{_scope(turn.scope)}'
        f"{_reply(turn, is_last)}{actions(turn, is_last=is_last)}</article>"
    )


def _address(turn: ConversationTurn) -> str:
    """The address that asks the same: of a follow-up, the question that it was taken for."""
    asked = turn.answer.understood.follows if turn.answer else None
    fields = [("article", turn.scope.article_id)] if turn.scope else []
    return question_address(asked or turn.question, fields)


def _scope(scope: Scope | None) -> str:
    return f'<p class="scope">Asked of one article: <bdi>{named(scope.title, 120)}</bdi></p>' if scope else ""


def _reply(turn: ConversationTurn, is_last: bool) -> str:
    if turn.problem is not None:
        return f'<p class="problem">{icon("circle-alert")}<span>{line(sentence(turn.problem), 400)}</span></p>'
    if turn.answer is None:
        # Its sources are not there yet, so its numbers lead nowhere.
        return statements(None, turn.statements, {}) + _draft(turn) + _progress(turn)
    return answer(turn, turn.answer, is_last)


def _progress(turn: ConversationTurn) -> str:
    if turn.stopped:
        rest = "What stands above is all that was checked." if turn.statements else "Nothing was checked yet."
        return notice(f"Stopped. {rest}", "square")
    return f'<p class="progress">{icon("loader-circle")}{line(turn.progress)}</p>' if turn.progress else ""


def _draft(turn: ConversationTurn) -> str:
    """What a model has written that is not checked yet."""
    unchecked = turn.draft[turn.checked :].strip()
    if not unchecked:
        return ""
    words = f'<span class="words">{escaped(unchecked)}</span>'
    return f'<p class="draft" dir="auto">{words} <span class="support">{icon("clock")}not checked yet</span></p>'
