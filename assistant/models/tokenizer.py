"""Counting tokens as the embedder does, without loading the model."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from assistant.text import packaged_model

TokenCounter = Callable[[Sequence[str]], list[int]]
CountTokens = Callable[[str], int]
"""Gives the number of tokens of one text."""


@lru_cache(maxsize=1)
def packaged_tokenizer() -> Any:
    """The tokenizer of all-MiniLM-L6-v2, which cuts nothing off and fills nothing up; it is not to be changed."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(packaged_model() / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


@lru_cache(maxsize=1)
def token_counter() -> TokenCounter:
    """A function from texts to their numbers of tokens for all-MiniLM-L6-v2, special tokens not counted."""
    tokenizer = packaged_tokenizer()

    def count(texts: Sequence[str]) -> list[int]:
        encoded = tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(encoding.ids) for encoding in encoded]

    return count
