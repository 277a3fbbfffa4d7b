"""What a refresh is asked for, what it calls as it goes, and what it reports."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from assistant.ingest import Failure
from assistant.maintenance.watches import WatchChange
from assistant.utils import CancelToken


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What a refresh found in one source: how many `articles` it has, and how many were added, changed and removed.

    `failures` counts the files or pages that could not be read; `reason` is why the source could not be read at all.
    """

    name: str
    location: str
    articles: int
    added: int
    changed: int
    removed: int
    failures: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RefreshReport:
    """What a refresh did. `added`, `changed`, `removed` and `kept` are article ids; `seconds` is the time it took.

    `generation` is the one now published, "" when there is none; `published` whether this refresh made it. With `trial`
    nothing was changed: the report says what would have been. `kept` articles stay because their file or source could
    not be read. `embedded` counts the texts that had to be embedded, of the `chunks` that the index now has. `titles`
    has the titles of added, changed and removed articles by id, `watched` the changed answers to watched questions.
    """

    generation: str
    published: bool
    articles: int
    chunks: int
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    unchanged: int = 0
    embedded: int = 0
    failures: tuple[Failure, ...] = ()
    notices: tuple[str, ...] = ()
    seconds: float = 0.0
    sources: tuple[SourceReport, ...] = ()
    trial: bool = False
    titles: Mapping[str, str] = field(default_factory=dict)
    watched: tuple[WatchChange, ...] = ()


@dataclass(frozen=True, slots=True)
class RefreshCallbacks:
    """What a refresh calls as it goes: `progress` with (stage, done, total or 0), `notice` with lines to show.

    When `stop` is cancelled, the refresh ends with StoppedError and the index stays as it was.
    """

    progress: Callable[[str, int, int], None] = lambda stage, done, total: None
    notice: Callable[[str], None] = lambda line: None
    stop: CancelToken = field(default_factory=CancelToken)


@dataclass(frozen=True, slots=True)
class RefreshRequest:
    """What a refresh is asked for; see `Assistant.refresh`."""

    sources: tuple[str | Path, ...] = ()
    replace: bool = False
    allow_removals: bool = False
    trial: bool = False
    only_failed: bool = False
    forget: tuple[str, ...] = ()
    every: timedelta | None = None
    reread: bool = False
    remove: tuple[str, ...] = ()
