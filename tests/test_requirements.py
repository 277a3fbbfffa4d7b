"""Every package of an install is pinned by its hashes, and under a licence that the project may use."""

import hashlib
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from requirements import lock
from requirements.lock import Locked
from tests.support import ROOT

FILES = {path: lock.locked(path.read_text(encoding="utf-8")) for path in (lock.COMMON, lock.DEFAULT, lock.GPU)}
PINNED = lock.pinned(lock.CONSTRAINTS.read_text(encoding="utf-8"))
HASHES = st.integers(0, 2**256 - 1).map(lambda number: f"sha256:{number:064x}")


def needed() -> dict[str, str]:
    """What an install without extras has on this machine, by the metadata of what is installed: names and versions."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    left, found = [Requirement(line) for line in project["dependencies"]], dict[tuple[str, str], str]()
    while left:
        requirement = left.pop()
        for extra in {"", *requirement.extras}:
            key = canonicalize_name(requirement.name), extra
            if key not in found:
                package = distribution(requirement.name)
                found[key] = package.version.partition("+")[0]
                of_it = map(Requirement, package.requires or ())
                left += [one for one in of_it if one.marker is None or one.marker.evaluate({"extra": extra})]
    return {name: version for (name, _), version in found.items()}


@pytest.mark.parametrize("path", [lock.DEFAULT, lock.GPU], ids=lambda path: path.name)
def test_every_package_of_an_install_has_its_hashes(path: Path) -> None:
    packages = [*FILES[lock.COMMON], *FILES[path]]
    missing = set(needed()) - {package.name for package in packages}
    assert not missing, f"run make lock: {missing}"
    assert all(package.hashes for package in packages)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_hashes_are_of_the_versions_that_are_pinned(path: Path) -> None:
    assert list(lock.unpinned(FILES[path], PINNED)) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nothing_else_stands_in_the_files(path: Path) -> None:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    included = [] if path == lock.COMMON else ["-r common.txt"]
    assert included + "\n".join(map(str, FILES[path])).splitlines() == lines


def test_an_install_brings_no_cuda() -> None:
    names = [package.name for path in (lock.COMMON, lock.DEFAULT) for package in FILES[path]]
    assert not [name for name in names if re.match(r"(?:nvidia|cuda)-|triton", name)]


def test_another_version_is_told_in_a_line() -> None:
    package = Locked("click", "8.5.1", "", ())
    assert list(lock.unpinned([package], {"click": "8.5.0"})) == ["click==8.5.1: constraints.txt has 8.5.0"]
    assert list(lock.unpinned([package], {})) == ["click==8.5.1: constraints.txt has no version"]


PACKAGES = st.builds(
    Locked,
    st.from_regex(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", fullmatch=True),
    st.from_regex(r"[0-9]+(\.[0-9]+){0,3}(rc1|\.post1)?", fullmatch=True),
    st.sampled_from(["", "sys_platform == 'linux'", "python_full_version < '3.15' and os_name == 'nt'"]),
    st.lists(HASHES, max_size=4).map(tuple),
)


@given(st.lists(PACKAGES, unique_by=lambda package: package.name))
def test_packages_are_read_as_they_were_written(packages: list[Locked]) -> None:
    text = "# a head\n" + "".join(f"{package}\n" for package in packages)
    assert lock.locked(text) == packages


def test_hashes_of_cpu_builds_are_those_of_the_files_and_stay(tmp_path: Path) -> None:
    torch = Locked("torch", "2.13.0", "", ("sha256:" + "0" * 64,))
    (tmp_path / "torch-2.13.0+cpu-cp311-cp311-manylinux_2_28_x86_64.whl").write_bytes(b"a build")
    (tmp_path / "torch-2.12.0+cpu-cp311-cp311-manylinux_2_28_x86_64.whl").write_bytes(b"an older build")
    builds = lock.cpu_builds(torch, tmp_path, [])
    digest = hashlib.sha256(b"a build").hexdigest()
    assert builds[0] == Locked("torch", "2.13.0+cpu", "sys_platform == 'linux'", (f"sha256:{digest}",))
    assert builds[1] == Locked("torch", "2.13.0", "sys_platform != 'linux'", torch.hashes)
    assert lock.cpu_builds(torch, None, builds) == builds
    newer = Locked("torch", "2.14.0", "", torch.hashes)
    with pytest.raises(SystemExit, match=r"torch 2\.14\.0\+cpu: no hash is known of it; make lock CPU=FOLDER"):
        lock.cpu_builds(newer, None, builds)


def installed_with(metadata: Mapping[str, str], folder: Path) -> Distribution:
    """A package whose metadata have these lines."""
    folder = folder / "thing-1.0.dist-info"
    folder.mkdir()
    lines = {"Metadata-Version": "2.4", "Name": "thing", "Version": "1.0", **metadata}
    (folder / "METADATA").write_text("".join(f"{name}: {value}\n" for name, value in lines.items()))
    return Distribution.at(folder)


MIT = "License :: OSI Approved :: MIT License"


@pytest.mark.parametrize(
    ("metadata", "line"),
    [
        ({"License-Expression": "MIT"}, None),
        ({"License-Expression": "GPL-3.0-only OR MIT"}, None),
        ({"License-Expression": "Apache-2.0 WITH LLVM-exception AND (BSD-2-Clause OR GPL-2.0-only)"}, None),
        ({"License": "Apache 2.0"}, None),
        ({"License": "UNKNOWN", "Classifier": MIT}, None),
        ({"License": "MIT License\n        Permission is hereby granted"}, None),
        ({"License-Expression": "GPL-3.0-only", "Classifier": MIT}, "thing 1.0: GPL-3.0-only"),
        ({"License-Expression": "MIT AND AGPL-3.0-or-later"}, "thing 1.0: MIT AND AGPL-3.0-or-later"),
        ({"Classifier": "License :: Other/Proprietary License"}, "thing 1.0: Other/Proprietary License"),
        ({"License": "do what you like"}, "thing 1.0: do what you like"),
        ({}, "thing 1.0: none"),
    ],
)
def test_only_licences_on_the_list_may_be_used(metadata: Mapping[str, str], line: str | None, tmp_path: Path) -> None:
    licences = pytest.importorskip("requirements.licences", reason="the extra release is not installed")
    by = licences.rules(licences.RULES.read_text(encoding="utf-8"))
    assert list(licences.refused([installed_with(metadata, tmp_path)], by)) == ([line] if line else [])


def test_an_exception_is_for_one_package_and_one_licence_and_has_a_reason(tmp_path: Path) -> None:
    licences = pytest.importorskip("requirements.licences", reason="the extra release is not installed")
    package = installed_with({"License-Expression": "MPL-2.0"}, tmp_path)
    text = "allowed = []\n[spellings]\n[exceptions.Thing]\nlicence = '{}'\nreason = '{}'\n"
    assert list(licences.refused([package], licences.rules(text.format("MPL-2.0", "as it is")))) == []
    assert list(licences.refused([package], licences.rules(text.format("MIT", "as it is")))) == ["thing 1.0: MPL-2.0"]
    with pytest.raises(SystemExit, match=r"the exception Thing needs a licence and a reason"):
        licences.rules(text.format("MPL-2.0", ""))


def test_a_package_that_may_not_be_used_ends_the_check_with_a_line(tmp_path: Path) -> None:
    pytest.importorskip("requirements.licences", reason="the extra release is not installed")
    installed_with({"License-Expression": "GPL-3.0-only"}, tmp_path)
    script = f"import sys; sys.path.append({str(tmp_path)!r}); from requirements.licences import main; main()"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert "thing 1.0: GPL-3.0-only: not allowed by requirements/licences.toml" in done.stderr.splitlines()
