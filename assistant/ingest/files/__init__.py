"""Sources on this machine into articles: one module for each kind of file.

`read(source)` gives, one by one, what it found: a `Loaded` article or a `Failure` with its reason. It never raises for
bad input, so that one bad file does not stop the rest. To read a further kind, write a module with a function like
`text.read_markdown` and name its endings in `registry.READERS`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
