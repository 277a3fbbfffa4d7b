"""From a question to an Answer.

In: a generation of the index, a question, filters, the answers before it. Out: an Answer (in quotes, written by a chat
model and checked, counted in the catalogue, or a refusal) or the events of one. It knows no command line and no window.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
