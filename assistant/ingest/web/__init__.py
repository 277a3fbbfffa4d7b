"""Reading the web, politely and safely: feeds, sitemaps and single pages into articles.

`read` gives, source by source, what was found; `discover` says what an address is. Only public addresses are read, each
site as its robots.txt allows, one request at a time, in bounded time and size.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
