"""What is compressed or too large, and what swells when it is unpacked."""

import gzip
import zlib

import pytest

from tests.ingest.web.cases import Case, check, fails, fine, item, rss_text
from tests.ingest.web.site import Reply, Site, endless, hang

XML = "application/rss+xml"
PLAIN = rss_text(item("Bridge closed", "/a")).replace("@1/", "/").encode()


def packed(data: bytes, encoding: str, **more: object) -> Reply:
    return Reply(data, media=XML, headers={"Content-Encoding": encoding}, **more)  # type: ignore[arg-type]


def raw(head: str, body: bytes = b"", **more: object) -> Reply:
    lines = head.replace("\n", "\r\n").encode() + b"\r\n\r\n"
    return Reply(raw=lines + body, **more)  # type: ignore[arg-type]


SMALL = {"web_max_mb": 0.1}
LARGE = "larger than 0.1 MB (setting web_max_mb)"
BOMB = gzip.compress(bytes(20_000_000))
DEFLATE_BOMB = zlib.compress(bytes(20_000_000))
TWICE = gzip.compress(gzip.compress(bytes(50_000_000)))
RAW_DEFLATE = zlib.compressobj(wbits=-15)
HEADLESS = RAW_DEFLATE.compress(PLAIN) + RAW_DEFLATE.flush()
PACKED = gzip.compress(PLAIN)
ALL = [
    fails(
        "a length that is too large",
        Reply(b"<rss>", media=XML, headers={"Content-Length": "100000000"}, act=hang),
        LARGE,
        settings=SMALL,
    ),
    fails(
        "more than may be, without a length",
        Reply(b"<rss>", media=XML, act=endless(b" " * 10_000)),
        LARGE,
        settings=SMALL,
    ),
    fails(
        "more than may be, in chunks",
        raw("HTTP/1.1 200 OK\nTransfer-Encoding: chunked", act=endless(b"1000\r\n" + b" " * 4096 + b"\r\n")),
        LARGE,
        settings=SMALL,
    ),
    fine("just as large as may be", Reply(PLAIN + b" " * (100_000 - len(PLAIN)), media=XML), settings=SMALL),
    fails("a gzip bomb", packed(BOMB, "gzip"), LARGE, settings=SMALL),
    fails("a deflate bomb", packed(DEFLATE_BOMB, "deflate"), LARGE, settings=SMALL),
    fails("a bomb in a bomb", packed(TWICE, "gzip, gzip"), LARGE, settings=SMALL),
    fails("a bomb of many members", packed(gzip.compress(bytes(20_000)) * 100, "gzip"), LARGE, settings=SMALL),
    fails("a bomb as a file", Reply(BOMB, media="application/gzip"), LARGE, settings=SMALL),
    fails("layer on layer", packed(PACKED, "gzip, gzip, gzip, gzip"), "is compressed over and over"),
    fine("gzip", packed(PACKED, "gzip")),
    fine("gzip by its old name", packed(PACKED, "x-gzip")),
    fine("gzip in two members", packed(gzip.compress(PLAIN[:400]) + gzip.compress(PLAIN[400:]), "gzip")),
    fine("gzip with padding", packed(PACKED + bytes(50), "gzip")),
    fine("gzip twice", packed(gzip.compress(PACKED), "gzip, gzip")),
    fine("gzip as a file", Reply(PACKED, media="application/x-gzip")),
    fine("deflate", packed(zlib.compress(PLAIN), "deflate")),
    fine("deflate without its header", packed(HEADLESS, "deflate")),
    fine("an encoding that is none", packed(PLAIN, "utf-8")),
    fine("identity", packed(PLAIN, "identity")),
    fails("gzip whose end is missing", packed(PACKED[:-20], "gzip"), "its compressed end is missing"),
    fails(
        "gzip that is damaged",
        packed(PACKED[:50] + b"\xff\xfe" * 20 + PACKED[90:], "gzip"),
        "its compression is damaged",
    ),
    fails("gzip that is none", packed(PLAIN, "gzip"), "its compression is damaged"),
    fails(
        "Brotli, which was not asked for",
        packed(PLAIN, "br"),
        "is compressed in a way that was not asked for (br)",
    ),
    fails(
        "Zstandard, which was not asked for",
        packed(PLAIN, "zstd"),
        "is compressed in a way that was not asked for (zstd)",
    ),
]


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_size(site: Site, case: Case) -> None:
    check(site, case)
