"""Who is signed in, in the masthead: a menu of what they may do about it."""

from assistant.accounts import Principal

from .icons import icon
from .markup import escaped, line
from .menus import item

_LONGEST = 24  # characters of a name, beside the name of the paper


def account(who: Principal, *, has_password: bool = False) -> str:
    """The menu of who is signed in; "" where nobody is. `has_password`: it can be changed here."""
    if who.by not in ("session", "proxy") or who.label is None:
        return ""
    items = [item("account", "API tokens", picture="key", data={"to": "account"})]
    if has_password:
        items.append(item("account", "Change password", picture="pencil", data={"to": "account#password"}))
    if who.by == "session":
        items.append(item("sign_out", "Sign out", picture="log-out", data={}))
        items.append(item("sign_out", "Sign out everywhere", picture="globe", data={"everywhere": 1}))
    name = line(who.label, _LONGEST)
    return (
        '<div class="menu account-menu"><button type="button" class="act quiet" data-act="menu" aria-haspopup="menu" '
        f'aria-expanded="false" title="Signed in as {escaped(who.label)}">{icon("user")}'
        f'<span class="screen-reader-only">Signed in as </span><bdi class="account-name">{name}</bdi>'
        f'{icon("chevron-down")}</button><div class="menu-items leftward" role="menu" aria-label="Your account" hidden>'
        f'<p class="account-of" role="presentation"><bdi>{line(who.label, 64)}</bdi><span>{who.role}</span></p>'
        f"{''.join(items)}</div></div>"
    )
