from .checker import Checker as Checker
from .claims import find_claims as find_claims
from .entailment import Entails as Entails
from .entailment import open_nli as open_nli
from .quotations import normal as normal

__all__: list[str]
