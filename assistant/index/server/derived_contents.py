"""The derived files of generations in PostgreSQL: by what is in them, so that an unchanged one is there once."""

import hashlib
import zlib
from pathlib import Path

from assistant.errors import DamagedError
from assistant.index.damage import CURE
from assistant.index.server.postgres_sessions import Rows, Statement

_PART = 8_000_000  # bytes in a row
_LEVEL = 1  # most of what can be saved, in little time


def digest_of(content: bytes) -> str:
    """The SHA-256 of a file's content in hex."""
    return hashlib.sha256(content).hexdigest()


def digests_of(ask: Rows, generation: int) -> dict[str, str]:
    """The digest of each derived file of a generation, by name."""
    rows = ask("SELECT name, digest FROM index_files WHERE generation = :generation", {"generation": generation})
    return {row[0]: row[1] for row in rows}


def content(ask: Rows, digest: str) -> bytes:
    """The content with that digest. Raises DamagedError where it is not there, or another."""
    query = "SELECT content FROM index_contents WHERE digest = :digest ORDER BY part"
    unpacked = zlib.decompressobj()
    found = b"".join(unpacked.decompress(bytes(row[0])) for row in ask(query, {"digest": digest}))
    if digest_of(found) != digest:
        raise DamagedError(f"a derived file in the database is not whole; {CURE}")
    return found


def storing(ask: Rows, folder: Path, generation: int, names: tuple[str, ...]) -> list[Statement]:
    """What stores the derived files in `folder` as those of that generation."""
    statements = list[Statement]()
    for name in names:
        if not (folder / name).is_file():
            continue
        raw = (folder / name).read_bytes()
        digest = digest_of(raw)
        if not ask("SELECT 1 FROM index_contents WHERE digest = :digest LIMIT 1", {"digest": digest}):
            statements += _parts(digest, zlib.compress(raw, _LEVEL))
        values = {"generation": generation, "name": name, "digest": digest}
        statements.append(("INSERT INTO index_files VALUES (:generation, :name, :digest)", values))
    return statements


def _parts(digest: str, packed: bytes) -> list[Statement]:
    return [
        (
            "INSERT INTO index_contents VALUES (:digest, :part, :content)",
            {"digest": digest, "part": number, "content": packed[start : start + _PART]},
        )
        for number, start in enumerate(range(0, len(packed), _PART))
    ]


def sweeping() -> list[Statement]:
    """What removes the derived files of generations that are not kept."""
    return [
        ("DELETE FROM index_files WHERE generation NOT IN (SELECT number FROM index_generations)", {}),
        ("DELETE FROM index_contents WHERE digest NOT IN (SELECT digest FROM index_files)", {}),
    ]
