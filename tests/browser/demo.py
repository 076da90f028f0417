"""Record the README's demo of the sandbox: ``make screenshots``.

Everything in the demo happens on the page: the typing, the bot's posts, and the pictures of the fake image API.
"""

import asyncio
import io
from collections.abc import Awaitable, Callable
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, Locator

from flux_bot.sandbox.sandbox import Sandbox
from tests.browser.chat import IDLE, LOADED, Chat, open_chat

WIDTH, HEIGHT, SCALE = 720, 840, 1.25
"""The page's width and height, and its scale."""
SECONDS = 2.5
"""How long a picture takes, in seconds; it is enough to see the status card."""
KEY, STEP, PAUSE, LOOK = 70, 350, 900, 2600
"""How long a frame is shown, in milliseconds: after a key, between steps, in a pause, and for viewing a result."""
LETTERS = 2
"""How many letters are typed from one frame to the next."""
QUALITY = 85


class Recording:
    """The frames of the demo."""

    def __init__(self, chat: Chat) -> None:
        """Set the page to record."""
        self.chat = chat
        self.frames: list[Image.Image] = []
        self.milliseconds: list[int] = []
        """How long each frame is shown."""

    async def show(self, milliseconds: int, *, down_to: Locator | None = None) -> None:
        """Add a frame."""
        page, is_loaded = self.chat.page, False
        while not is_loaded:  # a picture may arrive in between
            await page.wait_for_function(LOADED)
            if down_to is not None:
                await down_to.evaluate("message => message.scrollIntoView({block: 'end'})")
            screenshot = await page.locator("#channel-layout").screenshot()
            is_loaded = await page.evaluate(LOADED)
        with Image.open(io.BytesIO(screenshot)) as picture:
            frame = picture.convert("RGB")
        if self.frames and frame == self.frames[-1]:
            self.milliseconds[-1] += milliseconds
        else:
            self.frames.append(frame)
            self.milliseconds.append(milliseconds)

    async def type(self, field: Locator, text: str) -> None:
        """Type a text letter by letter."""
        for start in range(0, len(text), LETTERS):
            await field.press_sequentially(text[start : start + LETTERS])
            await self.show(KEY)
        await self.show(PAUSE)

    async def start(self, command: str) -> None:
        """Type a command, and choose it."""
        await self.chat.page.wait_for_function(IDLE)
        await self.type(self.chat.composer, f"/{command}")
        await self.chat.suggestions.first.click()
        await self.show(STEP)

    async def pick(self, option: str, text: str) -> None:
        """Type the value of an option, and choose the suggestion for it."""
        field, suggestion = await self.chat.option(option), self.chat.suggestions.filter(has_text=text).first
        await field.press_sequentially(text)
        await suggestion.wait_for()
        await self.show(PAUSE)
        await suggestion.click()

    async def send(self, result: Locator) -> None:
        """Send the typed text, and record until the result appears."""
        await self.chat.page.get_by_role("button", name="Send", exact=True).click()
        async with asyncio.timeout(60):
            while not await result.count():
                await self.show(STEP, down_to=self.chat.messages.last)
                await asyncio.sleep(STEP / 1000)
        await self.show(LOOK, down_to=result)

    def save(self, file: Path) -> None:
        """Save the recording as an animated WebP file that loops."""
        first, *others = self.frames
        options = {"append_images": others, "duration": self.milliseconds, "loop": 0}
        first.save(file, "WEBP", save_all=True, quality=QUALITY, **options)


async def imagine(recording: Recording) -> None:
    """Make a picture with a command."""
    chat = recording.chat
    await recording.show(PAUSE)
    await recording.start("imagine")
    await recording.type(await chat.option("prompt"), "sunrise over misty hills")
    await recording.send(chat.message("your picture is ready"))


async def reply(recording: Recording) -> None:
    """Edit the picture with a reply that describes the change."""
    chat = recording.chat
    picture = chat.message("your picture is ready")
    await chat.start_reply(picture)
    await recording.show(PAUSE, down_to=picture)
    await recording.type(chat.composer, "the same at night")
    await recording.send(chat.message("your edited picture is ready"))


async def compare(recording: Recording) -> None:
    """Compare the pictures of two models."""
    chat = recording.chat
    await recording.start("compare")
    await recording.type(await chat.option("prompt"), "a lake at dawn")
    await recording.pick("model1", "FLUX.2 pro")
    await recording.pick("model2", "FLUX.1 dev")
    await recording.send(chat.message("your pictures are ready"))


SCENES: tuple[Callable[[Recording], Awaitable[None]], ...] = (imagine, reply, compare)
"""The scenes of the demo, in order."""


async def record(browser: Browser, sandbox: Sandbox, file: Path) -> None:
    """Record all scenes in a new sandbox, for a user who prefers wide pictures, and save them in a file."""
    await sandbox.app.workflow.history.prefer(sandbox.discord.members["alice"].id, size="16:9")
    async with open_chat(browser, sandbox.discord.page.url, width=WIDTH, height=HEIGHT, scale=SCALE) as chat:
        async for welcome in sandbox.app.bot.get_partial_messageable(sandbox.discord.channel.id).history():
            await welcome.delete()
        await chat.page.get_by_text("No messages in this channel.").wait_for()
        recording = Recording(chat)
        for scene in SCENES:
            await scene(recording)
    recording.save(file)
