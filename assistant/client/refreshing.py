"""Following a job of a server until it has ended."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from assistant.client.errors import RefusedError, error_of_details
from assistant.client.transport import Call, Transport, parsed
from assistant.errors import AssistantError, MissingError, RefreshError, StoppedError
from assistant.maintenance import RefreshCallbacks, RefreshReport
from assistant.utils import CancelToken

_MOST_BREAKS = 20  # of a connection, for one job
_FORGOTTEN = "the server was started again meanwhile, which stops a refresh; look at its status"


@dataclass(frozen=True)
class Progress:
    """How much of a stage is done."""

    stage: str = ""
    done: int = 0
    total: int = 0


@dataclass(frozen=True)
class Job:
    """How a job stands."""

    id: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    progress: Progress = Progress()
    notices: tuple[str, ...] = ()
    report: RefreshReport | None = None
    problem: dict[str, Any] | None = None

    @property
    def has_ended(self) -> bool:
        """Whether nothing of it will change any more."""
        return self.state in ("done", "failed", "cancelled")


def followed(transport: Transport, job: Job, callbacks: RefreshCallbacks | None) -> RefreshReport:
    """The report of a job once it is done, telling `callbacks` how it goes; stopped by them, or when this is left.

    Raises StoppedError where it was cancelled, and what it failed with.
    """
    callbacks = callbacks or RefreshCallbacks()

    def cancel() -> None:
        with suppress(AssistantError):  # it has ended, or nobody is there
            transport.send(Call("POST", ("refreshes", job.id, "cancel"), body={}))

    told, progress = tuple[str, ...](), Progress()
    try:
        with callbacks.stop.listening(cancel):
            for status in _statuses(transport, job):
                job = status
                for line in _new(status.notices, told):
                    callbacks.notice(line)
                told = status.notices
                if status.progress != progress:
                    progress = status.progress
                    callbacks.progress(progress.stage, progress.done, progress.total)
    except AssistantError:
        raise
    except BaseException:
        cancel()
        raise
    return _report(job)


def _new(notices: tuple[str, ...], told: tuple[str, ...]) -> tuple[str, ...]:
    """Those that were not told yet; a server keeps the last ones only."""
    start = next(start for start in range(len(told) + 1) if notices[: len(told) - start] == told[start:])
    return notices[len(told) - start :]


def _report(job: Job) -> RefreshReport:
    if job.state == "cancelled":
        raise StoppedError("the refresh was stopped; the index is as it was")
    if job.report is None:
        raise error_of_details(job.problem or {"detail": "the refresh ended without a report"})
    return job.report


def _statuses(transport: Transport, job: Job) -> Iterator[Job]:
    """How a job stands, until it has ended. Where the connection breaks, it is made again."""
    parts = ("refreshes", job.id)
    for _ in range(_MOST_BREAKS):
        try:
            for status in transport.stream(Call("GET", (*parts, "events")), _status, CancelToken()):
                yield status
                if status.has_ended:
                    return
        except RefusedError as error:
            if error.status:
                raise
        except MissingError:
            raise RefreshError(_FORGOTTEN) from None
        transport.find(Job, *parts)  # tried for a while, if need be
    raise RefreshError(f"the connection broke {_MOST_BREAKS} times; the refresh may go on: see job {job.id}")


def _status(name: str, data: bytes) -> Job | None:
    return parsed(Job, data) if name == "status" else None
