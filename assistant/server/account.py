"""The page of one's own account: who is signed in, their tokens, their password."""

from collections.abc import Mapping
from html import escape

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from assistant.accounts import ROLES, Principal, Role, Token
from assistant.errors import AssistantError
from assistant.server.api.people import in_person, made_token
from assistant.server.guard import asking
from assistant.server.identity import Reader
from assistant.server.pages import hidden, page, told
from assistant.server.problems import Refusal
from assistant.server.service import InService, Service
from assistant.server.sign_in import begin_session, fields
from assistant.utils import day, one_line

router = APIRouter(prefix="/account", include_in_schema=False)

_DAYS = (7, 30, 90, 365)
_MIXED = "The two new passwords are not the same. Nothing was changed."
_ROLE_SAYS = {
    "reader": "You may read and ask.",
    "maintainer": "You may read, ask, and keep the articles: refresh, go back, add and remove.",
}


@router.get("")
def account(request: Request, who: Reader, service: InService) -> Response:
    """The page."""
    return _page(request, service, in_person(who))


@router.post("")
async def change(request: Request, who: Reader, service: InService) -> Response:
    """Do what one of its forms asks for."""
    sent = await fields(request)
    return await run_in_threadpool(_changed, request, service, in_person(who), sent)


def _changed(request: Request, service: Service, who: Principal, sent: Mapping[str, str]) -> Response:
    doings = {"make": _make, "remove": _remove, "password": _password}
    if (do := doings.get(sent.get("do", ""))) is None:
        raise Refusal(422, "There is nothing like this to be done.")
    try:
        return do(request, service, who, sent)
    except AssistantError as error:
        text = one_line(str(error))
        return _page(request, service, who, told(f"{text[:1].upper()}{text[1:]}".rstrip(".") + "."), 422)


def _make(request: Request, service: Service, who: Principal, sent: Mapping[str, str]) -> Response:
    role: Role = next((role for role in ROLES if role == sent.get("role")), "reader")
    days = sent.get("days", "")
    made, shown = made_token(service, who, sent.get("name", ""), role, int(days[:9]) if days.isdecimal() else 0)
    text = (
        f'<section class="account-new" role="status"><h2>Your new token</h2>'
        f"<p>Copy it now: it is not shown again. Whoever has it is let in here in your name, as a {made.role}.</p>"
        f'<code class="account-token" tabindex="0">{escape(shown)}</code>'
        "<p>A program sends it as <code>Authorization: Bearer aa_…</code></p></section>"
    )
    return _page(request, service, who, text)


def _remove(request: Request, service: Service, who: Principal, sent: Mapping[str, str]) -> Response:
    removed = service.accounts.remove_token(who, sent.get("id", ""))
    service.note(who, "token-removed", f"{removed.name} ({removed.id})")
    said = f"The token {removed.name} is removed; it lets nobody in any more."
    return _page(request, service, who, told(said, is_problem=False))


def _password(request: Request, service: Service, who: Principal, sent: Mapping[str, str]) -> Response:
    if sent.get("new", "") != sent.get("again", ""):
        return _page(request, service, who, told(_MIXED), 422)
    service.accounts.change_password(who, sent.get("old", ""), sent.get("new", ""), asking.get())
    service.note(who, "password-changed", who.name or "")
    said = "Your password is changed, and you are signed out everywhere else."
    response = _page(request, service, who, told(said, is_problem=False))
    begin_session(request, service, who, response)
    return response


def _page(request: Request, service: Service, who: Principal, said: str = "", status: int = 200) -> Response:
    """The page, with what is said at its top."""
    parts = [_head(who), said, _tokens(service.accounts.tokens_of(who)), _new_token(who)]
    if service.accounts.user_of(who) is not None:
        parts.append(_PASSWORD)
    if who.by == "session":
        parts.append(_LEAVE)
    body = f'<main class="account-page">{"".join(parts)}</main>'
    return page(request, "Your account – Article Assistant", body, status)


def _head(who: Principal) -> str:
    return (
        '<p class="account-title"><a href="./">Article Assistant</a></p><h1>Your account</h1>'
        f'<p class="account-who">Signed in as <b><bdi>{escape(who.label or "")}</bdi></b>, {who.role}. '
        f"{_ROLE_SAYS[who.role]}</p>"
    )


def _tokens(tokens: list[Token]) -> str:
    about = "<p>With a token, a program of yours uses this server in your name.</p>"
    if not tokens:
        return f'<h2>API tokens</h2>{about}<p class="account-none">You have none.</p>'
    rows = "".join(map(_row, tokens))
    return f'<h2>API tokens</h2>{about}<ul class="account-tokens">{rows}</ul>'


def _row(token: Token) -> str:
    ends = f"until {day(token.ends)}" if token.ends else "without an end"
    used = f"last used on {day(token.used)}" if token.used else "never used"
    return (
        f"<li><div><b><bdi>{escape(token.name)}</bdi></b><span>{token.role} · {ends} · {used}</span></div>"
        f'<form method="post" action="account">{hidden(do="remove", id=token.id)}<button class="act">Remove'
        f'<span class="screen-reader-only"> the token {escape(token.name)}</span></button></form></li>'
    )


def _new_token(who: Principal) -> str:
    days = "".join(f'<option value="{each}"{" selected" if each == 90 else ""}>{each} days</option>' for each in _DAYS)
    may_maintain = '<option value="maintainer">maintainer</option>' if who.may_maintain else ""
    return (
        f'<form method="post" action="account" class="account-form wide">{hidden(do="make")}'
        '<div><label for="token-name">New token for</label><input class="field" id="token-name" name="name" '
        'maxlength="64" required placeholder="archive script" autocomplete="off"></div>'
        '<div><label for="token-role">It may act as</label><select class="field" id="token-role" name="role">'
        f'<option value="reader">reader</option>{may_maintain}</select></div>'
        f'<div><label for="token-days">Good for</label><select class="field" id="token-days" name="days">{days}'
        '</select></div><button class="act first">Make token</button></form>'
    )


_PASSWORD = (
    '<h2 id="password">Password</h2><form method="post" action="account" class="account-form">'
    f'{hidden(do="password")}<label for="old">Present password</label>'
    '<input class="field" id="old" name="old" type="password" autocomplete="current-password" required>'
    '<label for="new">New password, of 8 characters or more</label>'
    '<input class="field" id="new" name="new" type="password" autocomplete="new-password" minlength="8" '
    'maxlength="1000" required><label for="again">New password once more</label>'
    '<input class="field" id="again" name="again" type="password" autocomplete="new-password" minlength="8" '
    'maxlength="1000" required><button class="act">Change password</button></form>'
)
_LEAVE = (
    '<h2>Sign out</h2><div class="account-leave"><form method="post" action="logout"><button class="act">Sign out'
    f'</button></form><form method="post" action="logout">{hidden(everywhere=1)}<button class="act">Sign out '
    "everywhere</button></form></div><p>Everywhere: in all browsers in which you are signed in.</p>"
)
