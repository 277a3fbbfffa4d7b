"""The list of sources as it was last read, kept in the index, so that a list that was deleted is not forgotten."""

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import SettingsError
from assistant.ingest.sources.edit import replace_file
from assistant.ingest.sources.file import check, read_text, shown_path
from assistant.ingest.sources.source import Source
from assistant.settings import Settings
from assistant.utils import counted

FILE = Path("index", "sources.toml")  # in the home


@dataclass(frozen=True, slots=True)
class RememberedList:
    """The list that was at `path` when it was last read, its `text` and its `sources`."""

    path: Path
    text: str
    sources: tuple[Source, ...]

    @property
    def gone_text(self) -> str:
        """That the list is gone, and what to do."""
        return (
            f"{shown_path(self.path)}: the list of sources is gone; {counted(len(self.sources), 'source')} "
            f"{'is' if len(self.sources) == 1 else 'are'} read as it last had them; "
            "to put it back, run: assistant sources restore; to list none, make an empty one"
        )


def remember(settings: Settings, path: Path) -> None:
    """Keep a copy of the list at `path`, whose first line is a comment that says where it was."""
    copy = f"# {json.dumps(str(path.absolute()))}\n{read_text(path)}"
    kept = settings.home.expanduser() / FILE
    with suppress(OSError, UnicodeDecodeError):
        if kept.read_bytes() == copy.encode():
            return
    replace_file(kept, copy)


def remembered(settings: Settings) -> RememberedList | None:
    """The list that the index remembers; None where there is none, or none that can be read, or an empty one."""
    try:
        first, _, text = read_text(settings.home.expanduser() / FILE).partition("\n")
        path = Path(json.loads(first.removeprefix("# ")))
    except (SettingsError, ValueError, TypeError, RecursionError):
        return None
    sources, problems = check(text, path)
    return RememberedList(path, text, tuple(sources)) if sources and not problems else None
