"""Damaged files: each gives an article or a reason, and none crashes or hangs the refresh."""

import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.ingest.items import Loaded
from assistant.utils.strings import one_line
from tests.ingest.files.samples import items, packed, samples

GOOD = samples()
FILES_PER_FORMAT = 250

Bytes = bytes | bytearray
Damage = Callable[[random.Random, bytearray], Bytes]


def flip_bits(rng: random.Random, data: bytearray) -> Bytes:
    for _ in range(rng.choice((1, 3, 30))):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return data


def cut_short(rng: random.Random, data: bytearray) -> Bytes:
    return data[: rng.randrange(len(data))]


def delete(rng: random.Random, data: bytearray) -> Bytes:
    start, end = sorted(rng.randrange(len(data)) for _ in range(2))
    del data[start:end]
    return data


def repeat(rng: random.Random, data: bytearray) -> Bytes:
    start, end = sorted(rng.randrange(len(data)) for _ in range(2))
    return data[:end] + data[start:end] * rng.choice((1, 2, 20)) + data[end:]


def change_lengths(rng: random.Random, data: bytearray) -> Bytes:
    """Numbers written in digits, and four bytes anywhere, become small, large and negative."""
    digits = [offset for offset, byte in enumerate(data) if chr(byte).isdigit()]
    for offset in rng.sample(digits, min(len(digits), 4)):
        data[offset : offset + 1] = rng.choice((b"0", b"-1", b"99999999", b"4294967295"))
    start = rng.randrange(max(1, len(data) - 4))
    data[start : start + 4] = rng.choice((b"\x00" * 4, b"\xff" * 4, b"\xff\xff\xff\x7f"))
    return data


def splice(rng: random.Random, data: bytearray) -> Bytes:
    other = GOOD[rng.choice(sorted(GOOD))]
    return data[: rng.randrange(len(data))] + other[rng.randrange(len(other)) :]


def another_format(rng: random.Random, data: bytearray) -> Bytes:
    """A file with the wrong extension."""
    return GOOD[rng.choice(sorted(GOOD))]


def noise(rng: random.Random, data: bytearray) -> Bytes:
    start = rng.randrange(len(data))
    return data[:start] + rng.randbytes(rng.choice((1, 50, 2000))) + data[start:]


def damage_inside(rng: random.Random, data: bytearray) -> Bytes:
    """A file in an archive is damaged, and packed again as if it were whole; flipped bits in what is no archive."""
    if data[:2] != b"PK":
        return flip_bits(rng, data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files: dict[str, bytes] = {name: archive.read(name) for name in archive.namelist()}
    name = rng.choice([name for name in files if len(files[name]) > 4])
    files[name] = bytes(rng.choice((flip_bits, cut_short, delete, repeat, splice))(rng, bytearray(files[name])))
    return packed(files)


DAMAGES: tuple[Damage, ...] = (
    *(flip_bits, cut_short, delete, repeat, change_lengths, splice, another_format, noise, damage_inside),
)


def test_enough_files_are_damaged() -> None:
    assert FILES_PER_FORMAT * len(GOOD) == 3000


@pytest.mark.parametrize("ending", sorted(GOOD))
def test_each_damaged_file_gives_articles_or_a_reason(tmp_path: Path, ending: str) -> None:
    rng = random.Random(f"damage {ending}")
    for number in range(FILES_PER_FORMAT):
        path = tmp_path / f"{number}{ending}"
        path.write_bytes(DAMAGES[number % len(DAMAGES)](rng, bytearray(GOOD[ending])))
        found = items(path)
        assert found, path.name
        for item in found:
            assert item.file == path.name
            if isinstance(item, Loaded):
                assert item.article.title.strip() and item.article.text.strip()
            else:
                assert item.reason == one_line(item.reason) and 0 < len(item.reason) < 300
    good = tmp_path / f"good{ending}"
    good.write_bytes(GOOD[ending])
    assert isinstance(items(good)[0], Loaded), "the next file is read as if nothing had been"
