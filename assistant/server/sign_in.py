"""Signing in and out by a browser: by password, or at a provider elsewhere."""

import logging
from collections.abc import Mapping
from html import escape
from urllib.parse import parse_qs, quote

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from assistant.accounts import SIGN_IN_FAILED, OidcError, OidcLogin, Principal, WaitError
from assistant.server.guard import asking
from assistant.server.own_cookies import LOGIN, MONTH, SESSION, Cookie, cookies
from assistant.server.pages import hidden, page, root_of, told
from assistant.server.service import InService, Service

_log = logging.getLogger(__name__)

router = APIRouter(include_in_schema=False)

_TEN_MINUTES = 600
_WRONG = "That name and password do not go together. Try again."
_ELSEWHERE = "You could not be signed in there. Try again; if it goes on, tell who runs this server."
_NOBODY = "Nobody can sign in here at present. Whoever runs this server can let people in: assistant users add NAME."
_BY_PROXY = "This server is opened through the address that your organisation gave you; it says there who you are."


@router.get("/login")
def form(request: Request, service: InService) -> Response:
    """The form to sign in."""
    return _page(request, service, "", request.query_params.get("next", ""))


@router.post("/login")
async def enter(request: Request, service: InService) -> Response:
    """Sign in by name and password."""
    sent = await fields(request)
    name, after = sent.get("username", ""), sent.get("next", "")
    try:
        principal = await service.accounts.asign_in(name, sent.get("password", ""), asking.get())
    except WaitError as error:
        headers = {"retry-after": str(error.seconds)}
        return await run_in_threadpool(_page, request, service, str(error), after, 429, name=name, headers=headers)
    if principal is None:
        return await run_in_threadpool(_not_entered, request, service, name, after)
    return await run_in_threadpool(_entered, request, service, principal, after)


def _not_entered(request: Request, service: Service, name: str, after: str) -> Response:
    # Of a name that there is not nothing is kept: it may be a password.
    person = service.accounts.person_named(name) if service.accounts.is_known(name) else None
    service.note(Principal(), SIGN_IN_FAILED, person.name if person is not None else "an unknown name")
    return _page(request, service, _WRONG, after, 401, name=name)


@router.get("/login/oidc")
def elsewhere(request: Request, service: InService) -> Response:
    """Go to the provider to sign in."""
    provider, after = service.provider, request.query_params.get("next", "")[:2000]
    if provider is None:
        return _page(request, service, "", after, 404)
    try:
        login, address = provider.begin(_callback(request, service), after)
    except OidcError as error:
        _log.error("nobody can sign in at the provider: %s", error)
        return _page(request, service, "It cannot be reached just now. Try again in a moment.", after, 502)
    data = {name: getattr(login, name) for name in OidcLogin.__slots__}
    response = RedirectResponse(address, 303, {"cache-control": "no-store"})
    packed = service.accounts.key.pack(LOGIN, data)
    response.raw_headers.append((b"set-cookie", _cookie(request, service, LOGIN).given(packed, _TEN_MINUTES)))
    return response


@router.get("/login/callback")
def returned(request: Request, service: InService) -> Response:
    """Come back from the provider."""
    cookie = _cookie(request, service, LOGIN)
    kept = service.accounts.key.unpack(LOGIN, cookies(request.scope).get(cookie.name, ""), _TEN_MINUTES)
    try:
        if service.provider is None or kept is None:
            raise OidcError("this browser has not begun to sign in, or took too long")
        login = OidcLogin(**kept)
        principal = service.accounts.of_provider(*service.provider.finish(login, dict(request.query_params)))
        response = _entered(request, service, principal, login.after)
    except (OidcError, TypeError) as error:
        _log.warning("somebody could not be signed in by the provider: %s", error)
        service.note(Principal(), SIGN_IN_FAILED, "at the provider")
        response = _page(request, service, _ELSEWHERE, "", 401)
    response.raw_headers.append((b"set-cookie", cookie.given("", 0)))
    return response


@router.post("/logout")
async def leave(request: Request, service: InService) -> Response:
    """Sign out, with `everywhere` in all browsers."""
    return await run_in_threadpool(_left, request, service, "everywhere" in await fields(request))


