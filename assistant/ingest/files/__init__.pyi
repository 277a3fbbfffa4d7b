from .article_file import file_name as file_name
from .article_file import file_text as file_text
from .article_file import normalized as normalized
from .article_file import text_file_fault as text_file_fault
from .documents import parse_xml as parse_xml
from .encodings import decode as decode
from .encodings import decode_html as decode_html
from .encodings import decode_marked as decode_marked
from .html.blocks import parse as parse
from .html.blocks import plain_html as plain_html
from .origin import build_article as build_article
from .origin import parse_date as parse_date
from .read import left_text as left_text
from .read import read as read
from .read import source_name as source_name
from .registry import read_bytes as read_bytes
from .sandbox import Sandbox as Sandbox
from .sandbox import SandboxError as SandboxError
from .timestamps import first_possible as first_possible
from .timestamps import if_later as if_later
from .timestamps import parse_moment as parse_moment
from .upload import read_pasted as read_pasted
from .upload import read_upload as read_upload

__all__: list[str]
