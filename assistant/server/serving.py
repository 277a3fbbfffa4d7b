"""Serving: the socket, the process, how it stops and how it starts again with new settings."""

import asyncio
import errno
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from types import FrameType
from typing import TYPE_CHECKING

import uvicorn

from assistant.errors import AssistantError
from assistant.server.access import Proxies
from assistant.server.app import application
from assistant.server.connections import protocol
from assistant.server.in_flight import InFlight
from assistant.server.service import Service
from assistant.server.window import MakeWindow

if TYPE_CHECKING:
    from assistant.assistant import Assistant

_log = logging.getLogger(__name__)

_MAX_WAITING = 64  # questions that may wait for a model at the same time
_OPEN_FILES = 65_536
_JOB_SECONDS = 30.0  # in which a refresh stops that was told to
_STREAM_SECONDS = 1.0  # after the last answer, for what streams still: the responses to open windows never end
_LAST_SECONDS = 5.0  # likewise, for all else that is served
_HANDED_OVER = 3  # the first file descriptor of sockets that a process is given, by the protocol of systemd

_held: list[int] = []  # signals that came before this process served


def hold_signals() -> None:
    """Until it serves, a SIGHUP waits, and a SIGTERM ends the process, also one that is the first of a container."""
    if not _is_main_thread():
        return  # signals are the affair of whoever runs it
    # Not by an exception, which what is being loaded may swallow.
    signal.signal(signal.SIGTERM, lambda number, frame: os._exit(128 + number))
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, lambda number, frame: _held.append(number))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGHUP, signal.SIGTERM})  # see `start_again`


def _is_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


def listen(host: str, port: int, *, at_once: bool = True) -> socket.socket:
    """A socket that listens at `host` and `port`, or the one that was handed to this process (systemd's LISTEN_FDS).

    What comes before it serves waits for it; unless it listens `at_once`, that is refused, and a proxy asks another
    server. Raises AssistantError when the socket cannot be had.
    """
    if os.environ.get("LISTEN_PID") == str(os.getpid()) and os.environ.get("LISTEN_FDS") == "1":
        del os.environ["LISTEN_PID"], os.environ["LISTEN_FDS"]
        return socket.socket(fileno=_HANDED_OVER)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family) if at_once else _bound(host, port, family)
    except OSError as error:
        raise AssistantError(_listen_error(host, port, error)) from None


def _bound(host: str, port: int, family: socket.AddressFamily) -> socket.socket:
    bound = socket.socket(family)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        bound.bind((host, port))
    except OSError:
        bound.close()
        raise
    return bound


def _listen_error(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is taken by another program; stop it, or choose another port with --port"
    if error.errno == errno.EACCES:
        return f"port {port} may not be used by this account; choose one above 1023 with --port"
    reason = error.strerror or str(error)
    return f"nothing can be served at {host}, port {port} ({reason}); choose others with --host, --port"


def serve(
    assistant: "Assistant",
    listener: socket.socket,
    *,
    make_window: MakeWindow | None = None,
    check_settings: Callable[[], object] = lambda: None,
    started: Callable[[str], None] = lambda address: None,
) -> bool:
    """Serve `assistant` on `listener` until Ctrl+C or SIGTERM, then False; on SIGHUP True: it is to be started again.

    Answers that are being made are finished first, for up to `stop_wait` seconds. `check_settings` raises
    AssistantError where the new settings cannot be used; then it goes on with those that it has. `started` is told the
    address.
    """
    service = Service.of(assistant)
    settings = service.settings
    app = InFlight(application(service, settings.host, make_window))
    where = address(settings.host, listener.getsockname()[1], settings.root_path)
    server = _Server(service, app, _config(service, app), check_settings, lambda: started(where))
    _allow_many_connections()
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listener.dup()])  # which it closes
    return server.starts_again


