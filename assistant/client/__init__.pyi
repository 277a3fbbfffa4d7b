from .client import Client as Client
from .errors import RefusedError as RefusedError

__all__: list[str]
