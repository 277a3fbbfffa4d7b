"""Decompression in steps of bounded size, so that no small response fills the memory."""

import zlib
from collections.abc import Iterator

from assistant.ingest.web.errors import WebError

ACCEPT_ENCODING = "gzip, deflate"  # what the standard library can decompress in bounded steps
_STEP = 64 * 1024
_GZIP_MAGIC = b"\x1f\x8b"
_UNSUPPORTED = frozenset({"br", "zstd", "compress", "x-compress", "dcb", "dcz", "lzma", "xz", "bzip2"})
_MAX_LAYERS = 3


class TooLargeError(WebError):
    """The content is larger than the limit."""


class _Layer:
    """One Content-Encoding, decoded as the bytes arrive."""

    def __init__(self, is_gzip: bool) -> None:
        self._is_gzip = is_gzip
        self._zlib = zlib.decompressobj(zlib.MAX_WBITS | 16 if is_gzip else zlib.MAX_WBITS)
        self._started = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Decompress the next bytes, in pieces."""
        while data:
            if self._zlib.eof:
                # gzip may go on with another member; what else follows is padding
                if not (self._is_gzip and data.startswith(_GZIP_MAGIC)):
                    return
                self._zlib = zlib.decompressobj(zlib.MAX_WBITS | 16)
            yield self._step(data)
            data = self._zlib.unconsumed_tail or self._zlib.unused_data

    def _step(self, data: bytes) -> bytes:
        is_first, self._started = not self._started, True
        try:
            return self._zlib.decompress(data, _STEP)
        except zlib.error:
            if is_first and not self._is_gzip:  # "deflate" is sent without its header as often as with it
                self._zlib = zlib.decompressobj(-zlib.MAX_WBITS)
                return self._step(data)
            raise WebError("its compression is damaged") from None

    def flush(self) -> Iterator[bytes]:
        """What zlib still holds back after the last bytes."""
        while not self._zlib.eof:
            piece = self._zlib.decompress(self._zlib.unconsumed_tail, _STEP)
            if not piece:
                return
            yield piece

    @property
    def is_complete(self) -> bool:
        """Whether the compressed data is complete."""
        return self._zlib.eof or not self._started


class Decompressor:
    """Collects a response and decompresses it as `encoding`, its Content-Encoding, says.

    Raises TooLargeError when it has more than `limit` bytes, compressed or not; with `truncate` it is cut off there.
    """

    def __init__(self, encoding: str, limit: float, limit_text: str, truncate: bool = False) -> None:
        self._layers = [_Layer(name.endswith("gzip")) for name in reversed(_names(encoding))]
        self._limit, self._limit_text, self._truncate = limit, limit_text, truncate
        self._received = self._size = 0
        self._pieces: list[bytes] = []
        self.is_full = False

    def add(self, data: bytes) -> None:
        """Add the next bytes as they were received."""
        self._received += len(data)
        if self._received > self._limit:
            self._overflow()
        self._decode(data, self._layers)

    def _decode(self, data: bytes, layers: list[_Layer]) -> None:
        if self.is_full:
            return
        if layers:
            for piece in layers[0].feed(data):
                self._decode(piece, layers[1:])
            return
        self._size += len(data)
        self._pieces.append(data)
        if self._size > self._limit:
            self._overflow()

    def _overflow(self) -> None:
        if not self._truncate:
            raise TooLargeError(f"larger than {self._limit_text}")
        self.is_full = True

    def content(self) -> bytes:
        """All of the decompressed bytes. Raises WebError when the compressed data is incomplete."""
        for index, layer in enumerate(self._layers):
            for piece in layer.flush():
                self._decode(piece, self._layers[index + 1 :])
        if not self.is_full and not all(layer.is_complete for layer in self._layers):
            raise WebError("its compressed end is missing")
        return b"".join(self._pieces)[: int(self._limit)]


def _names(encoding: str) -> list[str]:
    names = [name.strip().lower() for name in encoding.split(",")]
    for name in names:
        if name in _UNSUPPORTED:
            raise WebError(f"is compressed in a way that was not asked for ({name})")
    layers = [name for name in names if name in {"gzip", "x-gzip", "deflate"}]
    if len(layers) > _MAX_LAYERS:
        raise WebError("is compressed over and over")
    return layers


def gunzip(data: bytes, limit: float, limit_text: str) -> bytes:
    """Decompress a .gz file within `limit` bytes; other data is returned as it is."""
    if not data.startswith(_GZIP_MAGIC):
        return data
    decompressor = Decompressor("gzip", limit, limit_text)
    decompressor.add(data)
    return decompressor.content()
