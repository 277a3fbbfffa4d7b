"""Sources into articles: one module for each kind of file.

`read(source)` gives, one by one, what it found: a `Loaded` article or a `Failure` with its reason. It
never raises for bad input, so that one bad file does not stop the rest. To read a further kind, write a
module with a function like `text.read` and name its endings in `READERS`.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from assistant.loading import records, text
from assistant.loading.fields import Failure, Loaded

__all__ = ["READERS", "Failure", "Loaded", "read", "source_name"]

Reader = Callable[[Path, str], Iterator[Loaded | Failure]]

READERS: dict[str, Reader] = {
    ".md": text.read_markdown,
    ".markdown": text.read_markdown,
    ".txt": text.read_text,
    ".json": records.read_json,
    ".jsonl": records.read_lines,
    ".ndjson": records.read_lines,
}


def source_name(source: str | Path) -> str:
    """The name a source is kept by: its absolute path."""
    return _decodable(Path(source).expanduser().resolve())


def read(source: str | Path, max_bytes: int = 100_000_000) -> Iterator[Loaded | Failure]:
    """Every article of `source`, a folder (with all below it) or a file, and every failure.

    Files over `max_bytes` are not read. In a folder, hidden files and those of other kinds are passed over.
    """
    root = Path(source).expanduser().resolve()
    if root.is_dir():
        yield from _read_folder(root, max_bytes)
    elif root.is_file():
        yield from _read_file(root, root.name, max_bytes)
    else:
        yield Failure("", str(source), "there is no such file or folder", whole=True)


def _read_folder(root: Path, max_bytes: int) -> Iterator[Loaded | Failure]:
    empty = True
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root)
        hidden = any(part.startswith(".") for part in name.parts)
        if hidden or path.suffix.lower() not in READERS or path.is_dir():
            continue
        empty = False
        if path.is_file():
            yield from _read_file(path, _decodable(name), max_bytes)
        else:
            yield Failure(_decodable(name), _decodable(name), "no file to be read: a broken link or a device")
    if empty:
        endings = ", ".join(sorted(READERS))
        yield Failure("", str(root), f"no article files in this folder (they end in {endings})", whole=True)


def _decodable(path: Path) -> str:
    """The path as text that can be stored, whatever bytes its name has."""
    return os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace")


def _read_file(path: Path, name: str, max_bytes: int) -> Iterator[Loaded | Failure]:
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        kinds = ", ".join(sorted(READERS))
        yield Failure(name, name, f"files ending in {path.suffix or 'nothing'} cannot be read; {kinds} can")
        return
    try:
        size = path.stat().st_size
        if size > max_bytes:
            limit = f"the limit is {max_bytes / 1e6:.0f} MB (setting max_file_mb)"
            yield Failure(name, name, f"the file has {size / 1e6:.0f} MB; {limit}")
            return
        yield from reader(path, name)
    except UnicodeDecodeError as error:
        yield Failure(name, name, f"not UTF-8 (byte {error.start}); save it as UTF-8")
    except OSError as error:
        yield Failure(name, name, f"cannot be read: {error.strerror or error}")
