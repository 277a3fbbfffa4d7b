"""A real nginx before a server, where one is installed."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")

_CONFIG = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/errors;
events {{}}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  {servers}
}}
"""


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def nginx(folder: Path, locations: str) -> Iterator[int]:
    """The port of an nginx with these locations and its defaults for all else; it is not needed to be root."""
    port = free_port()
    with nginx_with(folder, f"server {{ listen 127.0.0.1:{port}; {locations} }}", port):
        yield port


@contextmanager
def nginx_with(folder: Path, servers: str, port: int) -> Iterator[None]:
    """An nginx with these servers, one of which listens at `port`."""
    assert NGINX is not None
    config = folder / "nginx.conf"
    config.write_text(_CONFIG.format(folder=folder, servers=servers))
    command = [NGINX, "-p", str(folder), "-e", str(folder / "errors"), "-c", str(config)]
    with subprocess.Popen(command) as process:
        try:
            wait_for(port, process)
            yield
        finally:
            process.terminate()


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Wait until the process listens at the port."""
    end = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise AssertionError(f"{process.args!r} does not listen")
