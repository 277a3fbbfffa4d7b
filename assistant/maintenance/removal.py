"""Removing articles for good, letting them come back, and going back to a state of the index without them."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace

from assistant.errors import AssistantError, RefreshError
from assistant.index import Library, Manifest
from assistant.maintenance.added import delete_files
from assistant.maintenance.refresh import refresh
from assistant.maintenance.removed import read_removed, write_removed
from assistant.maintenance.reports import RefreshReport, RefreshRequest
from assistant.models import Embedder
from assistant.settings import Settings
from assistant.utils import counted

Stores = Iterable[tuple[str, Callable[[], int]]]
"""What is kept of articles elsewhere: what it is called, and what deletes that of removed ones and counts it."""


def remove_articles(
    article_ids: Sequence[str], library: Library, embeddings: Embedder, settings: Settings, stores: Stores
) -> RefreshReport:
    """Remove articles with all that is kept of them. See `Assistant.remove_articles`."""
    if not article_ids:
        raise RefreshError("no article to remove was named")
    report = refresh(library, embeddings, settings, RefreshRequest(remove=tuple(article_ids)))
    delete_files(report.removed, settings)
    with _refreshing(library, settings), library.reading():  # of the new state, which lets go of the one before
        library.remove_with(read_removed(library).articles)
    return replace(report, notices=(*report.notices, *_drop_kept(stores)))


def _drop_kept(stores: Stores) -> list[str]:
    """Have each store delete what it has of removed articles; a line for each that had some, or that could not."""
    lines = []
    for what, drop in stores:
        try:
            if dropped := drop():
                lines.append(f"{counted(dropped, 'item')} {what} had words of removed articles, which are deleted, too")
        except AssistantError as error:  # the article is removed, whatever comes of this
            lines.append(f"{error}; until then it may keep words of what was removed")
    return lines


def restore_articles(article_ids: Sequence[str], library: Library, settings: Settings) -> None:
    """Let removed articles come back at the next refresh. Raises RefreshError for an id of which none was removed."""
    with _refreshing(library, settings):
        write_removed(library, read_removed(library).without(article_ids))


def rollback(library: Library, settings: Settings) -> Manifest:
    """Publish the generation before again; RefreshError when there is none, or it has articles removed since."""
    with _refreshing(library, settings):
        return library.rollback(read_removed(library).articles)


def _refreshing(library: Library, settings: Settings) -> AbstractContextManager[None]:
    return library.refreshing(settings.refresh_wait, lambda who: None)
