"""Is a sentence supported by what it cites?

In: a sentence and the passages that were offered to who wrote it. Out: whether the passages support it, where, and if
not why not. It does not know who wrote the sentence.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
