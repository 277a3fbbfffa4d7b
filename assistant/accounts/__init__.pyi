from .accounts import Accounts as Accounts
from .principal import ROLES as ROLES
from .principal import Principal as Principal
from .principal import Role as Role
from .tries import PasswordTries as PasswordTries

__all__: list[str]
