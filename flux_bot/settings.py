"""The settings and their validation; a test checks that ``.env.example`` lists the same settings and defaults."""

import os
import re
from decimal import Decimal
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args, get_origin
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.numbers import is_currency
from pydantic import (
    AfterValidator,
    AliasChoices,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from flux_bot.core.costs import CostDisplay, Money
from flux_bot.core.errors import ConfigurationError
from flux_bot.core.rules.places import Places


def _web_address(value: str) -> str:
    """Validate an http(s) address without a query or fragment, and remove a trailing slash."""
    if not value:
        return value
    plain = value.isprintable() and not any(character in " ?#" for character in value)
    try:
        parts = urlsplit(value)
        if plain and parts.scheme in ("http", "https") and parts.hostname and parts.port != 0:
            return value.rstrip("/")
    except ValueError:  # the error's text would reveal the value
        pass
    raise ValueError("must be a web address such as https://bot.example.org")


def _database_url(value: SecretStr) -> SecretStr:
    """Check that the URL has one of the two supported forms."""
    url = value.get_secret_value()
    if not url.startswith(("sqlite:///", "postgresql://")):
        raise ValueError("must start with sqlite:/// or postgresql://")
    if url.removeprefix("sqlite:///") in ("", ":memory:"):
        raise ValueError("must name a file, otherwise jobs would be lost when the bot stops")
    return value


def _listen_host(value: str) -> str:
    """Check that the value is an IP address, an IPv6 address in brackets, or a host name, and remove the brackets."""
    host = value[1:-1] if value.startswith("[") and value.endswith("]") else value
    try:
        ip_address(host)
    except ValueError:
        if host != value or not re.fullmatch(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?", host):
            raise ValueError("must be an address without a port, such as 127.0.0.1, 0.0.0.0 or ::") from None
    return host


def _bare_token(value: SecretStr) -> SecretStr:
    """Remove surrounding whitespace and a header scheme pasted with the token (``Bearer`` or ``Bot``)."""
    token = re.sub(r"^(Bearer|Bot)(\s+|$)", "", value.get_secret_value().strip())
    if not token:
        raise ValueError("must not be empty")
    if any(character.isspace() or not character.isprintable() for character in token):
        raise ValueError("must not contain whitespace")
    return SecretStr(token)


def _number_list(value: object) -> object:
    """Parse a list such as 0,1,2 or 0-2."""
    if not isinstance(value, str):
        return value
    numbers: list[int] = []
    for part in value.split(","):
        if not (match := re.fullmatch(r"\s*([0-9]{1,5})\s*(?:-\s*([0-9]{1,5})\s*)?", part)):
            raise ValueError("must be numbers such as 0,1,2 or 0-2")
        first, last = match.groups()
        numbers += range(int(first), int(last or first) + 1)
    return numbers


def _server_ids(value: object) -> object:
    """Parse the ids of servers, separated by commas."""
    if not isinstance(value, str):
        return value
    if not re.fullmatch(r"\s*[0-9]{15,19}\s*(,\s*[0-9]{15,19}\s*)*", value, re.ASCII):
        raise ValueError("must be server ids such as 123456789012345678, separated by commas")
    return tuple(int(part) for part in value.split(","))


def _credit_price(value: object) -> object:
    """Parse an amount and a currency such as 0.0952 USD."""
    if not isinstance(value, str):
        return value
    match = re.fullmatch(r"\s*([0-9]{1,9}(?:\.[0-9]{1,9})?)\s+([A-Z]{3})\s*", value)
    if not match or not is_currency(match[2]) or not Decimal(match[1]):
        raise ValueError("must be an amount and an ISO 4217 currency code, such as 0.0952 USD")
    return Money(Decimal(match[1]), match[2])


def _credits(value: object) -> object:
    """Parse an amount of credits."""
    if not isinstance(value, str):
        return value
    if not re.fullmatch(r"\s*[0-9]{1,9}(?:\.[0-9]{1,9})?\s*", value) or not Decimal(value):
        raise ValueError("must be an amount of credits above 0, such as 12.5")
    return Decimal(value.strip())


def _one_line(text: str) -> str:
    """Check that a text is printable and short enough for a card, and remove surrounding whitespace."""
    text = text.strip()
    if len(text) > 200 or not text.isprintable():
        raise ValueError("must be one line of at most 200 characters, such as an e-mail address")
    return text


def _zone_name(name: str) -> str:
    """Check that a time zone exists."""
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("must be the name of a time zone, such as UTC or Europe/Berlin") from None


WebAddress = Annotated[str, AfterValidator(_web_address)]
Token = Annotated[SecretStr, AfterValidator(_bare_token)]
ListenHost = Annotated[str, AfterValidator(_listen_host)]


CONTAINER_MARKS = ("/.dockerenv", "/run/.containerenv")
"""The files that container engines create in each container: the first by Docker, the second by Podman or Buildah."""
_WEEK = 7 * 24 * 3600
"""The upper limit for durations, in seconds."""


class Settings(BaseSettings):
    """The operator's settings, from environment variables or ``.env``; the environment takes precedence."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,  # .env.example has empty tokens: treat them as missing, not malformed
        extra="ignore",
        frozen=True,
        populate_by_name=True,
    )

    discord_token: Token
    """The bot's token, from the Discord Developer Portal: your application, Bot, Reset Token."""
    flux_api_token: Token = Field(validation_alias=AliasChoices("FLUX_API_TOKEN", "ACEDATACLOUD_API_TOKEN"))
    """The image API's token, from the Ace Data Cloud, Applications, an API key that includes Flux."""
    acedatacloud_platform_token: Token | None = None
    """Optional: the vendor's platform token, which lets the doctor show the balance and the current prices."""
    public_url: WebAddress = ""
    """The public address of the bot's web server, e.g. https://bot.example.org. If empty, results are looked up."""
    webhook_host: ListenHost = "0.0.0.0"  # noqa: S104  for callbacks from the internet
    """The address the web server listens on; ``::`` is all addresses, IPv6 and IPv4."""
    webhook_port: int = Field(default=8080, ge=0, le=65535)
    """The port the web server listens on; 0 picks any free port."""
    health_host: ListenHost = "127.0.0.1"
    """The address for health checks and metrics, which should not be public."""
    health_port: int = Field(default=8081, ge=0, le=65535)
    """The port for health checks and metrics; 0 picks any free port."""
    database_url: Annotated[SecretStr, AfterValidator(_database_url)] = SecretStr("sqlite:///data/flux_bot.db")
    """Where jobs are stored: sqlite:///path (four slashes for an absolute path) or postgresql://..."""
    retention_days: int = Field(default=90, ge=0, le=36500)
    """How many days finished jobs are kept, delivered or not; 0 keeps them forever."""
    operator_contact: Annotated[str, AfterValidator(_one_line)] = ""
    """How users reach the operator, such as an e-mail address; /privacy shows it."""
    role: Literal["all", "worker"] = "all"
    """all: do everything; worker: only handle callbacks, submissions and deliveries, without a gateway connection."""
    shard_count: int | None = Field(default=None, ge=1)
    """The total number of gateway shards across all processes; if empty, the number that Discord recommends."""
    shard_ids: Annotated[tuple[int, ...] | None, NoDecode, BeforeValidator(_number_list)] = None
    """The shards of this process, such as 0,1,2 or 0-2; if empty, all of them."""
    discord_api_url: WebAddress = "https://discord.com/api/v10"
    """The Discord API or a compatible server."""
    flux_api_url: WebAddress = "https://api.acedata.cloud"
    """The image API or a compatible server."""
    flux_platform_url: WebAddress = "https://platform.acedata.cloud"
    """The vendor's platform, which provides the balance and the prices, or a compatible server."""
    flux_catalogue: str = ""
    """The model catalogue: empty for the default, or the path of a TOML file."""
    resubmit_after_500: bool = False
    """Submit a job once more after an internal error of the image API (HTTP 500). The vendor's pages disagree about
    whether a failed submission may be charged; false leaves it to the user, who can try again with one click."""
    show_cost: bool = False
    """Show the expected cost on the status cards."""
    credit_price: Annotated[Money | None, NoDecode, BeforeValidator(_credit_price)] = None
    """The price of one credit of the image API, such as 0.0952 USD; if empty, costs are shown only in credits."""
    mentions: bool = True
    """Answer direct messages, and messages in servers that mention the bot or reply to its results."""
    flux_max_in_flight: int = Field(default=10, ge=1)
    """How many jobs may run at the image API at once; the vendor allows 10 per token."""
    max_running_per_user: int = Field(default=3, ge=1)
    """How many jobs of one user may run at the image API at once."""
    max_queued_per_user: int = Field(default=10, ge=1)
    """How many jobs of one user may wait in the queue."""
    budget_per_day: Annotated[Decimal | None, NoDecode, BeforeValidator(_credits)] = None
    """The credits that the whole bot may spend each day; if empty, there is no limit."""
    budget_per_month: Annotated[Decimal | None, NoDecode, BeforeValidator(_credits)] = None
    """The credits that the whole bot may spend each month; if empty, there is no limit."""
    pictures_per_user_per_day: int = Field(default=50, ge=0)
    """How many pictures a user may make each day, in all servers together; 0 means no limit."""
    timezone: Annotated[str, AfterValidator(_zone_name)] = "UTC"
    """The time zone in which days and months begin, such as Europe/Berlin."""
    blocked_words_file: str = ""
    """The path of a text file with words and phrases that no prompt may contain; if empty, none are blocked."""
    allowed_guilds: Annotated[tuple[int, ...] | None, NoDecode, BeforeValidator(_server_ids)] = None
    """The ids of the servers where the bot may be used, also by their members in direct messages; if empty, all."""
    allow_user_installs: bool | None = None
    """Whether users can install the bot for themselves; if empty, they can unless ALLOWED_GUILDS is set."""
    callback_grace_seconds: float = Field(default=90, ge=0, le=_WEEK, allow_inf_nan=False)
    """How long to wait for a callback before looking the task up."""
    poll_interval_seconds: float = Field(default=15, gt=0, le=_WEEK, allow_inf_nan=False)
    """The interval between look-ups of overdue tasks."""
    job_deadline_seconds: float = Field(default=1800, gt=0, le=_WEEK, allow_inf_nan=False)
    """How long after submission to abandon a job and notify the user."""
    delivery_lease_seconds: float = Field(default=10, gt=0, le=_WEEK, allow_inf_nan=False)
    """How long a delivery may make no progress before this or another process starts it again."""
    allow_private_image_hosts: bool = False
    """Allow downloads from private addresses and over plain HTTP; for the sandbox and tests only."""
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"],
        BeforeValidator(lambda value: value.upper() if isinstance(value, str) else value),
    ] = "INFO"
    """The lowest level to log: DEBUG, INFO, WARNING or ERROR."""
    log_format: Literal["text", "json"] = "text"
    """text for people, json (one object per line) for machines."""

    @field_validator("shard_ids")
    @classmethod
    def _check_shards(cls, value: tuple[int, ...] | None, info: ValidationInfo) -> tuple[int, ...] | None:
        if value is None:
            return None
        count: int | None = info.data.get("shard_count")
        if count is None:
            raise ValueError("needs SHARD_COUNT, the number of shards across all processes")
        if not value or len(set(value)) < len(value) or max(value) >= count:
            raise ValueError(f"must be distinct numbers from 0 to {count - 1}")
        return value

    @property
    def places(self) -> Places:
        """Return the rules for where the bot may be used, and by which users."""
        allowed_guilds = frozenset(self.allowed_guilds or ())
        user_installs = not allowed_guilds if self.allow_user_installs is None else self.allow_user_installs
        return Places(allowed_guilds, user_installs=user_installs)

    @property
    def cost_display(self) -> CostDisplay:
        """Return how cards show costs."""
        return CostDisplay(self.credit_price, on_status_cards=self.show_cost)

    @classmethod
    def load(cls, env_file: Path | str | None = ".env", **overrides: Any) -> Self:
        """Read the environment and ``env_file``; ``overrides`` take precedence over both.

        Raises ConfigurationError whose text is one line and names every missing or malformed variable.
        """
        try:
            return cls(_env_file=env_file, **overrides)
        except ValidationError as error:
            # Errors in settings that the operator has set come before missing settings.
            details = sorted(error.errors(), key=lambda details: details["type"] == "missing")
            raise ConfigurationError("; ".join(map(_describe_error, details))) from None
        except UnicodeDecodeError:
            raise ConfigurationError(f"{env_file} is not a UTF-8 text file: save it as UTF-8") from None
        except OSError as error:
            raise ConfigurationError(
                f"{env_file} can't be read ({error.strerror}): the bot runs as user {os.geteuid()}, who must be able "
                "to read the file"
            ) from None

    def check_role(self) -> None:
        """Raise ConfigurationError if this process is a worker but its database is not PostgreSQL."""
        if self.role == "worker" and not self.database_url.get_secret_value().startswith("postgresql:"):
            raise ConfigurationError(
                "DATABASE_URL: a worker (ROLE=worker) needs the PostgreSQL database that all processes share, such as "
                "postgresql://user:password@host/database"
            )


class _LogFormat(BaseSettings):
    """The setting that is needed to log errors about other settings."""

    model_config = Settings.model_config

    log_format: Literal["text", "json"] = "text"


def read_log_format(env_file: Path | str = ".env") -> Literal["text", "json"]:
    """Return LOG_FORMAT even if other settings or ``env_file`` are invalid; ``text`` if LOG_FORMAT is invalid."""
    for source in (env_file, None):
        try:
            return _LogFormat(_env_file=source).log_format
        except (ValueError, OSError):  # pydantic's errors are ValueErrors, as are those of files that are not UTF-8
            continue
    return "text"


def is_in_container() -> bool:
    """Return whether this process runs in a container of Docker, Podman or Kubernetes."""
    return "KUBERNETES_SERVICE_HOST" in os.environ or any(Path(mark).exists() for mark in CONTAINER_MARKS)


def _describe_error(details: Any) -> str:
    """Describe what is wrong with a variable, without its value, which may be secret."""
    name = str(details["loc"][0]).upper() if details["loc"] else "settings"
    if details["type"] == "missing":
        return f"{name} is missing: set it in the environment or in .env (see .env.example)"
    if details["type"] == "value_error":  # raised by the validators above
        return f"{name}: {details['ctx']['error']}"
    return f"{name}: must be {_expected(Settings.model_fields[name.lower()])}"


def _expected(field: FieldInfo) -> str:
    """Describe the values of a setting that is a choice, a switch or a number."""
    kinds = (field.annotation, *get_args(field.annotation))
    if get_origin(field.annotation) is Literal:
        return f"one of {', '.join(get_args(field.annotation))}"
    if bool in kinds:
        return "true or false"
    limits: dict[str, float] = {}
    for limit in field.metadata:
        limits |= {name: getattr(limit, name) for name in ("ge", "gt", "le") if hasattr(limit, name)}
    number = "a number" if float in kinds else "a whole number"
    if "le" not in limits:
        return f"{number}, at least {limits['ge']}"
    if "gt" in limits:
        return f"{number} above {limits['gt']} and up to {limits['le']}"
    return f"{number} from {limits['ge']} to {limits['le']}"
