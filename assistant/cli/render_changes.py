"""How the command line shows what changed: removed text begins with "- ", added text with "+ ".

In colour, removed words are struck through in red and added ones are green. Text of articles and questions is data:
control characters are taken out, and nothing in it is markup.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from rich.text import Text

from assistant.answers import Statement
from assistant.articles import Filters
from assistant.cli.render import about, safe_line, show_lines
from assistant.index import Story
from assistant.maintenance import Changed, Diff, KeptAnswer, News, Step, Watch, WatchChange
from assistant.text import marked
from assistant.utils import counted, days, minute, one_line

_REMOVED, _ADDED = "red strike", "green"
_KINDS = {"answered": "answered now", "refused": "not answered any more", "changed": "another answer"}


def show_history(steps: Sequence[Step]) -> None:
    """Print what each refresh changed, newest first."""
    show_lines((line for step in steps for line in _step_lines(step)), "No refresh has published anything yet.")


def _step_lines(step: Step) -> Iterator[Text]:
    state = "published" if step.published else "kept" if step.kept else "no longer kept"
    yield Text.assemble(
        (one_line(step.name), "bold"),
        f"  {minute(step.made)}  {counted(step.articles, 'article')}: ",
        f"{_counts(step.added, step.changed, step.removed)}  ",
        (f"({state})", "bold green" if step.published else "dim"),
    )
    for source, counts in step.sources.items():
        if changes := ", ".join(f"{count:,} {one_line(kind)}" for kind, count in counts.items() if count):
            yield Text(f"    {safe_line(source)}: {changes}", style="dim")
    yield from (Text(f"    not read: {safe_line(failure)}") for failure in step.failures)


def _counts(added: int, changed: int, removed: int) -> str:
    return f"{added:,} added, {changed:,} changed, {removed:,} removed"


def show_diff(diff: Diff) -> None:
    """Print the added and removed articles, and the sentences of the changed ones that differ."""
    show_lines(_diff_lines(diff))


def _diff_lines(diff: Diff) -> Iterator[Text]:
    counts = _counts(len(diff.added), len(diff.changed), len(diff.removed))
    yield Text(f"Generation {diff.before} to {diff.after}: {counts}.")
    yield from (Text.assemble(("added    ", _ADDED), about(article)) for article in diff.added)
    yield from (Text.assemble(("removed  ", "red"), about(article)) for article in diff.removed)
    for changed in diff.changed:
        yield Text()
        yield Text.assemble(("changed  ", "bold"), about(changed))
        yield from _text_change_lines(changed)
        others = [name for name in changed.fields if name not in ("title", "text")]
        if others:
            yield Text(f"also changed: {', '.join(others)}", style="dim")


def show_news(news: Sequence[News], since: datetime) -> None:
    """Print the new and the corrected articles, newest first."""
    lines = (line for item in news for line in _news_lines(item))
    show_lines(lines, f"Nothing new or corrected since {minute(since)}.")


def _news_lines(item: News) -> Iterator[Text]:
    style = _ADDED if item.kind == "new" else "bold"
    yield Text.assemble(f"{minute(item.when)}  ", (f"{item.kind:<9}", style), f"  {about(item)}")
    if item.url:
        yield Text(f"    {one_line(item.url)}", style="dim")
    yield from _text_change_lines(item)


def show_stories(stories: Sequence[Story]) -> None:
    """Print each story with its publications, dates and number of articles, and the titles of its articles."""
    show_lines((line for story in stories for line in _story_lines(story)), "No two articles report the same story.")


def _story_lines(story: Story) -> Iterator[Text]:
    when = days(story.oldest, story.newest) if story.oldest and story.newest else ""
    reported = (f"{story.count} articles", ", ".join(map(one_line, story.publications)), when)
    yield Text(one_line(story.headline), style="bold")
    yield Text(f"    {' · '.join(filter(None, reported))}", style="dim")
    yield from (Text(f"    {about(article)}") for article in story.articles)


def show_watch(watch: Watch) -> None:
    """Print a watched question with its last answer."""
    show_watches([watch])


def show_watches(watches: Sequence[Watch]) -> None:
    """Print the watched questions, each with its last answer."""
    lines = (line for watch in watches for line in _watch_lines(watch))
    show_lines(lines, 'No question is watched; add one with: assistant watch add "QUESTION"')


def show_unwatched(removed: Mapping[str, int]) -> None:
    """Print which question is no longer watched."""
    show_lines([Text(f"Question {removed['removed']} is no longer watched.")])


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
    lines = (line for change in changes for line in _watch_change_lines(change))
    show_lines(lines, "No answer to a watched question changed.")


def _watch_change_lines(change: WatchChange) -> Iterator[Text]:
    yield Text.assemble(
        f"{minute(change.when)}  ",
        (f"{change.number}  ", "bold cyan"),
        f"{one_line(change.question)}  ",
        (_KINDS[change.kind], "bold"),
    )
    for statements in change.changes:
        before, after = statements.before, statements.after
        yield from _before_and_after(before.text if before else "", after.text if after else "")
        cited = _cited_articles(after, change.after) if after else _cited_articles(before, change.before)
        yield from (Text(f"    {line}", style="dim") for line in cited)


def _cited_articles(statement: Statement | None, answer: KeptAnswer) -> list[str]:
    numbers = statement.citations if statement else ()
    return [about(citation) for citation in answer.citations if citation.number in numbers]


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
            words = ((words, style if changed else "") for words, changed in runs)
            yield Text.assemble((mark, style.split()[0]), *words)
