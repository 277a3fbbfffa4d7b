from .read import read as read
from .read import source_name as source_name
from .registry import PARSERS as PARSERS
from .registry import read_bytes as read_bytes
from .sandbox import Sandbox as Sandbox
from .sandbox import SandboxError as SandboxError

__all__: list[str]
