"""REST: what programs that are not Python ask and read, as JSON under /api/v1.

In: requests of readers and maintainers. Out: the public dataclasses as they are, field by field, or a problem.
What a method of `Assistant` gives is what its route responds with.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
