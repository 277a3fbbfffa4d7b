"""Web sources into articles: feeds, sitemaps and single pages, read politely and safely.

`read` yields the items of sources; `discover` says what is at a URL. Only public addresses are read, each site as its
robots.txt allows, one request at a time, in bounded time and size.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
