"""From a question and its evidence to an Answer: in quotes, by a model, or a refusal."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
