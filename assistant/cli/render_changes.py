"""How the command line shows what changed: removed text begins with "- ", added text with "+ ".

In colour, removed words are struck through in red and added ones are green. Text of articles and questions is data:
control characters are taken out, and nothing in it is markup.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from rich.text import Text

from assistant.answers import Statement
from assistant.articles import Filters
from assistant.cli.render import about, console_of
from assistant.index import Story
from assistant.maintenance import Changed, Diff, KeptAnswer, News, StatementChange, Step, Watch, WatchChange
from assistant.text import marked
from assistant.utils import day, days, minute, one_line, safe_to_show

_REMOVED, _ADDED = "red strike", "green"
_KINDS = {"answered": "answered now", "refused": "not answered any more", "changed": "another answer"}


def _print(lines: Iterable[Text], if_empty: str = "") -> None:
    console = console_of()
    for line in list(lines) or [Text(if_empty)]:
        console.print(line)


def show_history(steps: Sequence[Step]) -> None:
    """Print what each refresh changed, newest first."""
    _print((line for step in steps for line in _step_lines(step)), "No refresh has published anything yet.")


def _step_lines(step: Step) -> Iterator[Text]:
    state = "published" if step.published else "kept" if step.kept else "no longer kept"
    yield Text.assemble(
        (one_line(step.name), "bold"),
        f"  {minute(step.made)}  {step.articles:,} article{'' if step.articles == 1 else 's'}: ",
        f"{_counts(step.added, step.changed, step.removed)}  ",
        (f"({state})", "bold green" if step.published else "dim"),
    )
    for source, counts in step.sources.items():
        changes = ", ".join(f"{count:,} {one_line(kind)}" for kind, count in counts.items() if count)
        if changes:
            yield Text(f"    {one_line(safe_to_show(source))}: {changes}", style="dim")
    yield from (Text(f"    not read: {one_line(safe_to_show(failure), 300)}") for failure in step.failures)


def _counts(added: int, changed: int, removed: int) -> str:
    return f"{added:,} added, {changed:,} changed, {removed:,} removed"


def show_diff(diff: Diff) -> None:
    """Print the added and removed articles, and the sentences of the changed ones that differ."""
    _print(_diff_lines(diff))


def _diff_lines(diff: Diff) -> Iterator[Text]:
    counts = _counts(len(diff.added), len(diff.changed), len(diff.removed))
    yield Text(f"Generation {diff.before} to {diff.after}: {counts}.")
    for article in diff.added:
        yield Text.assemble(("added    ", _ADDED), about(article))
    for article in diff.removed:
        yield Text.assemble(("removed  ", "red"), about(article))
    for changed in diff.changed:
        yield from _changed_lines(changed)


def _changed_lines(changed: Changed) -> Iterator[Text]:
    yield Text()
    yield Text.assemble(("changed  ", "bold"), _heading(changed))
    yield from _text_change_lines(changed)
    others = [name for name in changed.fields if name not in ("title", "text")]
    if others:
        yield Text(f"another {', '.join(others)}", style="dim")


def show_news(news: Sequence[News], since: datetime) -> None:
    """Print the new and the corrected articles, newest first."""
    _print((line for item in news for line in _news_lines(item)), f"Nothing new or corrected since {minute(since)}.")


def _news_lines(item: News) -> Iterator[Text]:
    style = _ADDED if item.kind == "new" else "bold"
    updated = f" · updated {day(item.updated)}" if item.updated else ""
    yield Text.assemble(f"{minute(item.when)}  ", (f"{item.kind:<9}", style), f"  {_heading(item)}{updated}")
    if item.url:
        yield Text(f"    {one_line(item.url)}", style="dim")
    yield from _text_change_lines(item)


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
    """Print the watched questions, each with its last answer."""
    lines = (line for watch in watches for line in _watch_lines(watch))
    _print(lines, 'No question is watched; add one with: assistant watch add "QUESTION"')


def _watch_lines(watch: Watch) -> Iterator[Text]:
    yield Text.assemble((f"{watch.number}  ", "bold cyan"), one_line(watch.question), (_filters(watch.filters), "dim"))
    if watch.trouble:
        yield Text(f"    not answered the last time: {one_line(watch.trouble)}", style="bold red")
    if watch.answer is None:
        yield Text("    waits for the first refresh")
    else:
        yield from (Text(f"    {line}") for line in _answer_lines(watch.answer))
    if watch.checked:
        yield Text(f"    asked {minute(watch.checked)}", style="dim")


def _filters(filters: Filters) -> str:
    parts = [one_line(filters.source)] if filters.source else []
    parts += [f"from {filters.since.isoformat()}"] if filters.since else []
    parts += [f"up to {filters.until.isoformat()}"] if filters.until else []
    return f"  ({', '.join(parts)})" if parts else ""


def _answer_lines(answer: KeptAnswer) -> Iterator[str]:
    if not answer.found:
        yield "the articles do not answer it"
    for statement in answer.statements:
        yield one_line(statement.text)
        yield from (f"    {line}" for line in _cited_articles(statement, answer))


def show_watch_changes(changes: Sequence[WatchChange]) -> None:
    """Print how the answers to watched questions changed, newest first."""
    _print(
        (line for change in changes for line in _watch_change_lines(change)), "No answer to a watched question changed."
    )


def _watch_change_lines(change: WatchChange) -> Iterator[Text]:
    yield Text.assemble(
        f"{minute(change.when)}  ",
        (f"{change.number}  ", "bold cyan"),
        f"{one_line(change.question)}  ",
        (_KINDS[change.kind], "bold"),
    )
    for statements in change.changes:
        yield from _before_and_after(*(side.text if side else "" for side in (statements.before, statements.after)))
        yield from (Text(f"    {line}", style="dim") for line in _changed_citations(statements, change))


def _changed_citations(statements: StatementChange, change: WatchChange) -> Iterator[str]:
    if statements.after is not None:
        yield from _cited_articles(statements.after, change.after)
    elif statements.before is not None:
        yield from _cited_articles(statements.before, change.before)


def _cited_articles(statement: Statement, answer: KeptAnswer) -> Iterator[str]:
    return (about(citation) for citation in answer.citations if citation.number in statement.citations)


def _text_change_lines(article: Changed | News) -> Iterator[Text]:
    if article.title_before is not None:
        yield Text("title", style="dim")
        yield from _before_and_after(article.title_before, article.title)
    for change in article.changes:
        yield from _before_and_after(change.before, change.after)


def _before_and_after(before: str, after: str) -> Iterator[Text]:
    """What was removed and what was added, a line each; where both are there, only the words that differ are marked."""
    old, new = one_line(before), one_line(after)
    for mark, text, other, style in (("- ", old, new, _REMOVED), ("+ ", new, old, _ADDED)):
        if text:
            runs = marked(other, text) if other else [(text, True)]
            yield Text.assemble(
                (mark, style.split()[0]), *((words, style if changed else "") for words, changed in runs)
            )


def _heading(article: Changed | News) -> str:
    published = day(article.published) if article.published else ""
    parts = [one_line(article.title), one_line(article.source or ""), published]
    return " · ".join(filter(None, parts))
