"""Models: embedders, the named-entity recogniser, cross-encoders, chat models and fitted weights.

The only package that loads weights and knows providers. It knows no articles and no index; it gives vectors, names,
scores and text.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
