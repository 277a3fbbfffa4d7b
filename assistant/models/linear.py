"""Linear models as readable files: a coefficient for each feature, written by `make fit`."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent / "weights"


@dataclass(frozen=True, slots=True)
class Linear:
    """A weighted sum of features."""

    coefficients: Mapping[str, float]
    intercept: float = 0.0

    def total(self, features: Mapping[str, float]) -> float:
        """The sum: for a logistic regression the logarithm of the odds."""
        return self.intercept + sum(weight * features[name] for name, weight in self.coefficients.items())

    def probability(self, features: Mapping[str, float]) -> float:
        """The probability of a logistic regression, 0 to 1."""
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, self.total(features)))))


@lru_cache(maxsize=8)
def load(name: str) -> Linear:
    """The model in the file `name` of `weights`."""
    values = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return Linear(values["coefficients"], values.get("intercept", 0.0))
