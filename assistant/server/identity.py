"""Who makes a request: found before it is served, so that nothing is served to who may not have it."""

from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends
from starlette.requests import Request

from assistant.accounts import TOKEN_MARK, Accounts, Principal
from assistant.server.access import reader_of
from assistant.server.own_cookies import MONTH, SESSION, Cookie, cookies
from assistant.server.problems import Message, Receive, Refusal, Send, hidden_places

OPEN_PATHS = frozenset({"/healthz", "/readyz", "/login", "/login/oidc", "/login/callback", "/logout", "/metrics"})
"""What is served to everybody, or says itself to whom, beside what the window says of itself."""

_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_SIGN_IN = f"Sign in first, or send a token: Authorization: Bearer {TOKEN_MARK}..."
_FORMS = ("/login", "/logout")  # which change who is signed in, whoever that is


class Identity:
    """ASGI middleware: puts the `Principal` of a request into its `state`; who is nobody gets only what is open.

    `is_open` tells which further paths are, `is_page` which lead to the sign-in when they are not. A session that has
    been used for a while gets another id. Of the `places` of this machine only maintainers are told.
    """

    def __init__(
        self,
        app: Any,
        accounts: Accounts,
        is_open: Callable[[str], bool],
        is_page: Callable[[str], bool],
        root_path: str = "",
        places: tuple[str, ...] = (),
    ) -> None:
        self._app = app
        self._accounts = accounts
        self._is_open = is_open
        self._is_page = is_page
        self._root_path = root_path
        self._places = places

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request. Raises Refusal."""
        if scope["type"] == "http":
            hidden_places.set(self._places)
            principal = await self._accounts.found(lambda: self._principal(scope))
            if principal is not None and principal.may_maintain:
                hidden_places.set(())
            is_for_all = scope["path"] in OPEN_PATHS or self._is_open(scope["path"])
            if principal is None and not is_for_all:
                raise self._unknown(scope)
            _check_own_page(scope, principal)
            scope["state"]["principal"] = principal
            if not is_for_all:
                send = _unkept(send)
            # Not with what is for all: a cache that others use may keep that, and the cookie with it.
            if principal is not None and principal.by == "session" and not is_for_all:
                send = await self._renewing(scope, send)
        await self._app(scope, receive, send)

    def _principal(self, scope: Message) -> Principal | None:
        """Who makes the request; None where nobody knows and somebody must be. Raises Refusal for a bad token."""
        token = bearer(scope)
        is_open = self._accounts.is_open
        # An open server passes over the keys of others, which clients of theirs must send.
        if token.startswith(TOKEN_MARK) or (token and not is_open):
            found = self._accounts.of_token(token)
            if found is None:
                raise _unauthorized("The token is not known, or its time is over; ask for a new one.")
            return found
        if (said := scope["state"].get("proxy_user")) and (found := self._accounts.of_proxy(*said)):
            return found
        session = self._session(scope)
        found = self._accounts.of_session(session) if session else None
        return self._accounts.anybody() if found is None and is_open else found

    def _cookie(self, scope: Message) -> Cookie:
        return Cookie(SESSION, scope["scheme"], self._root_path)

    def _session(self, scope: Message) -> str:
        return cookies(scope).get(self._cookie(scope).name, "")

    async def _renewing(self, scope: Message, send: Send) -> Send:
        """`send`, which gives the session its next id where it is time for that."""
        renewed = await self._accounts.arenewed(self._session(scope))
        if renewed is None:
            return send
        header = (b"set-cookie", self._cookie(scope).given(renewed, MONTH))

        async def renewing(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), header]}
            await send(message)

        return renewing

    def _unknown(self, scope: Message) -> Refusal:
        if self._is_page(scope["path"]) and scope["method"] in _SAFE_METHODS:
            here = scope["path"].lstrip("/") + ("?" + scope["query_string"].decode("latin-1")).rstrip("?")
            up = "../" * (scope["path"].count("/") - 1)
            location = f"{up or './'}login" + (f"?next={quote(here, safe='')}" if here else "")
            return Refusal(303, "Sign in first.", [(b"location", location.encode())])
        return _unauthorized()


def _unkept(send: Send) -> Send:
    """`send`, by which no cache keeps what only some may have, unless the response itself says for how long."""

    async def unkept(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = list(message.get("headers", []))
            if all(name.lower() != b"cache-control" for name, _ in headers):
                headers.append((b"cache-control", b"no-store"))
            message = {**message, "headers": headers}
        await send(message)

    return unkept


def _unauthorized(text: str = _SIGN_IN) -> Refusal:
    return Refusal(401, text, [(b"www-authenticate", b"Bearer")], is_unread=True)


def _check_own_page(scope: Message, principal: Principal | None) -> None:
    """Raise Refusal where a browser sends what it always sends along, and not from a page of our own (CSRF).

    The guard has looked at `Origin`, where there is one; a browser sends that, or `Sec-Fetch-Site`, with each of them.
    """
    is_browser = principal is not None and principal.by in ("session", "proxy")
    # What signs in or out is checked of whomever: a page could have a browser sign in as somebody else.
    if scope["method"] in _SAFE_METHODS or not (is_browser or scope["path"] in _FORMS):
        return
    headers = dict(scope["headers"])
    if b"origin" not in headers and headers.get(b"sec-fetch-site") != b"same-origin":
        raise Refusal(403, "This does not say from which page it comes; a program must send a token.", is_unread=True)


def bearer(scope: Message) -> str:
    """The token that a request shows; "" for none."""
    kind, _, token = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def principal_of(request: Request) -> Principal:
    """Who makes a request. Raises Refusal where nobody knows."""
    found = request.scope.get("state", {}).get("principal")
    if not isinstance(found, Principal):
        raise _unauthorized()
    return found


def owner_of(request: Request, who: Principal) -> str | None:
    """What stands for who asks where something belongs to them: themselves, or their browser."""
    return who.owner or reader_of(request.cookies)


def _maintainer(request: Request) -> Principal:
    """As `principal_of`, of who may maintain the corpus. Raises Refusal for others."""
    principal = principal_of(request)
    if not principal.may_maintain:
        raise Refusal(403, "Only a maintainer may do this.", is_unread=True)
    return principal


Reader = Annotated[Principal, Depends(principal_of)]
"""A parameter of a route: who makes the request."""

Maintainer = Annotated[Principal, Depends(_maintainer)]
"""The same, of a route that only maintainers may use."""
