"""The watched questions, with their answers and how these changed."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from assistant.answers import Statement
from assistant.articles import Filters
from assistant.maintenance.watches import KeptAnswer, StatementChange, Watch, WatchChange
from assistant.utils.formatting import day
from assistant.utils.urls import safe_to_show

from .diff import change, listed, stayed
from .markup import about, ago, button, line, sentence

MOST = 100  # questions that the window lets be watched: each is asked after every refresh
_MOST_CHANGES = 3  # of a question, the last
_LONGEST_ANSWER = 240
_KINDS = {"answered": "answered now", "refused": "not answered any more", "changed": "another answer"}

HEADING = '<h2 id="watched-questions">Watched questions</h2>'


def watched(watches: Sequence[Watch], changes: Sequence[WatchChange], now: datetime) -> str:
    """The questions that are asked again after each refresh, those first whose answer changed last."""
    if not watches:
        told = "None yet. Below an answer, “Watch this question” has it asked again after each refresh."
        return f'{HEADING}<p class="hint">{told}</p>'
    last = {one.number: one.when for one in reversed(changes)}
    ordered = sorted(watches, key=lambda one: (last.get(one.number) or one.added, one.number), reverse=True)
    items = "".join(_watch(one, [each for each in changes if each.number == one.number], now) for one in ordered)
    told = '<p class="hint">Asked again after each refresh, for everybody here.</p>'
    return f'{HEADING}{told}<ol class="watches">{items}</ol>'


def _watch(one: Watch, changes: Sequence[WatchChange], now: datetime) -> str:
    trouble = ""
    if one.trouble:
        told = f"Not answered the last time: {safe_to_show(one.trouble)}"
        trouble = f'<p class="problem">{line(sentence(told), 400)}</p>'
    drawn = "".join(_change(each, now, is_open=number == 0) for number, each in enumerate(changes[:_MOST_CHANGES]))
    data = {"number": one.number}
    asked = f"asked {ago(one.checked, now)}" if one.checked else "waits for the first refresh"
    return (
        f'<li><h3 dir="auto">{line(one.question, 300)}</h3>{_answer(one.answer)}'
        f'<p class="about">{" · ".join([asked, *map(line, _narrowed(one.filters))])}</p>{trouble}{drawn}'
        '<div class="actions">'
        f"{button('unwatch', 'Stop watching', kind='quiet', about=one.question, data=data)}</div></li>"
    )


def _answer(answer: KeptAnswer | None) -> str:
    if answer is None:
        return ""
    words = " ".join(one.text for one in answer.statements) if answer.found else "The articles do not answer it."
    return f'<p class="answered" dir="auto">{line(words, _LONGEST_ANSWER)}</p>'


def _narrowed(filters: Filters) -> Iterator[str]:
    if filters.source:
        yield f"only {filters.source}"
    if filters.since:
        yield f"from {day(filters.since)}"
    if filters.until:
        yield f"up to {day(filters.until)}"


# How an answer changed


def change_of(one: WatchChange, now: datetime) -> str:
    """How the answer to a watched question changed, with the question."""
    return f'<h4 dir="auto">{line(one.question, 300)}</h4>{_change(one, now, is_open=True)}'


def _change(one: WatchChange, now: datetime, *, is_open: bool) -> str:
    state = " open" if is_open else ""
    return (
        f'<details class="another"{state}><summary><strong>{_KINDS[one.kind].capitalize()}</strong> '
        f"{ago(one.when, now)}</summary>{listed(list(_statements(one)))}</details>"
    )


def _statements(one: WatchChange) -> Iterator[str]:
    """Both answers in one: what stayed as it is, and what went, came and changed among it."""
    rest = list(one.after.statements)
    for each in one.changes:
        if each.after is not None and each.after in rest:
            at = rest.index(each.after)
            yield from (stayed(same.text) for same in rest[:at])
            rest = rest[at + 1 :]
        yield _statement(each, one)
    yield from (stayed(same.text) for same in rest)


def _statement(each: StatementChange, one: WatchChange) -> str:
    said_by = _cited(each.after, one.after) if each.after else _cited(each.before, one.before) if each.before else ""
    return change(each.before.text if each.before else "", each.after.text if each.after else "", more=said_by)


def _cited(statement: Statement, answer: KeptAnswer) -> str:
    return "".join(
        f'<p class="about"><bdi>{line(one.title, 120)}</bdi> · {about(one.source, one.published)}</p>'
        for one in answer.citations
        if one.number in statement.citations
    )
