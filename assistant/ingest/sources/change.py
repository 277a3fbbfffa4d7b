"""Changing a source in sources.toml: its keys, and whether it is read, with the rest of the file left as it is."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistant.errors import SettingsError
from assistant.ingest.sources.edit import listed_names, replace_file, resolve_location, unknown_name
from assistant.ingest.sources.file import check, problems_text, read_text, shown_path
from assistant.ingest.sources.source import KINDS, LOCAL, Source
from assistant.ingest.sources.toml_lines import TomlStatement, lines, statements


def edit(path: Path, name: str, keys: Mapping[str, Any]) -> Source:
    """Set `keys` of the source `name` in the file, and return the source; None, "" and an empty list take a key out.

    Raises SettingsError, and leaves the file as it was, for a name that is not listed and for a value that cannot be.
    """
    text = read_text(path)
    if name not in listed_names(path):
        raise SettingsError(f"{unknown_name(name, listed_names(path))} (in {shown_path(path)})")
    _, problems = check(text, path)
    if problems:
        raise SettingsError(f"nothing was changed: {problems_text(path, problems)}")
    edited = _edited(text, name, {key: _written(path, key, value) for key, value in keys.items()})
    sources, problems = check(edited, path)
    if problems:
        raise SettingsError(f"nothing was changed: {'; '.join(problem.text for problem in problems)}")
    if edited != text:
        replace_file(path, edited)
    return next(source for source in sources if source.name == name)


def _written(path: Path, key: str, value: Any) -> Any:
    """The value as the file has it, None for a key that goes."""
    if value in (None, "", [], ()):
        return None
    if isinstance(value, tuple):
        return list(value)
    if key not in KINDS or not isinstance(value, str):
        return value
    location, folder = resolve_location(value, key), path.resolve().parent
    if key in LOCAL and Path(location).is_relative_to(folder):  # so that both can move together
        return Path(location).relative_to(folder).as_posix()
    return location


def _edited(text: str, name: str, values: Mapping[str, Any]) -> str:
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    text = text.removeprefix(mark)
    for key, value in values.items():
        text = _with_key(text, name, key, value)
    return mark + text


def _with_key(text: str, name: str, key: str, value: Any) -> str:
    import tomlkit

    own = [statement for statement in statements(text) if statement.table == name]
    setting = next((statement for statement in own if key in statement.keys), None)
    if setting is None and value is None:
        return text
    # With a header each key has lines of its own; without one the table is written inline, or key by key.
    has_header = not own[0].keys
    if has_header and setting is None:
        return _with_line_after(text, own[-1].last, tomlkit.dumps({key: value}).strip())
    if has_header and setting is not None and value is None:
        return _without_lines(text, setting)
    document: Any = tomlkit.parse(text)
    if value is None:
        del document[name][key]
    else:
        document[name][key] = value
    return tomlkit.dumps(document)


def _with_line_after(text: str, number: int, line: str) -> str:
    end = "\r\n" if "\r\n" in text else "\n"
    parts = lines(text)
    if parts[number - 1].endswith("\n"):
        return "".join([*parts[:number], line + end, *parts[number:]])
    return "".join([*parts[:number], end + line, *parts[number:]])


def _without_lines(text: str, statement: TomlStatement) -> str:
    parts = lines(text)
    return "".join([*parts[: statement.first - 1], *parts[statement.last :]])
