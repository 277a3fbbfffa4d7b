"""Client: what `Assistant` does, done by a server."""

from contextlib import AbstractContextManager
from typing import Self

import httpx

from assistant.client.asking import AnswerIds, Asking
from assistant.client.corpus import Corpus
from assistant.client.keeping import Keeping
from assistant.client.transport import Transport


class Client(Asking, Corpus, Keeping, AbstractContextManager["Client"]):
    """Asks a server in place of an index of this machine: `Client("https://news.example", token="aa_...")`.

    Its methods are those of `Assistant`, with the same values and errors, and RefusedError besides. What works on an
    index itself is not there: `evidence`, `chain`, `collections`, `conversations` and what belongs to them. May be used
    from several threads at once.
    """

    def __init__(
        self,
        address: str,
        token: str | None = None,
        timeout: float = 60.0,
        *,
        http_client: httpx.AsyncClient | None = None,
    ) -> None:
        """A client of the server at `address`, below which it serves `/api/v1`; nothing is sent before it is needed.

        `token` is an API token, where the server has people sign in. After `timeout` seconds without a sign of the
        server it is given up. `http_client` is used in place of an own one, and not closed; it must not be used in
        another event loop.
        """
        self._transport = Transport(address, token, timeout, http_client)
        self._ids, self._shares = AnswerIds(), {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    @property
    def warnings(self) -> tuple[str, ...]:
        """Damage to the index that was found so far, each in a line with its cure."""
        return self.status().damage

    def warm_up(self) -> None:
        """Ask the server how it is, so that the connection is there; it keeps its models loaded itself."""
        self.status()
