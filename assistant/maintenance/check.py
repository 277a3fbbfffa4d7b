"""Looks through a home for damage, a finding for each file, and repairs what can be repaired."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.database import Tables
from assistant.errors import AssistantError, DamagedError, SettingsError
from assistant.index import CURE, HomeLibrary, Library
from assistant.ingest.sources import added_folder, gone_list, listed, shown_path, sources_file
from assistant.maintenance import removed, source_health
from assistant.maintenance.added import faulty_files
from assistant.maintenance.mend import find_damage, restored_pointer, set_aside_damaged
from assistant.settings import Settings
from assistant.utils import set_aside


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one file or folder of a home, by its path in it; `fault` is None for a sound one.

    A fault says what is wrong and what to do.
    """

    place: str
    fault: str | None = None

    def __str__(self) -> str:
        return f"{self.place}: {self.fault or 'sound'}"


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check found, and a line for all that was `done` about it when it was to repair."""

    home: Path
    findings: tuple[Finding, ...]
    done: tuple[str, ...] = ()

    @property
    def damaged(self) -> tuple[Finding, ...]:
        """The findings of what is damaged."""
        return tuple(finding for finding in self.findings if finding.fault is not None)

    @property
    def is_sound(self) -> bool:
        """Whether nothing is damaged."""
        return not self.damaged


def check_home(
    library: Library, settings: Settings, stores: Sequence[Tables], done: tuple[str, ...] = ()
) -> CheckReport:
    """Every file of the home, and the tables of `stores`, with what is wrong with it; nothing is changed."""
    return CheckReport(settings.home, tuple(_findings(library, settings, stores)), done)


def _findings(library: Library, settings: Settings, stores: Sequence[Tables]) -> Iterator[Finding]:
    yield from _of_sources(settings)
    yield from _of_added(settings)
    yield from _of_index(library)
    for store in stores:
        if store.exists():
            yield _of_store(store)


def _of_store(store: Tables) -> Finding:
    if not store.is_remote:
        return _tried(store.name, store.check)
    place = f"{Path(store.name).stem} in the database"
    try:
        store.check()
    except AssistantError as error:
        return Finding(place, str(error))
    return Finding(place)


def _of_sources(settings: Settings) -> Iterator[Finding]:
    path, gone = sources_file(settings), gone_list(settings)
    if gone is not None:
        yield Finding(shown_path(gone.path), gone.gone_text.partition(": ")[2])
    elif settings.sources is not None or path.exists():
        try:
            listed(settings)
            yield Finding(shown_path(path))
        except SettingsError as error:
            yield Finding(shown_path(path), str(error))


def _of_added(settings: Settings) -> Iterator[Finding]:
    faulty = [Finding(place, fault) for place, fault in faulty_files(settings)]
    if faulty or any(added_folder(settings).glob("*.txt")):
        yield from faulty or [Finding(added_folder(settings).name)]


def _of_index(library: Library) -> Iterator[Finding]:
    if not isinstance(library, HomeLibrary):
        for name in library.names():
            yield from _of_generation(library, name)
        return
    if library.folder.exists() and not library.folder.is_dir():
        with suppress(AssistantError):
            library.published()
        yield Finding("index", "it is a file, not a folder; move it away, then run: assistant refresh")
        return
    if library.names():
        yield _tried("index/CURRENT", library.named_as_current)
    for name in library.names():
        yield from _of_generation(library, name)
    for path, read in library.files_beside():
        yield _tried(str(path.relative_to(library.folder.parent)), _bound(read, path))
    path = library.folder / source_health.FILE
    if path.exists():
        yield _tried(f"index/{path.name}", lambda: source_health.check_healths(library))
    if (library.folder / removed.FILE).exists():
        yield _tried(f"index/{removed.FILE}", lambda: removed.read_removed(library))


def _bound(read: Callable[[Path], object], path: Path) -> Callable[[], object]:
    return lambda: read(path)


def _of_generation(library: Library, name: str) -> Iterator[Finding]:
    fault = library.fault(name)
    if fault is not None:
        yield Finding(f"index/{name}", f"{fault}; {CURE}")
        return
    # Of older generations nothing is made anew; they can be read without.
    derived = library.derived_faults(name) if name == library.current() else []
    if derived:
        yield from (Finding(f"index/{name}", f"{each}; run: assistant refresh") for each in derived)
    else:
        yield Finding(f"index/{name}")


def _tried(place: str, check: Callable[[], object]) -> Finding:
    try:
        check()
    except AssistantError as error:
        text = str(error)
        return Finding(place, text if "assistant " in text else f"{text}; {CURE}")
    return Finding(place)


def repair(
    library: Library, settings: Settings, stores: Sequence[Tables], refresh: Callable[[], Any]
) -> tuple[str, ...]:
    """Repair what is damaged, and give a line for all that was done. What cannot be read is set aside, not removed.

    `refresh` is called where the index has to be built anew.
    """
    done: list[str] = []
    with library.refreshing(settings.refresh_wait, lambda who: None):
        if pointed := restored_pointer(library):
            done.append(pointed)
        done += set_aside_damaged(library)
        damage = find_damage(library)
        done += _set_aside_old(library, set(damage.faults) if damage else set())
    for store in stores:
        done += _mended(store)
    current = library.current()
    if damage or (current and library.derived_faults(current)):
        done += _refreshed(refresh)
    return tuple(done)


def _set_aside_old(library: Library, mended_by_refresh: set[str]) -> Iterator[str]:
    """Set aside every damaged generation but those that a refresh takes what it can from."""
    if not isinstance(library, HomeLibrary):
        return
    for name in library.names():
        fault = None if name in mended_by_refresh else library.fault(name)
        if fault is not None:
            yield f"index/{name}/{fault}; it was set aside as index/{set_aside(library.folder / name).name}"


def _mended(store: Tables) -> Iterator[str]:
    try:
        store.check()
    except DamagedError:
        yield store.mend()
    except AssistantError as error:
        yield str(error)


def _refreshed(refresh: Callable[[], Any]) -> Iterator[str]:
    try:
        report = refresh()
    except AssistantError as error:
        yield f"the sources could not be read again: {error}"
        return
    yield from report.notices
    yield from (f"not read: {failure.where}: {failure.reason}" for failure in report.failures)
    yield f"generation {report.generation} is published, with {report.articles:,} articles"
