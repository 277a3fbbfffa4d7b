"""The index: immutable generations of articles, chunks and vectors. Only this package knows the stores."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
