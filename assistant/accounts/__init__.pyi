from .accounts import Accounts as Accounts
from .audit import SIGN_IN_FAILED as SIGN_IN_FAILED
from .audit import AuditEntry as AuditEntry
from .audit import AuditLog as AuditLog
from .keys import KEY_FILE as KEY_FILE
from .keys import HomeKey as HomeKey
from .names import fold_user as fold_user
from .names import user_name as user_name
from .oidc import OidcError as OidcError
from .oidc import OidcLogin as OidcLogin
from .oidc import OidcProvider as OidcProvider
from .passwords import PasswordHashes as PasswordHashes
from .principal import ROLES as ROLES
from .principal import Principal as Principal
from .principal import Role as Role
from .records import Token as Token
from .records import User as User
from .store import CLOSED as CLOSED
from .store import AccountStore as AccountStore
from .tokens import TOKEN_MARK as TOKEN_MARK
from .tokens import new_token as new_token
from .tries import PasswordTries as PasswordTries
from .tries import WaitError as WaitError

__all__: list[str]
