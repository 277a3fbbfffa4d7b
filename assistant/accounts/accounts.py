"""Accounts: who may use a server, how they show who they are, and what they may do."""

import secrets

from assistant.accounts.principal import Principal, Role
from assistant.accounts.tries import PasswordTries
from assistant.settings import MAINTAINER, Settings


class Accounts:
    """The people and programs that may use the server of one home. May be used from several threads at once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._passwords = settings.users()
        self._tries = PasswordTries(self._passwords)
        self._sessions: dict[str, Principal] = {}

    @property
    def is_open(self) -> bool:
        """Whether whoever reaches the server may use it, without showing who they are."""
        return not self._passwords

    def anybody(self) -> Principal:
        """Who is not signed in, where nobody has to be."""
        return Principal(role="maintainer" if self._settings.maintenance else "reader")

    def seconds_to_wait(self, name: str, address: str) -> int:
        """Seconds until that address may try a password of that name again; 0 when it may now."""
        return self._tries.wait(name, address)

    def sign_in(self, name: str, password: str, address: str) -> Principal | None:
        """Who has that name and password; None, counted as a try of that address, where they are wrong."""
        return self._known(name) if self._tries.check(name, password, address) else None

    def _known(self, name: str) -> Principal:
        settings = self._settings
        maintains = settings.maintenance and (settings.maintenance_password is None or name == MAINTAINER)
        role: Role = "maintainer" if maintains else "reader"
        return Principal(name, role, "session")

    def begin_session(self, principal: Principal) -> str:
        """The value of a cookie by which a browser is known as `principal` from now on."""
        value = secrets.token_urlsafe(32)
        self._sessions[value] = principal
        return value

    def of_session(self, value: str) -> Principal | None:
        """Who a browser with that cookie is; None where the session is over, or never was."""
        return self._sessions.get(value)

    def end_session(self, value: str) -> None:
        """End the session of that cookie."""
        self._sessions.pop(value, None)

    def of_token(self, token: str) -> Principal | None:
        """Who shows that API token; None where it is no token, or its time is over."""
        return None
