from .add_source import add_source as add_source
from .impossible_dates import without_impossible_dates as without_impossible_dates
from .items import Failure as Failure
from .items import Item as Item
from .items import KnownState as KnownState
from .items import Left as Left
from .items import Loaded as Loaded
from .items import Notice as Notice
from .items import ParseError as ParseError

__all__: list[str]
