"""/show: post a finished result again; and the private view that /history opens."""

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace

from discord import app_commands, ui
from discord.ext import commands

from cogs.presses import chosen
from flux_bot.core.errors import RequestRejected, StoreUnavailable
from flux_bot.core.jobs import OPEN, Job
from flux_bot.images.decoding import fit_all
from flux_bot.locales import Translator, translator_for
from flux_bot.store.history import SEARCH_CHARACTERS
from flux_bot.ui import cards, texts
from flux_bot.ui.bot import FluxBot, Interaction
from flux_bot.ui.custom_ids import CustomId
from flux_bot.ui.interactions.replies import Reply, requester_of, user_translator
from flux_bot.ui.old_pictures import original_urls, own_message
from flux_bot.ui.recent_items import RecentItems

SUGGEST_SECONDS = 0.3
"""How long suggestions may take; after that, the user's previous suggestions are shown."""
Choices = list[app_commands.Choice[str]]


class Show(commands.Cog):
    """The /show command."""

    def __init__(self) -> None:
        self._last_suggestions: RecentItems[int, Choices] = RecentItems()

    @app_commands.command()
    async def show(self, interaction: Interaction, job: app_commands.Range[str, 1, 100]) -> None:
        """Post a result again; a private one stays private."""
        reply = Reply(interaction, private=True)
        found = await reply.wait_for(_own_jobs(interaction, job))
        if len(found) > 1:
            await reply.send(_list(user_translator(interaction), found))
        else:
            await show_result(interaction, reply, found[0])

    @show.autocomplete("job")
    async def _suggest(self, interaction: Interaction, typed: str) -> Choices:
        user_id, typed = interaction.user.id, typed[:SEARCH_CHARACTERS]
        try:
            async with asyncio.timeout(SUGGEST_SECONDS):
                found = await interaction.client.workflow.history.search(user_id, typed, cards.OPTIONS_LIMIT)
        except (TimeoutError, StoreUnavailable, RequestRejected):
            known = self._last_suggestions.get(user_id, [])
            return [choice for choice in known if all(word in choice.name.lower() for word in typed.lower().split())]
        translate = user_translator(interaction)
        choices = [
            app_commands.Choice(name=texts.job_label(translate, job, cards.OPTION_LABEL_LIMIT), value=job.id)
            for job in found
        ]
        self._last_suggestions[user_id] = choices
        return choices


async def _own_jobs(interaction: Interaction, typed: str) -> list[Job]:
    """Return the finished jobs with this id, or with these words in their prompts. Raises RequestRejected."""
    try:
        return [await own_job(interaction, typed)]
    except RequestRejected as rejected:
        if rejected.text.message_id != "job-unknown":
            raise
    history, user_id = interaction.client.workflow.history, interaction.user.id
    if typed.strip() and (found := await history.search(user_id, typed, cards.OPTIONS_LIMIT)):
        return found
    raise RequestRejected("job-unknown" if await history.search(user_id, "", 1) else "history-none")


def _list(translate: Translator, jobs: Sequence[Job]) -> cards.Card:
    """Return the card that lets the user pick one of several results."""
    labels = {
        job.id: translate(
            "history-option", number=str(number), prompt=texts.job_label(translate, job, cards.LINE_LIMIT)
        )
        for number, job in enumerate(jobs, 1)
    }
    pick: ui.Select[ui.LayoutView] = ui.Select(
        custom_id=str(CustomId("pick", "")), placeholder=translate("history-pick"), options=cards.options(labels)
    )
    return cards.Card(cards.layout(ui.TextDisplay(translate("show-several")), ui.ActionRow(pick)))


async def own_job(interaction: Interaction, job_id: str) -> Job:
    """Return a finished job of the user. Raises RequestRejected if there is no such job."""
    history = interaction.client.workflow.history
    job = await history.job(job_id)
    if job is None and await history.user_of_erased(job_id) == interaction.user.id:
        raise RequestRejected("job-erased")
    if job is None or job.origin.user_id != interaction.user.id:
        raise RequestRejected("job-unknown")
    if job.status in OPEN:
        raise RequestRejected("not-finished")
    if not job.images:
        raise RequestRejected("job-unknown")
    return job


async def show_here(interaction: Interaction, job_id: str) -> None:
    """Post a result that only its user has seen, so that everyone can see it."""
    reply = Reply(interaction, private=False)
    await show_result(interaction, reply, await reply.wait_for(own_job(interaction, job_id)), private=False)


async def show_picked(interaction: Interaction, group_id: str) -> None:
    """Show the user the result that was picked from a list of their own results, or on a group's card."""
    reply = Reply(interaction, private=True)
    try:
        job = await reply.wait_for(own_job(interaction, chosen(interaction)))
    except RequestRejected as rejected:
        if group_id and rejected.text.message_id == "job-unknown":
            raise RequestRejected("group-not-yours") from rejected
        raise
    await show_result(interaction, reply, job, private=True)


async def show_result(interaction: Interaction, reply: Reply, job: Job, *, private: bool | None = None) -> None:
    """Show a result as the channel's settings require; if ``private`` is None, as it was requested.

    Raises RequestRejected if ``private`` is False but results are private in this channel.
    """
    requester = requester_of(interaction)
    if requester.guild_id is not None:
        server = await reply.wait_for(interaction.client.store.servers.get(requester.guild_id))
        shown = server.settings.shown_in(job.request, requester.channels)
        if private is False and server.settings.is_private_in(requester.channels):
            raise RequestRejected("settings-private-here")
        job = replace(job, request=shown)
    if private is not None:
        reply.private = private
    elif not interaction.response.is_done():  # otherwise "is thinking" is already shown privately
        reply.private = job.request.private
    locale = (None if reply.private else interaction.guild_locale) or interaction.locale
    client, old_pictures, urls = interaction.client, interaction.client.old_pictures, original_urls(job)
    async with old_pictures.slot(interaction.user.id, reply.defer):
        with ExitStack() as opened:
            message = await own_message(client, job) if job.request.image_url else None
            found = [
                *await old_pictures.pictures(client, job, message=message),
                await old_pictures.source(job, message),
            ]
            *pictures, source = await fit_all(found, interaction.filesize_limit, opened)
            if not any(pictures) and not urls:
                raise RequestRejected("picture-lost")
            await reply.send(
                cards.shown(translator_for(str(locale)), job, pictures, urls, source, private=reply.private)
            )


async def setup(bot: FluxBot) -> None:
    """Add the command (discord.py calls this)."""
    await bot.add_cog(Show())
