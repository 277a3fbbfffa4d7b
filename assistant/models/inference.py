"""Models that OpenVINO runs: compiled for this processor once, kept in the cache and opened from there."""

import hashlib
import json
import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import numpy as np

from assistant.utils import private_folder

log = logging.getLogger(__name__)

FOLDER = "compiled"
_DIGEST = 32  # bytes at the end of a file, the SHA-256 of the rest
_UNUSED = 30 * 24 * 3600  # seconds after which what was compiled for another version or processor is removed


def import_openvino() -> Any:
    """OpenVINO without its telemetry, which reports every import to its makers, and without its converter of models."""
    for left_out in ("openvino_telemetry", "openvino.tools.ovc"):
        sys.modules.setdefault(left_out, None)  # type: ignore[arg-type]
    import openvino

    return openvino


def inference_queue(
    build: Callable[[], Any],
    group: int,
    *,
    cache: Path | None = None,
    name: str = "",
    check: Callable[[Any], object] = bool,
) -> Any:
    """The queue of OpenVINO that runs a model of 8-bit weights on all cores, a text on each.

    So many numbers of a layer's input have one scale: more are faster, and a little less exact. With a `cache` what was
    compiled is kept there; `name` tells the weights from others. Where nothing is, `build` gives the model, and what is
    compiled of it is given to `check`; both raise what they like where that is not as it should be.
    """
    openvino = import_openvino()
    core = openvino.Core()
    hints = {
        "PERFORMANCE_HINT": "THROUGHPUT",
        "INFERENCE_PRECISION_HINT": "f32",  # the faster bf16 is emulated, 30 times slower, on older CPUs
        "DYNAMIC_QUANTIZATION_GROUP_SIZE": str(group),
    }
    kept = cache / FOLDER / f"{name}-{_key(openvino, core, hints)}.blob" if cache else None
    if kept and (opened := _opened(openvino, core, kept, hints)):
        queue = openvino.AsyncInferQueue(opened[0])
        queue.weights = opened[1]  # which the model reads in their place, as long as it is there
        return queue
    compiled = core.compile_model(build(), "CPU", hints)
    check(compiled)
    if kept:
        with suppress(OSError):  # a cache that cannot be written to costs a part of a second at each start
            _keep(compiled.export_model().getvalue(), kept)
    return openvino.AsyncInferQueue(compiled)


def is_kept(cache: Path, name: str) -> bool:
    """Whether the `cache` has something that was compiled of the model of this name, on whatever processor."""
    return any((cache / FOLDER).glob(f"{name}-*.blob"))


def _key(openvino: Any, core: Any, hints: dict[str, str]) -> str:
    """What tells apart what was compiled by another version, for another processor or with other hints."""
    processor = [core.get_property("CPU", name) for name in ("FULL_DEVICE_NAME", "OPTIMIZATION_CAPABILITIES")]
    parts = json.dumps([openvino.get_version(), *processor, hints, os.cpu_count()], default=str)
    return hashlib.sha256(parts.encode()).hexdigest()[:16]


def _opened(openvino: Any, core: Any, kept: Path, hints: dict[str, str]) -> tuple[Any, Any] | None:
    """The model in a file, and what it has to hold on to; None for one that is not there, not whole or of no use."""
    try:
        data = np.memmap(kept, np.uint8, "c")
        if hashlib.sha256(memoryview(cast(Any, data))[:-_DIGEST]).digest() != data[-_DIGEST:].tobytes():
            raise ValueError("it is damaged")
        weights = openvino.Tensor(data[:-_DIGEST], shared_memory=True)
        return core.import_model(weights, "CPU", hints), (weights, data)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RuntimeError) as error:
        log.info("%s is compiled again (%s)", kept.name, error)
        return None


def _keep(data: bytes, kept: Path) -> None:
    """Keep what was compiled, whole or not at all, and remove what is long unused."""
    private_folder(kept.parent)
    with tempfile.NamedTemporaryFile(dir=kept.parent, delete=False) as file:
        try:
            file.write(data)
            file.write(hashlib.sha256(data).digest())
            file.close()
            Path(file.name).replace(kept)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    for path in kept.parent.iterdir():
        if path != kept and path.stat().st_mtime < time.time() - _UNUSED:
            path.unlink(missing_ok=True)
