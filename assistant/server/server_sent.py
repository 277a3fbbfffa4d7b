"""Server-sent events: how one is written, and what a stream of them needs on its way."""

KEEP_ALIVE = 15.0  # seconds without an event, after which a comment is sent
HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}
"""No cache keeps such a stream, and no proxy holds it back."""


def server_sent(name: str, data: bytes) -> bytes:
    """An event; its data has no line breaks, as JSON."""
    return b"event: " + name.encode() + b"\ndata: " + data + b"\n\n"
