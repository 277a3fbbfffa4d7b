"""Settings: the one reader of environment and file."""

import difflib
import os
import re
import tomllib
from collections.abc import Iterable
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import platformdirs
from pydantic import Field, PrivateAttr, SecretStr, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from assistant.errors import SettingsError

FILE = "assistant.toml"
PREFIX = "ASSISTANT_"
AUTO = "auto"
LOCAL = "local"  # in `offer_models`: all models on this machine
IN_HOME = "home"  # `index`: all is in the home
STAFF, MAINTAINER = "staff", "maintainer"  # the names with which the chat window is entered
# Settings that say nothing without another one.
_NEEDED = {
    "chroma_token": "chroma",
    "chroma_tenant": "chroma",
    "chroma_database": "chroma",
    "user_header": "trusted_proxies",
    "groups_header": "user_header",
    "maintainer_group": "groups_header",
    "oidc_issuer": "oidc_client_id",
    "oidc_client_id": "oidc_issuer",
    "oidc_only": "oidc_issuer",
    "oidc_maintainer_claim": "oidc_maintainer_value",
    "oidc_maintainer_value": "oidc_maintainer_claim",
}
# Headers that say something else already.
_OTHERS = frozenset({"authorization", "connection", "content-length", "content-type", "cookie", "forwarded", "host"})
_OTHERS |= {"origin", "referer", "sec-fetch-site", "transfer-encoding", "x-request-id", "x-forwarded-for"}
_OTHERS |= {"x-forwarded-host", "x-forwarded-proto"}


