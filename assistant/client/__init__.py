"""A client for programs: what `Assistant` does, done by a server elsewhere.

In: the address of a server and a token. Out: the same values and errors as those of `Assistant`. It reads no index and
loads no model.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
