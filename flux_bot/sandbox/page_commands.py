"""Commands that replace the parts of Discord that the sandbox's page lacks: direct messages and the "Apps" menu."""

from collections.abc import Callable
from typing import Any

import discord
from discord import AppCommandType, app_commands, ui
from discord.ext import commands

from flux_bot.core.text import one_line, truncate
from flux_bot.ui import cards
from flux_bot.ui.bot import Interaction
from flux_bot.ui.interactions.replies import user_translator
from flux_bot.ui.old_pictures import components_of

MESSAGES_SHOWN = 3
RECENT_MESSAGES = 25
"""Maximum number of messages of the channel to offer."""
CHOICE_LIMIT = 100


class PageCommands(commands.Cog):
    """The commands, which exist only in the sandbox."""

    def __init__(self) -> None:
        """Create the commands; their owner sets ``local_files`` once the virtual Discord exists."""
        self.local_files: Callable[[str], bytes | None] = lambda _: None
        """Function that returns a file of the virtual Discord by its address."""

    @app_commands.command(name="sandbox-messages", description="Sandbox only: show the bot's direct messages to you")
    async def messages(self, interaction: Interaction) -> None:
        """Show copies of the latest direct messages in a private reply."""
        await interaction.response.defer(ephemeral=True)
        channel = await interaction.user.create_dm()
        found = [message async for message in channel.history(limit=MESSAGES_SHOWN)]
        title = "The bot's latest direct messages to you:" if found else "The bot has sent you no direct message yet."
        await interaction.edit_original_response(view=cards.text(f"📬 {title}").view)
        for message in reversed(found):
            copy = self._copy(message)
            await interaction.followup.send(view=copy.view, files=copy.files, ephemeral=True)

    @app_commands.command(name="sandbox-apps", description="Sandbox only: use a message's Apps menu")
    @app_commands.describe(entry="What to choose in the menu", message="The message; type a word from it")
    async def apps(self, interaction: Interaction, entry: str, message: str) -> None:
        """Run an entry of a message's Apps menu."""
        menu = interaction.client.tree.get_command(entry, type=AppCommandType.message)
        channel = interaction.channel
        if menu is None or not message.isdecimal() or not isinstance(channel, discord.abc.Messageable):
            raise app_commands.AppCommandError("choose from the lists")
        callback: Any = menu.callback
        await callback(interaction, await channel.fetch_message(int(message)))

    @apps.autocomplete("entry")
    async def _entries(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        menus = interaction.client.tree.get_commands(type=AppCommandType.message)
        translate = user_translator(interaction)
        names = {menu.name: translate(f"menu-{menu.name.lower().replace(' ', '-')}") for menu in menus}
        return _choices(names, typed)

    @apps.autocomplete("message")
    async def _messages(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        channel = interaction.channel
        if not isinstance(channel, discord.abc.Messageable):
            return []
        found = {str(message.id): _text_of(message) async for message in channel.history(limit=RECENT_MESSAGES)}
        return _choices(found, typed)

    def _copy(self, message: discord.Message) -> cards.Card:
        """Return a card with the contents of a message."""
        view = ui.LayoutView.from_message(message, timeout=None)
        files: list[discord.File] = []
        for part in view.walk_children():
            if isinstance(part, ui.MediaGallery):
                part.items = [self._copied(item, files) for item in part.items]
            elif isinstance(part, ui.Thumbnail | ui.File) and (file := self._file(part.media.url, files)):
                part.media = file.uri
        view.stop()
        return cards.Card(view, files)

    def _copied(self, item: discord.MediaGalleryItem, files: list[discord.File]) -> discord.MediaGalleryItem:
        file = self._file(item.media.url, files)
        media = file.uri if file else item.media.url
        return discord.MediaGalleryItem(media, description=item.description, spoiler=item.spoiler)

    def _file(self, url: str, files: list[discord.File]) -> discord.File | None:
        """Copy the virtual Discord's file at this address and return the copy; return None for any other address."""
        data = self.local_files(url)
        if data is None:
            return None
        files.append(cards.file(url.partition("?")[0].rpartition("/")[2], data))
        return files[-1]


def _text_of(message: discord.Message) -> str:
    """Return a message's author and text on one line."""
    shown = [part.content for part in components_of(message.components) if isinstance(part, discord.TextDisplay)]
    return one_line(" ".join([f"{message.author.display_name}:", message.content, *shown]))


def _choices(labels: dict[str, str], typed: str) -> list[app_commands.Choice[str]]:
    part = typed.strip().lower()
    return [
        app_commands.Choice(name=truncate(label, CHOICE_LIMIT), value=value)
        for value, label in labels.items()
        if part in label.lower() or part == value.lower()
    ]
