"""What maintainers do by REST: sources, refreshes as jobs, articles by hand, the state of the home.

In: requests of maintainers. Out: the public dataclasses, as the methods of `Assistant` give them. The server reads no
path or address of a refresh but those of sources that it knows.
"""

from assistant.server.maintaining import articles, home, refreshes, sources
from assistant.server.maintaining.bodies import streamed as streamed

ROUTERS = (sources.router, refreshes.router, articles.router, home.router)
