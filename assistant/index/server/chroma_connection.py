"""The connection to a collection on a Chroma server: tries again for a while, and says in one line what is wrong."""

import os
import threading
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_exponential

from assistant.errors import AssistantError, NoSpaceError, StorageError
from assistant.settings import Settings
from assistant.utils import one_line

_TOKEN_HEADER = "x-chroma-token"
# A server writes its whole HNSW index over the old one after so many records, else 1,000. Killed meanwhile it leaves an
# index that it cannot open; what came since is taken from its log, which is in SQLite, when it is started again.
_CONFIGURATION = {"hnsw": {"space": "cosine", "sync_threshold": 50_000}}
_CLOUD = ".trychroma.com"
_CLOUD_BATCH = 300  # its quota for what is written or returned at once
_BATCH, _PAGE = 1000, 100_000
_CONNECT_TIMEOUT = 5.0
_BUSY, _MISSING = (429, 502, 503, 504), 404
_MAX_SHOWN = 200  # characters of a server's message
_FULL = ("disk is full", "No space left", "os error 28")

_OPENED = "connection.connect_tcp.complete"  # as httpcore tells it

T = TypeVar("T")


class UnreadableError(StorageError):
    """The Chroma server answers, and fails at what it has."""


class ChromaConnection:
    """A collection on a Chroma server, for any number of threads; making it asks the server nothing.

    `timeout` is what an answer may take, in seconds. What cannot be delivered is tried again for `patience` seconds, or
    for `write_patience` when it is to write, so that a refresh outlasts a restart of the server.
    """

    def __init__(
        self,
        address: str,
        collection: str,
        *,
        token: str | None = None,
        tenant: str | None = None,
        database: str | None = None,
        timeout: float = 30.0,
        patience: float = 2.0,
        write_patience: float = 60.0,
    ) -> None:
        self.address, self.collection_name = address.rstrip("/"), collection
        self._patience, self._write_patience = patience, write_patience
        self._token, self._tenant, self._database, self._timeout = token, tenant, database, timeout
        self._is_cloud = (urlsplit(address).hostname or "").endswith(_CLOUD)
        self._lock = threading.Lock()
        self._process = os.getpid()
        self._api: Any = None
        self._collection: Any = None
        self.opened = 0

    @property
    def batch(self) -> int:
        """How many records are written at once."""
        return _CLOUD_BATCH if self._is_cloud else _BATCH

    @property
    def page(self) -> int:
        """How many ids are returned at once, and how many neighbours are found."""
        return _CLOUD_BATCH if self._is_cloud else _PAGE

    def close(self) -> None:
        """Close what is open; it opens again when it is used."""
        with self._lock:
            api, self._api, self._collection = self._api, None, None
        if api is not None:
            api._session.close()

    def drop(self) -> None:
        """Drop the collection with all that is in it; whoever writes next makes it anew."""

        def drop(collection: Any) -> None:
            place = {"tenant": collection.tenant, "database": collection.database}
            collection._client.delete_collection(collection.name, **place)

        self.ask(drop, write=True)
        with self._lock:
            self._collection = None

    def ask(self, function: Callable[[Any], T], *, write: bool = False) -> T:
        """What `function` gives for the collection of chromadb, which is made if something is to be written.

        It may be called several times. Raises StorageError or NoSpaceError.
        """
        import httpx

        retrying = Retrying(
            retry=retry_if_exception(_passes),
            stop=stop_after_delay(self._write_patience if write else self._patience),
            wait=wait_exponential(multiplier=0.05, max=2),
            reraise=True,
        )
        try:
            return retrying(lambda: self._asked(function, write))
        except _Refused as refused:
            with self._lock:
                self._collection = None
            raise self._refusal(refused) from None
        except httpx.TimeoutException:
            raise self._error(
                f"does not answer within {self._timeout:g} s; see what it is doing, or try again"
            ) from None
        except (httpx.HTTPError, OSError) as error:
            reason = one_line(str(error), _MAX_SHOWN)
            raise self._error(f"cannot be reached ({reason}); start it, or correct the setting chroma") from None

    def _asked(self, function: Callable[[Any], T], write: bool) -> T:
        is_known = self._collection is not None
        try:
            return function(self._opened(write))
        except _Refused as refused:
            if refused.status != _MISSING or not is_known:
                raise
        with self._lock:
            self._collection = None  # it was made anew
        return function(self._opened(write))

    def _opened(self, make: bool) -> Any:
        with self._lock:
            if self._process != os.getpid():  # a connection that a child process inherits would break both
                self._process, self._api, self._collection = os.getpid(), None, None
            if self._collection is None:
                if self._api is None:
                    self._api = _open_api(self.address, self._token, self._timeout, self._opening)
                self._collection = self._find(self._api, make)
                self.opened += 1
            return self._collection

    def _opening(self, event: str, about: Any) -> None:
        if event == _OPENED:
            self.opened += 1

    def _find(self, api: Any, make: bool) -> Any:
        from chromadb.api.models.Collection import Collection

        tenant, database = self._place(api)
        place = {"tenant": tenant, "database": database}
        if make:
            _make_database(api, database, tenant)
            model = api.get_or_create_collection(self.collection_name, configuration=_CONFIGURATION, **place)
        else:
            model = api.get_collection(self.collection_name, **place)
        return Collection(client=api, model=model, embedding_function=None)

    def _place(self, api: Any) -> tuple[str, str]:
        """Tenant and database: those that are set, else those that the server has for whoever has the token."""
        if self._tenant is None or self._database is None:
            identity = api.get_user_identity()
            self._tenant = self._tenant or identity.tenant or "default_tenant"
            databases = identity.databases or ["default_database"]
            if self._database is None and len(databases) > 1:
                names = one_line(", ".join(databases), _MAX_SHOWN)
                raise self._error(f"has several databases; set chroma_database to one of {names}")
            self._database = self._database or databases[0]
        return self._tenant, self._database

    @property
    def place(self) -> str:
        """Which server it is, for a message."""
        return f"the Chroma server at {self.address}"

    def _error(self, what: str) -> AssistantError:
        return StorageError(f"{self.place} {what}")

    def _refusal(self, refused: "_Refused") -> AssistantError:
        status, text = refused.status, one_line(refused.text, _MAX_SHOWN)
        if any(sign in refused.text for sign in _FULL):
            return NoSpaceError(f"no space left on the disk of {self.place}; free some and try again")
        if status in (401, 403):
            cure = "correct the setting chroma_token" if self._token else "set chroma_token"
            return self._error(f"does not let the assistant in ({status}); {cure}")
        if status == 413:
            return self._error("is behind a proxy that lets through too little (413); let it take bodies of 40 MB")
        if status == 429:
            return self._error(f"is asked too much ({text}); try again later, or raise its quota")
        if status >= 500:
            return UnreadableError(
                f"{self.place} failed ({status}: {text}); see its log, or run assistant refresh, which mends it"
            )
        if not refused.is_chroma:
            return self._error(f"is none of version 1 or later ({status}); correct the setting chroma")
        if "does not exist" in refused.text or status == _MISSING:
            place = f"no collection {self.collection_name} in database {self._database} of tenant {self._tenant}"
            cure = "correct the settings that begin with chroma, or run assistant refresh, which fills it"
            return self._error(f"has {place}; {cure}")
        return self._error(f"refuses what is asked ({status}: {text})")


