"""Signing in at an OpenID Connect provider: the authorization code flow with PKCE, state and nonce.

Nothing is contacted but the issuer and the addresses that its discovery document names, over https (or this machine).
"""

import hmac
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import quote, urlsplit

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from assistant.accounts.principal import Role
from assistant.database import database, open_expiring
from assistant.errors import AssistantError
from assistant.settings import Settings
from assistant.utils import one_line

# Signatures by a key that the provider alone has: neither "none" nor those by a shared secret.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_SECONDS, _MAX_BYTES = 10.0, 1_000_000  # of what the provider answers
_KEPT = 3600.0  # seconds for which its document and its keys are kept
_ASKED_AGAIN = 3.0  # seconds before it is asked again that has not answered
_KEYS_AGAIN = 30.0  # seconds before its keys are asked for again, for one that is not known
_LEEWAY = 60  # seconds by which its clock may differ
# States that were used, which are remembered for so many seconds: longer than a sign-in may take.
_MOST_USED, _USED_FOR = 10_000, 3600.0


class OidcError(AssistantError):
    """Somebody could not be signed in by the provider; the reason is for the log."""


@dataclass(frozen=True, slots=True)
class OidcLogin:
    """A sign-in that is under way: its browser keeps it, signed. `after` is where to go then."""

    state: str
    nonce: str
    verifier: str
    callback: str
    after: str = ""


@dataclass(frozen=True, slots=True)
class _Endpoints:
    issuer: str
    authorization: str
    token: str
    keys: str


