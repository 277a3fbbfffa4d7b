"""How the command line shows what changed: what went begins with "- ", what came with "+ ".

In colour, the words that went are struck in red and those that came are green. Text of articles and questions is data:
control characters are taken out, and nothing in it is markup.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from rich.text import Text

from assistant.answers import Statement
from assistant.articles import Filters
from assistant.cli.render import about, console_of
from assistant.index.stories import Story
from assistant.maintenance.history import Changed, Diff, Step
from assistant.maintenance.news import News
from assistant.maintenance.watches import KeptAnswer, StatementChange, Watch, WatchChange
from assistant.text.diff import marked
from assistant.utils.formatting import day, days, minute
from assistant.utils.strings import one_line
from assistant.utils.urls import safe_to_show

_WENT, _CAME = "red strike", "green"
_KINDS = {"answered": "answered now", "refused": "not answered any more", "changed": "another answer"}


def _print(lines: Iterable[Text], none: str = "") -> None:
    console = console_of()
    for line in list(lines) or [Text(none)]:
        console.print(line)


def show_history(steps: Sequence[Step]) -> None:
    """Print what each refresh changed, newest first."""
    _print((line for step in steps for line in _step(step)), "No refresh has published anything yet.")


def _step(step: Step) -> Iterator[Text]:
    state = "published" if step.published else "kept" if step.kept else "no longer kept"
    yield Text.assemble(
        (one_line(step.name), "bold"),
        f"  {minute(step.made)}  {step.articles:,} article{'' if step.articles == 1 else 's'}: ",
        f"{_counts(step.added, step.changed, step.removed)}  ",
        (f"({state})", "bold green" if step.published else "dim"),
    )
    for source, counts in step.sources.items():
        told = ", ".join(f"{count:,} {one_line(name)}" for name, count in counts.items() if count)
        if told:
            yield Text(f"    {one_line(safe_to_show(source))}: {told}", style="dim")
    yield from (Text(f"    not read: {one_line(safe_to_show(failure), 300)}") for failure in step.failures)


def _counts(added: int, changed: int, removed: int) -> str:
    return f"{added:,} added, {changed:,} changed, {removed:,} removed"


def show_diff(diff: Diff) -> None:
    """Print which articles came and went, and of those that changed, which sentences did."""
    _print(_diff(diff))


def _diff(diff: Diff) -> Iterator[Text]:
    counts = _counts(len(diff.added), len(diff.changed), len(diff.removed))
    yield Text(f"Generation {diff.before} to {diff.after}: {counts}.")
    for article in diff.added:
        yield Text.assemble(("added    ", _CAME), about(article))
    for article in diff.removed:
        yield Text.assemble(("removed  ", "red"), about(article))
    for one in diff.changed:
        yield from _changed(one)


def _changed(one: Changed) -> Iterator[Text]:
    yield Text()
    yield Text.assemble(("changed  ", "bold"), _heading(one))
    yield from _title(one.title_before, one.title)
    yield from (line for change in one.changes for line in _sentences(change.before, change.after))
    others = [name for name in one.fields if name not in ("title", "text")]
    if others:
        yield Text(f"another {', '.join(others)}", style="dim")


def show_news(news: Sequence[News], since: datetime) -> None:
    """Print the new and the corrected articles, newest first."""
    _print((line for one in news for line in _news(one)), f"Nothing new or corrected since {minute(since)}.")


def _news(one: News) -> Iterator[Text]:
    style = _CAME if one.kind == "new" else "bold"
    updated = f" · updated {day(one.updated)}" if one.updated else ""
    yield Text.assemble(f"{minute(one.when)}  ", (f"{one.kind:<9}", style), f"  {_heading(one)}{updated}")
    if one.url:
        yield Text(f"    {one_line(one.url)}", style="dim")
    yield from _title(one.title_before, one.title)
    yield from (line for change in one.changes for line in _sentences(change.before, change.after))


def show_stories(stories: Sequence[Story]) -> None:
    """Print each story with its publications, dates and number of articles, and the titles of its articles."""
    _print((line for story in stories for line in _of_story(story)), "No two articles tell of one story.")


def _of_story(story: Story) -> Iterator[Text]:
    told = [f"{story.count} articles", ", ".join(map(one_line, story.publications))]
    told += [days(story.oldest, story.newest)] if story.oldest and story.newest else []
    yield Text(one_line(story.headline), style="bold")
    yield Text(f"    {' · '.join(filter(None, told))}", style="dim")
    yield from (Text(f"    {about(one)}") for one in story.articles)


def show_watches(watches: Sequence[Watch]) -> None:
    """Print the watched questions, each with what was last answered."""
    lines = (line for watch in watches for line in _watch(watch))
    _print(lines, 'No question is watched; add one with: assistant watch add "QUESTION"')


def _watch(watch: Watch) -> Iterator[Text]:
    yield Text.assemble((f"{watch.number}  ", "bold cyan"), one_line(watch.question), (_narrowed(watch.filters), "dim"))
    if watch.trouble:
        yield Text(f"    not answered the last time: {one_line(watch.trouble)}", style="bold red")
    if watch.answer is None:
        yield Text("    waits for the first refresh")
    else:
        yield from (Text(f"    {line}") for line in _answer(watch.answer))
    if watch.checked:
        yield Text(f"    asked {minute(watch.checked)}", style="dim")


def _narrowed(filters: Filters) -> str:
    told = [one_line(filters.source)] if filters.source else []
    told += [f"from {filters.since.isoformat()}"] if filters.since else []
    told += [f"up to {filters.until.isoformat()}"] if filters.until else []
    return f"  ({', '.join(told)})" if told else ""


def _answer(answer: KeptAnswer) -> Iterator[str]:
    if not answer.found:
        yield "the articles do not answer it"
    for statement in answer.statements:
        yield one_line(statement.text)
        yield from (f"    {line}" for line in _cited(statement, answer))


def show_watch_changes(changes: Sequence[WatchChange]) -> None:
    """Print how the answers to watched questions changed, newest first."""
    _print((line for change in changes for line in _watch_change(change)), "No answer to a watched question changed.")


def _watch_change(change: WatchChange) -> Iterator[Text]:
    yield Text.assemble(
        f"{minute(change.when)}  ",
        (f"{change.number}  ", "bold cyan"),
        f"{one_line(change.question)}  ",
        (_KINDS[change.kind], "bold"),
    )
    for one in change.changes:
        yield from _sentences(*(side.text if side else "" for side in (one.before, one.after)))
        yield from (Text(f"    {line}", style="dim") for line in _said_by(one, change))


def _said_by(one: StatementChange, change: WatchChange) -> Iterator[str]:
    if one.after is not None:
        yield from _cited(one.after, change.after)
    elif one.before is not None:
        yield from _cited(one.before, change.before)


def _cited(statement: Statement, answer: KeptAnswer) -> Iterator[str]:
    return (about(one) for one in answer.citations if one.number in statement.citations)


def _title(before: str | None, after: str) -> Iterator[Text]:
    if before is not None:
        yield Text("title", style="dim")
        yield from _sentences(before, after)


def _sentences(before: str, after: str) -> Iterator[Text]:
    """What went and what came, each in its line; of what changed the words are marked."""
    was, now = one_line(before), one_line(after)
    for mark, text, other, style in (("- ", was, now, _WENT), ("+ ", now, was, _CAME)):
        if text:
            runs = marked(other, text) if other else [(text, True)]
            yield Text.assemble(
                (mark, style.split()[0]), *((words, style if changed else "") for words, changed in runs)
            )


def _heading(one: Changed | News) -> str:
    parts = [one_line(one.title), one_line(one.source or ""), day(one.published) if one.published else ""]
    return " · ".join(filter(None, parts))
