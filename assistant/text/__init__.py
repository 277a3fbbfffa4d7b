"""Text and language: sentences, words, names, quantities, dates, differences.

Pure: text in, offsets and values out. Word lists stand by language in `data/`. It knows no index and no model.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
