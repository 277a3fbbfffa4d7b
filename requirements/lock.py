"""The hashes of all packages of the default set: `make lock`, or `python -m requirements.lock [FOLDER]`.

`common.txt` has every package that an install without extras needs but PyTorch, in the version of `constraints.txt`,
with the hashes of all its files on the index, for every platform and Python. `default.txt` adds PyTorch's build for
the CPU, `gpu.txt` the one on the index, which on Linux asks for CUDA. CPU builds for Linux are not on that index: the
hashes of those in FOLDER are put in, and those that `default.txt` has of the same version stay. uv looks the files up.
"""

import hashlib
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from packaging.utils import canonicalize_name

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent
CONSTRAINTS = ROOT / "constraints.txt"
COMMON, DEFAULT, GPU = FOLDER / "common.txt", FOLDER / "default.txt", FOLDER / "gpu.txt"
TORCH = "torch"

_PINNED = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[^\s;]+)(?: ; (?P<marker>[^\\\n]+?))?(?: \\)?$", re.M)
_HASH = re.compile(r"--hash=(sha256:[0-9a-f]{64})(?!\S)")
_GPU = re.compile(r"(?:cuda|nvidia)-|triton$")
_NOT_HERE = "httpx2-jsfetch"  # for Python within a browser
_HEADS = {
    COMMON: """\
# Every package of an install without extras but PyTorch, with the hashes of its files. Written by `make lock`.
""",
    DEFAULT: """\
# Every package of an install without extras, with hashes; PyTorch for the CPU. Written by `make lock`.
#   pip install --require-hashes -r requirements/default.txt && pip install --no-deps .
-r common.txt
""",
    GPU: """\
# Every package of an install without extras, with hashes; PyTorch from the index, on Linux with CUDA, which takes
# several gigabytes. Written by `make lock`.
#   pip install --require-hashes -r requirements/gpu.txt && pip install --no-deps .
-r common.txt
""",
}


@dataclass(frozen=True, slots=True)
class Locked:
    """One package: its name as on the index, version, marker ("" for everywhere) and the "sha256:..." of its files."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]

    def __str__(self) -> str:
        marker = f" ; {self.marker}" if self.marker else ""
        return " \\\n    ".join([f"{self.name}=={self.version}{marker}", *(f"--hash={one}" for one in self.hashes)])


def locked(text: str) -> list[Locked]:
    """The packages of a requirements file with hashes, in its order."""
    starts = list(_PINNED.finditer(text))
    ends = [*(match.start() for match in starts[1:]), len(text)]
    return [
        Locked(match["name"], match["version"], match["marker"] or "", tuple(_HASH.findall(text, match.end(), end)))
        for match, end in zip(starts, ends, strict=False)
    ]


def pinned(text: str) -> dict[str, str]:
    """The versions of a constraints file, by the names as the index writes them."""
    pairs = (line.split("==") for line in text.splitlines() if "==" in line and not line.startswith("#"))
    return {canonicalize_name(name): version.strip() for name, version in pairs}


def unpinned(packages: Iterable[Locked], versions: Mapping[str, str]) -> Iterator[str]:
    """A line for each package that the constraints do not have in this version; 2.13.0+cpu is a build of 2.13.0."""
    for package in packages:
        if versions.get(package.name) != package.version.partition("+")[0]:
            yield f"{package.name}=={package.version}: constraints.txt has {versions.get(package.name, 'no version')}"


def cpu_builds(torch: Locked, folder: Path | None, before: Iterable[Locked]) -> list[Locked]:
    """`torch` for the CPU: on Linux what `folder` and the packages `before` have in its version, elsewhere `torch`.

    Raises SystemExit where neither has any.
    """
    version = f"{torch.version}+cpu"
    files = folder.glob(f"torch-{version}-*.whl") if folder else ()
    hashes = {f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}" for path in files}
    for package in before:
        hashes.update(package.hashes if (package.name, package.version) == (TORCH, version) else ())
    if not hashes:
        raise SystemExit(f"torch {version}: no hash is known of it; make lock CPU=FOLDER, with its wheels in FOLDER")
    linux = Locked(TORCH, version, "sys_platform == 'linux'", tuple(sorted(hashes)))
    return [linux, replace(torch, marker="sys_platform != 'linux'")]


def _looked_up() -> str:
    """What uv finds, for all platforms and Python 3.11 on. Raises SystemExit with its words where there is no way."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "--constraint", CONSTRAINTS.name),
            *("--universal", "--python-version", "3.11", "--generate-hashes"),
            *("--no-header", "--no-annotate", "--quiet", "--no-emit-package", _NOT_HERE),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"the packages cannot be looked up: {done.stderr.strip()}")
    return done.stdout


def main(folder: str | None = None) -> None:
    """Write the three files anew, or none."""
    packages = locked(_looked_up())
    wrong = list(unpinned(packages, pinned(CONSTRAINTS.read_text(encoding="utf-8"))))
    if wrong:
        raise SystemExit("\n".join(wrong))
    torch = next(package for package in packages if package.name == TORCH)
    cuda = [package for package in packages if _GPU.match(package.name)]
    before = locked(DEFAULT.read_text(encoding="utf-8")) if DEFAULT.exists() else []
    builds = cpu_builds(torch, Path(folder) if folder else None, before)
    common = [package for package in packages if package != torch and package not in cuda]
    for path, of_it in {COMMON: common, DEFAULT: builds, GPU: [torch, *cuda]}.items():
        path.write_text(_HEADS[path] + "".join(f"{package}\n" for package in of_it), encoding="utf-8")
        sys.stdout.write(f"{path.relative_to(ROOT)}: {len(of_it)} packages\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
