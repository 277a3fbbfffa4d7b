"""Principal: who makes a request, and what they may do."""

from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal["reader", "maintainer"]
ROLES: tuple[Role, ...] = get_args(Role)
SignedInBy = Literal["nobody", "session", "token", "proxy", "cli"]


@dataclass(frozen=True, slots=True)
class Principal:
    """Who makes a request.

    `name` is None where nobody has to sign in. `by` says how they are known: "nobody" for whoever comes, a "session" of
    a browser, an API "token", whose id is `token`, a trusted "proxy" that names them, or the command line ("cli").
    `person` stands for them as no other ever does: a name may be given to somebody else later.
    """

    name: str | None = None
    role: Role = "reader"
    by: SignedInBy = "nobody"
    token: str | None = None
    person: str | None = None

    @property
    def may_maintain(self) -> bool:
        """Whether they may change the corpus."""
        return self.role == "maintainer"

    @property
    def owner(self) -> str | None:
        """What their own things are kept under; None for who is not signed in."""
        if self.person is None and self.token is not None:
            return f"token:{self.token}"
        return self.person or self.name

    @property
    def label(self) -> str | None:
        """Their name as people know it, without what tells where they are known from."""
        name = self.name
        return name.partition(":")[2] if name and name.startswith(("oidc:", "proxy:")) else name

    @property
    def is_shared(self) -> bool:
        """Whether many people sign in under that name: it is one of the settings' users."""
        return self.person is not None and self.person == self.name
