"""Chunking: splits an article into the passages that are embedded and searched."""

import hashlib

from assistant.articles import Article, Chunk, header
from assistant.models import TokenCounter, token_counter
from assistant.text import Span, halves, plain, split_sentences

LIMIT = 220  # tokens; with its header a chunk stays within the embedder's 256
SCHEME = f"sentences-{LIMIT}-2"  # changed when the same article would get other chunks
_MAX_SPAN = 6 * LIMIT  # characters, as an unbroken run counts as one token however long it is


def split(article: Article, count: TokenCounter | None = None) -> list[Chunk]:
    """The chunks of `article`, in order: whole sentences up to 220 tokens, one sentence of overlap.

    `count` gives the numbers of tokens of texts, by default those of all-MiniLM-L6-v2. A longer sentence is cut between
    words. Every sentence is in at least one chunk.
    """
    count = count or token_counter()
    spans = list(split_sentences(article.text))
    sized = list(zip(spans, count([article.text[a:b] for a, b in spans]), strict=True)) if spans else []
    fitting = [part for span, size in sized for part in _fit(article.text, span, size, count)]
    return [
        Chunk(article.id, group[0][0], group[-1][1], article.text[group[0][0] : group[-1][1]])
        for group in _groups(fitting)
    ]


def _fit(text: str, span: Span, size: int, count: TokenCounter) -> list[tuple[Span, int]]:
    fits = size <= LIMIT and span[1] - span[0] <= _MAX_SPAN
    parts = (span,) if fits else halves(text, span)
    if parts == (span,):
        return [(span, size)]
    sizes = count([text[a:b] for a, b in parts])
    return [fitted for part, size in zip(parts, sizes, strict=True) for fitted in _fit(text, part, size, count)]


def _groups(sized: list[tuple[Span, int]]) -> list[list[Span]]:
    groups: list[list[tuple[Span, int]]] = [[]]
    for item in sized:
        group = groups[-1]
        if group and sum(size for _, size in group) + item[1] > LIMIT:
            overlap = group[-1]
            # No overlap where it would leave no room for the next sentence.
            groups.append([overlap] if len(group) > 1 and overlap[1] + item[1] <= LIMIT else [])
        groups[-1].append(item)
    return [[span for span, _ in group] for group in groups if group]


def embedded_text(article: Article, chunk: Chunk) -> str:
    """The text of a chunk as embedded: its header line, then its text, without what models do not know."""
    return plain(f"{header(article)}\n{chunk.text}")


def content_name(embedded: str) -> str:
    """The hash of an embedded text, 32 hex digits; the same text has the same vector."""
    return hashlib.sha256(embedded.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def chunk_id(chunk: Chunk, content: str) -> str:
    """The id of a chunk in both stores, 32 hex digits, from its position and what was embedded."""
    basis = f"{chunk.article_id}:{chunk.start}:{chunk.end}:{content}"
    return hashlib.sha256(basis.encode("utf-8", "surrogatepass")).hexdigest()[:32]