class _Server(uvicorn.Server):
    """Lets answers be finished before it stops; on SIGHUP it stops so as to be started again."""

    _ends = False  # it was told to, by a signal that may come at any moment
    _has_new_settings = False
    _stopping: asyncio.Task[None] | None = None

    def __init__(
        self,
        service: Service,
        in_flight: InFlight,
        config: uvicorn.Config,
        check_settings: Callable[[], object],
        tell: Callable[[], None],
    ) -> None:
        super().__init__(config)
        self._service, self._in_flight, self._check_settings, self._tell = service, in_flight, check_settings, tell

    @property
    def starts_again(self) -> bool:
        """Whether it stopped to be started again."""
        return self._has_new_settings and not self._ends

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        # Answers are made in threads; the few that a loop has by itself would soon all wait for a model.
        self._loop.set_default_executor(ThreadPoolExecutor(_MAX_WAITING, "answering"))
        await super().startup(sockets)
        if self.started:
            self._tell()
            notify("READY=1")
            if hasattr(signal, "SIGHUP") and _is_main_thread():
                # Not by the loop, which would leave it to the system while it is closed.
                signal.signal(signal.SIGHUP, self._handle_hangup)
                if _held:
                    self._loop.call_soon(self._reload)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop.call_later(_STREAM_SECONDS, self._in_flight.end_streams)
        self._loop.call_later(_LAST_SECONDS, self._in_flight.end_all)
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        is_at_once = self._ends or not self.started  # when asked twice
        self._ends = True
        if is_at_once:
            self.should_exit = self.force_exit = True
        else:
            self._loop.call_soon_threadsafe(self._stop)

    def _handle_hangup(self, sig: int, frame: FrameType | None) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._reload)

    def _stop(self) -> None:
        notify("STOPPING=1" if self._ends else f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")
        if self._stopping is None:
            self._stopping = asyncio.ensure_future(self._finish())

    def _reload(self) -> None:
        if self._ends or self._stopping is not None:
            return
        try:
            self._check_settings()
        except AssistantError as error:
            _log.error("the settings stay as they were: %s", error)
        else:
            self._has_new_settings = True
            self._stop()

    async def _finish(self) -> None:
        service = self._service
        try:
            service.jobs.close()  # a refresh changes nothing then; answers are waited for
            await asyncio.gather(service.room.finish(service.settings.stop_wait), service.jobs.finish(_JOB_SECONDS))
        finally:
            self.should_exit = True


def _config(service: Service, app: InFlight) -> uvicorn.Config:
    settings = service.settings
    return uvicorn.Config(
        app,
        http=protocol(settings.max_connections, Proxies(settings.trusted_proxies)),
        ws="none",
        proxy_headers=False,  # the guard has them
        log_config=None,  # who runs it has set up the log
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=round(_LAST_SECONDS) + 2,
    )


def start_again(listener: socket.socket) -> None:
    """Run this program anew in this process, on the same socket; requests that come meanwhile wait for it."""
    if hasattr(signal, "SIGHUP"):  # what is held stays held when the program is run anew, until it has its handlers
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP, signal.SIGTERM})
    sys.stdout.flush()
    sys.stderr.flush()
    os.dup2(listener.fileno(), _HANDED_OVER, inheritable=True)
    if listener.fileno() == _HANDED_OVER:
        os.set_inheritable(_HANDED_OVER, True)
    os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


def notify(state: str) -> None:
    """Tell systemd the state of this process, where it asked for that (NOTIFY_SOCKET, see sd_notify(3))."""
    place = os.environ.get("NOTIFY_SOCKET", "")
    if not place.startswith(("/", "@")):
        return
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notified:
        notified.sendto(state.encode(), place.replace("@", "\0", 1) if place[0] == "@" else place)


def _allow_many_connections() -> None:
    """As many open files as the system allows the process: each connection is one."""
    if sys.platform != "win32":
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(_OPEN_FILES, hard)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def address(host: str, port: int, root_path: str = "") -> str:
    """The address at which a browser on this machine finds the server."""
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    path = root_path.rstrip("/")
    return f"http://{name}:{port}{path}/" if path else f"http://{name}:{port}"
