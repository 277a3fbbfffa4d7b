"""A server on a real socket in this process, for the tests of its clients."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import uvicorn

from assistant import Assistant
from assistant.server import Service, application, listen


@contextmanager
def served(assistant: object) -> Iterator[str]:
    """Serve `assistant` until the end of the block, at the address that is given."""
    app = application(Service.of(cast(Assistant, assistant)), "127.0.0.1")
    with listen("127.0.0.1", 0) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none", timeout_graceful_shutdown=2))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
