"""Maintains the corpus: refreshes, schedule, source health, history, news, watched questions, feedback."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
