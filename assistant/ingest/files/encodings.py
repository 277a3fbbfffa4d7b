"""Decoding text: by byte order mark, as UTF-8, as declared, else as detected."""

import codecs
import re
import unicodedata
from contextlib import suppress

from assistant.ingest.items import ParseError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, with whose mark it begins
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The encodings that detection chooses from. More would mean more mistakes.
_CANDIDATES = (
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "koi8_r", "iso8859_2"),
    *("shift_jis", "euc_jp", "gb18030", "big5", "euc_kr"),
)
_DECLARED = re.compile(rb"""<(?:meta|\?xml)\b[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""", re.I)
# As browsers do: pages that declare these are written in the Windows superset, with its quotation marks.
_SUPERSETS = {
    **{"ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874"},
    **{"gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949"},
}
_SAMPLE = 100_000


def decode_html(data: bytes, encoding: str | None = None) -> str:
    """The text of a page; the server's `encoding` counts before the one that the page declares."""
    declared = _DECLARED.search(data[:4096])
    return decode(data, encoding, declared.group(1).decode("ascii") if declared else None)


def decode(data: bytes, *declared: str | None) -> str:
    """The text of `data`: by its byte order mark, else as valid UTF-8, else as `declared`, else as detected.

    Raises ParseError when it is not text in any of them.
    """
    if (marked := decode_marked(data)) is not None:
        return marked
    with suppress(UnicodeDecodeError):
        return data.decode("utf-8")
    for name in filter(None, declared):
        with suppress(LookupError, ValueError):  # also for a codec that does not give text, such as "hex"
            codec = codecs.lookup(name.strip()).name
            text = data.decode(_SUPERSETS.get(codec, codec))
            if _is_text(text):
                return text
    mixed = _decode_mixed(data)
    return mixed if mixed is not None else _detect(data)


def decode_marked(data: bytes) -> str | None:
    """The text of data with a byte order mark, or of UTF-16 without one; None for all else."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(encoding, "replace")
    sample = data[: 2000 - len(data) % 2]
    half = len(sample) // 2
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if odd > half * 0.6 and even <= half * 0.05:
        return data.decode("utf-16-le", "replace")
    if even > half * 0.6 and odd <= half * 0.05:
        return data.decode("utf-16-be", "replace")
    return None


def _decode_mixed(data: bytes) -> str | None:
    """UTF-8 with a few bytes of Windows-1252, as in pages assembled from several systems."""
    text = data.decode("utf-8", "surrogateescape")
    bad = sum("\udc80" <= char <= "\udcff" for char in text)
    if bad > 1000 or bad * 10 > sum(byte >= 0xC2 for byte in data):
        return None
    return re.sub("[\udc80-\udcff]", lambda byte: bytes([ord(byte[0]) - 0xDC00]).decode("cp1252", "replace"), text)


def _detect(data: bytes) -> str:
    high = [byte for byte in data[:_SAMPLE] if byte >= 0x80]
    western = data.decode("cp1252", "replace")
    # Too few for statistics: in a text that is otherwise ASCII, they are most likely Western.
    if len(high) < 12 and len(high) * 8 < len(data) and _is_text(western) and "\ufffd" not in western:
        return western
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE], cp_isolation=list(_CANDIDATES), threshold=0.15).best()
    text = data.decode(best.encoding, "replace") if best else None
    if text is None or not _is_text(text):
        raise ParseError("its encoding cannot be told; save it as UTF-8")
    return text


def _is_text(text: str) -> bool:
    sample = text[:_SAMPLE]
    invalid = sum(unicodedata.category(char) in {"Cc", "Cn", "Co"} and char not in "\t\n\r\f" for char in sample)
    invalid += sample.count("\ufffd")
    return invalid * 100 <= len(sample)
