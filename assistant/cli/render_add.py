"""How the command line shows what would come in."""

from collections.abc import Iterator

from rich.text import Text

from assistant.cli.render import safe_line
from assistant.maintenance import Draft, Preview
from assistant.utils import counted, day, name_line

_MAX_DRAFTS, _MAX_FAILURES, _BEGINNING = 20, 20, 200


def preview_lines(preview: Preview) -> Iterator[Text]:
    """Each article with what is odd about it, and what could not be read."""
    for draft in preview.drafts[:_MAX_DRAFTS]:
        yield from _draft_lines(draft)
    if len(preview.drafts) > _MAX_DRAFTS:
        yield Text(f"and {len(preview.drafts) - _MAX_DRAFTS:,} more articles; --json has them all")
    for failure in preview.failures[:_MAX_FAILURES]:
        yield Text(f"not read: {safe_line(failure.where)}: {safe_line(failure.reason)}")
    if len(preview.failures) > _MAX_FAILURES:
        yield Text(f"and {len(preview.failures) - _MAX_FAILURES:,} more not read; --json has them all")
    yield from (Text(f"note: {safe_line(notice)}") for notice in preview.notices)
    if not preview.drafts:
        yield Text("There is no article in it.")


def _draft_lines(draft: Draft) -> Iterator[Text]:
    yield Text(name_line(draft.title, 200), style="bold")
    about = (draft.source or "no publication", day(draft.published) if draft.published else "no date", draft.author)
    words = counted(len(draft.text.split()), "word")
    yield Text(f"    {' · '.join(name_line(part, 80) for part in (*about, words) if part)}", style="dim")
    if draft.url:
        yield Text(f"    {safe_line(draft.url)}", style="dim")
    yield Text(f"    {safe_line(draft.text[:_BEGINNING])}{'…' if len(draft.text) > _BEGINNING else ''}")
    told = [note for note in draft.notes if note not in {"no date", "no publication"}]
    yield from (Text(f"    note: {note}") for note in told)
    if draft.problem is not None:
        yield Text(f"    cannot be put in: {draft.problem}", style="bold red")
