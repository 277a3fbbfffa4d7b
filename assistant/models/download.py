"""Fetches a GGUF file from the Hugging Face hub, through its own client: resumed, with its hash checked."""

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import ModelError
from assistant.utils import one_line

if TYPE_CHECKING:
    from huggingface_hub.hf_api import RepoSibling

_PREFERRED = ("q4_k_m", "q4_k_s", "q4_0", "q5_k_m", "q8_0")
_BLOCK = 1 << 22


def pull_gguf(name: str, folder: Path) -> Path:
    """The file of `name`, put into `folder`: OWNER/NAME, OWNER/NAME:Q8_0 or OWNER/NAME/FILE.gguf.

    Of a repository with several files it is the one of four bits. A progress bar goes to standard error. Raises
    ModelError for a name that is not there, and for a file that is not what the hub says, which is removed.
    """
    from huggingface_hub import HfApi, hf_hub_download

    repository, wanted = _parsed(name)
    try:
        files = HfApi().model_info(repository, files_metadata=True).siblings or []
    except Exception as error:
        raise _failed(name, error) from None
    chosen = _chosen(name, [file for file in files if file.rfilename.lower().endswith(".gguf")], wanted)
    try:
        path = Path(hf_hub_download(repository, chosen.rfilename, local_dir=folder / repository))
    except Exception as error:
        raise _failed(name, error) from None
    expected = chosen.lfs.sha256 if chosen.lfs else None
    if expected and _sha256(path) != expected:
        path.unlink()
        raise ModelError(f"{name}: {chosen.rfilename} came damaged, so it was removed; pull it again")
    return path


def _failed(name: str, error: Exception) -> ModelError:
    """Why the hub does not give it; its client passes on whatever its transport, or the disk, raises."""
    status: int = getattr(getattr(error, "response", None), "status_code", 0)
    reason = _REASONS.get(status)
    if reason is None:
        told = f"answered {status}" if status else one_line(f"{type(error).__name__}: {error}", 160)
        reason = f"it cannot be fetched ({told}); look at the network and the disk, and try again"
    return ModelError(f"{name}: {reason}")


_REASONS = {
    401: "there is no such model, or it needs an account; look at the name, or set HF_TOKEN",
    403: "its owner must let you in first; ask for it on its page, and set HF_TOKEN",
    404: "there is no such model; look at the name",
}


def _parsed(name: str) -> tuple[str, str]:
    """The repository and what its file's name must have."""
    repository, _, wanted = name.partition(":")
    owner, *rest = repository.strip("/").split("/")
    if not owner or not rest or not all(rest):
        raise ModelError(f"{name!r} is no name of a model; write OWNER/NAME, as on the hub")
    return f"{owner}/{rest[0]}", wanted or "/".join(rest[1:])


def _chosen(name: str, files: "Sequence[RepoSibling]", wanted: str) -> "RepoSibling":
    # A part of a model by itself, and what turns pictures into tokens, write nothing.
    whole = [file for file in files if "-of-0" not in file.rfilename and "mmproj" not in file.rfilename.lower()]
    named = [file for file in whole if file.rfilename.lower() == wanted.lower()]
    bits = re.compile(rf"(?<![a-z0-9]){re.escape(wanted.lower())}(?=\.gguf|[-.])")
    fitting = named or [file for file in whole if not wanted or bits.search(file.rfilename.lower())]
    if not fitting:
        there = ", ".join(file.rfilename for file in whole[:8]) or "no GGUF file in one piece"
        raise ModelError(f"{name}: no file of that name; there is {there}")
    ranked = (file for size in _PREFERRED for file in fitting if size in file.rfilename.lower())
    return next(ranked, None) or min(fitting, key=lambda file: file.size or 0)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
