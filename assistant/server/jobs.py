"""Refresh jobs: all that changes the corpus runs here, one at a time, whether a window or a program began it."""

import asyncio
import contextvars
import logging
import secrets
import threading
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Generic, Literal, TypeVar, get_args

from assistant.assistant import Assistant
from assistant.errors import AssistantError, LockedError, StoppedError
from assistant.maintenance import RefreshCallbacks, RefreshReport
from assistant.server.problems import Refusal, refusal_of
from assistant.server.waiting import StoppingError
from assistant.utils import CancelToken

T = TypeVar("T")

_log = logging.getLogger(__name__)

JobKind = Literal["refresh", "adding", "removal", "rollback", "repair"]
JobState = Literal["queued", "running", "done", "failed", "cancelled"]
ENDED: frozenset[JobState] = frozenset({"done", "failed", "cancelled"})

_MOST = 50  # jobs that are remembered
_MOST_NOTICES = 100
_PAUSE = 0.1  # seconds between two looks at a job, which may have much to tell
_UNEXPECTED = "something went wrong; the details are in the server's log"
_CALLED: dict[JobKind, str] = {
    "refresh": "a refresh is running",
    "adding": "articles are being added",
    "removal": "articles are being removed",
    "rollback": "a rollback is running",
    "repair": "the home is being mended",
}
assert set(_CALLED) == set(get_args(JobKind))


@dataclass(frozen=True, slots=True)
class JobProgress:
    """How much of a stage is done; `total` is 0 where it is not known."""

    stage: str = ""
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class JobStatus:
    """How a job stands. `by` is who began it, where they are signed in; `begun` and `ended` are UTC.

    `report` is there once a refresh is done, `problem`, the details of it, when it failed. `notices` are the last lines
    that it had to tell.
    """

    id: str
    kind: JobKind
    state: JobState
    begun: datetime
    by: str | None = None
    ended: datetime | None = None
    progress: JobProgress = JobProgress()
    notices: tuple[str, ...] = ()
    report: RefreshReport | None = None
    problem: dict[str, Any] | None = None

    @property
    def has_ended(self) -> bool:
        """Whether nothing of it will change any more."""
        return self.state in ENDED


class RunningError(LockedError):
    """Another job is running: which one, `job` says."""

    def __init__(self, job: "Job[Any]") -> None:
        status = job.status
        by = f" by {status.by}" if status.by else ""
        begun = f"begun at {status.begun:%H:%M} UTC{by}, job {status.id}"
        super().__init__(f"{_CALLED[status.kind]} ({begun}); wait for it, or stop it")
        self.job = job
        self.details = {"running": status.id}


class Job(Generic[T]):
    """One job. Its status may be read from any thread, and listened to in any event loop."""

    def __init__(self, kind: JobKind, by: str | None, owner: str) -> None:
        self.owner = owner
        self._lock = threading.Lock()
        self._listeners: list[Callable[[], object]] = []
        self._stop = CancelToken()
        self._ended = threading.Event()
        self._result: T | None = None
        self._error: AssistantError | None = None
        self._status = JobStatus(secrets.token_hex(8), kind, "queued", datetime.now(UTC), by)

    @property
    def status(self) -> JobStatus:
        """How it stands now."""
        return self._status

    def cancel(self) -> None:
        """Have it stop before it publishes anything; one that has ended stays as it is."""
        self._stop.cancel()

    def result(self) -> T:
        """What it gave, once it has ended. Raises AssistantError where it failed."""
        self._ended.wait()
        if self._error is not None:
            raise self._error
        return self._result  # type: ignore[return-value]

    async def statuses(self) -> AsyncGenerator[JobStatus, None]:
        """How it stands now, then each time that has changed, until it has ended."""
        loop, changed = asyncio.get_running_loop(), asyncio.Event()

        def tell() -> None:
            with suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(changed.set)

        with self._lock:
            self._listeners.append(tell)
        try:
            while True:
                changed.clear()
                status = self._status
                yield status
                if status.has_ended:
                    return
                await changed.wait()
                await asyncio.sleep(_PAUSE)
        finally:
            with self._lock:
                self._listeners.remove(tell)

    def run(self, work: Callable[[RefreshCallbacks], T]) -> None:
        """Do the work, in the thread that calls this."""
        self._change(state="running")
        try:
            self._result = work(RefreshCallbacks(self._progress, self._notice, self._stop))
            report = self._result if isinstance(self._result, RefreshReport) else None
            end: dict[str, Any] = {"state": "done", "report": report}
        except StoppedError as error:
            self._error = error
            end = {"state": "cancelled"}
        except AssistantError as error:
            self._error = error
            end = {"state": "failed", "problem": refusal_of(error).details}
        except Exception:
            _log.exception("a job failed")
            self._error = AssistantError(_UNEXPECTED)
            end = {"state": "failed", "problem": Refusal(500, _UNEXPECTED, code="unexpected").details}
        self._change(ended=datetime.now(UTC), **end)
        self._ended.set()

    def _progress(self, stage: str, done: int, total: int) -> None:
        self._change(progress=JobProgress(stage, done, total))

    def _notice(self, line: str) -> None:
        self._change(notices=(*self._status.notices, line)[-_MOST_NOTICES:])

    def _change(self, **values: Any) -> None:
        with self._lock:
            self._status = replace(self._status, **values)
            listeners = list(self._listeners)
        for listener in listeners:
            listener()


class RefreshJobs:
    """The jobs of one server. One runs at a time; the last 50 are remembered until the server stops."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self._lock = threading.Lock()
        self._jobs: dict[str, Job[Any]] = {}
        self._is_closed = False

    @property
    def running(self) -> Job[Any] | None:
        """The job that has not ended, if there is one."""
        return next((job for job in self._jobs.copy().values() if not job.status.has_ended), None)

    def newest(self) -> list[JobStatus]:
        """How all that are remembered stand, newest first."""
        return [job.status for job in reversed(list(self._jobs.copy().values()))]

    def get(self, name: str) -> Job[Any] | None:
        """The job of that id; None where it is not remembered."""
        return self._jobs.get(name)

    def begin(
        self, kind: JobKind, work: Callable[[RefreshCallbacks], T], *, by: str | None = None, owner: str = ""
    ) -> Job[T]:
        """Begin `work` in a thread. `owner` stands for what began it, a window or nothing.

        Raises RunningError while another job runs, StoppingError while the server is being stopped.
        """
        job = Job[T](kind, by, owner)
        context = contextvars.copy_context()  # what is logged has the id of the request
        thread = threading.Thread(target=context.run, args=(job.run, work), name=f"job-{kind}", daemon=True)
        with self._lock:
            if self._is_closed:
                raise StoppingError
            if (running := self.running) is not None:
                raise RunningError(running)
            thread.start()  # where the system has no more threads, there is no job
            self._jobs[job.status.id] = job
            for name in list(self._jobs)[:-_MOST]:
                del self._jobs[name]
        return job

    def close(self) -> None:
        """Begin no further job, and cancel the one that runs."""
        with self._lock:
            self._is_closed = True
        if (running := self.running) is not None:
            running.cancel()

    async def finish(self, seconds: float) -> None:
        """As `close`, and wait until the job has ended, for so many seconds at most."""
        self.close()
        if (running := self.running) is not None:
            # Not in a thread: those that there are may all be waiting for a model.
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds), aclosing(running.statuses()) as statuses:
                    async for _ in statuses:
                        pass
