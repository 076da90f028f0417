"""/history: browse the user's pictures, page by page, privately."""

import asyncio
from contextlib import ExitStack

from discord import app_commands, ui
from discord.ext import commands

from flux_bot.core.text import escape, quote, shorten
from flux_bot.images.decoding import Picture, fit_all
from flux_bot.locales import Translator
from flux_bot.store.history import Page
from flux_bot.ui import cards, texts
from flux_bot.ui.bot import FluxBot, Interaction
from flux_bot.ui.custom_ids import CustomId, parse_custom_id
from flux_bot.ui.file_names import file_name
from flux_bot.ui.replies import Reply, user_translator

PAGE_SIZE = 6
THUMBNAIL_BYTES = 150_000
THUMBNAIL_SIDE = 512
SEARCH_LIMIT = 60
"""Characters: the search is part of the buttons' custom_ids, which have at most 100."""


class History(commands.Cog):
    """The command."""

    @app_commands.command()
    async def history(
        self, interaction: Interaction, search: app_commands.Range[str, 1, SEARCH_LIMIT] | None = None
    ) -> None:
        """Show the first page."""
        await _show_page(interaction, Reply(interaction, private=True), 1, " ".join((search or "").split()))


async def show_page(interaction: Interaction, rest: str) -> None:
    """Show the page ``<number>:<search>`` of a button."""
    number, search = parse_custom_id(rest)
    reply = Reply(interaction, private=True, updates=True)
    if interaction.client.old_pictures.is_busy(interaction.user.id):
        await reply.dismiss()  # the page requested before is on its way
        return
    await _show_page(interaction, reply, int(number) if number.isdecimal() and len(number) < 7 else 1, search)


async def _show_page(interaction: Interaction, reply: Reply, number: int, search: str) -> None:
    client, translate = interaction.client, user_translator(interaction)
    page = await reply.wait_for(client.workflow.history.page(interaction.user.id, search, number, PAGE_SIZE))
    if not page.jobs:
        quoted = quote(search, SEARCH_LIMIT)
        said = translate("history-none-found", search=quoted) if search else translate("history-none")
        await reply.send(cards.text(said))
        return
    async with client.old_pictures.slot(interaction.user.id, reply.defer):
        await reply.send(await _with_pictures(client, translate, page, search))


async def _with_pictures(client: FluxBot, translate: Translator, page: Page, search: str) -> cards.Card:
    with ExitStack() as opened:
        found = await asyncio.gather(*(client.old_pictures.pictures(client, job, at_most=1) for job in page.jobs))
        thumbnails = await fit_all([pictures[0] for pictures in found], THUMBNAIL_BYTES, opened, THUMBNAIL_SIDE)
        return _page_card(translate, page, thumbnails, search)


def _page_card(translate: Translator, page: Page, thumbnails: list[Picture | None], search: str) -> cards.Card:
    count = {"page": page.number, "pages": page.pages}
    if search:
        title = translate("history-search-title", search=quote(search, SEARCH_LIMIT), **count)
    else:
        title = translate("history-title", **count)
    files, gallery, lines, labels = [], [], [], {}
    first = (page.number - 1) * PAGE_SIZE + 1
    for number, (job, picture) in enumerate(zip(page.jobs, thumbnails, strict=True), first):
        prompt = shorten(job.request.prompt, cards.LINE_LIMIT)
        said = {"number": str(number), "prompt": escape(prompt)}
        when = texts.timestamp(job.finished_at or job.accepted_at)
        lines.append(translate("history-line" if picture else "history-gone", when=when, **said))
        labels[job.id] = translate("history-option", number=str(number), prompt=prompt)
        if picture is not None:
            name = file_name(job.id, "small", picture.extension)
            files.append(cards.file(name, picture.read(), texts.alt_text(translate, job.request, number, 1)))
            gallery.append(cards.media(files[-1], job))
    pick: ui.Select[ui.LayoutView] = ui.Select(
        custom_id=str(CustomId("pick", "")), placeholder=translate("history-pick"), options=cards.options(labels)
    )
    items: list[cards.Item] = [ui.TextDisplay(title)]
    if gallery:
        items.append(ui.MediaGallery(*gallery))
    items += [ui.TextDisplay("\n".join(lines)), ui.ActionRow(pick)]
    if page.pages > 1:
        items.append(ui.ActionRow(_page_button(translate, page, -1, search), _page_button(translate, page, 1, search)))
    return cards.Card(cards.layout(*items), files)


def _page_button(translate: Translator, page: Page, step: int, search: str) -> ui.Button[ui.LayoutView]:
    number = page.number + step
    label = translate("button-previous" if step < 0 else "button-next")
    return cards.button(label, CustomId("history", f"{number}:{search}"), disabled=not 1 <= number <= page.pages)


async def setup(bot: FluxBot) -> None:
    """Add the command (discord.py calls this)."""
    await bot.add_cog(History())
