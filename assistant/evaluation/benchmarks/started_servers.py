"""Servers of this machine for a benchmark: PostgreSQL, Chroma, nginx, and the assistant's own, each at a free port."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from assistant.paths import PACKAGE

_ACCOUNT = "postgres"  # as which PostgreSQL runs where we are root
_PATIENCE = 120.0  # seconds for a program to start
_CONFIG = """
daemon off; pid {folder}/pid; error_log {folder}/errors;
events {{ worker_connections 4096; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  {servers}
}}
"""


def missing() -> list[str]:
    """What is not installed of the programs that are needed."""
    found = {"PostgreSQL": _postgres_programs(), "chroma": _chroma(), "nginx": _nginx()}
    return [name for name, program in found.items() if program is None]


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def postgres() -> Iterator[str]:
    """The address of an empty database, as the setting `index` has it; all is gone afterwards."""
    programs, port, root = _postgres_programs(), free_port(), os.getuid() == 0
    assert programs is not None
    given = ["setpriv", "--reuid", _ACCOUNT, "--regid", _ACCOUNT, "--init-groups"] if root else []
    # The folders of others may be closed to its account.
    with tempfile.TemporaryDirectory(prefix="postgres-") as folder:
        if root:
            shutil.chown(folder, _ACCOUNT, _ACCOUNT)
        data, where = f"{folder}/data", ("-c", f"unix_socket_directories={folder}", "-c", "listen_addresses=127.0.0.1")
        made = [*given, str(programs / "initdb"), "-D", data, "-U", "load", "--auth=trust", "--encoding=UTF8"]
        subprocess.run([*made, "--locale=C.UTF-8"], check=True, cwd=folder, stdout=subprocess.DEVNULL)
        ready = [str(programs / "pg_isready"), "--quiet", "--host=127.0.0.1", f"--port={port}"]
        command = [*given, programs / "postgres", "-D", data, "-p", port, *where, "-c", "max_connections=200"]
        with _running(command, Path(folder), lambda: subprocess.run(ready).returncode == 0, stop=signal.SIGINT):
            yield f"postgresql://load@127.0.0.1:{port}/postgres"


@contextmanager
def chroma(folder: Path) -> Iterator[str]:
    """The address of a Chroma server."""
    port = free_port()
    folder.mkdir()
    command = [_chroma(), "run", "--path", folder, "--host", "127.0.0.1", "--port", port]
    with _running(command, folder, lambda: _listens(port)):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def nginx(folder: Path, ports: Mapping[int, int]) -> Iterator[str]:
    """The address of an nginx as in deploy/nginx-servers.conf, without https, before three servers of this machine.

    `ports` has the number of each server in that file, and its port. Responses say in `x-upstream` who was asked.
    """
    port = free_port()
    text = (PACKAGE.parent / "deploy" / "nginx-servers.conf").read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if "ssl_certificate" not in line]
    changes = {"listen 80;": f"listen 127.0.0.1:{free_port()};", "listen 443 ssl http2;": f"listen 127.0.0.1:{port};"}
    changes |= {f"10.0.0.1{number}:7860": f"127.0.0.1:{served}" for number, served in ports.items()}
    changes |= {"server_name": "add_header x-upstream $upstream_addr always; server_name"}
    text = "\n".join(kept)
    for old, new in changes.items():
        assert old in text, f"deploy/nginx-servers.conf has no {old}"
        text = text.replace(old, new)
    folder.mkdir()
    config = folder / "nginx.conf"
    config.write_text(_CONFIG.format(folder=folder, servers=text), encoding="utf-8")
    command = [_nginx(), "-p", folder, "-e", folder / "errors", "-c", config]
    with _running(command, folder, lambda: _listens(port)):
        yield f"http://127.0.0.1:{port}"


class AssistantProcess:
    """`assistant serve` over one home at one port; it can be killed and started again there."""

    def __init__(self, home: Path, environment: Mapping[str, str]) -> None:
        self.port = free_port()
        self._home, self._environment = home, {**os.environ, **environment}
        self._process: subprocess.Popen[str] | None = None

    @property
    def pid(self) -> int:
        """The number of the process; 0 while there is none."""
        return self._process.pid if self._process is not None else 0

    def start(self) -> None:
        """Start it, and wait until it serves."""
        self._home.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "assistant", "serve", "--home", str(self._home), "--port", str(self.port)]
        with (self._home / "log").open("a") as log:
            self._process = subprocess.Popen(
                command, env=self._environment, stdout=subprocess.PIPE, stderr=log, text=True
            )
        assert self._process.stdout is not None
        if "http://" not in self._process.stdout.readline():
            raise ConnectionError(f"a server did not start: {(self._home / 'log').read_text()[-500:]}")

    def kill(self) -> None:
        """Kill it, as the system does that has no memory left."""
        if (process := self._process) is not None:
            self._process = None
            process.kill()
            process.communicate()


@contextmanager
def _running(
    command: Sequence[object], folder: Path, is_ready: Callable[[], bool], stop: signal.Signals = signal.SIGTERM
) -> Iterator[None]:
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen([str(word) for word in command], cwd=folder, stdout=log, stderr=log)
    try:
        until = time.monotonic() + _PATIENCE
        while not is_ready():
            if process.poll() is not None or time.monotonic() > until:
                raise ConnectionError(f"{command!r} did not start: {(folder / 'log').read_text()[-500:]}")
            time.sleep(0.05)
        yield
    finally:
        process.send_signal(stop)
        process.wait()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _postgres_programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    there = str(found[-1]) if found else shutil.which("initdb")
    return Path(there).resolve().parent if there else None


def _chroma() -> str | None:
    beside = Path(sys.executable).with_name("chroma")
    return str(beside) if beside.exists() else shutil.which("chroma")


def _nginx() -> str | None:
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
