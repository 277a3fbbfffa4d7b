"""The pages that the program prints itself: `make reference`, or `python -m docs.generate`.

`cli.md` has what `--help` prints for every command, `settings.md` a table of the fields of `Settings`. Only what stands
between the two marks of a page is replaced. A test says whether the pages are what the program prints today.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
from click.testing import CliRunner
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from assistant.cli.main import main as assistant
from assistant.settings import Settings

DOCS = Path(__file__).parent
BEGIN, END = "<!-- printed by the program: begin -->", "<!-- printed by the program: end -->"

# What a default is that depends on who runs the program.
_OWN_DEFAULTS = {"home": "the user's data folder", "cache": "the user's cache folder"}


def commands() -> str:
    """What `--help` prints for each command, under a heading of its own."""
    return "\n".join(f"## {name}\n\n```text\n{_help(name)}```\n" for name in command_names())


def command_names() -> list[str]:
    """Every command as it is typed: "assistant", "assistant ask", "assistant sources add"."""
    return list(_names(assistant, "assistant"))


def _names(command: click.Command, name: str) -> Iterator[str]:
    yield name
    if isinstance(command, click.Group):
        context = click.Context(command)
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            if found is not None and not found.hidden:
                yield from _names(found, f"{name} {below}")


def _help(name: str) -> str:
    result = CliRunner().invoke(assistant, [*name.split()[1:], "--help"], prog_name="assistant")
    if result.exit_code:
        raise SystemExit(f"{name} --help: exit code {result.exit_code}; {result.output}")
    return result.output


def settings() -> str:
    """A table with a row for each setting."""
    rows = [f"| `{name}` | {_default(name, field)} | {field.description} |" for name, field in _fields()]
    return "\n".join(["| name | default | what it is |", "|---|---|---|", *rows, ""])


def _fields() -> Iterator[tuple[str, FieldInfo]]:
    for name, field in Settings.model_fields.items():
        if not field.description or "|" in field.description:
            raise SystemExit(f"setting {name}: it needs a description without | in it; give its Field one")
        yield name, field


def _default(name: str, field: FieldInfo) -> str:
    if name in _OWN_DEFAULTS:
        return _OWN_DEFAULTS[name]
    if field.default is None or field.default == ():
        return "none"
    if isinstance(field.default, SecretStr):  # one that is no secret
        return f"`{field.default.get_secret_value()}`"
    if isinstance(field.default, tuple):
        return f"`{','.join(field.default)}`"
    if isinstance(field.default, bool):
        return str(field.default).lower()
    return f"`{field.default:g}`" if isinstance(field.default, float) else f"`{field.default}`"


PAGES: dict[str, Callable[[], str]] = {"cli.md": commands, "settings.md": settings}


def renewed(page: str, text: str) -> str:
    """The text of `page` with what the program prints today between its marks."""
    before, begun, rest = text.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not begun or not ended:
        raise SystemExit(f"docs/{page}: the lines {BEGIN} and {END} are missing; put them back")
    return f"{before}{BEGIN}\n\n{PAGES[page]()}\n{END}{after}"


def main() -> None:
    """Bring every page up to date."""
    for page in PAGES:
        path = DOCS / page
        text = path.read_text(encoding="utf-8")
        now = renewed(page, text)
        path.write_text(now, encoding="utf-8")
        sys.stdout.write(f"docs/{page}: {'renewed' if now != text else 'up to date'}\n")


if __name__ == "__main__":
    main()
