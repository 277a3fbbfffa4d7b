from .worker import discover as discover
from .worker import read as read

__all__: list[str]
