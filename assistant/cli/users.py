"""The commands `assistant users ...`, `assistant tokens ...` and `assistant audit`. Light to import."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.cli.options import MOMENT, at_home, common, note, plain_errors, settings_of, show, with_options
from assistant.errors import AssistantError

if TYPE_CHECKING:
    from assistant.accounts import Accounts, Role

_ROLES = click.Choice(("reader", "maintainer"))
_from_stdin = click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
_maintainer = click.option("--maintainer", is_flag=True, help="They may refresh the articles and change them, too.")
_NONE_LEFT = "That was the last one. Sign-in is still required: nobody can enter until a user is added."


def _accounts(home: Path | None) -> "Accounts":
    from assistant.accounts import Accounts

    return Accounts(settings_of(home), is_served=False)


def _password(from_stdin: bool, name: str) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    try:
        found: str = click.prompt(f"Password of {name}", hide_input=True, confirmation_prompt="The same once more")
    except click.Abort:
        raise AssistantError("no password was given; without a terminal, give it with --password-stdin") from None
    return found


@click.group()
def users() -> None:
    """Add the people who may use the server, list and remove them, and change their passwords and roles.

    As soon as there has been one, whoever opens the server must sign in. A running server heeds this at once.
    """


@users.command()
@click.argument("name")
@with_options(_maintainer, _from_stdin, at_home)
@plain_errors
def add(name: str, maintainer: bool, password_stdin: bool, home: Path | None) -> None:
    """Add the user NAME; the password is asked for twice."""
    from assistant.accounts import user_name

    accounts, name = _accounts(home), user_name(name)
    made = accounts.add_user(name, _password(password_stdin, name), "maintainer" if maintainer else "reader")
    note(settings_of(home), "user-added", f"{made.name} ({made.role})")
    click.echo(f"Added {made.name}, {made.role}. Whoever opens the server must sign in.")


@users.command()
@click.argument("name")
@at_home
@plain_errors
def remove(name: str, home: Path | None) -> None:
    """Remove the user NAME: their sessions are over, and their tokens are good no more.

    People who signed in at a provider (oidc:NAME) or by a proxy (proxy:NAME) are forgotten in the same way.
    """
    accounts = _accounts(home)
    for person in _named(accounts, name):
        accounts.store.remove_person(person)
    note(settings_of(home), "user-removed", name)
    click.echo(f"Removed {name}; they are signed out, and their tokens are void.")
    if not accounts.is_open and not accounts.store.known().users:
        click.echo(_NONE_LEFT)


def _named(accounts: "Accounts", name: str) -> list[str]:
    """The ids of those with that name. Raises AssistantError where there is nobody."""
    known = accounts.store.known()
    user = known.user_named(name)
    found = [user.id] if user else [each.id for each in known.outsiders.values() if each.name == name]
    if not found:
        raise AssistantError(f"there is no user {name!r} in this home; assistant users list shows who there is")
    return found


@users.command(name="list")
@common
@plain_errors
def list_users(home: Path | None, as_json: bool) -> None:
    """List the users, and the people who have come from a provider or a proxy."""
    known = _accounts(home).store.known()
    found: list[dict[str, Any]] = [
        {"name": user.name, "role": user.role, "from": "home", "since": user.created, "changed": user.changed}
        for user in sorted(known.users.values(), key=lambda user: user.name.casefold())
    ]
    for each in sorted(known.outsiders.values(), key=lambda each: each.name):
        found.append(
            {"name": each.name, "role": each.role, "from": each.source, "since": each.seen, "changed": each.seen}
        )
    show(found, as_json, "render_users:user_lines", "No users. Add one: assistant users add NAME")


@users.command()
@click.argument("name")
@with_options(_from_stdin, at_home)
@plain_errors
def password(name: str, password_stdin: bool, home: Path | None) -> None:
    """Give the user NAME another password; their sessions are over."""
    accounts = _accounts(home)
    _named(accounts, name)
    changed = accounts.set_password(name, _password(password_stdin, name))
    note(settings_of(home), "password-changed", changed.name)
    click.echo(f"{changed.name} has another password and is signed out everywhere.")


@users.command()
@click.argument("name")
@click.argument("to", metavar="ROLE", type=_ROLES)
@at_home
@plain_errors
def role(name: str, to: "Role", home: Path | None) -> None:
    """Make the user NAME a reader or a maintainer; their sessions are over."""
    changed = _accounts(home).store.change_user(name, role=to)
    note(settings_of(home), "role-changed", f"{changed.name} ({changed.role})")
    click.echo(f"{changed.name} is a {changed.role} now and must sign in again.")


@click.group()
def tokens() -> None:
    """Make tokens with which programs use the server, list and remove them."""


@tokens.command(name="add")
@click.argument("name")
@_maintainer
@click.option("--user", help="The user whose token it is; it can never do more than they may.")
@click.option("--days", type=click.IntRange(1, 1000), help="For how many days it is good.  [default: 90]")
@click.option("--never", is_flag=True, help="It never ends.")
@common
@plain_errors
def add_token(
    name: str, maintainer: bool, user: str | None, days: int | None, never: bool, home: Path | None, as_json: bool
) -> None:
    """Make a token for the program NAME; it is shown only this once."""
    from assistant.accounts import new_token

    if never and days is not None:
        raise click.UsageError("--days and --never exclude each other")
    accounts = _accounts(home)
    owner = _owner(accounts, user) if user is not None else None
    made, shown = new_token(name, "maintainer" if maintainer else "reader", owner, None if never else days or 90)
    accounts.store.add_token(made)
    note(settings_of(home), "token-made", f"{made.name} ({made.id}, {made.role})")
    found = {"id": made.id, "name": made.name, "role": made.role, "user": user, "ends": made.ends, "token": shown}
    show(found, as_json, "render_users:new_token_lines")


def _owner(accounts: "Accounts", name: str) -> str:
    if (person := accounts.person_named(name)) is not None:
        return person.id
    found = _named(accounts, name)
    if len(found) > 1:
        raise AssistantError(f"{len(found)} people have the name {name}; have them make the token in the window")
    return found[0]


@tokens.command(name="list")
@common
@plain_errors
def list_tokens(home: Path | None, as_json: bool) -> None:
    """List all tokens; none of them can be shown again."""
    known = _accounts(home).store.known()
    names = {user.id: user.name for user in known.users.values()}
    names |= {each.id: each.name for each in known.outsiders.values()}
    found = [
        {
            **{name: getattr(token, name) for name in ("id", "name", "role", "made", "ends", "used")},
            "user": token.owner and names.get(token.owner, token.owner),
        }
        for token in sorted(known.tokens.values(), key=lambda token: token.made)
    ]
    show(found, as_json, "render_users:token_lines", "No tokens. Make one: assistant tokens add NAME")


@tokens.command(name="remove")
@click.argument("identity", metavar="ID")
@at_home
@plain_errors
def remove_token(identity: str, home: Path | None) -> None:
    """Remove the token with this ID: it lets nobody in any more."""
    accounts = _accounts(home)
    if identity not in accounts.store.known().tokens:
        raise AssistantError(f"there is no token {identity!r}; assistant tokens list shows their ids")
    accounts.store.remove_token(identity)
    note(settings_of(home), "token-removed", identity)
    click.echo(f"Removed the token {identity}.")


@click.command()
@click.option("--since", type=MOMENT, help='Only since then: yesterday, monday, "3 days ago", 36h, 2025-05-28.')
@common
@plain_errors
def audit(since: datetime | None, home: Path | None, as_json: bool) -> None:
    """Print who did what, when and from where, newest first: sign-ins, users, tokens, and changes of the articles."""
    from assistant.accounts import AuditLog
    from assistant.database import database

    settings = settings_of(home)
    log = AuditLog(database(settings), settings.audit_days)
    show(log.entries(since, 100_000), as_json, "render_users:audit_lines", "Nothing is noted.")
