"""Helpers that know nothing of articles: URLs, durations, timestamps, strings, logging, threads, SQLite, the OS."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
