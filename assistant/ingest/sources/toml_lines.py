"""The statements of a TOML file with their line numbers, which TOML parsers do not give."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

_LINE_END = re.compile(r"(?<=\n)")


@dataclass(frozen=True, slots=True)
class TomlStatement:
    """A header or a key-value pair on lines `first` to `last`, counted from 1.

    `table` is the first name of its table, and `keys` are the keys of that table that it sets, none for a header.
    `broken`: it does not end, or is not TOML.
    """

    first: int
    last: int
    table: str
    keys: tuple[str, ...] = ()
    broken: bool = False


def lines(text: str) -> list[str]:
    """The lines of a TOML file with their line ends; only the line ends of TOML split them."""
    return [line for line in _LINE_END.split(text) if line]


def statements(text: str) -> Iterator[TomlStatement]:
    """Each statement, without comments and blank lines, up to the first broken one."""
    header: tuple[str, tuple[str, ...]] | None = None
    first, statement = 1, ""
    for number, line in enumerate(lines(text), 1):
        first, statement = (first, statement + line) if statement else (number, line)
        try:
            values = tomllib.loads(statement)
        except (ValueError, RecursionError):  # it goes on in the next line, or is broken
            continue
        if values:
            ((table, value),) = values.items()
            keys = tuple(value) if isinstance(value, dict) else ()
            if statement.lstrip(" \t").startswith("["):
                header = table, keys
            elif header:
                table, keys = header[0], header[1] or tuple(values)
            yield TomlStatement(first, number, table, keys)
        statement = ""
    if statement:
        last = max(first, first + statement.count("\n") - 1)
        yield TomlStatement(first, last, header[0] if header else "", broken=True)
