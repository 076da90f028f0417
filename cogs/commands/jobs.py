"""/jobs: show the user's running, queued and recent jobs."""

from collections.abc import Iterator

from discord import app_commands, ui
from discord.ext import commands

from cogs.presses import ask_before_cancelling, cancel_job
from cogs.undelivered import fetch_button
from flux_bot.core.costs import Money
from flux_bot.core.jobs import Job, JobStatus
from flux_bot.core.text import escape, timestamp
from flux_bot.locales import Translator
from flux_bot.store.history import Overview
from flux_bot.ui import cards, texts
from flux_bot.ui.bot import FluxBot, Interaction
from flux_bot.ui.custom_ids import CustomId, parse_custom_id
from flux_bot.ui.interactions.replies import Reply, user_translator

CANCEL = "cancel"
OF_GROUP_LIMIT = 85
"""The limit in characters for prompt and model if a job is in a group: its entry has a second line, and all entries
must fit on one card."""


class Jobs(commands.Cog):
    """The /jobs command."""

    @app_commands.command()
    async def jobs(self, interaction: Interaction) -> None:
        """Show the overview."""
        reply = Reply(interaction, private=True)
        await reply.send(await reply.wait_for(_panel(interaction)))


async def refresh(interaction: Interaction, rest: str) -> None:
    """Update the overview; ``cancel:<job id>`` cancels that job first, or asks if it is charged anyway."""
    reply = Reply(interaction, private=True, updates=True)
    action, job_id = parse_custom_id(rest)
    if action == CANCEL:
        job = await reply.wait_for(cancel_job(interaction, job_id, discards=False, caller_edits_card=False))
        if job.status is not JobStatus.CANCELLED:
            await ask_before_cancelling(interaction, job)
            return
    await reply.send(await reply.wait_for(_panel(interaction)))


async def _panel(interaction: Interaction) -> cards.Card:
    overview = await interaction.client.workflow.overview(interaction.user.id)
    return overview_card(user_translator(interaction), overview, interaction.client.settings.credit_price)


def overview_card(translate: Translator, overview: Overview, credit_price: Money | None) -> cards.Card:
    """Return the overview's card: undelivered results first."""
    items: list[cards.Item] = [ui.TextDisplay(translate("jobs-title"))]
    if overview.undelivered:
        items.append(ui.TextDisplay(translate("jobs-undelivered", count=len(overview.undelivered))))
        items.append(ui.ActionRow(*(fetch_button(translate, job) for job in overview.undelivered)))
    under_way = (*_running(translate, overview), *_queued(translate, overview))
    items += under_way
    if not (overview.undelivered or under_way):
        items.append(ui.TextDisplay(translate("jobs-none")))
    if overview.finished:
        lines = [_finished(translate, job, credit_price) for job in overview.finished]
        items.append(ui.TextDisplay("\n".join((translate("jobs-finished"), *lines))))
    items.append(ui.ActionRow(cards.button(translate("button-refresh"), CustomId("jobs", ""))))
    return cards.Card(cards.layout(*items))


def _running(translate: Translator, overview: Overview) -> Iterator[cards.Item]:
    if overview.running:
        yield ui.TextDisplay(translate("jobs-running"))
    for job in overview.running:
        since = timestamp(job.submitted_at or job.accepted_at)
        yield _with_cancel(translate, job, translate("jobs-running-line", since=since, prompt=_prompt(translate, job)))
    if overview.more_running:
        yield ui.TextDisplay(translate("jobs-more", count=overview.more_running))


def _queued(translate: Translator, overview: Overview) -> Iterator[cards.Item]:
    if overview.queued:
        yield ui.TextDisplay(translate("jobs-queued"))
    for job, place in overview.queued:
        yield _with_cancel(translate, job, translate("jobs-queued-line", place=place, prompt=_prompt(translate, job)))
    if overview.more_queued:
        yield ui.TextDisplay(translate("jobs-more", count=overview.more_queued))


def _with_cancel(translate: Translator, job: Job, line: str) -> cards.Item:
    custom_id = CustomId("jobs", str(CustomId(CANCEL, job.id)))
    if job.group_id is not None:
        line += f"\n-# {translate('jobs-of-group')}"
    return ui.Section(line, accessory=cards.button(translate("button-cancel"), custom_id))


def _finished(translate: Translator, job: Job, credit_price: Money | None) -> str:
    when = timestamp(job.finished_at or job.accepted_at)
    parts = [
        translate("jobs-finished-line" if job.images else "jobs-failed-line", when=when, prompt=_prompt(translate, job))
    ]
    if job.result and job.result.cost is not None:
        parts.append(texts.cost(translate, job.result.cost, credit_price))
    if job.result_url:
        parts.append(translate("jobs-link", url=job.result_url))
    return " · ".join(parts)


def _prompt(translate: Translator, job: Job) -> str:
    is_listed_with_group = job.group_id is not None and job.is_open
    limit = OF_GROUP_LIMIT if is_listed_with_group else cards.LINE_LIMIT
    return escape(texts.job_label(translate, job, limit))


async def setup(bot: FluxBot) -> None:
    """Add the command (discord.py calls this)."""
    await bot.add_cog(Jobs())
