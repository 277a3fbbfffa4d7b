"""Signing in and out by a browser."""

from html import escape
from urllib.parse import parse_qs

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from assistant.server.guard import asking
from assistant.server.identity import SESSION_COOKIE
from assistant.server.service import InService

router = APIRouter(include_in_schema=False)

_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sign in</title></head><body>
<form method="post" action="login"><h1>Article Assistant</h1><p role="alert">{problem}</p>
<label>Name <input name="username" autocomplete="username" required></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<input type="hidden" name="next" value="{next}"><button>Sign in</button></form></body></html>"""


@router.get("/login")
def form(request: Request) -> Response:
    """The form to sign in."""
    return _page("", request.query_params.get("next", ""), 200)


@router.post("/login")
async def enter(request: Request, service: InService) -> Response:
    """Sign in by name and password."""
    sent = {name: values[-1] for name, values in parse_qs((await request.body()).decode("utf-8", "replace")).items()}
    name, after = sent.get("username", ""), sent.get("next", "")
    seconds = service.accounts.seconds_to_wait(name, asking.get())
    if seconds:
        told = f"Too many wrong passwords; try again in {seconds} s."
        return _page(told, after, 429, {"retry-after": str(seconds)})
    principal = service.accounts.sign_in(name, sent.get("password", ""), asking.get())
    if principal is None:
        return _page("Name or password is wrong.", after, 401)
    response = RedirectResponse(_own(after), 303)
    value = service.accounts.begin_session(principal)
    is_secure = request.url.scheme == "https"
    response.set_cookie(SESSION_COOKIE, value, httponly=True, samesite="lax", secure=is_secure, path="/")
    return response


@router.post("/logout")
def leave(request: Request, service: InService) -> Response:
    """Sign out."""
    service.accounts.end_session(request.cookies.get(SESSION_COOKIE, ""))
    response = RedirectResponse("./", 303)
    response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="lax")
    return response


def _own(after: str) -> str:
    """Where to go then: a path of our own, whatever was asked for."""
    is_own = after and not after.startswith(("/", "\\")) and ":" not in after.split("?")[0].split("/")[0]
    return f"./{after}" if is_own else "./"


def _page(problem: str, after: str, status: int, headers: dict[str, str] | None = None) -> HTMLResponse:
    page = _PAGE.format(problem=escape(problem), next=escape(after))
    policy = "default-src 'none'; style-src 'self' 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"
    return HTMLResponse(
        page, status, {"content-security-policy": policy, "cache-control": "no-store", **(headers or {})}
    )
