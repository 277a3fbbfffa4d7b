"""Debian's PostgreSQL: `postgres` is a server for all tests of a process, `postgres_url` an empty database for one.

Without it such tests say so and are skipped; with CI=true in the environment they fail.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from secrets import token_hex
from typing import Any

import pg8000.dbapi
import pytest
from pydantic import SecretStr

from assistant.database import forget_connections
from tests.fakes.nginx import free_port

_ACCOUNT, _USER = "postgres", "tester"
# Whatever becomes of the machine, nobody misses these databases; what becomes of the server is tested.
_QUICK = ("fsync=off", "full_page_writes=off", "shared_buffers=32MB", "max_connections=200")
_numbers = count(1)


def _programs() -> Path | None:
    """The folder of the newest PostgreSQL of this machine."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if found:
        return found[-1].parent
    there = shutil.which("initdb")
    return Path(there).resolve().parent if there else None


class PostgresServer:
    """A server in a folder of its own, with the user `tester`, who may do anything; it can be killed and started."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs, self.folder = programs, folder
        self._data = folder / "data"
        self.port = free_port()
        self.password = token_hex(8) + "@:/?#%"  # such as must be written in another way in an address
        self._process: subprocess.Popen[bytes] | None = None
        # As root it does not run: the account is that of Debian's package.
        self._as = ["setpriv", "--reuid", _ACCOUNT, "--regid", _ACCOUNT, "--init-groups"] if os.getuid() == 0 else []

    def make(self) -> None:
        """Make the files of a server without any database of ours."""
        if self._as:
            shutil.chown(self.folder, _ACCOUNT, _ACCOUNT)
        secret = self.folder / "password"
        secret.write_text(self.password)
        secret.chmod(0o644)
        asked = ("--auth=scram-sha-256", f"--username={_USER}", f"--pwfile={secret}", "--encoding=UTF8", "--no-sync")
        initdb = [*self._as, str(self._programs / "initdb"), "--pgdata", str(self._data), "--locale=C.UTF-8", *asked]
        subprocess.run(initdb, check=True, cwd=self.folder, stdout=subprocess.DEVNULL)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        given = (f"unix_socket_directories={self.folder}", "listen_addresses=127.0.0.1", *_QUICK)
        options = [word for setting in given for word in ("-c", setting)]
        with (self.folder / "log").open("ab") as log:
            command = [
                *self._as,
                str(self._programs / "postgres"),
                "-D",
                str(self._data),
                "-p",
                str(self.port),
                *options,
            ]
            self._process = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log)
        while not self._answers():
            if self._process.poll() is not None:  # those of the killed one have not all ended yet
                return self.start()
            time.sleep(0.02)

    def _answers(self) -> bool:
        asked = [str(self._programs / "pg_isready"), "--quiet", "--host=127.0.0.1", f"--port={self.port}"]
        return subprocess.run(asked).returncode == 0

    def _connect(self, database: str = "postgres") -> Any:
        return pg8000.dbapi.connect(
            _USER, host="127.0.0.1", port=self.port, password=self.password, database=database, timeout=30
        )

    def kill(self) -> None:
        """Kill it, as a machine does that loses its power."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Stop it, without waiting for anybody."""
        self._end(signal.SIGQUIT)

    def _end(self, sent: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(sent)
            self._process.wait()
            self._process = None

    def execute(self, statement: str, database: str = "postgres") -> list[Any]:
        """What a statement gives, outside of any transaction."""
        with closing(self._connect(database)) as db:
            db.autocommit = True
            cursor = db.cursor()
            cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []

    def url(self, database: str) -> str:
        """The address of a database, as the setting `index` has it."""
        word = "".join(f"%{ord(each):02X}" if each in "@:/?#%" else each for each in self.password)
        return f"postgresql://{_USER}:{word}@127.0.0.1:{self.port}/{database}"


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server for all tests of this process."""
    programs = _programs()
    if programs is None:
        reason = "PostgreSQL is not installed (apt-get install postgresql): what people make was NOT tested with it"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))  # that of pytest is closed to the server's account
    server = PostgresServer(programs, folder)
    try:
        server.make()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """The address of an empty database of the test's own."""
    with empty_database(postgres) as url:
        yield url


@contextmanager
def empty_database(server: PostgresServer) -> Iterator[str]:
    """The address of another one."""
    name = f"test_{next(_numbers)}"
    server.execute(f"CREATE DATABASE {name}")
    url = server.url(name)
    yield url
    forget_connections(SecretStr(url))
    server.execute(f"DROP DATABASE {name} WITH (FORCE)")
