"""Articles that are added by hand: each is a file in a folder of the home, which every refresh reads as a source."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from assistant.errors import RefreshError
from assistant.index import Library, write_atomically
from assistant.ingest import ParseError
from assistant.ingest.files import file_name, file_text, normalized, text_file_fault
from assistant.ingest.sources import added_folder
from assistant.maintenance.drafts import Draft
from assistant.maintenance.preview import with_known
from assistant.maintenance.refresh import refresh
from assistant.maintenance.removed import read_removed, write_removed
from assistant.maintenance.reports import RefreshCallbacks, RefreshReport, RefreshRequest
from assistant.models import Embedder
from assistant.settings import Settings
from assistant.utils import name_line, reporting_full_disk

_MOST = 10_000  # at a time


def add_articles(
    drafts: Sequence[Draft],
    library: Library,
    embeddings: Embedder,
    settings: Settings,
    watcher: RefreshCallbacks | None = None,
) -> RefreshReport:
    """Add articles by hand, as the drafts have them. See `Assistant.add_articles`."""
    files = _files_of(drafts, library, settings)
    request = RefreshRequest((added_folder(settings),))
    return refresh(library, embeddings, settings, request, watcher, lambda: _put_in(files, drafts, library))


def _files_of(drafts: Sequence[Draft], library: Library, settings: Settings) -> dict[Path, str]:
    """The file of each draft with its content. Raises RefreshError, which names the draft that cannot be added."""
    if not drafts:
        raise RefreshError("there is no article to add")
    if len(drafts) > _MOST:
        raise RefreshError(f"these are {len(drafts):,} articles; at most {_MOST:,} can be added at a time")
    files: dict[Path, str] = {}
    for draft in with_known(list(drafts), library, settings):
        path = added_folder(settings) / file_name(draft.id)
        reason = draft.problem or ("another one has the same id; add one of the two" if path in files else None)
        try:
            if reason is None:
                files[path] = file_text(normalized(draft.article))
        except ParseError as error:
            reason = str(error)
        if reason is not None:
            name = name_line(draft.title or draft.where or draft.id, 80)
            raise RefreshError(f"“{name}” cannot be added: {reason}; nothing was added")
    return files


@contextmanager
def _put_in(files: Mapping[Path, str], drafts: Sequence[Draft], library: Library) -> Iterator[None]:
    """Write the files for the block, a refresh under its lock; when that fails all is put back as it was.

    Those of them that were removed by hand are so no longer.
    """
    before = {path: _content(path) for path in files}
    removed = read_removed(library)
    ids = [found.id for draft in drafts if (found := removed.find(draft.article, "", "", is_page=False)) is not None]
    try:
        with reporting_full_disk(library.folder):
            for path, text in files.items():
                write_atomically(path, text)
        if ids:
            write_removed(library, removed.without(ids))
        yield
    except BaseException as error:
        for path, content in before.items():
            _put_back(path, content)
        if ids:
            write_removed(library, removed)
        if isinstance(error, OSError):
            place = error.filename or "a file"
            raise RefreshError(f"{place} cannot be written ({error.strerror}); nothing was added") from error
        raise


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _put_back(path: Path, content: bytes | None) -> None:
    with suppress(OSError):
        if content is None:
            path.unlink(missing_ok=True)
            path.parent.rmdir()  # unless there are others in it
        else:
            write_atomically(path, content.decode("utf-8"))


def delete_files(article_ids: Sequence[str], settings: Settings) -> None:
    """Delete the files of articles that were removed: of those that were added by hand the home is the only source."""
    for article_id in article_ids:
        with suppress(OSError):
            (added_folder(settings) / file_name(article_id)).unlink(missing_ok=True)
            added_folder(settings).rmdir()  # unless there are others in it


def faulty_files(settings: Settings) -> Iterator[tuple[str, str]]:
    """The files of added articles that cannot be read, by their places in the home, each with its fault and cure."""
    for path in sorted(added_folder(settings).glob("*.txt")):
        reason = _fault(path)
        if reason is not None:
            yield f"{path.parent.name}/{path.name}", f"{reason}; correct it, or delete it and run: assistant refresh"


def _fault(path: Path) -> str | None:
    try:
        return text_file_fault(path.read_bytes(), path.name)
    except OSError as error:
        return f"cannot be read ({error.strerror})"
