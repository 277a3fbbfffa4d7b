"""From passages to evidence.

In: the passages that were found and the sub-questions. Out: their sentences ranked, the probability that they answer,
which to quote, and on what the sources differ. It does not search, and writes no answer.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
