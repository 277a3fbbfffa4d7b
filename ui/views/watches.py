"""The watched questions: their answers, and how these changed."""

from collections.abc import Container, Iterator, Sequence
from datetime import datetime

from assistant import Filters, KeptAnswer, Statement, StatementChange, Watch, WatchChange
from assistant.utils import day, safe_to_show

from .diff import change_list, text_change, unchanged
from .icons import icon
from .markup import about, ago, button, line, named, sentence

MAX_WATCHES = 100  # that the window allows: each question is asked after every refresh
_MAX_CHANGES = 3  # of a question, the latest
_MAX_ANSWER = 240  # characters
_KINDS = {"answered": "answered now", "refused": "not answered any more", "changed": "another answer"}

_HOW = (
    "Ask a question, then press “Watch” below its answer. It is asked again after each refresh, and you "
    "see here how the answer changed."
)
HEADING = '<h2 id="watched-questions">Watched questions</h2>'


def watched(watches: Sequence[Watch], changes: Sequence[WatchChange], now: datetime, *, may_end: Container[int]) -> str:
    """The questions that are asked again after each refresh, the one whose answer changed last first.

    `may_end` has the numbers of those that this reader may end.
    """
    if not watches:
        return f'{HEADING}<div class="empty">{icon("bell")}<h3>Nothing is watched yet</h3><p>{_HOW}</p></div>'
    last = {change.number: change.when for change in reversed(changes)}
    ordered = sorted(watches, key=lambda watch: (last.get(watch.number) or watch.added, watch.number), reverse=True)
    of_watch = {watch.number: [change for change in changes if change.number == watch.number] for watch in watches}
    items = "".join(_watch(watch, of_watch[watch.number], now, may_end=watch.number in may_end) for watch in ordered)
    hint = "Asked again after each refresh, for everybody here; who added one, or a maintainer, can end it."
    hint = f'<p class="hint">{hint}</p>'
    return f'{HEADING}{hint}<ol class="watches">{items}</ol>'


def _watch(watch: Watch, changes: Sequence[WatchChange], now: datetime, *, may_end: bool) -> str:
    trouble = ""
    if watch.trouble:
        message = f"Not answered the last time: {safe_to_show(watch.trouble)}"
        trouble = f'<p class="problem">{icon("circle-alert")}<span>{line(sentence(message), 400)}</span></p>'
    latest = "".join(_change(change, now, is_open=index == 0) for index, change in enumerate(changes[:_MAX_CHANGES]))
    end = button("unwatch", "Stop watching", kind="quiet", about=watch.question, data={"number": watch.number})
    actions = f'<div class="actions">{end}</div>' if may_end else ""
    asked = f"asked {ago(watch.checked, now)}" if watch.checked else "waits for the first refresh"
    return (
        f'<li><h3 dir="auto">{line(watch.question, 300)}</h3>{_answer(watch.answer)}'
        f'<p class="about">{" · ".join([asked, *map(line, _filters(watch.filters))])}</p>'
        f"{trouble}{latest}{actions}</li>"
    )


def _answer(answer: KeptAnswer | None) -> str:
    if answer is None:
        return ""
    statements = " ".join(statement.text for statement in answer.statements)
    text = line(statements if answer.found else "The articles do not answer it.", _MAX_ANSWER)
    return f'<p class="watch-answer" dir="auto">{text}</p>'


def _filters(filters: Filters) -> Iterator[str]:
    if filters.sources:
        yield f"only {' or '.join(filters.sources)}"
    if filters.since:
        yield f"from {day(filters.since)}"
    if filters.until:
        yield f"up to {day(filters.until)}"


# How an answer changed


def answer_change(change: WatchChange, now: datetime) -> str:
    """How the answer to a watched question changed, with the question."""
    return f'<h4 dir="auto">{line(change.question, 300)}</h4>{_change(change, now, is_open=True)}'


def _change(change: WatchChange, now: datetime, *, is_open: bool) -> str:
    state = " open" if is_open else ""
    return (
        f'<details class="answer-change"{state}><summary><strong>{_KINDS[change.kind].capitalize()}</strong> '
        f"{ago(change.when, now)}</summary>{change_list(list(_statements(change)))}</details>"
    )


def _statements(change: WatchChange) -> Iterator[str]:
    """The statements of the answer as it is now, with those among them that were removed, added or changed."""
    rest = list(change.after.statements)
    for statement_change in change.changes:
        if statement_change.after is not None and statement_change.after in rest:
            index = rest.index(statement_change.after)
            yield from (unchanged(statement.text) for statement in rest[:index])
            rest = rest[index + 1 :]
        yield _statement_change(statement_change, change)
    yield from (unchanged(statement.text) for statement in rest)


def _statement_change(changed: StatementChange, change: WatchChange) -> str:
    before, after = changed.before, changed.after
    sources = _sources(after, change.after) if after else _sources(before, change.before) if before else ""
    return text_change(before.text if before else "", after.text if after else "", more=sources)


def _sources(statement: Statement, answer: KeptAnswer) -> str:
    return "".join(
        f'<p class="about"><bdi>{named(citation.title, 120)}</bdi> · {about(citation.source, citation.published)}</p>'
        for citation in answer.citations
        if citation.number in statement.citations
    )
