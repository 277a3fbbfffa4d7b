from .documents import parse_xml as parse_xml
from .encodings import decode as decode
from .encodings import decode_html as decode_html
from .encodings import decode_marked as decode_marked
from .html.blocks import parse as parse
from .html.blocks import plain_html as plain_html
from .origin import build_article as build_article
from .read import left_text as left_text
from .read import read as read
from .read import source_name as source_name
from .registry import read_bytes as read_bytes
from .sandbox import Sandbox as Sandbox
from .sandbox import SandboxError as SandboxError
from .timestamps import first_possible as first_possible
from .timestamps import if_later as if_later
from .timestamps import parse_moment as parse_moment

__all__: list[str]
