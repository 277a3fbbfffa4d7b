from .concurrency import AsyncToSyncStream as AsyncToSyncStream
from .concurrency import CancelToken as CancelToken
from .concurrency import in_thread as in_thread
from .durations import format_age as format_age
from .durations import format_duration as format_duration
from .durations import parse_duration as parse_duration
from .formatting import counted as counted
from .formatting import day as day
from .formatting import days as days
from .formatting import joined as joined
from .formatting import minute as minute
from .json_logging import json_lines as json_lines
from .json_logging import log_event as log_event
from .sequences import batches as batches
from .sqlite_file import SqliteFile as SqliteFile
from .strings import one_line as one_line
from .strings import storable as storable
from .system import is_disk_full as is_disk_full
from .system import lower_priority as lower_priority
from .system import no_space_error as no_space_error
from .urls import host_of as host_of
from .urls import normalize_url as normalize_url
from .urls import registrable_domain as registrable_domain
from .urls import safe_to_show as safe_to_show
from .urls import same_site as same_site

__all__: list[str]
