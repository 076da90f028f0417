"""Decides whether a Discord error concerns only this channel or user, or is temporary."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import aiohttp
import discord

from flux_bot.core.backoff import retry_after_seconds
from flux_bot.core.errors import DeliveryFailed, RateLimited
from flux_bot.core.text import plain_line

log = logging.getLogger(__name__)

REFUSALS = {
    10003: "unknown channel",
    10004: "unknown guild",
    10007: "unknown member",
    10008: "unknown message",
    10013: "unknown user",
    10015: "unknown webhook",
    10062: "unknown interaction",
    20009: "explicit content cannot be sent to the recipient",
    40058: "the forum post has no first message yet",
    40094: "the interaction has reached its maximum of follow-up messages",
    50001: "missing access",
    50003: "not possible in a direct message",
    50005: "the message is somebody else's",
    50007: "cannot send messages to this user",
    50008: "not a text channel",
    50009: "the channel's verification level is too high",
    50013: "missing permissions",
    50024: "not possible in this type of channel",
    50027: "invalid webhook token",
    50033: "invalid recipient",
    50035: "invalid form body",  # about the message itself: the same one would be refused again
    50083: "the thread is archived",
    50278: "no server in common with this user",
    160002: "replies need the permission to read the message history",
    160005: "the thread is locked",
    200000: "blocked by AutoMod",
    200001: "blocked by AutoMod",
    240000: "blocked by the filter for harmful links",
}
"""The codes that another attempt does not change (discord-api-docs, topics/opcodes-and-status-codes, "JSON error
codes"; 50278: issue 8238 there). Every other error may pass: Cloudflare, for example, blocks with 403 and 40333 or no
code, and 40003 means that the bot opens direct messages too fast."""
DEAD_TOKEN_CODES = frozenset({10015, 50027})
"""What Discord answers to an interaction token that is unknown or has expired."""
UNKNOWN_MESSAGE = 10008
TOO_LARGE = 40005
"""Request entity too large."""


DEFAULT_WAIT_SECONDS = 5.0


def retry_after(headers: Mapping[str, str]) -> float:
    """Return the number of seconds to wait after a response with status 429."""
    seconds = retry_after_seconds(headers)
    return DEFAULT_WAIT_SECONDS if seconds is None else seconds


class MethodFailed(Exception):
    """This delivery method can't reach the user."""

    def __init__(self, reason: str, code: int = 0) -> None:
        """Take the reason, and Discord's code for it."""
        super().__init__(reason)
        self.code = code


class TooLarge(MethodFailed):
    """Discord accepts no files of this size here."""


@contextmanager
def discord_errors() -> Iterator[None]:
    """Raise MethodFailed for errors of this channel or user, DeliveryFailed for temporary errors."""
    try:
        yield
    except discord.RateLimited as error:
        raise RateLimited(error.retry_after) from error
    except discord.HTTPException as error:
        if error.status == 429:
            raise RateLimited(retry_after(error.response.headers)) from error
        if error.status == 413 or error.code == TOO_LARGE:
            raise TooLarge(plain_line(error), error.code) from error
        if error.code in REFUSALS:
            raise MethodFailed(f"{error.status} {error.code}: {plain_line(error.text)}", error.code) from error
        raise DeliveryFailed(f"Discord answered {error.status} {error.code}") from error
    except (aiohttp.ClientError, OSError) as error:  # TimeoutError is an OSError
        raise DeliveryFailed(f"Discord can't be reached: {type(error).__name__}") from error


@contextmanager
def refusals_logged(action: str) -> Iterator[None]:
    """Log that an action is impossible, and continue. Raise DeliveryFailed for temporary errors."""
    try:
        with discord_errors():
            yield
    except MethodFailed as failed:
        log.info("Can't %s: %s", action, failed)
