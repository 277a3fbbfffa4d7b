"""The collections of who is not signed in, as the text that a browser stores, and back.

What comes back is not trusted: it is parsed into the same types as our own, within the same bounds.
"""

import base64
import zlib
from collections.abc import Sequence
from dataclasses import replace

from pydantic import TypeAdapter, ValidationError

from assistant import AssistantError, Collection, CollectionItem, Excerpt, PinnedAnswer, PinnedPassage
from assistant.maintenance import LONGEST_COLLECTION, LONGEST_NAME, LONGEST_NOTE, MOST_COLLECTIONS, MOST_ITEMS
from assistant.utils import name_line, once

from .browser_store import UnreadableError

LONGEST_STORED = LONGEST_COLLECTION  # characters of all collections; browsers store some 5 million of a site

_UNREADABLE = "your collections cannot be read any more; delete them"

_adapter = once(lambda: TypeAdapter(tuple[Collection, ...]))


def serialize_collections(collections: Sequence[Collection]) -> str:
    """`collections` as JSON. Raises AssistantError for more than a browser stores."""
    if len(collections) > MOST_COLLECTIONS:
        raise AssistantError(
            f"you have {MOST_COLLECTIONS} collections, the most that are kept; delete one that is done"
        )
    text = _adapter().dump_json(tuple(collections)).decode()
    if len(text) > LONGEST_STORED:
        raise AssistantError(
            f"your collections have {len(text):,} characters, a browser stores {LONGEST_STORED:,}; take something out"
        )
    return text


def deserialize_collections(text: str) -> tuple[Collection, ...]:
    """The collections that `serialize_collections` wrote; none for "". Raises UnreadableError for anything else."""
    if not text:
        return ()
    if len(text) > LONGEST_STORED:
        raise UnreadableError("these collections are too long to be opened")
    try:
        collections = _adapter().validate_json(text)
    except (ValidationError, ValueError, RecursionError):
        raise UnreadableError(_UNREADABLE) from None
    return tuple({each.id: each for each in map(_bounded, collections[:MOST_COLLECTIONS])}.values())


def unpacked(text: str) -> str:
    """What the page packed to send it: gzip in base64. Raises UnreadableError for anything else."""
    unzip = zlib.decompressobj(wbits=31)
    try:
        data = unzip.decompress(base64.b64decode(text, validate=True), LONGEST_STORED + 1) if text else b""
        if text and not unzip.eof:
            raise ValueError("cut off, or too long")
        return data.decode()
    except (ValueError, zlib.error):
        raise UnreadableError(_UNREADABLE) from None


def mark(content: PinnedAnswer | PinnedPassage) -> str:
    """What tells whether a collection has `content` already; static/window/shelf.js makes the same."""
    if isinstance(content, PinnedAnswer):
        return "\n".join(("answer", content.answer.question, content.answer.text))
    return "\n".join(("passage", content.citation.article_id, content.citation.quote))


def _bounded(collection: Collection) -> Collection:
    items = {item.id: item for item in map(_consistent, collection.items[:MOST_ITEMS])}
    name = name_line(collection.name, LONGEST_NAME) or "Without a name"
    return replace(collection, name=name, items=tuple(items.values()))


def _consistent(item: CollectionItem) -> CollectionItem:
    """`item` with an excerpt for each citation, as all other code expects, and a note that is not too long."""
    content = item.content
    if isinstance(content, PinnedAnswer):
        quotes = [citation.quote for citation in content.answer.citations]
        if [excerpt.quote for excerpt in content.excerpts] != quotes:
            content = replace(content, excerpts=tuple(Excerpt("", quote, "") for quote in quotes))
    elif content is not None and content.excerpt.quote != content.citation.quote:
        content = replace(content, excerpt=Excerpt("", content.citation.quote, ""))
    return replace(item, content=content, note=item.note[:LONGEST_NOTE])