def _left(request: Request, service: Service, everywhere: bool) -> Response:
    accounts, cookie = service.accounts, _cookie(request, service, SESSION)
    session = cookies(request.scope).get(cookie.name, "")
    principal = accounts.of_session(session)
    if principal is not None:
        if everywhere:
            accounts.end_sessions(principal)
        accounts.end_session(session)
        service.note(principal, "sign-out-everywhere" if everywhere else "sign-out")
    response = RedirectResponse("./", 303)
    response.raw_headers.append((b"set-cookie", cookie.given("", 0)))
    return response


def _entered(request: Request, service: Service, principal: Principal, after: str) -> Response:
    """Go where somebody wanted to go who has signed in; with a new session, and without the one before."""
    accounts, cookie = service.accounts, _cookie(request, service, SESSION)
    accounts.end_session(cookies(request.scope).get(cookie.name, ""))
    service.note(principal, "sign-in")
    response = RedirectResponse(root_of(request) + _own(after), 303, {"cache-control": "no-store"})
    begin_session(request, service, principal, response)
    return response


def begin_session(request: Request, service: Service, principal: Principal, response: Response) -> None:
    """Give the browser a new session with `response`."""
    cookie = _cookie(request, service, SESSION)
    value = service.accounts.begin_session(principal)
    response.raw_headers.append((b"set-cookie", cookie.given(value, MONTH)))


def _cookie(request: Request, service: Service, kind: str) -> Cookie:
    return Cookie(kind, request.scope["scheme"], service.settings.root_path)


def _callback(request: Request, service: Service) -> str:
    """The address to which the provider sends people back, as their browser knows it."""
    scope = request.scope
    host = scope["state"].get("authority") or request.headers.get("host", "")
    return f"{scope['scheme']}://{host}{service.settings.root_path.rstrip('/')}/login/callback"


async def fields(request: Request) -> Mapping[str, str]:
    """What a form sends, by the names of its fields."""
    try:
        found = parse_qs((await request.body()).decode("utf-8", "replace"), max_num_fields=20)
    except ValueError:
        return {}
    return {name: values[-1] for name, values in found.items()}


def _own(after: str) -> str:
    """Where to go then: a path of our own, whatever was asked for."""
    is_own = after and not after.startswith(("/", "\\")) and ":" not in after.split("?")[0].split("/")[0]
    return after if is_own else ""


def _page(
    request: Request,
    service: Service,
    problem: str,
    after: str,
    status: int = 200,
    *,
    name: str = "",
    headers: dict[str, str] | None = None,
) -> Response:
    up = root_of(request)
    ways = [_by_password(up, after, name, bool(problem))] if service.accounts.has_passwords else []
    if service.provider is not None:
        ways.append(_at_provider(up, after, service.settings.oidc_label))
    if not ways:
        ways.append(f"<p>{escape(_without(service))}</p>")
    inner = '<p class="account-or"><span>or</span></p>'.join(ways)
    body = (
        f'<main class="account-page sign-in"><p class="account-title">Article Assistant</p>'
        f"<h1>Sign in</h1>{told(problem)}{inner}</main>"
    )
    return page(request, "Sign in – Article Assistant", body, status, headers)


def _without(service: Service) -> str:
    """Why nothing can be filled in."""
    if service.accounts.is_open:
        return "Nobody has to sign in here."
    return _BY_PROXY if service.settings.user_header else _NOBODY


def _by_password(up: str, after: str, name: str, is_wrong: bool) -> str:
    on_name, on_password = ("", " autofocus") if name else (" autofocus", "")
    wrong = ' aria-invalid="true"' if is_wrong else ""
    return (
        f'<form method="post" action="{up}login" class="account-form">'
        f'<label for="username">Name</label><input class="field" id="username" name="username" value="{escape(name)}" '
        f'autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="64" required{on_name}{wrong}>'
        '<label for="password">Password</label><input class="field" id="password" name="password" type="password" '
        f'autocomplete="current-password" required{on_password}{wrong}>'
        f'{hidden(next=after)}<button class="act first">Sign in</button></form>'
    )


def _at_provider(up: str, after: str, label: str) -> str:
    query = f"?next={quote(after, safe='')}" if after else ""
    return f'<a class="act account-provider" href="{up}login/oidc{query}">Sign in with {escape(label)}</a>'
