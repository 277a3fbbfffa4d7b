"""Where people's things are: in the files of a home, or in PostgreSQL. Light to import."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import SecretStr

from assistant.settings import IN_HOME, Settings

SCHEMA = "assistant"  # in PostgreSQL
PORT = 5432  # of PostgreSQL, where none is given


@dataclass(frozen=True, slots=True)
class Database:
    """Where people's things are: SQLite files in `home`, or with an `address` the schema `assistant` in PostgreSQL.

    The address is postgresql://user:password@host:port/name; its password is in no message.
    """

    home: Path
    address: SecretStr | None = None

    @classmethod
    def of(cls, where: "Database | Path") -> "Database":
        """The database at `where`; a path is that of a home."""
        return where if isinstance(where, Database) else cls(where)


def database(settings: Settings) -> Database:
    """Where people's things are by these settings."""
    in_home = settings.index.get_secret_value() == IN_HOME
    return Database(settings.home, None if in_home else settings.index)


def shown(address: SecretStr) -> str:
    """The address as it may be shown to who keeps the server: without user and password."""
    found = urlsplit(address.get_secret_value())
    place = f"{found.hostname}:{found.port or PORT}" if found.hostname else query_of(address).get("host", "")
    return f"postgresql://{place}/{unquote(found.path[1:])}"


def query_of(address: SecretStr) -> dict[str, str]:
    """What stands behind the question mark of an address."""
    return {name: values[-1] for name, values in parse_qs(urlsplit(address.get_secret_value()).query).items()}
