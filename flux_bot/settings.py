"""Every knob with its meaning; ``.env.example`` says the same, and a test keeps the two equal."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AliasChoices,
    BeforeValidator,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from flux_bot.core.errors import ConfigurationError


def _web_address(value: object) -> object:
    """Check an http(s) address without query, and drop a slash at its end."""
    if not isinstance(value, str) or not value:
        return value
    plain = value.isprintable() and not any(character in " ?#" for character in value)
    try:
        parts = urlsplit(value)
        if plain and parts.scheme in ("http", "https") and parts.hostname and parts.port != 0:
            return value.rstrip("/")
    except ValueError:  # its text would show the value
        pass
    raise ValueError("should be a web address such as https://bot.example.org")


def _database_url(value: object) -> object:
    """Check for one of the two forms that are understood."""
    if not isinstance(value, str):
        return value
    if not value.startswith(("sqlite:///", "postgresql://")):
        raise ValueError("should start with sqlite:/// or postgresql://")
    if value.removeprefix("sqlite:///") in ("", ":memory:"):
        raise ValueError("should name a file, or jobs would be lost when the bot ends")
    return value


def _bare_token(value: object) -> object:
    """Drop what people paste around a token: blanks and the scheme of the header it goes into."""
    if not isinstance(value, str):
        return value
    token = re.sub(r"^(Bearer|Bot)(\s+|$)", "", value.strip())
    if not token:
        raise ValueError("should not be empty")
    if any(character.isspace() or not character.isprintable() for character in token):
        raise ValueError("should have no blanks in it")
    return token


def _numbers(value: object) -> object:
    """Read a list such as 0,1,2 or 0-3."""
    if not isinstance(value, str):
        return value
    numbers: list[int] = []
    for part in value.split(","):
        if not (match := re.fullmatch(r"\s*([0-9]{1,5})\s*(?:-\s*([0-9]{1,5})\s*)?", part)):
            raise ValueError("should be numbers such as 0,1,2 or 0-2")
        first, last = match.groups()
        numbers += range(int(first), int(last or first) + 1)
    return numbers


WebAddress = Annotated[str, BeforeValidator(_web_address)]
Token = Annotated[SecretStr, BeforeValidator(_bare_token)]


_LONGEST = 7 * 24 * 3600
"""A week in seconds: nobody waits longer for a picture."""


class Settings(BaseSettings):
    """What the operator can set, by environment variable or in ``.env``; the environment wins."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,  # .env.example leaves the tokens empty: that is missing, not malformed
        extra="ignore",
        frozen=True,
        populate_by_name=True,
    )

    discord_token: Token
    """The bot's token: Discord Developer Portal, your application, Bot, Reset Token."""

    flux_api_token: Token = Field(validation_alias=AliasChoices("FLUX_API_TOKEN", "ACEDATACLOUD_API_TOKEN"))
    """The token of the image API: Ace Data Cloud console, Flux Images API, Credentials."""

    public_url: WebAddress = ""
    """Where the internet reaches this bot's web server, e.g. https://bot.example.org. Empty: look-ups only."""

    webhook_host: Annotated[str, StringConstraints(min_length=1)] = "0.0.0.0"  # noqa: S104  callbacks come from outside
    """The address the web server listens on."""

    webhook_port: int = Field(default=8080, ge=0, le=65535)
    """The port the web server listens on; 0 takes any free one."""

    database_url: Annotated[SecretStr, BeforeValidator(_database_url)] = SecretStr("sqlite:///data/flux_bot.db")
    """Where jobs are kept: sqlite:///path (four slashes for an absolute path) or postgresql://..."""

    retention_days: int = Field(default=90, ge=0, le=36500)
    """How long finished jobs are kept, in days; 0 keeps them for ever."""

    role: Literal["all", "worker"] = "all"
    """all: everything; worker: callbacks, submissions and deliveries without a gateway connection."""

    shard_count: int | None = Field(default=None, ge=1)
    """Into how many shards the gateway is split over all processes; empty: as many as Discord advises."""

    shard_ids: Annotated[tuple[int, ...] | None, NoDecode, BeforeValidator(_numbers)] = None
    """The shards of this process, such as 0,1,2 or 0-2; empty: all of them."""

    discord_api_url: WebAddress = "https://discord.com/api/v10"
    """The Discord API, or a server that is compatible with it."""

    flux_api_url: WebAddress = "https://api.acedata.cloud"
    """The image API, or a server that is compatible with it."""

    flux_catalogue: str = ""
    """The table of models: empty for the default, 2026-10 for the vendor's newer one, or a TOML file's path."""

    flux_max_in_flight: int = Field(default=10, ge=1)
    """Jobs at the image API at the same time; the vendor allows 10 per token."""

    max_running_per_user: int = Field(default=3, ge=1)
    """Jobs of one person at the image API at the same time."""

    max_queued_per_user: int = Field(default=10, ge=1)
    """Jobs of one person waiting for their turn."""

    callback_grace_seconds: float = Field(default=90, ge=0, le=_LONGEST, allow_inf_nan=False)
    """How long to wait for a callback before looking the task up."""

    poll_interval_seconds: float = Field(default=15, gt=0, le=_LONGEST, allow_inf_nan=False)
    """How often overdue tasks are looked up."""

    job_deadline_seconds: float = Field(default=1800, gt=0, le=_LONGEST, allow_inf_nan=False)
    """How long after its submission a job is given up, with a word to the user."""

    allow_private_image_hosts: bool = False
    """Fetch pictures from private addresses and over plain http; for the sandbox and tests only."""

    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"],
        BeforeValidator(lambda value: value.upper() if isinstance(value, str) else value),
    ] = "INFO"
    """How much is logged: DEBUG, INFO, WARNING or ERROR."""

    log_format: Literal["text", "json"] = "text"
    """text for people, json (one object a line) for machines."""

    @field_validator("shard_ids")
    @classmethod
    def _are_shards(cls, value: tuple[int, ...] | None, info: ValidationInfo) -> tuple[int, ...] | None:
        if value is None:
            return None
        count: int | None = info.data.get("shard_count")
        if count is None:
            raise ValueError("needs SHARD_COUNT, the number of shards over all processes")
        if not value or len(set(value)) < len(value) or max(value) >= count:
            raise ValueError(f"should be different numbers from 0 to {count - 1}")
        return value

    @classmethod
    def load(cls, env_file: Path | str | None = ".env", **overrides: Any) -> Self:
        """Read the environment and ``env_file``; ``overrides`` win over both.

        Raises ConfigurationError: one readable line that names each variable that is missing or malformed.
        """
        try:
            return cls(_env_file=env_file, **overrides)
        except ValidationError as error:
            raise ConfigurationError("; ".join(_complaint(item) for item in error.errors())) from None
        except UnicodeDecodeError:
            raise ConfigurationError(f"{env_file} is not a UTF-8 text file: save it as UTF-8") from None


def _complaint(item: Any) -> str:
    """Say what is wrong with one variable, without its value: it may be a secret."""
    name = str(item["loc"][0]).upper() if item["loc"] else "settings"
    if item["type"] == "missing":
        return f"{name} is missing: set it in the environment or in .env (see .env.example)"
    return f"{name}: {item['msg'].removeprefix('Value error, ')}"
