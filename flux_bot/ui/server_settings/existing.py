"""The models, roles and channels that exist; settings may refer to some that no longer do."""

from collections.abc import Collection
from dataclasses import dataclass

import discord

from flux_bot.core.catalogue import Catalogue
from flux_bot.core.rules.server_settings import ServerSettings

CHANNEL_TYPES = (
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.voice,
    discord.ChannelType.stage_voice,
    discord.ChannelType.forum,
)
"""Types of channels where the bot can be used, directly or in threads. Media channels are omitted, because Discord's
OpenAPI document does not allow them in lists."""
LOG_CHANNEL_TYPES = (discord.ChannelType.text, discord.ChannelType.news, discord.ChannelType.voice)


@dataclass(frozen=True, slots=True)
class Existing:
    """The models, roles and channels that a server's settings can refer to."""

    catalogue: Catalogue
    guild: discord.Guild | None
    """The server; None if the bot is not in it or does not know it yet, in which case all roles and channels exist."""

    @classmethod
    def of(cls, catalogue: Catalogue, guild: discord.Guild | None) -> "Existing":
        """Return the existing models, roles and channels of a server, as far as the bot knows them."""
        return cls(catalogue, None if guild is None or guild.unavailable else guild)

    def models(self, names: Collection[str]) -> tuple[str, ...]:
        """Return the names that belong to models."""
        known = {model.name for model in self.catalogue.models}
        return tuple(name for name in names if name in known)

    def roles(self, ids: Collection[int]) -> tuple[int, ...]:
        """Return the ids that belong to roles."""
        return tuple(one for one in ids if self.guild is None or self.guild.get_role(one))

    def channels(self, ids: Collection[int]) -> tuple[int, ...]:
        """Return the ids that belong to channels where the bot can be used."""
        return tuple(one for one in ids if self.guild is None or self._type_of(one) in CHANNEL_TYPES)

    def is_log_channel(self, channel_id: int) -> bool:
        """Return whether an id belongs to a channel of this server in which the log can be posted."""
        return self.guild is not None and self._type_of(channel_id) in LOG_CHANNEL_TYPES

    def can_write(self, channel_id: int) -> bool:
        """Return whether the bot may post in a channel, or True if that is unknown."""
        channel = self.guild.get_channel(channel_id) if self.guild else None
        if channel is None or self.guild is None:
            return True
        allowed = channel.permissions_for(self.guild.me)
        return allowed.view_channel and allowed.send_messages

    def _type_of(self, channel_id: int) -> discord.ChannelType | None:
        channel = self.guild.get_channel(channel_id) if self.guild else None
        return channel.type if channel else None

    def without_missing(self, settings: ServerSettings) -> ServerSettings:
        """Return settings without the models, roles and channels that no longer exist."""
        limited = self.roles(tuple(settings.role_limits))
        log = settings.log_channel
        return settings.model_copy(
            update={
                "models": self.models(settings.models),
                "default_model": next(iter(self.models(_listed(settings.default_model))), None),
                "role_limits": {role: settings.role_limits[role] for role in limited},
                "exempt_roles": self.roles(settings.exempt_roles),
                "spoiler_channels": self.channels(settings.spoiler_channels),
                "private_channels": self.channels(settings.private_channels),
                "allowed_roles": self.roles(settings.allowed_roles),
                "log_channel": log if log is None or self.guild is None or self.is_log_channel(log) else None,
            }
        )


def _listed(name: str | None) -> tuple[str, ...]:
    return () if name is None else (name,)
