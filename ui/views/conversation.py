"""The conversation as HTML: its turns with their answers, and what can be done with them."""

from ..addresses import question_address
from ..filters import question_fields
from ..state import ConversationState, ConversationTurn, Turns
from .actions import actions
from .answer import answer, statements
from .composer import scope_text
from .icons import icon
from .markup import button, count, escaped, line, named, notice, problem_text, sentence

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
        f'<h2 class="question" id="q{turn.number}" tabindex="-1" dir="auto">{question}</h2>{_scope(turn)}'
        f"{_reply(turn, is_last)}{actions(turn, is_last=is_last)}</article>"
    )


def _address(turn: ConversationTurn) -> str:
    """The address that asks the same: of a follow-up, the question that it was taken for."""
    asked = turn.answer.understood.follows if turn.answer else None
    return question_address(asked or turn.question, question_fields(turn.scope, turn.model))


def _scope(turn: ConversationTurn) -> str:
    text = scope_text(turn.scope, turn.asked.date())
    return f'<p class="scope"><bdi>{named(text, 240)}</bdi></p>' if text else ""


def _reply(turn: ConversationTurn, is_last: bool) -> str:
    if turn.problem is not None:
        told = f'<p class="problem">{icon("circle-alert")}<span>{problem_text(turn.problem)}</span></p>'
        return told + _instead(turn, is_last)
    if turn.answer is None:
        # Its sources are not there yet, so its numbers lead nowhere.
        return statements(None, turn.statements, {}) + _draft(turn) + _progress(turn)
    return answer(turn, turn.answer, is_last)


def _instead(turn: ConversationTurn, is_last: bool) -> str:
    """What can answer in the place of a model that is gone."""
    if not (turn.is_gone and is_last):
        return ""
    return f'<p class="instead">{button("ask_quotes", "Answer with quotes only", picture="quote")}</p>'


def _progress(turn: ConversationTurn) -> str:
    if turn.stopped:
        rest = "What stands above is all that was checked." if turn.statements else "Nothing was checked yet."
        return notice(f"Stopped. {rest}", "circle-slash")
    return f'<p class="progress">{icon("loader-circle")}{line(turn.progress)}</p>' if turn.progress else ""


def _draft(turn: ConversationTurn) -> str:
    """What a model has written that is not checked yet."""
    unchecked = turn.draft[turn.checked :].strip()
    if not unchecked:
        return ""
    words = f'<span class="words">{escaped(unchecked)}</span>'
    return f'<p class="draft" dir="auto">{words} <span class="support">{icon("clock")}not checked yet</span></p>'
