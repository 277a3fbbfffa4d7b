"""What a hostile file can make a parser do. Run only in the sandbox."""

import ctypes
import os
import sys
import time


def double(number: int) -> int:
    return 2 * number


def process() -> int:
    return os.getpid()


def hang() -> None:
    while True:
        time.sleep(1)


def spin() -> None:
    while True:
        pass


def hoard() -> int:
    return len([bytearray(50_000_000) for _ in range(100)])


def take_less() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (990 << 20, 990 << 20))


def crash() -> None:
    ctypes.string_at(0)


def leave() -> None:
    os._exit(0)


def fail() -> None:
    raise ValueError("line one\nline two \x1b[31m" + "x" * 1000)


def chatter() -> str:
    print("noise", flush=True)  # noqa: T201
    print("noise", file=sys.stderr, flush=True)  # noqa: T201
    os.write(1, b"noise")
    return "said"
