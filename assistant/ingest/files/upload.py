"""Articles of bytes or a text that somebody hands in, rather than of a source."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import PurePosixPath

from assistant.ingest.files.encodings import decode
from assistant.ingest.files.origin import Origin, Outcome
from assistant.ingest.files.registry import EXTENSIONS, parser_for
from assistant.ingest.files.sandbox import Sandbox
from assistant.ingest.items import Failure, ParseError
from assistant.utils import one_line

_MAX_NAME, _MAX_TITLE = 200, 150
_TEXTS = frozenset({".txt", ".md", ".markdown"})
_SENTENCE_ENDS = (".", "!", "?", ":", ";", ",")


def read_upload(data: bytes, name: str, sandbox: Sandbox, max_bytes: int) -> list[Outcome]:
    """The articles of a file with that name and its failures, as `read` gives those of a file on disk.

    The id of an article that has neither id nor address is by the bytes. A text without a title gets its first line.
    """
    name = one_line(PurePosixPath(name.replace("\\", "/")).name, _MAX_NAME) or "file"
    origin = Origin(name, name, f"upload:{hashlib.sha256(data).hexdigest()}")
    extension = PurePosixPath(name).suffix.lower()
    parser = parser_for(extension, sandbox)
    if parser is None:
        supported = ", ".join(EXTENSIONS)
        return [origin.failure(f"files ending in {extension or 'nothing'} cannot be read; {supported} can")]
    if len(data) > max_bytes:
        limit = f"the limit is {max_bytes / 1e6:.0f} MB (setting max_file_mb)"
        return [origin.failure(f"the file has {len(data) / 1e6:.0f} MB; {limit}")]
    outcomes = list(parser(data, origin))
    if extension in _TEXTS and _lacks_title(outcomes):
        try:
            titled = _with_title(decode(data))
        except ParseError:
            return outcomes
        return list(parser(titled.encode("utf-8", "replace"), origin))
    return outcomes


def read_pasted(text: str, sandbox: Sandbox, max_bytes: int) -> list[Outcome]:
    """The article of a text, with the fields of its front matter; else its first line is the title."""
    return read_upload(text.encode("utf-8", "replace"), "text.txt", sandbox, max_bytes)


def _lacks_title(outcomes: Sequence[Outcome]) -> bool:
    return len(outcomes) == 1 and isinstance(outcomes[0], Failure) and outcomes[0].reason.startswith("no title")


def _with_title(text: str) -> str:
    """The text with the front matter that says its title: its first line, which is also of the text if it must be."""
    text = text.replace("\r\n", "\n").strip()
    first, _, rest = text.partition("\n")
    is_heading = len(first) <= _MAX_TITLE and rest.strip() and not first.rstrip().endswith(_SENTENCE_ENDS)
    title = json.dumps(one_line(first, _MAX_TITLE), ensure_ascii=False)
    return f"---\ntitle: {title}\n---\n{rest.strip() if is_heading else text}\n"
