"""Who asks, their own tokens, and the audit log, for programs."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import ConfigDict, Field

from assistant.accounts import AuditEntry, Principal, Role, Token
from assistant.errors import AssistantError
from assistant.server.api.forms import NO_PARAMETERS, PREFIX, Form, ThatKey
from assistant.server.api.problem import PROBLEMS
from assistant.server.identity import Maintainer, Reader
from assistant.server.problems import Refusal
from assistant.server.service import InService, Service

router = APIRouter(prefix=PREFIX, tags=["people"], responses=PROBLEMS)


@dataclass(frozen=True)
class Me:
    """Who makes a request, as the server knows them; `name` is None where nobody has to sign in."""

    name: str | None
    role: Role
    by: Literal["nobody", "session", "token", "proxy", "cli"]
    token: str | None


@dataclass(frozen=True)
class TokenInfo:
    """What is known of a token once it was shown."""

    id: str
    name: str
    role: Role
    made: datetime
    ends: datetime | None
    used: datetime | None


@dataclass(frozen=True)
class MadeToken(TokenInfo):
    """A new token; `token` is what its holder sends, and is shown this once."""

    token: str


class TokenForm(Form):
    """A token for a program."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "archive script"}]})

    name: str = Field(min_length=1, max_length=64)
    role: Role = "reader"
    days: int = Field(90, ge=1, le=1000)


@router.get("/me", dependencies=[NO_PARAMETERS])
def me(who: Reader) -> Me:
    """Who makes this request, and what they may do."""
    return Me(who.name, who.role, who.by, who.token)


@router.get("/tokens", dependencies=[NO_PARAMETERS])
def tokens(who: Reader, service: InService) -> list[TokenInfo]:
    """Your own tokens, newest first."""
    return [token_info(token) for token in service.accounts.tokens_of(in_person(who))]


@router.post("/tokens", status_code=201, dependencies=[NO_PARAMETERS])
def make_token(form: TokenForm, who: Reader, service: InService) -> MadeToken:
    """Make a token for a program of yours. It is shown this once."""
    made, shown = made_token(service, in_person(who), form.name, form.role, form.days)
    return MadeToken(**asdict(token_info(made)), token=shown)


@router.delete("/tokens/{token_id}", status_code=204, dependencies=[NO_PARAMETERS])
def remove_token(token_id: ThatKey, who: Reader, service: InService) -> None:
    """Remove a token of yours: it lets nobody in any more."""
    try:
        removed = service.accounts.remove_token(in_person(who), token_id)
    except AssistantError as error:
        raise Refusal(404, f"{str(error)[:1].upper()}{str(error)[1:]}.") from None
    service.note(who, "token-removed", f"{removed.name} ({removed.id})")


@router.get("/audit")
def audit(
    who: Maintainer,
    service: InService,
    since: datetime | None = None,
    before: Annotated[int | None, Query(ge=1, le=2**53)] = None,
    count: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> list[AuditEntry]:
    """What was done, by whom and from where, newest first; `before` is the number of the last entry that you have."""
    return service.audit.entries(since, count, before)


def in_person(who: Principal) -> Principal:
    """`who`, if somebody is signed in with a browser. Raises Refusal: a token makes and sees no tokens."""
    if who.by not in ("session", "proxy"):
        raise Refusal(403, "Only who is signed in with a browser has tokens of their own.")
    return who


def made_token(service: Service, who: Principal, name: str, role: Role, days: int) -> tuple[Token, str]:
    """A token of that person, noted in the audit log."""
    made, shown = service.accounts.make_token(who, name, role, days)
    service.note(who, "token-made", f"{made.name} ({made.id}, {made.role})")
    return made, shown


def token_info(token: Token) -> TokenInfo:
    """What may be shown of a token."""
    return TokenInfo(token.id, token.name, token.role, token.made, token.ends, token.used)
