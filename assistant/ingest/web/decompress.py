"""Decompression of bounded size, so that no small response fills the memory."""

import zlib

from assistant.ingest.web.errors import WebError

ACCEPT_ENCODING = "gzip, deflate"  # what the standard library can decompress in bounded steps
_GZIP_MAGIC = b"\x1f\x8b"
_GZIP, _ZLIB, _RAW = zlib.MAX_WBITS | 16, zlib.MAX_WBITS, -zlib.MAX_WBITS
_UNSUPPORTED = frozenset({"br", "zstd", "compress", "x-compress", "dcb", "dcz", "lzma", "xz", "bzip2"})
_MAX_LAYERS = 3
_STEP = 8 * 1024


def too_large(limit: float) -> WebError:
    """The error for a response of more than `limit` bytes, compressed or not."""
    return WebError(f"larger than {limit / 1e6:g} MB (setting web_max_mb)")


def decompress(data: bytes, encoding: str, limit: float, *, truncate: bool = False) -> bytes:
    """`data` without its layers of compression: those of `encoding`, a Content-Encoding, and that of a .gz file.

    Raises WebError when it or one of them has more than `limit` bytes, or an end is missing; with `truncate` it is cut
    off there instead.
    """
    if len(data) > limit and not truncate:
        raise too_large(limit)
    for name in reversed(_layers(encoding)):
        data = _decompress(data, _GZIP if name.endswith("gzip") else _ZLIB, int(limit), truncate)
    if data.startswith(_GZIP_MAGIC):
        data = _decompress(data, _GZIP, int(limit), truncate)
    return data[: int(limit)]


def _decompress(data: bytes, wbits: int, limit: int, truncate: bool) -> bytes:
    try:
        data, is_complete = _expand(data, wbits, limit)
    except zlib.error:
        raise WebError("its compression is damaged") from None
    if len(data) > limit and not truncate:
        raise too_large(limit)
    if not is_complete and not truncate:
        raise WebError("its compressed end is missing")
    return data


def _expand(data: bytes, wbits: int, limit: int) -> tuple[bytes, bool]:
    """At most `limit` + 1 bytes of the decompressed data, and whether that is all of it."""
    stream, found = zlib.decompressobj(wbits), bytearray()
    for start in range(0, len(data), _STEP):
        piece = data[start : start + _STEP]
        while piece and len(found) <= limit:
            if stream.eof:
                # gzip may go on with another member; what else follows is padding
                if wbits != _GZIP or piece[:1] != _GZIP_MAGIC[:1]:
                    return bytes(found), True
                stream = zlib.decompressobj(wbits)
            try:
                found += stream.decompress(piece, limit + 1 - len(found))
            except zlib.error:
                if wbits == _ZLIB and not start:  # "deflate" is sent without its header as often as with it
                    return _expand(data, _RAW, limit)
                raise
            piece = stream.unconsumed_tail or stream.unused_data
    return bytes(found), stream.eof or not data


def _layers(encoding: str) -> list[str]:
    names = [name.strip().lower() for name in encoding.split(",")]
    for name in names:
        if name in _UNSUPPORTED:
            raise WebError(f"is compressed in a way that was not asked for ({name})")
    layers = [name for name in names if name in {"gzip", "x-gzip", "deflate"}]
    if len(layers) > _MAX_LAYERS:
        raise WebError("is compressed over and over")
    return layers