class Settings(BaseSettings):
    """Everything that can be set, from keyword, then environment (`ASSISTANT_*`), then `assistant.toml`.

    The file is looked for in the working folder. Raises SettingsError, in one line, for an unknown key
    (it names the closest known one) and for a value that cannot be used; a secret's value is never in it.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, toml_file=FILE, frozen=True, extra="forbid", hide_input_in_errors=True
    )

    home: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("article-assistant"), description="folder of the index"
    )
    index: SecretStr = Field(
        SecretStr(IN_HOME),
        description="where people's things are (users, sessions, conversations, feedback and the like): home, or the "
        "address of a PostgreSQL database that several servers share, postgresql://user:password@host:port/name; "
        "never printed; with chroma the articles are there, too",
    )
    chroma: str | None = Field(
        None,
        pattern=r"^https?://(\[[0-9a-fA-F:.]+\]|[^\[\]:@/?#\s]+)(:\d{1,5})?(/[^?#\s]*)?$",
        description="address of the Chroma server that has the vectors, such as http://127.0.0.1:8000; where the index "
        "is on servers",
    )
    chroma_token: SecretStr | None = Field(
        None,
        description="token for Chroma's cloud, or for a proxy before the server, sent as x-chroma-token; never printed",
    )
    chroma_tenant: str | None = Field(
        None, min_length=1, description="tenant there; else the one that the token is for, or default_tenant"
    )
    chroma_database: str | None = Field(
        None,
        pattern=r"^[A-Za-z0-9._-]{3,512}$",
        description="database of that tenant, with at least three letters or digits; else the one that the token is "
        "for, or default_database",
    )
    chroma_collection: str = Field(
        "articles",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{1,510}[A-Za-z0-9]$",
        description="collection in it, with at least three letters or digits; another one for each index",
    )
    cache: Path = Field(
        default_factory=lambda: platformdirs.user_cache_path("article-assistant"),
        description="folder of compiled models and of chat models that were fetched; all can be had again",
    )
    embedder: str = Field(
        "all-MiniLM-L6-v2",
        min_length=1,
        description="sentence-transformers model, by name or folder; with another one the index is rebuilt",
    )
    reranker: str | None = Field(
        None, min_length=1, description="cross-encoder of sentence-transformers that reorders passages"
    )
    reader: str | None = Field(
        None,
        min_length=1,
        description="what tells whether a sentence answers: a folder that `export_reader` wrote, or a cross-encoder of "
        "sentence-transformers; else the packaged one",
    )
    max_file_mb: int = Field(100, ge=1, description="larger article files are reported, not read")
    max_question: int = Field(2000, ge=20, description="longest question, in characters")
    max_quotes: int = Field(4, ge=1, le=10, description="most sentences in an answer")
    refuse_below: float = Field(
        0.69, ge=0, le=1, description="do not answer when an answer is less probable than this; higher answers less"
    )
    related_from: float = Field(
        0.08, ge=0, le=1, description="show what comes closest, where nothing answers, from this probability on"
    )
    model: str | None = Field(
        None,
        min_length=1,
        description="chat model that writes answers, as provider:name, gguf:PATH, or auto for the first that is ready",
    )
    offer_models: Annotated[tuple[str, ...], NoDecode] = Field(
        (LOCAL,),
        description="models that users may choose besides model, as provider:name or gguf:PATH, separated by commas; "
        "local stands for all on this machine, empty for none",
    )
    model_url: str | None = Field(
        None,
        pattern=r"^https?://",
        description="address of a server that speaks the provider's protocol, such as http://127.0.0.1:11434/v1; "
        "several servers of the same model are separated by commas; else the provider's own",
    )
    model_key: SecretStr | None = Field(
        None, description="key of the provider, never printed; else from the provider's own variable"
    )
    model_context: int | None = Field(
        None, ge=512, description="tokens of question and answer together; else what is known of the model, else 8192"
    )
    prompt_tokens: int | None = Field(
        None,
        ge=100,
        description="tokens of the articles that a model is given; else 900 for gguf: and ollama:, else all that fit",
    )
    model_threads: int | None = Field(
        None, ge=1, description="threads of a model in the process (gguf:); else all cores"
    )
    model_timeout: float = Field(
        60.0,
        gt=0,
        description="seconds in which the model must have answered, all tries together; "
        "rewriting a follow-up takes up to 10 more",
    )
    model_retries: int = Field(
        2, ge=0, le=10, description="further tries when a model cannot be reached, is busy or fails for a while"
    )
    max_answer_tokens: int = Field(512, ge=16, description="longest answer of a model, in tokens")
    prompts: Path | None = Field(None, description="folder of prompt files that replace single ones of the project")
    tracing: bool = Field(
        False,
        description="whether variables of LangSmith (LANGSMITH_TRACING, ...) may have questions, passages and answers "
        "sent there; else nothing is, whatever they say",
    )
    strict: bool = Field(False, description="leave out what a model says and the articles do not bear out")
    nli: str | None = Field(
        None, min_length=1, description="NLI cross-encoder of sentence-transformers that checks statements too"
    )
    generations: int = Field(3, ge=2, le=100, description="states of the index that are kept")
    ray: str | None = Field(
        None,
        min_length=1,
        description="address of a Ray cluster, HOST:PORT, on whose machines a refresh parses files, embeds and finds "
        "names, where they are many; else it does so itself",
    )
    refresh_wait: float = Field(600.0, ge=0, description="seconds to wait for another refresh to finish")
    sources: Path | None = Field(
        None, description="file that lists the sources; else sources.toml in home, else in corpus/"
    )
    web_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="hosts in a private network that may be read, separated by commas"
    )
    web_delay: float = Field(1.0, ge=0, description="seconds between two requests to one host")
    web_timeout: float = Field(30, gt=0, description="seconds in which a page or feed must have come whole")
    web_retries: int = Field(2, ge=0, le=10, description="further tries when a host fails for a while")
    web_max_mb: float = Field(10, gt=0, description="larger pages and feeds are reported, not read")
    web_contact: str | None = Field(
        None, description="address or e-mail that the user agent names, for those whose pages are read"
    )
    host: str = Field("127.0.0.1", min_length=1, description="address of the chat window")
    port: int = Field(7860, ge=0, le=65535, description="port of the chat window; 0 for a free one")
    root_path: str = Field(
        "",
        pattern=r"^(/[A-Za-z0-9._~-]+)*/?$",
        description="path below which a proxy has the chat window, such as /news; needed where the proxy leaves it in",
    )
    hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="further names under which the chat window is reached, such as news.example or news.example:8443, "
        "separated by commas",
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="addresses or networks of proxies before the chat window whose X-Forwarded headers are believed, "
        "separated by commas",
    )
    max_connections: int = Field(2000, ge=4, description="connections to the chat window from one address at once")
    queue_size: int = Field(100, ge=1, description="questions in the chat window that may wait for their turn")
    queue_share: int = Field(
        4, ge=1, description="questions that the windows of one browser may have waiting or being answered"
    )
    stop_wait: float = Field(
        20.0, ge=0, description="seconds for which a server that is told to stop finishes the answers it is making"
    )
    ui_password: SecretStr | None = Field(
        None, description="asked for by the chat window, with the user name staff; never printed"
    )
    session_hours: float = Field(
        12.0, gt=0, le=720, description="hours without use after which a browser must sign in again"
    )
    user_header: str | None = Field(
        None,
        description="header in which one of trusted_proxies says who is signed in, such as X-Remote-User",
    )
    groups_header: str | None = Field(
        None, description="header in which such a proxy gives the groups of who is signed in, separated by commas"
    )
    maintainer_group: str | None = Field(
        None, min_length=1, description="group of groups_header whose members are maintainers"
    )
    oidc_issuer: str | None = Field(
        None, description="address of the OpenID Connect provider with which people sign in"
    )
    oidc_client_id: str | None = Field(None, min_length=1, description="what the server is called at that provider")
    oidc_client_secret: SecretStr | None = Field(None, description="its secret there, if it has one; never printed")
    oidc_scopes: str = Field("openid profile email", description="what is asked for there, separated by spaces")
    oidc_label: str = Field("single sign-on", min_length=1, max_length=60, description="name of it in the window")
    oidc_name_claim: str | None = Field(
        None, min_length=1, description="claim that has the name of who signed in; else preferred_username, or email"
    )
    oidc_maintainer_claim: str | None = Field(
        None, min_length=1, description="claim that tells maintainers, such as groups"
    )
    oidc_maintainer_value: str | None = Field(
        None, min_length=1, description="what that claim is, or has among others, for maintainers"
    )
    oidc_only: bool = Field(False, description="sign in with that provider only, not by password")
    questions_per_minute: int | None = Field(
        None,
        ge=0,
        description="questions of a person, a token or, where nobody signs in, an address; 0 for any number; else 60 "
        "for persons and tokens and any number for others",
    )
    audit_days: int = Field(365, ge=1, description="days for which entries of the audit log are kept")
    audit_questions: bool = Field(False, description="whether the audit log has the questions that are asked")
    metrics_from: Annotated[tuple[str, ...], NoDecode] = Field(
        ("127.0.0.0/8", "::1"),
        description="addresses or networks that may read /metrics without a token, separated by commas; "
        "others need the token of a maintainer",
    )
    otlp_endpoint: str | None = Field(
        None,
        pattern=r"^https?://[^/\s]+/?$",
        description="address of a collector of traces that speaks OTLP over gRPC, such as http://127.0.0.1:4317; "
        "else nothing is traced",
    )
    trace_questions: bool = Field(False, description="whether traces have the text of questions in them")
    log_level: Literal["debug", "info", "warning", "error"] | None = Field(
        None, description="least of what a server logs; else info with --log-json, warning without"
    )
    stale_after: float = Field(
        7.0,
        gt=0,
        description="days after which a source that was not read is reported as old, in the window and by status",
    )
    maintenance: bool = Field(
        False,
        description="whether whoever uses a server at which nobody signs in may also refresh the articles and go back",
    )
    maintenance_password: SecretStr | None = Field(
        None, description="with maintenance, keeps that to the user name maintainer; needs ui_password; never printed"
    )

    _files: dict[str, Path] = PrivateAttr(default_factory=dict)

    def __init__(self, **values: Any) -> None:
        environment, file = _environment_keys(), _file_keys()
        _reject_unknown(values, "keyword")
        _reject_unknown(environment, "environment")
        _reject_unknown(file, FILE)
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise SettingsError(_one_line(error)) from None
        self._files = dict.fromkeys(set(file) - set(environment) - set(values), Path(FILE).absolute())

    def file_of(self, name: str) -> Path | None:
        """The file that has the setting `name`, None when it is from elsewhere."""
        return self._files.get(name)

    @field_validator("web_hosts", "hosts", "trusted_proxies", "metrics_from", mode="before")
    @classmethod
    def _parted(cls, given: Any) -> Any:
        if isinstance(given, str):
            given = given.split(",")
        return tuple(host.strip().lower() for host in given if host.strip())

    @field_validator("offer_models", mode="before")
    @classmethod
    def _models(cls, given: Any) -> Any:
        if isinstance(given, str):
            given = given.split(",")
        names = tuple(name.strip() for name in given if name.strip())
        for name in names:
            kind, colon, rest = name.partition(":")
            if name != LOCAL and not (kind and colon and rest):
                raise ValueError(f"{name} is no model; write provider:name, gguf:PATH or {LOCAL}")
        return names

    @field_validator("model_url", mode="before")
    @classmethod
    def _addresses(cls, given: Any) -> Any:
        if not isinstance(given, str | list | tuple):
            return given
        addresses = list(dict.fromkeys(_each_address(given)))
        for place, address in enumerate(addresses):
            if place and not re.match(r"https?://", address):
                raise ValueError(
                    f"{address} is no address; separate several by commas, each with its http:// or https://"
                )
        return ",".join(addresses)

    @property
    def model_urls(self) -> tuple[str, ...]:
        """The addresses of `model_url`, each once."""
        return tuple(_each_address(self.model_url or ""))

    @field_validator("hosts")
    @classmethod
    def _authorities(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        names = tuple(re.sub(r"^https?://|/$", "", host) for host in given)
        for name in names:
            if not re.fullmatch(r"(\[[0-9a-f:.]+\]|[^\[\]:@/?#\s*]+)(:\d{1,5})?", name):
                raise ValueError(f"{name} is no name of a host, with or without a port")
        return names

    @field_validator("trusted_proxies", "metrics_from")
    @classmethod
    def _networks(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        for network in given:
            ip_network(network, strict=False)  # raises ValueError, which names it
        return given

    @field_validator("user_header", "groups_header")
    @classmethod
    def _header(cls, given: str | None) -> str | None:
        if given is not None and (not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{2,63}", given) or given.lower() in _OTHERS):
            raise ValueError("it cannot be such a header; write one such as X-Remote-User")
        return given

    @field_validator("oidc_issuer")
    @classmethod
    def _issuer(cls, given: str | None) -> str | None:
        found = re.fullmatch(
            r"(https?)://(\[[0-9a-f:.]+\]|[^\[\]:@/?#\s]+)(:\d{1,5})?(/[^?#\s]*)?", given or "https://a"
        )
        if found is None or (found[1] == "http" and not _is_loopback(found[2].strip("[]"))):
            raise ValueError("it must begin with https://, or be on this machine")
        return given

    @field_validator("index")
    @classmethod
    def _index(cls, given: SecretStr) -> SecretStr:
        if given.get_secret_value() != IN_HOME:
            _check_address(given.get_secret_value())
        return given

    @field_validator("ui_password", "maintenance_password", "oidc_client_secret", "chroma_token")
    @classmethod
    def _secret(cls, given: SecretStr | None) -> SecretStr | None:
        if given is not None and not given.get_secret_value():
            raise ValueError("it is empty; give one, or leave it out")
        return given

    @model_validator(mode="after")
    def _together(self) -> "Settings":
        for name, needed in _NEEDED.items():
            if getattr(self, name) and not getattr(self, needed):
                raise ValueError(f"{name} is set and {needed} is not; set both, or neither")
        return self

    @field_validator("sources", mode="before")
    @classmethod
    def _or_none(cls, given: Any) -> Any:
        return None if given == "" else given

    def users(self, *, has_others: bool = False) -> dict[str, str]:
        """Who may sign in by the passwords of the settings, with these; `has_others`: more people sign in otherwise.

        Where there are no others, raises SettingsError when maintainers have a password and staff have none, and when
        there is none at all and others than this machine could maintain the corpus.
        """
        if not has_others and self.ui_password is None and self.maintenance_password is not None:
            raise SettingsError(
                "maintenance_password is set and ui_password is not, so staff could not enter; set both, or neither"
            )
        if not has_others and self.maintenance and self.ui_password is None and not _is_loopback(self.host):
            raise SettingsError(
                f"with maintenance, whoever reaches {self.host} could change the corpus; set ui_password and "
                "maintenance_password, add a user (assistant users add), or leave out --maintenance or --host"
            )
        named = {STAFF: self.ui_password, MAINTAINER: self.maintenance_password if self.maintenance else None}
        return {name: word.get_secret_value() for name, word in named.items() if word is not None}

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Keyword first, then environment, then file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def _each_address(given: str | Iterable[str]) -> Iterable[str]:
    listed = given.split(",") if isinstance(given, str) else map(str, given)
    return filter(None, map(str.strip, listed))


def _check_address(address: str) -> None:
    """Raise ValueError, without the address, for what is none of a PostgreSQL database."""
    wanted = f"it should be {IN_HOME}, or postgresql://user:password@host:port/name"
    try:
        found = urlsplit(address)
        is_one = found.scheme == "postgresql" and found.port != 0 and bool(found.path.strip("/"))
    except ValueError:  # of a port that is no number; it may be a part of the password
        is_one = False
    if not is_one or not (found.hostname or "host=" in found.query):
        raise ValueError(f"{wanted}; in user and password write @ / : # ? % as %40 %2F %3A %23 %3F %25")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _environment_keys() -> list[str]:
    return [name[len(PREFIX) :].lower() for name in os.environ if name.upper().startswith(PREFIX)]


def _file_keys() -> list[str]:
    path = Path(FILE)
    if not path.is_file():
        return []
    try:
        return list(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise SettingsError(f"{FILE}: cannot be read as TOML ({error}); correct or remove it") from None


def _reject_unknown(keys: Iterable[str], where: str) -> None:
    known = list(Settings.model_fields)
    for key in keys:
        if key in known:
            continue
        shown = PREFIX + key.upper() if where == "environment" else key
        close = difflib.get_close_matches(key, known, n=1, cutoff=0.4)
        named = PREFIX + close[0].upper() if close and where == "environment" else "".join(close)
        cure = f"did you mean {named}?" if close else f"known are {', '.join(known)}"
        raise SettingsError(f"unknown setting {shown} ({where}); {cure}")


def _fault(kind: str, message: str, field: FieldInfo | None) -> str:
    if kind == "string_pattern_mismatch" and field is not None and field.description:
        return f"it should be: {field.description.partition(';')[0]}"
    message = message.removeprefix("Value error, ")
    return message[:1].lower() + message[1:]


def _one_line(error: ValidationError) -> str:
    parts = []
    for problem in error.errors(include_url=False, include_context=False):
        name = ".".join(str(part) for part in problem["loc"])
        field = Settings.model_fields.get(name)
        secret = field is None or "Secret" in str(field.annotation)
        if not problem["loc"]:  # of several settings together
            parts.append(problem["msg"].removeprefix("Value error, "))
            continue
        given = "" if secret else f" = {problem['input']!r}"
        parts.append(f"setting {name}{given}: {_fault(problem['type'], problem['msg'], field)}")
    return "; ".join(parts)
