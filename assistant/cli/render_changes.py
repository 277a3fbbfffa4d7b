"""How the command line shows what changed: removed text begins with "- ", added text with "+ ".

In colour, removed words are struck through in red and added ones are green. Text of articles and questions is data:
control characters are taken out, and nothing in it is markup.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.text import Text

from assistant.answers import Statement
from assistant.articles import Filters
from assistant.cli.render import about, safe_line
from assistant.index import Story
from assistant.maintenance import Changed, Diff, KeptAnswer, News, Step, Watch, WatchChange
from assistant.text import marked
from assistant.utils import counted, days, minute, name_line, one_line

_REMOVED, _ADDED = "red strike", "green"
_KINDS = {"answered": "answered now", "refused": "not answered any more", "changed": "another answer"}


def history_lines(steps: Sequence[Step]) -> Iterator[Text]:
    """What each refresh changed, newest first."""
    for step in steps:
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


def diff_lines(diff: Diff) -> Iterator[Text]:
    """The added and removed articles, and the sentences of the changed ones that differ."""
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


def news_lines(news: Iterable[News]) -> Iterator[Text]:
    """The new and the corrected articles, newest first."""
    for item in news:
        style = _ADDED if item.kind == "new" else "bold"
        yield Text.assemble(f"{minute(item.when)}  ", (f"{item.kind:<9}", style), f"  {about(item)}")
        if item.url:
            yield Text(f"    {one_line(item.url)}", style="dim")
        yield from _text_change_lines(item)


def story_lines(stories: Sequence[Story]) -> Iterator[Text]:
    """Each story with its publications, dates and number of articles, and the titles of its articles."""
    for story in stories:
        when = days(story.oldest, story.newest) if story.oldest and story.newest else ""
        reported = (f"{story.count} articles", ", ".join(map(name_line, story.publications)), when)
        yield Text(one_line(story.headline), style="bold")
        yield Text(f"    {' · '.join(filter(None, reported))}", style="dim")
        yield from (Text(f"    {about(article)}") for article in story.articles)


def watches_lines(watches: Sequence[Watch]) -> Iterator[Text]:
    """The watched questions, each with its last answer."""
    for watch in watches:
        yield from watch_lines(watch)


def unwatched_lines(removed: Mapping[str, int]) -> Iterator[str]:
    """Which question is no longer watched."""
    yield f"Question {removed['removed']} is no longer watched."


def watch_lines(watch: Watch) -> Iterator[Text]:
    """A watched question with its last answer."""
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
    parts = [one_line(" or ".join(filters.sources))] if filters.sources else []
    parts += [f"from {filters.since.isoformat()}"] if filters.since else []
    parts += [f"up to {filters.until.isoformat()}"] if filters.until else []
    return f"  ({', '.join(parts)})" if parts else ""


def _answer_lines(answer: KeptAnswer) -> Iterator[str]:
    if not answer.found:
        yield "the articles do not answer it"
    for statement in answer.statements:
        yield one_line(statement.text)
        yield from (f"    {line}" for line in _cited_articles(statement, answer))


def watch_change_lines(changes: Sequence[WatchChange]) -> Iterator[Text]:
    """How the answers to watched questions changed, newest first."""
    for change in changes:
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
