"""An OpenID Connect provider on loopback: discovery, keys, authorization with PKCE, and tokens signed by its key."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "the-window", "shared secret"


class Provider:
    """What it does may be changed by hand: `claims` override those of the ID token, `sign` makes one of claims."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
        self.person: dict[str, Any] = {"sub": "17", "preferred_username": "anna"}
        self.claims: dict[str, Any] = {}
        self.sign = self.by_key
        self.document: dict[str, Any] = {}
        self.asked: list[str] = []
        self.sent: dict[str, str] = {}
        self._codes: dict[str, dict[str, str]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def running(self) -> Iterator["Provider"]:
        thread = threading.Thread(target=self._server.serve_forever, args=[0.01])
        thread.start()
        yield self
        self._server.shutdown()
        thread.join()
        self._server.server_close()

    def by_key(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)

    def by_nobody(self, claims: dict[str, Any]) -> str:
        """A token with the algorithm "none"."""
        parts = [json.dumps(part).encode() for part in ({"alg": "none"}, claims)]
        return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."

    def by_secret(self, claims: dict[str, Any]) -> str:
        """A token signed by a secret that the client has, too, under the name of the key."""
        return jwt.encode({"alg": "HS256", "kid": "one"}, claims, OctKey.import_key(SECRET.ljust(32, "x")))

    def by_another_key(self, claims: dict[str, Any]) -> str:
        other = RSAKey.generate_key(2048, {"kid": "one"})
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, other)

    def authorize(self, address: str) -> str:
        """What a browser does there: it is sent back with a code."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert query["response_type"] == "code" and query["code_challenge_method"] == "S256", query
        assert query["client_id"] == CLIENT and "openid" in query["scope"].split()
        code = secrets.token_urlsafe(16)
        self._codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def _token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        self.sent = form
        query = self._codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        name, _, secret = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
        is_client = (unquote(name), unquote(secret)) == (CLIENT, SECRET)
        if query is None or challenge != query["code_challenge"] or not is_client:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": query["nonce"]}
        token = self.sign({**claims, **self.person, **self.claims})
        return 200, {"access_token": "x", "token_type": "Bearer", "expires_in": 300, "id_token": token}

    def _answer(self, path: str) -> dict[str, Any]:
        if path == "/keys":
            return {"keys": [self.key.as_dict(private=False)]}
        named = {name: f"{self.issuer}/{part}" for name, part in _PARTS.items()}
        return {"issuer": self.issuer, **named, **self.document}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                pass

            def do_GET(self) -> None:
                provider.asked.append(self.path)
                self._send(200, provider._answer(self.path))

            def do_POST(self) -> None:
                provider.asked.append(self.path)
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                self._send(*provider._token(form, self.headers.get("authorization", "")))

            def _send(self, status: int, content: dict[str, Any]) -> None:
                body = json.dumps(content).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        return Handler


_PARTS = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