class OidcProvider:
    """The provider that the settings name. May be used from several threads; what it says is kept for a while."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.time) -> None:
        self._settings = settings
        self._clock = clock
        self._issuer = (settings.oidc_issuer or "").rstrip("/")
        self._lock = threading.Lock()
        self._failed = 0.0  # when it was asked last without an answer
        self._endpoints: tuple[float, _Endpoints] | None = None
        self._keys: tuple[float, KeySet] | None = None
        bounds = {"most": _MOST_USED, "most_bytes": _MOST_USED, "most_shared": _MOST_USED}
        self._used = open_expiring(database(settings), "sign-in", **bounds)

    def begin(self, callback: str, after: str = "") -> tuple[OidcLogin, str]:
        """A sign-in whose code is to be brought to the address `callback`, and the address that it begins at."""
        state, nonce, verifier = (secrets.token_urlsafe(length) for length in (32, 32, 48))
        login = OidcLogin(state, nonce, verifier, callback, after)
        found = self._found()
        address = prepare_grant_uri(
            found.authorization,
            self._settings.oidc_client_id,
            "code",
            callback,
            self._settings.oidc_scopes,
            login.state,
            nonce=login.nonce,
            code_challenge=create_s256_code_challenge(login.verifier),
            code_challenge_method="S256",
        )
        return login, str(address)

    def finish(self, login: OidcLogin, given: Mapping[str, str]) -> tuple[str, str, str, Role]:
        """Who signed in: the issuer, their id there, their name and role. `given` is what came to the callback.

        Raises OidcError.
        """
        if not hmac.compare_digest(given.get("state", "").encode(), login.state.encode()):
            raise OidcError("the state is not that of this browser's sign-in")
        self._use(login.state)
        if "error" in given:
            raise OidcError(f"the provider refused: {given['error'][:100]!r}")
        if not given.get("code"):
            raise OidcError("the provider sent no code")
        claims = self._claims(login, given["code"], self._found())
        return claims["iss"], claims["sub"], self._name(claims), self._role(claims)

    def _use(self, state: str) -> None:
        """Use a state up, for all servers of the database."""
        if not self._used.swap(state, None, b"1", _USED_FOR):
            raise OidcError("this sign-in was finished already")

    def _claims(self, login: OidcLogin, code: str, found: _Endpoints) -> dict[str, Any]:
        asked = {"grant_type": "authorization_code", "code": code, "code_verifier": login.verifier}
        id_token = self._exchanged(found.token, {**asked, "redirect_uri": login.callback}).get("id_token")
        if not isinstance(id_token, str):
            raise OidcError("the provider gave no ID token")
        try:
            decoded = self._decoded(id_token, found)
            claims = CodeIDToken(
                decoded.claims,
                decoded.header,
                self._demands(found),
                {"nonce": login.nonce, "client_id": self._settings.oidc_client_id},
            )
            claims.validate(now=int(self._clock()), leeway=_LEEWAY)
        except OidcError:  # its keys could not be had
            raise
        except Exception as error:  # joserfc and Authlib have no class in common for theirs
            raise OidcError(f"the ID token is not valid ({type(error).__name__}: {error})") from None
        return self._checked(dict(decoded.claims), login)

    def _demands(self, found: _Endpoints) -> dict[str, Any]:
        return {
            "iss": {"essential": True, "value": found.issuer},
            "aud": {"essential": True, "value": self._settings.oidc_client_id},
            "exp": {"essential": True},
            "iat": {"essential": True},
            "sub": {"essential": True},
            "nonce": {"essential": True},
        }

    def _checked(self, claims: dict[str, Any], login: OidcLogin) -> dict[str, Any]:
        """The claims, once more looked at for what all depends on. Raises OidcError."""
        client, audience = self._settings.oidc_client_id, claims.get("aud")
        among = audience if isinstance(audience, list) else [audience]
        is_for_us = client in among and (len(among) == 1 or claims.get("azp") == client)
        if not is_for_us or claims.get("azp", client) != client:
            raise OidcError("the ID token is for another client")
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), login.nonce.encode()):
            raise OidcError("the nonce is not that of this browser's sign-in")
        if not isinstance(claims.get("sub"), str) or not claims["sub"]:
            raise OidcError("the ID token says of nobody")
        return claims

    def _decoded(self, id_token: str, found: _Endpoints) -> jwt.Token:
        try:
            return jwt.decode(id_token, self._key_set(found), algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            # Its keys may be new ones.
            return jwt.decode(id_token, self._key_set(found, afresh=True), algorithms=ALGORITHMS)

    def _key_set(self, found: _Endpoints, *, afresh: bool = False) -> KeySet:
        least = _KEYS_AGAIN if afresh else _KEPT
        with self._lock:
            kept = self._keys
        if kept is None or self._clock() - kept[0] > least:
            keys = KeySet.import_key_set(cast(Any, self._fetched(found.keys)))
            kept = (self._clock(), keys)
            with self._lock:
                self._keys = kept
        return kept[1]

    def _found(self) -> _Endpoints:
        """What its discovery document says. Raises OidcError."""
        with self._lock:
            kept = self._endpoints
        if kept is None or self._clock() - kept[0] > _KEPT:
            # Else whoever opens the page again and again would hold up all threads while it does not answer.
            if self._clock() - self._failed < _ASKED_AGAIN:
                if kept is not None:  # somebody else asks just now
                    return kept[1]
                raise OidcError("the provider could not be asked a moment ago")
            self._failed = self._clock()
            document = self._fetched(f"{self._issuer}/.well-known/openid-configuration")
            issuer = document.get("issuer")
            if not isinstance(issuer, str) or issuer.rstrip("/") != self._issuer:
                raise OidcError("its discovery document is of another issuer")
            names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            kept = (self._clock(), _Endpoints(issuer, *(self._safe(document.get(name)) for name in names)))
            with self._lock:
                self._endpoints, self._failed = kept, 0.0
        return kept[1]

    def _safe(self, address: object) -> str:
        """An address of the document, over https if the issuer is. Raises OidcError."""
        if not isinstance(address, str):
            raise OidcError("its discovery document does not name all that is needed")
        parts, issuer = urlsplit(address), urlsplit(self._issuer)
        is_here = (parts.scheme, parts.netloc) == (issuer.scheme, issuer.netloc)
        if not (parts.scheme == "https" or is_here) or not parts.hostname or "@" in parts.netloc:
            raise OidcError(f"its discovery document names an address that is not safe: {address[:100]!r}")
        return address

    def _exchanged(self, address: str, form: dict[str, str]) -> Any:
        """What the provider gives for a code."""
        client, secret = self._settings.oidc_client_id or "", self._settings.oidc_client_secret
        if secret is None:
            return self._answer("POST", address, data={**form, "client_id": client})
        by_name = httpx.BasicAuth(quote(client, safe=""), quote(secret.get_secret_value(), safe=""))
        return self._answer("POST", address, data=form, auth=by_name)

    def _fetched(self, address: str) -> Any:
        return self._answer("GET", address)

    def _answer(self, method: str, address: str, **sent: Any) -> dict[str, Any]:
        """The JSON that the provider answers with; it is led nowhere else, and no proxy is asked. Raises OidcError."""
        try:
            with httpx.Client(transport=_Bounded(), timeout=_SECONDS, trust_env=False) as client:
                response = client.request(method, address, headers={"accept": "application/json"}, **sent)
                response.raise_for_status()
                found = response.json()
        except (httpx.HTTPError, ValueError) as error:
            told = f"{type(error).__name__}: {one_line(str(error), 200)}"
            raise OidcError(f"the provider could not be asked ({told})") from None
        if not isinstance(found, dict):
            raise OidcError("the provider's answer is not as it must be")
        return found

    def _name(self, claims: Mapping[str, Any]) -> str:
        """The name of who signed in; an e-mail address only where the provider has verified it."""
        wanted = self._settings.oidc_name_claim
        names = (wanted,) if wanted else ("preferred_username", "email")
        for name in names:
            value = claims.get(name)
            if isinstance(value, str) and value and (name != "email" or claims.get("email_verified") is True):
                return value
        return str(claims["sub"])

    def _role(self, claims: Mapping[str, Any]) -> Role:
        name, wanted = self._settings.oidc_maintainer_claim, self._settings.oidc_maintainer_value
        value = claims.get(name) if name else None
        has = (isinstance(value, str) and value == wanted) or (isinstance(value, list) and wanted in value)
        return "maintainer" if wanted is not None and has else "reader"


class _Bounded(httpx.HTTPTransport):
    """Answers of so many bytes at most, within so many seconds."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.headers["accept-encoding"] = "identity"  # what is short must be so when it is unpacked, too
        response = super().handle_request(request)
        body, until = bytearray(), time.monotonic() + _SECONDS
        try:
            for part in response.stream:  # type: ignore[union-attr]
                body += part
                if len(body) > _MAX_BYTES or time.monotonic() > until:
                    raise httpx.ReadError("its answer is too long or too slow", request=request)
        finally:
            response.close()
        headers = [pair for pair in response.headers.raw if pair[0].lower() not in (b"content-encoding",)]
        return httpx.Response(response.status_code, headers=headers, content=bytes(body), request=request)
