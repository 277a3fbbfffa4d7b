"""The index: immutable generations of articles, chunks and vectors. Only this package knows the stores."""

from assistant.index.draft import Draft
from assistant.index.generation import Generation, Manifest
from assistant.index.library import Library

__all__ = ["Draft", "Generation", "Library", "Manifest"]
