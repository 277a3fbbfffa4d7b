"""Sources by REST: listed, added, changed, paused, tried, removed."""

from pathlib import PurePath
from typing import Any

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from assistant.errors import SettingsError
from assistant.ingest.sources import Source, SourceKind, is_address, url_or_path
from assistant.maintenance import Trial, Visit
from assistant.server.api.problem import PROBLEMS
from assistant.server.idempotency import IDEMPOTENCY_KEY, IdempotentRoute
from assistant.server.identity import Maintainer
from assistant.server.maintaining.forms import NO_PARAMETERS, PREFIX, Form, Name, examples, location
from assistant.server.problems import Refusal
from assistant.server.service import InService, Service
from assistant.utils import one_line, safe_to_show

router = APIRouter(
    prefix=f"{PREFIX}/sources",
    tags=["sources"],
    route_class=IdempotentRoute,
    responses=PROBLEMS,
    dependencies=[NO_PARAMETERS],
)

_DURATION = 'A number with its unit: "30m", "12h" or "7d".'


class _Keys(Form):
    publication: str | None = Field(None, description="The publication of all its articles.")
    category: str | None = Field(None, description="The category of those that have none.")
    include: list[str] | None = Field(None, description='Globs of what is read, as ["*/news/*"]; without it all is.')
    exclude: list[str] | None = Field(None, description="Globs of what is not read.")
    follow: str | None = Field(None, description='Whether items of a feed are followed: "auto", "always" or "never".')
    most: int | None = Field(None, description="The number of pages that are read in one refresh.")
    recheck: str | None = Field(None, description=f"How long after a page was read it is read again. {_DURATION}")
    every: str | None = Field(None, description=f"How often it is read by itself. {_DURATION}")
    stale_after: str | None = Field(None, description=f"After how long without news it is stale. {_DURATION}")
    quiet_after: str | None = Field(None, description=f"After how long without articles it is quiet. {_DURATION}")
    budget: str | None = Field(None, description=f"The time that a refresh has for it. {_DURATION}")
    paused: bool | None = Field(None, description="Whether it is not read.")

    def keys(self) -> dict[str, Any]:
        """Those that were given."""
        return self.model_dump(exclude_unset=True, exclude={"location", "kind", "name"})


class SourceForm(_Keys):
    """A source to be listed."""

    model_config = examples({"location": "https://news.example/feed.xml", "every": "30m"})

    location: Name = Field(description="An address, or the path of a folder or file of the server, from its root.")
    kind: SourceKind | None = Field(None, description="What it is; an address without a kind is looked at.")
    name: Name | None = Field(None, description="What it is called; without it, by its host or folder.")


class SourceChange(_Keys):
    """What is to be changed of a source; null takes a key out."""

    model_config = examples({"publication": "The Tide", "every": None})

    feed: str | None = None
    sitemap: str | None = None
    page: str | None = None
    folder: str | None = None
    file: str | None = None


def known_source(service: Service, name: str) -> Source:
    """The source of that name or location: only one that is listed, or in the index. Raises SettingsError."""
    sources = service.assistant.sources()
    found = next((source for source in sources if name in (source.name, source.location)), None)
    if found is None:
        listed = ", ".join(source.name for source in sources if source.listed) or "none"
        shown = one_line(safe_to_show(name), 80)
        raise SettingsError(f"there is no source {shown}; listed are {one_line(listed, 300)}")
    return found


def _at_path(service: Service, name: str) -> Source:
    try:
        return known_source(service, name)
    except SettingsError as error:
        raise Refusal(404, str(error), code="settings") from None


@router.get("")
def sources(who: Maintainer, service: InService) -> list[Source]:
    """Those that are listed, then those that only the index has."""
    return service.assistant.sources()


@router.post("", status_code=201, dependencies=[IDEMPOTENCY_KEY])
def add(form: SourceForm, who: Maintainer, service: InService, response: Response) -> Source:
    """Put a source on the list; the next refresh reads it."""
    if not is_address(form.location) and not PurePath(form.location).is_absolute():
        raise SettingsError(f"{one_line(form.location, 200)} is no address and no path from the root of the server")
    source = service.assistant.add_source(form.location, kind=form.kind, name=form.name, **form.keys())
    service.note(who, "source-added", source.name)
    response.headers["location"] = location(service, "sources", source.name)
    return source


@router.post("/restore")
def restore(who: Maintainer, service: InService) -> dict[str, str]:
    """Put a list of sources that is gone back as the last refresh read it."""
    path = service.assistant.restore_sources()
    service.note(who, "sources-restored")
    return {"path": str(path)}


@router.get("/{name:path}/visits")
def visits(name: str, who: Maintainer, service: InService) -> list[Visit]:
    """The last 20 readings of a source, newest first."""
    return service.assistant.source_visits(_at_path(service, name).name)


@router.post("/{name:path}/pause")
def pause(name: str, who: Maintainer, service: InService) -> Source:
    """Have a listed source read no more; its articles stay."""
    source = service.assistant.pause_source(_at_path(service, name).name)
    service.note(who, "source-paused", source.name)
    return source


@router.post("/{name:path}/resume")
def resume(name: str, who: Maintainer, service: InService) -> Source:
    """Have a source that was paused read again from the next refresh on."""
    source = service.assistant.resume_source(_at_path(service, name).name)
    service.note(who, "source-resumed", source.name)
    return source


@router.post("/{name:path}/try")
def try_(name: str, who: Maintainer, service: InService) -> Trial:
    """What a source would bring in now; nothing is changed."""
    source = _at_path(service, name)
    service.note(who, "source-tried", source.name)
    (trial,) = service.assistant.try_sources([source.name if source.listed else url_or_path(source.location)])
    return trial


@router.get("/{name:path}")
def source(name: str, who: Maintainer, service: InService) -> Source:
    """A source by its name or location."""
    return _at_path(service, name)


@router.patch("/{name:path}")
def edit(name: str, form: SourceChange, who: Maintainer, service: InService) -> Source:
    """Change keys of a listed source; the rest of the list stays as it is."""
    source = service.assistant.edit_source(_at_path(service, name).name, **form.keys())
    service.note(who, "source-changed", source.name)
    return source


@router.delete("/{name:path}")
def remove(name: str, who: Maintainer, service: InService) -> Source | None:
    """Take a source off the list; its articles stay."""
    removed = service.assistant.remove_source(name)
    service.note(who, "source-removed", name)
    return removed
