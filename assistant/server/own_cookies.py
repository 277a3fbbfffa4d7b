"""The cookies of the server: their names and attributes, and those that a request has."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import cookie_parser

from assistant.server.problems import Message

SESSION = "article-assistant-session"
MONTH = 30 * 86400  # seconds for which a browser keeps its session
LOGIN = "article-assistant-login"  # of a sign-in at a provider that is under way


@dataclass(frozen=True)
class Cookie:
    """A cookie that scripts cannot read, for a request by `scheme` to a server below `root_path`.

    Over https its name has a prefix by which browsers let no other site, and no page over http, set it.
    """

    kind: str
    scheme: str
    root_path: str = ""

    @property
    def name(self) -> str:
        """What a browser sends it under."""
        if self.scheme != "https":
            return self.kind
        return f"{'__Secure-' if self._path != '/' else '__Host-'}{self.kind}"

    @property
    def _path(self) -> str:
        return self.root_path.rstrip("/") or "/"

    def given(self, value: str, seconds: int) -> bytes:
        """The header that gives it to a browser for so long; 0 takes it away."""
        secure = "; Secure" if self.scheme == "https" else ""
        attributes = f"Path={self._path}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"
        return f"{self.name}={value}; {attributes}".encode("latin-1")


def cookies(scope: Message) -> Mapping[str, str]:
    """The cookies of a request by name, whatever others are among them."""
    return cookie_parser(dict(scope["headers"]).get(b"cookie", b"").decode("latin-1"))
