from .columns import NUMBER as NUMBER
from .columns import TEXT as TEXT
from .columns import Row as Row
from .columns import insert_new as insert_new
from .columns import put as put
from .completing import FILLED_BY as FILLED_BY
from .copying import copied_to_file as copied_to_file
from .copying import put_back as put_back
from .copying import refuse_full as refuse_full
from .copying import small_contents as small_contents
from .opening import open_tables as open_tables
from .place import SCHEMA as SCHEMA
from .place import Database as Database
from .place import database as database
from .postgres import connected as connected
from .postgres import forget_connections as forget_connections
from .postgres import new_engine as new_engine
from .postgres import shown as shown
from .postgres import telling as telling
from .postgres_tables import PostgresTables as PostgresTables
from .postgres_tables import make_tables as make_tables
from .small_files import create_once as create_once
from .small_files import is_there as is_there
from .sqlite_tables import SqliteTables as SqliteTables
from .stores import Stores as Stores
from .tables import Tables as Tables

__all__: list[str]
