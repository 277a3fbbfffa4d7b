"""The server: for programs and people, over HTTP; one process with the window in it.

In: an assistant and who may ask it. Out: requests served within their rights, each by its turn.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
