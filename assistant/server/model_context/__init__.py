"""The Model Context Protocol (MCP): assistants of other makers ask, search and read the articles by its tools.

In: a service. Out: a server of the official SDK, over standard input and output or mounted at /mcp. It is named for the
protocol and not `mcp`, which is the SDK.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
