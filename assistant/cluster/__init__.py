"""Parsing files, embedding and finding names on the machines of a Ray cluster, for one refresh.

In: the bytes of files, texts and articles, in batches. Out: parsed articles, vectors and names, as they come. It knows
no generation, no lock and no source: what it gives is taken in by the one process that holds the lock. Ray itself is an
extra, and only a process of its own imports it.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
