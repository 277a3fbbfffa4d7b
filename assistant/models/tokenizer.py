"""Counting tokens as the embedder does, without loading the model."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

from assistant.text import packaged_model

TokenCounter = Callable[[Sequence[str]], list[int]]
CountTokens = Callable[[str], int]
"""Gives the number of tokens of one text."""


@lru_cache(maxsize=4)
def token_counter(tokenizer_file: Path | None = None) -> TokenCounter:
    """A function from texts to their numbers of tokens, special tokens not counted.

    Without a file it counts as the default embedder, all-MiniLM-L6-v2, does.
    """
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(tokenizer_file or packaged_model() / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()

    def count(texts: Sequence[str]) -> list[int]:
        encoded = tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(encoding.ids) for encoding in encoded]

    return count
