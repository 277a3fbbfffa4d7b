from .access import READER_COOKIE as READER_COOKIE
from .access import counted_address as counted_address
from .access import reader_of as reader_of
from .app import application as application
from .guard import asking as asking
from .guard import replayed as replayed
from .guard import request_id as request_id
from .identity import cookies as cookies
from .identity import principal_of as principal_of
from .problems import Message as Message
from .problems import Receive as Receive
from .problems import Refusal as Refusal
from .problems import Send as Send
from .service import MakeWindow as MakeWindow
from .service import Service as Service
from .service import Window as Window
from .serving import hold_signals as hold_signals
from .serving import listen as listen
from .serving import serve as serve
from .serving import start_again as start_again
from .waiting import BusyError as BusyError
from .waiting import LeftError as LeftError
from .waiting import WaitingRoom as WaitingRoom

__all__: list[str]
