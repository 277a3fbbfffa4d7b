"""A real Caddy before a server, where one is installed."""

import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.fakes.nginx import wait_for

CADDY = shutil.which("caddy")
ROOT_CERTIFICATE = Path("caddy", "pki", "authorities", "local", "root.crt")  # of its own authority, in its folder

# Nothing that needs root or others: no ports 80 and 443, no certificate from elsewhere, nothing put into the system.
_OPTIONS = """{
  local_certs
  skip_install_trust
  admin off
  auto_https disable_redirects
  default_bind 127.0.0.1
}
"""


@contextmanager
def caddy(folder: Path, sites: str, port: int, **environment: str) -> Iterator[None]:
    """A Caddy with these sites, one of which is ASSISTANT_NAME at `port`; its files are in `folder`."""
    assert CADDY is not None
    config = folder / "Caddyfile"
    config.write_text(_OPTIONS + sites)
    places = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    command = [CADDY, "run", "--config", str(config), "--adapter", "caddyfile"]
    with (
        (folder / "caddy.log").open("w") as log,
        subprocess.Popen(command, env={**os.environ, **places, **environment}, stderr=log) as process,
    ):
        try:
            wait_for(port, process)
            _wait_for_certificate(environment["ASSISTANT_NAME"].partition(":")[0], port)
            yield
        finally:
            process.terminate()


def _wait_for_certificate(name: str, port: int) -> None:
    """Wait until it has made the certificate of that name, which it does after it listens."""
    context, end = ssl.create_default_context(), time.monotonic() + 60
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    while time.monotonic() < end:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            try:
                context.wrap_socket(connection, server_hostname=name).close()
                return
            except OSError:
                time.sleep(0.02)
    raise AssertionError(f"Caddy has no certificate of {name}")
