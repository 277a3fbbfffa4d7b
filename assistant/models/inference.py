"""Models that OpenVINO runs: compiled for this processor once, kept in the cache and opened from there."""

import hashlib
import json
import logging
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from assistant.utils import private_folder

log = logging.getLogger(__name__)

Array = NDArray[Any]
Key = TypeVar("Key")
Item = TypeVar("Item")
FOLDER = "compiled"
_DIGEST = 32  # bytes at the end of a file, the SHA-256 of the rest
_UNUSED = 30 * 24 * 3600  # seconds after which what was compiled for another version or processor is removed


def import_openvino() -> Any:
    """OpenVINO without its telemetry, which reports every import to its makers, and without its converter of models."""
    for left_out in ("openvino_telemetry", "openvino.tools.ovc"):
        sys.modules.setdefault(left_out, None)  # type: ignore[arg-type]
    import openvino

    return openvino


class Inference:
    """A model in use: every core runs an input of its own. May be used from several threads, one at a time.

    `held` is what the model reads its weights from, and has to be there as long as it is.
    """

    def __init__(self, compiled: Any, held: object = None) -> None:
        self._tensor = import_openvino().Tensor
        streams = compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS")
        self._requests = [compiled.create_infer_request() for _ in range(streams)]
        self._threads = ThreadPoolExecutor(max(1, streams - 1), "inference")
        self._using = threading.Lock()
        self._held = held

    def run(self, inputs: Iterable[tuple[Key, Sequence[Array]]], take: Callable[[Key, list[Array]], object]) -> None:
        """Run each of `inputs`, and give `take` its key with what the model gives, in any order.

        Those arrays are the model's own, and others when `take` is done with them. The calling thread is one of those
        that run them; OpenVINO's own queue, which it only feeds, takes a fifth longer for short texts.
        """
        with self._using:
            waiting = _Shared(inputs)
            others = [self._threads.submit(self._run, request, waiting, take) for request in self._requests[1:]]
            try:
                self._run(self._requests[0], waiting, take)
            finally:
                waiting.stop()
                wait(others)
            for other in others:
                other.result()

    def _run(self, request: Any, waiting: Iterable[tuple[Key, Sequence[Array]]], take: Callable[..., object]) -> None:
        for key, arrays in waiting:
            for number, array in enumerate(arrays):
                request.set_input_tensor(number, self._tensor(array, shared_memory=True))
            request.start_async()
            request.wait()
            take(key, [tensor.data for tensor in request.output_tensors])


class _Shared(Iterator[Item]):
    """What several threads take in turn, each thing by one of them, until one says stop."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._items = iter(items)
        self._taking = threading.Lock()

    def __next__(self) -> Item:
        with self._taking:
            return next(self._items)

    def stop(self) -> None:
        with self._taking:
            self._items = iter(())


def open_model(
    build: Callable[[], Any],
    group: int,
    *,
    cache: Path | None = None,
    name: str = "",
    check: Callable[[Inference], object] = bool,
) -> Inference:
    """A model of 8-bit weights, compiled for this processor.

    So many numbers of a layer's input have one scale: more are faster, and a little less exact. With a `cache` what was
    compiled is kept there; `name` tells the weights from others. Where nothing is, `build` gives the model, and `check`
    gets what is compiled of it; both raise what they like where that is not as it should be.
    """
    openvino = import_openvino()
    core = openvino.Core()
    hints = {
        "PERFORMANCE_HINT": "THROUGHPUT",
        # bf16 is a sixth faster for the reader, but 30 times slower where it has to be emulated, and log odds of other
        # processors would differ by 0.02, which of 271 questions answered or refused eight otherwise.
        "INFERENCE_PRECISION_HINT": "f32",
        "DYNAMIC_QUANTIZATION_GROUP_SIZE": str(group),
    }
    kept = cache / FOLDER / f"{name}-{_key(openvino, core, hints)}.blob" if cache else None
    if kept and (opened := _opened(openvino, core, kept, hints)):
        return opened
    compiled = core.compile_model(build(), "CPU", hints)
    inference = Inference(compiled)
    check(inference)
    if kept:
        with suppress(OSError):  # a cache that cannot be written to costs a part of a second at each start
            _keep(compiled.export_model().getvalue(), kept)
    return inference


def is_kept(cache: Path, name: str) -> bool:
    """Whether the `cache` has something that was compiled of the model of this name, on whatever processor."""
    return any((cache / FOLDER).glob(f"{name}-*.blob"))


def _key(openvino: Any, core: Any, hints: dict[str, str]) -> str:
    """What tells apart what was compiled by another version, for another processor or with other hints."""
    processor = [core.get_property("CPU", name) for name in ("FULL_DEVICE_NAME", "OPTIMIZATION_CAPABILITIES")]
    parts = json.dumps([openvino.get_version(), *processor, hints, os.cpu_count()], default=str)
    return hashlib.sha256(parts.encode()).hexdigest()[:16]


def _opened(openvino: Any, core: Any, kept: Path, hints: dict[str, str]) -> Inference | None:
    """The model in a file; None for one that is not there, not whole or of no use."""
    try:
        data = np.memmap(kept, np.uint8, "c")
        if hashlib.sha256(memoryview(cast(Any, data))[:-_DIGEST]).digest() != data[-_DIGEST:].tobytes():
            raise ValueError("it is damaged")
        weights = openvino.Tensor(data[:-_DIGEST], shared_memory=True)
        return Inference(core.import_model(weights, "CPU", hints), (weights, data))
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
