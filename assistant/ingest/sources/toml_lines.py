"""Statements of a TOML file and the lines they stand on, which no parser of TOML tells. Pure."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_LINE_END = re.compile(r"(?<=\n)")


@dataclass(frozen=True, slots=True)
class TomlStatement:
    """A header, or a key with its value: lines `first` to `last`, counted from 1.

    `table` is the first name of the table it belongs to, and `keys` those in it that it gives a value to; a header has
    none. `broken`: it does not end, or is no TOML.
    """

    first: int
    last: int
    table: str
    keys: tuple[str, ...] = ()
    broken: bool = False


def lines(text: str) -> list[str]:
    """The lines of a TOML file with their ends; other line ends than those of TOML do not part them."""
    return [line for line in _LINE_END.split(text) if line]


def statements(text: str) -> Iterator[TomlStatement]:
    """Each statement; comments and empty lines belong to none. Ends at the first that is broken."""
    header: tuple[str, ...] = ()
    first, written = 1, ""
    for number, line in enumerate(lines(text), 1):
        first, written = (first, written + line) if written else (number, line)
        values = _parsed(written)
        if values is None:
            continue
        if values and written.lstrip(" \t").startswith("["):
            header = _path(values)
            yield TomlStatement(first, number, header[0], header[1:2])
        elif values:
            yield _given(first, number, header, values)
        written = ""
    if written:
        yield TomlStatement(first, max(first, first + written.count("\n") - 1), "".join(header[:1]), broken=True)


def _given(first: int, last: int, header: tuple[str, ...], values: dict[str, Any]) -> TomlStatement:
    if header:
        return TomlStatement(first, last, header[0], header[1:2] or tuple(values))
    ((table, value),) = values.items()
    return TomlStatement(first, last, table, tuple(value) if isinstance(value, dict) else ())


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        return None


def _path(values: dict[str, Any]) -> tuple[str, ...]:
    """The names in a header that stands alone."""
    names: list[str] = []
    inner: Any = values
    while isinstance(inner, dict) and inner:
        ((name, inner),) = inner.items()
        names.append(name)
    return tuple(names)
