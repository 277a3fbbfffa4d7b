"""Models: embedders, cross-encoders, chat models, fitted weights. The only place that loads weights."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
