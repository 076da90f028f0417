"""Saves which servers the bot has left; the data of such a server is deleted some time later."""

import asyncio
import logging

import discord
from discord.ext import commands

from flux_bot.core.errors import StoreUnavailable
from flux_bot.ui.bot import FluxBot

log = logging.getLogger(__name__)

RETRY_SECONDS = 10.0
"""Seconds until the next attempt if the database is not available."""


class Membership(commands.Cog):
    """Compares the servers that the bot is in with the servers in the database.

    Servers that the bot left while it was offline are found at the next start. A server with an outage does not count
    as left: Discord lists it as unavailable.
    """

    def __init__(self, bot: FluxBot) -> None:
        """Take the bot whose servers to watch."""
        self._bot = bot
        self._lock = asyncio.Lock()

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Compare all servers of this process once all of its shards are connected."""
        await self._compare()

    @commands.Cog.listener()
    async def on_guild_join(self, _: discord.Guild) -> None:
        """Compare the servers, because the bot may have returned to a server."""
        await self._compare()

    @commands.Cog.listener()
    async def on_guild_remove(self, _: discord.Guild) -> None:
        """Compare the servers after the bot has left a server; discord.py does not dispatch this for an outage."""
        await self._compare()

    async def _compare(self) -> None:
        """Save the differences. If the database is not available, compare again later."""
        while self._bot.is_ready() and not self._bot.is_closed():  # until then, not all servers are known
            try:
                async with self._lock:
                    await self._save()
            except StoreUnavailable as error:
                log.warning("Can't save which servers the bot is in: %s", error)
                await asyncio.sleep(RETRY_SECONDS)
            else:
                return

    async def _save(self) -> None:
        bot, guild_ids = self._bot, {guild.id for guild in self._bot.guilds}
        shards, shard_count = set(bot.shards), bot.shard_count or 1

        def is_visible(guild_id: int) -> bool:  # discord-api-docs, events/gateway, "sharding"
            return (guild_id >> 22) % shard_count in shards

        changes = await bot.store.membership.compare(guild_ids, is_visible, now=bot.clock.now())
        if changes.left or changes.returned:
            log.info("The bot has left %d servers and returned to %d", changes.left, changes.returned)


async def setup(bot: FluxBot) -> None:
    """Add the listeners (discord.py calls this)."""
    await bot.add_cog(Membership(bot))
