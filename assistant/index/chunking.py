"""Chunks: the pieces of an article that are embedded and searched."""

import hashlib

from assistant.articles import Article, Chunk, header
from assistant.models.tokenizer import TokenCounter, token_counter
from assistant.text.sentences import Span, halves, sentences

LIMIT = 220  # tokens; with its header a chunk stays within the embedder's 256
SCHEME = f"sentences-{LIMIT}-1"  # changes when the same article would give other chunks
_LONGEST_PIECE = 6 * LIMIT  # characters: an unbroken run counts as one token however long it is


def split(article: Article, count: TokenCounter | None = None) -> list[Chunk]:
    """The chunks of `article`, in order: whole sentences up to 220 tokens, one sentence of overlap.

    `count` gives the numbers of tokens of several texts, by default as all-MiniLM-L6-v2 counts. A
    sentence that alone is longer is cut between words. Every sentence is in at least one chunk.
    """
    count = count or token_counter()
    spans = list(sentences(article.text))
    sized = list(zip(spans, count([article.text[a:b] for a, b in spans]), strict=True)) if spans else []
    fitting = [piece for span, size in sized for piece in _fit(article.text, span, size, count)]
    return [
        Chunk(article.id, group[0][0], group[-1][1], article.text[group[0][0] : group[-1][1]])
        for group in _groups(fitting)
    ]


def _fit(text: str, span: Span, size: int, count: TokenCounter) -> list[tuple[Span, int]]:
    if size <= LIMIT and span[1] - span[0] <= _LONGEST_PIECE:
        return [(span, size)]
    pieces = halves(text, span)
    if len(pieces) < 2 and pieces == (span,):
        return [(span, size)]
    sizes = count([text[a:b] for a, b in pieces])
    return [part for piece, size in zip(pieces, sizes, strict=True) for part in _fit(text, piece, size, count)]


def _groups(sized: list[tuple[Span, int]]) -> list[list[Span]]:
    groups: list[list[Span]] = []
    group: list[tuple[Span, int]] = []
    for item in sized:
        if group and sum(size for _, size in group) + item[1] > LIMIT:
            groups.append([span for span, _ in group])
            overlap = group[-1]
            # The overlap is left out where it would leave no room for the sentence that comes next.
            group = [overlap] if len(group) > 1 and overlap[1] + item[1] <= LIMIT else []
        group.append(item)
    if group:
        groups.append([span for span, _ in group])
    return groups


def embedded_text(article: Article, chunk: Chunk) -> str:
    """What the embedder is given for a chunk: its header line, then its text."""
    return f"{header(article)}\n{chunk.text}"


def content_name(embedded: str) -> str:
    """The name of an embedded text by its content (hex): the same text has the same vector."""
    return hashlib.sha256(embedded.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def chunk_id(chunk: Chunk, content: str) -> str:
    """The name of a chunk in both stores (32 hex digits), by where it is and what was embedded."""
    basis = f"{chunk.article_id}:{chunk.start}:{chunk.end}:{content}"
    return hashlib.sha256(basis.encode("utf-8", "surrogatepass")).hexdigest()[:32]
