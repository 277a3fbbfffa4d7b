"""Zip files: read within limits, without writing anything or leaving the archive."""

import io
import os
import zipfile
from functools import partial
from pathlib import Path

import pytest

from assistant.ingest.files import zip as zip_files
from assistant.ingest.files.origin import Origin, Parser, outcome_list
from assistant.ingest.files.text import read_markdown
from assistant.ingest.files.zip import read
from assistant.ingest.items import Failure, Loaded
from tests.ingest.files.samples import FIRST, items, packed, page, samples, write

GOOD = f"---\ntitle: Hourly ferries\n---\n{FIRST}"


def parser_for(extension: str) -> Parser | None:
    return read_markdown if extension == ".md" else None


def entry(name: str, *, mode: int = 0o100644) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


def archive(*entries: tuple[zipfile.ZipInfo, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packing:
        for info, data in entries:
            packing.writestr(info, data, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def test_every_format_is_read_in_an_archive(tmp_path: Path) -> None:
    files = {f"in/a{ending}": data for ending, data in samples().items() if ending != ".zip"}
    found = items(
        write(tmp_path, "news.zip", packed({**files, "picture.png": b"x", ".hidden.md": GOOD, "__MACOSX/a.md": b"x"}))
    )
    assert not [item for item in found if isinstance(item, Failure)]
    assert {item.where.split(",")[0] for item in found} >= {
        f"news.zip/in/a{ending}" for ending in (".md", ".html", ".pdf", ".csv")
    }
    assert {item.file for item in found} == {"news.zip"}
    assert sorted(os.listdir(tmp_path)) == ["news.zip"]  # noqa: PTH208


def test_two_archives_with_the_same_names_hold_different_articles(tmp_path: Path) -> None:
    found = [items(write(tmp_path, name, packed({"a.md": GOOD}))) for name in ("a.zip", "b.zip")]
    assert len({item.article.id for (item,) in found if isinstance(item, Loaded)}) == 2


@pytest.mark.parametrize(
    ("info", "why"),
    [
        (entry("../out.md"), "out of the archive"),
        (entry("a/../../out.md"), "out of the archive"),
        (entry("/etc/out.md"), "out of the archive"),
        (entry("C:/out.md"), "out of the archive"),
        (entry("..\\out.md"), "out of the archive"),
        (entry("link.md", mode=0o120777), "a link"),
        (entry("inner.zip"), "not opened"),
    ],
)
def test_a_path_out_of_the_archive_is_reported_and_the_rest_is_read(
    tmp_path: Path, info: zipfile.ZipInfo, why: str
) -> None:
    found = items(write(tmp_path, "a.zip", archive((info, b"PK"), (entry("good.md"), GOOD.encode()))))
    (failure,) = [item for item in found if isinstance(item, Failure)]
    assert why in failure.reason and failure.where == f"a.zip/{info.filename}"
    assert [item.article.title for item in found if isinstance(item, Loaded)] == ["Hourly ferries"]


def test_a_bomb_is_reported_and_the_rest_is_read(tmp_path: Path) -> None:
    found = items(
        write(tmp_path, "a.zip", archive((entry("bomb.md"), bytes(50_000_000)), (entry("good.md"), GOOD.encode())))
    )
    assert [type(item) for item in found] == [Failure, Loaded]
    assert isinstance(found[0], Failure) and "times its size" in found[0].reason


def test_a_file_that_is_larger_than_it_says_is_reported(tmp_path: Path) -> None:
    data = bytearray(archive((entry("liar.md"), GOOD.encode() * 100)))
    offset = data.rfind(b"PK\x01\x02") + 24
    data[offset : offset + 4] = (10).to_bytes(4, "little")
    (item,) = items(write(tmp_path, "a.zip", bytes(data)))
    assert isinstance(item, Failure) and "damaged" in item.reason


def test_an_archive_is_read_up_to_its_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    origin = Origin("a.zip", "a.zip", "a.zip")
    parser = partial(read, parser_for=parser_for)
    data = packed({f"{n}.md": GOOD for n in range(5)})
    monkeypatch.setattr(zip_files, "MOST_BYTES", 2 * len(GOOD))
    assert [type(item) for item in outcome_list(parser, data, origin)] == [Loaded, Loaded, Failure, Failure, Failure]
    monkeypatch.setattr(zip_files, "MOST_FILES", 4)
    (item,) = outcome_list(parser, data, origin)
    assert isinstance(item, Failure) and "5 files; up to 4" in item.reason


def test_an_encrypted_file_is_reported(tmp_path: Path) -> None:
    data = bytearray(packed({"a.md": GOOD}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(signature) + offset] |= 1
    (item,) = items(write(tmp_path, "a.zip", bytes(data)))
    assert isinstance(item, Failure) and "encrypted" in item.reason


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no zip file"),
        (b"PK\x05\x06", "no zip file"),
        (packed({}), "no article files"),
        (packed({"a.png": "x"}), "no article files"),
    ],
)
def test_an_archive_without_articles_is_reported(tmp_path: Path, data: bytes, why: str) -> None:
    (item,) = items(write(tmp_path, "a.zip", data))
    assert isinstance(item, Failure) and why in item.reason


def test_a_page_in_an_archive_is_read_as_a_page(tmp_path: Path) -> None:
    (item,) = items(write(tmp_path, "a.zip", packed({"x/page.htm": page()})))
    assert isinstance(item, Loaded) and item.where == "a.zip/x/page.htm" and item.article.text.startswith(FIRST)
