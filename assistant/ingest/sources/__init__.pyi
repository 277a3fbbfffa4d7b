from . import registry as registry
from .edit import add as add
from .edit import resolve_location as resolve_location
from .file import Problem as Problem
from .file import problems_text as problems_text
from .file import read_text as read_text
from .file import shown_path as shown_path
from .file import shown_value as shown_value
from .file import toml_problem as toml_problem
from .registry import all_sources as all_sources
from .registry import editable_file as editable_file
from .registry import gone_list as gone_list
from .registry import listed as listed
from .registry import own_or_shipped as own_or_shipped
from .registry import remove_source as remove_source
from .registry import resolve as resolve
from .registry import restore_list as restore_list
from .registry import sources_file as sources_file
from .remembered import remember as remember
from .source import Source as Source
from .source import SourceKind as SourceKind
from .source import is_address as is_address
from .source import local_kind as local_kind
from .source import location_key as location_key
from .source import url_or_path as url_or_path
from .toml_lines import statements as statements

__all__: list[str]
