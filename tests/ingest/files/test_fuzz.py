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
FILES_OF_A_KIND = 250

Bytes = bytes | bytearray
Damage = Callable[[random.Random, bytearray], Bytes]


def flip_bits(chance: random.Random, data: bytearray) -> Bytes:
    for _ in range(chance.choice((1, 3, 30))):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return data


def cut_short(chance: random.Random, data: bytearray) -> Bytes:
    return data[: chance.randrange(len(data))]


def delete(chance: random.Random, data: bytearray) -> Bytes:
    start, end = sorted(chance.randrange(len(data)) for _ in range(2))
    del data[start:end]
    return data


def repeat(chance: random.Random, data: bytearray) -> Bytes:
    start, end = sorted(chance.randrange(len(data)) for _ in range(2))
    return data[:end] + data[start:end] * chance.choice((1, 2, 20)) + data[end:]


def change_lengths(chance: random.Random, data: bytearray) -> Bytes:
    """Numbers written in digits, and four bytes anywhere, become small, large and negative."""
    digits = [place for place, byte in enumerate(data) if chr(byte).isdigit()]
    for place in chance.sample(digits, min(len(digits), 4)):
        data[place : place + 1] = chance.choice((b"0", b"-1", b"99999999", b"4294967295"))
    start = chance.randrange(max(1, len(data) - 4))
    data[start : start + 4] = chance.choice((b"\x00" * 4, b"\xff" * 4, b"\xff\xff\xff\x7f"))
    return data


def splice(chance: random.Random, data: bytearray) -> Bytes:
    other = GOOD[chance.choice(sorted(GOOD))]
    return data[: chance.randrange(len(data))] + other[chance.randrange(len(other)) :]


def another_kind(chance: random.Random, data: bytearray) -> Bytes:
    """A file under the wrong ending."""
    return GOOD[chance.choice(sorted(GOOD))]


def noise(chance: random.Random, data: bytearray) -> Bytes:
    start = chance.randrange(len(data))
    return data[:start] + chance.randbytes(chance.choice((1, 50, 2000))) + data[start:]


def damage_inside(chance: random.Random, data: bytearray) -> Bytes:
    """A file in an archive is damaged, and packed again as if it were whole; flipped bits in what is no archive."""
    if data[:2] != b"PK":
        return flip_bits(chance, data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files: dict[str, bytes] = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice([name for name in files if len(files[name]) > 4])
    files[name] = bytes(chance.choice((flip_bits, cut_short, delete, repeat, splice))(chance, bytearray(files[name])))
    return packed(files)


DAMAGES: tuple[Damage, ...] = (
    *(flip_bits, cut_short, delete, repeat, change_lengths, splice, another_kind, noise, damage_inside),
)


def test_enough_files_are_damaged() -> None:
    assert FILES_OF_A_KIND * len(GOOD) == 3000


@pytest.mark.parametrize("ending", sorted(GOOD))
def test_each_damaged_file_gives_articles_or_a_reason(tmp_path: Path, ending: str) -> None:
    chance = random.Random(f"damage {ending}")
    for number in range(FILES_OF_A_KIND):
        path = tmp_path / f"{number}{ending}"
        path.write_bytes(DAMAGES[number % len(DAMAGES)](chance, bytearray(GOOD[ending])))
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
