from .forms import PREFIX as PREFIX
from .routers import ROUTERS as ROUTERS

__all__: list[str]
