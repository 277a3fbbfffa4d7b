from .http import router as router
from .http import running as running
from .protocol import context_server as context_server

__all__: list[str]
