"""/history: browse the user's pictures, page by page, privately."""

import asyncio
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace

from discord import app_commands, ui
from discord.ext import commands

from flux_bot.core.text import escape, quote, timestamp
from flux_bot.images.decoding import Picture, fit_all
from flux_bot.locales import Translator
from flux_bot.store.history import Page
from flux_bot.ui import cards, texts
from flux_bot.ui.bot import FluxBot, Interaction
from flux_bot.ui.custom_ids import CustomId, parse_custom_id
from flux_bot.ui.file_names import file_name
from flux_bot.ui.interactions.replies import Reply, user_translator

PAGE_SIZE = 6
THUMBNAIL_BYTES = 150_000
THUMBNAIL_SIDE = 512
SEARCH_LIMIT = 60
"""Characters: the search is part of the buttons' custom_ids, which have at most 100."""


STARRED = "*"
"""The prefix of the page's number in a custom_id if only starred pictures are shown."""
_TITLES = {
    (False, False): "history-title",
    (True, False): "history-search-title",
    (False, True): "history-starred-title",
    (True, True): "history-starred-search-title",
}
"""The messages, by (whether there is a search, whether only starred pictures are shown)."""
_NONE = {
    (False, False): "history-none",
    (True, False): "history-none-found",
    (False, True): "history-none-starred",
    (True, True): "history-none-starred-found",
}


@dataclass(frozen=True, slots=True)
class Filter:
    """Selects the pictures to show."""

    search: str
    starred: bool

    def custom_id(self, number: int) -> CustomId:
        """Return the custom_id of a button that shows a page."""
        return CustomId("history", f"{STARRED if self.starred else ''}{number}:{self.search}")

    def text(self, translate: Translator, messages: Mapping[tuple[bool, bool], str], **count: int) -> str:
        """Return the message that fits the filter; messages about a search have the variable ``$search``."""
        quoted = {"search": quote(self.search, SEARCH_LIMIT)} if self.search else {}
        return translate(messages[bool(self.search), self.starred], **quoted, **count)


class History(commands.Cog):
    """The /history command."""

    @app_commands.command()
    async def history(
        self,
        interaction: Interaction,
        search: app_commands.Range[str, 1, SEARCH_LIMIT] | None = None,
        starred: bool = False,
    ) -> None:
        """Show the first page."""
        filters = Filter(" ".join((search or "").split()), starred=starred)
        await _show_page(interaction, Reply(interaction, private=True), 1, filters)


async def show_page(interaction: Interaction, rest: str) -> None:
    """Show the page ``<number>:<search>`` of a button; only starred ones if the number has the prefix ``STARRED``."""
    page, search = parse_custom_id(rest)
    number, filters = page.removeprefix(STARRED), Filter(search, starred=page.startswith(STARRED))
    reply = Reply(interaction, private=True, updates=True)
    if interaction.client.old_pictures.is_busy(interaction.user.id):
        await reply.dismiss()  # the previously requested page is being loaded
        return
    await _show_page(interaction, reply, int(number) if number.isdecimal() and len(number) < 7 else 1, filters)


async def _show_page(interaction: Interaction, reply: Reply, number: int, filters: Filter) -> None:
    client, translate = interaction.client, user_translator(interaction)
    history = client.workflow.history
    page = await reply.wait_for(
        history.page(interaction.user.id, filters.search, number, PAGE_SIZE, starred=filters.starred)
    )
    if not page.jobs:
        await reply.send(_empty_card(translate, filters))
        return
    async with client.old_pictures.slot(interaction.user.id, reply.defer):
        await reply.send(await _with_pictures(client, translate, page, filters))


def _empty_card(translate: Translator, filters: Filter) -> cards.Card:
    text = filters.text(translate, _NONE)
    if not filters.starred:
        return cards.text(text)
    return cards.with_buttons(cards.text(text), _filter_button(translate, filters))


async def _with_pictures(client: FluxBot, translate: Translator, page: Page, filters: Filter) -> cards.Card:
    with ExitStack() as opened:
        found = await asyncio.gather(*(client.old_pictures.pictures(client, job, at_most=1) for job in page.jobs))
        thumbnails = await fit_all([pictures[0] for pictures in found], THUMBNAIL_BYTES, opened, THUMBNAIL_SIDE)
        return _page_card(translate, page, thumbnails, filters)


def _page_card(translate: Translator, page: Page, thumbnails: list[Picture | None], filters: Filter) -> cards.Card:
    title = filters.text(translate, _TITLES, page=page.number, pages=page.pages)
    files, gallery, lines, labels = [], [], [], {}
    first = (page.number - 1) * PAGE_SIZE + 1
    for number, (job, picture) in enumerate(zip(page.jobs, thumbnails, strict=True), first):
        prompt = texts.job_label(translate, job, cards.LINE_LIMIT)
        values = {"number": str(number), "prompt": escape(prompt)}
        when = timestamp(job.finished_at or job.accepted_at)
        line = translate("history-line" if picture else "history-gone", when=when, **values)
        lines.append(f"{line} ⭐" if job.is_starred else line)
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
    arrows = [_page_button(translate, page, step, filters) for step in (-1, 1)] if page.pages > 1 else []
    items.append(ui.ActionRow(*arrows, _filter_button(translate, filters)))
    return cards.Card(cards.layout(*items), files)


def _page_button(translate: Translator, page: Page, step: int, filters: Filter) -> ui.Button[ui.LayoutView]:
    number = page.number + step
    label = translate("button-previous" if step < 0 else "button-next")
    return cards.button(label, filters.custom_id(number), disabled=not 1 <= number <= page.pages)


def _filter_button(translate: Translator, filters: Filter) -> ui.Button[ui.LayoutView]:
    """Return the button that shows only starred pictures, or all again."""
    label = translate("button-all" if filters.starred else "button-starred")
    return cards.button(label, replace(filters, starred=not filters.starred).custom_id(1))


async def setup(bot: FluxBot) -> None:
    """Add the command (discord.py calls this)."""
    await bot.add_cog(History())
