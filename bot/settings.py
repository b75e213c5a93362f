"""Read all settings from the environment and ``.env``; no other module reads them."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from datetime import time
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, AliasChoices, BeforeValidator, Field, SecretBytes, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.core.limits import FIRST_INDEX_KEY, KEY_ID, KEY_LENGTH

ENV_FILE = Path(".env")
PROXY_SCHEMES = ("http", "https", "socks5")
OLD_NAMES = {"index_key": "index_keys"}
"""Names that settings had in earlier releases and that are still read."""


class SettingsError(Exception):
    """Settings are missing or wrong; the text says which and what they should be, but never their values."""


class EnvFileUnreadable(SettingsError):
    """The file of settings cannot be opened or is not UTF-8."""


class SecretKey(NamedTuple):
    """An encryption key, with the id that is stored beside everything it has encrypted."""

    id: str
    key: SecretBytes


class Proxy(NamedTuple):
    """A proxy on the way to Telegram."""

    scheme: str
    host: str
    port: int
    user: str | None = None
    password: SecretStr | None = None

    @property
    def shown(self) -> str:
        """Its address without user and password."""
        return f"{self.scheme}://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


def _key_bytes(value: object) -> SecretBytes:
    try:
        decoded = base64.b64decode(str(value).strip(), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("not base64") from None
    if len(decoded) != KEY_LENGTH:
        raise ValueError("not 32 bytes")
    return SecretBytes(decoded)


def _key_list(value: object) -> tuple[SecretKey, ...]:
    keys = []
    for part in str(value).split(","):
        name, colon, key = part.strip().partition(":")
        if not (colon and KEY_ID.fullmatch(name)):
            raise ValueError("not id:key")
        keys.append(SecretKey(name, _key_bytes(key)))
    if len({key.id for key in keys}) < len(keys):
        raise ValueError("an id is used twice")
    return tuple(keys)


def _index_keys(value: object) -> tuple[SecretKey, ...]:
    """Read keys with ids, or one key without, as earlier releases had it."""
    text = str(value)
    return _key_list(text) if ":" in text else (SecretKey(FIRST_INDEX_KEY, _key_bytes(text)),)


def _shaped(pattern: str) -> BeforeValidator:
    """Validate a secret by a pattern; pydantic's own check of patterns does not accept secrets."""

    def check(value: object) -> object:
        if not re.fullmatch(pattern, value.get_secret_value() if isinstance(value, SecretStr) else str(value)):
            raise ValueError("wrong shape")
        return value

    return BeforeValidator(check)


def _proxy(text: str) -> Proxy:
    url = urlsplit(text)
    if url.scheme not in PROXY_SCHEMES or not url.hostname or not url.port or url.path.strip("/") or url.query:
        raise ValueError("not scheme://host:port")
    user, password = (None if part is None else unquote(part) for part in (url.username, url.password))
    return Proxy(url.scheme, url.hostname, url.port, user, None if password is None else SecretStr(password))


def _proxies(value: object) -> tuple[Proxy, ...]:
    """Read addresses; those that are read already stay as they are."""
    parts = value if isinstance(value, tuple) else str(value).split(",")
    return tuple(part if isinstance(part, Proxy) else _proxy(part.strip()) for part in parts)


Address = Annotated[str, Field(pattern=r"^https?://[^\s/]+\S*$")]


def _private(value: str) -> str:
    """Accept plain http only to this machine, a private address or a host name without a dot (a container)."""
    url = urlsplit(value)
    host = url.hostname or ""
    try:
        is_near = ip_address(host).is_private
    except ValueError:
        is_near = "." not in host or host.endswith((".internal", ".local", ".localhost"))
    if url.scheme == "http" and not is_near:
        raise ValueError("http to a public host")
    return value


def _copies(value: str) -> str:
    """Accept file:///folder and s3://bucket/path without a user: its keys stand in the environment."""
    url = urlsplit(value)
    is_right = not url.netloc and len(url.path) > 1 if url.scheme == "file" else url.scheme == "s3" and url.hostname
    if not is_right or "@" in url.netloc:
        raise ValueError("not file:///folder or s3://bucket/path")
    return value


BotApi = Annotated[Address, AfterValidator(_private)]


