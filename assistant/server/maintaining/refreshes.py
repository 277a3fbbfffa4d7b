"""Refreshes by REST: each is a job that is begun, looked at, listened to and cancelled."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field, TypeAdapter
from starlette.responses import Response, StreamingResponse

from assistant.errors import MissingError, SettingsError
from assistant.ingest.sources import url_or_path
from assistant.maintenance import RefreshCallbacks, RefreshReport
from assistant.server.api.problem import PROBLEMS
from assistant.server.idempotency import IDEMPOTENCY_KEY, IdempotentRoute
from assistant.server.identity import Maintainer
from assistant.server.jobs import Job, JobStatus
from assistant.server.maintaining.forms import NO_PARAMETERS, PREFIX, Form, Names, examples, location
from assistant.server.maintaining.sources import known_source
from assistant.server.server_sent import HEADERS, KEEP_ALIVE, server_sent
from assistant.server.service import InService, Service
from assistant.utils import one_line

router = APIRouter(prefix=f"{PREFIX}/refreshes", tags=["refreshes"], route_class=IdempotentRoute, responses=PROBLEMS)

_status = TypeAdapter(JobStatus)


class RefreshForm(Form):
    """What is refreshed, and how: see `Assistant.refresh`."""

    model_config = examples({}, {"sources": ["the-tide"], "trial": True})

    sources: Names = Field([], description="Names of sources that are listed; without any, all are read.")
    replace: bool = Field(False, description="Whether these sources become the whole corpus.")
    allow_removals: bool = Field(False, description="Go on even if over half of a source's articles are gone.")
    trial: bool = Field(False, description="Change nothing, and say what would be.")
    only_failed: bool = Field(False, description="Read only what failed at the last refresh.")
    reread: bool = Field(False, description="Read files and pages again even if they have not changed.")
    forget: Names = Field([], description="Names or locations of sources whose articles go.")
    every: timedelta | None = Field(
        None, gt=timedelta(), description="How often this is asked for; what keeps failing is passed over then."
    )


class JobsQuery(Form):
    """How many."""

    count: int = Field(20, ge=1, le=50, description="How many at most.")


@router.post("", status_code=202, dependencies=[IDEMPOTENCY_KEY, NO_PARAMETERS])
def begin(form: RefreshForm, who: Maintainer, service: InService, response: Response) -> JobStatus:
    """Begin a refresh, of which `Location` tells how it goes. One job runs at a time."""
    known = [known_source(service, name) for name in form.sources]
    read = [source.name if source.listed else url_or_path(source.location) for source in known]
    forget = [_indexed(service, name) for name in form.forget]

    def work(callbacks: RefreshCallbacks) -> RefreshReport:
        options = form.model_dump(exclude={"sources", "forget"})
        return service.assistant.refresh(read, forget=forget, watcher=callbacks, **options)

    job = service.jobs.begin("refresh", work, by=who.name)
    named = ", ".join(source.name for source in known) or "all"
    service.note(who, "refresh-tried" if form.trial else "refresh", named)
    response.headers["location"] = location(service, "refreshes", job.status.id)
    return job.status


def _indexed(service: Service, name: str) -> str:
    """The location of a source of which the index may have articles. Raises SettingsError."""
    locations = {state.location for state in service.assistant.status().states}
    if name in locations:
        return name
    found = known_source(service, name).location
    if found not in locations:
        raise SettingsError(f"the index has no source {name}; there is nothing to forget")
    return found


@router.get("")
def refreshes(query: Annotated[JobsQuery, Query()], who: Maintainer, service: InService) -> list[JobStatus]:
    """The last jobs that changed the corpus or tried to, newest first, since the server was started."""
    return service.jobs.newest()[: query.count]


def _job(service: Service, name: str) -> Job[object]:
    job = service.jobs.get(name)
    if job is None:
        raise MissingError(f"there is no job {one_line(name, 40)}; GET /api/v1/refreshes lists those that there are")
    return job


@router.get("/{job_id}", dependencies=[NO_PARAMETERS])
def refresh(job_id: str, who: Maintainer, service: InService) -> JobStatus:
    """How a job stands: its progress, and its report once it is done, or its problem."""
    return _job(service, job_id).status


@router.get("/{job_id}/events", response_class=StreamingResponse, dependencies=[NO_PARAMETERS])
async def events(job_id: str, who: Maintainer, service: InService) -> StreamingResponse:
    """How a job goes, as server-sent events `status` until it has ended; the data of each is that of the job."""
    return StreamingResponse(_events(_job(service, job_id)), media_type="text/event-stream", headers=HEADERS)


async def _events(job: Job[object]) -> AsyncIterator[bytes]:
    async with aclosing(job.statuses()) as statuses:
        while True:
            following = asyncio.ensure_future(anext(statuses))
            try:
                while not (await asyncio.wait([following], timeout=KEEP_ALIVE))[0]:
                    yield b": it goes on\n\n"
                status = await following
            except StopAsyncIteration:
                return
            finally:
                following.cancel()
                with suppress(asyncio.CancelledError, StopAsyncIteration):
                    await following
            yield server_sent("status", _status.dump_json(status))


@router.post("/{job_id}/cancel", dependencies=[NO_PARAMETERS])
def cancel(job_id: str, who: Maintainer, service: InService) -> JobStatus:
    """Have a job stop before it publishes anything; one that has ended stays as it is."""
    job = _job(service, job_id)
    job.cancel()
    service.note(who, "refresh-cancelled", job_id)
    return job.status


@router.delete("/{job_id}", dependencies=[NO_PARAMETERS])
def delete(job_id: str, who: Maintainer, service: InService) -> JobStatus:
    """The same as `cancel`."""
    return cancel(job_id, who, service)
