"""Accounts: who may use a server, how they show who they are, what they may do, and what they did.

In: the settings and the files of the home, a name with a password, a token, what a proxy or a provider says. Out: a
`Principal`, or none; and entries of the audit log. It knows nothing of requests, articles or questions.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
