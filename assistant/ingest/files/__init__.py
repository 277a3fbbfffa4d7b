"""Local files and folders to articles: one parser module per file format.

`read(source)` yields a `Loaded` article or a `Failure` with its reason for each. It never raises for bad input, so that
one bad file does not stop the rest. `registry` says how to add a format.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