def connect(settings: Settings, **more: float) -> ChromaConnection:
    """The connection that the settings describe. Raises StorageError where there is none."""
    if settings.chroma is None:
        raise StorageError("no Chroma server is set; set chroma to its address, such as http://127.0.0.1:8000")
    return ChromaConnection(
        settings.chroma,
        settings.chroma_collection,
        token=settings.chroma_token.get_secret_value() if settings.chroma_token else None,
        tenant=settings.chroma_tenant,
        database=settings.chroma_database,
        **more,
    )


class _Refused(Exception):
    """An answer that is none: its status, its text, and whether it can be of a Chroma server."""

    def __init__(self, status: int, text: str, is_chroma: bool) -> None:
        super().__init__(status)
        self.status, self.text, self.is_chroma = status, text, is_chroma


def _passes(error: BaseException) -> bool:
    """Whether it may be another the next moment, while a server starts again."""
    import httpx

    if isinstance(error, _Refused):
        return error.status in _BUSY
    return isinstance(error, httpx.NetworkError | httpx.RemoteProtocolError)


def _open_api(address: str, token: str | None, timeout: float, trace: Callable[[str, Any], None]) -> Any:
    """Chroma's client for HTTP. It is that of `chromadb.HttpClient`, which has no timeout and asks when it is made."""
    import httpx
    from chromadb.api import ServerAPI
    from chromadb.config import Settings as ChromaSettings
    from chromadb.config import System

    settings = ChromaSettings(
        _env_file=None,  # not the settings of whoever has such a file
        chroma_api_impl="chromadb.api.fastapi.FastAPI",
        chroma_server_host=address,
        chroma_server_http_port=urlsplit(address).port or 8000,
        chroma_server_ssl_enabled=address.startswith("https:"),
        chroma_server_headers={_TOKEN_HEADER: token} if token else {},
        chroma_client_auth_provider=None,
        chroma_otel_collection_endpoint="",
        anonymized_telemetry=False,
    )
    api: Any = System(settings).instance(ServerAPI)  # type: ignore[type-abstract]
    api._session.timeout = httpx.Timeout(timeout, connect=_CONNECT_TIMEOUT)
    api._session.event_hooks = {"request": [partial(_traced, trace)], "response": [_check]}
    return api


def _traced(trace: Callable[[str, Any], None], request: Any) -> None:
    request.extensions = {**request.extensions, "trace": trace}


def _check(response: Any) -> None:
    is_chroma = response.headers.get("content-type", "").startswith("application/json")
    if not (response.is_success and is_chroma):
        response.read()
        raise _Refused(response.status_code, response.text, is_chroma)


def _make_database(api: Any, name: str, tenant: str) -> None:
    try:
        api.get_database(name, tenant)
    except _Refused as refused:
        if refused.status != 404:
            raise
        api.create_database(name, tenant)
