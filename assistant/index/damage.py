"""Damage to the files of a home: how it is told, and how a damaged file is set aside before it is replaced."""

from collections.abc import Iterator
from contextlib import contextmanager

from assistant.errors import AssistantError, DamagedError
from assistant.utils import one_line

CURE = "run: assistant check --repair"
_LONGEST = 160  # characters of a reason
_ENDS = (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError)


def reason_of(error: BaseException) -> str:
    """Why, in a few words: the system's own for a file that cannot be opened."""
    text = (error.strerror if isinstance(error, OSError) else None) or str(error).partition("\n")[0]
    return one_line(text or type(error).__name__, _LONGEST)


@contextmanager
def naming(name: str) -> Iterator[None]:
    """Raise DamagedError, which names the file, for whatever fails in the block.

    Panics of Chroma's library, which are no Exception, are among that.
    """
    try:
        yield
    except (*_ENDS, AssistantError):
        raise
    except BaseException as error:
        raise DamagedError(f"{name}: {reason_of(error)}") from error
