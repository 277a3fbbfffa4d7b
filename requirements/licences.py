"""The licences of all packages that are installed here: `make licences`, or `python -m requirements.licences`.

Each must be made of those that `licences.toml` allows, or be one of its exceptions, each of which has a reason.
"""

import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import Distribution, distributions
from pathlib import Path

from license_expression import ExpressionError, Licensing, get_spdx_licensing
from packaging.utils import canonicalize_name

RULES = Path(__file__).with_name("licences.toml")
NONE = "none"


@dataclass(frozen=True, slots=True)
class Rules:
    """What `licences.toml` says; `exceptions` has the licence of each package that is one."""

    allowed: frozenset[str]
    spellings: Mapping[str, str]
    exceptions: Mapping[str, str]


def rules(text: str) -> Rules:
    """The rules of a TOML text. Raises SystemExit for an exception without a licence or a reason."""
    read = tomllib.loads(text)
    for name, exception in read["exceptions"].items():
        if not exception.get("licence") or not exception.get("reason"):
            raise SystemExit(f"{RULES.name}: the exception {name} needs a licence and a reason")
    exceptions: dict[str, str] = {
        canonicalize_name(name): exception["licence"] for name, exception in read["exceptions"].items()
    }
    return Rules(frozenset(read["allowed"]), read["spellings"], exceptions)


def refused(packages: Iterable[Distribution], by: Rules) -> Iterator[str]:
    """A line for each package that may not be used, with its licence."""
    for package in packages:
        licence = licence_of(package, by.spellings)
        excepted = by.exceptions.get(canonicalize_name(package.name)) == licence
        if not excepted and not is_allowed(licence, by.allowed):
            yield f"{package.name} {package.version}: {licence}"


def licence_of(package: Distribution, spellings: Mapping[str, str]) -> str:
    """Its SPDX expression, else what its field "License" says in a line, else its classifiers, all of them.

    A field that has the whole text counts where nothing else says it, by its first line. "none" where there is nothing.
    """
    metadata = package.metadata
    if expressions := metadata.get_all("License-Expression"):
        return str(expressions[0])
    field = str(next(iter(metadata.get_all("License") or ()), "")).strip()
    first = field.partition("\n")[0].strip()
    if field == first and field not in ("", "UNKNOWN"):
        stated = [field]
    else:
        classifiers = metadata.get_all("Classifier") or ()
        stated = [line.split(" :: ")[-1] for line in classifiers if line.startswith("License :: ")] or [first]
    return " AND ".join(spellings.get(name.lower(), name) for name in stated if name) or NONE


def is_allowed(licence: str, allowed: frozenset[str]) -> bool:
    """Whether an SPDX expression can be met with these licences; False for what is none."""
    spdx = _spdx()
    try:
        parsed = spdx.parse(licence, validate=True)
    except ExpressionError:
        return False
    met = {one: spdx.TRUE if one.render() in allowed else spdx.FALSE for one in parsed.symbols}
    return bool(parsed.subs(met).simplify() == spdx.TRUE)


@cache
def _spdx() -> Licensing:
    return get_spdx_licensing()


def main() -> None:
    """Name what may not be used and end with exit code 1, or say how many packages there are."""
    packages = list({package.name: package for package in distributions()}.values())
    lines = sorted(refused(packages, rules(RULES.read_text(encoding="utf-8"))))
    if lines:
        raise SystemExit("\n".join(f"{line}: not allowed by requirements/{RULES.name}" for line in lines))
    sys.stdout.write(f"{len(packages)} packages, all under licences of requirements/{RULES.name}\n")


if __name__ == "__main__":
    main()
