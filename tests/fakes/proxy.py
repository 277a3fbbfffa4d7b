"""A proxy on loopback that does what servers of models do on a bad day."""

import json
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

Behave = Callable[["Handler", int], None]
"""What is done with a request, of which it is the so many-th, counted from 1."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "Proxy"

    def do_POST(self) -> None:
        self.body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            self.server.requests.append(self.body)
            self.server.keys.append(self.headers.get("Authorization", ""))
            number = len(self.server.requests)
        self.server.begun.set()
        try:
            self.server.behave(self, number)
        except (BrokenPipeError, ConnectionResetError):
            self.server.gone.set()

    def do_GET(self) -> None:
        """What such a server says when it is asked which models it has."""
        with self.server.lock:
            self.server.looked += 1
            self.server.keys.append(self.headers.get("Authorization", ""))
        if self.path.endswith("/health") and self.server.health is not None:
            return self.server.health(self)
        self.say(200, json.dumps({"data": [{"id": name, **self.server.told} for name in self.server.models]}))

    def log_message(self, format: str, *args: Any) -> None:
        pass

    # what it can say

    def say(self, status: int, body: str = "{}", **headers: str) -> None:
        data = body.encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def begin(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def token(self, text: str, reason: str | None = None) -> None:
        chunk = {
            **{"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"},
            "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": reason}],
        }
        self.raw(f"data: {json.dumps(chunk)}\n\n")

    def raw(self, text: str) -> None:
        self.wfile.write(text.encode())
        self.wfile.flush()

    def done(self, reason: str = "stop") -> None:
        self.token("", reason)
        self.raw("data: [DONE]\n\n")

    def write(self, text: str) -> None:
        """A whole answer, word by word."""
        self.begin()
        for word in text.split(" "):
            self.token(f"{word} ")
        self.done()

    def cut(self) -> None:
        """Close the connection without a word."""
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True


class Proxy(ThreadingHTTPServer):
    """Answers each request as `behave` says; `requests` are those that came, `gone` is set when a reader went away.

    `begun` is set with the first of them. It has `models`, of which it tells `told`; `looked` says how often it was
    asked for them or how it is, to which it answers as `health` says.
    """

    daemon_threads = True

    request_queue_size = 64

    def __init__(self, behave: Behave, models: tuple[str, ...] = (), port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.behave = behave
        self.models = models
        self.told: dict[str, object] = {}
        self.health: Callable[[Handler], None] | None = None
        self.looked = 0
        self.requests: list[Any] = []
        self.keys: list[str] = []
        self.lock = threading.Lock()
        self.begun = threading.Event()
        self.gone = threading.Event()
        self.stopping = threading.Event()
        self._thread = threading.Thread(target=self.serve_forever, args=[0.01], daemon=True)

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.stopping.set()
        self.shutdown()
        self.server_close()
