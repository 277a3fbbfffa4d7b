"""What the requests of maintainers have in common."""

from typing import Annotated, Any
from urllib.parse import quote

from pydantic import ConfigDict, Field

from assistant.server.api.forms import PREFIX as PREFIX
from assistant.server.api.forms import Form as Form
from assistant.server.service import Service

Name = Annotated[str, Field(min_length=1, max_length=2000)]
Names = Annotated[list[Name], Field(max_length=1000)]
ArticleIds = Annotated[list[Annotated[str, Field(min_length=1, max_length=64)]], Field(min_length=1, max_length=10_000)]


def examples(*bodies: Any) -> ConfigDict:
    """The configuration of a form that shows these."""
    return ConfigDict(json_schema_extra={"examples": list(bodies)})


def location(service: Service, *parts: str) -> str:
    """The address of something under the interface, as a client sees it."""
    return "/".join((service.settings.root_path.rstrip("/"), PREFIX[1:], *(quote(part, safe="") for part in parts)))
