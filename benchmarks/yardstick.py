"""The minimum cost of this job: the bot's work with a dict, without checks, limits or crash safety.

It runs as a process between the same doubles as the bot, with the same settings. ``POST /bare`` only parses a
callback and answers.
"""

import asyncio
import io
import logging
import os
import secrets

import aiohttp
import discord
import yarl
from aiohttp import web
from discord import app_commands

API, PUBLIC_URL = os.environ["FLUX_API_URL"], os.environ["PUBLIC_URL"]
HEADERS = {"Authorization": f"Bearer {os.environ['FLUX_API_TOKEN']}"}
REQUEST = {"action": "generate", "model": "flux-dev", "size": "1024x1024", "count": 1}


class Yardstick(discord.AutoShardedClient):
    """Answers commands, handles callbacks and posts pictures."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True), max_messages=None, chunk_guilds_at_startup=False)
        self.tree = app_commands.CommandTree(self)
        self.waiting: dict[str, discord.Interaction] = {}
        self.posts: set[asyncio.Task[None]] = set()

    async def setup_hook(self) -> None:
        """Listen on the port and publish the command."""
        self.flux = aiohttp.ClientSession(headers=HEADERS)
        self.tree.command(name="imagine", description="Make a picture")(self.imagine)
        await self.tree.sync()
        app = web.Application()
        app.add_routes([web.post("/callbacks/{job_id}/{secret}", self.callback), web.post("/bare", bare)])
        self.runner = web.AppRunner(app, access_log=None)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", int(os.environ["WEBHOOK_PORT"])).start()

    async def imagine(self, interaction: discord.Interaction, prompt: str) -> None:
        """Reply, then request the picture."""
        await interaction.response.send_message("Painting")
        job_id = secrets.token_urlsafe(12)
        self.waiting[job_id] = interaction
        body = {**REQUEST, "prompt": prompt, "callback_url": f"{PUBLIC_URL}/callbacks/{job_id}/secret"}
        async with self.flux.post(f"{API}/flux/images", json=body) as answer:
            await answer.json()

    async def callback(self, request: web.Request) -> web.Response:
        """Answer a callback, then post its result."""
        result, job_id = await request.json(), request.match_info["job_id"]
        post = asyncio.create_task(self.post(job_id, result["data"][0]["image_url"]))
        self.posts.add(post)  # a reference, so that the task is not garbage-collected
        post.add_done_callback(self.posts.discard)
        return web.Response()

    async def post(self, job_id: str, url: str) -> None:
        """Post the picture and delete the reply."""
        interaction = self.waiting.pop(job_id)
        async with self.flux.get(url) as answer:
            picture = discord.File(io.BytesIO(await answer.read()), filename=f"flux-{job_id}-1.png")
        await self.get_partial_messageable(interaction.channel_id or 0).send(interaction.user.mention, file=picture)
        await interaction.delete_original_response()


async def bare(request: web.Request) -> web.Response:
    """Parse and answer a callback, nothing more."""
    await request.json()
    return web.Response()


async def main() -> None:
    """Run until killed."""
    discord.http.Route.BASE = os.environ["DISCORD_API_URL"]
    async with Yardstick() as yardstick:
        await yardstick.login(os.environ["DISCORD_TOKEN"])
        _, gateway_url, _ = await yardstick.http.get_bot_gateway()
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)
        await yardstick.connect()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    asyncio.run(main())
