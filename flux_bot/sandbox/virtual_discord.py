"""A Discord of this machine's own: SimCord with its chat page, kept at the real time.

SimCord is made for tests: its clock stands still, and its page shows what is new only when it is told to. What
reaches behind its public interface to change that is here and nowhere else; its exact version is pinned for it.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import simcord

from flux_bot.discord_bot import FluxBot

SETTLE_SECONDS = 0.5
"""How long an action on the page waits for the bot: the status card shows at once, the rest comes by itself."""

CLOCK_SECONDS = 5.0
"""How often "5 seconds ago" is brought up to date."""

QUIET_SECONDS = 0.1
"""Changes that come this close together are shown together."""


@dataclass(frozen=True, slots=True)
class VirtualDiscord:
    """A server with one channel and some members, and the page that shows it."""

    env: simcord.Env
    channel: simcord.ChannelHandle
    members: Mapping[str, simcord.MemberActor]
    page_url: str

    def file(self, url: str) -> bytes | None:
        """Return an uploaded file by its address, which exists on no real network."""
        return self.env.backend.cdn.get(url)

    def forbid_posting(self, *, forbidden: bool) -> None:
        """Refuse the bot's own messages in the channel, as where it lacks the permission, or allow them again.

        A command of the bot's may call this, which ``Env.inject_error`` does not allow.
        """
        refusal = {"status": 403, "code": 50013, "message": "Missing Permissions", "times": None}
        fault = {"method": "POST", "path": f"/channels/{self.channel.id}/messages", **refusal}
        self.env.backend.faults[:] = [fault] if forbidden else []


@asynccontextmanager
async def open_discord(bot: FluxBot, *, members: Sequence[str], port: int) -> AsyncIterator[VirtualDiscord]:
    """Connect the bot to a new virtual Discord and serve its chat page on a port, 0 for any free one."""
    async with simcord.run(bot, shard_count=1, check_errors=False, settle_timeout=SETTLE_SECONDS) as env:
        env.backend.clock.now = lambda: datetime.now(UTC)  # type: ignore[method-assign]
        env.backend.edit_bot_profile("flux-bot")
        guild = env.create_guild("flux-bot sandbox")
        channel = guild.create_text_channel("pictures")
        people = {name: guild.add_member(env.create_user(name)) for name in members}
        viewers = list(people.values())
        page = env.preview(channel, viewers=viewers, layout="channel", port=port)
        async with page, asyncio.TaskGroup() as tasks:
            showing = tasks.create_task(_show_what_is_new(env, page))
            yield VirtualDiscord(env, channel, people, page.url)
            showing.cancel()


async def _show_what_is_new(env: simcord.Env, page: simcord.Preview) -> None:
    """Refresh the page whenever something changes without an action on it, such as a late result."""
    changed = asyncio.Event()
    env.backend.subscribers.append(lambda _event, _payload: changed.set())
    while True:
        with contextlib.suppress(TimeoutError):  # the page's own clock stands still between two refreshes
            await asyncio.wait_for(changed.wait(), CLOCK_SECONDS)
        await asyncio.sleep(QUIET_SECONDS)
        changed.clear()
        try:
            await page.refresh()
        except (
            simcord.SetupError,
            TimeoutError,
        ):  # an action is under way, or the bot is busy: again in a moment
            changed.set()
