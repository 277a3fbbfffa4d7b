"""Article Assistant: answers from a body of articles, every statement cited to the exact words.

The public names stand in `__init__.pyi`; each is imported when it is first used, so that `import assistant` is quick.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
