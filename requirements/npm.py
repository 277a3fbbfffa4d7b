"""Packages of npm that files of the window are copied from, each in one version and checked by its hash."""

import base64
import hashlib
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Package:
    """A package; `sha512` is that of its archive, in base64 as npm writes it."""

    name: str
    version: str
    sha512: str

    def unpacked(self, folder: Path) -> Path:
        """The package's files, fetched by npm into `folder`. Raises SystemExit where the archive is another one."""
        command = ["npm", "pack", "--silent", f"{self.name}@{self.version}"]
        printed = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout
        archive = folder / printed.split()[-1]
        found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if found != self.sha512:
            raise SystemExit(f"{self.name} {self.version}: its sha512 is {found}, not {self.sha512}; see what changed")
        target = folder / archive.stem
        with tarfile.open(archive) as files:
            files.extractall(target, filter="data")
        return target / "package"
