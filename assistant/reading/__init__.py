"""From passages to evidence: which sentences answer, whether any does, who disagrees."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
