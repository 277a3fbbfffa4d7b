"""Articles by hand, by REST: what would come in of something, what is added, removed and restored."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import PurePosixPath
from typing import Annotated, Any, TypeVar
from urllib.parse import unquote

from fastapi import APIRouter, Query
from fastapi.exceptions import RequestValidationError
from pydantic import Field, TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from assistant.maintenance import Draft, Preview, RefreshCallbacks, RefreshReport, RemovedArticle
from assistant.server.api.problem import PROBLEMS
from assistant.server.identity import Maintainer
from assistant.server.jobs import JobStatus
from assistant.server.maintaining.bodies import HELD, MAX_BYTES, largest_file, read_body, too_long
from assistant.server.maintaining.forms import NO_PARAMETERS, PREFIX, ArticleIds, Form, examples, location
from assistant.server.problems import Refusal
from assistant.server.service import InService
from assistant.utils import one_line, storable

T = TypeVar("T")
router = APIRouter(prefix=PREFIX, tags=["articles by hand"], responses=PROBLEMS)

_MAX_NAME = 200


class IdsForm(Form):
    """Some articles."""

    model_config = examples({"ids": ["2cfeeb8f81bb6f21"]})

    ids: ArticleIds


class DraftsForm(Form):
    """Articles as they were previewed and mended."""

    drafts: list[Any] = Field(min_length=1, max_length=10_000)


class PreviewForm(Form):
    """A text, or an address that is fetched as that of a source is."""

    text: str | None = None
    address: str | None = Field(None, max_length=2000)


class FileQuery(Form):
    """About a file that is the whole body."""

    name: str = Field("", max_length=2000, description="What it is called.")


class WaitQuery(Form):
    """What is to be responded."""

    wait: bool = Field(True, description="Whether to wait for the report, or be told at once of the job.")


_drafts = TypeAdapter(list[Draft])  # by itself, as what else a draft may have one day is passed over


def _validated(place: str, validate: Callable[[], T]) -> T:
    """What `validate` gives. Raises RequestValidationError, as FastAPI does for a body that it reads itself."""
    try:
        return validate()
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        raise RequestValidationError([{**fault, "loc": (place, *fault["loc"])} for fault in faults]) from None


def _body(contents: dict[str, Any]) -> dict[str, Any]:
    """How a body is described that is read by hand."""
    return {"requestBody": {"required": True, "content": {kind: {"schema": each} for kind, each in contents.items()}}}


_FILE = {"type": "string", "format": "binary"}
_PREVIEW_BODY = _body(
    {
        "application/json": PreviewForm.model_json_schema(),
        "multipart/form-data": {"type": "object", "required": ["file"], "properties": {"file": _FILE}},
        "application/octet-stream": _FILE,
    }
)
_DRAFTS_SCHEMA = {
    "type": "object",
    "required": ["drafts"],
    "additionalProperties": False,
    "properties": {"drafts": {"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/Draft"}}},
}


@router.post("/previews", openapi_extra=_PREVIEW_BODY)
async def preview(
    request: Request,
    query: Annotated[FileQuery, Query()],
    who: Maintainer,
    service: InService,
) -> Preview:
    """What would come in of a text, an address or a file, as drafts to be mended and added; nothing is changed.

    A file is sent as a form (`file`) or as the body itself, with its name as `name` or in the header `X-File-Name`.
    """
    with HELD.one():
        look = await _look(request, service.assistant.preview, query.name, largest_file(service.settings))
        return await asyncio.to_thread(look)


async def _look(request: Request, see: Callable[..., Preview], name: str, most: int) -> Callable[[], Preview]:
    """What looks at what came. Raises Refusal."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        body = await read_body(request, MAX_BYTES)
        form = await run_in_threadpool(_validated, "body", lambda: PreviewForm.model_validate_json(body))
        return partial(see, **{key: storable(value) for key, value in form.model_dump(exclude_none=True).items()})
    if kind == "multipart/form-data":
        name, data = await _file_of_form(request, most)
    else:
        name = name or unquote(request.headers.get("x-file-name", ""))
        data = await read_body(request, most)
    name = one_line(storable(PurePosixPath(name[: 10 * _MAX_NAME].replace("\\", "/")).name))[-_MAX_NAME:]
    if not name:
        raise Refusal(400, "The file has no name; give it one with an ending, such as article.pdf.")
    if not data:
        raise Refusal(400, "The file is empty; choose another one.")
    return partial(see, data=data, name=name)


async def _file_of_form(request: Request, most: int) -> tuple[str, bytes]:
    try:
        async with request.form(max_files=1, max_fields=0) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                raise Refusal(400, "The form has no file; send one as the field file.")
            if (file.size or 0) > most:
                raise too_long(most)
            return file.filename or "", await file.read()
    except ClientDisconnect:  # also of what has more bytes than are read
        raise too_long(most) from None
    except HTTPException as error:
        raise Refusal(400, f"The form cannot be read: {one_line(str(error.detail), 200)}") from None


@router.post(
    "/articles",
    responses={202: {"model": JobStatus, "description": "The job, where it is not waited for."}},
    openapi_extra=_body({"application/json": _DRAFTS_SCHEMA}),
)
async def add(
    request: Request,
    query: Annotated[WaitQuery, Query()],
    who: Maintainer,
    service: InService,
    response: Response,
) -> RefreshReport | JobStatus:
    """Add articles by hand, as the drafts have them; the same ones again change nothing."""
    with HELD.one():
        drafts = await run_in_threadpool(_drafts_of, await read_body(request, MAX_BYTES))

    def work(callbacks: RefreshCallbacks) -> RefreshReport:
        return service.assistant.add_articles(drafts, watcher=callbacks)

    job = service.jobs.begin("adding", work, by=who.name)
    await run_in_threadpool(service.note, who, "articles-added", ", ".join(draft.id for draft in drafts[:20]))
    if query.wait:
        return await asyncio.to_thread(job.result)
    response.status_code = 202
    response.headers["location"] = location(service, "refreshes", job.status.id)
    return job.status


def _drafts_of(body: bytes) -> list[Draft]:
    form = _validated("body", lambda: DraftsForm.model_validate_json(body))
    return _validated("body.drafts", lambda: _drafts.validate_python(form.drafts))


@router.post("/articles/remove", dependencies=[NO_PARAMETERS])
def remove(form: IdsForm, who: Maintainer, service: InService) -> RefreshReport:
    """Remove articles for good: no refresh brings them back before they are restored."""
    assistant = service.assistant
    job = service.jobs.begin("removal", lambda callbacks: assistant.remove_articles(form.ids), by=who.name)
    service.note(who, "articles-removed", ", ".join(form.ids[:20]))
    return job.result()


@router.post("/articles/restore", status_code=204, dependencies=[NO_PARAMETERS])
def restore(form: IdsForm, who: Maintainer, service: InService) -> None:
    """Let articles come back that were removed: the next refresh reads them again."""
    service.assistant.restore_articles(form.ids)
    service.note(who, "articles-restored", ", ".join(form.ids[:20]))


@router.get("/articles/removed", dependencies=[NO_PARAMETERS])
def removed(who: Maintainer, service: InService) -> list[RemovedArticle]:
    """The articles that were removed by hand."""
    return service.assistant.removed_articles()
