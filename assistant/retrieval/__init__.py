"""From a question to passages.

In: a question as typed and a generation of the index. Out: a query plan (publications, dates, spelling, parts) and the
best passages for it. It does not know whether they answer.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