class Settings(BaseSettings):
    """Every setting; its description is the end of the sentence that says that it is missing or wrong."""

    model_config = SettingsConfigDict(
        env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    bot_token: Annotated[SecretStr, _shaped(r"\d+:\S+")] = Field(
        description="the token that @BotFather gave, digits:letters"
    )
    bot_api_url: BotApi | None = Field(
        None, description="the address of another Bot API server, https://host, or http://host within the own network"
    )
    telegram_proxy: Annotated[tuple[Proxy, ...], NoDecode, BeforeValidator(_proxies)] = Field(
        (),
        description="proxies on the way to Telegram, http://, https:// or socks5:// with user:password@ where needed, "
        "then host:port, comma separated, tried in turn",
    )
    database_url: Annotated[SecretStr, _shaped(r"sqlite:///.+")] = Field(
        SecretStr("sqlite:///data/registratura.sqlite3"), description="sqlite:///path/to/file"
    )
    secret_keys: Annotated[tuple[SecretKey, ...], NoDecode, BeforeValidator(_key_list)] = Field(
        description="encryption keys as id:base64 of 32 bytes, comma separated, the active one first"
    )
    index_keys: Annotated[tuple[SecretKey, ...], NoDecode, BeforeValidator(_index_keys)] = Field(
        validation_alias=AliasChoices("index_keys", "index_key"),
        description="keys of look-ups as id:base64 of 32 bytes, comma separated, the active one first "
        "(or INDEX_KEY, one such key without an id)",
    )
    backup_url: Annotated[str, AfterValidator(_copies)] | None = Field(
        None, description="where `backup --stream` copies the database to, file:///folder or s3://bucket/path"
    )
    backup_folder: Path | None = Field(
        None, description="the folder where the copies of `backup FILE` are, so that `check` looks at their age"
    )
    backup_days: int = Field(
        30, ge=2, le=3650, description="for how many days copies keep what was erased, named in the consent, 2 to 3650"
    )
    default_language: Literal["ru", "en"] = Field("ru", description="ru or en")
    operator_name: str = Field(description="who runs the bot and answers for the data, as named in the consent")
    operator_name_en: str | None = Field(None, description="the operator's name for people who read English")
    operator_address: str | None = Field(None, description="the operator's postal address")
    operator_address_en: str | None = Field(None, description="the same address for people who read English")
    support_phone: str = Field(description="the telephone number of support")
    support_email: str = Field(pattern=r"^[^\s@]+@[^\s@]+$", description="the e-mail address of support")
    support_hours: str = Field(description="when support answers, in words")
    support_hours_en: str | None = Field(None, description="when support answers, in English words")
    operator_chat: int | None = Field(
        None, description="the number of the Telegram chat that is told of alarms; the bot must be able to write there"
    )
    patients_limit: int = Field(10, ge=1, le=100, description="how many patients one account may link, 1 to 100")
    reminder_hour: int = Field(18, ge=0, le=23, description="the hour of the day-before reminder, 0 to 23")
    digest_at: time = Field(
        time(7, 30), ge=time(5), le=time(11), description="when the staff gets the digest of the day, 05:00 to 11:00"
    )
    desk_shows: Literal["masked", "never"] = Field(
        "masked", description="masked (full data of a child for two minutes, by a button) or never"
    )
    application_papers: bool = Field(False, description="true (papers of an application may be sent as files) or false")
    policy_desk: int | None = Field(
        None, ge=1, description="the number of the clinic whose desk takes applications for a policy"
    )
    refusals_limit: int = Field(
        100, ge=10, le=100_000, description="how many refusals of the register in an hour are an alarm, 10 to 100000"
    )
    web_host: str = Field("127.0.0.1", description="the host that /health, /ready and /metrics listen on")
    web_port: int = Field(8081, ge=0, le=65535, description="a port, 0 for none")
    clock_url: Address | None = Field(None, description="the clock that a demo follows, http(s)://host/path")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="DEBUG, INFO, WARNING or ERROR")
    log_json: bool = Field(False, description="true or false")


def load_settings(env_file: Path | None = ENV_FILE, **given: Any) -> Settings:
    """Return the settings; those ``given`` override the environment, which overrides ``.env``.

    Raises SettingsError, also as EnvFileUnreadable.
    """
    read: Callable[..., Settings] = Settings
    require_readable(env_file)
    try:
        return read(_env_file=env_file, **given)
    except ValidationError as wrong:
        # The original error contains the values, secrets included.
        raise SettingsError("; ".join(_sentence(error) for error in wrong.errors(include_input=False))) from None


def require_readable(env_file: Path | None) -> None:
    """Raises EnvFileUnreadable. The error of the decoder is not kept: it contains the whole file."""
    if env_file is None or not env_file.exists():
        return
    try:
        is_text = "\0" not in env_file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        is_text = False
    except OSError as error:
        raise EnvFileUnreadable(f"{env_file} cannot be read: {error.strerror}") from None
    if not is_text:
        raise EnvFileUnreadable(f"{env_file} cannot be read: save it as UTF-8") from None


def _sentence(error: ErrorDetails) -> str:
    name = OLD_NAMES.get(str(error["loc"][0]), str(error["loc"][0]))
    trouble = "missing" if error["type"] == "missing" else "wrong"
    return f"{name.upper()} is {trouble}: {Settings.model_fields[name].description}"
