"""Unpacking what comes compressed, in steps of bounded size, so that no small answer fills the memory."""

import zlib
from collections.abc import Iterator

from assistant.ingest.web.errors import WebError

ACCEPTED = "gzip, deflate"  # what can be unpacked in bounded steps with what Python has
_STEP = 64 * 1024
_MAGIC = b"\x1f\x8b"
_NOT_ASKED = frozenset({"br", "zstd", "compress", "x-compress", "dcb", "dcz", "lzma", "xz", "bzip2"})
_MOST_LAYERS = 3


class TooLargeError(WebError):
    """It is larger than is read."""


class Layer:
    """One compression, undone as the bytes come."""

    def __init__(self, gzip: bool) -> None:
        self._gzip = gzip
        self._zlib = zlib.decompressobj(zlib.MAX_WBITS | 16 if gzip else zlib.MAX_WBITS)
        self._begun = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The plain bytes of the next compressed ones, in pieces."""
        while data:
            if self._zlib.eof:
                # gzip may go on with another member; what else follows is padding
                if not (self._gzip and data.startswith(_MAGIC)):
                    return
                self._zlib = zlib.decompressobj(zlib.MAX_WBITS | 16)
            yield self._step(data)
            data = self._zlib.unconsumed_tail or self._zlib.unused_data

    def _step(self, data: bytes) -> bytes:
        first, self._begun = not self._begun, True
        try:
            return self._zlib.decompress(data, _STEP)
        except zlib.error:
            if first and not self._gzip:  # "deflate" is sent without its header as often as with it
                self._zlib = zlib.decompressobj(-zlib.MAX_WBITS)
                return self._step(data)
            raise WebError("its compression is damaged") from None

    def rest(self) -> Iterator[bytes]:
        """What zlib still holds back when no more bytes come."""
        while not self._zlib.eof:
            piece = self._zlib.decompress(self._zlib.unconsumed_tail, _STEP)
            if not piece:
                return
            yield piece

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing at the end."""
        return self._zlib.eof or not self._begun


class Unpacked:
    """Collects an answer, unpacked by the layers that `encoding` (of Content-Encoding) names.

    Raises TooLargeError when what came or what it unpacks to is over `limit` bytes; with `cut` it is cut off there.
    """

    def __init__(self, encoding: str, limit: float, shown: str, cut: bool = False) -> None:
        self._layers = [Layer(name.endswith("gzip")) for name in reversed(_names(encoding))]
        self._limit, self._shown, self._cut = limit, shown, cut
        self._raw = self._size = 0
        self._pieces: list[bytes] = []
        self.is_full = False

    def add(self, data: bytes) -> None:
        """Take in the next bytes as they came."""
        self._raw += len(data)
        if self._raw > self._limit:
            self._overflow()
        self._keep(data, self._layers)

    def _keep(self, data: bytes, layers: list[Layer]) -> None:
        if self.is_full:
            return
        if layers:
            for piece in layers[0].feed(data):
                self._keep(piece, layers[1:])
            return
        self._size += len(data)
        self._pieces.append(data)
        if self._size > self._limit:
            self._overflow()

    def _overflow(self) -> None:
        if not self._cut:
            raise TooLargeError(f"larger than {self._shown}")
        self.is_full = True

    def whole(self) -> bytes:
        """All of it. Raises WebError when the compressed end is missing."""
        for at, layer in enumerate(self._layers):
            for piece in layer.rest():
                self._keep(piece, self._layers[at + 1 :])
        if not self.is_full and not all(layer.is_whole for layer in self._layers):
            raise WebError("its compressed end is missing")
        return b"".join(self._pieces)[: int(self._limit)]


def _names(encoding: str) -> list[str]:
    names = [name.strip().lower() for name in encoding.split(",")]
    for name in names:
        if name in _NOT_ASKED:
            raise WebError(f"is compressed in a way that was not asked for ({name})")
    found = [name for name in names if name in {"gzip", "x-gzip", "deflate"}]
    if len(found) > _MOST_LAYERS:
        raise WebError("is compressed over and over")
    return found


def unpacked_file(data: bytes, limit: float, shown: str) -> bytes:
    """The content of a .gz file, which others are left as; bounded like what comes from the web."""
    if not data.startswith(_MAGIC):
        return data
    found = Unpacked("gzip", limit, shown)
    found.add(data)
    return found.whole()
